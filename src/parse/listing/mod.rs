//! The reply to `show replication bucket`: a complete bucket listing, or the reason why it is none.

mod error;
mod line;

pub use self::error::{ListingError, Missing};

use self::line::{Class, Known, Line, line, says_incomplete};
use super::error_text::{error_text, service_down};
use super::size::Amount;
use crate::run::{BucketCounts, BucketListing, ByteCount, ObjectCount, OtherClass};
use crate::text::printable_within;

/// Bytes kept of a line that an error cites.
const CITED: usize = 200;
/// Bytes kept of a name: more than any cloud allows for a bucket.
const NAME_KEPT: usize = 256;
/// Classes beside slabs, maps and rbtmds; more is no listing.
// Each name becomes a part of the journal, so a reply of other lines that look alike must not fill it.
const OTHER_CLASSES: usize = 64;

/// Reads a bucket listing. Lines may come in any order, indented, with any line ends; those of other forms that do not
/// start with `*` or `-` are passed over. A last line that no line end follows is taken if it is whole.
///
/// # Errors
/// Whatever could make a count wrong is refused: an error text, a listing cut off anywhere (see [`Missing`]), two
/// listings run into one, classes that add up to more than the entries, and numbers beyond a `u64`.
pub fn bucket_listing(reply: &[u8]) -> Result<BucketListing, ListingError> {
    if reply.trim_ascii().is_empty() {
        return Err(ListingError::Empty);
    }
    // Before the error text: the same words may stand behind a `%`, and their remedy is another one.
    if service_down(reply) {
        return Err(ListingError::ServiceDown);
    }
    if let Some(words) = error_text(reply) {
        return Err(ListingError::Refused(cited(words)));
    }
    let mut draft = Draft::default();
    let mut lines = written_lines(reply).peekable();
    while let Some(text) = lines.next() {
        // `text` has its trailing blanks still, so a match at the end means that no line end follows.
        let end = match (lines.peek(), reply.ends_with(text)) {
            (Some(_), _) => LineEnd::AnotherLine,
            (None, false) => LineEnd::Last,
            (None, true) => LineEnd::LastWithoutEnd,
        };
        draft.add(text, end)?;
    }
    draft.finish(reply)
}

/// The lines that are not blank. Blanks at the end of a line stay: they are part of how it ends.
fn written_lines(reply: &[u8]) -> impl Iterator<Item = &[u8]> {
    reply.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty())
}

/// What follows a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    AnotherLine,
    /// Its own end, and then nothing: something may be missing after it.
    Last,
    /// Nothing: something may be missing in it.
    LastWithoutEnd,
}

#[derive(Debug, Default)]
struct Draft<'a> {
    name: Option<&'a [u8]>,
    /// A line ended before its name was sure to be whole, and no other line has the name.
    name_unsure: Option<&'a [u8]>,
    entries: Option<u64>,
    bytes: Option<u64>,
    slabs: Option<u64>,
    maps: Option<u64>,
    rbtmds: Option<u64>,
    other: Vec<OtherClass>,
}

impl<'a> Draft<'a> {
    fn add(&mut self, text: &'a [u8], end: LineEnd) -> Result<(), ListingError> {
        let line_text = text.trim_ascii();
        let line = line(line_text);
        if says_incomplete(line_text, line) {
            return Err(ListingError::CutOff(Missing::Stated(cited(line_text))));
        }
        match line {
            Line::Title { name } => self.named(name, line_text, end),
            Line::Entries { count, name } => {
                self.named(name, line_text, end)?;
                let count = count.ok_or_else(|| ListingError::TooLarge(cited(line_text)))?;
                once(&mut self.entries, count, "entries")
            }
            Line::Size { amount, name } => {
                self.named(name, line_text, end)?;
                match amount {
                    Amount::Exact(bytes) => once(&mut self.bytes, bytes, "size"),
                    // A rounded size is no count of bytes; it is better unknown.
                    Amount::Rounded(_) => Ok(()),
                    Amount::TooLarge => Err(ListingError::TooLarge(cited(line_text))),
                }
            }
            // Before it is counted: `rb`, cut off from `rbtmds`, would become a class of its own.
            Line::Class(class) if is_cut(class, end) => Err(cut_in(line_text)),
            Line::Class(class) => self.class(class, line_text),
            Line::Bullet if end == LineEnd::AnotherLine => Err(ListingError::NotUnderstood(cited(line_text))),
            Line::Bullet => Err(cut_in(line_text)),
            Line::Failure => Err(ListingError::Refused(cited(line_text))),
            Line::Remark => Ok(()),
        }
    }

