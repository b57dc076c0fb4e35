//! One restore of several, read alone.

use super::{overlaps::Overlaps, restores::Restore};

/// A restore that is read alone, and what a first reading of the same logs has found.
#[derive(Clone, Copy)]
pub(crate) struct Picked<'a> {
    pub(crate) restore: &'a Restore,
    all: &'a [Restore],
    pub(super) overlaps: &'a Overlaps,
}

impl<'a> Picked<'a> {
    /// That of `all` with that number, counted from 0.
    pub(super) fn new(all: &'a [Restore], number: usize, overlaps: &'a Overlaps) -> Option<Self> {
        Some(Self { restore: all.get(number)?, all, overlaps })
    }

    /// Whether what is read begins in the middle of the logs, at a start of rfsd.
    pub(super) const fn begins_with_start(self) -> bool {
        self.restore.has_start && self.restore.begins.offset > 0
    }

    /// The lines of the markers of the others.
    pub(super) fn markers_of_others(self) -> Vec<String> {
        let others = self.all.iter().filter(|other| *other != self.restore);
        others.flat_map(Restore::markers).map(str::to_owned).collect()
    }
}
