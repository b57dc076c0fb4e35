//! One line of an appliance's system log: RFC 3164 as the AltaVault family writes it, and what log servers make of it.

mod header;
mod tag;

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, space0, u32 as decimal_u32};
use nom::combinator::{all_consuming, map_opt, opt, recognize, verify};
use nom::sequence::{delimited, terminated};
use nom::{IResult, Parser};

use self::header::{Header, Sender, facility, header, host, priority};
pub use self::tag::Form;
use self::tag::{blank_or_end, module_and_severity, notice};
use super::stamp::Stamp;
use crate::run::Severity;

/// A log line in its parts, each borrowed from the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// The line as given, with whatever ends it.
    pub raw: &'a [u8],
    /// The number of a leading `<166>`, 0 to 191 (RFC 3164, section 4.1.1).
    pub priority: Option<u16>,
    /// The appliance's own time; not that of a relay.
    pub stamp: Option<Stamp>,
    /// The host field; `localhost` on many appliances.
    pub host: Option<&'a [u8]>,
    /// The program that logged it.
    pub program: Option<&'a [u8]>,
    /// Its process id.
    pub pid: Option<u32>,
    /// The part of the tag before its last dot; may hold `/`.
    pub module: Option<&'a [u8]>,
    /// The part of the tag after its last dot.
    pub severity: Option<Severity>,
    /// The number in parentheses after the tag; need not be the process id.
    pub id: Option<u32>,
    /// What is left, without leading spaces. Connection tuples and numbers stay in it.
    pub message: &'a [u8],
    /// The form recognised.
    pub form: Form,
}

impl<'a> LogLine<'a> {
    /// The line without the carriage returns and line feeds at its end.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        without_line_end(self.raw)
    }
}

/// Reads a line. Never fails: what has no known form is [`Form::Unparsed`]. Does not allocate.
#[must_use]
pub fn log_line(raw: &[u8]) -> LogLine<'_> {
    let text = without_line_end(raw);
    let body = without_lead(text);
    dated(raw, body)
        .or_else(|_| undated(raw, body))
        .map_or_else(|_| LogLine { raw, message: text, ..LogLine::default() }, |(_, line)| line)
}

/// Whether [`log_line`] finds a time stamp in a line; reads no further than that.
#[must_use]
pub fn is_stamped(raw: &[u8]) -> bool {
    header(without_lead(without_line_end(raw))).is_ok_and(|(_, header)| header.stamp.is_some())
}

/// How often, if what follows on the header of a line is `last message repeated N times`.
#[must_use]
pub fn repeated(body: &[u8]) -> Option<u64> {
    tag::repeated(body).ok().map(|(_, times)| times)
}

/// A line without the carriage returns and newlines at its end.
#[must_use]
pub fn without_line_end(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r' | b'\n'] = line {
        line = rest;
    }
    line
}

/// The line from its first mark on: a byte order mark and blanks may stand before it.
fn without_lead(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_start();
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii_start()
}

/// A line that begins with a header. From there on everything has some form.
fn dated<'a>(raw: &'a [u8], text: &'a [u8]) -> IResult<&'a [u8], LogLine<'a>> {
    let (body, Header { priority, stamp, host, sender }) = header(text)?;
    let line =
        LogLine { raw, priority, stamp, host, message: body, form: Form::Untagged, ..LogLine::default() };
    Ok((&[], with_body(line, sender, body)))
}

/// A line without a time stamp; few of them have a known form. One without a header at all is known by its tag alone,
/// and only where nothing stands before its program: whatever quotes a line would pass for it otherwise.
fn undated<'a>(raw: &'a [u8], text: &'a [u8]) -> IResult<&'a [u8], LogLine<'a>> {
    let (body, (priority, _)) = (opt(priority), opt(facility)).parse(text)?;
    let line = LogLine { raw, priority, message: body, ..LogLine::default() };
    if let Ok((rest, form)) = notice(body) {
        return Ok((rest, LogLine { form, ..line }));
    }
    // Without a priority there is no header, and the first word is the program already.
    let (body, host) = if priority.is_some() { opt(host).parse(body)? } else { (body, None) };
    verify(
        |input| from_program(input, LogLine { host, ..line }),
        // Forwarded lines of the family have neither stamp nor host:
        // `<189>cli[962]: [cli.NOTICE]: user admin: Entering configuration mode`.
        |line: &LogLine<'_>| priority.is_some() || line.form == Form::Tagged,
    )
    .parse(body)
}

/// `line` with the parts of its text.
fn with_body<'a>(line: LogLine<'a>, sender: Option<Sender<'a>>, body: &'a [u8]) -> LogLine<'a> {
    if let Ok((_, form)) = notice(body) {
        return LogLine { form, ..line };
    }
    match sender {
        Some(Sender { program: Some(program), process }) => {
            let pid = process.and_then(|digits| all_consuming(decimal_u32::<_, ()>).parse(digits).ok());
            from_message(body, LogLine { program: Some(program), pid: pid.map(|(_, pid)| pid), ..line })
        }
        _ => from_program(body, line).map_or(line, |(_, line)| line),
    }
}

/// `program[pid]: [module.LEVEL] (id) message`, all but program and message optional.
fn from_program<'a>(input: &'a [u8], line: LogLine<'a>) -> IResult<&'a [u8], LogLine<'a>> {
    let (rest, (program, pid)) = origin(input)?;
    Ok((&[], from_message(rest, LogLine { program: Some(program), pid, ..line })))
}

/// `[module.LEVEL] (id) message` of a known program.
fn from_message<'a>(input: &'a [u8], line: LogLine<'a>) -> LogLine<'a> {
    let Ok((rest, (_, _, (module, severity)))) = (opt(facility), opt(thread), module_tag).parse(input) else {
        return LogLine { message: input, form: Form::Plain, ..line };
    };
    let (message, id) = id(rest).map_or((rest, None), |(message, id)| (message, Some(id)));
    let (module, severity) = (Some(module), Some(severity));
    LogLine { module, severity, id, message, form: Form::Tagged, ..line }
}

/// `rfsd[13852]: `
fn origin(input: &[u8]) -> IResult<&[u8], (&[u8], Option<u32>)> {
    let program = take_while1(|byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'[' | b':'));
    let pid = delimited(char('['), decimal_u32, char(']'));
    // A blank behind the colon, because `10:15:00` or `host:445` at the
    // start of a text would be a program otherwise.
    terminated((program, opt(pid)), (char(':'), blank_or_end)).parse(input)
}

/// `[module.LEVEL]` with an optional colon.
fn module_tag(input: &[u8]) -> IResult<&[u8], (&[u8], Severity)> {
    let inside = take_while1(|byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'[' | b']'));
    let tag = map_opt(delimited(char('['), inside, char(']')), module_and_severity);
    // rfsd writes `[gc.INFO] (14306) …`, mgmtd and cli write `[mgmtd.NOTICE]: …`.
    terminated(tag, (opt(char(':')), space0)).parse(input)
}

/// `TID 139915579090752: `, as newer programs of the family have it.
fn thread(input: &[u8]) -> IResult<&[u8], &[u8]> {
    terminated(recognize((tag("TID "), digit1)), (char(':'), space0)).parse(input)
}

/// `(13852) `
fn id(input: &[u8]) -> IResult<&[u8], u32> {
    terminated(delimited(char('('), decimal_u32, char(')')), blank_or_end).parse(input)
}

#[cfg(test)]
mod tests;
