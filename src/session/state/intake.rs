//! The log as it comes in: its parser, holes of NUL bytes, and how far it was surely read.

use crate::{
    ingest::{holes::Holes, log_parser::LogParser},
    journal::CHUNK_BYTES,
    run::{Arrival, ByteCount, Gap, Link, LogOffset, LogOrigin, Run, Timestamp},
};

/// Most bytes taken in at a time: what a chunk of the record holds.
#[expect(clippy::cast_possible_truncation, reason = "64 KiB")]
const PIECE_BYTES: usize = CHUNK_BYTES as usize;

pub(crate) struct LogIntake {
    pub(crate) parser: LogParser,
    pub(super) holes: Holes,
    /// Whether the last look at the log, before an orderly end, has found nothing missing.
    pub(super) is_read_to_end: bool,
    /// When log was last received that surely follows on what came before. A record of it may be much younger: it waits
    /// where the disk refuses.
    sure_at: Option<Timestamp>,
}

impl LogIntake {
    pub(super) fn new(parser: LogParser) -> Self {
        Self { parser, holes: Holes::default(), is_read_to_end: false, sure_at: None }
    }

    pub(super) fn received(&mut self, arrival: Arrival, now: Timestamp) {
        if arrival != Arrival::MayRepeat {
            self.sure_at = Some(now);
        }
    }

    pub(super) fn hole(&self, length: ByteCount, now: Timestamp, log_end: LogOffset) -> Gap {
        let reason = format!(
            "the log has a hole of {length} empty bytes (the file was emptied, or the power failed); they are not copied"
        );
        // A hole within a line is placed before that line, whose two parts are read as one.
        let offset = self.parser.partial_line_start().unwrap_or(log_end);
        Gap { from: now, to: now, offset, reason, record: None }
    }

    /// The gap at the end of a followed log, unless the last look has shown that nothing is missing.
    pub(super) fn unread_end(&self, run: &Run, now: Timestamp, log_end: LogOffset) -> Option<Gap> {
        let is_followed = run.log.followed && run.started.log != Some(LogOrigin::StandardInput);
        if !is_followed || self.is_read_to_end {
            return None;
        }
        let reason = if run.started.log.is_none() && run.dr.link != Link::Connected {
            "drwatch ended while it was not connected to the DR appliance; what was logged since the last line \
             received was not read"
        } else {
            "the log could not be looked at once more before drwatch ended; what was logged since the last line \
             received may be missing"
        };
        let from = self.sure_at.or(run.log.sure_at).unwrap_or(run.started_at);
        Some(Gap { from, to: now, offset: log_end, reason: reason.to_owned(), record: None })
    }
}

/// Log in pieces no longer than a chunk on record, of whole lines where those are no longer either.
pub(super) fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let most = bytes.get(..PIECE_BYTES).unwrap_or(bytes);
        let end = if most.len() == bytes.len() {
            bytes.len()
        } else {
            memchr::memrchr(b'\n', most).map_or(most.len(), |end| end + 1)
        };
        let (piece, rest) = bytes.split_at(end);
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_no_longer_than_a_chunk_and_whole_lines_but_for_a_longer_line() {
        let short = [b"x".repeat(99), b"\n".to_vec()].concat();
        let long = [b"y".repeat(3 * PIECE_BYTES), b"\n".to_vec()].concat();
        let bytes = [&short.repeat(2000)[..], &long, &short.repeat(700), b"no end"].concat();
        let cut: Vec<&[u8]> = pieces(&bytes).collect();
        assert_eq!(cut.concat(), bytes);
        let (last, ended) = cut.split_last().unwrap();
        assert!(last.ends_with(b"no end"));
        assert!(cut.iter().all(|piece| piece.len() <= PIECE_BYTES));
        let inside = ended.iter().filter(|piece| !piece.ends_with(b"\n"));
        assert!(
            inside.clone().all(|piece| piece.iter().all(|byte| *byte == b'y')),
            "only the long line is cut"
        );
        assert_eq!((inside.count(), ended.len()), (3, 4 + 3 + 1));
        assert_eq!(pieces(b"").count(), 0);
    }
}
