//! Whether a recorded run is whole, and whether its exported summary follows from the journal.

use std::{fmt, fs, path::PathBuf};

use serde_json::Value;
use thiserror::Error;

use crate::{
    journal::{self, Content, JournalError, JournalReader, RunFolder, Verified},
    report,
    run::{At, Event, FORMAT, FormatVersion, Record, Run, StartError, Summary, apply, summarise},
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
    /// drwatch ended before it recorded the export, so nobody can say as of when it is.
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
                f.write_str(" but its times cannot be checked, as its export is not on record")
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
    let told: Value = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.into()))?;
    let records = told.pointer("/journal/records").and_then(Value::as_u64);
    let Some((format, follows)) = recompute(folder, records)? else {
        return Ok(Recomputed::Undated);
    };
    // Another drwatch knew fewer fields, and may have made something else of the same records.
    let program = told.pointer("/versions/drwatch").and_then(Value::as_str);
    let is_other = program != Some(env!("CARGO_PKG_VERSION")) || format != FORMAT;
    match differing("", &told, &follows, is_other) {
        None => Ok(Recomputed::Follows),
        Some(Differing { field, .. }) if is_other => Ok(Recomputed::Otherwise(field)),
        Some(Differing { field, told, follows }) => Err(Unsound::Summary { path, field, told, follows }),
    }
}

/// The journal's format, and the summary after its first `records` records as of the export recorded
/// next; `None` where the next record is no export.
fn recompute(folder: &RunFolder, records: Option<u64>) -> Result<Option<(FormatVersion, Value)>, Unsound> {
    let path = folder.journal_path();
    let mut reader = JournalReader::open(folder)?;
    let mut run: Option<Run> = None;
    while Some(reader.head().records) != records {
        let Some(entry) = reader.next().transpose()? else { return Ok(None) };
        if let Content::Record(record) = entry.content {
            fold(&mut run, &record).map_err(|source| JournalError::Start { path: path.clone(), source })?;
        }
    }
    let head = reader.head().clone();
    let exported_at = reader.next().transpose()?.and_then(|entry| exported_at(&entry.content));
    let Some((run, now)) = run.zip(exported_at) else { return Ok(None) };
    Ok(Some((run.started.format, value(&summarise(&run, now, head))?)))
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
                |(name, follows)| {
                    differing(&below(name), told.get(name).unwrap_or(&Value::Null), follows, may_miss)
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
        assert_eq!(found(&json!({"a": 2}), &follows, true).as_deref(), Some("a"));
    }
}
