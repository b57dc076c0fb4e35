//! One line of the journal: how a record becomes bytes, and bytes a record.

mod digest;
mod distinct;
pub(in crate::journal) mod json_error;
#[cfg(test)]
pub(crate) mod samples;

use serde::{Deserialize, Serialize};

pub(in crate::journal) use self::digest::{NO_DIGEST, hex};
pub(crate) use self::digest::{digest, digest_two};
pub(in crate::journal) use self::distinct::Distinct;

use crate::journal::error::{JournalError, Problem};
use crate::{
    run::{Event, FormatVersion, Record, Sequence, Timestamp},
    text::{self, Charset},
};

/// Longest line of a journal, newline included.
///
/// The largest events hold a few replies or log lines, each cut at some KiB; escaping may make six
/// bytes of one.
pub(crate) const MAX_LINE: usize = 1 << 20;

#[derive(Serialize)]
struct Line<'a> {
    seq: Sequence,
    at: Timestamp,
    prev: &'a str,
    #[serde(flatten)]
    event: &'a Event,
}

/// The line of an event, newline included.
pub(in crate::journal) fn encode(
    seq: Sequence,
    at: Timestamp,
    prev: &str,
    event: &Event,
) -> Result<Vec<u8>, JournalError> {
    let line = serde_json::to_string(&Line { seq, at, prev, event })
        .map_err(|source| JournalError::Encode { source })?;
    // Whoever pages through the file, or has it printed by `--json`, is not fooled by what an appliance said.
    let mut line = text::json_in(&line, Charset::Unicode).into_owned().into_bytes();
    line.push(b'\n');
    // Refused by the writer already: readers stop at a longer line, and everything behind it would be lost to
    // them.
    if line.len() > MAX_LINE { Err(JournalError::TooLong { bytes: line.len() }) } else { Ok(line) }
}

/// What every line has, whatever its kind and version.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::journal) struct Envelope {
    pub(in crate::journal) seq: Sequence,
    pub(in crate::journal) at: Timestamp,
    pub(in crate::journal) prev: String,
    pub(in crate::journal) kind: String,
    /// Only in the first record.
    pub(in crate::journal) format: Option<FormatVersion>,
}

impl Envelope {
    /// Reads what every line has from `line`, given without its newline.
    pub(in crate::journal) fn decode(line: &[u8]) -> Result<Self, Problem> {
        serde_json::from_slice(line).map_err(|error| Problem::malformed(&error))
    }
}

#[derive(Deserialize)]
struct OwnedLine {
    prev: String,
    #[serde(flatten)]
    record: Record,
}

/// Reads a record and the digest it holds of the one before it.
pub(in crate::journal) fn decode(line: &[u8]) -> Result<(Record, String), Problem> {
    let line: OwnedLine = serde_json::from_slice(line).map_err(|error| Problem::malformed(&error))?;
    Ok((line.record, line.prev))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::format::samples::{at, every_event};

    #[test]
    fn every_event_survives_its_line_unchanged() {
        for (seq, event) in (0..).map(Sequence).zip(every_event()) {
            let line = encode(seq, at(3), NO_DIGEST, &event).unwrap();
            let (record, prev) = decode(line.trim_ascii_end()).unwrap();
            assert_eq!((record, prev.as_str()), (Record { seq, at: at(3), event }, NO_DIGEST));
        }
    }

    #[test]
    fn every_line_begins_with_seq_at_prev_and_kind_and_names_none_of_them_twice() {
        for event in every_event() {
            let line = String::from_utf8(encode(Sequence(5), at(0), NO_DIGEST, &event).unwrap()).unwrap();
            let head =
                format!(r#"{{"seq":5,"at":"2026-09-13T16:03:38.000+00:00","prev":"{NO_DIGEST}","kind":""#);
            assert!(line.starts_with(&head), "{line}");
            assert_eq!(line.find('\n'), Some(line.len() - 1));
            let envelope = Envelope::decode(line.trim_ascii_end().as_bytes());
            assert!(envelope.is_ok(), "a key occurs twice: {line} {envelope:?}");
        }
    }

    #[test]
    fn an_event_too_long_for_a_line_is_refused() {
        let event = Event::Noted { text: "x".repeat(MAX_LINE), user: String::new(), line: None };
        assert!(matches!(encode(Sequence(0), at(0), NO_DIGEST, &event), Err(JournalError::TooLong { .. })));
    }
}
