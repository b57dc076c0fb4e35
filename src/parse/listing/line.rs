//! One line of a bucket listing, in the forms of the documented sample and their likely variants.

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_till1, take_while1};
use nom::character::complete::{char, one_of, space0, space1};
use nom::combinator::{map, opt, recognize, rest, verify};
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::parse::number::number;
use crate::parse::size::{Amount, amount, bytes_per};

/// The meaning of a line. A number beyond a `u64` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// `listing entries from bucket NAME`
    Title { name: &'a [u8] },
    /// `2927 entries in bucket NAME`
    Entries { count: Option<u64>, name: &'a [u8] },
    /// `883.7MiB (926580933 bytes) in bucket NAME:`, the exact size if there is one
    Size { amount: Amount, name: &'a [u8] },
    /// `* 883.3MiB in 261 slabs`
    Class(Class<'a>),
    /// Starts like a class line and is none.
    Bullet,
    /// An error in the midst of the listing.
    Failure,
    /// Anything else.
    Remark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class<'a> {
    pub(super) count: Option<u64>,
    pub(super) name: &'a [u8],
    /// What follows the name, such as `<- pointer maps`.
    pub(super) tail: &'a [u8],
}

/// A class that has a place of its own in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    Slabs,
    Maps,
    Rbtmds,
}

const KNOWN: [(Known, &[u8], &[u8]); 3] =
    [(Known::Slabs, b"slab", b"slabs"), (Known::Maps, b"map", b"maps"), (Known::Rbtmds, b"rbtmd", b"rbtmds")];

impl Class<'_> {
    pub(super) fn known(self) -> Option<Known> {
        let is = |word: &[u8]| self.name.eq_ignore_ascii_case(word);
        KNOWN.iter().find(|(_, one, many)| is(one) || is(many)).map(|(known, ..)| *known)
    }

    /// Whether the name is the beginning of a known class and not one itself.
    pub(super) fn begins_known(self) -> bool {
        let begins = |word: &[u8]| {
            word.get(..self.name.len()).is_some_and(|start| start.eq_ignore_ascii_case(self.name))
        };
        // With something behind it the word is whole: a cut takes everything that follows.
        self.tail.is_empty() && self.known().is_none() && KNOWN.iter().any(|(_, _, many)| begins(many))
    }

    /// Whether the name is a known class in the singular, of other than one object.
    pub(super) fn lacks_plural(self) -> bool {
        self.count != Some(1) && KNOWN.iter().any(|(_, one, _)| self.name.eq_ignore_ascii_case(one))
    }
}

/// Whether the remarks of `text`, a line read as `line`, say that the listing is not whole.
pub(super) fn says_incomplete(text: &[u8], line: Line<'_>) -> bool {
    let remarks = match line {
        // Its name may be one of these words: a cloud counts incomplete uploads.
        Line::Class(class) => class.tail,
        Line::Failure => return false,
        _ => text,
    };
    let words = remarks.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.'));
    let words = words.map(|word| word.strip_suffix(b".").unwrap_or(word)).filter(|word| !word.is_empty());
    let mut before: &[u8] = b"";
    let mut words = words.map(|word| (std::mem::replace(&mut before, word), word));
    words.any(|(before, word)| {
        // What follows on that is the name of one, and no remark.
        let is_name = before.eq_ignore_ascii_case(b"bucket");
        let is_one = INCOMPLETE.iter().any(|known| word.eq_ignore_ascii_case(known));
        let timed_out = before.eq_ignore_ascii_case(b"timed") && word.eq_ignore_ascii_case(b"out");
        !is_name && (is_one || timed_out)
    })
}

/// Words of a remark that no whole listing has.
const INCOMPLETE: [&[u8]; 6] =
    [b"incomplete", b"truncated", b"interrupted", b"aborted", b"partial", b"timeout"];

/// Reads a line that has no blanks around it.
pub(super) fn line(text: &[u8]) -> Line<'_> {
    // `bullet` comes behind `class_line`, because it takes whatever begins like one.
    alt((title, entries, size_line, class_line, bullet, failure))
        .parse(text)
        .map_or(Line::Remark, |(_, line)| line)
}

fn title(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    // Printed before the bucket is counted, so an interrupted listing may consist of this line alone.
    preceded((tag_no_case("listing entries from bucket"), space1), bucket_name)
        .map(|name| Line::Title { name })
        .parse(input)
}

fn entries(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    let noun = (space1, alt((tag_no_case("entries"), tag_no_case("entry"))));
    (terminated(number, noun), in_bucket).map(|(count, name)| Line::Entries { count, name }).parse(input)
}

fn size_line(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    (exact_or_rounded, in_bucket).map(|(amount, name)| Line::Size { amount, name }).parse(input)
}

/// `883.7MiB (926580933 bytes)`, `883.7MiB` or `926580933 bytes`
fn exact_or_rounded(input: &[u8]) -> IResult<&[u8], Amount> {
    let exact = delimited((space0, char('('), space0), amount, (space0, char(')')));
    (amount, opt(exact)).map(|(rounded, exact)| exact.unwrap_or(rounded)).parse(input)
}

fn in_bucket(input: &[u8]) -> IResult<&[u8], &[u8]> {
    preceded((space1, tag_no_case("in bucket"), space1), bucket_name).parse(input)
}

/// A bucket name and whatever follows it.
fn bucket_name(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let word = take_till1(|byte: u8| byte.is_ascii_whitespace());
    let name = map(word, |word: &[u8]| word.strip_suffix(b":").unwrap_or(word));
    terminated(verify(name, |name: &[u8]| !name.is_empty()), rest).parse(input)
}

fn class_line(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    let size = (exact_or_rounded, space1, tag_no_case("in"), space1);
    // The size may be missing, as in `* 261 slabs`; the count may not.
    let count = preceded((mark, opt(size)), terminated(number, space1));
    (count, class_name, rest).map(|(count, name, tail)| Line::Class(Class { count, name, tail })).parse(input)
}

/// Words up to the first that is none. A unit is no class: it belongs to a size cut off.
fn class_name(input: &[u8]) -> IResult<&[u8], &[u8]> {
    // Cut behind the unit, `* 883 MiB in 261 slabs` would otherwise be 883 objects of a class `MiB`.
    let first = verify(word, |word: &[u8]| bytes_per(word).is_none());
    recognize((first, many0_count((space1, word)))).parse(input)
}

fn word(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    verify(take_while1(inner), |word: &[u8]| word.first().is_some_and(u8::is_ascii_alphanumeric)).parse(input)
}

fn bullet(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    mark.map(|_| Line::Bullet).parse(input)
}

fn mark(input: &[u8]) -> IResult<&[u8], char> {
    terminated(one_of("*-"), space0).parse(input)
}

fn failure(input: &[u8]) -> IResult<&[u8], Line<'_>> {
    alt((recognize(char('%')), tag_no_case("error"), tag_no_case("failed")))
        .map(|_| Line::Failure)
        .parse(input)
}
