//! The primary's replication: its state, its pauses and who changed it, from readings and statements.

use super::bucket;
use crate::run::state::{ActionRecord, LIST_LIMIT, Run, StatedChange};
use crate::run::values::{
    ActionKind, ActionState, Answer, Backlog, ByteCount, Code, Elapsed, Known, LeftPaused, Length, PauseEnd,
    PauseInterval, PausedBy, Phase, Protection, RECENT_READING, ReadAt, Reading, Record, ReplicationState,
    Role, Timestamp, Unseen, Wording,
};

/// A change seen this soon after an action of that kind was settled is attributed to it.
const ACTION_EFFECT_LIMIT: Elapsed = Elapsed::from_secs(30);

/// If the action was requested this recently, the reading dates its effect.
const PROMPT_ACTION_LIMIT: Elapsed = Elapsed::from_secs(20);

/// Open findings about changes by others; beyond it the latest is reworded.
// Open findings are never dropped, so something that switches replication to and fro
// must not fill their list.
const MAX_OPEN_CHANGES: usize = 8;

pub(in crate::run) fn read(
    run: &mut Run,
    record: &Record,
    answer: &Answer<ReplicationState>,
    backlog: Option<ByteCount>,
) {
    run.replication.raw.clone_from(&answer.raw);
    run.replication.backlog = backlog;
    run.replication.names_backlog |= backlog.is_some();
    state_read(run, record, answer);
    recover(run, record, answer.reading.known().is_some(), backlog);
}

fn state_read(run: &mut Run, record: &Record, answer: &Answer<ReplicationState>) {
    if let Reading::Known(state) = answer.reading {
        observe(run, record, state);
        run.replication.verified_at = Some(record.at);
        run.replication.attested = false;
    } else if run.tracking.replication_stated.is_some() {
        // An unreadable answer does not contradict the engineer's statement.
        run.replication.attested = true;
    } else if run.replication.state != Known::Unreadable {
        not_read(run, record.at);
        // The last pause stays open: it is not known to be over.
        run.replication.state = Known::Unreadable;
        run.replication.since = Some(record.at);
        run.replication.record = Some(record.seq);
        run.replication.attested = false;
    }
}

/// An action was confirmed by its read-back, which may have no record of its own.
pub(in crate::run) fn confirmed(run: &mut Run, record: &Record, state: ReplicationState) {
    if run.replication.state != Known::from(state) {
        observe(run, record, state);
        run.replication.verified_at = Some(record.at);
        run.replication.attested = false;
        recover(run, record, true, None);
    }
}

/// Takes in what a reply shows of the time after the latest pause.
fn recover(run: &mut Run, record: &Record, state_was_read: bool, backlog: Option<ByteCount>) {
    if run.replication.state == Known::Running
        && let Some(recovery) = run.replication.intervals.last_mut().and_then(|pause| pause.recovery.as_mut())
    {
        recovery.read(ReadAt { at: record.at, record: record.seq }, state_was_read, backlog);
    }
}

