//! Events become records: journalled first, applied second. Holds the run, its journal and the raw log, and goes on in
//! memory while the disk refuses a record.

use std::fs;

use crate::{
    ingest::log_parser::ParsedLog,
    journal::{self, JournalError, JournalWriter, Placed, RawLog, ReadReport, RunFolder},
    run::{self, ByteCount, Event, Gap, JournalHead, LineCount, LogOffset, LogTally, Record, Run, Timestamp},
    screen::Unwritten,
};

use super::disk;

/// When records are forced to disk, besides at every phase change and action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syncing {
    /// At most a second later.
    EverySecond,
    /// Only then: a simulated day passes in seconds, and would flush the disk thousands of times.
    OnEdges,
    /// Not even then, but when the record is complete: a saved log can be imported once more.
    AtEnd,
}

pub(crate) struct Appended {
    pub(crate) record: Record,
    pub(crate) line: String,
}

/// A stretch in which the disk refused bytes of the log.
struct Refusal {
    from: Timestamp,
    reason: String,
    /// Whether a hole of the journal on record covers it already.
    is_recorded: bool,
}

pub(crate) struct Recorder {
    run: Run,
    writer: JournalWriter,
    raw: RawLog,
    folder: RunFolder,
    /// Why the journal did not take the last record.
    trouble: Option<String>,
    /// Why the files of a disk that turned read-only could not be opened again yet.
    reopen_error: Option<String>,
    last_line_at: Option<Timestamp>,
    /// The last stretch in which the disk refused bytes of the log, until its end is on record.
    refusal: Option<Refusal>,
    /// Where log bytes were last dropped, for want of disk and memory.
    dropping: Option<Gap>,
    syncing: Syncing,
}

impl Recorder {
    /// Begins a record: the first event is on disk when this returns. On failure the folder is removed again.
    pub(crate) fn begin(
        folder: RunFolder,
        at: Timestamp,
        started: &Event,
        syncing: Syncing,
    ) -> Result<(Self, Appended), JournalError> {
        let place = folder.clone();
        Self::begin_in(folder, at, started, syncing).inspect_err(|_| place.discard())
    }

    fn begin_in(
        folder: RunFolder,
        at: Timestamp,
        started: &Event,
        syncing: Syncing,
    ) -> Result<(Self, Appended), JournalError> {
        let mut writer = JournalWriter::create(&folder)?;
        // The journal first, as it takes the lock of the folder.
        let raw = RawLog::create(&folder)?;
        let record = writer.append_durably(at, started)?;
        let run = Run::start(&record)
            .map_err(|error| JournalError::Start { path: folder.journal_path(), source: error })?;
        let line = writer.last_line().to_owned();
        Ok((Self::new(run, writer, raw, folder, syncing), Appended { record, line }))
    }

    pub(crate) fn disk_warnings(&self) -> Vec<String> {
        disk::warnings(&self.folder, self.writer.has_weak_lock())
    }

    /// Opens the record of an interrupted run and takes its lock; also returns how many cited bytes of log are missing.
    pub(crate) fn reopen(folder: RunFolder, syncing: Syncing) -> Result<(Self, ByteCount), JournalError> {
        // The writer first, as it takes the lock: nobody may add to the run while it is read.
        let (writer, report) = JournalWriter::reopen(&folder)?;
        // A record that cannot be applied would leave the run in memory different from its journal.
        if let Some(found) = report.format.filter(|_| report.opaque > 0) {
            return Err(JournalError::TooNew { path: folder.journal_path(), found });
        }
        let (run, _) = journal::read_run(&folder)?;
        let end = run.log.end;
        let (raw, missing) = RawLog::reopen(&folder, end)?;
        Ok((Self::new(run, writer, raw, folder, syncing), missing))
    }

    fn new(run: Run, writer: JournalWriter, raw: RawLog, folder: RunFolder, syncing: Syncing) -> Self {
        Self {
            run,
            writer,
            raw,
            folder,
            trouble: None,
            reopen_error: None,
            last_line_at: None,
            refusal: None,
            dropping: None,
            syncing,
        }
    }

