//! The fold: how a run begins with its first record, and what every further record makes of it.
//!
//! What an event means is told in the files of its subject; here is only which file that is.

use std::fmt;

use super::{
    apply_appliances as appliances, apply_log as log, apply_replication as replication,
    apply_threads as threads,
    cleanup::SignOff,
    count::Sequence,
    counting,
    download::Download,
    event::{Event, TimerEvent},
    facts::{Link, Role},
    frozen::FrozenBucket,
    intents, near_miss, older_markers, pair,
    phase::{Phase, Phases},
    preflight::{self, Basis},
    record::{FORMAT, Record},
    replication::Replication,
    rules, stages,
    state::{Appliance, Dropped, FinalLines, LogState, Note, Reported, Run},
    time::{Elapsed, Timestamp},
    tracking::Tracking,
};

/// Entries kept of each list of a run; what goes beyond is counted in [`Dropped`].
pub const LIST_LIMIT: usize = 4096;

/// Why a record cannot begin a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    /// The record does not say what a run depends on.
    NotTheStart,
    /// It stands elsewhere than at position 0.
    WrongPosition(Sequence),
    /// It was written by a later program in a format that this one would misread.
    LaterFormat {
        /// Major version of that format.
        major: u16,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTheStart => f.write_str("the first record is not the start of a run"),
            Self::WrongPosition(seq) => {
                write!(f, "the record starts at position {seq}; its beginning is missing")
            }
            Self::LaterFormat { major } => {
                write!(f, "the record is in format {major}; a later drwatch is needed to read it")
            }
        }
    }
}

impl std::error::Error for StartError {}

impl Run {
    /// The run that `record` begins.
    ///
    /// # Errors
    /// Where `record` is not a `run_started` at position 0 in a format known here.
    pub fn start(record: &Record) -> Result<Self, StartError> {
        let Event::RunStarted(started) = &record.event else { return Err(StartError::NotTheStart) };
        if record.seq != Sequence(0) {
            return Err(StartError::WrongPosition(record.seq));
        }
        if started.format.major > FORMAT.major {
            return Err(StartError::LaterFormat { major: started.format.major });
        }
        Ok(Self {
            started: started.as_ref().clone(),
            started_at: record.at,
            last: record.seq,
            last_at: record.at,
            phases: Phases::begin(record.at),
            primary: Appliance::new(started.primary.is_some(), record.at),
            dr: Appliance::new(started.dr.is_some(), record.at),
            download: Download::default(),
            replication: Replication::default(),
            threads: None,
            listing: None,
            listing_since: None,
            listing_refused: None,
            frozen: FrozenBucket::default(),
            log: LogState::default(),
            actions: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
            absences: Vec::new(),
            own_clock_behind: Elapsed::ZERO,
            preflight: None,
            signed_off: None,
            left_paused: None,
            confirmed: None,
            deleted_files_not_read: None,
            older_markers: Vec::new(),
            older_markers_decided: false,
            final_lines: FinalLines::default(),
            failed: None,
            ending: None,
            reported: Reported::default(),
            dropped: Dropped::default(),
            tracking: Tracking::new(record.at, started.recorder.clone()),
        })
    }
}

impl Appliance {
    fn new(has_destination: bool, at: Timestamp) -> Self {
        Self {
            link: if has_destination { Link::Connecting } else { Link::Absent },
            link_since: at,
            away_since: has_destination.then_some(at),
            identity: None,
            expected: None,
            heard_at: None,
            silent_since: None,
            round_trip: None,
            service: None,
            bucket: None,
            clock_offset: None,
        }
    }
}

/// Takes `record` into `run`.
///
/// Total and pure: any record may follow any other, and equal records give equal runs. A record
/// at or before the position already reached has been taken in before and changes nothing.
pub fn apply(run: &mut Run, record: &Record) {
    if record.seq <= run.last {
        return;
    }
    let before = std::mem::replace(&mut run.last_at, record.at);
    run.last = record.seq;
    let basis = Basis::of(run);
    // What another machine answers says nothing about this appliance. The supervisor reads nothing of
    // it; an answer of a shell opened before may still be on its way.
    let answering = record.event.answers();
    if !answering.is_some_and(|role| run.is_stranger(role)) {
        dispatch(run, record, before);
        if let Some(role) = answering {
            appliances::silent(run, record, role);
        }
    }
    if pair::in_doubt(run) {
        // The pair may look right again later; a confirmation of a wrong pair does not hold then.
        run.confirmed = None;
    }
    basis.compare(run, record.seq);
    rules::settle(run, record);
}

