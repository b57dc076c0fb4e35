//! What is remembered of the lines already passed on, to tell known lines from missed ones after a drop.

use std::collections::{BTreeSet, VecDeque};

use sha2::{Digest as _, Sha256};

use crate::run::At;

/// Lines remembered.
const KEPT: usize = 4096;

/// Lines that have to agree for a place in the log to be taken for the same.
const EVIDENCE: usize = 20;

/// Lines that have to agree where only the end of the log is at hand.
const SURE: usize = 4;

/// Lines in a row that prove a place to be known which is not memory's end.
const IN_A_ROW: usize = 3;

/// The half of a line's SHA-256: enough that no line an appliance is made to log passes for another.
pub(super) type Digest = [u8; 16];

pub(super) fn digest(line: &[u8]) -> Digest {
    let hash = Sha256::digest(line);
    let mut half = Digest::default();
    for (to, from) in half.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    half
}

/// What is remembered of a log across connections.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    kept: VecDeque<Digest>,
    last_at: Option<At>,
}

impl Memory {
    /// What is remembered of a log whose last lines, each with its `\n`, are `lines`, received until
    /// `at`. Nothing, as of a log never followed, where there are none.
    #[must_use]
    pub fn from_log(lines: &[u8], at: At) -> Self {
        let mut memory = Self::default();
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            memory.remember(digest(line), at);
        }
        memory
    }

    /// When the last line was received, or the log first followed. `None`: it never was.
    #[must_use]
    pub const fn last_at(&self) -> Option<At> {
        self.last_at
    }

    /// Notes that the log is followed from `at` on.
    pub(super) fn begin(&mut self, at: At) {
        self.last_at.get_or_insert(at);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub(super) fn remember(&mut self, line: Digest, at: At) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(line);
        self.last_at = Some(at);
    }

    /// How many of `lines`, from their first on, end where memory ends. `None`: they do not meet.
    pub(super) fn overlap(&self, lines: &[Digest]) -> Option<usize> {
        let kept: Vec<Digest> = self.kept.iter().copied().collect();
        overlap(&kept, lines)
    }

    /// The same, where a few equal lines are not enough: a longer log has to decide then.
    pub(super) fn sure_overlap(&self, lines: &[Digest]) -> Option<usize> {
        self.overlap(lines).filter(|end| *end >= SURE.min(self.kept.len()))
    }

    /// How many of `lines`, from their first on, are known though they do not meet memory's end: up to
    /// the last place where several lines in a row stand in memory too. A single line proves nothing;
    /// every log may begin with the same one.
    pub(super) fn known_head(&self, lines: &[Digest]) -> usize {
        let kept: Vec<Digest> = self.kept.iter().copied().collect();
        let known: BTreeSet<&[Digest]> = kept.windows(IN_A_ROW).collect();
        lines.windows(IN_A_ROW).rposition(|row| known.contains(row)).map_or(0, |first| first + IN_A_ROW)
    }
}

/// The `end` for which `lines[..end]` ends as `known` does: for 20 lines at least, or back to the
/// beginning of either. Of several such ends that of the longest agreement, and of those the first:
/// rather a line twice than none.
pub(super) fn overlap(known: &[Digest], lines: &[Digest]) -> Option<usize> {
    let agreements = agreements(known, lines);
    let mut best: Option<(usize, usize)> = None;
    for (end, &agreement) in (1..).zip(&agreements) {
        let enough = EVIDENCE.min(end).min(known.len()).max(1);
        if agreement >= enough && best.is_none_or(|(_, longest)| agreement > longest) {
            best = Some((end, agreement));
        }
    }
    best.map(|(end, _)| end)
}

