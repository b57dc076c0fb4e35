//! Appending records to a journal: the chain, durability, and going on while the disk refuses.
//! What is on disk when is in the documentation of the room.

use std::{fs::OpenOptions, io, path::PathBuf};

use super::{
    disk::{HELD_LIMIT, Placed, RunFolder, RunLock, Storage, is_due, keep, write_some},
    error::JournalError,
    format::{NO_DIGEST, digest, encode},
    reading::reader::{JournalReader, ReadReport},
};
use crate::run::{Event, JournalHead, Record, Sequence, Timestamp};

/// Appends records to the journal of a run, which it holds the lock of.
pub struct JournalWriter {
    path: PathBuf,
    storage: Box<dyn Storage>,
    lock: RunLock,
    end: End,
    /// A failed write may have left bytes beyond `length`.
    torn: bool,
    /// Records wait for their sync.
    is_unsynced: bool,
    hole: Option<Hole>,
    /// The line of the last record, without its newline.
    last_line: String,
}

/// Where a journal ends; put back where an append fails half way.
#[derive(Clone)]
struct End {
    next: Sequence,
    /// End of the chain, records held in memory included.
    chain: JournalHead,
    /// End of the chain as far as it is written.
    written: JournalHead,
    /// Length of the whole lines in the file.
    length: u64,
}

/// A time in which the disk refuses records.
struct Hole {
    from: Timestamp,
    reason: String,
    held: Vec<u8>,
    dropped: u64,
    tried_at: Option<Timestamp>,
}

impl Hole {
    fn may_be_tried(&self, now: Timestamp) -> bool {
        self.tried_at.is_none_or(|tried| is_due(tried, now))
    }
}

/// The next record of a journal, encoded and not written yet. It holds the writer, so that nothing can take its place in
/// the chain.
pub(crate) struct PreparedRecord<'w> {
    writer: &'w mut JournalWriter,
    at: Timestamp,
    event: Event,
    line: Vec<u8>,
}

impl PreparedRecord<'_> {
    /// Its number.
    pub(crate) const fn seq(&self) -> Sequence {
        self.writer.end.next
    }

    /// Where the chain stands once it is written.
    pub(crate) fn head(&self) -> JournalHead {
        let records = self.writer.end.chain.records + 1;
        JournalHead { records, head: digest(self.line.trim_ascii_end()) }
    }

    /// Writes this very line; returns once it would survive a power failure. After an error the journal is as before.
    pub(crate) fn append_durably(self) -> Result<Record, JournalError> {
        self.writer.append_line_durably(self.at, &self.event, &self.line)
    }
}

impl JournalWriter {
    /// Begins the journal of a fresh run folder; fails where a journal is already there.
    pub(crate) fn create(folder: &RunFolder) -> Result<Self, JournalError> {
        let lock = RunLock::take(folder)?;
        let path = folder.journal_path();
        let file = folder.create_file(&path)?;
        Ok(Self::over(folder, lock, keep(file, path)?))
    }

