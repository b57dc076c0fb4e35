//! Whether a recorded run is whole, and whether its exported summary follows from the journal.

mod contract;
mod difference;

use std::{collections::BTreeSet, fmt, fs, path::PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{self, Content, JournalError, JournalReader, RunFolder, Verified},
    report,
    run::{
        Elapsed, Event, FORMAT, JournalHead, Record, Run, StartError, Summary, Timestamp, apply, summarise,
    },
};

use self::difference::{Difference, differences, timeless};

/// Why a recorded run is not sound.
#[derive(Debug, Error)]
pub enum Unsound {
    /// The journal or the log is not.
    #[error(transparent)]
    Record(#[from] JournalError),
    /// No summary could be made.
    #[error("no summary can be made from the journal: {0}")]
    Unmade(String),
    /// The exported summary says something else than the journal.
    #[error(
        "{}: {field} is {told}, but {follows} follows from the journal; do not rely on this summary, \
         `drwatch report` makes it anew", path.display()
    )]
    Summary {
        /// The summary.
        path: PathBuf,
        /// The first field that differs.
        field: String,
        /// What it says.
        told: String,
        /// What it should say.
        follows: String,
    },
}

/// A run found sound.
#[derive(Debug)]
pub struct Sound {
    record: Verified,
    /// `None` where there is no summary.
    summary: Option<Recomputed>,
}

/// What recomputing the summary showed: it follows from the journal, as far as it can be held to that.
#[derive(Debug)]
struct Recomputed {
    maker: Maker,
    /// Drwatch ended before it recorded the export, so nobody can say as of when the summary is.
    is_undated: bool,
    /// Fields that only one of it and what this version makes has: they could not be compared.
    not_compared: BTreeSet<String>,
    /// Fields of another version's summary of which this one makes something else, and rightly so.
    otherwise: BTreeSet<String>,
}

/// Who made a summary; decides what it is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    /// This very version.
    This,
    /// Another, which may know more fields or fewer, and have other words for what it finds.
    Another,
    /// A newer one, whose records or summaries this one does not understand in full.
    Newer,
}

impl Maker {
    fn is_held_to(self, field: &str) -> bool {
        match self {
            Self::This => true,
            Self::Another => contract::names(field),
            Self::Newer => false,
        }
    }
}

/// Most fields named in a list.
const NAMED: usize = 6;

fn named(fields: &BTreeSet<String>) -> String {
    let named: Vec<_> = fields.iter().take(NAMED).map(String::as_str).collect();
    let more = fields.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    named.join(", ") + &more
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.record)?;
        let Some(summary) = &self.summary else { return Ok(()) };
        let Recomputed { maker, is_undated, not_compared, otherwise } = summary;
        f.write_str(match (maker, not_compared.is_empty() && otherwise.is_empty()) {
            (Maker::This, _) => " and follows from it",
            (_, true) => ", by another version of drwatch, and follows from it",
            (Maker::Another, false) => {
                ", by another version of drwatch, and what all versions make alike follows from it"
            }
            (Maker::Newer, false) => {
                ", by a newer drwatch, and cannot be held to it here, as this one knows its records in part"
            }
        })?;
        if *is_undated {
            f.write_str(", but for its times: its export is not on record")?;
        }
        if !otherwise.is_empty() {
            let fields = named(otherwise);
            write!(f, "; this version makes something else of {fields} (`drwatch report` shows what)")?;
        }
        if !not_compared.is_empty() {
            let fields = named(not_compared);
            write!(f, "; not compared, as only one of the two versions has them: {fields}")?;
        }
        match (self.record.behind, self.record.export_is_behind) {
            (0, _) => Ok(()),
            (1, true) => f.write_str("; nothing vouches for its last record, which tells of that export"),
            (behind, _) => {
                write!(f, "; its last {behind} records came after that summary, and nothing vouches for them")
            }
        }
    }
}

/// Checks the record of a run, and its summary against it.
///
/// # Errors
/// [`Unsound`] names the first bad record, or the first field of the summary that does not follow.
pub fn verify(folder: &RunFolder) -> Result<Sound, Unsound> {
    let record = journal::verify(folder)?;
    let summary = if record.summarised { check_summary(folder)? } else { None };
    Ok(Sound { record, summary })
}

