//! The way of log bytes from a source to the session.

use std::io;

use tokio::sync::mpsc::Sender;

use crate::{appliance::observation::Observation, run::Arrival};

pub(super) const BLOCK_BYTES: usize = 256 * 1024;

pub(super) struct Outlet {
    observations: Sender<Observation>,
    /// Whether the last byte ended a line.
    pub(super) is_between_lines: bool,
}

impl Outlet {
    pub(super) const fn new(observations: Sender<Observation>) -> Self {
        Self { observations, is_between_lines: true }
    }

    pub(super) async fn pass_on(&mut self, bytes: &[u8], arrival: Arrival) -> io::Result<()> {
        let Some(last) = bytes.last() else { return Ok(()) };
        self.is_between_lines = *last == b'\n';
        self.observe(Observation::Log { bytes: bytes.to_vec(), arrival }).await
    }

    /// Ends a line whose rest is lost, so that the next line does not continue it.
    pub(super) async fn end_line(&mut self) -> io::Result<()> {
        if self.is_between_lines { Ok(()) } else { self.pass_on(b"\n", Arrival::Live).await }
    }

    /// Fails with [`io::ErrorKind::BrokenPipe`] once the session has ended.
    pub(super) async fn observe(&self, observation: Observation) -> io::Result<()> {
        self.observations.send(observation).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
