//! How many lines are shown below a place of the log. A place that moves costs the lines that it passes alone.

use std::ops::Range;

use super::selection::Selection;
use crate::screen::log::{row::RowNumber, scrollback::Scrollback};

/// The lines of `range` that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShownBelow {
    refills: u64,
    range: Range<RowNumber>,
    pub(crate) count: u64,
}

impl ShownBelow {
    /// The lines of `range` that are shown, counted on from `known`; `None` where some are not in memory.
    pub(crate) fn counted(
        known: Option<Self>,
        log: &Scrollback,
        selection: &Selection,
        range: Range<RowNumber>,
    ) -> Option<Self> {
        if range.start < log.ring_from() {
            return None;
        }
        let count = |from: RowNumber, to: RowNumber| {
            log.ring_rows(from, to).filter(|(number, row)| selection.shows(*number, row)).count() as u64
        };
        let refills = log.refills();
        // Rows that left the ring meanwhile cannot be counted again.
        let is_usable = |known: &Self| {
            known.refills == refills
                && known.range.start >= log.ring_from()
                && range.start <= known.range.end
                && known.range.end <= range.end
        };
        let Some(known) = known.filter(is_usable) else {
            return Some(Self { refills, count: count(range.start, range.end), range });
        };
        let older = count(range.start, known.range.start);
        let passed = count(known.range.start, range.start);
        let newer = count(known.range.end, range.end);
        Some(Self { refills, count: (known.count + older + newer).saturating_sub(passed), range })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        run::{Arrival, LogOffset},
        screen::log::{row::LogRow, shown::LogFilter},
    };

    fn push(log: &mut Scrollback, index: u64) {
        let module = if index.is_multiple_of(3) { "gc" } else { "dsfs" };
        log.push(LogRow {
            offset: LogOffset(index),
            severity: None,
            mark: None,
            module: Some(module.into()),
            text: format!("line {index}"),
            arrival: Arrival::Live,
        });
    }

    #[test]
    fn a_count_goes_on_from_the_one_before_wherever_the_place_moves() {
        let mut log = Scrollback::on_disk(60);
        (0..100).for_each(|index| push(&mut log, index));
        let mut selection = Selection::default();
        selection.filter = LogFilter::parse("module:gc").unwrap();
        let mut known = None;
        let places = [90, 95, 70, 70, 99, 100, 40, 60];
        for (added, place) in (100..).zip(places) {
            let counted = ShownBelow::counted(known.take(), &log, &selection, place..log.end());
            let wanted = (place..log.end()).filter(|row| row.is_multiple_of(3)).count() as u64;
            let is_in_memory = place >= log.ring_from();
            assert_eq!(counted.as_ref().map(|own| own.count), is_in_memory.then_some(wanted), "{place}");
            known = counted;
            push(&mut log, added);
        }
        assert_eq!(ShownBelow::counted(known, &log, &selection, 10..log.end()), None);
        let one_new = ShownBelow::counted(None, &log, &selection, 90..100).unwrap();
        let moved = ShownBelow::counted(Some(one_new), &log, &selection, 95..108).unwrap();
        assert_eq!(moved.count, 4, "96, 99, 102, 105");
    }
}
