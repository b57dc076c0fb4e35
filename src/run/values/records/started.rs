//! The first record of a run: format, policy, and whatever else the fold depends on besides the events.

use serde::{Deserialize, Serialize};

use crate::run::values::{KnownRole, PastRun, RunId, RunSettings, Timestamp};

/// Version of the journal's format. A reader refuses a higher major version and reads any minor one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FormatVersion {
    /// Raised when old readers would misread the journal.
    pub major: u16,
    /// Raised when something is added.
    pub minor: u16,
}

/// The format that this program writes. The docs of the journal say when it is raised.
pub const FORMAT: FormatVersion = FormatVersion { major: 1, minor: 0 };

/// Where the log of a run comes from, where that is not the DR appliance itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogOrigin {
    /// A file, by its absolute path.
    File(Box<str>),
    /// Standard input, to its end.
    StandardInput,
}

/// Saved logs that a finished run was made from afterwards; nobody watched it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ImportedLog {
    /// When it was made, on the clock of the recording machine. All other times of such a run are those of the log's lines.
    pub made_at: Timestamp,
    /// The files, in the order they were read; a member of an archive behind the archive's name.
    pub files: Vec<String>,
}

/// The first event of every run: all that the fold depends on besides the events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Version of the journal's format.
    pub format: FormatVersion,
    /// Name of the run.
    pub run: RunId,
    /// Whether this is a demo, whose appliances are part of its process. Whether a run is simulated, also over SSH, is
    /// asked of the run.
    #[serde(rename = "simulated")]
    pub demo: bool,
    /// Version of drwatch.
    pub program: String,
    /// Local user and machine that record the run, as `user@host`.
    pub recorder: String,
    /// Destination of the primary as given, if any.
    pub primary: Option<String>,
    /// Destination of the DR appliance as given, if any.
    pub dr: Option<String>,
    /// Where the log comes from; absent where it is followed on the DR appliance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogOrigin>,
    /// Present where the run was made from saved logs, and not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedLog>,
    /// Whether the writing half of the gate was left out.
    pub read_only: bool,
    /// Policy, budget and limits.
    pub settings: RunSettings,
    /// SHA-256 of the dialect in use, in hex.
    pub dialect: String,
    /// The roles of appliances in earlier runs; the latest of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_roles: Vec<KnownRole>,
    /// Earlier real restores, the newest first; simulated runs have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<PastRun>,
}
