//! The log from a file that is followed by name, or from standard input to its end: bytes to whole lines.

mod follow;
mod rotated;

#[cfg(test)]
mod tests;

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    sync::{mpsc::Sender, oneshot},
};

use crate::{appliance::observation::Observation, clock::Clock, run::Arrival};

pub(super) use self::follow::{Seen, follow};

/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// A line longer than this is passed on in pieces, so that memory stays bounded.
const LINE_LIMIT: usize = 1024 * 1024;

/// A pipe silent for so long has given all that was written before.
const PAUSE: Duration = Duration::from_millis(500);

/// Bytes to whole lines.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// All lines that are whole once `bytes` are added.
    fn add(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.rest.extend_from_slice(bytes);
        let end = match memchr::memrchr(b'\n', &self.rest) {
            Some(end) => end + 1,
            None if self.rest.len() > LINE_LIMIT => self.rest.len(),
            None => return None,
        };
        let rest = self.rest.split_off(end);
        Some(std::mem::replace(&mut self.rest, rest))
    }

    /// What is left when no more comes.
    fn finish(&mut self) -> Option<Vec<u8>> {
        (!self.rest.is_empty()).then(|| std::mem::take(&mut self.rest))
    }
}

async fn send(out: &Sender<Observation>, bytes: Vec<u8>, arrival: Arrival) -> io::Result<()> {
    let observation = Observation::Log { bytes, arrival };
    out.send(observation).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

/// Passes on standard input until it ends; `ended` is dropped then.
pub(super) async fn read_standard_input(out: Sender<Observation>, clock: Clock, ended: oneshot::Sender<()>) {
    let mut lines = Lines::default();
    let mut arrival = Arrival::CaughtUp;
    let result = pass_on(&mut tokio::io::stdin(), &mut lines, &mut arrival, &out).await;
    if let Some(rest) = lines.finish() {
        // The hub is gone only when the watch ends anyway.
        drop(send(&out, rest, arrival).await);
    }
    if let Err(error) = result {
        let (from, to) = (clock.now(), clock.now());
        let reason = format!("standard input cannot be read any further: {error}");
        drop(out.send(Observation::LogGap { from, to, reason }).await);
    }
    drop(ended);
}

/// Reads a pipe to its end. What is there at once was written before; once it has to be waited for,
/// lines arrive as they are written.
async fn pass_on(
    input: &mut (impl AsyncRead + Unpin),
    lines: &mut Lines,
    arrival: &mut Arrival,
    out: &Sender<Observation>,
) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        let read = if *arrival == Arrival::Live {
            input.read(&mut block).await?
        } else if let Ok(read) = tokio::time::timeout(PAUSE, input.read(&mut block)).await {
            read?
        } else {
            *arrival = Arrival::Live;
            continue;
        };
        if read == 0 {
            return Ok(());
        }
        if let Some(bytes) = block.get(..read).and_then(|bytes| lines.add(bytes)) {
            send(out, bytes, *arrival).await?;
        }
    }
}
