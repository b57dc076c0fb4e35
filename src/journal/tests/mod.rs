//! The record on disk as a whole: written, read back, damaged, refused by the disk.

mod chain;
mod holes;
mod log;
mod versions;

use std::{
    fs,
    io::{self, Write as _},
    sync::{Arc, Mutex},
};

use super::{
    Content, Entry, JournalError, JournalReader, JournalWriter, RunFolder, RunLock,
    disk::Storage,
    format::samples::{at, started},
    reading::reader::ReadReport,
};
use crate::run::{Event, Record};

/// Writes a journal of `events`, one a second, and gives the records.
fn record(folder: &RunFolder, events: &[Event]) -> Vec<Record> {
    let mut writer = JournalWriter::create(folder).unwrap();
    (0..).zip(events).map(|(second, event)| writer.append(at(second), event).unwrap()).collect()
}

/// A writer whose journal is on `storage`, with the lock of `folder`.
fn writer_on(folder: &RunFolder, storage: Box<dyn Storage>) -> JournalWriter {
    JournalWriter::over(folder, RunLock::take(folder).unwrap(), storage)
}

/// Reads a journal to its end.
fn read(folder: &RunFolder) -> Result<(Vec<Entry>, ReadReport), JournalError> {
    let mut reader = JournalReader::open(folder)?;
    let entries = reader.by_ref().collect::<Result<_, _>>()?;
    Ok((entries, reader.report()))
}

/// The records of a journal that is sound.
fn records(folder: &RunFolder) -> Vec<Record> {
    let known = |entry: Entry| match entry.content {
        Content::Record(record) => Some(record),
        Content::Opaque { .. } => None,
    };
    read(folder).unwrap().0.into_iter().filter_map(known).collect()
}

/// What a pretend disk does, shared with the test that turns its knobs.
#[derive(Default)]
struct Disk {
    bytes: Vec<u8>,
    /// Bytes it still takes; `None`: any number.
    room: Option<usize>,
    refuses_sync: bool,
    refuses_cut: bool,
    /// It was deleted, and cannot be made again.
    is_deleted: bool,
    writes: usize,
    syncs: usize,
}

/// A pretend file on that disk.
#[derive(Clone, Default)]
struct FaultyFile(Arc<Mutex<Disk>>);

impl FaultyFile {
    fn with<T>(&self, work: impl FnOnce(&mut Disk) -> T) -> T {
        work(&mut self.0.lock().unwrap())
    }

    /// Leaves room for `bytes` more bytes.
    fn leave(&self, bytes: usize) {
        self.with(|disk| disk.room = Some(bytes));
    }

    fn heal(&self) {
        self.with(|disk| disk.room = None);
    }

    /// Puts what the disk holds where readers look for it.
    fn save(&self, path: &std::path::Path) {
        self.with(|disk| fs::File::create(path).unwrap().write_all(&disk.bytes).unwrap());
    }
}

impl Storage for FaultyFile {
    fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.with(|disk| {
            disk.writes += 1;
            let take = disk.room.map_or(bytes.len(), |room| room.min(bytes.len()));
            // As the system does: what has room is written, and only the next write fails.
            if take == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            disk.room = disk.room.map(|room| room - take);
            let offset = usize::try_from(offset).unwrap();
            let end = (offset + take).max(disk.bytes.len());
            disk.bytes.resize(end, 0);
            disk.bytes[offset..offset + take].copy_from_slice(&bytes[..take]);
            Ok(take)
        })
    }

    fn read_at(&mut self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.with(|disk| {
            if disk.refuses_cut {
                return Err(io::ErrorKind::ReadOnlyFilesystem.into());
            }
            disk.bytes.truncate(usize::try_from(length).unwrap());
            Ok(())
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.with(|disk| {
            if disk.refuses_sync {
                return Err(io::Error::other("no sync"));
            }
            disk.syncs += 1;
            Ok(())
        })
    }

    fn ensure_exists(&mut self) -> io::Result<()> {
        self.with(|disk| if disk.is_deleted { Err(io::ErrorKind::NotFound.into()) } else { Ok(()) })
    }
}
