//! Following an appliance's log on a shell of its own: whole lines, in order, each once, across
//! drops. What the lines mean is not known here.
//!
//! After a drop the first burst of the new follow is matched against the lines remembered. Where
//! they do not surely meet, the log is fetched whole and spliced in; where that is not sure either, the gap is told.

mod again;
mod catch_up;
mod fetch;
mod lines;
mod memory;
mod opening;
mod place;
mod stream;

use std::time::Duration;

use thiserror::Error;
use tokio::time::sleep;

use self::{again::Again, catch_up::CaughtUp, opening::Reached, place::LineKey, stream::Stream};
pub use self::{
    lines::{CONTINUED, LINE_LIMIT, LineSplitter},
    memory::Memory,
};
use super::{
    client::{IdentifiedConnection, OpenError},
    gate::Sendable,
    observation::{Emitter, Observation},
    shell::ShellError,
    transport::ConnectError,
};
use crate::run::{Arrival, Event};

/// A follow that is silent for so long is started anew: a rotation of the log can freeze it.
const FREEZE_LIMIT: Duration = Duration::from_mins(1);

/// The same at most, where the log has to be fetched each time to see that it is as before.
const FREEZE_LIMIT_IN_VAIN: Duration = Duration::from_mins(8);

/// Stretches of a follow's beginning, 3 s each, after which what it shows is taken for new in any case.
const OPENINGS: usize = 10;

/// Between two follows, doubled up to the limit while none succeeds.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_LIMIT: Duration = Duration::from_mins(1);

/// Lines passed on in one piece: what is made of each takes its time.
const BATCH_LINES: usize = 1000;

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

impl Tail<'_> {
    /// Follows the log, starting the follow anew whenever it ends. Returns only when the connection
    /// gives no shell any more.
    pub(crate) async fn run(mut self) -> ConnectError {
        let mut pause = RETRY;
        let mut refusal = None;
        let mut freeze_limit = FREEZE_LIMIT;
        loop {
            let known_at = self.memory.last_at();
            match self.follow(&mut freeze_limit).await {
                FollowEnd::Open(OpenError::Connect(error)) => return error,
                // The connection ends by that, and nothing of another machine's log is read.
                FollowEnd::Open(OpenError::OtherMachine { .. }) => return std::future::pending().await,
                FollowEnd::Silent => continue,
                FollowEnd::Refused(words) => {
                    if refusal.as_ref() != Some(&words) {
                        let now = self.appliance.means().clock.now();
                        let reason = FollowEnd::Refused(words.clone()).to_string();
                        let from = known_at.unwrap_or(now);
                        self.emitter
                            .emit(Observation::LogGap { from, to: now, reason: reason.clone() })
                            .await;
                        self.emitter.event(Event::LogLost { reason }).await;
                        self.memory.is_lost = true;
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

    async fn follow(&mut self, freeze_limit: &mut Duration) -> FollowEnd {
        match self.try_follow(freeze_limit).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn try_follow(&mut self, freeze_limit: &mut Duration) -> Result<FollowEnd, FollowEnd> {
        let client = self.appliance.open().await?;
        let shell = client.into_shell_for(Sendable::FollowLog).await?;
        let line = self.appliance.means().gate.question(Sendable::FollowLog).map_err(ShellError::from)?;
        let mut stream = Stream::new(shell.follow(line).await?);
        let mut again = Again::default();
        let is_first = self.memory.last_at().is_none();
        if is_first {
            self.open(&mut stream).await?;
            if self.memory.last_stretch().is_empty() {
                self.note_blank().await;
            }
        } else {
            let burst = stream.burst().await?;
            let caught_up = self.catch_up(burst).await?;
            *freeze_limit = match caught_up {
                CaughtUp { was_in_vain: true, .. } => (*freeze_limit * 2).min(FREEZE_LIMIT_IN_VAIN),
                _ => FREEZE_LIMIT,
            };
            again = caught_up.again;
        }
        let was_lost = std::mem::take(&mut self.memory.is_lost);
        if is_first || was_lost {
            self.emitter.event(Event::LogFollowed).await;
        }
        loop {
            let lines = stream.more(self.appliance.means().clock.real(*freeze_limit)).await?;
            self.pass_on_followed(lines, &mut again).await;
        }
    }

    /// Passes on what a follow shows, without what was fetched already.
    async fn pass_on_followed(&mut self, lines: Vec<Vec<u8>>, again: &mut Again) {
        let mut alike: (Arrival, Vec<Vec<u8>>) = (Arrival::Live, Vec::new());
        for line in lines {
            let Some(arrival) = again.arrival_of(&line) else { continue };
            if arrival != alike.0 {
                let before = std::mem::replace(&mut alike, (arrival, Vec::new()));
                self.pass_on_alike(before).await;
            }
            alike.1.push(line);
        }
        self.pass_on_alike(alike).await;
    }

    async fn pass_on_alike(&mut self, (arrival, lines): (Arrival, Vec<Vec<u8>>)) {
        if arrival == Arrival::MayRepeat {
            self.memory.forget_order();
            self.memory.repeats();
        }
        self.pass_on(lines, arrival).await;
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

    /// Passes on `lines`, which follow on the last one. Behind lines that may have been received twice, known ones are
    /// marked as such, too: they go on as those did.
    async fn pass_on(&mut self, mut lines: Vec<Vec<u8>>, arrival: Arrival) {
        if matches!(arrival, Arrival::CaughtUp | Arrival::Live) {
            let repeated = self.memory.repeated_head(&LineKey::of_all(&lines));
            let new = lines.split_off(repeated.min(lines.len()));
            self.emit_lines(lines, Arrival::MayRepeat).await;
            lines = new;
        }
        self.emit_lines(lines, arrival).await;
    }

    /// Emits `lines` and remembers them, in batches: a line is remembered only once it is on its way.
    async fn emit_lines(&mut self, lines: Vec<Vec<u8>>, arrival: Arrival) {
        let mut batch = Vec::new();
        let mut keys = Vec::new();
        for line in lines {
            if !batch.is_empty() && (batch.len() + line.len() > BATCH || keys.len() >= BATCH_LINES) {
                self.flush(std::mem::take(&mut batch), &mut keys, arrival).await;
            }
            keys.push(LineKey::of(&line));
            batch.extend_from_slice(&line);
        }
        if !batch.is_empty() {
            self.flush(batch, &mut keys, arrival).await;
        }
    }

    async fn flush(&mut self, bytes: Vec<u8>, keys: &mut Vec<LineKey>, arrival: Arrival) {
        self.emitter.emit(Observation::Log { bytes, arrival }).await;
        let now = self.appliance.means().clock.now();
        for line in keys.drain(..) {
            self.memory.remember(line, now);
        }
        // A long log must not keep everything else from its turn.
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests;
