//! Whether a recorded run is whole, and whether its exported summary follows from the journal.

use std::{fmt, fs, path::PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{self, Content, EndCover, JournalError, JournalReader, RunFolder, Verified},
    run::{Elapsed, Event, FORMAT, Record, Summary, Timestamp, summarise},
};

use super::difference::{Difference, Writer, first_difference};

/// Why a recorded run is not sound.
#[derive(Debug, Error)]
pub(crate) enum Unsound {
    #[error(transparent)]
    Record(#[from] JournalError),
    #[error("no summary can be made from the journal: {0}")]
    Unmade(#[from] serde_json::Error),
    #[error(
        "{}: {field} is {stated}, but {follows} follows from the journal; do not rely on this summary, \
         `drwatch report` makes it anew{}", path.display(), made_by(.program.as_deref())
    )]
    Summary {
        path: PathBuf,
        /// The version that made it, where that is not this one.
        program: Option<String>,
        /// The first that differs.
        field: String,
        stated: String,
        follows: String,
    },
}

/// A run found sound.
#[derive(Debug)]
pub(crate) struct Sound {
    record: Verified,
    /// `None` where there is no summary.
    summary: Option<Recomputed>,
}

fn made_by(program: Option<&str>) -> String {
    program.map_or_else(String::new, |program| {
        format!("; drwatch {program} wrote it, so verify it with that version before you call it changed")
    })
}

/// How far the summary was recomputed from the journal, and found the same.
#[derive(Clone, Debug)]
enum Recomputed {
    Compared {
        /// Whether drwatch ended before it recorded the export, so that the time of the summary is not known.
        without_times: bool,
        /// The other version of drwatch whose sentences they are, where they differ.
        worded_by: Option<String>,
    },
    /// Not at all: the journal is in a newer format, of which this program may not know every record.
    TooNew,
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.record)?;
        match &self.summary {
            None => {}
            Some(Recomputed::Compared { without_times, worded_by }) => {
                f.write_str(" and follows from it")?;
                if *without_times {
                    f.write_str(", but for its times: its export is not on record")?;
                }
                if let Some(program) = worded_by {
                    write!(f, ", but for its sentences, which are those of drwatch {program}")?;
                }
            }
            Some(Recomputed::TooNew) => f.write_str(
                ", by a newer drwatch, and cannot be held to it here, as this one knows its records in part",
            )?,
        }
        self.write_uncovered(f)
    }
}

impl Sound {
    /// Which of the records behind the summary nothing covers: each holds the digest of the one before it.
    fn write_uncovered(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EndCover::Nothing { record, kind, is_export } = &self.record.cover else { return Ok(()) };
        if self.record.behind > 1 {
            write!(f, "; its last {} records came after that summary", self.record.behind)?;
        }
        let what = if *is_export { "that of the export".to_owned() } else { kind.replace('_', " ") };
        write!(
            f,
            "; the last record, {record} ({what}), is covered by no digest in this folder: only a signature over it, or a \
             head kept elsewhere, shows a change of it"
        )
    }
}

/// Checks the record of a run, and its summary against it; the first fault found.
pub(crate) fn verify(folder: &RunFolder) -> Result<Sound, Unsound> {
    let record = journal::verify(folder)?;
    let summary = match record.journal.format {
        _ if !record.summarised => None,
        Some(format) if format > FORMAT => Some(Recomputed::TooNew),
        _ => recompute(folder)?,
    };
    Ok(Sound { record, summary })
}

/// Makes the summary anew from the records it was made from, and compares the two.
fn recompute(folder: &RunFolder) -> Result<Option<Recomputed>, Unsound> {
    let path = folder.summary_path();
    let unreadable = |source: std::io::Error| JournalError::Read { path: path.clone(), source };
    let bytes = fs::read(&path).map_err(unreadable)?;
    let stated: Value =
        serde_json::from_slice(&bytes).map_err(|error| JournalError::no_summary(path.clone(), &error))?;
    let Some(records) = stated.pointer("/journal/records").and_then(Value::as_u64) else { return Ok(None) };
    let mut reader = JournalReader::open(folder)?;
    let run = journal::fold_until(&mut reader, folder, records)?;
    let head = reader.head().clone();
    let Some(run) = run.filter(|_| head.records == records) else { return Ok(None) };
    let exported_at = reader.next().transpose()?.and_then(|entry| exported_at(&entry.content));
    // Where the export is not on record, no digest of it can be held against the one stated.
    let export_record = match exported_at {
        Some(_) => Some(reader.head().head.clone()),
        None => stated.get("export_record").and_then(Value::as_str).map(str::to_owned),
    };
    // As reading its file would give it, numbers rounded alike.
    let made_at = |now| -> serde_json::Result<Value> {
        let export_record = export_record.clone();
        let summary = Summary { export_record, ..summarise(&run, now, head.clone()) };
        serde_json::from_str(&serde_json::to_string(&summary)?)
    };
    // The record of the export has the time of the summary, so that all figures can be compared.
    let follows = made_at(exported_at.unwrap_or(run.last_at))?;
    let later = exported_at.is_none().then(|| made_at(run.last_at + LATER)).transpose()?;
    // A summary that names another writer is refused for that first.
    let program = |summary: &Value| summary.pointer("/versions/drwatch").cloned().unwrap_or_default();
    let (written_by, recorded_by) = (program(&stated), program(&follows));
    let other = recorded_by.as_str().filter(|program| *program != env!("DRWATCH_VERSION")).map(str::to_owned);
    let compared = |writer| {
        first_difference(writer, "versions.drwatch", &written_by, &recorded_by, &recorded_by)
            .or_else(|| first_difference(writer, "", &stated, &follows, later.as_ref().unwrap_or(&follows)))
    };
    let (mut difference, mut worded_by) = (compared(Writer::This), None);
    if difference.is_some() && other.is_some() {
        difference = compared(Writer::Another);
        worded_by.clone_from(&other);
    }
    match difference {
        Some(Difference { field, stated, follows }) => {
            Err(Unsound::Summary { path, program: other, field, stated, follows })
        }
        None => Ok(Some(Recomputed::Compared { without_times: exported_at.is_none(), worded_by })),
    }
}

/// Two summaries so far apart differ in all that depends on when they were made.
const LATER: Elapsed = Elapsed::from_secs(100_003);

fn exported_at(content: &Content) -> Option<Timestamp> {
    match content {
        Content::Record(Record { at, event: Event::Exported { .. }, .. }) => Some(*at),
        _ => None,
    }
}
