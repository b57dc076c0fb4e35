//! How far the log had come at each record, and how its lines arrived: what the journal tells of `dr.log`.

use std::collections::VecDeque;

use crate::{
    ingest::arrivals::Arrivals,
    run::{Event, LogOffset, LogTally, Record, Run, Sequence},
};

/// Most stretches kept; beyond it the oldest are forgotten.
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
    /// Where it ends in `dr.log`.
    pub(super) end: LogOffset,
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
    arrivals: Arrivals,
}

impl LogMap {
    /// Takes in a record.
    pub(super) fn take(&mut self, record: &Record) {
        self.arrivals.take(&record.event);
        match &record.event {
            Event::MarkerSeen { line, .. }
            | Event::AlarmSeen { line, .. }
            | Event::NearMissSeen { line, .. }
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
                self.cited = self.cited.max(offset.0.saturating_add(bytes.0));
                if let Some(from) = self.waiting.take() {
                    if self.ahead.len() >= MOST {
                        self.ahead.pop_front();
                    }
                    self.ahead.push_back(Ahead { from, cited: record.seq, end: self.cited, tally: *tally });
                }
            }
            _ => {}
        }
    }

    /// The log that was on the screen when `run` was as it is.
    pub(super) fn extent(&self, run: &Run) -> Extent {
        let mut extent = Extent { end: run.log.end, tally: run.log.tally };
        let behind = self.ahead.partition_point(|ahead| ahead.from <= run.last);
        let last = behind.checked_sub(1).and_then(|index| self.ahead.get(index));
        if let Some(ahead) = last.filter(|ahead| run.last < ahead.cited) {
            extent.end = LogOffset(ahead.end);
            extent.tally.add(ahead.tally);
        }
        extent
    }

    /// How the lines arrived.
    pub(super) fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }
}
