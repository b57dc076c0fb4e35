//! The first lines of a first follow: which of them were in the log before, and which were written
//! since. A follow shows the end of the log and goes on with new lines without a mark between them.
//!
//! What comes after a pause is new. Its stamps show how far the appliance's clock is off, and so which of
//! the lines before the pause are new too. A log too busy for a pause is taken for new once its
//! stamps keep step with our clock.

use chrono::TimeDelta;

use crate::{parse, run::Timestamp};

/// Stamps have whole seconds.
const RESOLUTION: TimeDelta = TimeDelta::seconds(1);

#[derive(Debug)]
struct TimedLine {
    line: Vec<u8>,
    at: Timestamp,
    stamp: Option<Timestamp>,
}

/// The lines of a follow's beginning.
#[derive(Debug)]
pub(super) struct Opening {
    begun: Timestamp,
    heard: Vec<TimedLine>,
    /// How many lines came before the first pause; `None`: there was none.
    before_pause: Option<usize>,
}

impl Opening {
    pub(super) const fn new(begun: Timestamp) -> Self {
        Self { begun, heard: Vec::new(), before_pause: None }
    }

    pub(super) fn add(&mut self, lines: Vec<Vec<u8>>, at: Timestamp) {
        self.heard.extend(lines.into_iter().map(|line| {
            // A stamp has no year; the time of arrival supplies it.
            let stamp = parse::log_line(&parse::undecorated(&line)).stamp;
            TimedLine { line, at, stamp: stamp.and_then(|stamp| stamp.resolve(at)) }
        }));
    }

    pub(super) fn pause(&mut self) {
        self.before_pause.get_or_insert(self.heard.len());
    }

    pub(super) const fn len(&self) -> usize {
        self.heard.len()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.heard.iter().map(|heard| &heard.line)
    }

    pub(super) const fn has_paused(&self) -> bool {
        self.before_pause.is_some()
    }

    pub(super) fn has_line_after_pause(&self) -> bool {
        self.before_pause.is_some_and(|before| before < self.heard.len())
    }

    /// The lines by arrival, and whether everything from here on is new.
    pub(super) fn split_by_age(self) -> (Vec<Vec<u8>>, Vec<Vec<u8>>, Reached) {
        let surely_new = self.before_pause.or_else(|| self.first_in_step_with_clock());
        let reached = if surely_new.is_some() { Reached::Present } else { Reached::Past };
        let first_new = self.first_new(surely_new.unwrap_or(self.heard.len()));
        let mut earlier: Vec<Vec<u8>> = self.heard.into_iter().map(|heard| heard.line).collect();
        let new = earlier.split_off(first_new.min(earlier.len()));
        (earlier, new, reached)
    }

    /// The first line of the last third, where the stamps from there on advance as our clock does.
    fn first_in_step_with_clock(&self) -> Option<usize> {
        let last = self.heard.last()?;
        let third = last.at.offset_from(self.begun) / 3;
        let first = self.heard.iter().position(|heard| last.at.offset_from(heard.at) <= third)?;
        let recent = self.heard.get(first..)?;
        let stamps = || recent.iter().filter_map(|heard| heard.stamp);
        // Without stamps there is nothing to compare with the clock.
        let (Some(oldest), Some(newest)) = (stamps().min(), stamps().max()) else { return Some(first) };
        let took = last.at.offset_from(recent.first()?.at);
        // A dump of old lines shows hours of stamps within a second; new lines advance as the clock does.
        (newest.offset_from(oldest) <= took + RESOLUTION).then_some(first)
    }

    /// The first line written since the follow began, given that those from `surely` on were.
    fn first_new(&self, surely: usize) -> usize {
        let (before, after) = self.heard.split_at_checked(surely).unwrap_or((&self.heard, &[]));
        // How far the appliance's clock is ahead of ours: the delivery of a line only makes it look less.
        let ahead = after.iter().filter_map(|heard| Some(heard.stamp?.offset_from(heard.at))).max();
        // Without a stamp after the pause nothing shows how the clocks differ, so only
        // what came after it is new.
        let Some(ahead) = ahead else { return before.len() };
        let begun = self.begun.shifted(ahead);
        let mut first = before.len();
        // Backwards up to the first old stamp: a line without a stamp is new only between new ones.
        for (index, heard) in before.iter().enumerate().rev() {
            match heard.stamp {
                // A stamp is cut to its second, so a new line may look up to one second older than it is.
                Some(stamp) if stamp.shifted(RESOLUTION) > begun => first = index,
                Some(_) => break,
                None => {}
            }
        }
        first
    }
}

/// How far a follow has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reached {
    /// It may still show lines that were there before.
    Past,
    /// It shows new lines alone.
    Present,
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;

    fn begun() -> Timestamp {
        Timestamp::new(chrono::DateTime::parse_from_rfc3339("2026-03-01T12:00:00Z").expect("valid").into())
    }

    fn after(millis: i64) -> Timestamp {
        begun().shifted(TimeDelta::milliseconds(millis))
    }

    /// A line stamped `stamp` ms after the beginning.
    fn line(stamp: i64) -> Vec<u8> {
        format!("{} localhost rfsd[1]: x\n", after(stamp).utc().format("%b %e %H:%M:%S")).into_bytes()
    }

    fn counts(opening: Opening) -> (usize, usize, Reached) {
        let (earlier, new, reached) = opening.split_by_age();
        (earlier.len(), new.len(), reached)
    }

    fn dump(stamps: Range<i64>, step: usize, at: i64, opening: &mut Opening) {
        opening.add(stamps.step_by(step).map(line).collect(), after(at));
    }

    #[test]
    fn what_comes_at_once_and_is_followed_by_silence_is_old() {
        let mut opening = Opening::new(begun());
        dump(-600_000..0, 60_000, 20, &mut opening);
        opening.pause();
        assert_eq!(counts(opening), (10, 0, Reached::Present));
    }

    #[test]
    fn a_line_behind_a_pause_tells_which_of_those_before_it_are_new() {
        let mut opening = Opening::new(begun());
        dump(-600_000..-1, 60_000, 20, &mut opening);
        opening.add(vec![line(100), b"no stamp\n".to_vec()], after(130));
        opening.pause();
        opening.add(vec![line(900)], after(910));
        assert_eq!(counts(opening), (10, 3, Reached::Present));
    }

    #[test]
    fn a_long_dump_of_old_lines_is_no_busy_log() {
        let mut opening = Opening::new(begun());
        for step in 0..30 {
            let from = -9_000_000 + step * 300_000;
            dump(from..from + 300_000, 30_000, step * 100, &mut opening);
        }
        assert_eq!(counts(opening), (300, 0, Reached::Past));
    }

    #[test]
    fn a_busy_log_is_new_from_the_follows_beginning_on() {
        let mut opening = Opening::new(begun());
        dump(-60_000..-10_000, 5_000, 5, &mut opening);
        for at in (40..3000).step_by(40) {
            opening.add(vec![line(at)], after(at + 3));
        }
        assert_eq!(counts(opening), (10, 74, Reached::Present));
    }

    #[test]
    fn a_busy_log_without_stamps_is_new_only_towards_its_end() {
        let mut opening = Opening::new(begun());
        for at in (0..3000).step_by(100) {
            opening.add(vec![b"x\n".to_vec()], after(at));
        }
        let (earlier, new, reached) = counts(opening);
        assert_eq!((earlier + new, reached), (30, Reached::Present));
        assert!(earlier >= 19, "{earlier}");
    }
}
