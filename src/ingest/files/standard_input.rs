//! The log from standard input, to its end.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    sync::mpsc::Sender,
};

use super::outlet::{BLOCK_BYTES, Outlet};
use crate::{appliance::observation::Observation, clock::Clock, input::foreign_form, run::Arrival};

/// A pipe silent for so long has delivered all that was written to it before the watch.
const BACKLOG_PAUSE: Duration = Duration::from_millis(500);

pub(crate) async fn read_standard_input(out: Sender<Observation>, clock: Clock) {
    let mut outlet = Outlet::new(out);
    let result = read_to_end(&mut tokio::io::stdin(), &mut outlet).await;
    // Errors below mean that the session has ended first.
    // The end first, as it takes in an unfinished last line: the gap comes behind that.
    drop(outlet.observe(Observation::LogEnded).await);
    if let Err(error) = result {
        let (from, to) = (clock.now(), clock.now());
        let reason = format!("standard input cannot be read any further: {error}");
        drop(outlet.observe(Observation::LogGap { from, to, reason }).await);
    }
}

/// Reads a pipe to its end. What is there at once was written before; once there is a pause, lines arrive as they are
/// written.
async fn read_to_end(input: &mut (impl AsyncRead + Unpin), outlet: &mut Outlet) -> io::Result<()> {
    let mut block = vec![0; BLOCK_BYTES];
    let (mut arrival, mut is_start) = (Arrival::CaughtUp, true);
    loop {
        // Cancel-safe: where the timeout wins, nothing was read (tokio, `AsyncReadExt::read`).
        let read = if arrival == Arrival::Live {
            input.read(&mut block).await?
        } else if let Ok(read) = tokio::time::timeout(BACKLOG_PAUSE, input.read(&mut block)).await {
            read?
        } else {
            arrival = Arrival::Live;
            continue;
        };
        let bytes = block.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(());
        }
        if let Some(form) = foreign_form(bytes).filter(|_| is_start) {
            return Err(io::Error::other(form.to_string()));
        }
        is_start = false;
        outlet.pass_on(bytes, arrival).await?;
    }
}