fn observe(run: &mut Run, record: &Record, state: ReplicationState) {
    let before = run.tracking.replication;
    // A reading that agrees keeps the statement, for the next answer that cannot be read.
    run.tracking.replication_stated = run.tracking.replication_stated.filter(|stated| *stated == state);
    let ours = caused_by_action(run, state, record.at);
    // Taken, as only the first reading after a statement confirms or contradicts it. What later ones show are changes.
    let stated = run.tracking.stated_change.take();
    let contradicted = stated.filter(|stated| stated.state != state && !ours);
    let is_observed = was_observed(run, state, record.at, ours);
    // Taken, because this reading ends the time without readings.
    let unobserved_since = run.replication.unobserved_since.take();
    let was_unobserved = unobserved_since.is_some_and(|since| record.at.since(since) > RECENT_READING);
    // Read as running before the statement and after it: there was no pause.
    let runs_on = state == ReplicationState::Running
        && contradicted.is_some_and(|stated| drop_pause(run, stated, record.at));
    // Running before and after a time without readings: it may have been paused in between.
    run.replication.may_have_paused |=
        was_unobserved && before == Some(state) && state == ReplicationState::Running;
    // Paused before and after it: the pause may have been interrupted.
    if before == Some(state)
        && was_unobserved
        && let Some(since) = unobserved_since
        && let Some(pause) = run.replication.open_pause_mut()
    {
        pause.unwatched = true;
        pause.unseen = Some(Unseen::and(pause.unseen.take(), since.max(pause.from), record.at));
    }
    if before != Some(state) {
        match state {
            // Read as paused before the statement and after it: it is still the same pause.
            ReplicationState::Paused
                if contradicted.is_some_and(|stated| reopen_pause(run, stated, record.at)) => {}
            ReplicationState::Paused => {
                let by = if ours { PausedBy::Drwatch } else { PausedBy::Other };
                let is_known = before.is_some() && is_observed;
                open_pause(run, PauseInterval::begun(record.at, is_known, by, record.seq));
            }
            ReplicationState::Running if runs_on => {}
            ReplicationState::Running => {
                let resumed_at = resume_requested(run).filter(|_| ours);
                let is_unseen = !is_observed || contradicted.is_some();
                let known_at = run.tracking.replication_known_at.filter(|_| contradicted.is_none());
                close_pause(run, record, record.at, is_unseen, resumed_at);
                if let Some(pause) = run.replication.intervals.last_mut().filter(|pause| pause.ended_unseen) {
                    pause.seen_until = pause.seen_until.or(known_at);
                }
            }
        }
        // The first reading of a run shows a state, not a change; one against a statement shows that one was wrong.
        match contradicted {
            Some(stated) => contradict(run, record, state, stated),
            None if before.is_some() && !ours => changed_by_others(run, record, state),
            None => {}
        }
    }
    if run.replication.state != Known::from(state) {
        // An unreadable answer in between does not end a pause.
        let known_since = contradicted.and_then(|stated| stated.before_since).filter(|_| runs_on);
        let since = known_since.or(run.replication.open_pause().map(|pause| pause.from));
        run.replication.since = Some(since.unwrap_or(record.at));
        run.replication.record = Some(record.seq);
    }
    run.replication.state = state.into();
    run.tracking.replication = Some(state);
    run.tracking.replication_known_at = Some(record.at);
}

/// Whether it is known when replication changed to `state`: it was read, or the change requested, shortly before.
fn was_observed(run: &Run, state: ReplicationState, at: Timestamp, ours: bool) -> bool {
    let was_known = matches!(run.replication.state, Known::Paused | Known::Running);
    let known_at = run.tracking.replication_known_at.filter(|_| was_known);
    let limit = if ours { PROMPT_ACTION_LIMIT } else { RECENT_READING };
    // An action was under way for a while, so only a reading from just before it dates its effect.
    if known_at.is_some_and(|known| at.since(known) <= limit) {
        return true;
    }
    let requested = run.actions.iter().rev().find(|action| intended_state(action.plan.action) == Some(state));
    // A change that took effect while contact was lost must not be dated by its read-back.
    ours && requested.is_some_and(|action| at.since(action.requested_at) <= PROMPT_ACTION_LIMIT)
}

/// From `at` on the state of the primary is not observed, until the next reading of it.
pub(super) fn not_read(run: &mut Run, at: Timestamp) {
    // The last reading counts, because the state may have changed between it and the loss.
    let known_at = run.tracking.replication_known_at.unwrap_or(at);
    run.replication.unobserved_since.get_or_insert(known_at);
}

/// Applies a state stated by the engineer, with its time.
pub(in crate::run) fn stated(run: &mut Run, record: &Record, state: ReplicationState, since: Timestamp) {
    // A statement about the future counts from now.
    let since = since.min(record.at);
    if run.tracking.replication != Some(state) {
        let is_recent = |at: &Timestamp| record.at.since(*at) <= RECENT_READING;
        let was_read = !run.replication.attested && run.replication.state != Known::Unreadable;
        let against = run.replication.verified_at.filter(is_recent).filter(|_| was_read);
        let (at, record) = (record.at, record.seq);
        let before_since = run.replication.since;
        run.tracking.stated_change = Some(StatedChange { state, at, record, against, since, before_since });
    }
    match (state, run.tracking.replication) {
        (ReplicationState::Paused, Some(ReplicationState::Paused)) => date_pause(run, since),
        (ReplicationState::Paused, _) => {
            // A pause cannot begin before the one before it ended; the same time would count twice.
            let from =
                run.replication.intervals.last().and_then(|last| last.to).map_or(since, |to| since.max(to));
            open_pause(run, PauseInterval::begun(from, true, PausedBy::Attested, record.seq));
        }
        (ReplicationState::Running, _) => {
            close_pause(run, record, since, false, Some(since));
            if let Some(pause) = run.replication.intervals.last_mut() {
                let is_its_end = pause.end_record == Some(record.seq);
                pause.end = if is_its_end { PauseEnd::Stated } else { pause.end };
            }
        }
    }
    let is_other = run.replication.state != Known::from(state);
    if is_other {
        run.replication.since = Some(since);
    }
    // What was read before a change in doubt does not bear out what is stated after it.
    if is_other || run.change_in_doubt().is_some() {
        run.replication.attested = true;
        run.replication.record = Some(record.seq);
    }
    run.replication.state = state.into();
    run.tracking.replication = Some(state);
    run.tracking.replication_stated = Some(state);
    run.tracking.replication_known_at = Some(record.at);
}

