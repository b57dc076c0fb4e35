//! How the lines of `dr.log` arrived, by the journal: rows read again are marked as when they arrived.

use std::collections::VecDeque;

use crate::run::{Arrival, Event, LineCount, LogOffset};

/// Most entries; beyond it the oldest are dropped, and old lines look as if they had arrived live.
// Two for each drop after which lines may repeat; at 16 bytes each, 1 MiB in all.
const MAX_ENTRIES: usize = 65_536;

/// The offsets at which lines begin to arrive in another way.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(VecDeque<(u64, Arrival)>);

impl Arrivals {
    pub(crate) fn take(&mut self, event: &Event) {
        let Event::LogChunk { offset, tally, .. } = event else { return };
        if tally.lines.0 == 0 {
            // Only the beginning of a line: the chunk with its end decides.
            return;
        }
        let is_all = |count: LineCount| count.0 > 0 && count == tally.lines;
        // While the disk refuses writes, lines that may repeat share a chunk with others: all of them are marked.
        let arrival = match (is_all(tally.earlier), tally.may_repeat.0 > 0) {
            (true, _) => Arrival::Earlier,
            (false, true) => Arrival::MayRepeat,
            (false, false) => Arrival::Live,
        };
        if self.0.back().is_none_or(|(_, last)| *last != arrival) {
            if self.0.len() >= MAX_ENTRIES {
                self.0.pop_front();
            }
            self.0.push_back((offset.0, arrival));
        }
    }

    /// How the line at `offset` arrived.
    pub(crate) fn of(&self, offset: LogOffset) -> Arrival {
        // Entries come with growing offsets, so the last one at or before the line is its own.
        let count = self.0.partition_point(|(from, _)| *from <= offset.0);
        let arrival = count.checked_sub(1).and_then(|index| self.0.get(index));
        arrival.map_or(Arrival::Live, |(_, arrival)| *arrival)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{ByteCount, LogTally};

    #[test]
    fn a_chunk_with_lines_that_may_repeat_is_marked_whole() {
        let mut arrivals = Arrivals::default();
        for (offset, lines, may_repeat) in [(0, 3, 0), (30, 5, 2), (80, 4, 0)] {
            let tally = LogTally {
                lines: LineCount(lines),
                may_repeat: LineCount(may_repeat),
                ..LogTally::default()
            };
            arrivals.take(&Event::LogChunk {
                offset: LogOffset(offset),
                bytes: ByteCount(lines * 10),
                lines: LineCount(lines),
                sha256: String::new(),
                tally,
                received_at: None,
            });
        }
        let of = |offset| arrivals.of(LogOffset(offset));
        assert_eq!([of(0), of(30), of(80)], [Arrival::Live, Arrival::MayRepeat, Arrival::Live]);
    }
}
