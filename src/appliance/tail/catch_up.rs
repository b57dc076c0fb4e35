//! After a drop: which of the lines at hand are new, and where lines are missing.

use std::collections::VecDeque;

use super::{
    FollowEnd, LineSplitter, Tail,
    memory::{self, Digest, digest},
};
use crate::{
    appliance::{
        client::{Client, OpenError},
        observation::Observation,
        shell::ShellError,
    },
    run::Arrival,
};

/// Longest log fetched whole, in bytes.
const LOG_LIMIT: usize = 64 << 20;

impl Tail<'_> {
    /// Passes on what of the log was missed, given the first burst of a new follow. Returns the lines
    /// that were passed on and that the follow may show once more.
    pub(super) async fn catch_up(&mut self, burst: Vec<Vec<u8>>) -> Result<VecDeque<Digest>, FollowEnd> {
        let digests: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        if let Some(known) = self.memory.overlap(&digests) {
            let new = burst.into_iter().skip(known).collect();
            self.pass_on(new, Arrival::CaughtUp).await;
            return Ok(VecDeque::new());
        }
        match self.fetch_log().await {
            Ok(log) => Ok(self.splice(burst, log).await),
            Err(OpenError::Shell(
                error @ (ShellError::TooLong { .. }
                | ShellError::ModeRefused { .. }
                | ShellError::TimedOut { .. }),
            )) => {
                self.tell_gap(&format!(
                    "lines were logged while the log was not followed, and it could not be fetched: {error}"
                ))
                .await;
                self.pass_on_unknown(burst).await;
                Ok(VecDeque::new())
            }
            Err(error) => Err(FollowEnd::Open(error)),
        }
    }

    async fn fetch_log(&self) -> Result<Vec<Vec<u8>>, OpenError> {
        let mut client = Client::open(self.connection, self.means).await?;
        let bytes = client.log(LOG_LIMIT).await?;
        let mut lines = Vec::new();
        LineSplitter::default().push(&bytes, &mut lines);
        Ok(lines)
    }

    /// Passes on what of `log` is new, then what of `burst` is newer still.
    async fn splice(&mut self, burst: Vec<Vec<u8>>, mut log: Vec<Vec<u8>>) -> VecDeque<Digest> {
        let in_log: Vec<Digest> = log.iter().map(|line| digest(line)).collect();
        let in_burst: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        let start = match self.memory.overlap(&in_log) {
            Some(start) => start,
            None if self.memory.is_empty() => 0,
            None => {
                self.tell_gap(
                    "the log does not reach back to the last line received; it was rotated or cleared",
                )
                .await;
                let known = self.memory.known();
                in_log.iter().rposition(|line| known.contains(line)).map_or(0, |last| last + 1)
            }
        };
        let new = log.split_off(start.min(log.len()));
        self.pass_on(new, Arrival::CaughtUp).await;
        if in_burst.is_empty() {
            return in_log.into_iter().skip(start).collect();
        }
        let met = memory::overlap(&in_burst.iter().rev(), in_burst.len(), &in_log);
        if let Some(end) = met {
            in_log.into_iter().skip(end.max(start)).collect()
        } else {
            self.pass_on_unknown(burst).await;
            VecDeque::new()
        }
    }

    /// Passes on the lines that are not remembered.
    async fn pass_on_unknown(&mut self, lines: Vec<Vec<u8>>) {
        let known = self.memory.known();
        let new = lines.into_iter().filter(|line| !known.contains(&digest(line))).collect();
        self.pass_on(new, Arrival::CaughtUp).await;
    }

    async fn tell_gap(&self, reason: &str) {
        let to = self.means.clock.now();
        let from = self.memory.last_at().unwrap_or(to);
        self.emitter.emit(Observation::LogGap { from, to, reason: reason.to_owned() }).await;
    }
}
