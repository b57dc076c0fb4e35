//! Command lines: the words, where they are typed, how long an answer may take, how sure they are.

use std::time::Duration;

use serde::Deserialize;

use crate::run::Certainty;

/// Mode of the command line, as its prompt shows it. Each mode also takes the commands of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// `name > `
    Normal,
    /// `name # `
    Enable,
    /// `name (config) # `
    Config,
}

/// One command.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The lines to type, in order; one for all but changes.
    pub lines: Vec<String>,
    /// Where they are typed.
    pub mode: Mode,
    /// How long the answer to one line may take, in seconds.
    pub limit_seconds: u64,
    /// How sure the words are.
    pub certainty: Certainty,
}

impl Command {
    /// How long the answer to one line may take.
    #[must_use]
    pub const fn limit(&self) -> Duration {
        Duration::from_secs(self.limit_seconds)
    }
}

/// Every command there is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commands {
    /// Turns the pager off; the first line of every session.
    pub no_paging: Command,
    /// The same where `no_paging` is not understood.
    pub no_paging_fallback: Command,
    /// Keeps an idle session logged in.
    pub no_auto_logout: Command,
    /// From normal to enable mode.
    pub enable: Command,
    /// From enable to config mode.
    pub configure: Command,
    /// Out of config mode, one level at a time.
    pub leave: Command,
    /// Product and release.
    pub show_version: Command,
    /// Model, serial number and the like.
    pub show_info: Command,
    /// State of the storage service.
    pub show_service: Command,
    /// State of replication.
    pub show_replication: Command,
    /// Lists the bucket; may take hours.
    pub bucket_listing: Command,
    /// The GET counter.
    pub get_counter: Command,
    /// The number of replication threads.
    pub thread_counter: Command,
    /// Prints the log.
    pub show_log: Command,
    /// Prints an older file of the log, with `{file}` for its number: 1 is the newest of them.
    pub archived_log: Command,
    /// Follows the log.
    pub follow_log: Command,
    /// Prints the log's lines that may be stage markers.
    pub search_log: Command,
    /// Pauses replication.
    pub pause: Command,
    /// Resumes replication.
    pub resume: Command,
    /// Sets the number of replication threads.
    pub set_threads: Command,
}
