//! Following an appliance's log on a shell of its own: whole lines, in order, each once, across
//! drops. What the lines mean is not known here.
//!
//! After a drop the first burst of the new follow is matched against the lines remembered. Where
//! the two do not surely overlap, the log is fetched whole and spliced in; where that is not sure either, a gap is
//! recorded.

mod already_fetched;
mod catch_up;
mod emit;
mod fetch;
mod last_look;
mod lines;
mod memory;
mod opening;
mod overlap;
mod stream;

use std::time::Duration;

use tokio::time::sleep;

pub(crate) use self::emit::Tail;
pub use self::lines::{CONTINUED, LINE_LIMIT, LineSplitter};
pub(crate) use self::memory::Memory;
use self::{
    already_fetched::AlreadyFetched,
    opening::Reached,
    stream::{FollowEnd, Stream, start_follow},
};
use super::{client::OpenError, observation::Observation, transport::ConnectError};
use crate::run::{Arrival, Event, Timestamp};

/// A follow that is silent for so long is started anew: a rotation of the log can freeze it.
// By all that is known the follow is a plain `tail -f`, which stays with the file that was renamed.
const FREEZE_LIMIT: Duration = Duration::from_mins(1);

/// The limit that it grows to where every new follow costs a fetch of an unchanged log.
const MAX_FREEZE_LIMIT: Duration = Duration::from_mins(8);

/// Reads of a first follow's beginning, 3 s each, after which all it shows is taken for new.
// A busy log whose stamps never agree with the clock would otherwise count as old for ever, and
// its markers end no phase.
const MAX_OPENINGS: usize = 10;

/// The pause between two follows, doubled up to the maximum while no line comes.
const FIRST_RETRY_PAUSE: Duration = Duration::from_secs(1);
const MAX_RETRY_PAUSE: Duration = Duration::from_mins(1);

/// The pause after one of `pause`. Bounded where it is made: after an hour of follows that show nothing, twice of it would
/// be more than a `Duration` holds.
fn next_pause(pause: Duration) -> Duration {
    (pause * 2).min(MAX_RETRY_PAUSE)
}

/// Why a tail is over.
#[derive(Debug)]
pub(crate) enum TailEnd {
    /// The connection gives no shell any more.
    Lost(ConnectError),
    /// It was asked to close, and has looked at the log once more.
    Closed,
}

/// The pauses before the next follow and the next fetch, which grow while nothing new comes.
struct RetryState {
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
        let mut retry = RetryState { pause: FIRST_RETRY_PAUSE, freeze_limit: FREEZE_LIMIT, refusal: None };
        loop {
            // Before the follow begins: whether a line came decides how long the next pause is.
            let known_at = self.memory.last_at();
            // `closing` first: an orderly end does not wait for an appliance that gives no shell. `begin` may be dropped at
            // any point: a line is remembered exactly when it is sent, so the last look catches up from there.
            let begun = tokio::select! {
                biased;
                () = &mut closing => return self.look_once_more(None).await,
                begun = self.begin(&mut retry.freeze_limit) => begun,
            };
            let end = match begun {
                Err(end) => end,
                // Only the wait for lines is given up on closing: lines at hand are passed on first.
                Ok((mut stream, mut already_fetched)) => loop {
                    let limit = self.appliance.context.clock.real(retry.freeze_limit);
                    // `more` is cancel-safe: it returns complete lines in the poll that reads them and keeps the rest.
                    let lines = tokio::select! {
                        biased;
                        () = &mut closing => return self.look_once_more(Some((stream, already_fetched))).await,
                        lines = stream.more(limit) => lines,
                    };
                    match lines {
                        Ok(lines) => self.pass_on_followed(lines, &mut already_fetched).await,
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
                // No pause: nothing has failed, and what was logged meanwhile is already waiting.
                FollowEnd::Silent => continue,
                end => self.prepare_retry(end, known_at, &mut retry).await,
            }
            tokio::select! {
                biased;
                () = &mut closing => return self.look_once_more(None).await,
                () = sleep(retry.pause) => {}
            }
        }
    }

    /// Sets the pause before the next follow, and puts a refusal on record, each once.
    async fn prepare_retry(&mut self, end: FollowEnd, known_at: Option<Timestamp>, retry: &mut RetryState) {
        let FollowEnd::Refused(words) = end else {
            retry.pause =
                if self.memory.last_at() == known_at { next_pause(retry.pause) } else { FIRST_RETRY_PAUSE };
            return;
        };
        if retry.refusal.as_ref() != Some(&words) {
            let now = self.now();
            let reason = FollowEnd::Refused(words.clone()).to_string();
            let from = known_at.unwrap_or(now);
            self.emitter.emit(Observation::LogGap { from, to: now, reason: reason.clone() }).await;
            self.emitter.event(Event::LogLost { reason }).await;
            self.memory.is_lost = true;
            retry.refusal = Some(words);
        }
        // The longest at once: a refusal is a matter of rights or words, which a second does not change.
        retry.pause = MAX_RETRY_PAUSE;
    }

    /// Starts a follow and catches up with what was missed before it.
    async fn begin(&mut self, freeze_limit: &mut Duration) -> Result<(Stream, AlreadyFetched), FollowEnd> {
        let mut stream = start_follow(self.appliance).await?;
        let mut already_fetched = AlreadyFetched::default();
        let is_first = self.memory.last_at().is_none();
        if is_first {
            self.open(&mut stream).await?;
            if self.memory.last_stretch().is_empty() {
                self.note_empty_log().await;
            }
        } else {
            let burst = stream.burst().await?;
            let caught_up = self.catch_up(burst).await?;
            let longer = (*freeze_limit * 2).min(MAX_FREEZE_LIMIT);
            *freeze_limit = if caught_up.was_unchanged { longer } else { FREEZE_LIMIT };
            already_fetched = caught_up.already_fetched;
        }
        let was_lost = std::mem::take(&mut self.memory.is_lost);
        if is_first || was_lost {
            self.emitter.event(Event::LogFollowed).await;
        }
        Ok((stream, already_fetched))
    }

    /// Passes on what the first follow shows until it shows new lines alone.
    async fn open(&mut self, stream: &mut Stream) -> Result<(), FollowEnd> {
        for _ in 0..MAX_OPENINGS {
            let (opening, mut end) = stream.opening(self.appliance.context.clock).await;
            // Lines that came before the end are passed on first.
            if let Some(end) = end.take_if(|_| opening.len() == 0) {
                return Err(end);
            }
            // From here on a drop is caught up with, also where no line has come yet.
            self.memory.begin(self.now());
            let (earlier, new, reached) = opening.split_by_age();
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
