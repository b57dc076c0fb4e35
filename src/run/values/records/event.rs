//! The events a run is made of. A run is nothing but the list of these.

use serde::{Deserialize, Serialize};

use crate::run::values::{
    ActionId, ActionKind, ActionPlan, ActionState, Answer, Arrival, BucketListing, ByteCount, Elapsed,
    FoundMarker, Gap, GetCount, Identity, LineCount, Link, ListingCause, LogCitation, LogOffset, LogTally,
    Marker, MarkerPlace, NearMiss, Override, PairIdentities, PreflightItem, PreflightVerdict,
    ReplicationState, Role, Sequence, ServiceState, Started, Statement, ThreadCount, Timestamp,
};

/// Who or what made drwatch do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A rule of drwatch.
    Automatic,
    /// The engineer's key.
    Engineer,
}

/// How a run's record comes to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Ending {
    /// The engineer quit.
    Quit,
    /// All there was to watch has been seen (headless).
    Finished,
    /// A signal, by name.
    Signal {
        /// `SIGTERM`, `SIGHUP` or `SIGINT`.
        name: String,
    },
    /// Neither appliance could ever be reached.
    NeverConnected {
        /// Why, as a sentence.
        reason: String,
    },
}

/// An edge that only time causes; found by [`due`](super::due()).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edge", rename_all = "snake_case")]
pub enum TimerEvent {
    /// Stage 1 has seen no GET for the time set.
    Stalled,
    /// A part of the pause budget is used up.
    BudgetUsed {
        /// 50, 80 or 100.
        percent: u8,
    },
    /// An appliance has not been heard of for the time set.
    Lost {
        /// Which.
        role: Role,
    },
    /// No INFO line was seen for the time set.
    NoInfoLines,
    /// The GET counter rises, but the log is silent.
    LogSilent,
}

