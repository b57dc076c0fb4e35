//! Where the log of a watch comes from, and the task that reads it where that is not an appliance.

use std::{path::PathBuf, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::{appliance::observation::Observation, clock::Clock, run::LogOrigin};

use super::files::{self, Seen};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LogSource {
    /// Followed on the DR appliance.
    Ssh,
    /// A file, from its start, then followed by name.
    File(PathBuf),
    StandardInput,
}

impl LogSource {
    pub(crate) fn origin(&self) -> Option<LogOrigin> {
        match self {
            Self::Ssh => None,
            Self::File(path) => {
                // A watch that goes on with the run may be started in another directory.
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Some(LogOrigin::File(absolute.display().to_string().into()))
            }
            Self::StandardInput => Some(LogOrigin::StandardInput),
        }
    }
}

/// The task that reads a file or standard input.
pub(crate) struct LogReader {
    task: JoinHandle<()>,
    /// Asks for the final poll of a followed file; `None` for standard input.
    closing: Option<oneshot::Sender<()>>,
}

impl LogReader {
    pub(crate) fn start(
        log: LogSource,
        clock: Clock,
        sender: mpsc::Sender<Observation>,
        seen: Option<Seen>,
    ) -> Option<Self> {
        match log {
            LogSource::Ssh => None,
            LogSource::File(path) => {
                let (closing, closed) = oneshot::channel();
                let task = tokio::spawn(files::follow(
                    path,
                    clock,
                    sender,
                    seen,
                    files::Looking::Notified,
                    closed.map(drop),
                ));
                Some(Self { task, closing: Some(closing) })
            }
            LogSource::StandardInput => {
                let task = tokio::spawn(files::read_standard_input(sender, clock));
                // A pipe has no file to look at once more.
                Some(Self { task, closing: None })
            }
        }
    }

    /// Whether standard input has come to its end; never for a file.
    pub(crate) fn has_ended(&self) -> bool {
        self.closing.is_none() && self.task.is_finished()
    }

    /// Polls a followed file once more, for at most `limit`.
    pub(crate) async fn close(self, limit: Duration) {
        let abort = self.task.abort_handle();
        if let Some(closing) = self.closing
            && closing.send(()).is_ok()
        {
            drop(tokio::time::timeout(limit, self.task).await);
        }
        // Standard input cannot be asked to end, and a poll of a file may hang on a network disk.
        abort.abort();
    }
}
