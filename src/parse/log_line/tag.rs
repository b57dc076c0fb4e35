//! What the header and the text of a line have in common: the inside of a tag, and notices of the log about itself.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, space1, u64 as decimal_u64};
use nom::combinator::{all_consuming, eof, recognize, verify};
use nom::multi::many1_count;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use crate::run::Severity;

/// Which of the known forms a line has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// A program and a `[module.LEVEL]` tag.
    Tagged,
    /// A program but no tag.
    Plain,
    /// `last message repeated N times`.
    Repeated {
        /// How often.
        times: u64,
    },
    /// Without a program: `syslogd 1.4.1: restart.`, `BUILD_PROD_VERSION: …`, or any text after a time stamp.
    Untagged,
    /// None of these. The message is the whole line; every other part is unknown.
    #[default]
    Unparsed,
}

pub(super) fn module_and_severity(inside: &[u8]) -> Option<(&[u8], Severity)> {
    let dot = memchr::memrchr(b'.', inside)?;
    let (module, level) = inside.split_at_checked(dot)?;
    let severity = severity(level.get(1..)?)?;
    (!module.is_empty()).then_some((module, severity))
}

fn severity(level: &[u8]) -> Option<Severity> {
    Some(match level {
        b"DEBUG" => Severity::Debug,
        b"INFO" => Severity::Info,
        b"NOTICE" => Severity::Notice,
        b"WARN" | b"WARNING" => Severity::Warning,
        b"ERR" | b"ERROR" => Severity::Error,
        b"CRIT" => Severity::Critical,
        b"ALERT" => Severity::Alert,
        b"EMERG" => Severity::Emergency,
        _ => return None,
    })
}

/// A line of the log about itself, in a form known whole.
pub(super) fn notice(input: &[u8]) -> IResult<&[u8], Form> {
    alt((repeated.map(|times| Form::Repeated { times }), version_notice, label)).parse(input)
}

pub(super) fn repeated(input: &[u8]) -> IResult<&[u8], u64> {
    // The longer word first: `alt` takes the first branch that fits and would leave the `s` behind.
    let times = terminated(decimal_u64, alt((tag(" times"), tag(" time"))));
    all_consuming(preceded(tag("last message repeated "), times)).parse(input)
}

/// `syslogd 1.4.1: restart.`
fn version_notice(input: &[u8]) -> IResult<&[u8], Form> {
    let word = take_while1(|byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let version = (digit1, many1_count(preceded(char('.'), digit1)));
    statement((word, char(' '), version)).parse(input)
}

/// `BUILD_PROD_VERSION: …`, which is no program: capitals, digits and at least one underscore.
fn label(input: &[u8]) -> IResult<&[u8], Form> {
    let capitals = take_while1(|byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    // The first line after a rotation is `BUILD_PROD_VERSION: …`. A word of capitals without
    // an underscore, such as `CRON:`, is a program.
    statement(verify(capitals, |word: &[u8]| word.contains(&b'_'))).parse(input)
}

/// Anything that follows `subject: `.
fn statement<'a, P>(subject: P) -> impl Parser<&'a [u8], Output = Form, Error = nom::error::Error<&'a [u8]>>
where
    P: Parser<&'a [u8], Error = nom::error::Error<&'a [u8]>>,
{
    (recognize(subject), char(':'), blank_or_end).map(|_| Form::Untagged)
}

pub(super) fn blank_or_end(input: &[u8]) -> IResult<&[u8], &[u8]> {
    alt((space1, eof)).parse(input)
}