/// Everything that can happen in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The run begins; always and only the first record.
    RunStarted(Box<Started>),
    /// Recording went on after an interruption.
    RunContinued {
        /// Version of drwatch.
        program: String,
        /// Local user and machine, as `user@host`.
        recorder: String,
        /// Why the same drwatch did not watch meanwhile, as a sentence; absent where it had ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<String>,
        /// The last moment that was watched before; absent: that of the record before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// Why what the record says of the two appliances is not to be trusted, as a sentence: the engineer
        /// has to confirm them anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distrusted: Option<String>,
    },
    /// The clock of the recording machine was set back, or set right again. The record's own time goes
    /// on as before, so that no span of it is wrong.
    OwnClock {
        /// How far the machine's clock is behind the record's time now.
        behind: Elapsed,
    },
    /// The connection to an appliance changed.
    LinkChanged {
        /// Which appliance.
        role: Role,
        /// The new state.
        link: Link,
    },
    /// An appliance told who it is.
    Identified {
        /// Which appliance.
        role: Role,
        /// Who it is.
        identity: Identity,
        /// The replies, control characters escaped, cut at 4 KiB.
        raw: String,
    },
    /// The engineer confirmed that these are the two appliances; control is on from here, and bound to
    /// these fingerprints.
    NamesConfirmed {
        /// Name of the primary.
        primary: String,
        /// Name of the DR appliance.
        dr: String,
        /// The fingerprints as shown to the engineer; absent in records before format 1.4, where they are
        /// those last seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identities: Option<Box<PairIdentities>>,
        /// Why these are two machines, where nothing they show tells them apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Local user.
        user: String,
        /// What the engineer typed to confirm them; absent where nobody typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
    },
    /// The GET counter was read on the DR appliance.
    CounterRead(Answer<GetCount>),
    /// The replication threads were read on the DR appliance.
    ThreadsRead(Answer<ThreadCount>),
    /// The service state was read.
    ServiceRead {
        /// On which appliance.
        role: Role,
        /// The answer.
        #[serde(flatten)]
        answer: Answer<ServiceState>,
    },
    /// The bucket that an appliance is set up with was read.
    BucketNamed {
        /// On which appliance.
        role: Role,
        /// The answer.
        #[serde(flatten)]
        answer: Answer<String>,
    },
    /// The replication state was read on the primary.
    ReplicationRead(Answer<ReplicationState>),
    /// The engineer made the last counter reading the baseline.
    BaselineTaken {
        /// Local user.
        user: String,
    },
    /// A bucket listing was asked for; it may take hours.
    ListingStarted {
        /// Why.
        cause: ListingCause,
    },
    /// A complete bucket listing arrived.
    ListingRead {
        /// The listing.
        listing: BucketListing,
        /// Why it was asked for.
        cause: ListingCause,
        /// How long it took.
        took: Elapsed,
        /// The reply, control characters escaped, cut at 4 KiB.
        raw: String,
    },
    /// A bucket listing was asked for and what came is none.
    ListingRefused {
        /// Why not, as a sentence.
        reason: String,
        /// The reply, control characters escaped, cut at 4 KiB.
        raw: String,
    },
    /// A stretch of the log reached the disk.
    LogChunk {
        /// Where it begins in `dr.log`.
        offset: LogOffset,
        /// Its length.
        bytes: ByteCount,
        /// Lines that end in it; in one of no bytes the last line of a log that ended without the line's end.
        lines: LineCount,
        /// SHA-256 of its bytes, in hex.
        sha256: String,
        /// What the lines were.
        tally: LogTally,
        /// When the last of it came, where it had to wait for the disk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        received_at: Option<Timestamp>,
    },
    /// A log line that ends or begins something.
    MarkerSeen {
        /// Which.
        marker: Marker,
        /// The line.
        line: LogCitation,
    },
    /// The DR appliance's log was searched for markers written before the watch began.
    LogSearched(Answer<Vec<FoundMarker>>),
    /// The engineer says which of the markers written before the run began belong to this test; the
    /// others do not.
    MarkersClaimed {
        /// Those that do.
        claimed: Vec<MarkerPlace>,
        /// Local user.
        user: String,
    },
    /// A log line that matches one of the dialect's alarms.
    AlarmSeen {
        /// The dialect's name of the alarm.
        alarm: String,
        /// The line.
        line: LogCitation,
    },
    /// A log line that has the words of a marker or an alarm, but is none.
    NearMissSeen {
        /// What it has the words of.
        of: NearMiss,
        /// The line.
        line: LogCitation,
    },
    /// rfsd logs under another process id than before.
    RfsdRestarted {
        /// The former process id.
        before: u32,
        /// The present one.
        after: u32,
        /// The first line of the new process.
        line: LogCitation,
    },
    /// A stretch of the log could not be had.
    LogGap(Gap),
    /// The log was read to its end as of now: what comes from here on is new.
    LogFollowed,
    /// The log is not at hand, so that nothing new of it can be seen.
    LogLost {
        /// Why not, as a sentence.
        reason: String,
    },
    /// The appliance's clock against ours, measured on a live line; positive: the appliance is ahead.
    ClockOffset {
        /// Which appliance.
        role: Role,
        /// Seconds, rounded: log stamps carry no fractions.
        seconds: i64,
    },
    /// An action was asked for. On disk before anything is sent.
    ActionRequested {
        /// Its number in this run.
        id: ActionId,
        /// The literal lines that will be sent, and how sure they are.
        plan: ActionPlan,
        /// Local user.
        user: String,
        /// Present where the policy was overridden.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#override: Option<Override>,
        /// The phrase of consent as typed; absent where nobody typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
    },
    /// The lines of an action were handed to the connection.
    ActionSent {
        /// Its number.
        id: ActionId,
        /// The lines as sent.
        sent: Vec<String>,
        /// The replies, control characters escaped, cut at 4 KiB.
        answer: String,
        /// What the appliance said beside taking the lines, such as a warning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    /// An action came to an end, or waits for the service.
    ActionSettled {
        /// Its number.
        id: ActionId,
        /// What became of it.
        #[serde(flatten)]
        state: ActionState,
    },
    /// drwatch refused an action before it was on record as requested.
    ActionRefused {
        /// What was wanted.
        action: ActionKind,
        /// Why not, as a sentence.
        reason: String,
        /// Local user.
        user: String,
    },
    /// The engineer states what cannot be read.
    Attested {
        /// What.
        statement: Statement,
        /// When it was so.
        since: Timestamp,
        /// Why it is stated by hand.
        reason: String,
        /// Local user.
        user: String,
    },
    /// The engineer's own words.
    Noted {
        /// The words.
        text: String,
        /// Local user.
        user: String,
    },
    /// The pre-flight was judged: may the test be started?
    PreflightJudged {
        /// The verdict.
        verdict: PreflightVerdict,
        /// All it rests on.
        items: Vec<PreflightItem>,
    },
    /// The engineer decides to leave the watch while replication on the primary is paused.
    LeftPaused {
        /// Local user.
        user: String,
    },
    /// The engineer signs the run off.
    SignedOff {
        /// The engineer's words.
        text: String,
        /// Local user.
        user: String,
    },
    /// The engineer has seen a finding and takes it on.
    Acknowledged {
        /// Code of the finding.
        code: String,
        /// The record that opened it.
        opened: Sequence,
        /// Why it is acceptable.
        reason: String,
        /// Local user.
        user: String,
    },
    /// Time alone changed something.
    Due(TimerEvent),
    /// The record itself could not be written for a while.
    RecordHole {
        /// From when.
        from: Timestamp,
        /// Records that only memory held.
        records: u64,
        /// Why.
        reason: String,
    },
    /// A summary was written.
    Exported {
        /// File names, relative to the run folder where they are in it.
        files: Vec<String>,
        /// Who asked.
        cause: Cause,
    },
    /// Recording ends.
    RunEnded(Ending),
}