    fn named(&mut self, name: &'a [u8], line: &'a [u8], end: LineEnd) -> Result<(), ListingError> {
        match self.name {
            None => {
                self.name = Some(name);
                self.name_unsure = (end == LineEnd::LastWithoutEnd).then_some(line);
                Ok(())
            }
            Some(known) if known == name => Ok(()),
            // Another name, or the known one cut off: it cannot be decided which.
            Some(_) if end == LineEnd::LastWithoutEnd => Err(cut_in(line)),
            Some(known) => Err(ListingError::TwoBuckets {
                one: printable_within(known, NAME_KEPT),
                other: printable_within(name, NAME_KEPT),
            }),
        }
    }

    fn class(&mut self, class: Class<'a>, line: &[u8]) -> Result<(), ListingError> {
        let count = class.count.ok_or_else(|| ListingError::TooLarge(cited(line)))?;
        match class.known() {
            Some(Known::Slabs) => once(&mut self.slabs, count, "slabs"),
            Some(Known::Maps) => once(&mut self.maps, count, "maps"),
            Some(Known::Rbtmds) => once(&mut self.rbtmds, count, "rbtmds"),
            None => self.other_class(printable_within(class.name, NAME_KEPT), count),
        }
    }

    fn other_class(&mut self, name: String, count: u64) -> Result<(), ListingError> {
        // Compared as kept: two long names that are cut to the
        // same text could not be distinguished in a report.
        if self.other.iter().any(|class| class.name == name) {
            return Err(ListingError::Twice(name));
        }
        if self.other.len() >= OTHER_CLASSES {
            return Err(ListingError::TooManyClasses(OTHER_CLASSES));
        }
        self.other.push(OtherClass { name, count: ObjectCount(count) });
        Ok(())
    }

    fn has_class(&self) -> bool {
        self.slabs.or(self.maps).or(self.rbtmds).is_some() || !self.other.is_empty()
    }

    fn finish(self, reply: &[u8]) -> Result<BucketListing, ListingError> {
        let has_class = self.has_class();
        if self.name.is_none() && !has_class {
            let first = written_lines(reply).next().unwrap_or_default();
            return Err(ListingError::NotAListing(cited(first.trim_ascii())));
        }
        // Without the total, the number of entries in no listed class cannot be computed.
        let (Some(name), Some(entries)) = (self.name, self.entries) else {
            return Err(ListingError::CutOff(Missing::Entries));
        };
        if entries > 0 && !has_class {
            return Err(ListingError::CutOff(Missing::Classes(entries)));
        }
        // The name may be longer than what has arrived, and no other line confirms it.
        if let Some(line) = self.name_unsure {
            return Err(cut_in(line));
        }
        let listing = BucketListing {
            counts: BucketCounts {
                name: printable_within(name, NAME_KEPT),
                entries: ObjectCount(entries),
                bytes: self.bytes.map(ByteCount),
                slabs: self.slabs.map(ObjectCount),
                maps: self.maps.map(ObjectCount),
                rbtmds: self.rbtmds.map(ObjectCount),
            },
            other: self.other,
        };
        // Entries of no listed class are usual, four of 2927 in the procedure's
        // sample; fewer entries than classes are impossible.
        match listing.unclassified() {
            Some(_) => Ok(listing),
            None => Err(ListingError::MoreThanEntries(entries)),
        }
    }
}

/// Whether the class line may have lost its end: the word could go on to be a known one, or lacks its plural `s`.
fn is_cut(class: Class<'_>, end: LineEnd) -> bool {
    match end {
        LineEnd::AnotherLine => false,
        LineEnd::Last => class.begins_known(),
        LineEnd::LastWithoutEnd => class.begins_known() || (class.lacks_plural() && class.tail.is_empty()),
    }
}

fn once(place: &mut Option<u64>, count: u64, what: &str) -> Result<(), ListingError> {
    // Also where both counts are equal: a repeated line means two
    // listings run into one, or a screen copied twice.
    match place.replace(count) {
        None => Ok(()),
        Some(_) => Err(ListingError::Twice(what.to_owned())),
    }
}

fn cut_in(line: &[u8]) -> ListingError {
    ListingError::CutOff(Missing::EndOfLine(cited(line)))
}

fn cited(line: &[u8]) -> String {
    printable_within(line, CITED)
}

#[cfg(test)]
mod tests;
