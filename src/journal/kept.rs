//! A file of the record that comes back when somebody deletes it: while this process holds it open,
//! nothing of it is lost. The deletion is told once, as a refusal, so that it is on record.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Seek as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::PathBuf,
};

use super::{folder::sync_directory, storage::Storage};

/// An open file of a run folder.
pub(super) struct Kept {
    file: File,
    path: PathBuf,
    /// It was deleted, and that was told.
    is_told: bool,
}

impl Kept {
    pub(super) const fn new(file: File, path: PathBuf) -> Self {
        Self { file, path, is_told: false }
    }

    /// Makes sure that the file can still be found by its name.
    fn be_there(&mut self) -> io::Result<()> {
        if !self.is_deleted()? {
            return Ok(());
        }
        if !std::mem::replace(&mut self.is_told, true) {
            return Err(deleted());
        }
        self.make_again().map_err(|error| {
            io::Error::new(error.kind(), format!("it was deleted, and cannot be made again: {error}"))
        })?;
        self.is_told = false;
        Ok(())
    }

    fn is_deleted(&self) -> io::Result<bool> {
        Ok(self.file.metadata()?.nlink() == 0)
    }

    fn make_again(&mut self) -> io::Result<()> {
        let folder = self.path.parent().ok_or(io::ErrorKind::NotFound)?;
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let mut file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&self.path)?;
        let copied = self.file.rewind().and_then(|()| {
            io::copy(&mut self.file, &mut file)?;
            file.sync_all()?;
            sync_directory(folder)
        });
        if let Err(error) = copied {
            // The half of a file is worth less than the whole one that is still open.
            let _ = fs::remove_file(&self.path);
            return Err(error);
        }
        self.file = file;
        Ok(())
    }
}

impl Storage for Kept {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.be_there()?;
        self.file.write_at(bytes, offset)
    }

    fn read_at(&mut self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(bytes, offset)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.be_there()?;
        self.file.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        if self.is_deleted()? { Err(deleted()) } else { self.file.sync_data() }
    }
}

fn deleted() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "it was deleted while the run is recorded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{
        JournalWriter, Placed, RunLock, is_being_recorded, read_run,
        samples::{at, folder, note, started},
        verify,
    };

    #[test]
    fn a_deleted_folder_is_told_and_made_again_with_all_that_was_in_it() {
        let (_home, folder) = folder();
        let mut writer = JournalWriter::create(&folder).unwrap();
        writer.append(at(0), &started()).unwrap();
        writer.append(at(1), &note("before")).unwrap();
        fs::remove_dir_all(folder.path()).unwrap();
        let (_, placed) = writer.append_or_hold(at(2), &note("held"));
        let Placed::Held(error) = placed else { panic!("{placed:?}") };
        assert!(error.to_string().contains("deleted"), "{error}");
        assert!(writer.mend(at(3)).is_some(), "the hole is on record");
        writer.append(at(4), &note("after")).unwrap();
        let (run, _) = read_run(&folder).unwrap();
        assert_eq!(
            run.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(),
            ["before", "held", "after"]
        );
        verify(&folder).unwrap();
        assert!(is_being_recorded(&folder), "the lock is there again as well");
        assert!(RunLock::take(&folder).is_err());
    }

    #[test]
    fn what_somebody_else_put_in_its_place_is_left_alone() {
        let (_home, folder) = folder();
        let mut writer = JournalWriter::create(&folder).unwrap();
        writer.append(at(0), &started()).unwrap();
        fs::remove_file(folder.journal_path()).unwrap();
        fs::write(folder.journal_path(), "of somebody else").unwrap();
        for second in 1..5 {
            assert!(matches!(writer.append_or_hold(at(second), &note("x")).1, Placed::Held(_)));
            assert!(writer.mend(at(second)).is_none());
        }
        assert_eq!(fs::read_to_string(folder.journal_path()).unwrap(), "of somebody else");
    }
}
