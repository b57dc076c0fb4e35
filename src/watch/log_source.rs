//! Where the log of a watch comes from, and how one that is not an appliance's is read.

use std::path::PathBuf;

use tokio::sync::{mpsc, oneshot};

use crate::{appliance::observation::Observation, clock::Clock, run::LogOrigin};

use super::files::{self, Seen};

/// Where the log comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogSource {
    /// Followed on the DR appliance.
    Ssh,
    /// A file, from its start, then followed by name.
    File(PathBuf),
    /// Standard input, to its end.
    StandardInput,
}

impl LogSource {
    /// As the first record names it; nothing for the DR appliance.
    pub(super) fn origin(&self) -> Option<LogOrigin> {
        match self {
            Self::Ssh => None,
            Self::File(path) => {
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Some(LogOrigin::File(absolute.display().to_string().into()))
            }
            Self::StandardInput => Some(LogOrigin::StandardInput),
        }
    }
}

/// Starts to read a log that is not an appliance's; what is returned tells when it has come to its end.
pub(super) fn read_log(
    log: LogSource,
    clock: Clock,
    sender: mpsc::Sender<Observation>,
    seen: Option<Seen>,
) -> Option<oneshot::Receiver<()>> {
    match log {
        LogSource::Ssh => None,
        LogSource::File(path) => {
            tokio::spawn(files::follow(path, clock, sender, seen));
            None
        }
        LogSource::StandardInput => {
            let (ended, receiver) = oneshot::channel();
            tokio::spawn(files::read_standard_input(sender, clock, ended));
            Some(receiver)
        }
    }
}
