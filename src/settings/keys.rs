//! The keys that the settings give to actions, as they are written; which actions there are is known elsewhere.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::error::{SettingsError, line_at};

/// The keys of an action, and where the settings name them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Spanned<Written>")]
pub(crate) struct ActionKeys {
    names: Vec<String>,
    file: PathBuf,
    /// The byte position, and the line once the text is known.
    line: usize,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "write a key like \"F5\", or several like [\"F5\", \"ctrl-k\"]")]
enum Written {
    One(String),
    Several(Vec<String>),
}

impl From<Spanned<Written>> for ActionKeys {
    fn from(written: Spanned<Written>) -> Self {
        let line = written.span().start;
        let names = match written.into_inner() {
            Written::One(name) => vec![name],
            Written::Several(names) => names,
        };
        Self { names, file: PathBuf::new(), line }
    }
}

impl ActionKeys {
    /// Notes where they are written.
    pub(super) fn found_in(&mut self, file: PathBuf, text: &str) {
        self.file = file;
        self.line = line_at(text, self.line);
    }
}

/// The keys of all actions that the settings name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct KeySettings(pub(super) BTreeMap<String, ActionKeys>);

impl KeySettings {
    /// Each action with its keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(action, keys)| (action.as_str(), keys.names.as_slice()))
    }

    /// The error that what is written for `action` cannot be used.
    pub(crate) fn refused(&self, action: &str, reason: &impl ToString) -> SettingsError {
        let (path, line) = self.0.get(action).map(|keys| (keys.file.clone(), keys.line)).unwrap_or_default();
        SettingsError::UnusableKey { path, line, reason: reason.to_string() }
    }
}
