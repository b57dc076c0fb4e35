//! Why settings cannot be used.

use std::{io, path::PathBuf};

use thiserror::Error;

#[derive(Debug, Error)]
pub(crate) enum SettingsError {
    #[error("the settings file {path} cannot be read: {source}; check the path and its permissions")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the settings file {path} is not valid: {detail}; `drwatch settings init` writes a template")]
    Invalid { path: PathBuf, detail: String },
    #[error("the settings file {path} is not valid: line {line}: {reason}")]
    UnusableKey { path: PathBuf, line: usize, reason: String },
    #[error("{path} exists already and is left as it is; remove it first, or name another file")]
    Exists { path: PathBuf },
    #[error("{path} cannot be written: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("no home directory was found; name the settings file with --settings")]
    NoHome,
}

/// The number of the line at that byte position, counted from 1.
pub(super) fn line_at(text: &str, position: usize) -> usize {
    text.get(..position).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The message of the error on one line, with the number of the line it is about.
pub(super) fn located(text: &str, error: &toml::de::Error) -> String {
    let mut words = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    // The types of Rust as TOML calls them.
    for (type_name, name) in [
        ("type: map,", "type: table,"),
        ("type: sequence,", "type: list,"),
        ("expected a map", "expected a table"),
        ("expected a sequence", "expected a list"),
        ("expected a string", "expected a text"),
        ("expected u32", "expected a whole number"),
        ("expected u64", "expected a whole number"),
    ] {
        words = words.replace(type_name, name);
    }
    match error.span() {
        Some(span) => {
            format!("line {}: {words}", line_at(text, span.start))
        }
        None => words,
    }
}
