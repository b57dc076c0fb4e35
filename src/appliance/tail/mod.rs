//! Following an appliance's log on a shell of its own: whole lines, in order, each once, across
//! drops. What the lines mean is not known here.
//!
//! After a drop the first burst of the new follow is matched against the lines remembered. Where
//! they do not surely meet, the log is fetched whole and spliced in; where that is not sure either, the gap is told.

mod again;
mod catch_up;
mod emit;
mod fetch;
mod last_look;
mod lines;
mod memory;
mod opening;
mod place;
mod stream;

use std::time::Duration;

use tokio::time::sleep;

pub(crate) use self::emit::Tail;
use self::{
    again::Again,
    catch_up::CaughtUp,
    opening::Reached,
    stream::{FollowEnd, Stream, start_follow},
};
pub use self::{
    lines::{CONTINUED, LINE_LIMIT, LineSplitter},
    memory::Memory,
};
use super::{client::OpenError, observation::Observation, transport::ConnectError};
use crate::run::{Arrival, Event, Timestamp};

/// A follow that is silent for so long is started anew: a rotation of the log can freeze it.
const FREEZE_LIMIT: Duration = Duration::from_mins(1);

/// The same at most, where the log has to be fetched each time to see that it is as before.
const FREEZE_LIMIT_IN_VAIN: Duration = Duration::from_mins(8);

/// Stretches of a follow's beginning, 3 s each, after which what it shows is taken for new in any case.
const OPENINGS: usize = 10;

/// Between two follows, doubled up to the limit while none succeeds.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_LIMIT: Duration = Duration::from_mins(1);

/// Why a tail is over.
#[derive(Debug)]
pub(crate) enum TailEnd {
    /// The connection gives no shell any more.
    Lost(ConnectError),
    /// It was asked to close, and has looked at the log once more.
    Closed,
}

/// Pauses and limits of a tail, each of which grows while nothing comes of it.
struct Patience {
    pause: Duration,
    freeze_limit: Duration,
    /// The words of the last refusal that was put on record.
    refusal: Option<String>,
}

impl Tail<'_> {
    /// Follows the log, starting the follow anew whenever it ends, until the connection gives no shell any more or
    /// `closing` resolves. Then the log is looked at once more: a follow shows nothing of a file that took the place
    /// of the one it holds open.
    pub(crate) async fn run(mut self, closing: impl Future<Output = ()>) -> TailEnd {
        tokio::pin!(closing);
        let mut patience = Patience { pause: RETRY, freeze_limit: FREEZE_LIMIT, refusal: None };
        loop {
            let known_at = self.memory.last_at();
            let begun = tokio::select! {
                biased;
                () = &mut closing => return self.look_once_more(None).await,
                begun = self.begin(&mut patience.freeze_limit) => begun,
            };
            let end = match begun {
                Err(end) => end,
                // Only the wait for lines is given up on closing: lines at hand are passed on first.
                Ok((mut stream, mut again)) => loop {
                    let limit = self.appliance.means().clock.real(patience.freeze_limit);
                    let lines = tokio::select! {
                        biased;
                        () = &mut closing => return self.look_once_more(Some((stream, again))).await,
                        lines = stream.more(limit) => lines,
                    };
                    match lines {
                        Ok(lines) => self.pass_on_followed(lines, &mut again).await,
                        Err(end) => break end,
                    }
                },
            };
            tracing::debug!(?end, "follow of the log ends");
            match end {
                FollowEnd::Open(OpenError::Connect(error)) => return TailEnd::Lost(error),
                // The connection ends by that, and nothing of another machine's log is read.
                FollowEnd::Open(OpenError::OtherMachine { .. }) => {
                    closing.await;
                    return TailEnd::Closed;
                }
                FollowEnd::Silent => continue,
                end => self.prepare_retry(end, known_at, &mut patience).await,
            }
            tokio::select! {
                biased;
                () = &mut closing => return self.look_once_more(None).await,
                () = sleep(patience.pause.min(RETRY_LIMIT)) => {}
            }
        }
    }

    /// Sets the pause before the next follow, and puts a refusal on record, each once.
    async fn prepare_retry(&mut self, end: FollowEnd, known_at: Option<Timestamp>, patience: &mut Patience) {
        let FollowEnd::Refused(words) = end else {
            patience.pause = if self.memory.last_at() == known_at { patience.pause * 2 } else { RETRY };
            return;
        };
        if patience.refusal.as_ref() != Some(&words) {
            let now = self.appliance.means().clock.now();
            let reason = FollowEnd::Refused(words.clone()).to_string();
            let from = known_at.unwrap_or(now);
            self.emitter.emit(Observation::LogGap { from, to: now, reason: reason.clone() }).await;
            self.emitter.event(Event::LogLost { reason }).await;
            self.memory.is_lost = true;
            patience.refusal = Some(words);
        }
        patience.pause = RETRY_LIMIT;
    }

    /// Starts a follow and catches up with what was missed before it.
    async fn begin(&mut self, freeze_limit: &mut Duration) -> Result<(Stream, Again), FollowEnd> {
        let mut stream = start_follow(self.appliance).await?;
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
        Ok((stream, again))
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
}

#[cfg(test)]
mod tests;
