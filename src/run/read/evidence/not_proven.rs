//! What the record does not prove. Each sentence names what is missing, and why.

use super::not_watched::not_watched;
use super::recovery::{not_usable, restored_by, stated_usable, usable};
use super::statements::{ended_early, left_at_the_end, left_open, unsettled_at, unsettled_since};
use crate::run::read::control::unsettled_alarm;
use crate::run::read::exposure::exposure;
use crate::run::read::restore::{ended_against, in_words, restored_against};
use crate::run::state::Run;
use crate::run::values::{Code, EvidenceSource, Finding, Gap, PausedListing, Phase, Precision, Role, actor};

pub(super) fn not_proven(run: &Run) -> Vec<String> {
    let questions = [
        simulated(run),
        restored(run),
        files(run),
        usability(run),
        frozen_bucket(run),
        undisturbed(run),
        counted(run),
        start_of_stage_1(run),
        end_of(run, Phase::Stage1),
        end_of(run, Phase::Stage2),
        paused(run),
        paused_first(run),
        exposed(run),
        watched(run),
        rewritten(run),
    ];
    questions.into_iter().flatten().chain(left_open(run)).chain(left_at_the_end(run)).collect()
}

fn simulated(run: &Run) -> Option<String> {
    let which = match [Role::Primary, Role::Dr].map(|role| run.started.demo || run.says_simulated(role)) {
        [true, true] => "both were simulated".to_owned(),
        [true, false] => format!("{} was simulated", run.name(Role::Primary)),
        [false, true] => format!("{} was simulated", run.name(Role::Dr)),
        [false, false] => return None,
    };
    Some(format!("That the real appliances can be restored: {which} by drwatch."))
}

fn restored(run: &Run) -> Option<String> {
    if run.is_restored() {
        let against = in_words(&restored_against(run))?;
        let stated = restored_by(run)?;
        let (by, at) = (actor(&stated.user, stated.engineer.as_deref()), stated.at.in_words());
        return Some(format!("That the namespace was restored: {by} stated it at {at}, although {against}."));
    }
    let ended = || ended_early(run).filter(|_| run.phase() == Phase::Ended);
    let why = match (run.failed, ended(), run.has_begun_stage_1()) {
        (Some(_), ..) => "the restore failed".to_owned(),
        (None, Some(given), begun) => {
            let before = if begun { "it was complete" } else { "it had begun" };
            format!("{} ended the test before {before}", given.by_and_at())
        }
        (None, None, true) => format!("it was not complete {}", written(run)),
        (None, None, false) => format!("stage 1 had not begun {}", written(run)),
    };
    Some(format!("That the namespace can be restored: {why}."))
}

/// What the state of a run that goes on, or of one that does not, is the state of.
const fn written(run: &Run) -> &'static str {
    if run.is_recorded_no_more() { "when the record ended" } else { "when this was written" }
}

fn files(run: &Run) -> Option<String> {
    run.is_restored().then(|| {
        "That restored files have the content of those on production: no files were compared.".to_owned()
    })
}

fn usability(run: &Run) -> Option<String> {
    let Some(stated) = usable(run) else {
        return run
            .is_restored()
            .then(|| format!("That the restored appliance can be used: {}.", not_usable(run)));
    };
    let (by, at) = (actor(&stated.user, stated.engineer.as_deref()), stated.at.in_words());
    let danger = |finding: &Finding| (finding.opened_at.in_words(), finding.code.name());
    if let Some((since, code)) = unsettled_since(run, stated.record).last().map(danger) {
        return Some(format!(
            "That the restored appliance can be used: {by} stated it at {at}, and a danger found after that, at {since}, is \
             not settled ({code})."
        ));
    }
    if let Some((since, code)) = unsettled_at(run, stated.record).last().map(danger) {
        return Some(format!(
            "That the restored appliance can be used: {by} stated it at {at} although a danger of {since} was not settled \
             ({code})."
        ));
    }
    let against = stated_usable(run, stated).against;
    let against = if restored_against(run).is_empty() {
        in_words(&against)?
    } else {
        "it is in doubt whether the namespace was restored".to_owned()
    };
    Some(format!("That the restored appliance can be used: {by} stated it at {at}, although {against}."))
}