    /// Journals an event, forces it to disk and applies it.
    pub(crate) fn append_durably(&mut self, at: Timestamp, event: &Event) -> Result<Appended, JournalError> {
        let record = self.writer.append_durably(self.monotonic(at), event)?;
        Ok(self.apply(record))
    }

    /// Records that a power failure took the end of the log, and only then fills its place: an interruption in between
    /// leaves the place empty, for the next attempt to find.
    ///
    pub(crate) fn record_lost(&mut self, at: Timestamp, gap: Gap) -> Result<Appended, JournalError> {
        let made = self.append_durably(at, &Event::LogGap(gap))?;
        self.raw.fill_lost()?;
        Ok(made)
    }

    /// `at`, or the time of the last record where that is later: what follows from a record is recorded before other
    /// things seen at the same moment, and times of records never run back.
    fn monotonic(&self, at: Timestamp) -> Timestamp {
        at.max(self.run.recorded_at)
    }

    /// The next log bytes on disk that no record cites; they are passed to [`Recorder::log`] again.
    pub(crate) fn read_uncited(&mut self) -> Result<Option<Vec<u8>>, JournalError> {
        self.raw.uncited()
    }

    /// Dates the log bytes of an earlier life: its uncited ones were received by then.
    pub(crate) const fn date_uncited(&mut self, received_at: Option<Timestamp>) {
        self.raw.date_receipt(received_at);
    }

    /// Cuts off the part of a line that a crash left; a failure shows at the next line.
    pub(crate) fn cut_partial_line(&mut self) {
        drop(self.raw.cut_rest());
    }

    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    pub(crate) fn folder(&self) -> &RunFolder {
        &self.folder
    }

    pub(crate) fn head(&self) -> JournalHead {
        self.writer.head().clone()
    }

    /// The SHA-256 of the record that [`Self::record`] would make next of this event.
    pub(crate) fn digest_of_next(&self, at: Timestamp, event: &Event) -> Option<String> {
        self.writer.digest_of_next(self.monotonic(at), event)
    }

