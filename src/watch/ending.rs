//! How drwatch ends: signals on the way in, exit codes on the way out.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::run::{Ending, RunExit};

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

/// The signals that end a watch.
pub(super) struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next of them.
    pub(super) async fn next(&mut self) -> Ending {
        let name = tokio::select! {
            biased;
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hang_up.recv() => "SIGHUP",
            _ = self.interrupt.recv() => "SIGINT",
        };
        Ending::Signal { name: name.to_owned() }
    }
}
