//! Where the log of a watch comes from, and the task that reads it where that is not an appliance.

use std::{path::PathBuf, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

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
    /// As in the first record; `None` for the DR appliance.
    pub(crate) fn origin(&self) -> Option<LogOrigin> {
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

/// The task that reads a file or standard input.
pub(crate) struct LogReader {
    task: JoinHandle<()>,
    /// Asks for the final poll of a followed file.
    closing: Option<oneshot::Sender<()>>,
    /// Resolves at the end of standard input.
    ended: Option<oneshot::Receiver<()>>,
}

impl LogReader {
    /// Starts to read `log`; `None` for that of an appliance.
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
                let closed = closed.map(drop);
                let task = tokio::spawn(files::follow(path, clock, sender, seen, closed));
                Some(Self { task, closing: Some(closing), ended: None })
            }
            LogSource::StandardInput => {
                let (ended, receiver) = oneshot::channel();
                let task = tokio::spawn(files::read_standard_input(sender, clock, ended));
                Some(Self { task, closing: None, ended: Some(receiver) })
            }
        }
    }

    /// Whether the log has come to its end.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.ended
            .as_mut()
            .is_some_and(|ended| !matches!(ended.try_recv(), Err(oneshot::error::TryRecvError::Empty)))
    }

    /// Polls a followed file once more, for at most `limit`.
    pub(crate) async fn close(self, limit: Duration) {
        let abort = self.task.abort_handle();
        if let Some(closing) = self.closing
            && closing.send(()).is_ok()
        {
            drop(tokio::time::timeout(limit, self.task).await);
        }
        abort.abort();
    }
}
