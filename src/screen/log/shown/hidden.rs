//! How many lines a filter hides, by module. Each line is judged once, as it arrives.

use std::{collections::BTreeMap, ops::Range};

use super::selection::Selection;
use crate::screen::log::{row::RowNumber, scrollback::Scrollback};

/// Most modules counted one by one.
const MAX_MODULES: usize = 200;

/// The lines of [`Hidden::counted`] that are not shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hidden {
    refills: u64,
    /// The rows judged so far, without a break.
    pub(crate) counted: Range<RowNumber>,
    pub(crate) total: u64,
    modules: BTreeMap<Box<str>, u64>,
}

impl Hidden {
    /// Counts on up to `end`, from the oldest row in memory where nothing was counted yet.
    pub(crate) fn count(&mut self, log: &Scrollback, selection: &Selection, end: RowNumber) {
        // Rows that left the ring between two frames were not seen: the count begins anew, and says from where.
        let is_broken = self.counted.is_empty() || self.counted.end < log.ring_from();
        if is_broken || self.refills != log.refills() {
            let from = log.ring_from();
            *self = Self { refills: log.refills(), counted: from..from, ..Self::default() };
        }
        for (number, row) in log.ring_rows(self.counted.end, end) {
            if !selection.shows(number, row) {
                self.total += 1;
                let module = row.module.as_deref().unwrap_or("no module");
                if let Some(count) = self.modules.get_mut(module) {
                    *count += 1;
                } else if self.modules.len() < MAX_MODULES {
                    self.modules.insert(module.into(), 1);
                }
            }
            self.counted.end = number + 1;
        }
    }

    /// The `most` modules with the most hidden lines, and the hidden lines of the others.
    pub(crate) fn by_module(&self, most: usize) -> (Vec<(&str, u64)>, u64) {
        let mut modules: Vec<_> = self.modules.iter().map(|(name, count)| (&**name, *count)).collect();
        modules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        modules.truncate(most);
        let named: u64 = modules.iter().map(|(_, count)| count).sum();
        (modules, self.total - named)
    }
}
