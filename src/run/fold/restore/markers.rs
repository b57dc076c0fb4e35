//! Markers in the log: those of this run change its phase, prior ones wait for the engineer.

use chrono::TimeDelta;

use super::phase_changes::{self, limited_to_history};
use crate::run::fold::log::{near_miss, prior_markers, set_back};
use crate::run::read::appliances::on_our_clock;
use crate::run::state::{Attachment, Run};
use crate::run::values::{
    Arrival, Change, Code, Evidence, EvidenceSource, FoundMarker, LogCitation, Marker, MarkerPlace, Phase,
    Precision, PriorMarker, Reading, Record, Role, Timestamp, Wording,
};

pub(in crate::run) fn marker(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    if run.phases.current == Phase::Ended {
        return;
    }
    if is_older_than_the_run(run, line) {
        prior_markers::seen(run, record, marker, line);
        return;
    }
    // A search of the log may have found the same line before, and listed it as prior.
    prior_markers::remove(run, line);
    let change = log_change(run, record, line);
    if marker == Marker::DownloadStarted && run.phases.current == Phase::Prepare {
        note_imported_start(run, record, line);
    }
    phase_changes::apply_marker(run, record, marker, &change);
}

/// Nobody watched the start of an imported run, and few logs have a line that says so.
fn note_imported_start(run: &mut Run, record: &Record, line: &LogCitation) {
    if run.started.imported.is_some() {
        let text = format!(
            "Stage 1 is taken to begin with this line of the imported log, as no counter was read then: {}",
            line.raw
        );
        run.raise(record, Code::StageInferred, None, Wording::info(text));
    }
}

/// Whether a line was written before this run began; only the engineer can decide whether it belongs to this restore.
fn is_older_than_the_run(run: &Run, line: &LogCitation) -> bool {
    match line.arrival {
        Arrival::Earlier => true,
        // A line followed as it was written is new, and so is one after lines that were there when the run began,
        // whatever the appliance's clock shows.
        Arrival::Live | Arrival::Behind => false,
        Arrival::CaughtUp => line.stamp.is_some_and(|stamp| on_our_clock(run, stamp) < run.started_at),
        // A line that may be a copy counts as new only where its stamp shows it.
        Arrival::MayRepeat => line.stamp.is_none_or(|stamp| on_our_clock(run, stamp) < run.started_at),
    }
}

/// A stamp this much earlier than the lines before it comes from a clock that was set back.
const CLOCK_SET_BACK: TimeDelta = TimeDelta::minutes(5);

/// Whether a line of an imported log bears a stamp before what came before it, as where another log begins with lines of
/// a clock that was set back.
fn is_before_history(run: &Run, written: Timestamp) -> bool {
    let is_before = |floor: Timestamp| floor.offset_from(written) > CLOCK_SET_BACK;
    run.started.imported.is_some() && run.phases.floor().is_some_and(is_before)
}

/// The change by a line: at its receipt if followed live, else by its stamp and the measured clock offset; at an unknown
/// time where the clock by which stage 1 began was set back since.
fn log_change(run: &Run, record: &Record, line: &LogCitation) -> Change {
    let evidence = Evidence {
        record: record.seq,
        source: EvidenceSource::Log,
        raw: line.raw.clone(),
        offset: Some(line.offset),
    };
    // Received as it was written, so no clock of the appliance is involved.
    if line.arrival == Arrival::Live {
        let is_unknown = set_back::is_by_stamp(run) && set_back::is_between(run, Some(record.seq));
        let at = (!is_unknown).then(|| limited_to_history(run, record.at, record.at));
        return Change { at, precision: Precision::Observed, evidence };
    }
    let mut written = line.stamp.map_or(record.at, |stamp| on_our_clock(run, stamp));
    if line.arrival == Arrival::Behind
        && let Some(until) = run.tracking.log_followed_until
        && until.offset_from(written) > CLOCK_SET_BACK
    {
        // It was written behind the last line followed, whatever its stamp says.
        written = until;
    }
    let is_unknown = set_back::is_between(run, Some(record.seq)) || is_before_history(run, written);
    let at = (!is_unknown).then(|| limited_to_history(run, written, record.at));
    Change { at, precision: Precision::Estimated, evidence }
}

/// Applies the result of a search of the log, which may have been refused.
pub(in crate::run) fn searched(run: &mut Run, record: &Record, reading: &Reading<Vec<FoundMarker>>) {
    let markers = reading.known();
    if run.tracking.attachment != Attachment::InTime {
        run.tracking.attachment =
            if markers.is_some() { Attachment::LateAndSearched } else { Attachment::LateAndNotSearched };
    }
    let markers = markers.map(Vec::as_slice).unwrap_or_default();
    // Both lists are in the order of the log: each marker of the search goes behind the one before it.
    let mut at = 0;
    for (place, found) in (0..).zip(markers) {
        let place = MarkerPlace { record: record.seq, place };
        if found.near {
            near_miss::of_marker(run, record, found.marker, &found.raw);
        }
        at = prior_markers::insert(run, at, PriorMarker { found: found.clone(), place, received: None });
    }
}

/// The engineer's decision: the markers `claimed` belong to this test, all others do not.
pub(in crate::run) fn claimed(run: &mut Run, record: &Record, claimed: &[MarkerPlace]) {
    let chosen: Vec<PriorMarker> =
        run.prior_markers.iter().filter(|marker| claimed.contains(&marker.place)).cloned().collect();
    run.prior_markers_decided = true;
    // The decision answers them all, those that were not chosen included.
    run.close_findings(record, Code::MarkerNearMiss, Some(Role::Dr));
    for marker in chosen {
        phase_changes::prior_marker(run, record, &marker);
    }
}
