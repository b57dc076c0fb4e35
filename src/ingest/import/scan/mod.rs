//! One block of a log: its lines counted, the few that matter found, and its bytes digested in pieces that become chunks of
//! the record. Blocks are scanned on any thread, in any order; what lines mean is decided later, in the order of the log.

mod counts;
mod scanned;

use std::{ops::Range, sync::Arc};

use memchr::{memchr, memrchr};

pub(super) use self::scanned::{Job, Scanned};
use self::{counts::ModuleId, scanned::digest};
pub(crate) use self::{
    counts::{LEVELS, Modules},
    scanned::{Notable, Piece},
};
use super::blocks::{BLOCK_BYTES, Block};
use crate::{
    dialect::{Dialect, Prefilter, are_plain, fold},
    ingest::{
        header_memo::HeaderMemo,
        latest_stamp::LatestStamp,
        log_parser::{MAX_LINE_BYTES, tally_of, words},
    },
    parse::{LogLine, Stamp, log_line, repeated},
    run::{Arrival, LineCount, LogTally, Severity},
};

/// Lines that matter and begin a piece of their own; a flood of them shares pieces.
const MAX_OWN_PIECES: usize = 32;
/// A piece of a short log holds about this time, so that a replay of it moves.
const PIECE_SECONDS: u32 = 10;
/// Bytes that are folded and searched at a time: few, so that they stay in the fastest cache.
const STRETCH_BYTES: usize = 8 << 10;

pub(crate) struct Scanner {
    dialect: Arc<Dialect>,
    /// By the last byte of a line: whether a marker may end so.
    marker_ends: [bool; 256],
    filter: Arc<Prefilter>,
    memo: HeaderMemo<Header>,
    modules: Modules,
    folded: Vec<u8>,
    /// What the line parsed last counts, and its stamp. Not handed on with each line, as most lines are not parsed.
    parsed: (LogTally, Option<Stamp>),
    /// Lines of the open piece that were found by headers since forgotten.
    counted: LogTally,
    digests: bool,
}

/// What the header of a line says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Header {
    module: ModuleId,
    severity: Option<Severity>,
    /// The process id, where rfsd wrote the line.
    rfsd: Option<u32>,
    /// Whether a marker has this program and module.
    may_be_marker: bool,
}

impl Header {
    fn of(line: &LogLine<'_>, modules: &mut Modules, dialect: &Dialect) -> Self {
        let may_be_marker = line
            .program
            .zip(line.module)
            .is_some_and(|(program, module)| dialect.has_markers(program, module));
        Self {
            module: modules.id(line.module),
            severity: line.severity,
            rfsd: line.pid.filter(|_| line.program == Some(b"rfsd")),
            may_be_marker,
        }
    }
}

/// What is open while a block is read.
#[derive(Default)]
struct Open {
    /// Where the piece begins.
    start: usize,
    tally: LogTally,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The process id of the last line of rfsd.
    rfsd: Option<u32>,
    /// Where a piece ends whatever its time.
    cut: usize,
}

/// A line as it was read.
struct Seen {
    header: Header,
    is_notable: bool,
    /// Its number in the memo; `None` where it was parsed, and what it counts is in [`Scanner::parsed`].
    known: Option<usize>,
}

/// A line with its place in a block.
#[derive(Clone, Copy)]
struct Line<'b> {
    start: usize,
    end: usize,
    /// With its end.
    bytes: &'b [u8],
    /// Whether it is printable ASCII, and no longer than what is read of a line.
    is_plain: bool,
    /// Whether the search has found something in it that may matter.
    may_matter: bool,
}

impl<'b> Line<'b> {
    fn text(self) -> &'b [u8] {
        self.bytes.strip_suffix(b"\n").unwrap_or(self.bytes)
    }
}

impl Scanner {
    /// `digests`: whether the digests of pieces are wanted.
    pub(crate) fn new(dialect: Arc<Dialect>, filter: Arc<Prefilter>, digests: bool) -> Self {
        Self {
            marker_ends: dialect.marker_ends(),
            dialect,
            filter,
            memo: HeaderMemo::new(),
            modules: Modules::default(),
            folded: Vec::new(),
            parsed: (LogTally::default(), None),
            counted: LogTally::default(),
            digests,
        }
    }

    /// All lines counted so far by module and severity.
    pub(crate) fn into_modules(self) -> Modules {
        self.modules
    }

