//! `--debug-log`: where the diagnostic events of all rooms are written, for a session that hangs at 3 a.m. The rooms
//! emit them as `tracing` spans and events; without the option nothing collects them.
//!
//! Only what drwatch does is logged (which question, how long, how many bytes, which error), never a reply or what was
//! typed in answer to a password prompt.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Mutex,
};

use thiserror::Error;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

use super::stop::Stop;
use crate::journal::is_of_record;

/// A file of this size becomes `FILE.1`, in place of the one before it: both together bound what a long watch writes.
const MAX_FILE_BYTES: u64 = 16 << 20;

#[derive(Debug, Error)]
#[error(
    "the debug log {path} cannot be written: {source}; --debug-log and DRWATCH_LOG take the path of a plain file"
)]
struct Unwritable {
    path: PathBuf,
    source: io::Error,
}

/// Writes diagnostic events to the end of the file at `path` from here on.
pub(in crate::commands) fn start_debug_log(path: &Path) -> Result<(), Stop> {
    let file = BoundedFile::open(path)
        .map_err(|source| Stop::usage(Unwritable { path: path.to_owned(), source }))?;
    // Only one subscriber is ever set, so this cannot fail.
    drop(
        tracing_subscriber::fmt()
            .with_max_level(Level::DEBUG)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            // A full disk loses events and stops nothing.
            .with_writer(Mutex::new(file))
            .try_init(),
    );
    tracing::info!(version = env!("DRWATCH_VERSION"), process = std::process::id(), "drwatch starts");
    Ok(())
}

/// A file that is begun anew once it has [`MAX_FILE_BYTES`].
struct BoundedFile {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl BoundedFile {
    fn open(path: &Path) -> io::Result<Self> {
        // Opening a FIFO would wait for its reader.
        if fs::metadata(path).is_ok_and(|found| is_special(&found)) {
            return Err(io::Error::other("it is no plain file"));
        }
        if is_of_record(path) {
            return Err(io::Error::other("it is a file of a run's record"));
        }
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, bytes })
    }

    fn rotate(&mut self) -> io::Result<()> {
        let mut older = self.path.clone().into_os_string();
        older.push(".1");
        fs::rename(&self.path, older)?;
        *self = Self::open(&self.path)?;
        Ok(())
    }
}

fn is_special(found: &fs::Metadata) -> bool {
    let kind = found.file_type();
    kind.is_fifo() || kind.is_socket() || kind.is_char_device() || kind.is_block_device()
}

impl Write for BoundedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes >= MAX_FILE_BYTES {
            self.rotate()?;
        }
        let written = self.file.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debug_log_that_has_grown_long_is_begun_anew_and_the_former_one_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("debug.log");
        let mut log = BoundedFile::open(&path).unwrap();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..40 {
            log.write_all(&piece).unwrap();
        }
        let length = |name: &str| fs::metadata(home.path().join(name)).unwrap().len();
        assert_eq!((length("debug.log"), length("debug.log.1")), (8 << 20, MAX_FILE_BYTES));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_debug_log_is_continued_and_no_device_is_written_to() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("debug.log");
        for line in ["one\n", "two\n"] {
            BoundedFile::open(&path).unwrap().write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert!(BoundedFile::open(Path::new("/dev/null")).is_err());
        assert!(BoundedFile::open(home.path()).is_err());
    }
}
