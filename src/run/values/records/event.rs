//! The events that a run consists of.

use serde::{Deserialize, Serialize};

use crate::run::values::{
    ActionId, ActionKind, ActionPlan, ActionState, Answer, BucketListing, ByteCount, Cause, Consent, Elapsed,
    Ending, FoundMarker, Gap, GetCount, Identity, IssueEntry, LineCount, Link, ListingCause, LogCitation,
    LogOffset, LogTally, Marker, MarkerPlace, NearMiss, Override, PairIdentities, Prediction, PreflightItem,
    PreflightVerdict, ReplicationState, Role, Sequence, ServiceState, SheetOrigin, SignedStatement, Started,
    Statement, TestSheet, ThreadCount, TimerEvent, Timestamp,
};

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
        /// Why the same process did not watch meanwhile, as a sentence; absent if it had ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        held: Option<String>,
        /// The last moment watched before; absent: the time of the record before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Timestamp>,
        /// Why the appliances have to be confirmed again, as a sentence; absent: what is recorded of them is trusted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        distrusted: Option<String>,
    },
    /// Who acts from here on, on the local user's account.
    EngineerNamed {
        /// The person; absent where nobody is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        engineer: Option<String>,
        /// Local user.
        user: String,
    },
    /// A test sheet was stated; it replaces the one before.
    TestSheetStated {
        /// What it says.
        sheet: Box<TestSheet>,
        /// Where it comes from.
        origin: SheetOrigin,
        /// Why it is changed after stage 1 has begun; absent before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Local user.
        user: String,
    },
    /// Stage 1 has begun: the test is judged by this sheet, and a later one is a deviation.
    TestSheetFrozen {
        /// What it says; all of it may be unstated.
        sheet: Box<TestSheet>,
    },
    /// What is done about a finding was stated; it replaces what was stated of it before.
    IssueStated {
        /// Code of the finding.
        code: String,
        /// The record that opened it.
        opened: Sequence,
        /// What is stated.
        entry: IssueEntry,
        /// Local user.
        user: String,
        /// The person, where one is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        engineer: Option<String>,
    },
    /// Somebody signs the record up to and with this statement.
    Signed(SignedStatement),
    /// The notice command took a head of this record, so that it is also kept outside of the run folder.
    HeadSent {
        /// What the notice was about, as in its JSON.
        notice: String,
        /// How many records the chain had.
        records: u64,
        /// The SHA-256 of the last of them, in hex.
        sha256: String,
    },
    /// The clock of the recording machine was set back, or corrected again; record times continue without the step.
    OwnClock {
        /// How far the machine's clock is behind the record times now.
        behind: Elapsed,
    },
    /// The connection to an appliance changed.
    LinkChanged {
        /// Which appliance.
        role: Role,
        /// The new state.
        link: Link,
    },
    /// An appliance was identified.
    Identified {
        /// Which appliance.
        role: Role,
        /// Its identity.
        identity: Identity,
        /// The replies, control characters escaped, cut at 4 KiB.
        raw: String,
    },
    /// The engineer confirmed the two appliances; control is on from here, and bound to these fingerprints.
    NamesConfirmed {
        /// Name of the primary.
        primary: String,
        /// Name of the DR appliance.
        dr: String,
        /// The fingerprints as shown to the engineer.
        identities: Box<PairIdentities>,
        /// Why these are two machines, if nothing they show distinguishes them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Local user.
        user: String,
        /// What the engineer typed to confirm them; absent if nothing was typed.
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
    ReplicationRead {
        /// The answer.
        #[serde(flatten)]
        answer: Answer<ReplicationState>,
        /// What waits to be sent to the cloud, in bytes; absent where the reply does not name it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        backlog: Option<ByteCount>,
    },
    /// The engineer made the last counter reading the baseline.
    BaselineTaken {
        /// Local user.
        user: String,
    },
    /// A bucket listing was requested; it may take hours.
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
    /// A bucket listing was requested, and the reply is not one.
    ListingRefused {
        /// Why not, as a sentence.
        reason: String,
        /// The reply, control characters escaped, cut at 4 KiB.
        raw: String,
    },
    /// A chunk of the log was written to disk.
    LogChunk {
        /// Where it begins in `dr.log`.
        offset: LogOffset,
        /// Its length.
        bytes: ByteCount,
        /// Lines that end in it. A chunk without bytes counts the last line of a log that ended without a newline.
        lines: LineCount,
        /// SHA-256 of its bytes, in hex.
        sha256: String,
        /// What the lines were.
        tally: LogTally,
        /// When its last byte was received, if it had to wait for the disk.
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
    /// The engineer stated which of the markers written before the run began belong to this test; the others do not.
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
    /// A log line resembles a marker or an alarm without matching it.
    NearMissSeen {
        /// What it resembles.
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
    /// The stamps of the log run back: the clock that they are of was set back.
    LogClockSetBack {
        /// The latest stamp before.
        from: Timestamp,
        /// The first line behind it.
        line: LogCitation,
    },
    /// A part of the log is missing.
    LogGap(Gap),
    /// The log was read to its present end: lines from here on are new.
    LogFollowed,
    /// The log cannot be read, so that new lines are not seen.
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
    /// An action was requested. This record is on disk before anything is sent.
    ActionRequested {
        /// Its number in this run.
        id: ActionId,
        /// The literal lines that will be sent, and their certainty.
        plan: ActionPlan,
        /// Local user.
        user: String,
        /// Present where the policy was overridden.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        r#override: Option<Override>,
        /// The phrase of consent as typed; absent if nothing was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
        /// Present where something on record speaks against it, and somebody asked for it all the same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Consent>,
        /// Who agreed to that, as the engineer gave it; absent where an override gives a reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreed: Option<String>,
    },
    /// The lines of an action were handed to the connection.
    ActionSent {
        /// Its number.
        id: ActionId,
        /// The lines as sent.
        sent: Vec<String>,
        /// The replies, control characters escaped, cut at 4 KiB.
        answer: String,
        /// Further output of the appliance, such as a warning.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remark: Option<String>,
    },
    /// An action ended, or waits for the service.
    ActionSettled {
        /// Its number.
        id: ActionId,
        /// What became of it.
        #[serde(flatten)]
        state: ActionState,
    },
    /// drwatch refused an action before it was recorded as requested.
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
        /// Present where it took a phrase, because something on record speaks against it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Consent>,
    },
    /// A note of the engineer.
    Noted {
        /// The text.
        text: String,
        /// Local user.
        user: String,
        /// The line of the log that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LogCitation>,
    },
    /// The engineer gave an earlier note another text.
    NoteEdited {
        /// The record of the note.
        note: Sequence,
        /// The text from here on.
        text: String,
        /// Local user.
        user: String,
    },
    /// A pre-flight was recorded.
    PreflightJudged {
        /// The verdict.
        verdict: PreflightVerdict,
        /// The items it rests on.
        items: Vec<PreflightItem>,
    },
    /// The engineer decided to leave the watch while replication on the primary is paused.
    LeftPaused {
        /// Local user.
        user: String,
    },
    /// The engineer signed the run off.
    SignedOff {
        /// The engineer's text.
        text: String,
        /// Local user.
        user: String,
        /// Present where it took a phrase, because production is not known to be protected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Consent>,
    },
    /// The engineer acknowledged a finding.
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
    /// The end of the present stage was predicted.
    Predicted(Prediction),
    /// Time alone changed something.
    Due(TimerEvent),
    /// The journal could not be written for a while.
    RecordHole {
        /// From when.
        from: Timestamp,
        /// Records that were only in memory.
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
