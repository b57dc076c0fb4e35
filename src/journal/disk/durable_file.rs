//! A file of the record that is made again when somebody deletes it, and opened again when its disk turns read-only and
//! is repaired. While this process holds it open, nothing of it is lost. A deletion is reported once, as an error, so
//! that it is on record.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek as _},
    os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use nix::errno::Errno;

use super::storage::{HELD_LIMIT, Storage};
use crate::{
    durability::{force_file, force_names, make_folder, room},
    journal::error::JournalError,
    platform,
};

/// Bytes before the unsynced ones by which a file opened again is recognised.
// A few records, or some dozens of lines of log, which no other file holds at this place.
const EVIDENCE_BYTES: u64 = 4096;

pub(in crate::journal) struct DurableFile {
    file: Hold,
    path: PathBuf,
    disk: Option<u64>,
    /// It was deleted, and that was reported.
    is_reported: bool,
    end: u64,
    /// Bytes of it that surely survive a power failure.
    synced: u64,
}

enum Hold {
    Open(File),
    /// Let go, since its disk is read-only.
    Away(Last),
}

/// The last bytes of a file that was let go, from `from` to its end.
struct Last {
    from: u64,
    bytes: Vec<u8>,
}

impl DurableFile {
    pub(in crate::journal) fn new(file: File, path: PathBuf) -> io::Result<Self> {
        let end = file.metadata()?.len();
        if end > 0 {
            // What an earlier process left may not have been forced to disk yet.
            force_file(&file)?;
        }
        // Noted at the start: once this disk is unmounted, the same path lies on another one.
        let disk = path.parent().and_then(|folder| folder.metadata().ok()).map(|folder| folder.dev());
        Ok(Self { file: Hold::Open(file), path, disk, is_reported: false, end, synced: end })
    }

    fn open(&self) -> io::Result<&File> {
        match &self.file {
            Hold::Open(file) => Ok(file),
            Hold::Away(_) => Err(Errno::EROFS.into()),
        }
    }

    fn is_deleted(&self) -> io::Result<bool> {
        // A deleted file has no name left, but stays whole for as long as it is open, unlink(2).
        Ok(self.open()?.metadata()?.nlink() == 0)
    }

    fn make_again(&mut self) -> io::Result<()> {
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        self.make_folder(folder)?;
        // With `create_new`, as what somebody else put in its place must not be overwritten.
        let mut file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&self.path)?;
        let mut whole = self.open()?;
        let copied = whole.rewind().and_then(|()| {
            io::copy(&mut whole, &mut file)?;
            // The bytes before the name: a power failure in between must not leave the name of a file without
            // content.
            force_file(&file)?;
            force_names(folder)
        });
        if let Err(error) = copied {
            // The half of a file is worth less than the whole one that is still open.
            let _ = fs::remove_file(&self.path);
            return Err(error);
        }
        self.file = Hold::Open(file);
        self.synced = self.end;
        Ok(())
    }

    /// Makes the run folder and its parents again. Parents only on the disk of before: where another one answers, the
    /// disk of the run may only be unmounted, and the record would go to the mount point.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let is_there = |folder: &&Path| folder.is_dir();
        // The last ancestor of a relative path is empty, and stands for the current directory.
        let here = Path::new(".");
        let left =
            folder.ancestors().find(is_there).filter(|left| !left.as_os_str().is_empty()).unwrap_or(here);
        if folder.parent() != Some(left) && Some(left.metadata()?.dev()) != self.disk {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the disk it was on is not there"));
        }
        make_folder(folder)
    }

    /// What the disk answered; a file on a read-only one is let go.
    fn answered<T>(&mut self, answer: io::Result<T>) -> io::Result<T> {
        if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem) {
            self.let_go();
        }
        answer
    }
}