fn counted(run: &Run) -> Option<String> {
    let from = run.uncounted_from()?.in_words();
    Some(format!(
        "How many objects were downloaded: no reading of the GET counter from {from} to the end of stage 1 could be counted."
    ))
}

/// The first listing of the pause, where it came after stage 1 had begun.
pub(in crate::run) fn listed_late(run: &Run) -> Option<&PausedListing> {
    let first = run.frozen.at_pause.as_ref().filter(|_| run.has_begun_stage_1())?;
    // Of a start that was not observed only its end is a bound; and the watch came late in any case.
    let begun_by = run.stage_1_begun_by().unwrap_or(run.started_at);
    (begun_by < first.at).then_some(first)
}

fn frozen_bucket(run: &Run) -> Option<String> {
    let frozen = &run.frozen;
    if let Some(first) = listed_late(run).filter(|_| frozen.unchanged == Some(true)) {
        let at = first.at.in_words();
        let why = match run.stage_1_begun_by() {
            Some(_) => "after stage 1 had begun",
            None => "and when stage 1 began is unknown",
        };
        return Some(format!("That the bucket did not change before {at}: it was first listed then, {why}."));
    }
    let is_unchanged = frozen.unchanged == Some(true) && run.has_begun_stage_1();
    if let Some(last) = frozen.last_before_resume().filter(|_| is_unchanged) {
        let at = last.at.in_words();
        let why = match &frozen.in_later_pause {
            None => "it was not listed again in the pause".to_owned(),
            Some(later) => format!(
                "replication ran after the pause, and the listing of {} (record {}) is of a later one",
                later.at.in_words(),
                later.record
            ),
        };
        return Some(format!("That the bucket did not change after {at}: {why}."));
    }
    let why = match frozen.unchanged {
        // Equal counts say little where the appliance itself misses data in the bucket.
        Some(true) => {
            let alarm = unsettled_alarm(run)?;
            let (since, what) = (alarm.opened_at.in_words(), alarm.headline());
            return Some(format!(
                "That the bucket did not change: its counts are equal, but the alarm of {since} is not settled ({what})."
            ));
        }
        Some(false) => "its listings differ",
        None if run.frozen.at_pause.is_none() => "it was not listed while replication was paused",
        None if frozen.after_draining.is_some() => "it grew after the pause, and was not listed again since",
        None => "it was listed only once while replication was paused",
    };
    run.has_begun_stage_1().then(|| format!("That the bucket did not change during the restore: {why}."))
}

/// What production did to the bucket while the DR appliance read it.
fn undisturbed(run: &Run) -> Option<String> {
    let ran = run.disturbance().ran;
    let (stages, total) = (ran.stages()?, ran.total());
    let codes = [Code::ReplicationRanInRestore, Code::ReplicationRunsInStage1];
    let finding = run.findings.iter().find(|finding| codes.contains(&finding.code));
    let record = finding.map_or_else(String::new, |finding| format!(" (record {})", finding.record));
    Some(format!(
        "That all files of production are in the restored namespace: replication ran for {}{total} during {stages}{record}, \
         and may have changed or deleted objects under it.",
        run.bound_of_running().words()
    ))
}

fn start_of_stage_1(run: &Run) -> Option<String> {
    // The evidence of a span is that of its end, and the end of prepare is the start of stage 1.
    let evidence = run.phases.span(Phase::Prepare)?.evidence.as_ref().filter(|_| run.has_begun_stage_1())?;
    if run.phases.started_at(Phase::Stage1).is_none() {
        return Some("When stage 1 began: it was not observed.".to_owned());
    }
    let bounds = run.phases.started_at(Phase::Stage1).zip(run.stage_1_begun_by());
    match bounds.filter(|(from, by)| from < by) {
        Some((from, by)) => Some(format!(
            "When stage 1 began: it is concluded from the GET counter, to within {}, and no line of the log confirms it.",
            by.length_since(from)
        )),
        None => match in_words(&ended_against(run, Phase::Prepare)) {
            Some(against) => Some(format!("When stage 1 began: it was stated, although {against}.")),
            None => not_read("When stage 1 began", evidence.source),
        },
    }
}

