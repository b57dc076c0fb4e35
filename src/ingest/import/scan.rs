//! One block of a log: its lines counted, the few that matter found, and its bytes digested in pieces that become chunks of
//! the record. Blocks are scanned on any thread, in any order; what lines mean is decided later, in the order of the log.

use std::sync::Arc;

use memchr::memchr;

use super::{
    blocks::Block,
    counts::Modules,
    memo::{Header, HeaderMemo},
};
use crate::{
    dialect::{Dialect, Prefilter, fold},
    ingest::log_parser::{MAX_LINE_BYTES, tally_of, words},
    journal,
    parse::{LogLine, Stamp, log_line},
    run::{Arrival, LogTally},
};

/// Lines that matter and begin a piece of their own; a flood of them shares pieces.
const MAX_OWN_PIECES: usize = 32;
/// A piece of a short log holds about this time, so that a replay of it moves.
const PIECE_SECONDS: u32 = 10;
/// Bytes of which it is noted whether they are all printable ASCII.
const STRETCH: usize = 4096;

/// Whole lines in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it ends in the block.
    pub(crate) end: usize,
    pub(crate) tally: LogTally,
    /// The first and the last stamp in it.
    pub(crate) first: Option<Stamp>,
    pub(crate) last: Option<Stamp>,
    /// SHA-256 in hex, where it is wanted.
    pub(crate) sha256: String,
}

/// A line that is to be read closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notable {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Lines before it in the block.
    pub(crate) lines_before: u64,
    /// The process id, where rfsd wrote it under another one than the line of rfsd before it in this block.
    pub(crate) rfsd: Option<u32>,
}

/// What was found in a block.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) notable: Vec<Notable>,
    pub(crate) lines: u64,
    /// A stamp of the 29th of February without a year.
    pub(crate) leap_day: Option<Stamp>,
}

/// A block with what was found in it.
#[derive(Default)]
pub(super) struct Job {
    pub(super) block: Block,
    pub(super) found: Scanned,
}

pub(crate) struct Scanner {
    dialect: Arc<Dialect>,
    filter: Arc<Prefilter>,
    memo: HeaderMemo,
    modules: Modules,
    folded: Vec<u8>,
    /// Whether each stretch is printable ASCII.
    plain: Vec<bool>,
    /// What the line parsed last counts, and its stamp. Not handed on with each line, as most lines are not parsed.
    parsed: (LogTally, Option<Stamp>),
    digests: bool,
}

/// The piece that is being read.
#[derive(Default)]
struct Open {
    start: usize,
    tally: LogTally,
    first: Option<Stamp>,
    last: Option<Stamp>,
}

/// A line as it was read.
struct Seen {
    header: Header,
    is_notable: bool,
    /// Whether it was parsed, and what it counts is in [`Scanner::parsed`].
    is_parsed: bool,
}

/// A line with its place in a block.
#[derive(Clone, Copy)]
struct Line<'b> {
    /// With its end.
    bytes: &'b [u8],
    /// Folded, without its end.
    folded: &'b [u8],
    /// Whether it is printable ASCII, and no longer than what is read of a line.
    is_plain: bool,
    /// Whether the search has found something in it.
    is_placed: bool,
}

impl Scanner {
    /// `digests`: whether the digests of pieces are wanted.
    pub(crate) fn new(dialect: Arc<Dialect>, filter: Arc<Prefilter>, digests: bool) -> Self {
        Self {
            dialect,
            filter,
            memo: HeaderMemo::new(),
            modules: Modules::default(),
            folded: Vec::new(),
            plain: Vec::new(),
            parsed: (LogTally::default(), None),
            digests,
        }
    }

    /// All lines counted so far by module and severity.
    pub(crate) fn into_modules(self) -> Modules {
        self.modules
    }

