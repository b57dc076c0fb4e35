//! `report --redact`: a report that can be handed on. Hosts, users, addresses, serial numbers, paths, buckets, people and
//! the place are replaced by words, the same name by the same word.
//!
//! The names are replaced in each record before the record counts, so that everything a report shows is made of replaced
//! names, and no sentence of drwatch, no key and no code is ever searched for them. A [`Collector`] sees all records
//! first, because a name may stand in a log line long before the record that shows it to be one.

mod digests;
mod folding;
mod forms;
mod kind;
mod names;
mod strings;
mod words;

use serde_json::Value;

use self::{
    forms::Forms,
    names::Names,
    strings::{Treatment, each_string},
    words::Words,
};
use crate::run::{NO_ANSWER, Record, Redaction, RunId};

/// Why a run could not be redacted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedactError {
    /// A pattern of drwatch itself is wrong.
    #[error("the patterns that find names cannot be used: {0}")]
    Patterns(#[from] regex::Error),
    /// There are too many names, or they are too long.
    #[error("the names of this run cannot be searched for: {0}")]
    Names(#[from] aho_corasick::BuildError),
    /// A record without its names is none.
    #[error("record {record} cannot be redacted: {source}")]
    Record {
        /// Its place.
        record: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Collects the names that the records of a run show in fields of their own.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    names: Names,
}

impl Collector {
    /// Takes in the names of one record.
    ///
    /// # Errors
    /// [`RedactError::Record`]; no record is known to cause it.
    pub(crate) fn see(&mut self, record: &Record) -> Result<(), RedactError> {
        let mut value = to_value(record)?;
        each_string(&mut value, &mut |treatment, text| {
            if let Treatment::Name(field) = treatment {
                self.names.add(field, text);
            }
        });
        Ok(())
    }

    /// The redactor that replaces these names; `key` is the secret that its digests are made with.
    ///
    /// # Errors
    /// [`RedactError::Names`] and [`RedactError::Patterns`].
    pub(crate) fn redactor(self, key: &[u8]) -> Result<Redactor, RedactError> {
        let words = Words::new(key, &self.names);
        Ok(Redactor { names: self.names.finder()?, forms: Forms::new()?, words })
    }
}

/// Replaces the names in records.
pub(crate) struct Redactor {
    names: names::Finder,
    forms: Forms,
    words: Words,
}

impl Redactor {
    /// `record` without its names. Its place, its times, its codes and its numbers stay.
    ///
    /// # Errors
    /// [`RedactError::Record`]; no record is known to cause it.
    pub(crate) fn record(&mut self, record: &Record) -> Result<Record, RedactError> {
        let mut value = to_value(record)?;
        each_string(&mut value, &mut |treatment, text| {
            let redacted = match treatment {
                Treatment::Fixed => return,
                Treatment::Known => self.text(text, false),
                Treatment::Service => self.service(text),
                Treatment::Name(_) | Treatment::Text => self.text(text, true),
            };
            *text = redacted;
        });
        serde_json::from_value(value).map_err(|source| RedactError::Record { record: record.seq.0, source })
    }

    /// The words given so far, and how to check one, for the report of `run`.
    pub(crate) fn redaction(&self, run: &RunId) -> Redaction {
        digests::redaction(&self.words, run)
    }

    /// `text` without the names of the run and, where `by_form`, without what looks like a name.
    fn text(&mut self, text: &str, by_form: bool) -> String {
        // How a timeout is recorded; the fold asks for it.
        if let Some(rest) = text.strip_prefix(NO_ANSWER) {
            return format!("{NO_ANSWER}{}", self.text(rest, by_form));
        }
        let mut spans = self.names.find(text);
        if by_form {
            self.forms.find(text, &self.names, &mut spans);
        }
        let mut redacted = String::with_capacity(text.len());
        let mut end = 0;
        for span in names::joined(spans) {
            redacted.push_str(text.get(end..span.start).unwrap_or_default());
            redacted.push_str(self.words.of(text.get(span.start..span.end).unwrap_or_default(), span.kind));
            end = span.end;
        }
        redacted.push_str(text.get(end..).unwrap_or_default());
        redacted
    }

    /// The words of an appliance for the state of its service. A restore must stay one for the fold.
    fn service(&mut self, text: &str) -> String {
        let redacted = self.text(text, true);
        let restores = |words: &str| words.to_lowercase().contains("restor");
        if restores(text) == restores(&redacted) { redacted } else { "restoring".to_owned() }
    }
}

fn to_value(record: &Record) -> Result<Value, RedactError> {
    serde_json::to_value(record).map_err(|source| RedactError::Record { record: record.seq.0, source })
}
