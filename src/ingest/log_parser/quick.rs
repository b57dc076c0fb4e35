//! Lines that say nothing new, read without parsing them: of a header seen before, in printable ASCII, and without the
//! words of anything that matters. What is found so is what the parser finds.

use aho_corasick::Match;

use super::rows::{MAX_LINE_BYTES, MAX_MODULE_BYTES};
use crate::{
    dialect::{Dialect, Prefilter, are_plain, fold},
    ingest::header_memo::HeaderMemo,
    parse::{LogLine, Stamp},
    run::Severity,
    text,
};

/// What the header of a line says.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) severity: Option<Severity>,
    pub(super) module: Option<Box<str>>,
    /// The process id, where rfsd wrote the line.
    pub(super) rfsd: Option<u32>,
    may_be_marker: bool,
}

/// Finds such lines in the bytes that come next.
pub(super) struct QuickReader {
    filter: Prefilter,
    memo: HeaderMemo<Header>,
    folded: Vec<u8>,
    /// Places in the present bytes at which a line may matter, the next one last.
    places: Vec<Match>,
    is_plain: bool,
}

impl QuickReader {
    pub(super) fn of(dialect: &Dialect) -> Self {
        Self {
            filter: Prefilter::of(dialect),
            memo: HeaderMemo::new(),
            folded: Vec::new(),
            places: Vec::new(),
            is_plain: false,
        }
    }

    /// Looks over bytes whose lines are asked for one after the other.
    pub(super) fn look_over(&mut self, bytes: &[u8]) {
        self.is_plain = fold(bytes, &mut self.folded);
        self.places.clear();
        self.places.extend(self.filter.places(&self.folded));
        self.places.reverse();
    }

    /// Whether the line `text` at `start` of the present bytes is of printable ASCII alone, and all of it is read.
    pub(super) fn is_plain(&self, text: &[u8]) -> bool {
        // A control character may be written as its octal number at the end, which is no part of the line.
        let has_octal_tail = text.last_chunk::<4>().is_some_and(|tail| tail.starts_with(b"#0"));
        text.len() < MAX_LINE_BYTES && !has_octal_tail && (self.is_plain || are_plain(text))
    }

    /// The stamp and the header of such a line at `start`, if it says nothing new.
    pub(super) fn find(
        &mut self,
        dialect: &Dialect,
        text: &[u8],
        start: usize,
    ) -> Option<(Option<Stamp>, &Header)> {
        let end = start + text.len();
        while self.places.last().is_some_and(|place| place.end() <= start) {
            self.places.pop();
        }
        let folded = self.folded.get(start..end).unwrap_or_default();
        self.memo.follow(text);
        let header = self.memo.header(self.memo.find(text)?)?;
        let may_matter = || {
            let mut places = self.places.iter().rev().take_while(|place| place.start() < end);
            self.filter.may_be_unsearched(text)
                || places.any(|place| self.filter.may_matter(place, text, folded))
        };
        let may_be_marker = || header.may_be_marker && dialect.ends_as_marker(text);
        (!may_matter() && !may_be_marker()).then_some((self.memo.stamp(), header))
    }

    /// Remembers what can be of a line that was parsed.
    pub(super) fn learn(&mut self, dialect: &Dialect, line: &LogLine<'_>) {
        if !are_plain(line.raw) {
            return self.memo.forget_stamp();
        }
        self.memo.learn(line, || Header {
            severity: line.severity,
            module: line.module.map(|module| text::printable_within(module, MAX_MODULE_BYTES).into()),
            rfsd: line.pid.filter(|_| line.program == Some(b"rfsd")),
            may_be_marker: line
                .program
                .zip(line.module)
                .is_some_and(|(program, module)| dialect.has_markers(program, module)),
        });
    }
}
