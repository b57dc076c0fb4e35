//! Who connects to a simulated appliance and how, and how that ended.

use crate::run::Role;

/// What the session's peer shows it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminal {
    /// A terminal that can move its cursor: prompt, echo, pages.
    Vt100 {
        /// Columns.
        columns: u16,
        /// Rows; a longer answer is shown page by page.
        rows: u16,
    },
    /// A terminal of type `dumb`: echo, but neither prompt nor pages.
    Dumb,
    /// None: neither prompt nor echo nor pages.
    None,
}

/// Who connects to what, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// The appliance connected to.
    pub role: Role,
    /// Name of the session in the record of received lines.
    pub label: String,
    /// The peer's terminal.
    pub terminal: Terminal,
    /// A command on ssh's own command line; it is refused.
    pub remote_command: Option<String>,
}

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// By `exit`, the end of input, or the idle limit.
    LoggedOut,
    /// A remote command was refused.
    Refused,
    /// The connection was lost.
    Lost,
}

impl SessionEnd {
    /// Exit status of the session's process.
    #[must_use]
    pub const fn status(self) -> u8 {
        match self {
            Self::LoggedOut => 0,
            Self::Refused | Self::Lost => 1,
        }
    }
}
