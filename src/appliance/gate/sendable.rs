//! The list of everything that may ever be typed into an appliance.

use crate::run::ActionKind;

/// Everything that may ever be sent to an appliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sendable {
    /// Turns the pager off.
    NoPaging,
    /// The same in other words.
    NoPagingFallback,
    /// Keeps an idle session logged in.
    NoAutoLogout,
    /// To enable mode.
    Enable,
    /// To config mode.
    Configure,
    /// Out of config mode.
    Leave,
    /// Product and release.
    ShowVersion,
    /// Model, serial number and the like.
    ShowInfo,
    /// State of the service.
    ShowService,
    /// State of replication, and the bucket.
    ShowReplication,
    /// Lists the bucket.
    BucketListing,
    /// The GET counter.
    GetCounter,
    /// The number of replication threads.
    ThreadCounter,
    /// Prints the log.
    ShowLog,
    /// Prints an older file of the log.
    ArchivedLog,
    /// Follows the log.
    FollowLog,
    /// Prints the log's lines that may be stage markers.
    SearchLog,
    /// Pauses replication.
    Pause,
    /// Resumes replication.
    Resume,
    /// Sets the number of replication threads.
    SetThreads,
}

impl Sendable {
    pub(crate) const fn of(action: ActionKind) -> Self {
        match action {
            ActionKind::Pause => Self::Pause,
            ActionKind::Resume => Self::Resume,
            ActionKind::SetThreads(_) => Self::SetThreads,
        }
    }
}
