//! The header of a log line: priority, stamp, facility and host (RFC 3164, RFC 5424), repeated by relays.

use std::net::IpAddr;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_while1};
use nom::character::complete::{char, digit1, space0, space1, u16 as decimal_u16};
use nom::combinator::{map_opt, opt, recognize, value, verify};
use nom::multi::many1_count;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use super::super::stamp::{Stamp, stamp};
use super::tag::{module_and_severity, notice};

/// Headers in a row that are read: a log may have come through several relays.
const RELAYS: u8 = 4;

/// The fields of a line before its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) priority: Option<u16>,
    pub(super) stamp: Option<Stamp>,
    pub(super) host: Option<&'a [u8]>,
    /// The program's fields, where they are part of the header (RFC 5424, section 6.2).
    pub(super) sender: Option<Sender<'a>>,
}

/// `APP-NAME` and `PROCID`; absent where they are `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sender<'a> {
    pub(super) program: Option<&'a [u8]>,
    pub(super) process: Option<&'a [u8]>,
}

/// The header of a line that has a stamp. Of several in a row the last is the appliance's own.
pub(super) fn header(input: &[u8]) -> IResult<&[u8], Header<'_>> {
    let (body, _) = opt(address).parse(input)?;
    header_within(body, RELAYS)
}

fn header_within(input: &[u8], relays: u8) -> IResult<&[u8], Header<'_>> {
    // RFC 5424 writes `<165>1 2003-10-11T22:14:15.003Z host app 123 ID - text`; other
    // writers lack the version or put a facility there.
    let mut before = (opt(priority), opt(version), opt(facility));
    let (rest, (priority, version, _)) = before.parse(input)?;
    let (rest, stamp) = match version {
        // A NILVALUE for the time is allowed in RFC 5424 (section 6.2.3), and in no older form.
        Some(()) => alt((stamp.map(Some), value(None, tag("-")))).parse(rest)?,
        None => stamp.map(Some).parse(rest)?,
    };
    let (rest, _) = (opt(char(':')), space1, opt(facility)).parse(rest)?;
    let here = Header { priority, stamp, ..Header::default() };
    if let Some(found) = behind(here, rest, relays) {
        return Ok(found);
    }
    // A notice is looked for before the host field too: some systems leave that out.
    if notice(rest).is_ok() {
        return Ok((rest, here));
    }
    let (rest, (host, _, inner)) = (opt(host), opt(facility), opt(self::priority)).parse(rest)?;
    let here = Header { host, priority: inner.or(priority), ..here };
    if let Some(found) = behind(here, rest, relays) {
        return Ok(found);
    }
    // In an RFC 3164 line these words may be the message itself. A version or a
    // year shows that a log server wrote the header.
    let is_standard = version.is_some() || stamp.is_some_and(|stamp| stamp.year.is_some());
    match sender(rest).ok().filter(|(_, sender)| version.is_some() || sender.is_numbered()) {
        Some((rest, sender)) if is_standard => {
            let here = Header { sender: Some(sender), ..here };
            // A relay that could not read a line passes it on whole, as the text of nobody.
            let inner = if sender.program.is_none() { behind(here, rest, relays) } else { None };
            Ok(inner.unwrap_or((rest, here)))
        }
        _ => Ok((rest, here)),
    }
}

/// The header after that of a relay; fields that it lacks are taken from the relay's.
fn behind<'a>(relay: Header<'a>, input: &'a [u8], relays: u8) -> Option<(&'a [u8], Header<'a>)> {
    // Most lines have one header, and most words in its place do not begin like another.
    input.first().filter(|byte| matches!(byte, b'<' | b'[' | b'0'..=b'9' | b'A'..=b'Z'))?;
    // The count of relays bounds the recursion on a hostile line.
    let (rest, own) = header_within(input, relays.checked_sub(1)?).ok()?;
    let stamp = match (own.stamp, relay.stamp) {
        // The appliance writes no year, but the relay that put an RFC 3339 stamp before its line does.
        (Some(own), Some(relay)) => Some(own.with_year_of(relay)),
        (own, relay) => own.or(relay),
    };
    let (priority, host) = (own.priority.or(relay.priority), own.host.or(relay.host));
    Some((rest, Header { priority, stamp, host, ..own }))
}

/// `<166>`
pub(super) fn priority(input: &[u8]) -> IResult<&[u8], u16> {
    // Facility 23 times 8 and severity 7 (RFC 3164, section 4.1.1).
    let number = verify(decimal_u16, |&number| number <= 191);
    terminated(delimited(char('<'), number, char('>')), space0).parse(input)
}

/// The version of RFC 5424.
fn version(input: &[u8]) -> IResult<&[u8], ()> {
    value((), (tag("1"), space1)).parse(input)
}

