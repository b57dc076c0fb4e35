//! The list of everything that may ever be typed into an appliance.

use super::spec::{Half, ROWS, SPECS, Spec};
use crate::run::{ActionKind, Role};

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
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        SPECS.iter().map(|spec| spec.kind)
    }

    /// The line that carries `action` out.
    #[must_use]
    pub const fn of(action: ActionKind) -> Self {
        match action {
            ActionKind::Pause => Self::Pause,
            ActionKind::Resume => Self::Resume,
            ActionKind::SetThreads(_) => Self::SetThreads,
        }
    }

    /// The only appliance it may be sent to; `None`: either.
    #[must_use]
    pub fn role(self) -> Option<Role> {
        self.spec().role
    }

    /// Whether it belongs to the writing half. Entering config mode does: there nothing is read.
    #[must_use]
    pub fn is_change(self) -> bool {
        self.spec().half == Half::Change
    }

    /// Name of the dialect's entry.
    #[must_use]
    pub fn entry(self) -> &'static str {
        self.spec().entry
    }

    /// Its row of the table. The table is in the order of the variants, which a test holds.
    pub(super) const fn spec(self) -> &'static Spec {
        const TABLE: &[Spec; ROWS] = &SPECS;
        &TABLE[self as usize]
    }
}
