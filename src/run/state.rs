//! The state of a run: what its events add up to.

use super::{
    action::{ActionPlan, ActionState, Override},
    cleanup::SignOff,
    count::{ActionId, LogOffset, ObjectCount, Sequence, ThreadCount},
    download::Download,
    event::{Ending, ListingCause},
    facts::{Link, Reading, Role, ServiceState},
    finding::Finding,
    frozen::FrozenBucket,
    identity::Identity,
    listing::BucketListing,
    log::{Gap, LogTally},
    older_markers::OlderMarker,
    phase::{Phase, Phases},
    preflight::PreflightRecord,
    record::Started,
    replication::{LeftPaused, Replication},
    time::{Elapsed, Timestamp},
    tracking::Tracking,
};

/// A value with the time and record of its last reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed<T> {
    /// What was read.
    pub reading: Reading<T>,
    /// When.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
}

/// One appliance as the run knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appliance {
    /// The connection.
    pub link: Link,
    /// Since when the connection is in that state.
    pub link_since: Timestamp,
    /// Since when there is no connection, whatever was tried meanwhile; `None` while there is one.
    pub away_since: Option<Timestamp>,
    /// Who answers, once it has shown that.
    pub identity: Option<Identity>,
    /// Who it has to be: as confirmed by the engineer, else as first seen in this run.
    pub expected: Option<Identity>,
    /// Last time anything was heard of it.
    pub heard_at: Option<Timestamp>,
    /// Since when no question was answered in time though the connection stands; `None` after an answer.
    pub silent_since: Option<Timestamp>,
    /// Time of the last question from sending to answer.
    pub round_trip: Option<Elapsed>,
    /// State of its service.
    pub service: Option<Observed<ServiceState>>,
    /// Name of the bucket that it is set up with, as last told.
    pub bucket: Option<Observed<String>>,
    /// Its clock against ours in seconds; positive: ahead.
    pub clock_offset: Option<i64>,
}

impl Appliance {
    /// Whether another machine than the expected one answers.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        let pair = self.expected.as_ref().zip(self.identity.as_ref());
        pair.is_some_and(|(expected, identity)| expected.is_other_machine(identity))
    }

    /// Since when it is away: its connection was lost, or an attempt has failed, whatever is tried at the
    /// moment. `None` while it is connected, and during the first attempt of all.
    #[must_use]
    pub fn away(&self) -> Option<Timestamp> {
        let since = self.away_since.unwrap_or(self.link_since);
        match self.link {
            Link::Absent | Link::Connected => None,
            Link::Connecting => {
                Some(since).filter(|since| self.heard_at.is_some() || *since < self.link_since)
            }
            Link::Waiting { .. } | Link::Stopped { .. } => Some(since),
        }
    }
}

/// The bucket listing in use, and the first one for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingState {
    /// The listing.
    pub listing: BucketListing,
    /// When it arrived.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
    /// Why it was asked for.
    pub cause: ListingCause,
    /// Whether it was taken without a confirmed pause before it.
    pub provisional: bool,
}

/// The engineer's confirmation of the two appliances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The record.
    pub record: Sequence,
    /// Why these are two machines, where nothing they show tells them apart.
    pub reason: Option<String>,
}

/// An action and how it fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRecord {
    /// Its number.
    pub id: ActionId,
    /// What it would send.
    pub plan: ActionPlan,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The record of the request.
    pub record: Sequence,
    /// Local user.
    pub user: String,
    /// Threads last read when a number of threads was asked for.
    pub threads_before: Option<ThreadCount>,
    /// Reason for going against the policy, if it did.
    pub r#override: Option<Override>,
    /// The phrase of consent as typed.
    pub typed: Option<String>,
    /// Lines as sent; `None`: not sent.
    pub sent: Option<Vec<String>>,
    /// What the appliance answered.
    pub answer: Option<String>,
    /// What it said beside taking the lines.
    pub remark: Option<String>,
    /// How far it has come.
    pub state: ActionState,
    /// When it settled.
    pub settled_at: Option<Timestamp>,
}

/// A note of the engineer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// The words.
    pub text: String,
    /// Local user.
    pub user: String,
    /// The record.
    pub record: Sequence,
}

