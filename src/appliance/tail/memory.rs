//! What is remembered of the lines already passed on, to separate known lines from missed ones after a drop.

use std::collections::{HashSet, VecDeque};

use super::overlap::{Digest, LineKey, distinct_stamped, has_stamped_line};
use crate::run::Timestamp;

/// How many lines are remembered, the last ones.
const REMEMBERED_LINES: usize = 4096;

/// Different lines it takes to recognise a log: a single one may be shown differently in the log and in its follow.
const MIN_DISTINCT_LINES: usize = 3;

/// The files of a log as fetched, by their digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Files {
    pub(super) present: Digest,
    pub(super) is_empty: bool,
    /// The older ones, if any was shown: the newest, and further ones until a file has a line with a stamp.
    pub(super) older: Option<Digest>,
    /// Whether a rotation would be noticed: one of them has a line with a stamp.
    pub(super) identifiable: bool,
}

impl Files {
    pub(super) fn new(present: &[LineKey]) -> Self {
        let identifiable = has_stamped_line(present);
        Self { present: LineKey::of_file(present), is_empty: present.is_empty(), older: None, identifiable }
    }

    /// Adds an older file, the newest first. None is needed once the files are identifiable.
    pub(super) fn add_older(&mut self, older: &[LineKey]) {
        if self.older.is_none() || !self.identifiable {
            let digest = LineKey::of_file(older);
            self.older =
                Some(self.older.map_or(digest, |newer| LineKey::of(&[newer, digest].concat()).digest));
            self.identifiable |= has_stamped_line(older);
        }
    }
}

/// What is remembered of a log across connections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    lines: VecDeque<LineKey>,
    /// How many of the last lines are one stretch of the log: behind the last gap, each of them once.
    stretch_len: usize,
    last_at: Option<Timestamp>,
    /// When the last line was received whose place in the log is sure.
    sure_at: Option<Timestamp>,
    /// The log as it was last fetched, all of it passed on, if no line was received since.
    pub(super) fetched: Option<Files>,
    /// Whether the last lines may have been received twice, so that what follows on them may have been as well.
    pub(super) is_repeating: bool,
    /// How many follows one after the other have shown another file than the one that was fetched.
    pub(super) mismatches: u8,
    /// Whether it is on record that the log cannot be followed.
    pub(super) is_lost: bool,
}

impl Memory {
    /// What is remembered of a log whose last lines, each with its `\n`, are `lines`, received until `at`; those from
    /// byte `one_stretch_from` on are one stretch of it. Nothing, as of a log never followed, where there are none.
    pub(crate) fn from_log(lines: &[u8], one_stretch_from: usize, at: Timestamp) -> Self {
        let mut memory = Self::default();
        let mut offset = 0;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            // Remembered although they are from before the stretch: copies of them are recognised, but
            // no place is found by them.
            memory.remember(LineKey::of(line), at);
            if offset < one_stretch_from {
                memory.start_new_stretch();
            }
            offset += line.len();
        }
        // Behind a gap in the record the next line may be one from before it.
        memory.is_repeating = one_stretch_from > 0;
        memory
    }

    /// When the last line was received, or the log first followed. `None`: it never was.
    pub(crate) const fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// When the last line was received whose place in the log is sure: what is missing may have been written since.
    pub(super) fn sure_at(&self) -> Option<Timestamp> {
        self.sure_at.or(self.last_at)
    }

    /// Notes that a gap covers what is missing until `at`. Returns since when.
    pub(super) fn move_sure_time_to(&mut self, at: Timestamp) -> Timestamp {
        let since = self.sure_at().unwrap_or(at);
        self.sure_at = Some(at);
        since
    }

    /// Notes that the log is followed from `at` on.
    pub(crate) fn begin(&mut self, at: Timestamp) {
        self.last_at.get_or_insert(at);
        self.sure_at.get_or_insert(at);
    }

    pub(super) fn remember(&mut self, line: LineKey, at: Timestamp) {
        if self.lines.len() == REMEMBERED_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        // A line has come since: the log is not what it was when it was fetched.
        self.fetched = None;
        self.stretch_len = (self.stretch_len + 1).min(REMEMBERED_LINES);
        self.last_at = Some(at);
        // While lines may repeat, nothing shows that none is missing before them.
        if !self.is_repeating {
            self.sure_at = Some(at);
        }
    }

    /// The next line does not surely follow on the last one.
    pub(super) const fn start_new_stretch(&mut self) {
        self.stretch_len = 0;
    }

    /// The last lines received that are one stretch of the log.
    pub(super) fn last_stretch(&self) -> Vec<LineKey> {
        self.lines.iter().skip(self.lines.len().saturating_sub(self.stretch_len)).copied().collect()
    }

    /// How many of `lines`, which follow on the last one, may have been received before: those up to the first
    /// unknown one, where the lines before them may have been.
    pub(super) fn repeated_head(&mut self, lines: &[LineKey]) -> usize {
        if !self.is_repeating || lines.is_empty() {
            return 0;
        }
        let remembered = self.digests();
        let known = lines.iter().take_while(|line| remembered.contains(&line.digest)).count();
        // A line that was not received before shows that the copies are over.
        self.is_repeating = known == lines.len();
        known
    }

    /// Whether enough different lines with a stamp are remembered: a log without any of them is surely another one.
    pub(super) fn is_recognisable(&self) -> bool {
        distinct_stamped(&self.lines) >= MIN_DISTINCT_LINES
    }

    /// Whether one of `lines` was received before, as far as is remembered.
    pub(super) fn contains_any(&self, lines: &[LineKey]) -> bool {
        let remembered = self.digests();
        lines.iter().any(|line| remembered.contains(&line.digest))
    }

    fn digests(&self) -> HashSet<Digest> {
        self.lines.iter().map(|line| line.digest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Timestamp {
        Timestamp::new(chrono::DateTime::UNIX_EPOCH)
    }

    fn keys(lines: &[&str]) -> Vec<LineKey> {
        lines.iter().map(|line| LineKey::of(line.as_bytes())).collect()
    }

    #[test]
    fn a_memory_made_from_a_log_knows_its_lines_and_where_its_last_gap_is() {
        let log = b"one\ntwo\nthree\n";
        for (from, stretch) in [
            (0, ["one\n", "two\n", "three\n"].as_slice()),
            (4, &["two\n", "three\n"]),
            (5, &["three\n"]),
            (14, &[]),
            (99, &[]),
        ] {
            let memory = Memory::from_log(log, from, at());
            assert_eq!(memory.last_stretch(), keys(stretch), "{from}");
            assert!(memory.contains_any(&keys(&["one\n"])));
            assert_eq!(memory.last_at(), Some(at()));
        }
        assert_eq!(Memory::from_log(b"", 0, at()).last_at(), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::default();
        for n in 0..3 * REMEMBERED_LINES {
            memory.remember(LineKey::of(&n.to_le_bytes()), at());
        }
        assert_eq!((memory.lines.len(), memory.last_stretch().len()), (REMEMBERED_LINES, REMEMBERED_LINES));
        assert!(!memory.contains_any(&[LineKey::of(&0_usize.to_le_bytes())]));
        memory.start_new_stretch();
        memory.remember(LineKey::of(b"x"), at());
        assert_eq!(memory.last_stretch().len(), 1);
        assert!(memory.contains_any(&[LineKey::of(&(3 * REMEMBERED_LINES - 1).to_le_bytes())]));
    }
}
