//! The log from a file that is followed by name, or from standard input to its end: bytes as they stand there.

mod follow;
mod history;
mod open;
mod rotated;
mod seen;

#[cfg(test)]
mod tests;

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    sync::{mpsc::Sender, oneshot},
};

use crate::{appliance::observation::Observation, clock::Clock, run::Arrival};

pub(super) use self::{follow::follow, seen::Seen};

/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// A pipe silent for so long has given all that was written before.
const PAUSE: Duration = Duration::from_millis(500);

/// Where log bytes go.
struct Outlet {
    observations: Sender<Observation>,
    /// Whether the last byte was the end of a line.
    is_between_lines: bool,
}

impl Outlet {
    const fn new(observations: Sender<Observation>) -> Self {
        Self { observations, is_between_lines: true }
    }

    async fn pass_on(&mut self, bytes: &[u8], arrival: Arrival) -> io::Result<()> {
        let Some(last) = bytes.last() else { return Ok(()) };
        self.is_between_lines = *last == b'\n';
        self.observe(Observation::Log { bytes: bytes.to_vec(), arrival }).await
    }

    /// Ends a line whose end never comes: it is no beginning of the next one.
    async fn end_line(&mut self) -> io::Result<()> {
        if self.is_between_lines { Ok(()) } else { self.pass_on(b"\n", Arrival::Live).await }
    }

    async fn observe(&self, observation: Observation) -> io::Result<()> {
        self.observations.send(observation).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Passes on standard input until it ends; `ended` is dropped then.
pub(super) async fn read_standard_input(out: Sender<Observation>, clock: Clock, ended: oneshot::Sender<()>) {
    let mut input = Piped { outlet: Outlet::new(out), rest: Vec::new(), arrival: Arrival::CaughtUp };
    let result = input.read_to_end(&mut tokio::io::stdin()).await;
    let Piped { outlet, rest, arrival } = input;
    // The hub is gone only when the watch ends anyway.
    if !rest.is_empty() {
        drop(outlet.observe(Observation::LastLine { bytes: rest, arrival }).await);
    }
    if let Err(error) = result {
        let (from, to) = (clock.now(), clock.now());
        let reason = format!("standard input cannot be read any further: {error}");
        drop(outlet.observe(Observation::LogGap { from, to, reason }).await);
    }
    drop(ended);
}

/// A pipe on its way to the outlet.
struct Piped {
    outlet: Outlet,
    /// The end of what came, which may turn out to be the last line.
    rest: Vec<u8>,
    arrival: Arrival,
}

impl Piped {
    /// Reads a pipe to its end. What is there at once was written before; once it has to be waited for,
    /// lines arrive as they are written.
    async fn read_to_end(&mut self, input: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
        let mut block = vec![0; BLOCK];
        loop {
            let read = if self.arrival == Arrival::Live {
                input.read(&mut block).await?
            } else if let Ok(read) = tokio::time::timeout(PAUSE, input.read(&mut block)).await {
                read?
            } else {
                self.arrival = Arrival::Live;
                continue;
            };
            if read == 0 {
                return Ok(());
            }
            self.pass_on(block.get(..read).unwrap_or_default()).await?;
        }
    }

    async fn pass_on(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        let whole = match memchr::memrchr(b'\n', &self.rest) {
            Some(end) => end + 1,
            // Of an endless line a byte is enough to end it with.
            None if self.rest.len() > BLOCK => self.rest.len() - 1,
            None => return Ok(()),
        };
        let rest = self.rest.split_off(whole);
        let whole = std::mem::replace(&mut self.rest, rest);
        self.outlet.pass_on(&whole, self.arrival).await
    }
}
