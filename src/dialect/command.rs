//! Command lines: the words, where they are typed, how long an answer may take, how sure they are.

use serde::Deserialize;

use crate::run::Certainty;

/// Mode of the command line, as its prompt shows it. Each mode also takes the commands of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// `name > `
    Normal,
    /// `name # `
    Enable,
    /// `name (config) # `
    Config,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    /// The lines to type, in order; one for all but changes.
    pub(crate) lines: Vec<String>,
    pub(crate) mode: Mode,
    /// For the answer to one line.
    pub(crate) limit_seconds: u64,
    pub(crate) certainty: Certainty,
}

/// Every command there is, each described at the gate's `Sendable` of that name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commands {
    pub(crate) no_paging: Command,
    /// Used where `no_paging` is not understood.
    pub(crate) no_paging_fallback: Command,
    pub(crate) no_auto_logout: Command,
    pub(crate) enable: Command,
    pub(crate) configure: Command,
    pub(crate) leave: Command,
    pub(crate) show_version: Command,
    pub(crate) show_info: Command,
    pub(crate) show_service: Command,
    pub(crate) show_replication: Command,
    pub(crate) bucket_listing: Command,
    pub(crate) get_counter: Command,
    pub(crate) thread_counter: Command,
    pub(crate) show_log: Command,
    /// With `{file}` for the number of the file: 1 is the newest of them.
    pub(crate) archived_log: Command,
    pub(crate) follow_log: Command,
    pub(crate) search_log: Command,
    pub(crate) pause: Command,
    pub(crate) resume: Command,
    pub(crate) set_threads: Command,
}