    /// Scans a block; what was in `found` is dropped.
    pub(crate) fn scan(&mut self, block: &Block, found: &mut Scanned) {
        let bytes = block.bytes();
        found.pieces.clear();
        found.notable.clear();
        (found.lines, found.leap_day, found.latest) = (0, None, LatestStamp::default());
        // So that the first stamp of the block is seen.
        self.memo.forget_stamp();
        let mut open = Open::at_start_of(bytes);
        let (mut folded, filter) = (std::mem::take(&mut self.folded), Arc::clone(&self.filter));
        // The rest of a line that is longer than a block: it was read with its beginning.
        let mut start = if block.begins_inside { line_end(bytes) } else { 0 };
        while start < bytes.len() {
            let end = stretch_end(bytes, start);
            let is_plain = fold(bytes.get(start..end).unwrap_or_default(), &mut folded);
            let mut places = filter.places(&folded);
            let mut place = places.next();
            let (base, mut at) = (start, start);
            while at < end {
                let next_place = place.as_ref().map_or(end, |place| base + place.start());
                // Lines that end before it have nothing but their headers.
                let quiet_end = if filter.has_unsearched() { at } else { next_place.min(open.cut) };
                at = self.quiet_lines(bytes, at..quiet_end, is_plain, open.rfsd, &mut found.lines);
                let line_end = at + line_end(bytes.get(at..end).unwrap_or_default());
                if at == line_end {
                    break;
                }
                let mut line = Line {
                    start: at,
                    end: line_end,
                    bytes: bytes.get(at..line_end).unwrap_or_default(),
                    is_plain,
                    may_matter: false,
                };
                let line_folded = folded.get(at - base..line_end - base).unwrap_or_default();
                while let Some(found) = place.as_ref().filter(|place| base + place.start() < line_end) {
                    line.may_matter = line.may_matter || filter.may_matter(found, line.text(), line_folded);
                    // One that ends in the next line may hide another there.
                    if base + found.end() > line_end {
                        break;
                    }
                    place = places.next();
                }
                let seen = self.line(line);
                self.note(&seen, line, block, &mut open, found);
                found.lines += 1;
                at = line_end;
            }
            start = end;
        }
        if open.start < bytes.len() {
            self.close(&mut open, bytes.len(), found);
        }
        self.folded = folded;
        if self.digests {
            digest(bytes, &mut found.pieces);
        }
    }

    /// Counts lines of printable ASCII in a part of `bytes`, which `is_plain` where all of it is, up to one that does not end
    /// there or has more to it than a header seen before: nearly every line of a log. Where that one begins.
    fn quiet_lines(
        &mut self,
        bytes: &[u8],
        part: Range<usize>,
        is_plain: bool,
        rfsd: Option<u32>,
        lines: &mut u64,
    ) -> usize {
        let (mut at, mut count) = (part.start, 0);
        while let Some(rest) = bytes.get(at..).filter(|_| at < part.end) {
            // No line ends within a header, so that the end is looked for behind it.
            let (number, length) = self.memo.find_start(rest).unzip();
            let (header, text) = rest.split_at_checked(length.unwrap_or_default()).unwrap_or_default();
            let length = header.len() + memchr(b'\n', text).unwrap_or(text.len());
            let Some(text) = rest.get(..length).filter(|text| at + text.len() < part.end) else { break };
            if text.len() >= MAX_LINE_BYTES || !(is_plain || are_plain(text)) {
                break;
            }
            let Some(known) = number.or_else(|| self.memo.find_otherwise(text)) else { break };
            let Some(header) = self.memo.header(known) else { break };
            let is_of_other_rfsd = header.rfsd.is_some() && header.rfsd != rfsd;
            let may_be_marker = header.may_be_marker && self.ends_as_marker(text);
            if is_of_other_rfsd || may_be_marker || has_octal_tail(text) {
                break;
            }
            self.memo.count(known);
            count += 1;
            at += text.len() + 1;
        }
        *lines += count;
        at
    }

    /// Whether a line of printable ASCII may be a marker, given that it has the program and the module of one.
    fn ends_as_marker(&self, text: &[u8]) -> bool {
        let may_be_end = |last: &u8| self.marker_ends.get(usize::from(*last)) == Some(&true);
        text.last().is_some_and(may_be_end) && self.dialect.ends_as_marker(text)
    }

    fn line(&mut self, line: Line<'_>) -> Seen {
        let text = line.text();
        let is_plain = text.len() < MAX_LINE_BYTES && (line.is_plain || are_plain(text));
        if !is_plain || has_octal_tail(text) {
            return self.other_line(line.bytes);
        }
        let may_matter = line.may_matter || self.filter.may_be_unsearched(text);
        self.memo.follow(text);
        if let Some(known) = self.memo.find(text)
            && let Some(header) = self.memo.header(known).copied()
        {
            let is_notable = may_matter || (header.may_be_marker && self.ends_as_marker(text));
            return Seen { header, is_notable, known: Some(known) };
        }
        self.plain_line(text, may_matter)
    }

    /// A line of printable ASCII of which the header is not remembered.
    fn plain_line(&mut self, text: &[u8], may_matter: bool) -> Seen {
        if let Some(times) = self.memo.behind_lead(text).and_then(repeated) {
            let tally = LogTally { lines: LineCount(1), repeated: LineCount(times), ..LogTally::default() };
            self.parsed = (tally, self.memo.stamp());
            return Seen { header: Header::default(), is_notable: may_matter, known: None };
        }
        let parsed = log_line(text);
        let seen = self.seen(&parsed, text, may_matter);
        // `learn` forgets all headers then, with what was counted by them.
        if self.memo.is_full() {
            self.count();
        }
        self.memo.learn(&parsed, || seen.header);
        seen
    }

