//! Who connects to a simulated appliance and how, and how that ended.

use crate::run::Role;

/// The terminal of a session's peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terminal {
    /// A terminal that can move its cursor: prompt, echo, pages.
    Vt100 {
        columns: u16,
        /// A longer answer is shown page by page; 0: not known, so that there are no pages.
        rows: u16,
    },
    /// Echo, but neither prompt nor pages.
    Dumb,
    /// Neither prompt nor echo nor pages.
    None,
}

/// Who connects to what, and how.
pub(crate) struct SessionOptions {
    pub(crate) role: Role,
    /// Name of the session in the record of received lines.
    pub(crate) label: String,
    pub(crate) terminal: Terminal,
    /// A command on ssh's own command line; it is refused.
    pub(crate) remote_command: Option<String>,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionEnd {
    /// By `exit`, the end of input, or the idle limit.
    LoggedOut,
    Refused,
    /// The appliance became unreachable.
    Lost,
}