/// `before` is the time of the record before this one.
fn dispatch(run: &mut Run, record: &Record, before: Timestamp) {
    match &record.event {
        Event::RunStarted(_) | Event::ActionRefused { .. } | Event::Exported { .. } => {}
        Event::RunContinued { held, since, recorder, distrusted, .. } => {
            appliances::continued(run, record.at, since.unwrap_or(before), held.as_deref());
            pair::taken_over(run, recorder, distrusted.is_some());
        }
        Event::OwnClock { behind } => run.own_clock_behind = *behind,
        Event::LinkChanged { role, link } => appliances::link(run, record, *role, link),
        Event::Identified { role, identity, .. } => appliances::identified(run, record, *role, identity),
        Event::NamesConfirmed { .. } => pair::confirmed(run, record),
        Event::CounterRead(answer) => counting::counter(run, record, answer),
        Event::ThreadsRead(answer) => threads::read(run, record, answer),
        Event::ServiceRead { role, answer } => appliances::service(run, record, *role, answer),
        Event::BucketNamed { role, answer } => appliances::bucket(run, record, *role, answer),
        Event::ReplicationRead(answer) => replication::read(run, record, answer),
        Event::BaselineTaken { .. } => counting::choose_baseline(run),
        Event::ListingStarted { .. } => run.listing_since = Some(record.at),
        Event::ListingRead { listing, cause, took, .. } => log::listing(run, record, listing, *cause, *took),
        Event::ListingRefused { reason, .. } => {
            run.listing_since = None;
            run.listing_refused = Some(reason.clone());
        }
        Event::LogChunk { offset, bytes, tally, received_at, .. } => {
            log::chunk(run, record, *offset, *bytes, *tally, received_at.unwrap_or(record.at));
        }
        Event::MarkerSeen { marker, line } => stages::marker(run, record, *marker, line),
        Event::AlarmSeen { alarm, line } => log::alarm(run, record, alarm, line),
        Event::NearMissSeen { of, line } => near_miss::seen(run, record, of, line),
        Event::LogSearched(answer) => {
            appliances::answered(run, record.at, Role::Dr, answer.took);
            older_markers::searched(run, record, &answer.reading);
        }
        Event::MarkersClaimed { claimed, .. } => older_markers::claimed(run, record, claimed),
        Event::RfsdRestarted { before, after, line } => log::restarted(run, record, *before, *after, line),
        Event::LogGap(gap) => log::gap(run, record, gap),
        Event::LogFollowed => {
            run.log.followed = true;
            run.log.lost = None;
            run.log.away_since = None;
        }
        Event::LogLost { reason } => {
            run.log.away_since.get_or_insert(record.at);
            run.log.lost = Some((record.at, reason.clone()));
        }
        Event::ClockOffset { role, seconds } => appliances::clock(run, record, *role, *seconds),
        Event::ActionRequested { .. } => intents::requested(run, record),
        Event::LeftPaused { user } => replication::left(run, record, user),
        Event::ActionSent { id, sent, answer, remark } => {
            intents::sent(run, *id, sent, answer, remark.as_deref());
        }
        Event::ActionSettled { id, state } => intents::settled(run, record, *id, state),
        Event::Attested { statement, since, reason, .. } => {
            stages::attested(run, record, *statement, *since, reason);
        }
        Event::Noted { text, user } => {
            let note = Note { at: record.at, text: text.clone(), user: user.clone(), record: record.seq };
            push_bounded(&mut run.notes, &mut run.dropped.notes, note);
        }
        Event::PreflightJudged { verdict, items } => {
            preflight::judged(run, record.at, record.seq, *verdict, items);
        }
        Event::SignedOff { text, user } => {
            let (text, user) = (text.clone(), user.clone());
            run.signed_off = Some(SignOff { at: record.at, text, user, record: record.seq });
        }
        Event::Acknowledged { .. } => run.acknowledge(record),
        Event::Due(edge) => due(run, record.at, *edge),
        Event::RecordHole { from, records, reason } => log::hole(run, record, *from, *records, reason),
        Event::RunEnded(ending) => {
            run.ending = Some(ending.clone());
            run.listing_since = None;
        }
    }
}

/// Remembers an edge as reported; the rules make findings of it.
fn due(run: &mut Run, at: Timestamp, edge: TimerEvent) {
    match edge {
        TimerEvent::Stalled if run.phase() == Phase::Stage1 => run.reported.stalled = Some(at),
        TimerEvent::Stalled => {}
        TimerEvent::BudgetUsed { percent } => {
            run.reported.budget_percent = run.reported.budget_percent.max(percent);
        }
        TimerEvent::Lost { role } => *run.reported.lost_mut(role) = Some(at),
        TimerEvent::NoInfoLines if run.tracking.info_seen => {}
        TimerEvent::NoInfoLines => run.reported.no_info_lines = Some(at),
        TimerEvent::LogSilent => run.reported.log_silent = Some(at),
    }
}

/// Appends `item`; beyond [`LIST_LIMIT`] the oldest entry gives way and is counted.
pub(super) fn push_bounded<T>(list: &mut Vec<T>, dropped: &mut u64, item: T) {
    if list.len() >= LIST_LIMIT {
        list.remove(0);
        *dropped = dropped.saturating_add(1);
    }
    list.push(item);
}