/// For every `lines[..end]`, how many lines at its end are the last ones of `known`: the Z function of
/// both, read backwards, in time proportional to their length whatever they hold.
fn agreements(known: &[Digest], lines: &[Digest]) -> Vec<usize> {
    let text: Vec<Option<&Digest>> =
        known.iter().rev().map(Some).chain([None]).chain(lines.iter().rev().map(Some)).collect();
    let mut common = vec![0_usize; text.len()];
    let (mut left, mut right) = (0, 0);
    for at in 1..text.len() {
        let mut length =
            if at < right { common.get(at - left).copied().unwrap_or(0).min(right - at) } else { 0 };
        while let (Some(a), Some(b)) = (text.get(length), text.get(at + length)) {
            if a != b {
                break;
            }
            length += 1;
        }
        if at + length > right {
            (left, right) = (at, at + length);
        }
        if let Some(slot) = common.get_mut(at) {
            *slot = length;
        }
    }
    common.split_off((known.len() + 1).min(common.len())).into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(names: &str) -> Vec<Digest> {
        names.bytes().map(|name| digest(&[name])).collect()
    }

    fn memory(names: &str) -> Memory {
        let mut memory = Memory::default();
        for line in digests(names) {
            memory.remember(line, At::new(chrono::DateTime::UNIX_EPOCH));
        }
        memory
    }

    #[test]
    fn the_overlap_is_where_the_known_lines_end() {
        for (kept, lines, overlap) in [
            ("abcdef", "defgh", Some(3)),
            ("abcdef", "abcdef", Some(6)),
            ("def", "abcdefgh", Some(6)),
            ("abcdef", "ghi", None),
            ("abcdef", "", None),
            ("", "abc", None),
            ("abcdef", "efxgh", Some(2)),
            ("aab", "aabaab", Some(3)),
            ("abcdef", "cdex", None),
            ("abcxyz", "xyzabcxyzq", Some(9)),
            ("abxxx", "abxxxxx", Some(5)),
            ("abxxx", "xx", Some(2)),
            ("a", "bab", Some(2)),
        ] {
            assert_eq!(memory(kept).overlap(&digests(lines)), overlap, "{kept} {lines}");
        }
    }

    #[test]
    fn a_flood_of_equal_lines_is_matched_in_time_and_at_its_beginning() {
        let flood = vec![digest(b"x"); 400_000];
        let mut memory = memory("ab");
        (0..KEPT - 10).for_each(|_| memory.remember(digest(b"x"), At::new(chrono::DateTime::UNIX_EPOCH)));
        let log = [digests("ab"), flood].concat();
        assert_eq!(memory.overlap(&log), Some(2 + KEPT - 10));
    }

    #[test]
    fn few_lines_at_the_end_of_a_log_are_not_enough() {
        assert_eq!(memory("abcdef").sure_overlap(&digests("fgh")), None);
        assert_eq!(memory("abcdef").sure_overlap(&digests("cdefgh")), Some(4));
        assert_eq!(memory("ab").sure_overlap(&digests("abc")), Some(2));
        assert_eq!(Memory::default().sure_overlap(&digests("abc")), None);
    }

    #[test]
    fn one_line_that_every_log_begins_with_is_not_known() {
        assert_eq!(memory("bxyzbuvw").known_head(&digests("bqrs")), 0);
        assert_eq!(memory("bxyzbuvw").known_head(&digests("xyzqrs")), 3);
    }

    #[test]
    fn a_memory_made_from_a_log_knows_its_lines() {
        let at = At::new(chrono::DateTime::UNIX_EPOCH);
        let memory = Memory::from_log(b"one\ntwo\nthree\n", at);
        let lines: Vec<Digest> = [&b"two\n"[..], b"three\n", b"four\n"].map(digest).into();
        assert_eq!(memory.overlap(&lines), Some(2));
        assert_eq!(memory.last_at(), Some(at));
        assert_eq!(Memory::from_log(b"", at).last_at(), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut memory = Memory::default();
        for n in 0..3 * KEPT {
            memory.remember(digest(&n.to_le_bytes()), At::new(chrono::DateTime::UNIX_EPOCH));
        }
        assert_eq!(memory.kept.len(), KEPT);
        assert_eq!(memory.overlap(&[digest(&(3 * KEPT - 1).to_le_bytes())]), Some(1));
        assert_eq!(memory.overlap(&[digest(&0_usize.to_le_bytes())]), None);
    }
}
