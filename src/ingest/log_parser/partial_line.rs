//! The line that is being written: a buffering writer may leave it without its end for minutes.

use super::rows::MAX_LINE_BYTES;
use crate::run::{Arrival, Elapsed, LogOffset, Marker, Timestamp};

/// A line that has not grown for this time is read as if it were whole.
const PARTIAL_LINE_TIMEOUT: Elapsed = Elapsed::from_secs(5);

#[derive(Clone, Debug)]
pub(super) struct PartialLine {
    pub(super) offset: LogOffset,
    pub(super) arrival: Arrival,
    /// At most [`MAX_LINE_BYTES`] of it.
    pub(super) head: Vec<u8>,
    grown_at: Timestamp,
    pub(super) reported: Reported,
    is_read: bool,
}

/// What was put on record of a line before its end came.
#[derive(Clone, Debug, Default)]
pub(super) struct Reported {
    pub(super) marker: Option<Marker>,
    pub(super) alarm: Option<String>,
}

impl PartialLine {
    pub(super) fn new(piece: &[u8], offset: LogOffset, arrival: Arrival, now: Timestamp) -> Self {
        let (head, reported) = (Vec::new(), Reported::default());
        let mut line = Self { offset, arrival, head, grown_at: now, reported, is_read: false };
        line.add(piece, now);
        line
    }

    pub(super) fn add(&mut self, piece: &[u8], now: Timestamp) {
        let room = MAX_LINE_BYTES.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(piece.get(..room).unwrap_or_default());
        // What was read of it may read as something else now.
        (self.grown_at, self.is_read) = (now, false);
    }

    /// Whether it has waited long for its end, or the watch `is_over`; true once until it grows.
    pub(super) fn is_to_be_read(&mut self, now: Timestamp, is_over: bool) -> bool {
        let is_due = is_over || now.since(self.grown_at) >= PARTIAL_LINE_TIMEOUT;
        is_due && !std::mem::replace(&mut self.is_read, is_due)
    }
}