impl Event {
    /// Whether this is an answer that did not come in time.
    #[must_use]
    pub fn is_overdue_answer(&self) -> bool {
        match self {
            Self::CounterRead(answer) => answer.is_overdue(),
            Self::ThreadsRead(answer) => answer.is_overdue(),
            Self::ReplicationRead(answer) => answer.is_overdue(),
            Self::ServiceRead { answer, .. } => answer.is_overdue(),
            Self::BucketNamed { answer, .. } => answer.is_overdue(),
            _ => false,
        }
    }

    /// The appliance whose state this event is an answer about; `None` where it is no answer.
    #[must_use]
    pub const fn answers(&self) -> Option<Role> {
        match self {
            Self::CounterRead(_) | Self::ThreadsRead(_) | Self::LogSearched(_) => Some(Role::Dr),
            Self::ReplicationRead(_) => Some(Role::Primary),
            Self::ListingRead { cause, .. } if !matches!(cause, ListingCause::File) => Some(Role::Primary),
            Self::ServiceRead { role, .. } | Self::BucketNamed { role, .. } => Some(*role),
            _ => None,
        }
    }

    /// The appliance that was heard from when this happened, by an answer, a line as it was written, or a connection;
    /// `None` where the event shows no sign of life.
    #[must_use]
    pub fn heard_from(&self) -> Option<Role> {
        match self {
            Self::LinkChanged { role, link: Link::Connected } | Self::Identified { role, .. } => Some(*role),
            Self::LogChunk { .. } => Some(Role::Dr),
            Self::MarkerSeen { line, .. } | Self::NearMissSeen { line, .. } => {
                (line.arrival == Arrival::Live).then_some(Role::Dr)
            }
            Self::AlarmSeen { line, .. } => (line.arrival != Arrival::Earlier).then_some(Role::Dr),
            _ => self.answers(),
        }
    }

    /// Time from question to answer, where this is the answer to a question asked again and again.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Elapsed> {
        match self {
            Self::CounterRead(Answer { took, .. })
            | Self::ThreadsRead(Answer { took, .. })
            | Self::ReplicationRead(Answer { took, .. })
            | Self::LogSearched(Answer { took, .. })
            | Self::ServiceRead { answer: Answer { took, .. }, .. }
            | Self::BucketNamed { answer: Answer { took, .. }, .. } => Some(*took),
            _ => None,
        }
    }
}
