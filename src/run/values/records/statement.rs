//! What the engineer states because no appliance can be asked.

use serde::{Deserialize, Serialize};

/// Something the engineer states because no appliance can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
