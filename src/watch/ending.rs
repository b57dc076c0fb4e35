//! How drwatch ends: signals on the way in, exit codes on the way out.

use std::io;

use futures_util::FutureExt as _;
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

/// The signals that end a watch in order.
struct Endings {
    terminate: Signal,
    hang_up: Signal,
    quit: Signal,
    interrupt: Signal,
}

impl Endings {
    /// Waits for the next of them; its name.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            biased;
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hang_up.recv() => "SIGHUP",
            _ = self.quit.recv() => "SIGQUIT",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// The signals that a watch answers.
pub(super) struct Signals {
    endings: Endings,
    stop: Signal,
    go_on: Signal,
}

/// What a signal asks for.
pub(super) enum Signalled {
    /// End in order.
    End(Ending),
    /// Give the terminal back and stop.
    Stop,
    /// It was stopped, and others may have used the terminal.
    GoneOn,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let endings = Endings {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            interrupt: signal(SignalKind::interrupt())?,
        };
        Ok(Self {
            endings,
            stop: signal(SignalKind::from_raw(nix::libc::SIGTSTP))?,
            go_on: signal(SignalKind::from_raw(nix::libc::SIGCONT))?,
        })
    }

    /// Waits for the next of them.
    pub(super) async fn next(&mut self) -> Signalled {
        tokio::select! {
            biased;
            name = self.endings.next() => Signalled::End(Ending::Signal { name: name.to_owned() }),
            _ = self.stop.recv() => Signalled::Stop,
            _ = self.go_on.recv() => Signalled::GoneOn,
        }
    }

    /// Forgets a Ctrl-C that was meant for an `ssh` that asked in our terminal.
    pub(super) fn forget_interrupt(&mut self) {
        while self.endings.interrupt.recv().now_or_never().is_some() {}
    }

    /// Waits for the next that ends a watch; its name.
    pub(super) async fn next_ending(&mut self) -> &'static str {
        self.endings.next().await
    }
}
