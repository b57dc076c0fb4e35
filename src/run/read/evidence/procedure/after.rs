//! The steps from stage 1 on.

use super::before::{attempt, not_watched};
use crate::run::read::control::end_against;
use crate::run::read::evidence::recovery::{last_at_rest, not_usable, stated_usable, usable};
use crate::run::read::evidence::statements::{unsettled_at, unsettled_since};
use crate::run::read::evidence::{StepState, StepSummary};
use crate::run::read::outcome::cleanup;
use crate::run::read::restore::{ended_against, grounds_of_end, in_words};
use crate::run::state::{ActionRecord, Run};
use crate::run::values::{
    ActionKind, ActionState, Evidence, EvidenceSource, Grounds, Length, Phase, Precision, Role, Sequence,
    Statement, Timestamp,
};

/// A stage, or the use of the restored appliance.
pub(super) fn phase(run: &Run, phase: Phase) -> StepSummary {
    let Some(span) = run.phases.span(phase).filter(|span| span.evidence.is_some()) else {
        return StepSummary::open();
    };
    let before = Phase::TIMED.into_iter().rev().find(|before| *before < phase);
    let begin = before.and_then(|before| run.phases.span(before)).and_then(|before| before.evidence.as_ref());
    let at_rest = last_at_rest(run).filter(|_| before == Some(Phase::Prepare));
    let shown_by = at_rest.into_iter().chain(begin.map(|evidence| evidence.record));
    let mut draft = StepSummary::done(span.started_at, span.ended_at).on(shown_by);
    if span.started_at.is_none() {
        draft.remark("Its beginning was not observed.");
    } else if let Some(how) =
        begin.zip(before).and_then(|(begin, before)| how(run, before, "beginning", begin))
    {
        draft.remark(how);
    }
    let mut draft = draft.grounded(before.map_or(Grounds::Read, |before| grounds_of_end(run, before)));
    if run.phase() == phase {
        draft.state = if run.is_recorded_no_more() { StepState::Unfinished } else { StepState::UnderWay };
        // Whether the appliance was used at the end, only a statement says.
        if run.is_recorded_no_more() && (phase != Phase::InUse || usable(run).is_some()) {
            draft.remark("The record ended in it.");
        }
        return draft;
    }
    if !run.is_stage_complete(phase) {
        draft.state = StepState::Unfinished;
        draft.remark(if run.failed.is_some() {
            "The restore failed in it."
        } else {
            "The test ended in it."
        });
    }
    if span.end_precision == Precision::Unobserved {
        draft.remark("Its end was not observed.");
    } else if let Some(how) = span.evidence.as_ref().and_then(|end| how(run, phase, "end", end)) {
        draft.remark(how);
    }
    let grounds = grounds_of_end(run, phase);
    let against = ended_against(run, phase).into_iter().filter_map(|against| against.record);
    let draft = draft.on(span.evidence.as_ref().map(|end| end.record)).on(against).grounded(grounds);
    let stated = span.evidence.as_ref().and_then(|end| stated_by(run, end.record));
    match stated {
        Some((user, engineer)) => draft.by(user, engineer),
        None => draft,
    }
}

/// How the end of `phase` is known, which may be the beginning of the next.
fn how(run: &Run, phase: Phase, what: &str, evidence: &Evidence) -> Option<String> {
    let against = in_words(&ended_against(run, phase));
    match evidence.source {
        EvidenceSource::Log => None,
        EvidenceSource::Attested if against.is_some() => {
            against.map(|against| format!("Its {what} was stated by hand, although {against}."))
        }
        EvidenceSource::Counter => Some(match uncertain_start(run).filter(|_| phase == Phase::Prepare) {
            Some(length) => format!(
                "Its {what} is concluded from the GET counter: the earliest it can have been, and {length} before the \
                 first sign of it."
            ),
            None => format!("Its {what} is concluded from the GET counter."),
        }),
        EvidenceSource::Attested => Some(format!("Its {what} was stated by hand, not read.")),
    }
}

/// How long before the first sign of stage 1 it may have begun.
fn uncertain_start(run: &Run) -> Option<Length> {
    let (earliest, by) = run.phases.started_at(Phase::Stage1).zip(run.stage_1_begun_by())?;
    (by > earliest).then(|| by.length_since(earliest))
}

fn stated_by(run: &Run, record: Sequence) -> Option<(&str, Option<&str>)> {
    let stated = run.attestations.iter().find(|stated| stated.record == record)?;
    Some((&stated.user, stated.engineer.as_deref()))
}