    /// Scans a block; what was in `found` is dropped.
    pub(crate) fn scan(&mut self, block: &Block, found: &mut Scanned) {
        let bytes = block.bytes.as_slice();
        found.pieces.clear();
        found.notable.clear();
        (found.lines, found.leap_day) = (0, None);
        fold(bytes, &mut self.folded);
        self.plain.clear();
        self.plain.extend(bytes.chunks(STRETCH).map(are_plain));
        let (folded, filter) = (std::mem::take(&mut self.folded), Arc::clone(&self.filter));
        // So that the first stamp of the block is seen.
        self.memo.forget_stamp();
        let mut places = filter.places(&folded);
        let mut place = places.next();
        let (mut open, mut rfsd) = (Open::default(), None);
        // The rest of a line that is longer than a block: it was read with its beginning.
        let mut at = if block.begins_inside { line_end(bytes) } else { 0 };
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let end = at + line_end(rest);
            while place.as_ref().is_some_and(|place| place.end <= at) {
                place = places.next();
            }
            let line = Line {
                bytes: bytes.get(at..end).unwrap_or_default(),
                folded: folded.get(at..end).unwrap_or_default(),
                is_plain: self.is_plain(bytes, at, end),
                is_placed: filter.has_unsearched() || place.as_ref().is_some_and(|place| place.start < end),
            };
            let Seen { header, is_notable, is_parsed } = self.line(line);
            let stamp =
                if is_parsed { self.parsed.1.filter(|stamp| Some(*stamp) != open.last) } else { None };
            let new_rfsd = header.rfsd.filter(|pid| rfsd != Some(*pid));
            let is_notable = is_notable || new_rfsd.is_some();
            let begins_piece = (is_notable && found.notable.len() < MAX_OWN_PIECES)
                || (at - open.start >= block.min_piece && stamp.is_some_and(|stamp| open.is_over(stamp)));
            if begins_piece && open.start < at {
                open = self.close(&open, bytes, at, found);
            }
            if is_notable {
                rfsd = new_rfsd.or(rfsd);
                found.notable.push(Notable { start: at, end, lines_before: found.lines, rfsd: new_rfsd });
            }
            if let Some(stamp) = stamp {
                open.last = Some(stamp);
                if (stamp.month, stamp.day, stamp.year) == (2, 29, None) {
                    found.leap_day = Some(stamp);
                }
            }
            if open.first.is_none() {
                open.first = open.last;
            }
            if is_parsed {
                open.tally.add(self.parsed.0);
            } else {
                open.tally.add_line(header.severity);
            }
            self.modules.count(header.module, header.severity);
            found.lines += 1;
            at = end;
        }
        if open.start < bytes.len() {
            self.close(&open, bytes, bytes.len(), found);
        }
        self.folded = folded;
    }

    #[inline]
    fn line(&mut self, line: Line<'_>) -> Seen {
        let text = line.bytes.strip_suffix(b"\n").unwrap_or(line.bytes);
        if !line.is_plain || has_octal_tail(text) {
            return self.other_line(line.bytes);
        }
        let may_matter = line.is_placed && self.filter.may_matter(text, line.folded);
        if let Some(header) = self.memo.find(text) {
            let is_notable = may_matter || (header.may_be_marker && self.dialect.ends_as_marker(text));
            return Seen { header, is_notable, is_parsed: false };
        }
        let parsed = log_line(text);
        let seen = self.seen(&parsed, text, may_matter);
        self.memo.learn(&parsed, seen.header);
        seen
    }

    /// A line that is not read by what is remembered of others.
    #[cold]
    fn other_line(&mut self, bytes: &[u8]) -> Seen {
        let words = words(bytes);
        let parsed = log_line(&words);
        if parsed.stamp.is_some() {
            self.memo.forget_stamp();
        }
        let may_matter = self.dialect.alarm(&words).is_some() || self.dialect.near_miss(&words).is_some();
        self.seen(&parsed, bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes), may_matter)
    }

    fn seen(&mut self, parsed: &LogLine<'_>, bytes: &[u8], may_matter: bool) -> Seen {
        let header = Header::of(parsed, &mut self.modules, &self.dialect);
        let is_notable = may_matter || (header.may_be_marker && self.dialect.ends_as_marker(parsed.raw));
        self.parsed = (tally_of(parsed, bytes, Arrival::Behind), parsed.stamp);
        Seen { header, is_notable, is_parsed: true }
    }

    #[inline]
    fn is_plain(&self, bytes: &[u8], at: usize, end: usize) -> bool {
        let stretches = self.plain.get(at / STRETCH..=(end - 1) / STRETCH).unwrap_or_default();
        end - at <= MAX_LINE_BYTES
            && (stretches.iter().all(|is_plain| *is_plain)
                || are_plain(bytes.get(at..end).unwrap_or_default()))
    }

    /// Ends the open piece before `end`; the next one.
    fn close(&self, open: &Open, bytes: &[u8], end: usize, found: &mut Scanned) -> Open {
        let sha256 = if self.digests {
            journal::digest(bytes.get(open.start..end).unwrap_or_default())
        } else {
            String::new()
        };
        let Open { tally, first, last, .. } = *open;
        found.pieces.push(Piece { end, tally, first, last, sha256 });
        Open { start: end, last, ..Open::default() }
    }
}

impl Open {
    /// Whether a line of `stamp` comes late enough to begin another piece.
    fn is_over(&self, stamp: Stamp) -> bool {
        let second = |stamp: Stamp| {
            (u32::from(stamp.hour) * 60 + u32::from(stamp.minute)) * 60 + u32::from(stamp.second)
        };
        self.first.is_some_and(|first| {
            first.day != stamp.day || second(stamp).abs_diff(second(first)) >= PIECE_SECONDS
        })
    }
}

/// Whether all bytes are printable ASCII or ends of lines.
fn are_plain(bytes: &[u8]) -> bool {
    // Each byte is counted, so that the compiler makes vectors of it: a search that stops takes ten times as long.
    bytes.iter().map(|byte| u32::from(!matches!(byte, b' '..=b'~' | b'\n'))).sum::<u32>() == 0
}

/// Whether a line ends in what may be a control character written as its octal number, which is no part of it.
fn has_octal_tail(text: &[u8]) -> bool {
    text.last_chunk::<4>().is_some_and(|tail| tail.starts_with(b"#0"))
}

/// Where the line at the start of `bytes` ends.
#[inline]
fn line_end(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1)
}
