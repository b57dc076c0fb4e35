//! The raw log kept beside the journal (`dr.log`): bytes as they came, and the chunks that cite them.
//! What the lines mean is not looked at here.

use std::{fs::OpenOptions, io, path::PathBuf};

use sha2::{Digest, Sha256};

use super::{
    disk::RunFolder,
    disk::{HELD_LIMIT, is_due, keep},
    disk::{Placed, Storage, write_some},
    error::JournalError,
    format::hex,
};
use crate::{
    durability::force_names,
    run::{ByteCount, Elapsed, Event, LineCount, LogOffset, LogTally, Timestamp},
};

/// A chunk is cut when it has this many bytes, whatever its age. It has more only where it was given them at once.
pub const CHUNK_BYTES: u64 = 64 << 10;

/// So many bytes are forced to disk without waiting for the second to pass: some 20 ms on a plain disk.
const UNSYNCED_BYTES: u64 = 4 << 20;

/// Bytes that are cited so much later have waited for the disk: what came behind them meanwhile may be lost.
const WAITED: Elapsed = Elapsed::from_secs(3);

/// Most bytes handed over at a time when a log is taken up again.
const PIECE: usize = 256 << 10;

/// Writes `dr.log` and cuts it into chunks for the journal.
pub struct RawLog {
    path: PathBuf,
    storage: Box<dyn Storage>,
    /// Bytes in the file.
    written: u64,
    /// Bytes that the disk refused, to be written after those.
    held: Vec<u8>,
    /// Some were dropped, as memory for them is used up: a shorter piece that would still fit comes after those.
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

/// The chunk that is filling.
#[derive(Default)]
struct Chunk {
    offset: u64,
    bytes: u64,
    digest: Sha256,
    lines: LineCount,
    tally: LogTally,
    since: Option<Timestamp>,
    last: Option<Timestamp>,
}

impl RawLog {
    /// Begins the raw log of a fresh run folder.
    ///
    /// # Errors
    /// [`JournalError::Write`] where the system refuses or a log is already there.
    pub fn create(folder: &RunFolder) -> Result<Self, JournalError> {
        let path = folder.log_path();
        let file = folder.create_file(&path)?;
        Ok(Self::over(path.clone(), keep(file, path)?, 0))
    }

