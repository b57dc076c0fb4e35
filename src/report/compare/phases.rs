//! How long the stages of a run took, as far as that is known, and the gaps that make it unknown.

use super::values::RecordedRun;
use crate::run::{Gap, GapLengths, Length, Phase, PhaseSummary, Precision, Summary, Timestamp};
use crate::text::{plural, time_of_day};

const fn title(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "the preparation",
        Phase::Stage1 => "stage 1",
        Phase::Stage2 => "stage 2",
        Phase::InUse => "the time in use",
        Phase::Ended => "the end",
    }
}

/// How long a stage took from its beginning to its end; else why that is not known.
pub(super) fn stage_length(run: &RecordedRun, name: Phase) -> Result<Length, String> {
    let (summary, title) = (&run.summary, title(name));
    let place = summary.phases.iter().position(|phase| phase.name == name);
    let at = |place: usize| summary.phases.get(place);
    let (before, phase, next) = place
        .map_or((None, None, None), |place| (place.checked_sub(1).and_then(at), at(place), at(place + 1)));
    let never = || format!("it never came to {title}");
    let phase = phase.ok_or_else(never)?;
    let has_followed = next.is_some_and(|next| next.started_at.is_some());
    let (began, ended) = match (phase.started_at, phase.ended_at) {
        (Some(began), Some(ended)) if has_followed => (began, ended),
        (Some(_), Some(_)) => return Err(format!("{title} was broken off")),
        _ if phase.precision == Precision::Unobserved => {
            return Err(format!("the end of {title} was not observed"));
        }
        (Some(_), None) => return Err(format!("{title} was not over at the end of the record")),
        (None, Some(_)) => return Err(format!("the beginning of {title} was not observed")),
        (None, None) => return Err(never()),
    };
    let began_by = before.map_or(Precision::Observed, |before| before.precision);
    for (at, precision, what) in [(began, began_by, "beginning"), (ended, phase.precision, "end")] {
        if let Some(gap) = summary.gaps.iter().find(|gap| hides(gap, at, precision)) {
            return Err(format!("the {what} of {title} lies in a gap ({})", times(gap)));
        }
    }
    if phase.precision == Precision::Stated
        && let Some(gap) = gap_in(run, name)
    {
        return Err(format!("the end of {title} is only stated, and its log has a gap ({gap})"));
    }
    Ok(phase.seconds.unwrap_or_else(|| ended.length_since(began)))
}

/// Whether a change at that time may have come at another moment of the gap. A line that was caught up has the stamp of
/// its appliance.
fn hides(gap: &Gap, at: Timestamp, precision: Precision) -> bool {
    precision != Precision::Estimated && gap.from <= at && at <= gap.to
}

/// The times of the first gap in that phase.
pub(super) fn gap_in(run: &RecordedRun, name: Phase) -> Option<String> {
    let phase = &run.summary.phase(name)?;
    run.summary.gaps.iter().find(|gap| touches(gap, phase)).map(times)
}

fn touches(gap: &Gap, phase: &PhaseSummary) -> bool {
    let begins_before_its_end = phase.ended_at.is_none_or(|ended| gap.from < ended);
    begins_before_its_end && phase.started_at.is_some_and(|began| gap.to > began)
}

fn times(gap: &Gap) -> String {
    format!("{} to {} UTC", time_of_day(gap.from), time_of_day(gap.to))
}

/// Sentences on what a reader of the figures has to know.
pub(super) fn remarks(runs: &[RecordedRun]) -> Vec<String> {
    let mut remarks = Vec::new();
    for (place, run) in (1..).zip(runs) {
        let stage_1 = &run.summary.phase(Phase::Stage1);
        if stage_1.is_some_and(|phase| phase.started_at.is_some() && phase.ended_at.is_none()) {
            remarks.push(format!("Stage 1 of run {place} is not over: its rates are those so far."));
        }
        if run.summary.download.baseline_late == Some(true) {
            remarks.push(format!(
                "The baseline of run {place} was read late, so that its first GETs may be missing."
            ));
        }
        remarks.extend(gaps(place, &run.summary));
    }
    let differ = |of: fn(&Summary) -> Option<String>| {
        let mut known = runs.iter().filter_map(|run| of(&run.summary));
        known.next().is_some_and(|first| known.any(|other| other != first))
    };
    if differ(|summary| summary.bucket.name.clone()) {
        remarks.push("The buckets differ: compare what is in proportion to the objects.".to_owned());
    }
    if differ(|summary| summary.versions.dr.as_ref()?.release.clone()) {
        remarks.push("The DR appliances ran different releases.".to_owned());
    }
    if differ(|summary| Some(summary.simulated.to_string())) {
        remarks
            .push("A rehearsal has simulated appliances: its times are no measure of a real one.".to_owned());
    }
    remarks
}

fn gaps(place: usize, summary: &Summary) -> Option<String> {
    let lengths = GapLengths::of(&summary.gaps);
    let count = plural(summary.gaps.len() as u64, "gap");
    let has_gaps = !summary.gaps.is_empty();
    has_gaps.then(|| format!("Run {place} has {count}, {lengths}; figures that may lie in one are left out."))
}
