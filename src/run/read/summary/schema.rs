//! The fields of `summary.json`. Their names are a contract; what is unknown is `None` (`null`), never 0.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::run::read::evidence::TestSummary;
use crate::run::read::exposure::{Exposure, ProtectedAgain};
use crate::run::read::outcome::{CleanupItem, Outcome};
use crate::run::read::restore::{GetSpeed, ScoredPrediction, Stage2};
use crate::run::state::{Note, SignOff};
use crate::run::values::{
    ByteCount, Epoch, Evidence, Finding, FindingSeverity, FrozenBucket, Gap, GetCount, Identity, ImportedLog,
    Known, LeftPaused, Length, LineCount, ObjectCount, PauseInterval, Phase, Precision, PreflightRecord,
    ResumePolicy, RunId, SentHead, Sequence, Signature, ThreadCount, Timestamp,
};

/// Version of the summary's schema.
pub const SCHEMA: &str = "drwatch-summary/1";

/// The bucket, from the last listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BucketSummary {
    /// Name; `None` without a listing, as all that follows.
    pub name: Option<String>,
    /// All entries.
    pub entries: Option<ObjectCount>,
    /// Size in bytes.
    pub bytes: Option<ByteCount>,
    /// Data slabs.
    pub slabs: Option<ObjectCount>,
    /// Pointer maps.
    pub maps: Option<ObjectCount>,
    /// Metadata files.
    pub rbtmds: Option<ObjectCount>,
    /// Other classes by name.
    pub other: BTreeMap<String, ObjectCount>,
    /// Entries in no listed class.
    pub unclassified: Option<ObjectCount>,
    /// Whether the listing was taken without a confirmed pause before it.
    pub provisional: Option<bool>,
    /// The record of the listing.
    pub record: Option<Sequence>,
}

/// Stage 1 in numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DownloadSummary {
    /// Counter at the baseline.
    pub baseline: Option<GetCount>,
    /// Whether the baseline was read only after the service had started.
    pub baseline_late: Option<bool>,
    /// Last counter reading.
    pub counter: Option<GetCount>,
    /// Objects downloaded over all epochs; unknown where no reading shows the end of stage 1: at least what the epochs count.
    pub downloaded: Option<ObjectCount>,
    /// maps + rbtmds.
    pub expected: Option<ObjectCount>,
    /// Epochs of the counter.
    pub epochs: Vec<Epoch>,
    /// Mean rate over stage 1, objects per second; where its beginning was missed, over what was watched of it.
    pub mean_per_second: Option<f64>,
    /// Peak rate, objects per second.
    pub peak_per_second: Option<f64>,
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PhaseSummary {
    /// Which.
    pub name: Phase,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its length.
    pub seconds: Option<Length>,
    /// How its end is known.
    pub precision: Precision,
    /// The evidence.
    pub evidence: Option<Evidence>,
}

/// Replication on the primary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReplicationSummary {
    /// State at the end of the record.
    pub state: Known,
    /// Whether that state rests on a statement.
    pub attested: bool,
    /// The policy of the run.
    pub policy: ResumePolicy,
    /// Total time paused; `None` if the state was never known.
    pub paused_seconds: Option<Length>,
    /// Pauses.
    pub intervals: Vec<PauseInterval>,
    /// The last decision to leave the watch while replication was paused.
    pub left_paused: Option<LeftPaused>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActionSummary {
    /// `pause`, `resume`, `threads`.
    #[cfg_attr(test, schemars(extend("enum" = ["pause", "resume", "threads"])))]
    pub kind: String,
    /// `requested`, `sent`, `confirmed`, `awaiting_service`, `rejected`, `unknown`.
    #[cfg_attr(test, schemars(extend("enum" = ["requested", "sent", "confirmed", "awaiting_service", "rejected", "unknown"])))]
    pub state: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The lines sent; `None`: none were.
    pub sent: Option<Vec<String>>,
    /// The appliance's replies.
    pub answer: Option<String>,
    /// Threads of the DR appliance when a number of threads was asked for.
    pub threads_before: Option<ThreadCount>,
    /// The phrase of consent as typed.
    pub typed: Option<String>,
    /// Reason given for an override, or why it was rejected or is unknown.
    pub reason: Option<String>,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engineer: Option<String>,
    /// The record of the request.
    pub record: Sequence,
}

