//! The files of signatures in a run folder.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    durability::{force_file, force_names, make_folder},
    journal::{
        disk::{RunFolder, open_regular},
        error::JournalError,
    },
    run::{Sequence, SignerRole},
};

/// Longest signed text or signature that is read; both are far shorter.
const MAX_BYTES: u64 = 64 << 10;

/// The text and the signature of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SignatureFiles {
    /// The signed text.
    pub(crate) text: PathBuf,
    /// The signature over it, as OpenSSH writes it.
    pub(crate) signature: PathBuf,
}

impl SignatureFiles {
    /// Those of the statement in record `record`.
    pub(crate) fn of(folder: &RunFolder, record: Sequence, role: SignerRole) -> Self {
        let name = format!("{record}-{}.txt", role.name());
        let text = folder.signatures_path().join(&name);
        Self { text, signature: folder.signatures_path().join(format!("{name}.sig")) }
    }

    /// Writes both, in place of what is there; returns once they would survive a power failure.
    pub(crate) fn write(&self, folder: &RunFolder, text: &str, signature: &[u8]) -> Result<(), JournalError> {
        let place = folder.signatures_path();
        make_folder(&place).map_err(|source| JournalError::Write { path: place.clone(), source })?;
        // The signature last: where it is, its text is there too.
        for (path, bytes) in [(&self.text, text.as_bytes()), (&self.signature, signature)] {
            write_new(path, bytes).map_err(|source| JournalError::Write { path: path.clone(), source })?;
        }
        force_names(&place).map_err(|source| JournalError::Write { path: place.clone(), source })
    }

    /// One of them that is there, if any.
    pub(crate) fn existing(&self) -> Option<&Path> {
        [&self.text, &self.signature]
            .into_iter()
            .find(|path| path.symlink_metadata().is_ok())
            .map(PathBuf::as_path)
    }

    /// The names of both.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        [&self.text, &self.signature].into_iter().map(|path| name(path))
    }
}

/// The name of a file within its folder.
pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Makes a file, never through a link that stands in its place.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    force_file(&file)
}

/// The bytes of a file, as far as one of them is ever long; `None` where it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, JournalError> {
    let refused = |source| JournalError::Read { path: path.to_owned(), source };
    match open_regular(path) {
        Ok(file) => read_bounded(file).map(Some).map_err(refused),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(refused(source)),
    }
}

pub(super) fn read_bounded(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The names in the folder of signatures, in order; empty where there is no such folder.
pub(super) fn names_in(folder: &RunFolder) -> Result<Vec<String>, JournalError> {
    let place = folder.signatures_path();
    let refused = |source| JournalError::Read { path: place.clone(), source };
    let entries = match fs::read_dir(&place) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(refused(source)),
    };
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>().map_err(refused)?;
    names.sort();
    Ok(names)
}
