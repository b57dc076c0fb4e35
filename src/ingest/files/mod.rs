//! The log from a file that is followed by name, or from standard input to its end: bytes as they stand there.

mod follow;
mod history;
mod hole;
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

use crate::{appliance::observation::Observation, clock::Clock, input::foreign_form, run::Arrival};

pub(crate) use self::{follow::follow, seen::Seen};

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

    async fn pass_over(&self, hole: u64) -> io::Result<()> {
        if hole == 0 { Ok(()) } else { self.observe(Observation::LogHole { bytes: hole }).await }
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
pub(crate) async fn read_standard_input(out: Sender<Observation>, clock: Clock, ended: oneshot::Sender<()>) {
    let mut outlet = Outlet::new(out);
    let result = read_to_end(&mut tokio::io::stdin(), &mut outlet).await;
    // The hub is gone only when the watch ends anyway.
    drop(outlet.observe(Observation::LogEnded).await);
    if let Err(error) = result {
        let (from, to) = (clock.now(), clock.now());
        let reason = format!("standard input cannot be read any further: {error}");
        drop(outlet.observe(Observation::LogGap { from, to, reason }).await);
    }
    drop(ended);
}

/// Reads a pipe to its end. What is there at once was written before; once it has to be waited for,
/// lines arrive as they are written.
async fn read_to_end(input: &mut (impl AsyncRead + Unpin), outlet: &mut Outlet) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    let (mut arrival, mut is_start) = (Arrival::CaughtUp, true);
    loop {
        let read = if arrival == Arrival::Live {
            input.read(&mut block).await?
        } else if let Ok(read) = tokio::time::timeout(PAUSE, input.read(&mut block)).await {
            read?
        } else {
            arrival = Arrival::Live;
            continue;
        };
        if read == 0 {
            return Ok(());
        }
        if let Some(form) = block.get(..read).filter(|_| is_start).and_then(foreign_form) {
            return Err(io::Error::other(form.to_string()));
        }
        is_start = false;
        outlet.pass_on(block.get(..read).unwrap_or_default(), arrival).await?;
    }
}
