//! Whether a recorded run is whole, and whether its exported summary follows from the journal.

use std::{fmt, fs, path::PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{self, Content, JournalError, JournalReader, RunFolder, Verified},
    report,
    run::{At, Event, FORMAT, JournalHead, Record, Run, Span, StartError, Summary, apply, summarise},
};

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
    summary: Recomputed,
}

/// What recomputing the summary showed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Recomputed {
    /// There is none.
    None,
    /// It follows from the journal.
    Follows,
    /// Another version of drwatch wrote it, and makes something else of this field of it.
    Otherwise(String),
    /// It does but for its times: drwatch ended before it recorded the export, so nobody can say as of
    /// when it is.
    Undated,
}

impl fmt::Display for Sound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.record)?;
        match &self.summary {
            Recomputed::None => Ok(()),
            Recomputed::Follows => f.write_str(" and follows from it"),
            Recomputed::Otherwise(field) => write!(
                f,
                ", by another version of drwatch; this one makes something else of {field}: `drwatch report` shows what"
            ),
            Recomputed::Undated => {
                f.write_str(" and follows from it, but for its times: its export is not on record")
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
    let summary = if record.summarised { check_summary(folder)? } else { Recomputed::None };
    Ok(Sound { record, summary })
}

fn check_summary(folder: &RunFolder) -> Result<Recomputed, Unsound> {
    let path = folder.summary_path();
    let unreadable = |source: std::io::Error| JournalError::Read { path: path.clone(), source };
    let bytes = fs::read(&path).map_err(unreadable)?;
    let told: Value =
        serde_json::from_slice(&bytes).map_err(|error| JournalError::no_summary(path.clone(), &error))?;
    let records = told.pointer("/journal/records").and_then(Value::as_u64);
    let Some(Source { run, head, exported_at, by_others }) = source(folder, records)? else {
        return Ok(Recomputed::None);
    };
    let follows = if let Some(now) = exported_at {
        value(&summarise(&run, now, head))?
    } else {
        let early = value(&summarise(&run, run.last_at, head.clone()))?;
        let late = value(&summarise(&run, run.last_at + ANY, head))?;
        timeless(early, &late, &told)
    };
    let unsound = |Differing { field, told, follows }| Unsound::Summary { path, field, told, follows };
    // Who wrote it is the journal's to say, and decides how strictly the rest is taken.
    let version = |summary: &Value| summary.pointer("/versions/drwatch").cloned().unwrap_or_default();
    if let Some(differing) = differing("versions.drwatch", &version(&told), &version(&follows), false) {
        return Err(unsound(differing));
    }
    match differing("", &told, &follows, by_others) {
        None if exported_at.is_none() => Ok(Recomputed::Undated),
        None => Ok(Recomputed::Follows),
        // Another drwatch knew fewer fields, and may have made something else of the same records.
        Some(Differing { field, .. }) if by_others => Ok(Recomputed::Otherwise(field)),
        Some(differing) => Err(unsound(differing)),
    }
}

/// Two summaries so far apart differ in all that depends on when they were made.
const ANY: Span = Span::from_secs(100_003);

/// What a summary was made from.
struct Source {
    run: Run,
    head: JournalHead,
    /// When it was made; unknown where the next record is no export.
    exported_at: Option<At>,
    /// Whether another version of drwatch had a part in the record.
    by_others: bool,
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
    let exported_at = reader.next().transpose()?.and_then(|entry| exported_at(&entry.content));
    Ok(run.map(|run| {
        let by_others = by_others || run.started.format != FORMAT;
        Source { run, head, exported_at, by_others }
    }))
}

/// The version of drwatch that records from this event on.
fn program(event: &Event) -> Option<&str> {
    match event {
        Event::RunStarted(started) => Some(&started.program),
        Event::RunContinued { program, .. } => Some(program),
        _ => None,
    }
}

/// `early`, with what `told` says wherever `late` says something else.
fn timeless(early: Value, late: &Value, told: &Value) -> Value {
    match (early, late, told) {
        (early, late, _) if early == *late => early,
        (Value::Object(early), Value::Object(late), Value::Object(told)) => {
            let of = |(name, early): (String, Value)| {
                let value = match (late.get(&name), told.get(&name)) {
                    (Some(late), Some(told)) => timeless(early, late, told),
                    _ => early,
                };
                (name, value)
            };
            Value::Object(early.into_iter().map(of).collect())
        }
        (Value::Array(early), Value::Array(late), Value::Array(told))
            if early.len() == late.len() && early.len() == told.len() =>
        {
            let each = early.into_iter().zip(late).zip(told);
            Value::Array(each.map(|((early, late), told)| timeless(early, late, told)).collect())
        }
        (_, _, told) => told.clone(),
    }
}

fn fold(run: &mut Option<Run>, record: &Record) -> Result<(), StartError> {
    match run {
        None => *run = Some(Run::start(record)?),
        Some(run) => apply(run, record),
    }
    Ok(())
}

fn exported_at(content: &Content) -> Option<At> {
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

/// Where two values part.
#[derive(Debug, PartialEq, Eq)]
struct Differing {
    field: String,
    told: String,
    follows: String,
}

/// The first place in which `told` is not `follows`; of fields missing in `told` only where none may.
fn differing(field: &str, told: &Value, follows: &Value, may_miss: bool) -> Option<Differing> {
    match (told, follows) {
        (Value::Object(told), Value::Object(follows)) => {
            let below =
                |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
            let known = follows.iter().filter(|(name, _)| !may_miss || told.contains_key(*name)).find_map(
                |(name, follows)| match told.get(name) {
                    Some(told) => differing(&below(name), told, follows, may_miss),
                    None => Some(Differing {
                        field: below(name),
                        told: "missing".to_owned(),
                        follows: excerpt(follows),
                    }),
                },
            );
            let mut unknown = told.iter().filter(|(name, _)| !follows.contains_key(*name));
            known.or_else(|| {
                let (name, told) = unknown.next()?;
                Some(Differing { field: below(name), told: excerpt(told), follows: "nothing".to_owned() })
            })
        }
        (Value::Array(told), Value::Array(follows)) if told.len() == follows.len() => {
            told.iter().zip(follows).enumerate().find_map(|(at, (told, follows))| {
                differing(&format!("{field}[{at}]"), told, follows, may_miss)
            })
        }
        _ if told == follows => None,
        _ => Some(Differing { field: field.to_owned(), told: excerpt(told), follows: excerpt(follows) }),
    }
}

/// A value for a sentence: short, and without control characters, as JSON escapes them.
fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    let plain = text.chars().flat_map(|c| {
        let escaped = c.is_control().then(|| c.escape_default());
        let plain = (!c.is_control()).then_some(c);
        escaped.into_iter().flatten().chain(plain)
    });
    plain.take(200).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(told: &Value, follows: &Value, may_miss: bool) -> Option<String> {
        differing("", told, follows, may_miss).map(|differing| differing.field)
    }

    #[test]
    fn the_first_field_that_differs_is_named_by_its_path() {
        let follows = json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": null}]}});
        assert_eq!(found(&follows, &follows, false), None);
        let told = json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": 0}]}});
        assert_eq!(found(&told, &follows, false).as_deref(), Some("b.c[1].d"));
        let told = json!({"a": 1, "b": {"c": [{"d": 1.5}]}});
        assert_eq!(found(&told, &follows, false).as_deref(), Some("b.c"));
        let told = json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": null}]}, "e": 1});
        assert_eq!(found(&told, &follows, false).as_deref(), Some("e"));
    }

    #[test]
    fn a_field_may_be_missing_only_where_an_older_drwatch_wrote() {
        let (told, follows) = (json!({"a": 1}), json!({"a": 1, "b": 2}));
        assert_eq!(found(&told, &follows, false).as_deref(), Some("b"));
        assert_eq!(found(&told, &follows, true), None);
        assert_eq!(found(&told, &json!({"a": 1, "b": null}), false).as_deref(), Some("b"));
        assert_eq!(found(&json!({"a": 2}), &follows, true).as_deref(), Some("a"));
    }

    #[test]
    fn what_depends_on_the_time_is_taken_as_told_and_nothing_else() {
        let (early, late) =
            (json!({"a": 1, "b": [{"c": 2, "d": 3}]}), json!({"a": 1, "b": [{"c": 9, "d": 3}]}));
        let told = json!({"a": 5, "b": [{"c": 7, "d": 8}]});
        assert_eq!(timeless(early, &late, &told), json!({"a": 1, "b": [{"c": 7, "d": 3}]}));
    }
}
