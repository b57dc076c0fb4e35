//! Findings: what an engineer should know or settle.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::values::{LogOffset, Role, Sequence, Timestamp, actor};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FindingSeverity {
    /// For information.
    Info,
    /// Has to be settled or acknowledged.
    Attention,
    /// Endangers the test or production.
    Blocking,
}

/// The name that serde gives a variant without fields.
pub(super) fn serial_name(variant: impl Serialize) -> String {
    let value = serde_json::to_value(variant).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a finding is about. The name in kebab case is its code in summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Replication runs, or may run, during stage 1.
    ReplicationRunsInStage1,
    /// Replication runs again before the policy allows it.
    ResumedAgainstPolicy,
    /// Replication changed without an action of drwatch.
    ReplicationChangedByOthers,
    /// A reading contradicts what the engineer stated.
    StatementContradicted,
    /// The policy was overridden.
    PolicyOverridden,
    /// The replication state cannot be read.
    ReplicationUnreadable,
    /// What the DR appliance answers cannot be read.
    DrUnreadable,
    /// Map and rbtmd counts differ.
    MapsDifferFromRbtmds,
    /// Entries in no listed class.
    UnclassifiedEntries,
    /// The listing was not taken after a confirmed pause.
    ListingProvisional,
    /// No bucket listing.
    ListingRefused,
    /// The baseline was read only after the service had started.
    BaselineLate,
    /// The GET counter was reset.
    CounterReset,
    /// rfsd was restarted.
    RfsdRestarted,
    /// Stage 1 has stalled.
    Stalled,
    /// More GETs than objects expected.
    MoreThanExpected,
    /// Only one of the two lines that end stage 2 was seen.
    OneFinalLineOnly,
    /// The log holds markers older than this run.
    OlderMarkers,
    /// The DR service was up already when the watch began.
    AttachedLate,
    /// The start or the end of stage 1 was inferred, not read in the log.
    StageInferred,
    /// A log line resembles a marker without matching it.
    MarkerNearMiss,
    /// An alarm in the log.
    Alarm,
    /// A log line resembles an alarm without matching it.
    AlarmNearMiss,
    /// The restore failed.
    RestoreFailed,
    /// No INFO lines: the markers cannot appear.
    NoInfoLines,
    /// Part of the log is missing.
    LogGap,
    /// The log cannot be read.
    LogLost,
    /// The log is silent while the GET counter rises.
    LogSilent,
    /// Lines in an unknown form.
    UnparsedLines,
    /// The log contains NUL bytes.
    NulBytes,
    /// An appliance is unreachable.
    ApplianceLost,
    /// Another machine than the expected one answers.
    IdentityChanged,
    /// An appliance runs another software release than before.
    ReleaseChanged,
    /// Both destinations are one machine.
    SameMachine,
    /// The two destinations look swapped.
    RolesSwapped,
    /// The two appliances are set up with different buckets.
    BucketsDiffer,
    /// An appliance had the other role in an earlier run.
    RolesChanged,
    /// One appliance is simulated and the other is not.
    MixedPair,
    /// The pause budget is used partly or fully.
    PauseBudget,
    /// An action was rejected.
    ActionRejected,
    /// The outcome of an action is unknown.
    ActionUnknown,
    /// An appliance answered an action with more than success, such as a warning.
    ActionRemark,
    /// Few replication threads on the DR appliance.
    FewThreads,
    /// The appliance's clock is off.
    ClockOffset,
    /// The clock of the recording machine was set back.
    OwnClockSetBack,
    /// The clock that the log's stamps are of was set back.
    LogClockSetBack,
    /// Records were only in memory for a while.
    RecordHole,
    /// The test is over and replication is still paused.
    StillPaused,
    /// The bucket changed while replication was paused.
    BucketChangedWhilePaused,
    /// Replication ran while stage 1 or 2 did.
    ReplicationRanInRestore,
    /// Whether replication ran was not read for a while of stage 1 or 2.
    ReplicationUnreadInRestore,
}

