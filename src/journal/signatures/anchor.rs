//! Heads that left this machine while the run was recorded, and where in a chain they lie.

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{
        disk::RunFolder,
        error::JournalError,
        reading::reader::{Content, JournalReader},
    },
    run::{Event, Sequence, Timestamp},
    text::excerpt,
};

/// Digits of a head that suffice to name it.
const MIN_DIGITS: usize = 16;

/// Digits of a whole head.
const DIGITS: usize = 64;

/// A head that somebody kept elsewhere, or the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Its digits, in small letters.
    pub(crate) digits: String,
    /// How many records it was sent after, where that was kept too.
    pub(crate) records: Option<u64>,
    /// The run it was sent of, likewise.
    pub(crate) run: Option<String>,
}

/// What was given as a head and is none.
#[derive(Debug, Error)]
#[error(
    "`{given}` is no head: it takes {MIN_DIGITS} to {DIGITS} hexadecimal digits, or the line of JSON that a notice \
     carried"
)]
pub(crate) struct NoAnchor {
    given: String,
}

impl Anchor {
    /// Reads a head, its beginning, or the JSON of a notice that carried it.
    pub(crate) fn parse(given: &str) -> Result<Self, NoAnchor> {
        let none = || NoAnchor { given: excerpt(given, 80) };
        let given = given.trim();
        let notice: Value = if given.starts_with('{') {
            serde_json::from_str(given).map_err(|_| none())?
        } else {
            Value::Null
        };
        let field = |pointer| notice.pointer(pointer);
        let digits =
            if notice.is_null() { Some(given) } else { field("/head/sha256").and_then(Value::as_str) };
        let is_head = |digits: &&str| {
            (MIN_DIGITS..=DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
        };
        Ok(Self {
            digits: digits.filter(is_head).ok_or_else(none)?.to_ascii_lowercase(),
            records: field("/head/records").and_then(Value::as_u64),
            run: field("/run").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

/// Where a head lies in a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnchorPlace {
    /// It is the end of the chain after this record.
    Found { record: Sequence, at: Timestamp, records: u64, behind: u64 },
    /// It was sent of another run.
    OtherRun { run: String },
    /// The chain has it nowhere, or in another place than it was sent from.
    NotFound,
    /// More than one head of the chain begins so.
    NotUnique,
}

/// Looks for each head in the chain of a run.
pub(crate) fn find_anchors(folder: &RunFolder, anchors: &[Anchor]) -> Result<Vec<AnchorPlace>, JournalError> {
    let mut places = vec![AnchorPlace::NotFound; anchors.len()];
    let mut run = folder.id().0.clone();
    let mut reader = JournalReader::open(folder)?;
    while let Some(entry) = reader.next().transpose()? {
        if let Content::Record(record) = &entry.content
            && let Event::RunStarted(started) = &record.event
        {
            run.clone_from(&started.run.0);
        }
        let (record, at) = entry.content.place();
        let head = reader.head();
        for (anchor, place) in anchors.iter().zip(&mut places) {
            let is_here = head.head.starts_with(&anchor.digits)
                && anchor.records.is_none_or(|records| records == head.records);
            if is_here {
                *place = match place {
                    AnchorPlace::NotFound => {
                        AnchorPlace::Found { record, at, records: head.records, behind: 0 }
                    }
                    _ => AnchorPlace::NotUnique,
                };
            }
        }
    }
    let all = reader.head().records;
    for (anchor, place) in anchors.iter().zip(&mut places) {
        match (&anchor.run, place) {
            (Some(of), place) if *of != run => *place = AnchorPlace::OtherRun { run: excerpt(of, 80) },
            (_, AnchorPlace::Found { records, behind, .. }) => *behind = all.saturating_sub(*records),
            _ => {}
        }
    }
    Ok(places)
}