/// Dates the start of a pause that was first seen under way.
fn date_pause(run: &mut Run, since: Timestamp) {
    // Not before the end of the pause before this one, or the same time would count twice.
    let floor = run.replication.intervals.iter().rev().nth(1).and_then(|before| before.to);
    let Some(pause) = run.replication.intervals.last_mut() else { return };
    // A later time than that of the reading contradicts what was read.
    if pause.to.is_none() && !pause.from_known && since <= pause.from {
        pause.from = floor.map_or(since, |floor| since.max(floor));
        pause.from_known = true;
        pause.by = PausedBy::Attested;
        run.replication.since = Some(pause.from);
    }
}

fn open_pause(run: &mut Run, pause: PauseInterval) {
    let replication = &mut run.replication;
    if replication.intervals.len() >= LIST_LIMIT {
        let oldest = replication.intervals.remove(0);
        let length = oldest.to.map_or(Length::ZERO, |to| to.length_since(oldest.from));
        // The total counts its length on, although the pause itself leaves the list.
        replication.earlier = replication.earlier.saturating_add(length);
        let next = replication.intervals.first().map_or(pause.from, |next| next.from);
        let exposed = oldest.exposed_before(next);
        replication.earlier_exposed = replication.earlier_exposed.saturating_add(exposed);
        run.dropped.intervals = run.dropped.intervals.saturating_add(1);
    }
    replication.intervals.push(pause);
    bucket::pause_begun(run);
}

fn close_pause(
    run: &mut Run,
    record: &Record,
    at: Timestamp,
    ended_unobserved: bool,
    resumed_at: Option<Timestamp>,
) {
    let backlog = if run.replication.names_backlog { Backlog::Awaited } else { Backlog::NotNamed };
    if let Some(pause) = run.replication.open_pause_mut() {
        pause.recovery = Some(Protection { resumed_at, backlog, ..Protection::default() });
        // A clock may have been set back: no pause has a negative length.
        pause.to = Some(at.max(pause.from));
        pause.ended_unseen = ended_unobserved;
        pause.end_record = Some(record.seq);
    }
}

/// Takes back the end of a pause that a statement gave it against a reading; whether there was one.
fn reopen_pause(run: &mut Run, stated: StatedChange, at: Timestamp) -> bool {
    let Some(read_at) = stated.against else { return false };
    let ended = run.replication.intervals.last_mut().filter(|pause| pause.end_record == Some(stated.record));
    let Some(pause) = ended else { return false };
    (pause.to, pause.end_record, pause.recovery) = (None, None, None);
    (pause.ended_unseen, pause.end) = (false, PauseEnd::Read);
    if at.since(read_at) > RECENT_READING {
        pause.unwatched = true;
        pause.unseen = Some(Unseen::and(pause.unseen.take(), read_at, at));
    }
    true
}

/// Takes back a pause that rests on a statement alone, between two readings of the opposite with no room for one; whether
/// there was one.
fn drop_pause(run: &mut Run, stated: StatedChange, at: Timestamp) -> bool {
    let is_read_before = stated.against.is_some_and(|read_at| at.since(read_at) <= RECENT_READING);
    let is_it = |pause: &mut PauseInterval| pause.to.is_none() && pause.record == Some(stated.record);
    is_read_before && run.replication.intervals.pop_if(is_it).is_some()
}

/// A reading contradicts the latest statement: nobody is said to have changed anything.
fn contradict(run: &mut Run, record: &Record, state: ReplicationState, stated: StatedChange) {
    let name = run.name(Role::Primary);
    let word = |state| match state {
        ReplicationState::Running => "running",
        ReplicationState::Paused => "paused",
    };
    let since = if stated.since == stated.at {
        String::new()
    } else {
        format!(", since {}", stated.since.in_words())
    };
    let text = format!(
        "Replication on {name} was read as {} at {}, against the statement that it is {} (stated {}{since}). The \
         reading counts.",
        word(state),
        record.at.in_words(),
        word(stated.state),
        stated.at.in_words()
    );
    let wording =
        Wording::attention(text).advising(format!("Look on {name} itself which of the two is right."));
    run.raise(record, Code::StatementContradicted, Some(Role::Primary), wording);
}