    /// Why records are held in memory only, if they are.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.reopen_error.as_deref().or(self.trouble.as_deref()).or_else(|| self.raw.trouble())
    }

    pub(crate) fn unwritten(&self) -> Option<Unwritten> {
        let reason = self.trouble()?.to_owned();
        let lines = self.raw.trouble().map_or(LineCount(0), |_| self.raw.uncited_lines());
        let last_line_at = self.last_line_at.filter(|_| lines.0 > 0);
        Some(Unwritten { reason, records: self.writer.held(), lines, last_line_at })
    }

    /// Journals and applies an event; where the disk refuses it, it waits in memory. Once in the file it outlives this
    /// process, and a power failure once it is forced to disk: here where it changes the phase, otherwise at the next
    /// beat.
    pub(crate) fn record(&mut self, at: Timestamp, event: &Event) -> Appended {
        let phase = self.run.phases.current;
        let (record, placed) = self.writer.append_or_hold(self.monotonic(at), event);
        self.trouble = placed.trouble().map(JournalError::cause);
        let made = self.apply(record);
        if phase != self.run.phases.current && self.syncing != Syncing::AtEnd {
            self.sync();
        }
        made
    }

    /// Journals and applies an event that has to be on disk before anything follows from it; `None`
    /// where the disk does not take it, and then nothing is applied either.
    pub(crate) fn record_durably(&mut self, at: Timestamp, event: &Event) -> Option<Appended> {
        // The log first: the journal must not cite bytes that a power failure can still take.
        self.raw.sync_waiting().ok()?;
        let record = self.writer.append_durably(self.monotonic(at), event).ok()?;
        Some(self.apply(record))
    }

    fn apply(&mut self, record: Record) -> Appended {
        run::apply(&mut self.run, &record);
        Appended { record, line: self.writer.last_line().to_owned() }
    }

    pub(crate) fn log_end(&self) -> LogOffset {
        self.raw.end()
    }

    /// Whether the log's chunk takes these bytes in without growing too long.
    pub(crate) fn has_room_for(&self, bytes: &[u8]) -> bool {
        self.raw.has_room_for(bytes)
    }

    /// Writes bytes of a saved log, which are cited afterwards.
    pub(crate) fn saved_log(&mut self, at: Timestamp, bytes: &[u8]) -> Result<(), JournalError> {
        self.raw.append(bytes, at)
    }

    /// Cites the next lines of a saved log, of which the digest is known.
    pub(crate) fn saved_lines(&mut self, at: Timestamp, bytes: ByteCount, tally: LogTally, sha256: String) {
        let chunk = self.raw.cite(bytes, tally, sha256);
        self.record(at, &chunk);
    }

    /// Writes log bytes; the gap before them, where neither disk nor memory could hold some.
    pub(crate) fn log(&mut self, bytes: &[u8], taken: &ParsedLog, now: Timestamp) -> Option<Gap> {
        self.last_line_at = Some(now);
        let (offset, placed) = self.raw.write(bytes, taken.tally, now);
        if let Some(error) = placed.trouble() {
            self.refused(now, error);
        }
        if self.syncing == Syncing::EverySecond {
            // In portions: a second's worth of a fast log forced at once would hold up the keys.
            drop(self.raw.sync_many());
        }
        match placed {
            Placed::Written | Placed::Held(_) => self.take_dropped_gap(now),
            Placed::Dropped(error) => {
                // The gap begins with the first bytes dropped, however many follow.
                let begin = || Gap { from: now, to: now, offset, reason: error.to_string(), record: None };
                self.dropping.get_or_insert_with(begin);
                None
            }
        }
    }

    /// The disk refuses the log, from now on if it did not before.
    fn refused(&mut self, now: Timestamp, error: &JournalError) {
        let begin = || Refusal { from: now, reason: error.cause(), is_recorded: false };
        self.refusal.get_or_insert_with(begin);
    }

    pub(crate) fn is_dropping(&self) -> bool {
        self.dropping.is_some()
    }

    pub(crate) fn take_dropped_gap(&mut self, now: Timestamp) -> Option<Gap> {
        self.dropping.take().map(|gap| Gap { to: now, ..gap })
    }

    pub(crate) fn take_due_chunk(&mut self, now: Timestamp) -> Option<Appended> {
        let chunk = self.raw.take_chunk(now)?;
        Some(self.record(now, &chunk))
    }

    /// Once a second: closes a hole, cuts the log's chunk, forces to disk.
    pub(crate) fn beat(&mut self, now: Timestamp) -> Vec<Appended> {
        let mut made = Vec::new();
        // The files first: a hole can be closed only in a file that is there.
        self.restore_files(now);
        self.begin_hole_with_refusal();
        if let Some(record) = self.writer.mend(self.monotonic(now)) {
            made.push(self.apply_hole(record));
        }
        made.extend(self.take_due_chunk(now));
        made.extend(self.end_refusal(now));
        if self.syncing == Syncing::EverySecond {
            // A disk that cannot sync refuses the next write as well, which is where it is handled.
            // The log before the journal, which cites it.
            drop(self.raw.sync_waiting());
            drop(self.writer.sync_waiting());
        }
        made
    }

    /// Makes files again that were deleted. Closes both files as soon as one of them is on a disk turned read-only, and
    /// opens them again once it can be written; the journal first, as it brings the lock with it.
    fn restore_files(&mut self, now: Timestamp) {
        if !self.writer.is_away() && !self.raw.is_away() {
            if let Err(error) = self.writer.ensure_exists(self.monotonic(now)) {
                self.trouble = Some(error.cause());
            }
            if let Err(error) = self.raw.ensure_exists(now) {
                self.refused(now, &error);
            }
            return;
        }
        self.writer.let_go();
        self.raw.let_go();
        let back = self.writer.open_again().and_then(|()| self.raw.open_again());
        self.reopen_error = back.err().map(|error| error.cause());
    }

    /// Tries a disk that refused once more, without waiting for the next attempt's time.
    pub(crate) fn retry_now(&mut self, now: Timestamp) -> Option<Appended> {
        self.restore_files(now);
        self.raw.hurry();
        self.begin_hole_with_refusal();
        let record = self.writer.mend_now(self.monotonic(now))?;
        Some(self.apply_hole(record))
    }

    /// One refusal makes one hole, which begins at the first byte refused, whether of the log or of the journal.
    fn begin_hole_with_refusal(&mut self) {
        if let Some(Refusal { from, .. }) = self.refusal {
            self.writer.refused_since(from);
        }
    }

    fn apply_hole(&mut self, hole: Record) -> Appended {
        self.trouble = None;
        if let Some(refusal) = &mut self.refusal {
            refusal.is_recorded = true;
        }
        self.apply(hole)
    }

    /// Records that the disk refused bytes of the log for a while, once all that was held of them is written and cited.
    pub(crate) fn end_refusal(&mut self, now: Timestamp) -> Option<Appended> {
        if self.raw.trouble().is_some() || self.writer.has_hole() {
            return None;
        }
        let Refusal { from, reason, is_recorded } = self.refusal.take()?;
        (!is_recorded).then(|| self.record(now, &Event::RecordHole { from, records: 0, reason }))
    }

    /// Discards log that still waits for the disk at the end; the gap that it leaves.
    pub(crate) fn discard_log(&mut self, now: Timestamp) -> Option<Gap> {
        let (lines, reason) = self.raw.give_up()?;
        // Taken, as the gap covers the refusal: a hole must not be recorded for it as well.
        let from = self.refusal.take().map_or(now, |refusal| refusal.from);
        let reason = format!("{lines} lines that waited in memory could not be written to dr.log: {reason}");
        Some(Gap { from, to: now, offset: self.raw.end(), reason, record: None })
    }

    /// Applies a hole for the records that still wait for the disk at the end, and are lost. The hole is lost as
    /// well, but the summary and the exit code of the run in memory follow from it.
    pub(crate) fn discard_records(&mut self, now: Timestamp) -> Option<Appended> {
        let (from, reason, records) = self.writer.refusal()?;
        let hole = Event::RecordHole { from, records, reason: reason.to_owned() };
        Some(self.record(now, &hole))
    }

    pub(crate) fn cut(&mut self, now: Timestamp) -> Option<Appended> {
        let chunk = self.raw.cut_chunk(now)?;
        Some(self.record(now, &chunk))
    }

    /// Whether folding what is on disk gives this very run, on which replays, resumes and reports rest. Skipped for
    /// records with holes, and for those that somebody removed, cut or changed.
    pub(crate) fn replays_equal(&self) -> bool {
        let has_holes = self.trouble.is_some()
            || self.run.findings.iter().any(|finding| finding.code == run::Code::RecordHole);
        has_holes || self.matches_journal(journal::read_run(&self.folder))
    }

    /// Whether a journal read back is that of this run, or proves nothing.
    fn matches_journal(&self, read: Result<(Run, ReadReport), JournalError>) -> bool {
        let is_as_written = || {
            let length = fs::metadata(self.folder.journal_path()).map(|file| file.len());
            length.is_ok_and(|length| length == self.writer.length())
        };
        match read {
            Ok((replayed, report)) if report.head == *self.writer.head() => replayed == self.run,
            // A disk that cannot be read proves nothing.
            Err(JournalError::Read { .. }) => true,
            _ => !is_as_written(),
        }
    }

    /// Forces everything to disk; a failure shows at the next record.
    pub(crate) fn sync(&mut self) {
        // The log before the journal: what the journal cites has to survive a power failure too.
        drop(self.raw.sync_now());
        drop(self.writer.sync_now());
    }

    /// Releases the lock of the run: nothing more is recorded.
    pub(crate) fn release(&mut self) {
        self.writer.release();
    }
}

#[cfg(test)]
mod tests;