/// What is known of the DR appliance's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    /// Whether it came to its end without the end of its last line, which is whole then.
    pub is_ended: bool,
    /// Totals over all chunks.
    pub tally: LogTally,
    /// End of the last chunk in `dr.log`.
    pub end: LogOffset,
    /// When the last chunk arrived.
    pub last_at: Option<Timestamp>,
    /// When the last chunk arrived whose lines surely follow on those before: what is missing came after it.
    pub sure_at: Option<Timestamp>,
    /// Stretches missing.
    pub gaps: Vec<Gap>,
    /// The last rfsd process id seen to change.
    pub rfsd: Option<u32>,
    /// Whether it was ever read to its end: lines behind that are newer than the run.
    pub followed: bool,
    /// Since when it is not followed any more, once it was: lines written since may not have been seen.
    pub away_since: Option<Timestamp>,
    /// Since when it is not at hand, and why.
    pub lost: Option<(Timestamp, String)>,
    /// From here on what is in `dr.log` is one stretch of the log, without a gap and without lines that may be
    /// there twice.
    pub one_stretch_from: LogOffset,
    /// Where a gap is behind which nothing has come yet: only what comes breaks the stretch.
    pub open_gap: Option<LogOffset>,
}

/// A run: the fold of its events, bounded in size whatever their number.
///
/// Built only by [`Run::start`](super::Run::start) and [`apply`](super::apply()).
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The first record's content.
    pub started: Started,
    /// When the first record was made.
    pub started_at: Timestamp,
    /// The last record applied.
    pub last: Sequence,
    /// When the last record was made.
    pub last_at: Timestamp,
    /// The phases.
    pub phases: Phases,
    /// The primary.
    pub primary: Appliance,
    /// The DR appliance.
    pub dr: Appliance,
    /// Download figures.
    pub download: Download,
    /// The primary's replication.
    pub replication: Replication,
    /// Replication threads of the DR appliance.
    pub threads: Option<Observed<ThreadCount>>,
    /// The latest bucket listing.
    pub listing: Option<ListingState>,
    /// Since when a listing is under way.
    pub listing_since: Option<Timestamp>,
    /// Whether the bucket stood still during the pause.
    pub frozen: FrozenBucket,
    /// Why the last listing was refused; cleared by a listing.
    pub listing_refused: Option<String>,
    /// The log.
    pub log: LogState,
    /// Actions, oldest first.
    pub actions: Vec<ActionRecord>,
    /// Findings, in the order they opened.
    pub findings: Vec<Finding>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// Stretches in which drwatch itself did not watch, oldest first. The log may have been caught up
    /// since.
    pub absences: Vec<Gap>,
    /// How far the clock of the recording machine is behind the record's time, because it was set back.
    pub own_clock_behind: Elapsed,
    /// The last pre-flight on record.
    pub preflight: Option<PreflightRecord>,
    /// The engineer's signature; the last one counts.
    pub signed_off: Option<SignOff>,
    /// The last decision to leave replication paused.
    pub left_paused: Option<LeftPaused>,
    /// The engineer's confirmation that the expected appliances are the right ones.
    pub confirmed: Option<Confirmation>,
    /// Whether the engineer stated that deleted files will not be read on the DR appliance.
    pub deleted_files_not_read: Option<Sequence>,
    /// Stage markers written before the run began, the oldest first.
    pub older_markers: Vec<OlderMarker>,
    /// Whether the engineer has said which of them belong to this test.
    pub older_markers_decided: bool,
    /// Which of the two final lines have been seen, and by which record.
    pub final_lines: FinalLines,
    /// Whether the restore failed, and by which record.
    pub failed: Option<Sequence>,
    /// How the record ended, once it did.
    pub ending: Option<Ending>,
    /// Edges already reported, so that each is reported once.
    pub reported: Reported,
    /// What was given up to stay bounded.
    pub dropped: Dropped,
    /// What the fold remembers only to judge later events.
    pub(super) tracking: Tracking,
}

impl Run {
    /// The appliance of that role.
    #[must_use]
    pub const fn appliance(&self, role: Role) -> &Appliance {
        match role {
            Role::Primary => &self.primary,
            Role::Dr => &self.dr,
        }
    }