/// `local0.info `, `<local0.info> `, `auth|security:info `, `[ID 702911 local0.info] `
pub(super) fn facility(input: &[u8]) -> IResult<&[u8], ()> {
    let bare = || {
        verify(take_while1(|byte: u8| byte.is_ascii_graphic() && byte != b'>' && byte != b']'), is_facility)
    };
    let numbered = (tag("[ID "), digit1, char(' '), bare(), char(']'));
    let marked = recognize(delimited(char('<'), bare(), char('>')));
    value((), terminated(alt((recognize(numbered), marked, bare())), space1)).parse(input)
}

fn is_facility(word: &[u8]) -> bool {
    let Some(mark) = memchr::memrchr2(b'.', b':', word) else { return false };
    let (names, level) = (word.get(..mark).unwrap_or_default(), word.get(mark + 1..).unwrap_or_default());
    let is_one_of =
        |known: &[&str], word: &[u8]| known.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()));
    is_one_of(LEVELS, level) && names.split(|byte| *byte == b'|').all(|name| is_one_of(FACILITIES, name))
}

const FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "security", "syslog", "lpr", "news", "uucp", "cron",
    "authpriv", "ftp", "ntp", "audit", "alert", "local0", "local1", "local2", "local3", "local4", "local5",
    "local6", "local7",
];

const LEVELS: &[&str] = &[
    "emerg", "panic", "alert", "crit", "critical", "err", "error", "warn", "warning", "notice", "info",
    "debug",
];

/// The host field. A word that ends in a colon is a program whose line has no host field.
pub(super) fn host(input: &[u8]) -> IResult<&[u8], &[u8]> {
    // As in `Sep 13 16:03:38 rfsd[13852]: …`, where the host would otherwise be `rfsd[13852]:`.
    terminated(verify(take_till1(is_blank), |word: &[u8]| !word.ends_with(b":")), space1).parse(input)
}

/// The address of whoever sent the line on, before its header.
fn address(input: &[u8]) -> IResult<&[u8], ()> {
    let is_address = |word: &[u8]| {
        let word = word.strip_prefix(b"[").unwrap_or(word);
        let word = word.strip_suffix(b"]").unwrap_or(word);
        std::str::from_utf8(word).is_ok_and(|word| word.parse::<IpAddr>().is_ok())
    };
    value((), terminated(verify(take_till1(is_blank), is_address), space1)).parse(input)
}

/// `rfsd 13852 - - `, `rfsd 13852 ID7 [meta sequenceId="29"] `
fn sender(input: &[u8]) -> IResult<&[u8], Sender<'_>> {
    let word = || take_till1(is_blank);
    let known = |field: &&[u8]| *field != b"-";
    let (rest, (program, _, process, _, _, _)) =
        (word(), space1, word(), space1, word(), space1).parse(input)?;
    if program.ends_with(b":") {
        return Err(refused(input));
    }
    let (rest, _) =
        terminated(alt((tag("-"), structured_data)), alt((space1, nom::combinator::eof))).parse(rest)?;
    // RFC 5424 (section 6.4) puts a byte order mark before a text in UTF-8.
    let (rest, _) = opt(tag("\u{feff}".as_bytes())).parse(rest)?;
    Ok((rest, Sender { program: Some(program).filter(known), process: Some(process).filter(known) }))
}

impl Sender<'_> {
    /// Whether the fields are surely such: in a line without a version any words could stand there.
    fn is_numbered(self) -> bool {
        self.process.is_none_or(|process| process.iter().all(u8::is_ascii_digit))
    }
}

/// One or more `[id name="value" …]`, where a value may hold `]` and `\"`.
fn structured_data(input: &[u8]) -> IResult<&[u8], &[u8]> {
    // `[module.LEVEL]` looks like such an element, but is the tag of the text.
    recognize(many1_count(map_opt(element, |inside| module_and_severity(inside).is_none().then_some(()))))
        .parse(input)
}

fn element(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (inside, _) = char('[').parse(input)?;
    let (mut is_escaped, mut is_quoted) = (false, false);
    let end = inside.iter().position(|byte| {
        // The quote is judged before the escape of this byte is noted: `\\"` ends a value, `\"` does not.
        is_quoted ^= *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        *byte == b']' && !is_quoted
    });
    let end = end.filter(|end| *end > 0).ok_or_else(|| refused(input))?;
    let (inside, rest) = inside.split_at(end);
    preceded(char(']'), |rest| Ok((rest, inside))).parse(rest)
}

const fn refused(input: &[u8]) -> nom::Err<nom::error::Error<&[u8]>> {
    nom::Err::Error(nom::error::Error { input, code: nom::error::ErrorKind::Verify })
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