impl Code {
    /// The code in kebab case, as written to summaries.
    #[must_use]
    pub fn name(self) -> String {
        serial_name(self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// What the engineer can do in the watch, about a finding or as the next step; which key does it, only the screen knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// State by hand what cannot be read.
    StateByHand,
    /// State which prior markers belong to this test.
    ClaimMarkers,
    /// Acknowledge the finding.
    Acknowledge,
    /// Compare the two appliances, and confirm them.
    ConfirmPair,
    /// Pause replication on the primary.
    Pause,
    /// Resume replication on the primary.
    Resume,
    /// Set the replication threads of the DR appliance.
    SetThreads,
    /// List the bucket again.
    ListBucket,
    /// Connect again, or log in.
    Reconnect,
    /// State what the test is to show and to reach.
    StateSheet,
    /// Write a note.
    WriteNote,
    /// Sign the run off.
    SignOff,
    /// Quit the watch.
    Quit,
}

/// One finding, in the summary as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// How much it matters.
    pub severity: FindingSeverity,
    /// One sentence: what was found, and what to do.
    pub text: String,
    /// What the engineer can do about it in the watch, if that is a single command.
    #[serde(skip)]
    pub remedy: Option<Remedy>,
    /// The appliance it concerns, where it concerns one.
    #[serde(skip)]
    pub role: Option<Role>,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When its condition ended.
    pub closed_at: Option<Timestamp>,
    /// The record that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_record: Option<Sequence>,
    /// The reason given with the acknowledgement.
    pub acknowledged: Option<String>,
    /// Local user who acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_by: Option<String>,
    /// The person who did, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_engineer: Option<String>,
    /// When it was acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
    /// The record of the acknowledgement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_record: Option<Sequence>,
    /// The record that opened it.
    pub record: Sequence,
    /// The end of the text that says what to do, if it does.
    #[serde(skip)]
    pub to_do: Option<String>,
    /// What is not to be done until its cause is settled, even once it is acknowledged; without a full stop.
    #[serde(skip)]
    pub until_settled: Option<String>,
    /// The line or reply of the appliance that it rests on, the latest one.
    #[serde(skip)]
    pub cited: Option<Citation>,
}

/// A line or a reply of an appliance, with its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The record that holds it.
    pub record: Sequence,
    /// When it was recorded.
    pub at: Timestamp,
    /// Where it begins in `dr.log`, if it is a line of the log.
    pub offset: Option<LogOffset>,
    /// The line or reply, control characters escaped.
    pub raw: String,
}

impl Finding {
    /// The text without what to do.
    #[must_use]
    pub fn what(&self) -> &str {
        let to_do = self.to_do.as_deref().unwrap_or_default();
        self.text.strip_suffix(to_do).unwrap_or(&self.text).trim_end()
    }

    /// What was found, in a few words: the text up to its first stop.
    #[must_use]
    pub fn headline(&self) -> &str {
        let end = [": ", "; ", ". "].into_iter().filter_map(|stop| self.text.find(stop)).min();
        end.and_then(|end| self.text.get(..end)).unwrap_or_else(|| self.text.trim_end_matches('.'))
    }

    /// What was found, for where there is room for a few words: of an alarm its name.
    #[must_use]
    pub fn subject(&self) -> String {
        match self.headline().split_once(" logged the alarm ") {
            Some((_, alarm)) if self.code == Code::Alarm => format!("Alarm: {alarm}"),
            _ => self.headline().to_owned(),
        }
    }

    /// Whether it still endangers the test or production, and was acknowledged instead of settled.
    #[must_use]
    pub fn is_accepted_danger(&self) -> bool {
        self.severity == FindingSeverity::Blocking && self.closed_at.is_none() && self.acknowledged.is_some()
    }

    /// Who acknowledged it, in words.
    #[must_use]
    pub fn acknowledged_in_name(&self) -> String {
        let user = self.acknowledged_by.as_deref().unwrap_or("somebody");
        actor(user, self.acknowledged_engineer.as_deref())
    }

    /// Where the line of the log that it rests on begins, if it rests on one.
    #[must_use]
    pub fn place_in_log(&self) -> Option<LogOffset> {
        self.cited.as_ref().and_then(|cited| cited.offset)
    }

    /// Whether it is neither closed nor acknowledged.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none() && self.acknowledged.is_none()
    }
}

/// The text of a finding, its severity and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::run) struct Wording {
    pub severity: FindingSeverity,
    pub text: String,
    pub remedy: Option<Remedy>,
    pub to_do: Option<String>,
    /// As in [`Finding`].
    pub until_settled: Option<String>,
}

impl Wording {
    fn new(severity: FindingSeverity, text: impl Into<String>) -> Self {
        Self { severity, text: text.into(), remedy: None, to_do: None, until_settled: None }
    }

    pub(in crate::run) fn info(text: impl Into<String>) -> Self {
        Self::new(FindingSeverity::Info, text)
    }

    pub(in crate::run) fn attention(text: impl Into<String>) -> Self {
        Self::new(FindingSeverity::Attention, text)
    }

    /// A danger always says what to do: it may be all that the next step shows of it.
    pub(in crate::run) fn blocking(text: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::new(FindingSeverity::Blocking, text).advising(to_do)
    }

    pub(in crate::run) fn with(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// With what holds until its cause is settled, even once it is acknowledged.
    pub(in crate::run) fn until_settled(self, until_settled: Option<String>) -> Self {
        Self { until_settled, ..self }
    }

    /// With what to do as the end of the text.
    pub(in crate::run) fn advising(self, to_do: impl Into<String>) -> Self {
        let to_do = to_do.into();
        Self { text: format!("{} {to_do}", self.text), to_do: Some(to_do), ..self }
    }
}