pub(super) fn usage(run: &Run) -> StepSummary {
    let mut draft = phase(run, Phase::InUse);
    // That it ends by a statement is the rule: no appliance shows it.
    if draft.state == StepState::Done && run.failed.is_none() {
        let begun = grounds_of_end(run, Phase::Stage2);
        draft = StepSummary::done(draft.started_at, draft.ended_at).on(draft.records).grounded(begun);
        let over = run.attestations.iter().rev().find(|stated| stated.statement == Statement::TestOver);
        if let Some(over) = over {
            draft = draft.by(&over.user, over.engineer.as_deref());
            if over.is_dated_otherwise() {
                let at = over.at.in_words();
                let (grounds, although) = match end_against(run, over) {
                    Some(against) => (Grounds::Doubted, format!(", although {against}")),
                    None => (Grounds::Stated, String::new()),
                };
                let remark = format!("Its end was stated only at {at}, for an earlier moment{although}.");
                draft = draft.grounded(grounds).with(remark);
            }
        }
    }
    match usable(run) {
        Some(usable) => {
            let at = usable.since.in_words().to_string();
            let stated = stated_usable(run, usable);
            let grounds = if stated.is_in_doubt() { Grounds::Doubted } else { Grounds::Stated };
            let against = in_words(&stated.against);
            let despite = if unsettled_since(run, usable.record).next().is_some() {
                ", and a danger found after that is not settled"
            } else if unsettled_at(run, usable.record).next().is_some() {
                ", although a danger was not settled"
            } else {
                ""
            };
            let despite = match against.filter(|_| despite.is_empty()) {
                Some(against) => format!(", although {against}"),
                None => despite.to_owned(),
            };
            // Before that it was only restored.
            StepSummary { started_at: draft.started_at.map(|restored| usable.since.max(restored)), ..draft }
                .on([usable.record])
                .grounded(grounds)
                .with(format!("It was stated as usable since {at}{despite}."))
        }
        None if draft.state == StepState::Open => draft,
        None => {
            not_stated(run, draft).with(format!("Whether it can be used is not known: {}.", not_usable(run)))
        }
    }
}

/// A use that nobody stated, of which neither beginning nor end is known. Once the time for it is over, whether there was any
/// stays unknown.
fn not_stated(run: &Run, draft: StepSummary) -> StepSummary {
    let is_over = draft.state == StepState::Done || run.is_recorded_no_more();
    let state = if is_over { StepState::NotWatched } else { StepState::Open };
    let (records, remark) = (draft.records, draft.remark.filter(|_| state == StepState::NotWatched));
    StepSummary { state, grounds: draft.grounds, records, remark, ..StepSummary::open() }
}

pub(super) fn resume(run: &Run) -> StepSummary {
    let Some(pause) = run.replication.intervals.last() else {
        return if run.takes_part(Role::Primary) || run.tracking.replication.is_some() {
            StepSummary::open().with("Replication was never seen paused.")
        } else {
            not_watched()
        };
    };
    let Some(to) = pause.to else {
        let draft = attempt(run, |kind| kind == ActionKind::Resume);
        // An earlier resume of a replication that was paused again is over.
        let is_earlier = draft.started_at.is_some_and(|started| started < pause.from);
        let draft = if is_earlier { StepSummary::open() } else { draft };
        return if run.is_recorded_no_more() {
            draft.with("Replication was not seen to run again when the record ended.")
        } else {
            draft
        };
    };
    let draft = StepSummary::done(Some(to), Some(to)).bounded_by(pause.end_record, pause.end_record);
    let is_it = |action: &&ActionRecord| {
        action.plan.action == ActionKind::Resume
            && action.state == ActionState::Confirmed
            && action.requested_at >= pause.from
    };
    if let Some(action) = run.actions.iter().rev().find(is_it) {
        let draft = StepSummary { started_at: Some(action.requested_at), ..draft };
        let ended_by = draft.ended_by;
        return draft.by(&action.user, action.engineer.as_deref()).bounded_by(Some(action.record), ended_by);
    }
    match pause.end_record.and_then(|record| stated_by(run, record)) {
        Some((user, engineer)) => {
            let draft = draft.by(user, engineer).grounded(Grounds::Stated);
            draft.with("It was stated by hand, not read.")
        }
        None => draft.with("It was not done by drwatch."),
    }
}

pub(super) fn clean_up(run: &Run, now: Timestamp) -> StepSummary {
    if !run.is_cleanup_due() {
        return StepSummary::open();
    }
    let mut draft = StepSummary::done(run.test_over_known_at(), None);
    let left: Vec<_> = cleanup(run, now).into_iter().filter(|item| item.required && !item.done).collect();
    let signed = run.signed_by();
    if let Some(signed) = &signed {
        draft = draft.by(signed.user, signed.engineer).on([signed.record]);
        draft.ended_at = Some(signed.at);
    } else {
        draft.remark("Nobody has signed the run off.");
    }
    // That all is in order, only a person can say.
    if signed.is_none() || !left.is_empty() {
        let is_over = run.is_recorded_no_more();
        draft.state = if is_over { StepState::Unfinished } else { StepState::UnderWay };
        draft.ended_at = None;
    }
    for item in left {
        draft.remark(item.text);
    }
    draft
}
