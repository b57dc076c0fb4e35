//! Whether a recorded run is whole, and whether its exported summary follows from the journal.

use std::{
    ffi::OsStr,
    fmt, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{self, Content, EndCover, JournalError, JournalReader, RunFolder, Verified},
    report::{EXPORTS, Report, Trail, markdown},
    run::{Elapsed, Event, FORMAT, Record, Summary, Timestamp, summarise},
    text::{self, excerpt},
};

use super::difference::{Difference, MAX_EXCERPT_CHARS, Writer, first_difference};

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
    #[error(
        "{}: line {line} is \"{stated}\", but \"{follows}\" follows from the journal; do not rely on this page, \
         `drwatch report` makes it anew", path.display()
    )]
    Page { path: PathBuf, line: usize, stated: String, follows: String },
}

/// A run found sound.
#[derive(Debug)]
pub(crate) struct Sound {
    record: Verified,
    /// `None` where there is no summary.
    summary: Option<Recomputed>,
    /// Names of other pages in the folder, which may be reports made by somebody or changed by somebody.
    others: Vec<String>,
    is_signed: bool,
}

fn made_by(program: Option<&str>) -> String {
    program.map_or_else(String::new, |program| {
        let this = env!("DRWATCH_VERSION");
        format!(
            "; it was written by drwatch {program}, and this is drwatch {this}: verify it with that build before you call it \
             changed"
        )
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
        page: Page,
    },
    /// Not at all: the journal is in a newer format, of which this program may not know every record.
    TooNew,
}

/// What became of the same summary as a page of Markdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Absent,
    Follows,
    /// Its times or its words cannot be made again.
    NotCompared,
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.record)?;
        match &self.summary {
            None => {}
            Some(Recomputed::Compared { without_times, worded_by, page }) => {
                f.write_str(" and follows from it")?;
                if *without_times {
                    f.write_str(
                        ", but for its times: the record of its export is missing, as drwatch ended before it or it was \
                         cut off",
                    )?;
                }
                if let Some(program) = worded_by {
                    write!(f, ", but for its sentences, which are those of drwatch {program}")?;
                }
                match page {
                    Page::Absent => f.write_str("; summary.md, which is exported with it, is not there")?,
                    Page::Follows => f.write_str(", as does summary.md")?,
                    Page::NotCompared => f.write_str("; summary.md was not compared")?,
                }
            }
            Some(Recomputed::TooNew) => f.write_str(
                ", by a newer drwatch, and cannot be held to it here, as this one knows its records in part",
            )?,
        }
        match self.others.as_slice() {
            [] => {}
            others => {
                let others = others.join(", ");
                write!(f, "; not compared: {others}; `drwatch report` makes such a page anew")?;
            }
        }
        self.write_uncovered(f)
    }
}

impl Sound {
    /// A valid signature covers all of its records.
    pub(super) fn signed(self) -> Self {
        Self { is_signed: true, ..self }
    }

    /// Which of the records behind the summary nothing covers: each holds the digest of the one before it.
    fn write_uncovered(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EndCover::Nothing { record, kind, is_export } = &self.record.cover else { return Ok(()) };
        if self.is_signed {
            return Ok(());
        }
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
    Ok(Sound { record, summary, others: other_pages(folder), is_signed: false })
}

/// Most of them that are named.
const MAX_OTHERS: usize = 5;

/// Files of the folder that have the form of a report, and that nothing is compared with.
fn other_pages(folder: &RunFolder) -> Vec<String> {
    let is_page = |path: &Path| {
        let form = path.extension().and_then(OsStr::to_str);
        form.is_some_and(|form| ["html", "md", "csv", "json", "pdf"].contains(&form))
    };
    let names = fs::read_dir(folder.path()).into_iter().flatten().flatten();
    let pages = names.map(|entry| PathBuf::from(entry.file_name())).filter(|name| is_page(name));
    let mut others: Vec<_> = pages
        .map(|name| text::line(&name.to_string_lossy()).into_owned())
        .filter(|name| !EXPORTS.contains(&name.as_str()))
        .collect();
    others.sort();
    let beyond = others.len().saturating_sub(MAX_OTHERS);
    others.truncate(MAX_OTHERS);
    others.extend((beyond > 0).then(|| format!("{beyond} more")));
    others
}

/// Makes the summary anew from the records it was made from, and compares the two.
fn recompute(folder: &RunFolder) -> Result<Option<Recomputed>, Unsound> {
    let path = folder.summary_path();
    let unreadable = |source: std::io::Error| JournalError::Read { path: path.clone(), source };
    let bytes = journal::read_regular(&path).map_err(unreadable)?;
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
    let summary_at = |now| {
        let export_record = export_record.clone();
        Summary { export_record, ..summarise(&run, now, head.clone()) }
    };
    let made_at = |now| -> serde_json::Result<Value> {
        serde_json::from_str(&serde_json::to_string(&summary_at(now))?)
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
    if difference.is_some() && exported_at.is_none() && run.ending.is_none() {
        // Made while it was recorded, it speaks of now; made after that, of the end of the record.
        let mut run = run.clone();
        run.cut_short();
        let made =
            Summary { export_record: export_record.clone(), ..summarise(&run, run.last_at, head.clone()) };
        let follows: Value = serde_json::from_str(&serde_json::to_string(&made)?)?;
        let later = later.as_ref().unwrap_or(&follows);
        let made_after = first_difference(Writer::This, "", &stated, &follows, later);
        difference = difference.filter(|_| made_after.is_some());
    }
    if difference.is_some() && other.is_some() {
        difference = compared(Writer::Another);
        worded_by.clone_from(&other);
    }
    if let Some(Difference { field, stated, follows }) = difference {
        return Err(Unsound::Summary { path, program: other, field, stated, follows });
    }
    let [_, page_name] = EXPORTS;
    let page = || {
        let now = exported_at.filter(|_| other.is_none())?;
        Some(markdown(&Report::of_run(&run, summary_at(now), Trail::default())))
    };
    let page = compare_page(folder.path().join(page_name), page)?;
    Ok(Some(Recomputed::Compared { without_times: exported_at.is_none(), worded_by, page }))
}

/// Holds the page at `path` to what it would be, where that can be made.
fn compare_page(path: PathBuf, expected: impl FnOnce() -> Option<String>) -> Result<Page, Unsound> {
    let stated = match journal::read_regular(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Page::Absent),
        Err(source) => return Err(JournalError::Read { path, source }.into()),
    };
    let Some(expected) = expected() else { return Ok(Page::NotCompared) };
    if stated == expected {
        return Ok(Page::Follows);
    }
    // With their ends, so that none of these can be added or left out.
    let lines = [&stated, &expected].map(|text| text.split_inclusive('\n'));
    let [one, other] = lines.clone();
    let same = one.zip(other).take_while(|(one, other)| one == other).count();
    let [stated, follows] =
        lines.map(|mut lines| excerpt(lines.nth(same).unwrap_or("nothing"), MAX_EXCERPT_CHARS));
    Err(Unsound::Page { path, line: same + 1, stated, follows })
}

/// Two summaries so far apart differ in all that depends on when they were made.
const LATER: Elapsed = Elapsed::from_secs(100_003);

fn exported_at(content: &Content) -> Option<Timestamp> {
    match content {
        Content::Record(Record { at, event: Event::Exported { .. }, .. }) => Some(*at),
        _ => None,
    }
}
