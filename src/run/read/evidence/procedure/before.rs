//! The steps up to the start of stage 1.

use crate::run::read::evidence::{StepState, StepSummary};
use crate::run::read::restore::{ended_against, grounds_of_end, in_words};
use crate::run::state::{ActionRecord, Attestation, Run, ServiceSeen};
use crate::run::values::{
    ActionKind, ActionState, EvidenceSource, Grounds, ListingCause, PauseInterval, PausedBy, Phase, Role,
    Statement,
};

/// A step of an action that did not lead to the state wanted: under way, or why it did not.
pub(super) fn attempt(run: &Run, wanted: impl Fn(ActionKind) -> bool) -> StepSummary {
    let Some(action) = run.actions.iter().rev().find(|action| wanted(action.plan.action)) else {
        return StepSummary::open();
    };
    let draft = StepSummary::open().on([action.record]);
    match &action.state {
        ActionState::Rejected { reason } => draft.with(format!("It was tried, and rejected: {reason}.")),
        ActionState::Unknown { reason } => {
            draft.with(format!("It was tried, with unknown outcome: {reason}."))
        }
        _ => {
            let state = StepState::UnderWay;
            let draft = StepSummary { state, started_at: Some(action.requested_at), ..draft };
            let draft = draft.bounded_by(Some(action.record), None);
            draft.by(&action.user, action.engineer.as_deref())
        }
    }
}

pub(super) fn pause(run: &Run) -> StepSummary {
    // Where pauses were dropped, the first one kept is not the one of the preparation.
    let first = run.replication.intervals.first().filter(|_| run.dropped.intervals == 0);
    let Some(pause) = first else {
        if !run.takes_part(Role::Primary) && run.tracking.replication.is_none() {
            return not_watched();
        }
        return attempt(run, |kind| kind == ActionKind::Pause);
    };
    let draft = StepSummary::done(Some(pause.from), Some(pause.from));
    by_whom(run, pause, draft.bounded_by(pause.record, pause.record))
}

/// A step on a primary that is not watched.
pub(super) fn not_watched() -> StepSummary {
    let state = StepState::NotWatched;
    StepSummary { state, ..StepSummary::open() }.with("The primary was not watched.")
}

fn by_whom(run: &Run, pause: &PauseInterval, draft: StepSummary) -> StepSummary {
    match pause.by {
        PausedBy::Drwatch => match confirmed(run, ActionKind::Pause) {
            Some(action) => {
                // It ends with the first reading of the pause, from which every other length of it counts too.
                let ended_by = draft.ended_by;
                let draft = StepSummary { started_at: Some(action.requested_at), ..draft };
                draft.by(&action.user, action.engineer.as_deref()).bounded_by(Some(action.record), ended_by)
            }
            None => draft,
        },
        PausedBy::Other if pause.from_known => draft.with("It was not done by drwatch."),
        PausedBy::Other => {
            let draft = StepSummary { started_at: None, ..draft };
            draft.with("It was not done by drwatch, and had been done before it was first seen.")
        }
        PausedBy::Attested => {
            let is_of_it = |stated: &&Attestation| stated.statement == Statement::ReplicationPaused;
            let stated = run.attestations.iter().find(is_of_it);
            let draft = draft.with("It was stated by hand, not read.").grounded(Grounds::Stated);
            match stated {
                Some(stated) => {
                    let record = Some(stated.record);
                    draft.by(&stated.user, stated.engineer.as_deref()).bounded_by(record, record)
                }
                None => draft,
            }
        }
    }
}

/// The first action of that kind that its read-back confirmed.
pub(super) fn confirmed(run: &Run, kind: ActionKind) -> Option<&ActionRecord> {
    let is_it = |action: &&ActionRecord| action.plan.action == kind && action.state == ActionState::Confirmed;
    run.actions.iter().find(is_it)
}

pub(super) fn list(run: &Run) -> StepSummary {
    // The listing that stage 1 is counted against; without one made in the pause, the latest.
    let paused = run.frozen.at_pause.as_ref();
    let paused = paused.map(|listed| (listed.begun_at, listed.at, listed.record, listed.cause));
    let latest = run.listing.as_ref();
    let latest = latest.map(|listed| (listed.begun_at, listed.at, listed.record, listed.cause));
    let Some((begun_at, at, record, cause)) = paused.or(latest) else {
        if run.listing_since.is_some() {
            let state = StepState::UnderWay;
            return StepSummary { state, started_at: run.listing_since, ..StepSummary::open() };
        }
        let draft = if run.takes_part(Role::Primary) { StepSummary::open() } else { not_watched() };
        return match &run.listing_refused {
            Some(reason) => draft.with(format!("It was tried, and refused: {reason}.")),
            None => draft,
        };
    };
    let draft = StepSummary::done(Some(begun_at), Some(at)).bounded_by(None, Some(record));
    match cause {
        ListingCause::File => draft.with("The listing was given as a file."),
        _ if paused.is_none() => {
            draft.with("It was not made in the pause, so that the bucket may have changed after it.")
        }
        ListingCause::Asked => draft,
        _ => draft.with("drwatch listed it by itself."),
    }
}

