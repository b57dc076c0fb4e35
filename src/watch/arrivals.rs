//! How the lines of a log arrived, as its record tells: old ones are shown apart.

use std::collections::VecDeque;

use crate::run::{Arrival, Event, LogOffset};

/// Most entries; beyond it the oldest are forgotten, and what they tell is then missing from the look of old
/// lines alone.
const MOST: usize = 65_536;

/// Where lines begin to arrive otherwise, and how.
#[derive(Debug, Default)]
pub(super) struct Arrivals(VecDeque<(u64, Arrival)>);

impl Arrivals {
    /// Takes in what a record tells.
    pub(super) fn take(&mut self, event: &Event) {
        let Event::LogChunk { offset, tally, .. } = event else { return };
        if tally.lines.0 == 0 {
            // The beginning of a line tells nothing yet.
            return;
        }
        let all_earlier = tally.earlier.0 > 0 && tally.earlier == tally.lines;
        let arrival = if all_earlier { Arrival::Earlier } else { Arrival::Live };
        if self.0.back().is_none_or(|(_, last)| *last != arrival) {
            if self.0.len() >= MOST {
                self.0.pop_front();
            }
            self.0.push_back((offset.0, arrival));
        }
    }

    /// How the line at `offset` arrived.
    pub(super) fn of(&self, offset: LogOffset) -> Arrival {
        let behind = self.0.partition_point(|(from, _)| *from <= offset.0);
        let arrival = behind.checked_sub(1).and_then(|index| self.0.get(index));
        arrival.map_or(Arrival::Live, |(_, arrival)| *arrival)
    }
}
