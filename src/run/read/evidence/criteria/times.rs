//! The times that are counted from the start of stage 1: until the namespace is restored, and until it can be used.

use std::collections::BTreeSet;

use super::outcome::{Outcome, is_over};
use crate::run::read::evidence::recovery::{
    last_at_rest, not_usable, service_against_use, stated_usable, usable,
};
use crate::run::read::evidence::schema::Judgement;
use crate::run::read::evidence::statements::{unsettled_at, unsettled_since};
use crate::run::read::restore::{ended_against, grounds_of_end, in_words};
use crate::run::state::Run;
use crate::run::values::{Elapsed, EvidenceSource, Grounds, Length, Phase, Sequence, Timestamp};

/// The records of the start of stage 1 and of `end`.
fn records(run: &Run, end: Option<Sequence>) -> Vec<Sequence> {
    let begin = run.phases.span(Phase::Prepare).and_then(|span| span.evidence.as_ref());
    let last_at_rest = last_at_rest(run).filter(|_| run.has_begun_stage_1());
    last_at_rest.into_iter().chain(begin.map(|evidence| evidence.record)).chain(end).collect()
}

/// With how the end of a phase is known, where that was not read in the log. What speaks against a statement is named in
/// full where nothing else on page one names it.
fn known_by(run: &Run, phase: Phase, in_full: bool, mut outcome: Outcome) -> Outcome {
    let end = run.phases.span(phase).and_then(|span| span.evidence.as_ref());
    let what =
        if phase == Phase::Prepare { "The start of stage 1" } else { "That the namespace is restored" };
    let against = ended_against(run, phase);
    let how = match (end.map(|evidence| evidence.source), in_words(&against)) {
        (Some(EvidenceSource::Counter), _) => format!(" {what} is concluded from the GET counter."),
        (Some(EvidenceSource::Attested), None) => format!(" {what} was stated, not read."),
        (Some(EvidenceSource::Attested), Some(against)) if in_full => {
            format!(" {what} was stated, although {against}.")
        }
        (Some(EvidenceSource::Attested), Some(_)) => format!(" {what} was stated against what was read."),
        (Some(EvidenceSource::Log) | None, _) => String::new(),
    };
    outcome.reason.push_str(&how);
    outcome.records.extend(against.iter().filter_map(|against| against.record));
    Outcome { grounds: outcome.grounds.max(grounds_of_end(run, phase)), ..outcome }
}

/// A length of time from the start of stage 1 to the end of the restore or later, with how these are known. What speaks
/// against that end is named with the outcome.
fn of_the_restore(run: &Run, in_full: bool, outcome: Outcome) -> Outcome {
    let outcome = known_by(run, Phase::Prepare, in_full, outcome);
    let mut outcome = known_by(run, Phase::Stage2, false, outcome);
    let mut seen = BTreeSet::new();
    outcome.records.retain(|record| seen.insert(*record));
    outcome
}

/// When stage 1 began, or why no time since then is measured.
fn begun(run: &Run) -> Result<Timestamp, Outcome> {
    run.phases.started_at(Phase::Stage1).ok_or_else(|| {
        Outcome::not_measured(if run.has_begun_stage_1() {
            "The start of stage 1 was not observed."
        } else {
            "Stage 1 has not begun."
        })
    })
}

pub(super) fn time_to_restored(run: &Run, now: Timestamp, limit: Elapsed) -> Outcome {
    let begun = match begun(run) {
        Ok(begun) => begun,
        Err(why) => return why,
    };
    if run.is_restored() {
        let end = run.phases.span(Phase::Stage2).and_then(|span| span.evidence.as_ref());
        let records = records(run, end.map(|evidence| evidence.record));
        let Some(restored) = run.phases.started_at(Phase::InUse) else {
            return Outcome { records, ..Outcome::not_measured("The end of stage 2 was not observed.") };
        };
        let taken = restored.length_since(begun);
        let outcome = match restored_by_log(run, begun).filter(|logged| logged.exact() > limit) {
            // What is read counts more than what was stated before it.
            Some(logged) if taken.exact() <= limit => Outcome::failed(
                format!(
                    "The namespace was stated as restored after {taken}; its log showed that only after {logged}, more \
                     than the {limit} allowed."
                ),
                Some(logged),
                records,
            ),
            _ => by_bounds(
                run,
                begun,
                Outcome::of("The namespace was restored in", taken, limit, records),
                limit,
            ),
        };
        let outcome = of_the_restore(run, true, outcome);
        return match run.failed {
            Some(failed) => failed_afterwards(outcome, taken, failed),
            None => outcome,
        };
    }
    if let Some(failed) = run.failed {
        return Outcome::failed("The restore failed.".to_owned(), None, records(run, Some(failed)));
    }
    if run.phase() == Phase::Ended {
        let reason = "The test was ended before the namespace was restored.".to_owned();
        return Outcome::failed(reason, None, records(run, None));
    }
    unfinished(
        run,
        now.length_since(begun),
        limit,
        ["The namespace is not restored", "The namespace was not restored"],
    )
}