pub(super) fn threads(run: &Run) -> StepSummary {
    let sets = |kind| matches!(kind, ActionKind::SetThreads(_));
    let took = |state: &ActionState| matches!(state, ActionState::Confirmed | ActionState::AwaitingService);
    let set = run.actions.iter().find(|action| sets(action.plan.action) && took(&action.state));
    if let Some(action) = set {
        let draft =
            StepSummary::done(Some(action.requested_at), action.settled_at.or(Some(action.requested_at)));
        let ended_by = action.settled_record.or(Some(action.record));
        let draft =
            draft.by(&action.user, action.engineer.as_deref()).bounded_by(Some(action.record), ended_by);
        return match action.state {
            ActionState::AwaitingService => draft.with("It was accepted, and not read back."),
            _ => draft,
        };
    }
    let wanted = run.started.settings.threads;
    let had = run.tracking.thread_changes.iter().find(|(_, count)| *count == wanted);
    if let Some((at, count)) = had {
        let draft = StepSummary::done(None, Some(*at));
        return draft.with(format!("The DR appliance was read to have {count}; it was not set by drwatch."));
    }
    let draft = attempt(run, sets);
    match run.tracking.thread_changes.back() {
        Some((_, count)) if draft.state == StepState::Open => {
            draft.with(format!("The DR appliance was read to have {count}."))
        }
        _ => draft,
    }
}

pub(super) fn baseline(run: &Run) -> StepSummary {
    let Some(baseline) = &run.download.baseline else { return StepSummary::open() };
    let choice = run.baseline_choice.as_ref().filter(|_| baseline.chosen);
    // Until stage 1 begins, readings move the baseline unless it was chosen.
    if choice.is_none() && !run.has_begun_stage_1() {
        return StepSummary::open();
    }
    let draft = StepSummary::done(None, Some(baseline.at)).bounded_by(None, Some(baseline.record));
    let draft = match choice {
        Some(choice) => {
            let draft = StepSummary { started_at: Some(choice.at), ended_at: Some(choice.at), ..draft };
            let record = Some(choice.record);
            draft.by(&choice.user, choice.engineer.as_deref()).bounded_by(record, record)
        }
        None if run.started.imported.is_some() => draft.with("It was given with the saved log."),
        None => draft.with("drwatch took the last reading at rest by itself."),
    };
    if baseline.late {
        draft.with(
            "It was read only after the service had started, so that the first objects are not counted.",
        )
    } else {
        draft
    }
}

pub(super) fn start(run: &Run) -> StepSummary {
    let by_hand = "It is typed on the DR appliance; drwatch never sends it.";
    if let Some((at, record)) = run.service_started {
        // The service is asked for now and then; what the counter shows may be older than the reading.
        let begun = run.stage_1_begun_by().filter(|begun| *begun < at);
        let shown_by = begun.map_or(Some(record), |_| run.end_record(Phase::Prepare));
        let shown = begun.unwrap_or(at);
        let draft = StepSummary::done(Some(shown), Some(shown)).bounded_by(shown_by, shown_by);
        let draft = draft.on([record]).with(by_hand);
        return match begun {
            Some(begun) => {
                let what = if run.phases.started_at(Phase::Stage1) < Some(begun) {
                    "The time is that of the first sign of stage 1, which it came before"
                } else {
                    "The time is that of the start of stage 1"
                };
                // No time of day: in two runs of the simulation that are alike, all sentences are.
                draft.with(format!(
                    "{what}; the service was first read as running {} later.",
                    at.length_since(begun)
                ))
            }
            None => draft,
        };
    }
    if run.has_begun_stage_1() {
        let begin = run.phases.span(Phase::Prepare).and_then(|span| span.evidence.as_ref());
        let draft = StepSummary::done(None, None).on(begin.map(|evidence| evidence.record));
        if begin.is_none_or(|evidence| evidence.source != EvidenceSource::Attested) {
            return draft.with("It was not seen itself; stage 1 shows it.");
        }
        let draft = draft.grounded(grounds_of_end(run, Phase::Prepare));
        return match in_words(&ended_against(run, Phase::Prepare)) {
            Some(against) => {
                draft.with(format!("Only a statement that stage 1 began shows it, although {against}."))
            }
            None => draft.with("It was not seen itself; only a statement that stage 1 began shows it."),
        };
    }
    if matches!(run.tracking.service, ServiceSeen::Running { .. }) {
        return StepSummary::done(None, None).with("The service ran already when it was first read.");
    }
    StepSummary::open()
}
