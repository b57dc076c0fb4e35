//! What the engineer states because no appliance can be asked.

use serde::{Deserialize, Serialize};

/// Something the engineer states because no appliance can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// Stage 1 has begun.
    DownloadBegun,
    /// Stage 1 is over.
    DownloadOver,
    /// Stage 2 is over: the namespace is restored.
    NamespaceOver,
    /// The restored appliance can be used.
    RestoredUsable,
    /// The test is over: the DR appliance is no longer used.
    TestOver,
    /// The test is not over after all: that it was is taken back.
    TestNotOver,
    /// The restore failed.
    RestoreFailed,
    /// Replication on the primary is paused.
    ReplicationPaused,
    /// Replication on the primary runs.
    ReplicationRunning,
    /// Files deleted on production will not be read on the DR appliance.
    DeletedFilesNotRead,
}

impl Statement {
    /// What is stated, to follow "that".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::DownloadBegun => "stage 1 has begun",
            Self::DownloadOver => "stage 1 is over",
            Self::NamespaceOver => "stage 2 is over and the namespace restored",
            Self::RestoredUsable => "the restored appliance can be used",
            Self::TestOver => "the test is over",
            Self::TestNotOver => "the test is not over after all",
            Self::RestoreFailed => "the restore failed",
            Self::ReplicationPaused => "replication on the primary is paused",
            Self::ReplicationRunning => "replication on the primary runs",
            Self::DeletedFilesNotRead => "files deleted on production will not be read on the DR appliance",
        }
    }
}
