//! Why settings cannot be used.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {source}; check the path and its permissions")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file does not say what settings may say.
    #[error("the settings file {path} is not valid: {detail}; `drwatch settings init` writes a template")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        detail: String,
    },
    /// A template would replace a file.
    #[error("{path} exists already and is left as it is; remove it first, or name another with --settings")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The template cannot be written.
    #[error("the settings file {path} cannot be written: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no home directory to look in.
    #[error("no home directory was found; name the settings file with --settings")]
    NoHome,
}
