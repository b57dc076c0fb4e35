//! When the next frame is due.

use std::time::Duration;

use tokio::time::Instant;

use crate::screen::RowNumber;

/// Least time between two frames.
// Some 30 frames a second; each is a write to a terminal that may be at the far end of a slow line.
const FRAME_INTERVAL: Duration = Duration::from_millis(33);

/// For each new line that a frame shows, newer ones wait so long: nobody reads faster, and a log that rushes past costs
/// the terminal little.
const READING_A_LINE: Duration = Duration::from_millis(20);

/// The log on the screen is never older than this.
const MAX_LOG_INTERVAL: Duration = Duration::from_millis(1200);

/// How soon a frame is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Redraw {
    #[default]
    Not,
    /// A second has passed: only clocks and ages have changed.
    Clock,
    /// Only log has come.
    Log,
    /// Something else has changed.
    Soon,
}

impl Redraw {
    /// Asks for a frame at least as soon.
    pub(crate) fn ask(&mut self, redraw: Self) {
        *self = (*self).max(redraw);
    }

    /// Asks for a frame as soon as may be, if `changed`.
    pub(crate) fn ask_if(&mut self, changed: bool) {
        if changed {
            self.ask(Self::Soon);
        }
    }
}

/// The pace of frames, as the last one was drawn.
#[derive(Debug, Default)]
pub(super) struct Pace {
    drawn_at: Option<Instant>,
    /// When lines of log were drawn that were new, and how many.
    log_drawn_at: Option<Instant>,
    new_rows: u64,
    log_end: RowNumber,
    /// The last frame shows a message that time takes away.
    pub(super) shows_passing: bool,
}

impl Pace {
    /// Notes that a frame is drawn now which shows the log up to `log_end`.
    pub(super) fn drawn(&mut self, log_end: RowNumber) {
        self.drawn_at = Some(Instant::now());
        if log_end != self.log_end {
            self.log_drawn_at = self.drawn_at;
            self.new_rows = log_end.saturating_sub(self.log_end);
            self.log_end = log_end;
        }
    }

    /// Lets the next frame show the newest lines.
    pub(super) const fn show_log(&mut self) {
        self.log_drawn_at = None;
    }

    /// The end of the log on the last frame.
    pub(super) const fn log_end(&self) -> RowNumber {
        self.log_end
    }

    pub(super) const fn is_first(&self) -> bool {
        self.drawn_at.is_none()
    }

    /// The time until the next frame may be drawn.
    pub(super) fn left(&self, redraw: Redraw) -> Duration {
        let left = |since: Option<Instant>, interval: Duration| {
            since.map_or(Duration::ZERO, |at| interval.saturating_sub(at.elapsed()))
        };
        let frame = left(self.drawn_at, FRAME_INTERVAL);
        if redraw != Redraw::Log {
            return frame;
        }
        let rows = u32::try_from(self.new_rows).unwrap_or(u32::MAX);
        frame.max(left(self.log_drawn_at, READING_A_LINE.saturating_mul(rows).min(MAX_LOG_INTERVAL)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace_after(frames: &[u64]) -> Pace {
        let mut pace = Pace::default();
        for end in frames {
            pace.drawn(RowNumber::from(*end));
        }
        pace
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_frame_is_due_at_once_and_others_30_times_a_second() {
        assert_eq!(Pace::default().left(Redraw::Soon), Duration::ZERO);
        let pace = pace_after(&[0]);
        assert_eq!(pace.left(Redraw::Soon), FRAME_INTERVAL);
        tokio::time::advance(Duration::from_millis(30)).await;
        assert_eq!(pace.left(Redraw::Soon), Duration::from_millis(3));
    }

    #[tokio::test(start_paused = true)]
    async fn after_many_lines_log_alone_waits_and_nothing_else_does() {
        let mut pace = pace_after(&[1000, 1010]);
        assert_eq!(pace.left(Redraw::Log), Duration::from_millis(200));
        tokio::time::advance(Duration::from_millis(150)).await;
        // A frame without newer lines does not make them wait longer.
        pace.drawn(1010);
        assert_eq!(pace.left(Redraw::Log), Duration::from_millis(50));
        tokio::time::advance(Duration::from_millis(40)).await;
        assert_eq!(pace.left(Redraw::Log), Duration::from_millis(10));
        let pace = pace_after(&[1000, 1010]);
        assert_eq!(pace.left(Redraw::Soon), FRAME_INTERVAL);
        assert_eq!(pace.left(Redraw::Clock), FRAME_INTERVAL);
        assert_eq!(pace_after(&[1000, 1001]).left(Redraw::Log), FRAME_INTERVAL);
        assert_eq!(pace_after(&[0, 1_000_000_000_000]).left(Redraw::Log), MAX_LOG_INTERVAL);
    }

    #[test]
    fn what_was_asked_for_soonest_counts() {
        let mut redraw = Redraw::Clock;
        redraw.ask(Redraw::Log);
        redraw.ask(Redraw::Clock);
        assert_eq!(redraw, Redraw::Log);
        redraw.ask_if(false);
        assert_eq!(redraw, Redraw::Log);
        redraw.ask_if(true);
        assert_eq!(redraw, Redraw::Soon);
    }
}
