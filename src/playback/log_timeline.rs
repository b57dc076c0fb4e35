//! How much of `dr.log` was on the screen after each record, and how its lines arrived.

use std::collections::VecDeque;

use crate::{
    ingest::{
        arrivals::Arrivals,
        log_panel::{LogExtent, LogRecord},
    },
    run::{Event, LogOffset, LogTally, Record, Run, Sequence},
};

/// Most early chunks in memory; beyond it the oldest are dropped.
const MAX_EARLY_CHUNKS: usize = 65_536;

/// A chunk of log that was on the screen before the record that cites it. An event that a line causes is recorded
/// before the chunk with that line, so that the line is read again where the recorder ends in between.
#[derive(Clone, Copy, Debug)]
struct EarlyChunk {
    /// The first record that the chunk caused.
    caused: Sequence,
    /// The record that cites the chunk.
    cited: Sequence,
    end: LogOffset,
    tally: LogTally,
}

#[derive(Debug, Default)]
pub(super) struct LogTimeline {
    early: VecDeque<EarlyChunk>,
    /// The first record since the last chunk that a line not yet cited caused.
    caused: Option<Sequence>,
    /// End of the log as cited.
    cited: u64,
    arrivals: Arrivals,
}

impl LogTimeline {
    pub(super) fn add(&mut self, record: &Record) {
        self.arrivals.take(&record.event);
        match &record.event {
            Event::MarkerSeen { line, .. }
            | Event::AlarmSeen { line, .. }
            | Event::NearMissSeen { line, .. }
            | Event::RfsdRestarted { line, .. }
            | Event::LogClockSetBack { line, .. }
                // A line that is cited already was on the screen before.
                if line.offset.0 >= self.cited =>
            {
                self.caused.get_or_insert(record.seq);
            }
            // Always measured on a line that has only just arrived.
            Event::ClockOffset { .. } => {
                self.caused.get_or_insert(record.seq);
            }
            Event::LogChunk { offset, bytes, tally, .. } => {
                self.cited = self.cited.max(offset.0.saturating_add(bytes.0));
                if let Some(caused) = self.caused.take() {
                    if self.early.len() >= MAX_EARLY_CHUNKS {
                        self.early.pop_front();
                    }
                    let end = LogOffset(self.cited);
                    self.early.push_back(EarlyChunk { caused, cited: record.seq, end, tally: *tally });
                }
            }
            _ => {}
        }
    }

    /// How much of the log was on the screen when the run was `run`.
    pub(super) fn extent(&self, run: &Run) -> LogExtent {
        let mut extent = LogExtent { end: run.log.end, tally: run.log.tally };
        let count = self.early.partition_point(|chunk| chunk.caused <= run.last);
        let last = count.checked_sub(1).and_then(|index| self.early.get(index));
        if let Some(chunk) = last.filter(|chunk| run.last < chunk.cited) {
            extent.end = chunk.end;
            extent.tally.add(chunk.tally);
        }
        extent
    }

    /// What the rows of the log are made with where the run is `run`.
    pub(super) const fn record<'a>(&'a self, run: &'a Run) -> LogRecord<'a> {
        LogRecord { run, arrivals: &self.arrivals }
    }
}
