//! The first lines of a first follow: which of them were in the log before, and which were written
//! since. A follow shows the end of the log and goes on with new lines without a mark between them.
//!
//! What comes after a pause is new. That tells how far the appliance's clock is off, and so which of
//! the lines before the pause are new too. A log too busy for a pause is taken for new once its
//! stamps keep step with our clock.

use chrono::TimeDelta;

use crate::{parse, run::At};

/// Stamps have whole seconds.
const RESOLUTION: TimeDelta = TimeDelta::seconds(1);

/// A line and when it came.
#[derive(Debug)]
pub(super) struct Heard {
    line: Vec<u8>,
    at: At,
    stamp: Option<At>,
}

impl Heard {
    pub(super) fn new(line: Vec<u8>, at: At) -> Self {
        let stamp = parse::log_line(&line).stamp.and_then(|stamp| stamp.resolve(at));
        Self { line, at, stamp }
    }
}

/// What was heard of a follow's beginning.
#[derive(Debug)]
pub(super) struct Opening {
    begun: At,
    heard: Vec<Heard>,
    /// How many lines came before the first pause; `None`: there was none.
    before_pause: Option<usize>,
}

impl Opening {
    pub(super) const fn new(begun: At) -> Self {
        Self { begun, heard: Vec::new(), before_pause: None }
    }

    pub(super) fn hear(&mut self, lines: Vec<Vec<u8>>, at: At) {
        self.heard.extend(lines.into_iter().map(|line| Heard::new(line, at)));
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

    /// Whether a line came after a pause.
    pub(super) fn is_told(&self) -> bool {
        self.before_pause.is_some_and(|before| before < self.heard.len())
    }

    /// The lines by arrival, and whether everything from here on is new.
    pub(super) fn judge(self) -> (Vec<Vec<u8>>, Vec<Vec<u8>>, Reached) {
        let surely_new = self.before_pause.or_else(|| self.in_step());
        let reached = if surely_new.is_some() { Reached::Present } else { Reached::Past };
        let first_new = self.first_new(surely_new.unwrap_or(self.heard.len()));
        let mut earlier: Vec<Vec<u8>> = self.heard.into_iter().map(|heard| heard.line).collect();
        let new = earlier.split_off(first_new.min(earlier.len()));
        (earlier, new, reached)
    }

    /// The first line of the last third, where the stamps from there on advance as our clock does.
    fn in_step(&self) -> Option<usize> {
        let last = self.heard.last()?;
        let third = last.at.offset_from(self.begun) / 3;
        let first = self.heard.iter().position(|heard| last.at.offset_from(heard.at) <= third)?;
        let recent = self.heard.get(first..)?;
        let stamps = || recent.iter().filter_map(|heard| heard.stamp);
        let (Some(oldest), Some(newest)) = (stamps().min(), stamps().max()) else { return Some(first) };
        let took = last.at.offset_from(recent.first()?.at);
        (newest.offset_from(oldest) <= took + RESOLUTION).then_some(first)
    }

    /// The first line written since the follow began, given that those from `surely` on were.
    fn first_new(&self, surely: usize) -> usize {
        let (before, after) = self.heard.split_at_checked(surely).unwrap_or((&self.heard, &[]));
        let ahead = after.iter().filter_map(|heard| Some(heard.stamp?.offset_from(heard.at))).max();
        let Some(ahead) = ahead else { return before.len() };
        let begun = self.begun.shifted(ahead);
        let mut first = before.len();
        for (index, heard) in before.iter().enumerate().rev() {
            match heard.stamp {
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
