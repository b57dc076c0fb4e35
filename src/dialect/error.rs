//! Why a dialect cannot be used.

use std::path::PathBuf;

use thiserror::Error;

/// Why a dialect cannot be used.
#[derive(Debug, Error)]
pub enum DialectError {
    /// The file cannot be read.
    #[error("cannot read the dialect {}: {source}; check the path", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The text is not TOML, or not a dialect.
    #[error("the dialect {origin} is not usable: {detail}; correct the file or leave the entry out")]
    Invalid {
        /// The file, or `built in`.
        origin: String,
        /// Where and what.
        detail: String,
    },
}
