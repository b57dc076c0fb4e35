//! Where the log ended at some records of a run, so that any event of it has a place in the log.

use crate::run::values::{LogOffset, Sequence, Timestamp};

/// Most places in memory. Beyond it every other one is dropped, and they are noted half as often.
const MAX_PLACES: usize = 4096;

/// The end of the log at some of the records that moved it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogPlaces {
    places: Vec<(Sequence, Timestamp, LogOffset)>,
    /// Places passed over between two that are noted.
    spacing: u64,
    passed_over: u64,
}

impl LogPlaces {
    pub(in crate::run) fn note(&mut self, record: Sequence, at: Timestamp, end: LogOffset) {
        if self.passed_over < self.spacing {
            self.passed_over += 1;
            return;
        }
        self.passed_over = 0;
        if self.places.len() >= MAX_PLACES {
            let mut is_kept = false;
            self.places.retain(|_| {
                is_kept = !is_kept;
                is_kept
            });
            // Twice the old distance between noted places: 0, 1, 3, 7 passed over.
            self.spacing = self.spacing.saturating_mul(2).saturating_add(1);
        }
        self.places.push((record, at, end));
    }

    /// The place of the last line at `record`, or one within it; as far as noted.
    #[must_use]
    pub fn at_record(&self, record: Sequence) -> LogOffset {
        let count = self.places.partition_point(|(noted, ..)| *noted <= record);
        self.line_before(count)
    }

    /// The place of the last line at `at`, or one within it; as far as noted.
    #[must_use]
    pub fn at_time(&self, at: Timestamp) -> LogOffset {
        // Searched from the end: a clock that was set back makes the times fall.
        let count = self.places.iter().rposition(|(_, noted, _)| *noted <= at);
        self.line_before(count.map_or(0, |index| index + 1))
    }

    /// When the line that begins at `offset` was received, as far as noted: not later than that.
    #[must_use]
    pub fn received_at(&self, offset: LogOffset) -> Option<Timestamp> {
        let before = self.places.partition_point(|(.., end)| *end <= offset);
        self.places.get(before).map(|(_, at, _)| *at)
    }

    fn line_before(&self, count: usize) -> LogOffset {
        let place = count.checked_sub(1).and_then(|index| self.places.get(index));
        // The end of the log is itself the beginning of the next line.
        place.map_or(LogOffset(0), |(.., end)| LogOffset(end.0.saturating_sub(1)))
    }
}