impl Storage for DurableFile {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        // A write to a deleted file succeeds, and its bytes vanish once the file is closed.
        self.ensure_exists()?;
        let answer = room().and_then(|()| self.open()?.write_at(bytes, offset));
        let count = self.answered(answer)?;
        self.end = self.end.max(offset.saturating_add(count as u64));
        // Bytes that replace synced ones are not on disk yet.
        self.synced = self.synced.min(offset);
        Ok(count)
    }

    fn read_at(&mut self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.open()?.read_at(bytes, offset)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.ensure_exists()?;
        let answer = self.open()?.set_len(length);
        self.answered(answer)?;
        self.end = length;
        self.synced = self.synced.min(length);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        // A deleted file can be synced without an error, although nobody can find it again.
        if self.is_deleted()? {
            return Err(deleted());
        }
        let answer = force_file(self.open()?);
        self.answered(answer)?;
        self.synced = self.end;
        Ok(())
    }

    fn begin_write_back(&mut self, from: u64, to: u64) {
        if let Hold::Open(file) = &self.file {
            platform::begin_write_back(file, from, to);
        }
    }

    fn ensure_exists(&mut self) -> io::Result<()> {
        if !self.is_deleted()? {
            return Ok(());
        }
        if !std::mem::replace(&mut self.is_reported, true) {
            return Err(deleted());
        }
        self.make_again().map_err(|error| {
            io::Error::new(error.kind(), format!("it was deleted, and cannot be made again: {error}"))
        })?;
        self.is_reported = false;
        Ok(())
    }

    fn let_go(&mut self) {
        let Hold::Open(file) = &self.file else { return };
        // Some bytes that are on disk identify the file later. All bytes that may not be there are needed to
        // put them back.
        let from = self.synced.saturating_sub(EVIDENCE_BYTES);
        let length = usize::try_from(self.end.saturating_sub(from)).ok();
        // A file with more unsynced bytes than memory may hold stays open. Its disk then cannot be repaired,
        // but no byte is lost.
        let Some(length) = length.filter(|length| *length <= HELD_LIMIT) else { return };
        let mut bytes = vec![0; length];
        // If the disk cannot even be read, the bytes are only in this open file, so it is not closed.
        if file.read_exact_at(&mut bytes, from).is_ok() {
            self.file = Hold::Away(Last { from, bytes });
        }
    }

    fn is_away(&self) -> bool {
        matches!(self.file, Hold::Away(_))
    }

    fn open_again(&mut self) -> io::Result<()> {
        let Hold::Away(last) = &self.file else { return Ok(()) };
        // Without `create`: while the disk is unmounted, the path leads into the empty mount point.
        let file = OpenOptions::new().read(true).write(true).open(&self.path)?;
        // Of the bytes kept, those before `synced` must be in the file; those behind it may be missing.
        let known = usize::try_from(self.synced.saturating_sub(last.from)).unwrap_or(usize::MAX);
        let (known, rest) = last.bytes.split_at_checked(known).unwrap_or((&last.bytes, &[]));
        let mut found = vec![0; known.len()];
        let is_there = file.read_exact_at(&mut found, last.from).is_ok();
        // The file may come from a backup, or belong to somebody else: writing behind it would mix two
        // records.
        if !is_there || found != known {
            return Err(io::Error::other("what stands in its place is not what was written before"));
        }
        // The disk may have lost what was not forced to it when it turned read-only.
        file.write_all_at(rest, self.synced)?;
        // Bytes beyond the end belong to a write that has failed.
        file.set_len(self.end)?;
        // Forced before the copy in memory is given up.
        force_file(&file)?;
        self.synced = self.end;
        self.file = Hold::Open(file);
        Ok(())
    }
}

fn deleted() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "it was deleted while the run is recorded")
}

pub(in crate::journal) fn keep(file: File, path: PathBuf) -> Result<Box<dyn Storage>, JournalError> {
    match DurableFile::new(file, path.clone()) {
        Ok(kept) => Ok(Box::new(kept)),
        Err(source) => Err(JournalError::Write { path, source }),
    }
}

#[cfg(test)]
mod tests;
