//! Why a dialect cannot be used.

use std::path::PathBuf;

use thiserror::Error;

/// Why a dialect cannot be used.
#[derive(Debug, Error)]
pub enum DialectError {
    #[error("cannot read the dialect {}: {source}; check the path", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The text is not TOML, or not a dialect. `origin` is the file, or `built in`.
    #[error("the dialect {origin} is not usable: {detail}; correct the file or leave the entry out")]
    Invalid { origin: String, detail: String },
}