fn check_summary(folder: &RunFolder) -> Result<Option<Recomputed>, Unsound> {
    let path = folder.summary_path();
    let unreadable = |source: std::io::Error| JournalError::Read { path: path.clone(), source };
    let bytes = fs::read(&path).map_err(unreadable)?;
    let told: Value =
        serde_json::from_slice(&bytes).map_err(|error| JournalError::no_summary(path.clone(), &error))?;
    let records = told.pointer("/journal/records").and_then(Value::as_u64);
    let Some(source) = source(folder, records)? else { return Ok(None) };
    let follows = what_follows(&source, &told)?;
    let maker = source.maker(&told, &follows);
    let (mut not_compared, mut otherwise) = (BTreeSet::new(), BTreeSet::new());
    // Who wrote it is the journal's to say, and decides how strictly the rest is taken.
    let program = |summary: &Value| summary.pointer("/versions/drwatch").cloned().unwrap_or_default();
    let of_program = differences("versions.drwatch", &program(&told), &program(&follows));
    for difference in of_program.into_iter().chain(differences("", &told, &follows)) {
        let Difference { field, told, follows } = difference;
        if maker.is_held_to(&field) {
            let told = told.unwrap_or_else(|| "missing".to_owned());
            let follows = follows.unwrap_or_else(|| "nothing".to_owned());
            return Err(Unsound::Summary { path, field, told, follows });
        }
        let is_in_both = told.is_some() && follows.is_some();
        if is_in_both { &mut otherwise } else { &mut not_compared }.insert(contract::general(&field));
    }
    let is_undated = source.exported_at.is_none();
    Ok(Some(Recomputed { maker, is_undated, not_compared, otherwise }))
}

/// The summary that follows from the journal; its times as told, where nobody can say when it was made.
fn what_follows(source: &Source, told: &Value) -> Result<Value, Unsound> {
    let Source { run, head, exported_at, .. } = source;
    let made_at = |now| value(&summarise(run, now, head.clone()));
    match exported_at {
        Some(now) => made_at(*now),
        None => Ok(timeless(made_at(run.last_at)?, &made_at(run.last_at + ANY)?, told)),
    }
}

/// Two summaries so far apart differ in all that depends on when they were made.
const ANY: Elapsed = Elapsed::from_secs(100_003);

/// What a summary was made from.
struct Source {
    run: Run,
    head: JournalHead,
    /// When it was made; unknown where the next record is no export.
    exported_at: Option<Timestamp>,
    /// Whether another program than this had a part in the record.
    by_others: bool,
    /// Whether it holds records that only a newer version knows.
    is_opaque: bool,
}

impl Source {
    fn maker(&self, told: &Value, follows: &Value) -> Maker {
        let format = self.run.started.format;
        let is_newer = (format.major, format.minor) > (FORMAT.major, FORMAT.minor);
        let is_other_schema = told.get("schema") != follows.get("schema");
        if self.is_opaque || (is_other_schema && (self.by_others || is_newer)) {
            Maker::Newer
        } else if self.by_others || format != FORMAT {
            Maker::Another
        } else {
            Maker::This
        }
    }
}

/// What the first `records` records of the journal amount to; `None` where there are not so many.
fn source(folder: &RunFolder, records: Option<u64>) -> Result<Option<Source>, Unsound> {
    let path = folder.journal_path();
    let mut reader = JournalReader::open(folder)?;
    let mut run: Option<Run> = None;
    let mut by_others = false;
    while Some(reader.head().records) != records {
        let Some(entry) = reader.next().transpose()? else { return Ok(None) };
        if let Content::Record(record) = entry.content {
            by_others |= program(&record.event).is_some_and(|program| program != env!("CARGO_PKG_VERSION"));
            fold(&mut run, &record).map_err(|source| JournalError::Start { path: path.clone(), source })?;
        }
    }
    let head = reader.head().clone();
    let is_opaque = reader.report().opaque > 0;
    let exported_at = reader.next().transpose()?.and_then(|entry| exported_at(&entry.content));
    Ok(run.map(|run| Source { run, head, exported_at, by_others, is_opaque }))
}

/// The version of drwatch that records from this event on.
fn program(event: &Event) -> Option<&str> {
    match event {
        Event::RunStarted(started) => Some(&started.program),
        Event::RunContinued { program, .. } => Some(program),
        _ => None,
    }
}

fn fold(run: &mut Option<Run>, record: &Record) -> Result<(), StartError> {
    match run {
        None => *run = Some(Run::start(record)?),
        Some(run) => apply(run, record),
    }
    Ok(())
}

fn exported_at(content: &Content) -> Option<Timestamp> {
    match content {
        Content::Record(Record { at, event: Event::Exported { .. }, .. }) => Some(*at),
        _ => None,
    }
}

/// The summary as reading its file would give it, numbers rounded alike.
fn value(summary: &Summary) -> Result<Value, Unsound> {
    let text = report::json(summary).map_err(|error| Unsound::Unmade(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| Unsound::Unmade(error.to_string()))
}
