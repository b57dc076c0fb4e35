//! A child process in a session of its own, so without our terminal, that is killed when its
//! owner is dropped.

use std::{io, process::ExitStatus};

use process_wrap::tokio::ChildWrapper;

/// A running child and its process group; both are killed when it is dropped before its end was
/// waited for.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Running {
    pub(super) fn new(child: Box<dyn ChildWrapper>) -> Self {
        Self { child, ended: false }
    }

    /// Waits for the child's end. What it left running in the background stays.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        // From here on the process id may belong to another process, which must not be killed.
        self.ended = true;
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            // An error means that it has just ended by itself.
            let _ = self.child.start_kill();
        }
    }
}
