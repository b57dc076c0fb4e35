//! The raw log kept beside the journal (`dr.log`): bytes as they came, and the chunks that cite them.
//! What the lines mean is not looked at here.

use std::{fs::OpenOptions, io, path::PathBuf};

use sha2::{Digest, Sha256};

use super::{
    disk::{HELD_LIMIT, Placed, RunFolder, Storage, is_due, keep, write_some},
    error::JournalError,
    format::hex,
};
use crate::{
    durability::force_names,
    run::{ByteCount, Elapsed, Event, LineCount, LogOffset, LogTally, Timestamp},
};

/// A chunk is cut when it has this many bytes, whatever its age. It has more only where it was given them at once.
pub(crate) const CHUNK_BYTES: u64 = 64 << 10;

/// Bytes after which the log is forced to disk without waiting for the beat: some 20 ms on a plain disk.
const UNSYNCED_BYTES: u64 = 4 << 20;

/// Bytes of a saved log after which the system is asked to write them to disk.
const WRITE_BACK_BYTES: u64 = 8 << 20;

/// Bytes cited this long after their receipt have waited for the disk, and what came after them may be lost.
// An ordinary chunk is cut within about a second of its bytes.
const WAITED: Elapsed = Elapsed::from_secs(3);

/// Most uncited bytes read at a time when a run is continued.
const MAX_UNCITED_BYTES: usize = 256 << 10;

pub(crate) struct RawLog {
    path: PathBuf,
    storage: Box<dyn Storage>,
    written: u64,
    /// Where [`Self::append`] goes on to ask for it.
    write_back_begun: u64,
    /// Bytes that the disk refused, to be written after those.
    held: Vec<u8>,
    /// Bytes were dropped for want of memory. A shorter piece that would still fit is dropped too, as it comes after them.
    is_full: bool,
    /// When the disk last refused, and why.
    refusal: Option<(Timestamp, String)>,
    chunk: Chunk,
    /// When the bytes being written were received, where that is not now.
    received_at: Option<Timestamp>,
    /// Bytes written since the last sync.
    unsynced: u64,
    /// The file was deleted, and could not be made again.
    is_gone: bool,
}