    pub(super) const fn appliance_mut(&mut self, role: Role) -> &mut Appliance {
        match role {
            Role::Primary => &mut self.primary,
            Role::Dr => &mut self.dr,
        }
    }

    /// The destination given for that role, if any.
    #[must_use]
    pub fn destination(&self, role: Role) -> Option<&str> {
        match role {
            Role::Primary => self.started.primary.as_deref(),
            Role::Dr => self.started.dr.as_deref(),
        }
    }

    /// Whether there is an appliance of that role to talk to: a destination was given, and it is
    /// no saved log.
    #[must_use]
    pub fn takes_part(&self, role: Role) -> bool {
        self.destination(role).is_some() && self.appliance(role).link != Link::Absent
    }

    /// The phase that is on.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phases.current
    }

    /// Objects that stage 1 has to download; `None` without a listing that names both classes.
    #[must_use]
    pub fn expected(&self) -> Option<ObjectCount> {
        self.listing.as_ref()?.listing.expected()
    }

    /// Findings neither closed nor acknowledged, in the order they opened.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// Whether the DR appliance's service was last read as up, be it busy or ready.
    #[must_use]
    pub fn dr_service_runs(&self) -> bool {
        let service = self.dr.service.as_ref().and_then(|service| service.reading.known());
        matches!(service, Some(ServiceState::Running(_) | ServiceState::Busy(_)))
    }

    /// The action that is not settled yet, if any.
    #[must_use]
    pub fn unsettled_action(&self) -> Option<&ActionRecord> {
        self.actions.iter().rev().find(|action| !action.state.is_settled())
    }

    /// What to call the appliance of that role: its own name, else its destination, else its role.
    #[must_use]
    pub fn name(&self, role: Role) -> String {
        let appliance = self.appliance(role);
        // Another machine in its place does not give it its name.
        let who = if appliance.is_stranger() { &appliance.expected } else { &appliance.identity };
        let told = who.as_ref().and_then(|identity| identity.hostname.clone());
        told.or_else(|| self.destination(role).map(str::to_owned)).unwrap_or_else(|| format!("the {role}"))
    }
}

/// The two lines that end stage 2, as seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalLines {
    /// Record of `Namespace generation phase complete…`.
    pub namespace: Option<Sequence>,
    /// Record of `restore namespace successful!`.
    pub mounted: Option<Sequence>,
}

/// Time-caused edges already in the record, each with the time it was reported and until what it
/// tells of is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Stage 1 is reported as stalled; cleared by the next rise.
    pub stalled: Option<Timestamp>,
    /// Highest part of the budget reported, in percent.
    pub budget_percent: u8,
    /// The primary is reported lost; cleared by contact.
    pub primary_lost: Option<Timestamp>,
    /// The DR appliance is reported lost; cleared by contact.
    pub dr_lost: Option<Timestamp>,
    /// The absence of INFO lines is reported; cleared by the first one.
    pub no_info_lines: Option<Timestamp>,
    /// The log is reported to be silent while the counter rises; cleared by its next line.
    pub log_silent: Option<Timestamp>,
}

impl Reported {
    /// When the appliance of that role was reported lost, if it still is.
    #[must_use]
    pub const fn lost(&self, role: Role) -> Option<Timestamp> {
        match role {
            Role::Primary => self.primary_lost,
            Role::Dr => self.dr_lost,
        }
    }

    pub(super) const fn lost_mut(&mut self, role: Role) -> &mut Option<Timestamp> {
        match role {
            Role::Primary => &mut self.primary_lost,
            Role::Dr => &mut self.dr_lost,
        }
    }
}

/// How much of each list was given up so that a run stays bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Actions, oldest first.
    pub actions: u64,
    /// Findings: the oldest closed ones, else new ones.
    pub findings: u64,
    /// Notes, oldest first.
    pub notes: u64,
    /// Gaps, oldest first.
    pub gaps: u64,
    /// Pause intervals, oldest first; their length stays in the total.
    pub intervals: u64,
    /// Epochs that were merged with the one after them; their rise stays in the total.
    pub epochs: u64,
}
