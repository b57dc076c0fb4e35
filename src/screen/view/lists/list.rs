//! The place in a list of which one entry is chosen. The entry stays chosen while others come and go.

use std::{cell::Cell, ops::Range};

use crate::run::{Code, DatedEvent, EventKind, Finding, Role, Sequence, Timestamp};

/// What an event is known by while others come and go.
pub(crate) type EventKey = (Timestamp, Option<Sequence>, EventKind);

/// What a finding is known by.
pub(crate) type FindingKey = (Sequence, Code, Option<Role>);

pub(in crate::screen::view) const fn event_key(event: &DatedEvent<'_>) -> EventKey {
    (event.at, event.record, event.kind)
}

pub(crate) const fn finding_key(finding: &Finding) -> FindingKey {
    (finding.record, finding.code, finding.role)
}

#[derive(Debug)]
pub(crate) struct ListPlace<K> {
    /// The chosen entry and where it was; `None`: the entry that the list starts with.
    chosen: Option<(usize, K)>,
    /// Entries shown at the last draw: what a page is.
    page: Cell<usize>,
}

// Not derived, which would ask for a default of the key.
impl<K> Default for ListPlace<K> {
    fn default() -> Self {
        Self { chosen: None, page: Cell::new(10) }
    }
}

impl<K: Copy + PartialEq> ListPlace<K> {
    /// The chosen one of the entries with these keys, `start` where none was chosen; `None` in an empty list.
    pub(crate) fn index(&self, keys: &[K], start: usize) -> Option<usize> {
        let last = keys.len().checked_sub(1)?;
        let Some((index, key)) = self.chosen else { return Some(start.min(last)) };
        // Entries of one record may have equal keys, so the place decides first.
        if keys.get(index) == Some(&key) {
            return Some(index);
        }
        Some(keys.iter().position(|own| *own == key).unwrap_or(index.min(last)))
    }

    pub(crate) fn release(&mut self) {
        self.chosen = None;
    }

    pub(crate) fn choose(&mut self, index: usize, keys: &[K]) {
        self.chosen = keys.get(index).map(|key| (index, *key));
    }

    /// Chooses the entry `by` further down, by the first or the last at most.
    pub(crate) fn step(&mut self, by: isize, keys: &[K], start: usize) {
        if let Some(index) = self.index(keys, start) {
            let index = index.saturating_add_signed(by).min(keys.len() - 1);
            self.choose(index, keys);
        }
    }

    /// Entries that a page key passes.
    pub(crate) fn page(&self) -> isize {
        isize::try_from(self.page.get().saturating_sub(1).max(1)).unwrap_or(1)
    }

    /// Sets how many entries are shown.
    pub(crate) fn show(&self, entries: usize) {
        self.page.set(entries);
    }

    /// The entries to show of `count`, at most `height`, so that number `index` is among them, about in the middle.
    pub(crate) fn window(&self, index: usize, count: usize, height: usize) -> Range<usize> {
        self.show(height);
        let from = index.saturating_sub(height / 2).min(count.saturating_sub(height));
        from..count.min(from + height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_entry_stays_chosen_while_others_come_and_go() {
        let mut place = ListPlace::default();
        assert_eq!(place.index(&['a', 'b', 'c'], 2), Some(2));
        place.step(-1, &['a', 'b', 'c'], 2);
        assert_eq!(place.index(&['x', 'a', 'b', 'c'], 3), Some(2));
        assert_eq!(place.index(&['x'], 0), Some(0));
        assert_eq!(place.index(&[], 0), None);
    }

    #[test]
    fn of_equal_entries_each_can_be_reached() {
        let keys = ['a', 'b', 'b', 'c'];
        let mut place = ListPlace::default();
        for index in 1..4 {
            place.step(1, &keys, 0);
            assert_eq!(place.index(&keys, 0), Some(index));
        }
        place.step(9, &keys, 0);
        assert_eq!(place.index(&keys, 0), Some(3));
    }

    #[test]
    fn the_chosen_entry_is_always_shown() {
        let place = ListPlace::<u8>::default();
        for (index, height, shown) in
            [(0, 4, 0..4), (9, 4, 6..10), (5, 4, 3..7), (5, 0, 5..5), (5, 20, 0..10)]
        {
            assert_eq!(place.window(index, 10, height), shown);
        }
    }
}