/// When drwatch was last asked to resume.
fn resume_requested(run: &Run) -> Option<Timestamp> {
    let resume = run.actions.iter().rev().find(|action| action.plan.action == ActionKind::Resume)?;
    Some(resume.requested_at)
}

pub(super) const fn intended_state(action: ActionKind) -> Option<ReplicationState> {
    match action {
        ActionKind::Pause => Some(ReplicationState::Paused),
        ActionKind::Resume => Some(ReplicationState::Running),
        ActionKind::SetThreads(_) => None,
    }
}

/// Whether an action of drwatch explains `state` at `at`: one under way, of unknown outcome, or just settled.
fn caused_by_action(run: &Run, state: ReplicationState, at: Timestamp) -> bool {
    // An action undone by a later one explains nothing any more.
    let mut confirmed = run.actions.iter().rev().filter(|action| action.state == ActionState::Confirmed);
    let undone =
        confirmed.find_map(|action| intended_state(action.plan.action)).is_some_and(|last| last != state);
    run.actions.iter().rev().filter(|action| intended_state(action.plan.action) == Some(state)).any(
        |action| {
            !action.state.is_settled()
                // It may have taken effect all the same; a statement since does not show that it has not.
                || is_unread(run, action)
                || (!undone
                    && action.settled_at.is_some_and(|settled| at.since(settled) <= ACTION_EFFECT_LIMIT))
        },
    )
}

/// Whether the outcome of an action is unknown, and replication was not read since.
fn is_unread(run: &Run, action: &ActionRecord) -> bool {
    let settled_at = action.settled_at.filter(|_| matches!(action.state, ActionState::Unknown { .. }));
    settled_at.is_some_and(|settled| run.replication.verified_at.is_none_or(|read_at| read_at <= settled))
}

pub(in crate::run) fn left(run: &mut Run, record: &Record, user: &str) {
    let is_paused = run.replication_state() == Known::Paused;
    let open_pause = run.replication.open_pause().filter(|_| is_paused);
    run.left_paused = Some(LeftPaused {
        at: record.at,
        user: user.to_owned(),
        engineer: run.engineer.clone(),
        phase: run.phases.current,
        paused: open_pause.map(|pause| record.at.length_since(pause.from)),
        attested: run.replication.attested,
        record: record.seq,
    });
}

fn changed_by_others(run: &mut Run, record: &Record, state: ReplicationState) {
    let name = run.name(Role::Primary);
    let phase = run.phases.current;
    let done = match state {
        ReplicationState::Running => "resumed",
        ReplicationState::Paused => "paused",
    };
    let text = format!(
        "Replication on {name} was {done} {}, and not by drwatch. {}",
        phase.during(),
        consequence(state, phase)
    );
    let to_do = format!("Find out who {done} replication on {name}.");
    let wording = match (state, phase) {
        (ReplicationState::Running, Phase::Stage1) => Wording::blocking(text, to_do),
        // The pause is what the procedure asks for at this point, whoever made it.
        (ReplicationState::Paused, Phase::Prepare) => Wording::info(text).advising(to_do),
        _ => Wording::attention(text).advising(to_do),
    };
    // Each change is its own finding, unless they are too many.
    let open = run.open_findings().filter(|finding| finding.code == Code::ReplicationChangedByOthers).count();
    if open < MAX_OPEN_CHANGES {
        run.open_finding(record, Code::ReplicationChangedByOthers, Some(Role::Primary), wording);
    } else {
        run.raise(record, Code::ReplicationChangedByOthers, Some(Role::Primary), wording);
    }
}

/// What the change means for a test in `phase`.
const fn consequence(state: ReplicationState, phase: Phase) -> &'static str {
    match (state, phase) {
        (ReplicationState::Running, Phase::Prepare) => {
            "The bucket may change: pause it and list the bucket again before the DR service is started."
        }
        (ReplicationState::Running, Phase::Stage1) => {
            "The bucket may change while metadata is downloaded from it: pause it at once."
        }
        (ReplicationState::Running, Phase::Stage2 | Phase::InUse) => {
            "From now on a file deleted on production can no longer be read on the DR appliance: confirm that a file \
             exists there before it is read."
        }
        (ReplicationState::Running, Phase::Ended) => "The test is over, so it harms nothing.",
        (ReplicationState::Paused, Phase::Ended) => {
            "The test is over and needs no pause: new data on production is not protected."
        }
        (ReplicationState::Paused, Phase::Prepare) => {
            "Stage 1 needs that; from here on new data on production is not protected."
        }
        (ReplicationState::Paused, _) => "The test may go on, but new data on production is not protected.",
    }
}
