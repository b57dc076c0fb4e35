//! The state of a run: what its events add up to.

use super::{
    action::{ActionPlan, ActionState, Override},
    count::{ActionId, LogOffset, Sequence, ThreadCount},
    download::Download,
    event::{Ending, ListingCause, Started},
    facts::{Identity, Link, Reading, ServiceState},
    finding::Finding,
    listing::BucketListing,
    log::{Gap, LogTally},
    phase::Phases,
    replication::Replication,
    time::{At, Span},
};

/// A value with the time and record of its last reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed<T> {
    /// What was read.
    pub reading: Reading<T>,
    /// When.
    pub at: At,
    /// By which record.
    pub record: Sequence,
}

/// One appliance as the run knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appliance {
    /// The connection.
    pub link: Link,
    /// Since when the connection is in that state.
    pub link_since: At,
    /// Who it is, once told.
    pub identity: Option<Identity>,
    /// Last time anything was heard of it.
    pub heard_at: Option<At>,
    /// Time of the last question from sending to answer.
    pub round_trip: Option<Span>,
    /// State of its service.
    pub service: Option<Observed<ServiceState>>,
    /// Its clock against ours in seconds; positive: ahead.
    pub clock_offset: Option<i64>,
}

/// The bucket listing in use, and the first one for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingState {
    /// The listing.
    pub listing: BucketListing,
    /// When it arrived.
    pub at: At,
    /// By which record.
    pub record: Sequence,
    /// Why it was asked for.
    pub cause: ListingCause,
    /// Whether it was taken without a confirmed pause before it.
    pub provisional: bool,
}

/// An action and how it fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRecord {
    /// Its number.
    pub id: ActionId,
    /// What it would send.
    pub plan: ActionPlan,
    /// When it was asked for.
    pub requested_at: At,
    /// The record of the request.
    pub record: Sequence,
    /// Local user.
    pub user: String,
    /// Reason for going against the policy, if it did.
    pub r#override: Option<Override>,
    /// Lines as sent; `None`: not sent.
    pub sent: Option<Vec<String>>,
    /// What the appliance answered.
    pub answer: Option<String>,
    /// How far it has come.
    pub state: ActionState,
    /// When it settled.
    pub settled_at: Option<At>,
}

/// A note of the engineer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: At,
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
    /// Totals over all chunks.
    pub tally: LogTally,
    /// End of the last chunk in `dr.log`.
    pub end: LogOffset,
    /// When the last chunk arrived.
    pub last_at: Option<At>,
    /// Stretches missing.
    pub gaps: Vec<Gap>,
    /// The last rfsd process id seen to change.
    pub rfsd: Option<u32>,
}

/// A run: the fold of its events, bounded in size whatever their number.
///
/// Built only by [`Run::start`](super::Run::start) and [`apply`](super::apply()).
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The first record's content.
    pub started: Started,
    /// When the first record was made.
    pub started_at: At,
    /// The last record applied.
    pub last: Sequence,
    /// When the last record was made.
    pub last_at: At,
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
    pub listing_since: Option<At>,
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
    /// Names of primary and DR appliance as confirmed by the engineer.
    pub names_confirmed: Option<(String, String)>,
    /// Whether the engineer stated that deleted files will not be read on the DR appliance.
    pub deleted_files_not_read: Option<Sequence>,
    /// Which of the two final lines have been seen, and by which record.
    pub final_lines: FinalLines,
    /// Whether the restore failed, and by which record.
    pub failed: Option<Sequence>,
    /// How the record ended, once it did.
    pub ending: Option<Ending>,
    /// Edges already reported, so that each is reported once.
    pub reported: Reported,
}

/// The two lines that end stage 2, as seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalLines {
    /// Record of `Namespace generation phase complete…`.
    pub namespace: Option<Sequence>,
    /// Record of `restore namespace successful!`.
    pub mounted: Option<Sequence>,
}

/// Time-caused edges already in the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Stage 1 is reported as stalled since its last rise.
    pub stalled: bool,
    /// Highest part of the budget reported, in percent.
    pub budget_percent: u8,
    /// The primary is reported lost.
    pub primary_lost: bool,
    /// The DR appliance is reported lost.
    pub dr_lost: bool,
    /// The absence of INFO lines is reported.
    pub no_info_lines: bool,
}
