//! How far the log had come at each record, and how its lines arrived: what the journal tells of `dr.log`.

use std::collections::VecDeque;

use crate::run::{Arrival, Event, LogTally, Record, Run, Sequence};

/// Most entries of each list; beyond it the oldest are forgotten, and what they tell is then missing from the
/// look of old lines alone.
const MOST: usize = 65_536;

/// A stretch of the log that was on the screen before its record: it told of something itself, and that
/// is recorded first.
#[derive(Clone, Copy, Debug)]
struct Ahead {
    /// The first record that the stretch caused.
    from: Sequence,
    /// The record that cites the stretch.
    cited: Sequence,
    end: u64,
    tally: LogTally,
}

/// How much of the log belongs to a place of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes of `dr.log`.
    pub(super) end: u64,
    /// What the lines in them are.
    pub(super) tally: LogTally,
}

/// What the journal tells of the log.
#[derive(Debug, Default)]
pub(super) struct LogMap {
    ahead: VecDeque<Ahead>,
    /// The first record since the last stretch that an uncited line caused.
    waiting: Option<Sequence>,
    /// End of the log as cited.
    cited: u64,
    /// Where lines begin to arrive otherwise, and how.
    arrivals: VecDeque<(u64, Arrival)>,
}

impl LogMap {
    /// Takes in a record.
    pub(super) fn take(&mut self, record: &Record) {
        match &record.event {
            Event::MarkerSeen { line, .. }
            | Event::AlarmSeen { line, .. }
            | Event::RfsdRestarted { line, .. }
                if line.offset.0 >= self.cited =>
            {
                self.waiting.get_or_insert(record.seq);
            }
            // Measured on a line that has only just come.
            Event::ClockOffset { .. } => {
                self.waiting.get_or_insert(record.seq);
            }
            Event::LogChunk { offset, bytes, tally, .. } => {
                self.arrived(offset.0, *tally);
                self.cited = self.cited.max(offset.0.saturating_add(bytes.0));
                if let Some(from) = self.waiting.take() {
                    bound(&mut self.ahead);
                    self.ahead.push_back(Ahead { from, cited: record.seq, end: self.cited, tally: *tally });
                }
            }
            _ => {}
        }
    }

    fn arrived(&mut self, offset: u64, tally: LogTally) {
        let all_earlier = tally.earlier.0 > 0 && tally.earlier == tally.lines;
        let arrival = if all_earlier { Arrival::Earlier } else { Arrival::Live };
        if self.arrivals.back().is_none_or(|(_, last)| *last != arrival) {
            bound(&mut self.arrivals);
            self.arrivals.push_back((offset, arrival));
        }
    }

    /// The log that was on the screen when `run` was as it is.
    pub(super) fn extent(&self, run: &Run) -> Extent {
        let mut extent = Extent { end: run.log.end.0, tally: run.log.tally };
        let behind = self.ahead.partition_point(|ahead| ahead.from <= run.last);
        let last = behind.checked_sub(1).and_then(|index| self.ahead.get(index));
        if let Some(ahead) = last.filter(|ahead| run.last < ahead.cited) {
            extent.end = ahead.end;
            extent.tally.add(ahead.tally);
        }
        extent
    }

    /// How lines from `offset` on arrived, and where the next arrive otherwise.
    pub(super) fn arrival(&self, offset: u64) -> (Arrival, u64) {
        let behind = self.arrivals.partition_point(|(from, _)| *from <= offset);
        let arrival = behind.checked_sub(1).and_then(|index| self.arrivals.get(index));
        let until = self.arrivals.get(behind).map_or(u64::MAX, |(from, _)| *from);
        (arrival.map_or(Arrival::Live, |(_, arrival)| *arrival), until)
    }
}

fn bound<T>(list: &mut VecDeque<T>) {
    if list.len() >= MOST {
        list.pop_front();
    }
}
