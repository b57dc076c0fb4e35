//! The details of one line of the log, for the screen: read again from `dr.log`, in its parts, with its explanation.

use std::{fs::File, io, os::unix::fs::FileExt as _};

use super::log_file::LogFile;
use crate::{
    dialect::{Dialect, KnownLine, KnownLines, Subject},
    ingest::log_parser::MAX_LINE_BYTES,
    parse::{self, Form, LogLine},
    run::{Arrival, NearMiss, Timestamp},
    screen::{Explanation, LineDetails, LogMark, LogRow},
    text::{grouped, plural, printable, printable_within},
};

/// Longest line shown whole, as escaped text.
const MAX_SHOWN_BYTES: usize = 16 << 10;

/// What is known of the line of `row`. `is_as_received` says whether the row is the one made when the line arrived, and
/// not read again later.
pub(super) fn line_details(file: &LogFile, row: LogRow, is_as_received: bool, now: Timestamp) -> LineDetails {
    let known = KnownLines::built_in();
    if !row.is_line() {
        let is_gap = row.mark == Some(LogMark::Gap);
        let is_of = |subject: &Subject| match subject {
            Subject::Gap => is_gap,
            Subject::Absence => !is_gap,
            _ => false,
        };
        let explanation = known.find(is_of).map(explanation);
        let source = format!("a remark of drwatch, at byte {} of dr.log", grouped(row.offset.0));
        return LineDetails { row, fields: Vec::new(), written: None, source, raw: None, explanation };
    }
    let bytes = line_at(file, row.offset.0);
    // The text shown is the best there is where the disk has not got the line.
    let words = match &bytes {
        Ok(bytes) => parse::undecorated(bytes),
        Err(_) => row.text.as_bytes().into(),
    };
    let line = parse::log_line(&words);
    let written = line.stamp.and_then(|stamp| stamp.resolve(now));
    let mut fields = fields(&line, written);
    if let Some(meaning) = meaning(file.dialect(), &line, &words) {
        fields.insert(0, ("read as", meaning));
    }
    let explanation = explained(&known, file.dialect(), &line, &words).map(explanation);
    let raw = match &bytes {
        Ok(bytes) => Ok(printable_within(bytes, MAX_SHOWN_BYTES)),
        Err(error) => Err(format!("they cannot be read from {}: {error}", file.path().display())),
    };
    let length = bytes.map_or_else(
        |_| String::new(),
        |bytes| {
            let all = if bytes.len() >= MAX_LINE_BYTES { "the first " } else { "" };
            format!(", {all}{}", plural(bytes.len() as u64, "byte"))
        },
    );
    let arrival = arrival(row.arrival, is_as_received);
    let source = format!("byte {} of dr.log{length}; {arrival}", grouped(row.offset.0));
    LineDetails { row, fields, written, source, raw: Some(raw), explanation }
}

/// The bytes of the line that begins at `offset`, with what ends it; those that come first of a very long one.
fn line_at(file: &LogFile, offset: u64) -> io::Result<Vec<u8>> {
    let file = File::open(file.path())?;
    let mut bytes = vec![0; MAX_LINE_BYTES];
    let mut length = 0;
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read_at(room, offset + length as u64)? {
            0 => break,
            count => length += count,
        }
    }
    bytes.truncate(length);
    if let Some(end) = memchr::memchr(b'\n', &bytes) {
        bytes.truncate(end + 1);
    }
    if bytes.is_empty() { Err(io::Error::other("the line is not on disk")) } else { Ok(bytes) }
}

fn fields(line: &LogLine<'_>, written: Option<Timestamp>) -> Vec<(&'static str, String)> {
    let bytes = |bytes: Option<&[u8]>| bytes.map(printable);
    let number = |number: Option<u32>| number.map(|number| number.to_string());
    let form = match line.form {
        Form::Unparsed => Some("unknown: the line is kept whole".to_owned()),
        Form::Repeated { times } => Some(format!("the line before, {} more", plural(times, "time"))),
        _ => None,
    };
    let fields = [
        ("form", form),
        ("written", written.map(|at| format!("{}, by the appliance's clock", at.in_words()))),
        ("host", bytes(line.host)),
        ("program", bytes(line.program)),
        ("process", number(line.pid)),
        ("module", bytes(line.module)),
        ("level", line.severity.map(|severity| format!("{severity:?}").to_lowercase())),
        ("number", number(line.id)),
        ("priority", line.priority.map(|priority| priority.to_string())),
        ("message", Some(printable_within(line.message, MAX_SHOWN_BYTES)).filter(|text| !text.is_empty())),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What the dialect takes the line for.
fn meaning(dialect: &Dialect, line: &LogLine<'_>, words: &[u8]) -> Option<String> {
    if let Some(name) = dialect.alarm(words) {
        return Some(format!("alarm: {name}"));
    }
    if marker(dialect, line).is_some() {
        return Some("a stage marker".to_owned());
    }
    Some(match dialect.near_miss(words)? {
        NearMiss::Marker(_) => "a line like a stage marker".to_owned(),
        NearMiss::Alarm(name) => format!("a line like the alarm {name}"),
    })
}

fn marker(dialect: &Dialect, line: &LogLine<'_>) -> Option<crate::run::Marker> {
    dialect.marker(line.program?, line.module?, line.message)
}

fn explained<'k>(
    known: &'k KnownLines,
    dialect: &Dialect,
    line: &LogLine<'_>,
    words: &[u8],
) -> Option<&'k KnownLine> {
    let (alarm, marker) = (dialect.alarm(words), marker(dialect, line));
    let is_near = alarm.is_none() && marker.is_none() && dialect.near_miss(words).is_some();
    // What the dialect knows comes before the words of the line: an alarm may quote others.
    let is_dialects = |subject: &Subject| match subject {
        Subject::Alarm(name) => alarm == Some(name),
        Subject::Marker(own) => alarm.is_none() && marker == Some(*own),
        Subject::NearMiss => is_near,
        Subject::Gap | Subject::Absence | Subject::Pattern(_) => false,
    };
    let is_words = |subject: &Subject| matches!(subject, Subject::Pattern(own) if own.is_match(words));
    known.find(is_dialects).or_else(|| known.find(is_words))
}

fn explanation(known: &KnownLine) -> Explanation {
    let KnownLine { meaning, next, certainty, source, .. } = known.clone();
    Explanation { meaning, next, certainty, source }
}

/// How the line arrived. A row read again only shows what the record says of whole stretches of lines.
const fn arrival(arrival: Arrival, is_as_received: bool) -> &'static str {
    match arrival {
        Arrival::Live if is_as_received => "received live, as it was written",
        Arrival::Live => "received during the watch, live or caught up",
        Arrival::CaughtUp | Arrival::Behind => "caught up later",
        Arrival::MayRepeat => "caught up at an uncertain place: it may be on record twice",
        Arrival::Earlier => "in the log before the watch began",
    }
}
