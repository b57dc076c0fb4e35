//! The few things the record needs of a file, so that tests can stand in for a failing disk.

use std::io;

use crate::{
    journal::error::JournalError,
    run::{Elapsed, Timestamp},
};

/// Most bytes of records kept in memory while the disk refuses them.
pub(crate) const HELD_LIMIT: usize = 8 << 20;

/// Shortest time between two tries at a refusing disk, and age at which a chunk of the log is cut.
const INTERVAL: Elapsed = Elapsed::from_secs(1);

/// Where something handed to the record now is.
#[derive(Debug)]
#[must_use = "the engineer has to learn when the record does not reach the disk"]
pub(crate) enum Placed {
    Written,
    /// In memory, to be written as soon as the disk allows; this is why it could not be now.
    Held(JournalError),
    /// Nowhere: memory for it is used up, or it cannot be written at all.
    Dropped(JournalError),
}

impl Placed {
    pub(crate) const fn trouble(&self) -> Option<&JournalError> {
        match self {
            Self::Written => None,
            Self::Held(error) | Self::Dropped(error) => Some(error),
        }
    }
}

pub(in crate::journal) trait Storage: Send {
    /// One `pwrite`; may write less than asked.
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// One `pread`; 0 at the end.
    fn read_at(&mut self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    fn cut(&mut self, length: u64) -> io::Result<()>;

    /// Returns once what was written would survive a power failure.
    fn sync(&mut self) -> io::Result<()>;

    /// Lets the system begin to write these bytes to disk, so that a later sync has less to wait for.
    fn begin_write_back(&mut self, _from: u64, _to: u64) {}

    /// Makes sure that the file is found by its name. A deleted file is an error once, so that it is on record, and is
    /// made again at the next call.
    fn ensure_exists(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Closes the file, if that loses nothing: a disk turned read-only cannot be unmounted and repaired while a file on
    /// it is open.
    fn let_go(&mut self) {}

    /// Whether the file was let go; until [`Self::open_again`] every write fails.
    fn is_away(&self) -> bool {
        false
    }

    /// Opens a file that was let go again, and puts back what its disk had not kept of it.
    fn open_again(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes as much of `bytes` at `offset` as the storage takes; the error that stopped it, if any.
pub(in crate::journal) fn write_some(
    storage: &mut dyn Storage,
    bytes: &[u8],
    offset: u64,
) -> (usize, Option<io::Error>) {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match storage.write_at(rest, offset.saturating_add(done as u64)) {
            // A write that takes nothing and reports no error would be repeated for ever.
            Ok(0) => return (done, Some(io::ErrorKind::WriteZero.into())),
            Ok(count) => done += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (done, Some(error)),
        }
    }
    (done, None)
}

/// Whether a second has passed since `since`, or the clock was set back.
pub(in crate::journal) fn is_due(since: Timestamp, now: Timestamp) -> bool {
    // A clock set back would otherwise put off the next try until it has caught up.
    now < since || now.since(since) >= INTERVAL
}