/// The log in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogSummary {
    /// Lines received.
    pub lines: LineCount,
    /// Lines in an unknown form.
    pub unparsed: LineCount,
    /// Bytes received.
    pub bytes: ByteCount,
}

/// What took part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct VersionSummary {
    /// Version of drwatch.
    pub drwatch: String,
    /// The primary's identity.
    pub primary: Option<Identity>,
    /// The DR appliance's identity.
    pub dr: Option<Identity>,
    /// SHA-256 of the dialect.
    pub dialect: String,
}

/// The end of the journal when the summary was made: the records before the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JournalHead {
    /// Number of records.
    pub records: u64,
    /// SHA-256 of the last of them, in hex.
    pub head: String,
}

/// What was replaced in a summary, so that it can be handed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redaction {
    /// That names are replaced, and how to check one, in sentences.
    pub notice: String,
    /// Every word, with a digest of what it replaces.
    pub words: Vec<RedactedWord>,
}

/// A word that replaces a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RedactedWord {
    /// The word, such as `host-1`.
    pub word: String,
    /// HMAC-SHA-256 of the name, in hex; its key stays in the run folder.
    pub hmac_sha256: String,
}

/// The whole summary.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// Version of the schema.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub schema: String,
    /// Present where names were replaced by words, so that the summary does not follow from the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redacted: Option<Redaction>,
    /// Name of the run.
    pub run: RunId,
    /// Whether an appliance was simulated: such a run is a rehearsal.
    pub simulated: bool,
    /// Present where the run was made from saved logs: it is no evidence of a watched test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedLog>,
    /// How it came out.
    pub outcome: Outcome,
    /// When the record begins.
    pub started_at: Timestamp,
    /// When the record ends; `None` while it is being made.
    pub ended_at: Option<Timestamp>,
    /// Who recorded it, as `user@host`.
    pub recorder: String,
    /// The bucket.
    pub bucket: BucketSummary,
    /// Stage 1 in numbers.
    pub download: DownloadSummary,
    /// All timed phases.
    pub phases: Vec<PhaseSummary>,
    /// Stage 2 against past runs; `None` before it has begun.
    pub stage_2: Option<Stage2>,
    /// Predictions of the ends of the stages, beside what became of them.
    pub predictions: Vec<ScoredPrediction>,
    /// The threads, the time per GET, and what other numbers of threads may give.
    pub get_speed: Option<GetSpeed>,
    /// Replication.
    pub replication: ReplicationSummary,
    /// How production became protected again after the latest pause; `None` if replication was never paused.
    pub protected_again: Option<ProtectedAgain>,
    /// The last pre-flight on record.
    pub preflight: Option<PreflightRecord>,
    /// How long production was unprotected, and what that means.
    pub exposure: Exposure,
    /// Whether the bucket stayed unchanged during the pause.
    pub frozen_bucket: FrozenBucket,
    /// What is left to do.
    pub cleanup: Vec<CleanupItem>,
    /// The engineer's signature.
    pub sign_off: Option<SignOff>,
    /// Replication threads of the DR appliance, last reading.
    pub threads: Option<ThreadCount>,
    /// Actions.
    pub actions: Vec<ActionSummary>,
    /// Findings.
    pub findings: Vec<Finding>,
    /// Stretches not observed.
    pub gaps: Vec<Gap>,
    /// Notes.
    pub notes: Vec<Note>,
    /// The log.
    pub log: LogSummary,
    /// What took part.
    pub versions: VersionSummary,
    /// The test as an auditor reads it.
    #[serde(flatten)]
    pub test: TestSummary,
    /// Who stands for the record.
    pub signatures: Vec<Signature>,
    /// Heads of this record that the notice command took: whoever keeps one can check the record against it.
    pub anchors: Vec<SentHead>,
    /// The end of the journal.
    pub journal: JournalHead,
    /// SHA-256 of the journal's next record, which says that this summary was written, in hex; absent where the summary
    /// was not written into the run folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export_record: Option<String>,
}

impl Summary {
    /// That phase, which is always among them.
    pub(crate) fn phase(&self, name: Phase) -> Option<&PhaseSummary> {
        self.phases.iter().find(|phase| phase.name == name)
    }

    /// The findings of that severity that are open.
    pub(crate) fn open(&self, severity: FindingSeverity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.is_open() && finding.severity == severity)
    }
}