#[derive(Default)]
struct Chunk {
    offset: u64,
    bytes: u64,
    digest: Sha256,
    tally: LogTally,
    since: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl RawLog {
    pub(crate) fn create(folder: &RunFolder) -> Result<Self, JournalError> {
        let path = folder.log_path();
        let file = folder.create_file(&path)?;
        Ok(Self::over(path.clone(), keep(file, path)?, 0))
    }

    /// Opens the raw log of an interrupted run, which its journal cites up to `cited`; also returns how many cited
    /// bytes a power failure took. Nothing is written: the loss has to be on record before [`Self::fill_lost`] hides it.
    ///
    /// The bytes that [`Self::uncited`] gives have to be written before any others.
    pub(crate) fn reopen(folder: &RunFolder, cited: LogOffset) -> Result<(Self, ByteCount), JournalError> {
        let path = folder.log_path();
        let open = || {
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
            // A power failure may have taken the name with the bytes.
            force_names(folder.path())?;
            let missing = cited.0.saturating_sub(file.metadata()?.len());
            Ok((file, missing))
        };
        match open() {
            Ok((file, missing)) => {
                // New bytes go behind what the journal cites even where the file is shorter: the place of the
                // lost bytes stays theirs.
                Ok((Self::over(path.clone(), keep(file, path)?, cited.0), ByteCount(missing)))
            }
            Err(source) => Err(JournalError::Write { path, source }),
        }
    }

    /// Writes bytes of a saved log, for [`Self::cite`]. On failure the log is as before.
    pub(crate) fn append(&mut self, bytes: &[u8], now: Timestamp) -> Result<(), JournalError> {
        self.put(bytes, now)?;
        // Written back in portions while more is read: otherwise the fsync at the end would have to write all of it.
        if self.written - self.write_back_begun >= WRITE_BACK_BYTES {
            self.storage.begin_write_back(self.write_back_begun, self.written);
            self.write_back_begun = self.written;
        }
        Ok(())
    }

    /// The record that cites the next of the bytes that [`Self::append`] has written, of which the digest is known.
    pub(crate) fn cite(&mut self, bytes: ByteCount, tally: LogTally, sha256: String) -> Event {
        let offset = LogOffset(self.chunk.offset);
        self.chunk.offset += bytes.0;
        debug_assert!(self.chunk.offset <= self.written, "bytes are cited that are not written");
        Event::LogChunk { offset, bytes, lines: tally.lines, sha256, tally, received_at: None }
    }

    /// Puts zeros and a newline where cited bytes are missing, so that the next line does not continue a torn one.
    pub(crate) fn fill_lost(&mut self) -> Result<(), JournalError> {
        // Behind the end of a file a write leaves zeros before it.
        let (_, error) = write_some(&mut *self.storage, b"\n", self.written.saturating_sub(1));
        error.map_or(Ok(()), |source| Err(self.refused(source)))?;
        self.sync_now()
    }

    /// The next bytes on disk beyond [`Self::end`], which a crash left without their record. The caller passes each
    /// piece to [`Self::write`], which writes it where it is, and asks again until `None`.
    pub(crate) fn uncited(&mut self) -> Result<Option<Vec<u8>>, JournalError> {
        let mut piece = vec![0; MAX_UNCITED_BYTES];
        let refused = |source| JournalError::Read { path: self.path.clone(), source };
        let length = self.storage.read_at(&mut piece, self.written).map_err(refused)?;
        piece.truncate(length);
        Ok((length > 0).then_some(piece))
    }

    /// Cuts off what is on disk beyond [`Self::end`]: the beginning of a line that a crash left.
    pub(crate) fn cut_rest(&mut self) -> Result<(), JournalError> {
        // The rest of this line comes again with the whole line from its source.
        self.storage.cut(self.written).map_err(|source| self.refused(source))
    }

    pub(super) fn over(path: PathBuf, storage: Box<dyn Storage>, written: u64) -> Self {
        Self {
            path,
            storage,
            written,
            write_back_begun: written,
            held: Vec::new(),
            is_full: false,
            refusal: None,
            chunk: Chunk { offset: written, ..Chunk::default() },
            received_at: None,
            unsynced: 0,
            is_gone: false,
        }
    }

    pub(crate) const fn end(&self) -> LogOffset {
        LogOffset(self.chunk.offset.saturating_add(self.chunk.bytes))
    }

    /// Writes bytes of the log with the counts of the lines that end in them; returns where they begin. Bytes that the
    /// disk refuses are held in memory. Once [`HELD_LIMIT`] is used up, all bytes are dropped until the held ones are
    /// written, and the caller has to record a gap at the offset returned.
    pub(crate) fn write(&mut self, bytes: &[u8], tally: LogTally, now: Timestamp) -> (LogOffset, Placed) {
        let offset = self.end();
        // What is held goes first, so that the file has the bytes in the order of their receipt.
        let trouble = self.flush(now).and_then(|()| self.put(bytes, now));
        // Once nothing is held, the disk takes bytes again and memory is free.
        self.is_full &= !self.held.is_empty();
        if let Err(error) = trouble {
            self.is_full |= self.held.len() + bytes.len() > HELD_LIMIT;
            if self.is_full {
                // Dropped bytes stay out of the chunk: its digest must match what is in the file.
                return (offset, Placed::Dropped(error));
            }
            self.held.extend_from_slice(bytes);
            // Held bytes are part of the chunk already; it is cited only once they are written.
            self.chunk.add(bytes, tally, now, self.received_at);
            return (offset, Placed::Held(error));
        }
        self.chunk.add(bytes, tally, now, self.received_at);
        (offset, Placed::Written)
    }

    /// Dates what is written from now on: received at that time, or as it is written.
    pub(crate) const fn date_receipt(&mut self, received_at: Option<Timestamp>) {
        self.received_at = received_at;
    }

    /// Whether the chunk has at most [`CHUNK_BYTES`] with these.
    pub(crate) const fn has_room_for(&self, bytes: &[u8]) -> bool {
        self.chunk.bytes.saturating_add(bytes.len() as u64) <= CHUNK_BYTES
    }

    /// The chunk record, once the chunk is a second old or has [`CHUNK_BYTES`] and all its bytes are written.
    pub(crate) fn take_chunk(&mut self, now: Timestamp) -> Option<Event> {
        let since = self.chunk.since?;
        if self.chunk.bytes >= CHUNK_BYTES || is_due(since, now) { self.cut_chunk(now) } else { None }
    }

    /// The chunk record of all bytes not cited yet, whatever their age; `None` while bytes are held in memory.
    pub(crate) fn cut_chunk(&mut self, now: Timestamp) -> Option<Event> {
        // By its time and not by its bytes: a last line without a newline makes a chunk of no bytes.
        self.chunk.since?;
        self.flush(now).ok()?;
        // Before the chunk is taken out, as `end` counts its bytes.
        let fresh = Chunk { offset: self.end().0, ..Chunk::default() };
        let chunk = std::mem::replace(&mut self.chunk, fresh);
        Some(Event::LogChunk {
            offset: LogOffset(chunk.offset),
            bytes: ByteCount(chunk.bytes),
            lines: chunk.tally.lines,
            sha256: hex(chunk.digest.finalize().as_slice()),
            tally: chunk.tally,
            received_at: chunk.last.filter(|last| now.since(*last) >= WAITED),
        })
    }

    /// Why bytes wait in memory for the disk, or the log is gone, if so.
    pub(crate) fn trouble(&self) -> Option<&str> {
        let is_on = self.is_gone || !self.held.is_empty();
        self.refusal.as_ref().filter(|_| is_on).map(|(_, reason)| reason.as_str())
    }

    /// Makes a log again that somebody deleted, also when nothing is to be written.
    ///
    pub(crate) fn ensure_exists(&mut self, now: Timestamp) -> Result<(), JournalError> {
        // A file that was let go is not deleted: it is opened again once its disk can be written.
        if self.is_away() {
            return Ok(());
        }
        let Err(error) = self.storage.ensure_exists() else {
            self.is_gone = false;
            return Ok(());
        };
        // The first call only reports the deletion; the second one makes the file again.
        self.is_gone = self.storage.ensure_exists().is_err();
        if self.is_gone {
            self.refusal = Some((now, error.to_string()));
        }
        Err(self.refused(error))
    }

    /// Discards what waits in memory at the end of a watch: how many lines end in it, and why it could not be written.
    /// What is on disk is left for a watch that continues the run.
    pub(crate) fn give_up(&mut self) -> Option<(LineCount, String)> {
        let reason = self.trouble()?.to_owned();
        let lines = memchr::memchr_iter(b'\n', &self.held).count();
        self.held.clear();
        self.is_full = false;
        self.is_gone = false;
        self.chunk = Chunk { offset: self.chunk.offset, ..Chunk::default() };
        Some((LineCount(lines as u64), reason))
    }

    /// Lines that no record cites yet.
    pub(crate) const fn uncited_lines(&self) -> LineCount {
        self.chunk.tally.lines
    }

    pub(crate) fn is_away(&self) -> bool {
        self.storage.is_away()
    }

    pub(crate) fn let_go(&mut self) {
        self.storage.let_go();
    }

    /// Opens the log's file again after [`Self::let_go`], once the lock of the run is held again.
    pub(crate) fn open_again(&mut self) -> Result<(), JournalError> {
        self.storage.open_again().map_err(|source| self.refused(source))
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> ByteCount {
        ByteCount(self.held.len() as u64)
    }

    /// Lets the next write be tried at once, without the second's wait after a refusal.
    pub(crate) fn hurry(&mut self) {
        if let Some((tried, _)) = &mut self.refusal {
            // Long ago rather than `None`: the reason of the refusal stays.
            *tried = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
        }
    }

    pub(crate) fn sync_now(&mut self) -> Result<(), JournalError> {
        self.storage.sync().map_err(|source| self.refused(source))?;
        self.unsynced = 0;
        Ok(())
    }

    /// Syncs if a byte waits for it. Called every second, it bounds what a power failure may take.
    pub(crate) fn sync_waiting(&mut self) -> Result<(), JournalError> {
        if self.unsynced > 0 { self.sync_now() } else { Ok(()) }
    }

    /// Syncs once [`UNSYNCED_BYTES`] wait for it. A sync blocks the loop until its bytes are on disk: a second's worth of
    /// a fast log would keep keys unanswered for too long.
    pub(crate) fn sync_many(&mut self) -> Result<(), JournalError> {
        if self.unsynced >= UNSYNCED_BYTES { self.sync_now() } else { Ok(()) }
    }

    /// Writes what is held, trying a refusing disk at most once a second.
    fn flush(&mut self, now: Timestamp) -> Result<(), JournalError> {
        if self.held.is_empty() {
            return Ok(());
        }
        if let Some((tried, reason)) = &self.refusal
            && !is_due(*tried, now)
        {
            return Err(self.refused(io::Error::other(reason.clone())));
        }
        let held = std::mem::take(&mut self.held);
        let (done, error) = write_some(&mut *self.storage, &held, self.written);
        // What was written before the error stays: the next try goes on behind it and repeats nothing.
        self.written += done as u64;
        self.unsynced += done as u64;
        let Some(error) = error else {
            self.refusal = None;
            return Ok(());
        };
        self.held = held.get(done..).unwrap_or_default().to_vec();
        self.refusal = Some((now, error.to_string()));
        Err(self.refused(error))
    }

    fn put(&mut self, bytes: &[u8], now: Timestamp) -> Result<(), JournalError> {
        let (_, error) = write_some(&mut *self.storage, bytes, self.written);
        if let Some(error) = error {
            self.refusal = Some((now, error.to_string()));
            // Half a piece must not stay in front of the next one. Should the cut fail too, the next write overwrites it.
            let _ = self.storage.cut(self.written);
            return Err(self.refused(error));
        }
        self.written += bytes.len() as u64;
        self.unsynced += bytes.len() as u64;
        Ok(())
    }

    fn refused(&self, source: io::Error) -> JournalError {
        JournalError::Write { path: self.path.clone(), source }
    }
}

impl Chunk {
    fn add(&mut self, bytes: &[u8], tally: LogTally, now: Timestamp, received_at: Option<Timestamp>) {
        self.bytes += bytes.len() as u64;
        // As the bytes come, so that a chunk is never read back from the disk.
        self.digest.update(bytes);
        self.tally.add(tally);
        self.since.get_or_insert(now);
        self.last = received_at.or(Some(now));
    }
}
