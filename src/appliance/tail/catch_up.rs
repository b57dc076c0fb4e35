//! After a drop: which of the lines at hand are new, and where lines are missing.

use std::collections::VecDeque;

use super::{
    Before, FollowEnd, LineSplitter, Tail,
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
    pub(super) async fn catch_up(
        &mut self,
        burst: Vec<Vec<u8>>,
        before: Before,
    ) -> Result<VecDeque<Digest>, FollowEnd> {
        let digests: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        if let Some(known) = self.memory.sure_overlap(&digests) {
            let new = burst.into_iter().skip(known).collect();
            self.pass_on(new, Arrival::CaughtUp).await;
            return Ok(VecDeque::new());
        }
        match self.fetch_log().await {
            Ok(log) => Ok(self.splice(burst, log, before).await),
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

    /// Passes on what of `log` and `burst` is new. The burst was shown before the log was fetched.
    async fn splice(
        &mut self,
        burst: Vec<Vec<u8>>,
        mut log: Vec<Vec<u8>>,
        before: Before,
    ) -> VecDeque<Digest> {
        let in_log: Vec<Digest> = log.iter().map(|line| digest(line)).collect();
        let in_burst: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        let known = self.memory.overlap(&in_log);
        let met = memory::overlap(&in_burst, &in_log);
        let start = match known {
            Some(start) => start,
            None if self.memory.is_empty() => 0,
            None => {
                // A follow that was alive has shown its file to the end; what is at hand now is another file.
                if before == Before::Broken {
                    self.tell_gap(
                        "the log does not reach back to the last line received; it was rotated or cleared",
                    )
                    .await;
                }
                if met.is_none() {
                    self.pass_on_unknown(burst.clone()).await;
                }
                self.memory.known_head(&in_log)
            }
        };
        let new = log.split_off(start.min(log.len()));
        self.pass_on(new, Arrival::CaughtUp).await;
        match met {
            Some(end) => in_log.into_iter().skip(end.max(start)).collect(),
            None if in_burst.is_empty() => in_log.into_iter().skip(start).collect(),
            None => {
                if known.is_some() {
                    self.pass_on_unknown(burst).await;
                }
                VecDeque::new()
            }
        }
    }

    /// Passes on the lines behind those that are remembered.
    async fn pass_on_unknown(&mut self, mut lines: Vec<Vec<u8>>) {
        let digests: Vec<Digest> = lines.iter().map(|line| digest(line)).collect();
        let new = lines.split_off(self.memory.known_head(&digests).min(lines.len()));
        self.pass_on(new, Arrival::CaughtUp).await;
    }

    async fn tell_gap(&self, reason: &str) {
        let to = self.means.clock.now();
        let from = self.memory.last_at().unwrap_or(to);
        self.emitter.emit(Observation::LogGap { from, to, reason: reason.to_owned() }).await;
    }
}
