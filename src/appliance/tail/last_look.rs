//! The last look at the log before an orderly end.
//!
//! A follow that waits for lines looks the same on a quiet log and on a rotated one: it holds the old file open. So a
//! second follow is started, which shows the end of the file that bears the name now. Where that is what the first one
//! has shown, nothing is missing; elsewhere the log is caught up with as after a drop. Without an answer in time the
//! receiver of the observations is not sent [`Observation::LogReadToEnd`], and has to record a gap.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::{
    TailEnd,
    already_fetched::AlreadyFetched,
    emit::Tail,
    overlap::{Head, LineKey, find_overlap},
    stream::{Stream, start_follow},
};
use crate::appliance::observation::Observation;

/// How long the last look may take: a shell is opened, and where the log was rotated its present file is fetched.
pub(crate) const LAST_LOOK_TIMEOUT: Duration = Duration::from_secs(3);

/// How long lines may be on their way in the follow that stands.
const IN_FLIGHT: Duration = Duration::from_millis(300);

impl Tail<'_> {
    pub(super) async fn look_once_more(&mut self, following: Option<(Stream, AlreadyFetched)>) -> TailEnd {
        // A log that was never read is no log of which the end is missing.
        if self.memory.last_at().is_some()
            && timeout(LAST_LOOK_TIMEOUT, self.read_to_end(following)).await == Ok(true)
        {
            self.emitter.emit(Observation::LogReadToEnd).await;
        }
        TailEnd::Closed
    }

    /// Whether all that stands in the log now was passed on, or a gap.
    async fn read_to_end(&mut self, mut following: Option<(Stream, AlreadyFetched)>) -> bool {
        let appliance = self.appliance;
        let burst = async {
            let mut stream = start_follow(appliance).await?;
            stream.burst().await
        };
        tokio::pin!(burst);
        let burst = loop {
            // What was received is passed on outside of the wait: given up in its midst it would be lost.
            // The old follow first: its lines come before those of the new one. Neither arm loses lines when the other
            // wins: `next_lines` returns them in the poll that reads them, and `burst` lives outside of the loop.
            let lines = tokio::select! {
                biased;
                lines = next_lines(&mut following), if following.is_some() => lines,
                burst = &mut burst => break burst,
            };
            self.pass_on_next(lines, &mut following).await;
        };
        let Ok(burst) = burst else { return false };
        let shown = LineKey::of_all(&burst);
        let in_flight_until = Instant::now() + IN_FLIGHT;
        // The new follow may be ahead of the old one. Lines that are still on their way are not missing yet.
        while !self.has_shown(&shown) {
            match timeout_at(in_flight_until, next_lines(&mut following)).await {
                Ok(lines) if following.is_some() => self.pass_on_next(lines, &mut following).await,
                Ok(_) | Err(_) => return self.catch_up(burst).await.is_ok(),
            }
        }
        true
    }

    async fn pass_on_next(&mut self, lines: Vec<Vec<u8>>, following: &mut Option<(Stream, AlreadyFetched)>) {
        if let Some((_, already_fetched)) = following {
            self.pass_on_followed(lines, already_fetched).await;
        }
    }

    /// Whether lines that a new follow shows stand surely among those received last.
    fn has_shown(&self, shown: &[LineKey]) -> bool {
        find_overlap(shown, &self.memory.last_stretch()).is_some_and(|overlap| overlap.is_sure(Head::AnyLine))
    }
}

/// The next lines of the follow; it is gone once it has ended. Nothing is lost where the wait is given up.
async fn next_lines(following: &mut Option<(Stream, AlreadyFetched)>) -> Vec<Vec<u8>> {
    let Some((stream, _)) = following else { return Vec::new() };
    // As long as the whole look, so that the silence of a quiet log does not end the follow here.
    let lines = stream.more(LAST_LOOK_TIMEOUT).await;
    if lines.is_err() {
        *following = None;
    }
    lines.unwrap_or_default()
}
