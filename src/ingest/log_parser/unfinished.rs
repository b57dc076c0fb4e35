//! The line that is being written: a writer that buffers may leave it without its end for minutes.

use super::rows::HEAD;
use crate::run::{Arrival, Elapsed, LogOffset, Marker, Timestamp};

/// Without anything new for so long, what has come of a line is looked at as if it were whole.
const PATIENCE: Elapsed = Elapsed::from_secs(5);

/// The beginning of a line.
#[derive(Clone, Debug)]
pub(super) struct Unfinished {
    pub(super) offset: LogOffset,
    pub(super) arrival: Arrival,
    /// No more than is read of any line.
    pub(super) head: Vec<u8>,
    /// When the last of it came.
    last: Timestamp,
    pub(super) told: Told,
    is_read: bool,
}

/// What a line has already been on record for before its end came.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub(super) marker: Option<Marker>,
    pub(super) alarm: Option<String>,
}

impl Unfinished {
    pub(super) fn new(piece: &[u8], offset: LogOffset, arrival: Arrival, now: Timestamp) -> Self {
        let mut line =
            Self { offset, arrival, head: Vec::new(), last: now, told: Told::default(), is_read: false };
        line.add(piece, now);
        line
    }

    pub(super) fn add(&mut self, piece: &[u8], now: Timestamp) {
        let room = HEAD.saturating_sub(self.head.len()).min(piece.len());
        self.head.extend_from_slice(piece.get(..room).unwrap_or_default());
        (self.last, self.is_read) = (now, false);
    }

    /// Whether it has waited long for its end, or no more will come; true once for what there is of it.
    pub(super) fn is_to_be_read(&mut self, now: Timestamp, is_over: bool) -> bool {
        let is_due = is_over || now.since(self.last) >= PATIENCE;
        is_due && !std::mem::replace(&mut self.is_read, is_due)
    }
}
