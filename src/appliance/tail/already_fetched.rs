//! Lines that a follow shows although they were passed on from a fetched log: the log is fetched after the follow began.

use std::collections::VecDeque;

use super::overlap::{LineKey, count_lines, possible_ends};
use crate::run::Arrival;

/// The fetched lines that the follow may still show.
#[derive(Debug, Default)]
pub(super) struct AlreadyFetched {
    lines: VecDeque<FetchedLine>,
    /// Whether the next line that it shows is surely the first of them, if any is left.
    is_sure: bool,
}

#[derive(Debug)]
struct FetchedLine {
    key: LineKey,
    /// Whether the line is in the fetched log once and has a stamp: then its position is certain.
    is_unique: bool,
}

impl AlreadyFetched {
    /// Of the `fetched` log, what comes behind the lines that the follow had shown before. One that had shown none may
    /// be slow, and begin with lines that were received long before: it may show any. `None`: what it had shown is not
    /// in that log.
    pub(super) fn new(shown: &[LineKey], fetched: &[LineKey]) -> Option<Self> {
        let ends = possible_ends(shown, fetched);
        let (from, is_sure) = match ends.as_slice() {
            // Over a slow link, a follow may show its first, old lines only after the log was fetched.
            _ if shown.is_empty() => (0, false),
            [end] => (*end, true),
            [first, ..] => (*first, false),
            [] => return None,
        };
        let counts = count_lines(fetched);
        let lines = fetched.iter().skip(from).map(|key| FetchedLine {
            key: *key,
            // A line without a stamp may be logged again word for word after the log was fetched.
            is_unique: key.is_stamped && counts.get(&key.digest) == Some(&1),
        });
        Some(Self { lines: lines.collect(), is_sure })
    }

    /// How a line of the follow arrives; `None`: it was passed on already.
    pub(super) fn arrival_of(&mut self, line: &[u8]) -> Option<Arrival> {
        if self.lines.is_empty() {
            return Some(Arrival::Live);
        }
        let key = LineKey::of(line);
        // Once the place is sure, only the very next line counts: an equal one further on is another line.
        let reach = if self.is_sure { 1 } else { self.lines.len() };
        let Some(index) = self.lines.iter().take(reach).position(|known| known.key == key) else {
            // The follow has gone past the end of the fetched log, or was rotated: from here on all is new.
            self.lines.clear();
            return Some(Arrival::Live);
        };
        if !self.is_sure && !self.lines.get(index).is_some_and(|known| known.is_unique) {
            // It may be any of the equal lines, or a new one.
            return Some(Arrival::MayRepeat);
        }
        // A follow shows lines in order: those before this one will not come any more.
        self.lines.drain(..=index);
        self.is_sure = true;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of one letter; a capital one has a stamp.
    fn line(name: u8) -> Vec<u8> {
        let stamp = if name.is_ascii_uppercase() { "Sep 13 16:03:38 " } else { "" };
        [stamp.as_bytes(), &[name]].concat()
    }

    fn keys(names: &str) -> Vec<LineKey> {
        names.bytes().map(|name| LineKey::of(&line(name))).collect()
    }

    /// What becomes of the lines that a follow shows: `.` left out, `?` may repeat, the line itself: new.
    fn shown(before: &str, fetched: &str, follow: &str) -> String {
        let mut already_fetched = AlreadyFetched::new(&keys(before), &keys(fetched)).expect("shown before");
        let mark = |name: u8| match already_fetched.arrival_of(&line(name)) {
            None => '.',
            Some(Arrival::MayRepeat) => '?',
            Some(_) => char::from(name),
        };
        follow.bytes().map(mark).collect()
    }

    #[test]
    fn what_was_fetched_is_left_out_once_and_equal_lines_are_never_lost() {
        assert_eq!(shown("abc", "abcdef", "defgh"), "...gh");
        assert_eq!(shown("abc", "abcxx", "xxxg"), "..xg");
        assert_eq!(shown("", "abcDEF", "EFgh"), "..gh");
        assert_eq!(shown("", "abcdEF", "dFgh"), "?.gh", "a line without a stamp may be a new one");
        assert_eq!(shown("xx", "xxxx", "xxxg"), "???g", "how many of them are new is not known");
        assert_eq!(shown("", "axbxC", "xCd"), "?.d");
        assert!(AlreadyFetched::new(&keys("z"), &keys("abc")).is_none());
    }
}
