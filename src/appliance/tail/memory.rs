//! What is remembered of the lines already passed on, to tell known lines from missed ones after a drop.

use std::collections::{BTreeSet, VecDeque};

use sha2::{Digest as _, Sha256};

use crate::run::At;

/// Lines remembered.
const KEPT: usize = 4096;

/// Lines that have to agree for a place in the log to be taken for the same.
const EVIDENCE: usize = 20;

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

    pub(super) fn known(&self) -> BTreeSet<Digest> {
        self.kept.iter().copied().collect()
    }

    /// How many of `lines`, from their first on, end where memory ends. `None`: they do not meet.
    pub(super) fn overlap(&self, lines: &[Digest]) -> Option<usize> {
        overlap(&self.kept.iter().rev(), self.kept.len(), lines)
    }
}

/// The largest `n` such that the last of `lines[..n]` and the last of the `known` lines (given last
/// first) are the same: 20 of them, or as many as there are on either side.
pub(super) fn overlap<'a>(
    known: &(impl Iterator<Item = &'a Digest> + Clone),
    known_len: usize,
    lines: &[Digest],
) -> Option<usize> {
    if known_len == 0 {
        return None;
    }
    (1..=lines.len()).rev().find(|&end| {
        let needed = EVIDENCE.min(end).min(known_len);
        let ending = lines.get(..end).unwrap_or_default().iter().rev();
        ending.zip(known.clone()).take(needed).all(|(a, b)| a == b)
    })
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
            ("aab", "aabaab", Some(6)),
            ("abcdef", "cdex", None),
            ("abcxyz", "xyzabcxyzq", Some(9)),
        ] {
            assert_eq!(memory(kept).overlap(&digests(lines)), overlap, "{kept} {lines}");
        }
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
