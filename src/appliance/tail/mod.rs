//! Following an appliance's log on a shell of its own: whole lines, in order, each once, across
//! drops. What the lines mean is not known here.
//!
//! After a drop the first burst of the new follow is matched against the lines remembered. Where
//! they do not meet, the log is fetched whole and spliced in; where that fails too, the gap is told.

mod catch_up;
mod lines;
mod memory;
mod opening;
mod stream;

use std::{collections::VecDeque, time::Duration};

use thiserror::Error;
use tokio::time::sleep;

pub use self::{
    lines::{CONTINUED, LINE_LIMIT, LineSplitter},
    memory::Memory,
};
use self::{
    memory::{Digest, digest},
    opening::Reached,
    stream::Stream,
};
use super::{
    client::{IdentifiedConnection, OpenError},
    gate::Sendable,
    observation::{Emitter, Observation},
    shell::ShellError,
    transport::ConnectError,
};
use crate::run::Arrival;

/// A follow that is silent for so long is started anew: a rotation of the log can freeze it.
const FREEZE_LIMIT: Duration = Duration::from_mins(1);

/// Stretches of a follow's beginning, 3 s each, after which what it shows is taken for new in any case.
const OPENINGS: usize = 10;

/// Between two follows, doubled up to the limit while none succeeds.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_LIMIT: Duration = Duration::from_mins(1);

/// Bytes passed on in one piece, unless a single line is longer.
const BATCH: usize = 64 << 10;

/// Why a follow ended.
#[derive(Debug, Error)]
enum FollowEnd {
    #[error("the follow of the log ended")]
    Ended,
    #[error("nothing was logged for a while")]
    Silent,
    #[error("the appliance refused to show its log: {0}")]
    Refused(String),
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<ShellError> for FollowEnd {
    fn from(error: ShellError) -> Self {
        match error {
            ShellError::ModeRefused { words, .. } => Self::Refused(words),
            other => Self::Open(OpenError::Shell(other)),
        }
    }
}

/// The tail of one appliance's log over one connection.
pub(crate) struct Tail<'a> {
    pub(crate) appliance: &'a IdentifiedConnection<'a>,
    pub(crate) memory: &'a mut Memory,
    pub(crate) emitter: &'a Emitter,
}

/// Whether the follow before was alive up to the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// It was, and silent: all that its file ever held was received.
    Alive,
    /// It broke off.
    Broken,
}

impl Tail<'_> {
    /// Follows the log, starting the follow anew whenever it ends. Returns only when the connection
    /// gives no shell any more.
    pub(crate) async fn run(mut self) -> ConnectError {
        let mut pause = RETRY;
        let mut refusal = None;
        let mut before = Before::Broken;
        loop {
            let known_at = self.memory.last_at();
            let end = self.follow(before).await;
            before = if matches!(end, FollowEnd::Silent) { Before::Alive } else { Before::Broken };
            match end {
                FollowEnd::Open(OpenError::Connect(error)) => return error,
                // The connection ends by that, and nothing of another machine's log is read.
                FollowEnd::Open(OpenError::OtherMachine { .. }) => return std::future::pending().await,
                FollowEnd::Silent => continue,
                FollowEnd::Refused(words) => {
                    if refusal.as_ref() != Some(&words) {
                        let now = self.appliance.means().clock.now();
                        let reason = FollowEnd::Refused(words.clone()).to_string();
                        let from = known_at.unwrap_or(now);
                        self.emitter.emit(Observation::LogGap { from, to: now, reason }).await;
                        refusal = Some(words);
                    }
                    pause = RETRY_LIMIT;
                }
                FollowEnd::Ended | FollowEnd::Open(OpenError::Shell(_)) => {
                    pause = if self.memory.last_at() == known_at { pause * 2 } else { RETRY };
                }
            }
            sleep(pause.min(RETRY_LIMIT)).await;
        }
    }

    async fn follow(&mut self, before: Before) -> FollowEnd {
        match self.try_follow(before).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn try_follow(&mut self, before: Before) -> Result<FollowEnd, FollowEnd> {
        let client = self.appliance.open().await?;
        let shell = client.into_shell_for(Sendable::FollowLog).await?;
        let line = self.appliance.means().gate.question(Sendable::FollowLog).map_err(ShellError::from)?;
        let mut stream = Stream::new(shell.follow(line).await?);
        let mut again = VecDeque::new();
        if self.memory.last_at().is_none() {
            self.open(&mut stream).await?;
        } else {
            let burst = stream.burst().await?;
            again = self.catch_up(burst, before).await?;
        }
        loop {
            let lines = stream.more(self.appliance.means().clock.real(FREEZE_LIMIT)).await?;
            let lines = without_repeated(lines, &mut again);
            self.pass_on(lines, Arrival::Live).await;
        }
    }

    /// Passes on what the first follow shows until it shows new lines alone.
    async fn open(&mut self, stream: &mut Stream) -> Result<(), FollowEnd> {
        for _ in 0..OPENINGS {
            let (opening, mut end) = stream.opening(self.appliance.means().clock).await;
            if let Some(end) = end.take_if(|_| opening.len() == 0) {
                return Err(end);
            }
            self.memory.begin(self.appliance.means().clock.now());
            let (earlier, new, reached) = opening.judge();
            self.pass_on(earlier, Arrival::Earlier).await;
            self.pass_on(new, Arrival::Live).await;
            if let Some(end) = end {
                return Err(end);
            }
            if reached == Reached::Present {
                break;
            }
        }
        Ok(())
    }

    /// Emits `lines` and remembers them, in batches: a line is remembered only once it is on its way.
    async fn pass_on(&mut self, lines: Vec<Vec<u8>>, arrival: Arrival) {
        let mut batch = Vec::new();
        let mut digests = Vec::new();
        for line in lines {
            if !batch.is_empty() && batch.len() + line.len() > BATCH {
                self.flush(std::mem::take(&mut batch), &mut digests, arrival).await;
            }
            digests.push(digest(&line));
            batch.extend_from_slice(&line);
        }
        if !batch.is_empty() {
            self.flush(batch, &mut digests, arrival).await;
        }
    }

    async fn flush(&mut self, bytes: Vec<u8>, digests: &mut Vec<Digest>, arrival: Arrival) {
        self.emitter.emit(Observation::Log { bytes, arrival }).await;
        let now = self.appliance.means().clock.now();
        for line in digests.drain(..) {
            self.memory.remember(line, now);
        }
    }
}

/// Drops from the head of a live stream what was already passed on out of the fetched log.
fn without_repeated(lines: Vec<Vec<u8>>, again: &mut VecDeque<Digest>) -> Vec<Vec<u8>> {
    if again.is_empty() {
        return lines;
    }
    let is_new = |line: &Vec<u8>| {
        let digest = digest(line);
        if let Some(place) = again.iter().position(|known| *known == digest) {
            again.drain(..=place);
            return false;
        }
        again.clear();
        true
    };
    lines.into_iter().filter(is_new).collect()
}

#[cfg(test)]
mod tests;