/// That the pause came first, where it lies between the bounds of the start of stage 1.
fn paused_first(run: &Run) -> Option<String> {
    let pause = run.replication.intervals.first().filter(|_| run.dropped.intervals == 0)?;
    let (from, by) = run.phases.started_at(Phase::Stage1).zip(run.stage_1_begun_by())?;
    (pause.from_known && pause.from > from && pause.from <= by).then(|| {
        format!(
            "That replication was paused before stage 1 began: it was paused at {}, and stage 1 began between {} and {}.",
            pause.from.in_words(),
            from.in_words(),
            by.in_words()
        )
    })
}

fn end_of(run: &Run, phase: Phase) -> Option<String> {
    let span = run.phases.span(phase).filter(|_| run.is_stage_complete(phase))?;
    let what = match phase {
        Phase::Stage1 => "When stage 1 ended",
        _ => "When the namespace was restored",
    };
    if span.end_precision == Precision::Unobserved {
        return Some(format!("{what}: it was not observed."));
    }
    if let Some(against) = in_words(&ended_against(run, phase)) {
        return Some(format!("{what}: it was stated, although {against}."));
    }
    not_read(what, span.evidence.as_ref()?.source)
}

fn not_read(what: &str, source: EvidenceSource) -> Option<String> {
    match source {
        EvidenceSource::Log => None,
        EvidenceSource::Counter => {
            Some(format!("{what}: it is concluded from the GET counter, and no line of the log confirms it."))
        }
        EvidenceSource::Attested => Some(format!("{what}: it was stated by hand, not read.")),
    }
}

fn paused(run: &Run) -> Option<String> {
    if !run.has_begun_stage_1() {
        return None;
    }
    if !run.takes_part(Role::Primary) && run.tracking.replication.is_none() {
        return Some(
            "That replication was paused: the primary was not watched, and nobody stated it.".to_owned(),
        );
    }
    match run.tracking.replication {
        None => Some("That replication was paused: its state was never read or stated.".to_owned()),
        Some(_) if let Some(change) = run.change_in_doubt() => Some(format!(
            "The present state of replication: what came of the request to {} was not read.",
            change.plan.action
        )),
        Some(_) if run.replication.attested => {
            Some("The present state of replication: it was stated by hand, not read.".to_owned())
        }
        Some(_) => None,
    }
}

fn exposed(run: &Run) -> Option<String> {
    let exposure = exposure(run, run.last_at);
    exposure.total?;
    let why = match (exposure.began_unseen, exposure.at_most) {
        (false, false) => return None,
        (true, false) => "a pause may have begun before it was first seen",
        (false, true) => "a pause may have ended before that was seen",
        (true, true) => "not every beginning and end of a pause was seen",
    };
    Some(format!("How long exactly production was exposed: {why}."))
}

fn watched(run: &Run) -> Option<String> {
    let gaps = not_watched(run);
    let longest = gaps.iter().map(Gap::length).max()?;
    let has_unknown = gaps.iter().any(|gap| gap.length().is_none());
    let count = (gaps.len() as u64).saturating_add(run.dropped.gaps);
    let lost = run.findings.iter().any(|finding| finding.code == Code::RecordHole);
    let hole = if lost { " For a while the disk also took no record." } else { "" };
    let what = match (count, longest) {
        (1, Some(length)) => format!("1 gap of the watch: {length} were not watched"),
        (1, None) => "1 gap of the watch, whose length is not known".to_owned(),
        (_, None) => format!("{count} gaps of the watch, whose lengths are not known"),
        (_, Some(length)) if has_unknown => {
            format!("{count} gaps of the watch: the longest known took {length}, others an unknown time")
        }
        (_, Some(length)) => format!("{count} gaps of the watch: the longest took {length}"),
    };
    Some(format!("What happened in the {what}.{hole}"))
}

/// The chain alone does not show a rewrite of all of it; a signature shows none that its signer made before.
fn rewritten(run: &Run) -> Option<String> {
    match (run.signatures.is_empty(), run.sent_heads.is_empty()) {
        (true, true) => Some(
            "That the record was not rewritten afterwards: no key has signed it, and no head of it is known to have been \
             sent out."
                .to_owned(),
        ),
        (true, false) => Some(
            "That the record was not rewritten after its last head was sent out: no key has signed it.".to_owned(),
        ),
        (false, true) => Some(
            "That its signers did not rewrite the record before they signed: no head of it is known to have been sent \
             out during the test."
                .to_owned(),
        ),
        (false, false) => None,
    }
}
