//! The list of everything that may ever be typed into an appliance.

use crate::{
    dialect::{Command, Dialect, Mode},
    run::{ActionKind, Role},
};

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
    pub const ALL: [Self; 20] = [
        Self::NoPaging,
        Self::NoPagingFallback,
        Self::NoAutoLogout,
        Self::Enable,
        Self::Configure,
        Self::Leave,
        Self::ShowVersion,
        Self::ShowInfo,
        Self::ShowService,
        Self::ShowReplication,
        Self::BucketListing,
        Self::GetCounter,
        Self::ThreadCounter,
        Self::ShowLog,
        Self::ArchivedLog,
        Self::FollowLog,
        Self::SearchLog,
        Self::Pause,
        Self::Resume,
        Self::SetThreads,
    ];

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
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::BucketListing | Self::Pause | Self::Resume => Some(Role::Primary),
            Self::GetCounter
            | Self::ThreadCounter
            | Self::ShowLog
            | Self::ArchivedLog
            | Self::FollowLog
            | Self::SearchLog
            | Self::SetThreads => Some(Role::Dr),
            Self::NoPaging
            | Self::NoPagingFallback
            | Self::NoAutoLogout
            | Self::Enable
            | Self::Configure
            | Self::Leave
            | Self::ShowVersion
            | Self::ShowInfo
            | Self::ShowService
            | Self::ShowReplication => None,
        }
    }

    /// Whether it belongs to the writing half. Entering config mode does: there nothing is read.
    #[must_use]
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Configure | Self::Pause | Self::Resume | Self::SetThreads)
    }

    /// The modes a dialect may give it.
    pub(super) const fn modes(self) -> &'static [Mode] {
        match self {
            Self::Configure => &[Mode::Enable],
            Self::Leave => &[Mode::Config],
            Self::Pause | Self::Resume | Self::SetThreads => &[Mode::Enable, Mode::Config],
            Self::Enable => &[Mode::Normal],
            _ => &[Mode::Normal, Mode::Enable],
        }
    }

    /// Name of the dialect's entry.
    #[must_use]
    pub const fn entry(self) -> &'static str {
        match self {
            Self::NoPaging => "commands.no_paging",
            Self::NoPagingFallback => "commands.no_paging_fallback",
            Self::NoAutoLogout => "commands.no_auto_logout",
            Self::Enable => "commands.enable",
            Self::Configure => "commands.configure",
            Self::Leave => "commands.leave",
            Self::ShowVersion => "commands.show_version",
            Self::ShowInfo => "commands.show_info",
            Self::ShowService => "commands.show_service",
            Self::ShowReplication => "commands.show_replication",
            Self::BucketListing => "commands.bucket_listing",
            Self::GetCounter => "commands.get_counter",
            Self::ThreadCounter => "commands.thread_counter",
            Self::ShowLog => "commands.show_log",
            Self::ArchivedLog => "commands.archived_log",
            Self::FollowLog => "commands.follow_log",
            Self::SearchLog => "commands.search_log",
            Self::Pause => "commands.pause",
            Self::Resume => "commands.resume",
            Self::SetThreads => "commands.set_threads",
        }
    }

    /// The dialect's words for it.
    pub(super) const fn command(self, dialect: &Dialect) -> &Command {
        let commands = dialect.commands();
        match self {
            Self::NoPaging => &commands.no_paging,
            Self::NoPagingFallback => &commands.no_paging_fallback,
            Self::NoAutoLogout => &commands.no_auto_logout,
            Self::Enable => &commands.enable,
            Self::Configure => &commands.configure,
            Self::Leave => &commands.leave,
            Self::ShowVersion => &commands.show_version,
            Self::ShowInfo => &commands.show_info,
            Self::ShowService => &commands.show_service,
            Self::ShowReplication => &commands.show_replication,
            Self::BucketListing => &commands.bucket_listing,
            Self::GetCounter => &commands.get_counter,
            Self::ThreadCounter => &commands.thread_counter,
            Self::ShowLog => &commands.show_log,
            Self::ArchivedLog => &commands.archived_log,
            Self::FollowLog => &commands.follow_log,
            Self::SearchLog => &commands.search_log,
            Self::Pause => &commands.pause,
            Self::Resume => &commands.resume,
            Self::SetThreads => &commands.set_threads,
        }
    }
}
