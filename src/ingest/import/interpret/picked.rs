//! One restore of several, read alone.

use super::{Interpreter, restores::Restore};

/// A restore that is read alone, and the reading in which it was found.
#[derive(Clone, Copy)]
pub(crate) struct Picked<'a> {
    pub(crate) restore: &'a Restore,
    pub(crate) of: &'a Interpreter,
}

impl Picked<'_> {
    /// Their lines.
    pub(super) fn markers_of_others(self) -> Vec<String> {
        let others = self.of.restores().iter().filter(|other| *other != self.restore);
        others.flat_map(Restore::markers).map(str::to_owned).collect()
    }
}