/// A start that is concluded from the counter has bounds: a limit between them decides nothing.
fn by_bounds(run: &Run, begun: Timestamp, outcome: Outcome, limit: Elapsed) -> Outcome {
    let uncertain = run.stage_1_begun_by().map_or(Elapsed::ZERO, |by| by.since(begun));
    let Some(longest) = outcome.length.filter(|_| outcome.judgement == Judgement::Failed) else {
        return outcome;
    };
    if longest.exact().saturating_sub(uncertain) > limit {
        return outcome;
    }
    let shortest = longest.exact().saturating_sub(uncertain);
    let reason = format!(
        "It took {shortest} to {longest}, as when stage 1 began is known to within {uncertain}, while {limit} are allowed."
    );
    Outcome { judgement: Judgement::NotMeasured, reason, ..outcome }
}

/// How long the restore took by the log, where its end had been stated before.
fn restored_by_log(run: &Run, begun: Timestamp) -> Option<Length> {
    let end = run.phases.span(Phase::Stage2)?.evidence.as_ref()?;
    let logged = run.final_lines.both_at.filter(|_| end.source == EvidenceSource::Attested)?;
    Some(logged.length_since(begun))
}

/// A length of time that still grows, or grew when the record ended; `not_yet` of now and of then.
fn unfinished(run: &Run, elapsed: Length, limit: Elapsed, [now, then]: [&str; 2]) -> Outcome {
    let records = records(run, None);
    let what = if run.is_recorded_no_more() {
        format!("{then} when the record ended, after {elapsed}")
    } else {
        format!("{now} after {elapsed} so far")
    };
    if elapsed.exact() > limit {
        let reason = format!("{what}, more than the {limit} allowed.");
        return Outcome::failed(reason, Some(elapsed), records);
    }
    Outcome { records, ..Outcome::not_measured(format!("{what}.")) }
}

/// Of a restore that was complete, and that somebody stated to have failed all the same.
fn failed_afterwards(restored: Outcome, taken: Length, failed: Sequence) -> Outcome {
    let reason = format!("{} The restore was stated to have failed after that.", restored.reason);
    let records = restored.records.into_iter().chain([failed]).collect();
    Outcome::failed(reason, Some(taken), records)
}

pub(super) fn time_to_usable(run: &Run, now: Timestamp, limit: Elapsed) -> Outcome {
    let begun = match begun(run) {
        Ok(begun) => begun,
        Err(why) => return why,
    };
    if let Some(usable) = usable(run) {
        let (taken, mut records) = (usable.since.length_since(begun), records(run, Some(usable.record)));
        let words = "The restored appliance was stated as usable after";
        let is_doubted = stated_usable(run, usable).is_in_doubt();
        let mut outcome = by_bounds(run, begun, Outcome::of(words, taken, limit, Vec::new()), limit);
        for danger in unsettled_at(run, usable.record) {
            let sentence = format!(" It was stated although this was not settled: {}.", danger.headline());
            outcome.reason.push_str(&sentence);
            records.push(danger.record);
        }
        for danger in unsettled_since(run, usable.record) {
            let sentence = format!(" After that this was found, and is not settled: {}.", danger.headline());
            outcome.reason.push_str(&sentence);
            records.push(danger.record);
        }
        if let Some(service) = service_against_use(run, usable) {
            let sentence = format!(" It was stated although {}.", service.text);
            outcome.reason.push_str(&sentence);
            records.extend(service.record);
        }
        // Only a person can say that it can be used.
        outcome.grounds = if is_doubted { Grounds::Doubted } else { Grounds::Stated };
        if usable.is_dated_otherwise() {
            let at = usable.at.in_words();
            let is_late = usable.at.length_since(begun).exact() > limit;
            let late = if is_late { ", later than allowed" } else { "" };
            let sentence = format!(" That was stated only at {at}{late}.");
            outcome.reason.push_str(&sentence);
            outcome.grounds = outcome.grounds.max(if is_late { Grounds::Doubted } else { Grounds::Stated });
        }
        return of_the_restore(run, false, Outcome { records, ..outcome });
    }
    if let Some(failed) = run.failed {
        return Outcome::failed("The restore failed.".to_owned(), None, records(run, Some(failed)));
    }
    if is_over(run) {
        let why = not_usable(run);
        return Outcome::not_measured(format!(
            "Whether the restored appliance can be used is not known: {why}."
        ));
    }
    unfinished(
        run,
        now.length_since(begun),
        limit,
        ["The restored appliance is not stated as usable", "The restored appliance was not stated as usable"],
    )
}