    /// Opens the raw log of an interrupted run, whose journal cites it up to `cited`; also returns how many cited
    /// bytes a power failure took. Nothing is written: what is missing has to be on record first, as from
    /// [`Self::fill_lost`] on the file no longer shows it.
    ///
    /// Before anything else is written, the bytes that [`Self::uncited`] gives have to be.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn reopen(folder: &RunFolder, cited: LogOffset) -> Result<(Self, ByteCount), JournalError> {
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
                Ok((Self::over(path.clone(), keep(file, path)?, cited.0), ByteCount(missing)))
            }
            Err(source) => Err(JournalError::Write { path, source }),
        }
    }

    /// Puts zeros and the end of a line where bytes are missing that the journal cites, so that the next line does not
    /// go on with a torn one.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn fill_lost(&mut self) -> Result<(), JournalError> {
        // Behind the end of a file a write leaves zeros before it.
        let (_, error) = write_some(&mut *self.storage, b"\n", self.written.saturating_sub(1));
        error.map_or(Ok(()), |source| Err(self.refused(source)))?;
        self.sync_now()
    }

    /// The next bytes that stand on disk beyond [`Self::end`], as a crash left them before their record;
    /// `None` once there are none. They stay on disk: the caller passes each piece to [`Self::write`],
    /// which puts them where they are, and asks again.
    ///
    /// # Errors
    /// [`JournalError::Read`].
    pub fn uncited(&mut self) -> Result<Option<Vec<u8>>, JournalError> {
        let mut piece = vec![0; PIECE];
        let refused = |source| JournalError::Read { path: self.path.clone(), source };
        let length = self.storage.read_at(&mut piece, self.written).map_err(refused)?;
        piece.truncate(length);
        Ok((length > 0).then_some(piece))
    }

    /// Cuts off what stands on disk beyond [`Self::end`]: a line of which a crash left only the beginning.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn cut_rest(&mut self) -> Result<(), JournalError> {
        self.storage.cut(self.written).map_err(|source| self.refused(source))
    }

    pub(super) fn over(path: PathBuf, storage: Box<dyn Storage>, written: u64) -> Self {
        Self {
            path,
            storage,
            written,
            held: Vec::new(),
            is_full: false,
            refusal: None,
            chunk: Chunk { offset: written, ..Chunk::default() },
            received_at: None,
            unsynced: 0,
            is_gone: false,
        }
    }

    /// Where the next byte will stand.
    #[must_use]
    pub const fn end(&self) -> LogOffset {
        LogOffset(self.chunk.offset.saturating_add(self.chunk.bytes))
    }

    /// Writes bytes of the log in which `lines` lines end, which were `tally`; returns where they
    /// begin. Bytes that the disk refuses are held in memory; once [`HELD_LIMIT`] is used up all are dropped
    /// until the disk has taken those, and the caller has to record a gap at the offset returned.
    pub fn write(
        &mut self,
        bytes: &[u8],
        lines: LineCount,
        tally: LogTally,
        now: Timestamp,
    ) -> (LogOffset, Placed) {
        let offset = self.end();
        let trouble = self.flush(now).and_then(|()| self.put(bytes, now));
        self.is_full &= !self.held.is_empty();
        if let Err(error) = trouble {
            self.is_full |= self.held.len() + bytes.len() > HELD_LIMIT;
            if self.is_full {
                return (offset, Placed::Dropped(error));
            }
            self.held.extend_from_slice(bytes);
            self.chunk.add(bytes, lines, tally, now, self.received_at);
            return (offset, Placed::Held(error));
        }
        self.chunk.add(bytes, lines, tally, now, self.received_at);
        (offset, Placed::Written)
    }

    /// Dates what is written from now on: received at that time, or as it is written.
    pub const fn date_receipt(&mut self, received_at: Option<Timestamp>) {
        self.received_at = received_at;
    }

    /// Whether the chunk has at most [`CHUNK_BYTES`] with these; otherwise it is better cut before them.
    #[must_use]
    pub const fn has_room_for(&self, bytes: &[u8]) -> bool {
        self.chunk.bytes.saturating_add(bytes.len() as u64) <= CHUNK_BYTES
    }

    /// The chunk record due now: when the chunk is a second old or has [`CHUNK_BYTES`], and all its
    /// bytes are written.
    pub fn take_chunk(&mut self, now: Timestamp) -> Option<Event> {
        let since = self.chunk.since?;
        if self.chunk.bytes >= CHUNK_BYTES || is_due(since, now) { self.cut_chunk(now) } else { None }
    }

    /// The chunk record of all that is not cited yet, whatever its age; for the end of a watch.
    /// `None` where nothing is, or bytes are still held in memory.
    pub fn cut_chunk(&mut self, now: Timestamp) -> Option<Event> {
        self.chunk.since?;
        self.flush(now).ok()?;
        let fresh = Chunk { offset: self.end().0, ..Chunk::default() };
        let chunk = std::mem::replace(&mut self.chunk, fresh);
        Some(Event::LogChunk {
            offset: LogOffset(chunk.offset),
            bytes: ByteCount(chunk.bytes),
            lines: chunk.lines,
            sha256: hex(chunk.digest.finalize().as_slice()),
            tally: chunk.tally,
            received_at: chunk.last.filter(|last| now.since(*last) >= WAITED),
        })
    }

    /// Why bytes wait in memory for the disk, or the log is gone, if so.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        let is_on = self.is_gone || !self.held.is_empty();
        self.refusal.as_ref().filter(|_| is_on).map(|(_, reason)| reason.as_str())
    }

    /// Makes a log again that somebody deleted, also when nothing is to be written.
    ///
    /// # Errors
    /// [`JournalError::Write`] says that it was deleted, be it there again or not: [`Self::trouble`] tells.
    pub fn ensure_exists(&mut self, now: Timestamp) -> Result<(), JournalError> {
        if self.is_away() {
            return Ok(());
        }
        let Err(error) = self.storage.ensure_exists() else {
            self.is_gone = false;
            return Ok(());
        };
        self.is_gone = self.storage.ensure_exists().is_err();
        if self.is_gone {
            self.refusal = Some((now, error.to_string()));
        }
        Err(self.refused(error))
    }

    /// Gives up what waits in memory, for the end of a watch: how many lines end in it, and why it could not be
    /// written. What stands on disk is left for whoever takes the run up.
    pub fn give_up(&mut self) -> Option<(LineCount, String)> {
        let reason = self.trouble()?.to_owned();
        let lines = memchr::memchr_iter(b'\n', &self.held).count();
        self.held.clear();
        self.is_full = false;
        self.is_gone = false;
        self.chunk = Chunk { offset: self.chunk.offset, ..Chunk::default() };
        Some((LineCount(lines as u64), reason))
    }

    /// Lines that no record cites yet: while bytes wait in memory for the disk, those and any before them.
    #[must_use]
    pub const fn uncited_lines(&self) -> LineCount {
        self.chunk.lines
    }

    /// Whether the disk has turned read-only, and the log's file was closed for it to be mended.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.storage.is_away()
    }

    /// Closes the log's file, so that a read-only disk can be mended.
    pub fn let_go(&mut self) {
        self.storage.let_go();
    }

    /// Opens the log's file again after [`Self::let_go`], once the lock of the run is held again.
    ///
    /// # Errors
    /// [`JournalError::Write`] while the disk is still away, or holds another file in its place.
    pub fn open_again(&mut self) -> Result<(), JournalError> {
        self.storage.open_again().map_err(|source| self.refused(source))
    }

    /// Bytes waiting in memory for the disk.
    #[must_use]
    pub fn held(&self) -> ByteCount {
        ByteCount(self.held.len() as u64)
    }

    /// Lets the next bytes be tried at once, however short the last refusal is ago: for the end of a watch.
    pub fn hurry(&mut self) {
        if let Some((tried, _)) = &mut self.refusal {
            *tried = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
        }
    }

    /// Returns once every byte written so far would survive a power failure.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn sync_now(&mut self) -> Result<(), JournalError> {
        self.storage.sync().map_err(|source| self.refused(source))?;
        self.unsynced = 0;
        Ok(())
    }

    /// Syncs if a byte waits for it. Called every second, it bounds what a power failure may take.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn sync_waiting(&mut self) -> Result<(), JournalError> {
        if self.unsynced > 0 { self.sync_now() } else { Ok(()) }
    }

    /// Syncs once `UNSYNCED_BYTES` wait for it. A sync takes as long as its bytes need on their way to the disk, and
    /// nothing else goes on meanwhile: a second's worth of a fast log would keep keys unanswered for too long.
    ///
    /// # Errors
    /// [`JournalError::Write`].
    pub fn sync_many(&mut self) -> Result<(), JournalError> {
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

    /// Writes fresh bytes whole or not at all.
    fn put(&mut self, bytes: &[u8], now: Timestamp) -> Result<(), JournalError> {
        let (_, error) = write_some(&mut *self.storage, bytes, self.written);
        if let Some(error) = error {
            self.refusal = Some((now, error.to_string()));
            // Should this fail too, the next bytes overwrite the rest of these.
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
    fn add(
        &mut self,
        bytes: &[u8],
        lines: LineCount,
        tally: LogTally,
        now: Timestamp,
        received_at: Option<Timestamp>,
    ) {
        self.bytes += bytes.len() as u64;
        self.digest.update(bytes);
        self.lines = LineCount(self.lines.0.saturating_add(lines.0));
        self.tally.add(tally);
        self.since.get_or_insert(now);
        self.last = received_at.or(Some(now));
    }
}