    /// Continues the journal of an interrupted run: checks all of it, cuts off a torn last line, and returns what was
    /// found.
    ///
    /// # Errors
    /// [`JournalError::Locked`] while it is still being recorded; everything a reader may find; and
    /// [`JournalError::Write`].
    pub fn reopen(folder: &RunFolder) -> Result<(Self, ReadReport), JournalError> {
        // The lock before the reading, so that nobody appends to what was just checked.
        let lock = RunLock::take(folder)?;
        let mut reader = JournalReader::open(folder)?;
        reader.by_ref().try_for_each(|entry| entry.map(drop))?;
        let report = reader.report();
        let path = folder.journal_path();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|source| JournalError::Write { path: path.clone(), source })?;
        let mut writer = Self::over(folder, lock, keep(file, path)?);
        let (chain, written) = (report.head.clone(), report.head.clone());
        writer.end = End { next: report.next, chain, written, length: report.length };
        writer.torn = report.torn.is_some();
        writer.cut_torn()?;
        Ok((writer, report))
    }

    pub(super) fn over(folder: &RunFolder, lock: RunLock, storage: Box<dyn Storage>) -> Self {
        let head = JournalHead { records: 0, head: NO_DIGEST.to_owned() };
        Self {
            path: folder.journal_path(),
            storage,
            lock,
            end: End { next: Sequence(0), chain: head.clone(), written: head, length: 0 },
            torn: false,
            is_unsynced: false,
            hole: None,
            last_line: String::new(),
        }
    }

    /// Appends an event and returns its record once the system has taken it. Where that fails, the journal is as before
    /// and the call can be repeated.
    pub(crate) fn append(&mut self, at: Timestamp, event: &Event) -> Result<Record, JournalError> {
        let line = self.encode_next(at, event)?;
        self.append_line(at, event, &line)
    }

    /// Appends an event and returns its record once it would survive a power failure.
    ///
    /// # Errors
    /// The disk does not take the record; the journal is as before, and the call can be repeated.
    pub fn append_durably(&mut self, at: Timestamp, event: &Event) -> Result<Record, JournalError> {
        let line = self.encode_next(at, event)?;
        self.append_line_durably(at, event, &line)
    }

    /// Makes the next record ready without writing it, so that the head after it can be signed first.
    pub(crate) fn prepare(
        &mut self,
        at: Timestamp,
        event: Event,
    ) -> Result<PreparedRecord<'_>, JournalError> {
        let line = self.encode_next(at, &event)?;
        Ok(PreparedRecord { writer: self, at, event, line })
    }

    /// The SHA-256 that the next record will have if it is this one, in hex; `None` where it could not be written at all.
    pub(crate) fn digest_of_next(&self, at: Timestamp, event: &Event) -> Option<String> {
        let line = encode(self.end.next, at, &self.end.chain.head, event).ok()?;
        Some(digest(line.trim_ascii_end()))
    }

    fn encode_next(&self, at: Timestamp, event: &Event) -> Result<Vec<u8>, JournalError> {
        // Earlier records still wait in memory: one written now would be out of sequence, and break the chain
        // in the file.
        if let Some(hole) = &self.hole {
            return Err(JournalError::HoleOpen { from: hole.from, reason: hole.reason.clone() });
        }
        encode(self.end.next, at, &self.end.chain.head, event)
    }

    fn append_line(&mut self, at: Timestamp, event: &Event, line: &[u8]) -> Result<Record, JournalError> {
        self.write(line)?;
        // Linked only once it is written: after an error the next record takes this place in the chain.
        let record = self.link(at, event, line);
        self.end.written = self.end.chain.clone();
        self.is_unsynced = true;
        Ok(record)
    }

    fn append_line_durably(
        &mut self,
        at: Timestamp,
        event: &Event,
        line: &[u8],
    ) -> Result<Record, JournalError> {
        let before = self.end.clone();
        let record = self.append_line(at, event, line)?;
        self.sync_now().inspect_err(|_| {
            // The line may be whole in the file, but the caller will treat the event as not recorded.
            self.end = before;
            self.torn = true;
            // A cut that fails is repeated before the next write.
            let _ = self.cut_torn();
        })?;
        Ok(record)
    }

    /// Appends an event, or holds it in memory while the disk refuses: the watch goes on either way.
    pub(crate) fn append_or_hold(&mut self, at: Timestamp, event: &Event) -> (Record, Placed) {
        let error = match self.append(at, event) {
            Ok(record) => return (record, Placed::Written),
            Err(error) => error,
        };
        let hole = self.hole.get_or_insert_with(|| Hole {
            from: at,
            reason: error.cause(),
            held: Vec::new(),
            dropped: 0,
            // An event that cannot be encoded is no try at the disk, which may take the next one at once.
            tried_at: matches!(error, JournalError::Write { .. }).then_some(at),
        });
        let line = encode(self.end.next, at, &self.end.chain.head, event).ok();
        let room = HELD_LIMIT.saturating_sub(hole.held.len());
        // After one record was dropped none is held: the dropped records have to be the last before the
        // hole's own record.
        if let Some(line) = line.filter(|line| hole.dropped == 0 && line.len() <= room) {
            hole.held.extend_from_slice(&line);
            return (self.link(at, event, &line), Placed::Held(error));
        }
        hole.dropped = hole.dropped.saturating_add(1);
        let record = Record { seq: self.end.next, at, event: event.clone() };
        // A dropped record keeps its number, so that the sequence shows how many are missing.
        self.end.next = self.end.next.next();
        // A front that prints journal lines must not print one that the journal will never have.
        self.last_line.clear();
        (record, Placed::Dropped(error))
    }

    /// Whether records wait for the disk or were lost, and no `record_hole` says so yet.
    pub(crate) const fn has_hole(&self) -> bool {
        self.hole.is_some()
    }

    /// Begins a hole where the journal was deleted; [`Self::mend`] then makes it again.
    pub(crate) fn ensure_exists(&mut self, at: Timestamp) -> Result<(), JournalError> {
        if self.hole.is_some() || self.is_away() {
            return Ok(());
        }
        let Err(source) = self.storage.ensure_exists() else { return Ok(()) };
        let error = self.refused(source);
        let reason = error.cause();
        // The storage has only reported the deletion. No try is noted, so that `mend` makes the file again
        // without a wait.
        self.hole = Some(Hole { from: at, reason, held: Vec::new(), dropped: 0, tried_at: None });
        Err(error)
    }

    /// Moves the beginning of the hole back to `from`, at which the disk already refused the log.
    pub(crate) fn refused_since(&mut self, from: Timestamp) {
        if let Some(hole) = &mut self.hole {
            hole.from = hole.from.min(from);
        }
    }

    /// Tries, at most once a second, to write what waits; then records the hole and returns that record.
    pub(crate) fn mend(&mut self, at: Timestamp) -> Option<Record> {
        if self.hole.as_ref().is_some_and(|hole| hole.may_be_tried(at)) { self.mend_now(at) } else { None }
    }

    /// As [`Self::mend`], however short the last try is ago: for the end of a watch.
    pub(crate) fn mend_now(&mut self, at: Timestamp) -> Option<Record> {
        // Taken out for the try, as `append` refuses while there is a hole.
        let hole = self.hole.take()?;
        let record = self.write_held(at, &hole);
        if record.is_none() {
            let tried_at = Some(at);
            // Where only the hole's own record failed, the held ones are in the file and must not be written
            // twice.
            let held = if self.end.written == self.end.chain { Vec::new() } else { hole.held };
            self.hole = Some(Hole { held, tried_at, ..hole });
        }
        record
    }

    fn write_held(&mut self, at: Timestamp, hole: &Hole) -> Option<Record> {
        // The held records first: the hole is on record only once all that could be kept is on disk before it.
        self.write(&hole.held).ok()?;
        self.end.written = self.end.chain.clone();
        // With nothing held nothing was written yet, which is what makes a deleted folder again.
        self.storage.ensure_exists().ok()?;
        // A folder that was deleted has been made again by now, without the lock file that was in it.
        self.lock.ensure_exists();
        let (from, reason) = (hole.from, hole.reason.clone());
        self.append(at, &Event::RecordHole { from, records: hole.dropped, reason }).ok()
    }

    pub(crate) fn sync_now(&mut self) -> Result<(), JournalError> {
        self.storage.sync().map_err(|source| self.refused(source))?;
        self.is_unsynced = false;
        Ok(())
    }

    /// Syncs if a record waits for it. Called every second, it bounds what a power failure may take.
    pub(crate) fn sync_waiting(&mut self) -> Result<(), JournalError> {
        if self.is_unsynced { self.sync_now() } else { Ok(()) }
    }

    pub(crate) fn is_away(&self) -> bool {
        self.storage.is_away()
    }

    pub(crate) const fn has_weak_lock(&self) -> bool {
        self.lock.is_weak()
    }

    /// Gives the lock back: nothing more may be appended.
    pub(crate) fn release(&mut self) {
        self.lock.let_go();
    }

    /// Closes the journal's file and gives the lock back, so that a read-only disk can be mended.
    pub(crate) fn let_go(&mut self) {
        self.storage.let_go();
        // The lock goes only with the file: while the journal can be written, nobody else may.
        if self.storage.is_away() {
            self.lock.let_go();
        }
    }

    /// Takes the lock and the journal's file again after [`Self::let_go`]; fails while the disk is still away, and where
    /// another process records the run by now.
    pub(crate) fn open_again(&mut self) -> Result<(), JournalError> {
        // The lock first: another process may have continued the run while the disk was away.
        self.lock.take_again()?;
        let back = self.storage.open_again().map_err(|source| self.refused(source));
        // A lock file that stays open would keep the disk from being repaired.
        back.inspect_err(|_| self.lock.let_go())
    }

    /// Records that wait in memory for the disk.
    pub(crate) const fn held(&self) -> u64 {
        self.end.chain.records.saturating_sub(self.end.written.records)
    }

    /// Since when the disk refuses, why, and how many records have not reached it, dropped ones included.
    pub(crate) fn refusal(&self) -> Option<(Timestamp, &str, u64)> {
        let hole = self.hole.as_ref()?;
        Some((hole.from, &hole.reason, self.held().saturating_add(hole.dropped)))
    }

    pub(crate) const fn head(&self) -> &JournalHead {
        &self.end.written
    }

    pub(crate) const fn length(&self) -> u64 {
        self.end.length
    }

    /// The line of the last record, written or held, without its newline; empty where that record was dropped.
    pub(crate) fn last_line(&self) -> &str {
        &self.last_line
    }

    #[cfg(test)]
    pub(super) const fn next(&self) -> Sequence {
        self.end.next
    }

    fn link(&mut self, at: Timestamp, event: &Event, line: &[u8]) -> Record {
        let record = Record { seq: self.end.next, at, event: event.clone() };
        let line = line.trim_ascii_end();
        self.end.chain.records += 1;
        self.end.chain.head = digest(line);
        self.last_line = String::from_utf8_lossy(line).into_owned();
        self.end.next = self.end.next.next();
        record
    }

    /// Writes whole lines, or leaves the file as it was.
    fn write(&mut self, lines: &[u8]) -> Result<(), JournalError> {
        // A cut that failed before is made up for here: the rest of a torn line would swallow this record.
        self.cut_torn()?;
        let (done, error) = write_some(&mut *self.storage, lines, self.end.length);
        if let Some(error) = error {
            self.torn = done > 0;
            // The reason of the failed write is what the engineer needs; a failed cut is repeated
            // before the next write.
            let _ = self.cut_torn();
            return Err(self.refused(error));
        }
        // Only now: until the whole of it is written, the next write begins at the same place.
        self.end.length += lines.len() as u64;
        Ok(())
    }

    fn cut_torn(&mut self) -> Result<(), JournalError> {
        if self.torn {
            self.storage.cut(self.end.length).map_err(|source| self.refused(source))?;
            self.torn = false;
        }
        Ok(())
    }

    fn refused(&self, source: io::Error) -> JournalError {
        JournalError::Write { path: self.path.clone(), source }
    }
}
