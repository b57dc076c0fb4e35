//! What an interruption left of a run: the end of its log, and what of that is on record.

use std::mem::{Discriminant, discriminant};

use crate::{
    ingest::{arrivals::Arrivals, files::Seen},
    journal::RunFolder,
    run::{Event, LogOffset, Timestamp},
};

use super::recorder::Appended;

/// Most bytes of the last lines that are searched for in a log to find the place again.
const MAX_EVIDENCE_BYTES: usize = 64 << 10;

#[derive(Clone, Debug, Default)]
pub(crate) struct LogTail {
    /// Where `lines` begin.
    pub(crate) offset: LogOffset,
    /// Whole lines; behind them the beginning of one, as far as the record cites it.
    pub(crate) lines: Vec<u8>,
}

impl LogTail {
    pub(crate) fn end(&self) -> LogOffset {
        LogOffset(self.offset.0.saturating_add(self.lines.len() as u64))
    }

    /// Those of the lines that end before `offset`.
    pub(crate) fn before(&self, offset: LogOffset) -> &[u8] {
        let length = usize::try_from(offset.0.saturating_sub(self.offset.0)).unwrap_or(usize::MAX);
        self.lines.get(..length.min(self.lines.len())).unwrap_or_default()
    }

    /// Where the line begins that holds `offset`.
    pub(crate) fn line_of(&self, offset: LogOffset) -> LogOffset {
        let before = memchr::memrchr(b'\n', self.before(offset)).map_or(0, |newline| newline + 1);
        LogOffset(self.offset.0.saturating_add(before as u64))
    }
}

/// An interrupted run, before the watch goes on with it.
pub(crate) struct Interruption {
    pub(crate) left_at: Timestamp,
    /// When the last line of the log was recorded that surely follows on those before, or the run began.
    pub(crate) sure_at: Timestamp,
    pub(crate) tail: LogTail,
    /// The record of what a power failure took of the log.
    pub(crate) lost: Option<Appended>,
    /// Events that cite lines no chunk covers.
    pub(crate) recorded: Vec<Recorded>,
    /// From here on the log on disk is one stretch, behind its last gap.
    pub(crate) one_stretch_from: LogOffset,
    pub(crate) was_followed: bool,
    pub(crate) arrivals: Arrivals,
}

impl Interruption {
    /// The log as it is on disk, for a source that has to find its place again.
    pub(crate) fn seen(&self, folder: &RunFolder) -> Seen {
        // Lines on the two sides of a gap need not follow on each other, so that they may not be found
        // together.
        let from = self.one_stretch_from.0.saturating_sub(self.tail.offset.0);
        let lines = self.tail.lines.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default();
        let long = lines.len().saturating_sub(MAX_EVIDENCE_BYTES);
        // The cut is moved to the beginning of a line, as the place is searched for by whole lines.
        let begin = match memchr::memchr(b'\n', lines.get(long..).unwrap_or_default()) {
            Some(newline) if long > 0 => long + newline + 1,
            _ => 0,
        };
        Seen {
            log: folder.log_path(),
            length: self.tail.end().0,
            last: lines.get(begin..).unwrap_or_default().to_vec(),
            is_one_stretch: self.one_stretch_from.0 == 0,
            left_at: self.left_at,
        }
    }

    /// Whether the event of an unfinished or uncited line was recorded before the interruption.
    pub(crate) fn has_on_record(&self, event: &Event) -> bool {
        Recorded::of(event).is_some_and(|known| self.recorded.contains(&known))
    }
}

/// An event that cites a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) offset: LogOffset,
    kind: Discriminant<Event>,
}

impl Recorded {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::MarkerSeen { line, .. }
            | Event::AlarmSeen { line, .. }
            | Event::NearMissSeen { line, .. }
            | Event::RfsdRestarted { line, .. }
            | Event::LogClockSetBack { line, .. } => {
                Some(Self { offset: line.offset, kind: discriminant(event) })
            }
            _ => None,
        }
    }
}
