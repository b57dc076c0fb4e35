//! Writing the summary beside the record, whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::formats::markdown::markdown;
use super::value::Report;
use crate::durability::{force_file, force_names, room};
use crate::run::Summary;
use crate::text::{self, Charset};

/// The files written, relative to the run folder.
pub const EXPORTS: [&str; 2] = ["summary.json", "summary.md"];

/// Why a summary could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The system refused.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The summary could not be put into JSON.
    #[error("cannot put the summary into JSON: {0}")]
    Encode(#[from] serde_json::Error),
}

/// The summary as JSON, laid out for people.
///
/// # Errors
/// [`ExportError::Encode`]; no summary is known to cause it.
pub fn json(summary: &Summary) -> Result<String, ExportError> {
    let json = serde_json::to_string_pretty(summary)?;
    Ok(text::json_in(&json, Charset::Unicode).into_owned() + "\n")
}

/// Writes [`EXPORTS`] into a run folder, each replacing its former version at once, and returns when
/// they would survive a power failure.
///
/// # Errors
/// [`ExportError`]; a former version is then still whole.
pub(crate) fn write_exports(folder: &Path, report: &Report) -> Result<(), ExportError> {
    let [json_name, markdown_name] = EXPORTS;
    let texts = [(json_name, json(&report.summary)?), (markdown_name, markdown(report))];
    for (name, text) in texts {
        let path = folder.join(name);
        replace(folder, &path, text.as_bytes()).map_err(|source| ExportError::Write { path, source })?;
    }
    Ok(())
}

fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    room()?;
    // In the folder itself, because a rename does not cross file systems.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    // Before the rename: after a power failure, the name must not lead to a file without its contents.
    force_file(file.as_file())?;
    file.persist(path)?;
    // The new name is an entry of the folder, which has to be forced as well.
    force_names(folder)
}
