//! Exit codes: the numbers that scripts depend on.

use crate::run::RunExit;

/// Exit codes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Restored, or the asked thing done.
    Done,
    /// Failed: never connected, verification failed.
    Failed,
    /// Usage, settings, unknown scenario or run.
    Usage,
    /// Ended before the restore completed.
    Incomplete,
    /// Restored, with open findings of attention or worse.
    OpenFindings,
}

impl Exit {
    /// The number handed to the shell.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::OpenFindings => 4,
        }
    }
}

impl From<RunExit> for Exit {
    fn from(exit: RunExit) -> Self {
        match exit {
            RunExit::Restored => Self::Done,
            RunExit::Failed => Self::Failed,
            RunExit::NotRestored => Self::Incomplete,
            RunExit::RestoredWithFindings => Self::OpenFindings,
        }
    }
}