    /// A line that is not read by what is remembered of others.
    fn other_line(&mut self, bytes: &[u8]) -> Seen {
        let words = words(bytes);
        let parsed = log_line(&words);
        if parsed.stamp.is_some() && parsed.stamp != self.memo.stamp() {
            self.memo.forget_stamp();
        }
        let may_matter = self.dialect.alarm(&words).is_some() || self.dialect.near_miss(&words).is_some();
        self.seen(&parsed, bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes), may_matter)
    }

    fn seen(&mut self, parsed: &LogLine<'_>, bytes: &[u8], may_matter: bool) -> Seen {
        let header = Header::of(parsed, &mut self.modules, &self.dialect);
        let is_notable = may_matter || (header.may_be_marker && self.dialect.ends_as_marker(parsed.raw));
        self.parsed = (tally_of(parsed, bytes, Arrival::Behind), parsed.stamp);
        Seen { header, is_notable, known: None }
    }

    /// Notes what is new with a line, and begins a piece with it where that is due.
    fn note(&mut self, seen: &Seen, line: Line<'_>, block: &Block, open: &mut Open, found: &mut Scanned) {
        let stamp = if seen.known.is_none() { self.parsed.1 } else { self.memo.stamp() };
        // Of the markers' own program: others in the log may have other clocks, or be of another machine.
        let stamp_of_rfsd = stamp.filter(|_| seen.header.rfsd.is_some());
        // Only with its first such line is a block compared with the one before it.
        let is_first = stamp_of_rfsd.is_some() && !found.latest.is_known();
        let set_back_from = stamp_of_rfsd.and_then(|stamp| found.latest.go_on_to(stamp));
        let stamp = stamp.filter(|stamp| Some(*stamp) != open.last);
        let is_notable = seen.is_new(open) || set_back_from.is_some() || is_first;
        let length = line.start - open.start;
        let begins_piece = (is_notable && found.notable.len() < MAX_OWN_PIECES)
            || (length >= block.min_piece && stamp.is_some_and(|stamp| open.is_over(stamp)))
            || line.end > open.cut;
        if begins_piece && length > 0 {
            self.close(open, line.start, found);
        }
        if line.end > open.cut {
            open.cut = usize::MAX;
        }
        if is_notable {
            let rfsd = seen.header.rfsd.filter(|pid| open.rfsd != Some(*pid));
            open.rfsd = rfsd.or(open.rfsd);
            let (start, end, lines_before) = (line.start, line.end, found.lines);
            found.notable.push(Notable { start, end, lines_before, rfsd, set_back_from });
        }
        if let Some(stamp) = stamp {
            open.last = Some(stamp);
            // Only leap years have this day, so that it gives the year of stamps without one.
            if (stamp.month, stamp.day, stamp.year) == (2, 29, None) {
                found.leap_day = Some(stamp);
            }
        }
        if open.first.is_none() {
            open.first = open.last;
        }
        if let Some(known) = seen.known {
            self.memo.count(known);
        } else {
            open.tally.add(self.parsed.0);
            self.modules.count(seen.header.module, seen.header.severity, 1);
        }
    }

    /// Adds the lines that were found by their headers alone.
    fn count(&mut self) {
        for (header, lines) in self.memo.take_counts() {
            self.counted.add_lines(header.severity, lines);
            self.modules.count(header.module, header.severity, lines);
        }
    }

    /// Ends the open piece before `end`.
    fn close(&mut self, open: &mut Open, end: usize, found: &mut Scanned) {
        self.count();
        open.tally.add(std::mem::take(&mut self.counted));
        let next = Open { start: end, last: open.last, rfsd: open.rfsd, cut: open.cut, ..Open::default() };
        let Open { tally, first, last, .. } = std::mem::replace(open, next);
        found.pieces.push(Piece { end, tally, first, last, sha256: String::new() });
    }
}

impl Seen {
    /// Whether it matters, or is the first line of another rfsd.
    fn is_new(&self, open: &Open) -> bool {
        self.is_notable || (self.header.rfsd.is_some() && self.header.rfsd != open.rfsd)
    }
}

impl Open {
    fn at_start_of(bytes: &[u8]) -> Self {
        // A long block is cut in the middle, so that the digests of its halves are made together.
        let cut = if bytes.len() > BLOCK_BYTES / 2 { bytes.len() / 2 } else { usize::MAX };
        Self { cut, ..Self::default() }
    }

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

/// Where the lines from `start` on end that are looked at together: one of them may be longer than a stretch.
fn stretch_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    match rest.get(..STRETCH_BYTES).and_then(|stretch| memrchr(b'\n', stretch)) {
        Some(end) => start + end + 1,
        None => {
            start + rest.get(STRETCH_BYTES..).map_or(rest.len(), |behind| STRETCH_BYTES + line_end(behind))
        }
    }
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
