//! What one reading of the journal gives, from the first record to its growing end: the run at the end, and what is
//! needed to go to any place before it.

use std::{fs, os::unix::fs::MetadataExt as _};

use super::{
    landmarks::Landmarks,
    log_timeline::LogTimeline,
    snapshots::{Snapshot, Snapshots},
};
use crate::{
    journal::{Content, JournalError, JournalReader, RunFolder},
    run::{Record, Run, apply},
};

/// Most records read or played before keys and signals are looked at again.
pub(super) const MAX_RECORDS_PER_TURN: usize = 2_000;

pub(super) struct Index {
    pub(super) folder: RunFolder,
    reader: JournalReader,
    /// The run at the end of what was read.
    pub(super) end: Run,
    /// Whether the last read reached the end of the journal, as far as it is written.
    pub(super) is_read_to_end: bool,
    pub(super) snapshots: Snapshots,
    pub(super) landmarks: Landmarks,
    pub(super) log: LogTimeline,
    /// Device and inode of the journal.
    file: Option<(u64, u64)>,
    /// Why the journal cannot be read further, and its length when that was found.
    problem: Option<(String, u64)>,
}

impl Index {
    /// Reads the first record.
    pub(super) fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        let path = folder.journal_path();
        // Looked up before it is opened: a journal replaced in between counts as outdated, never the other way round.
        let file = fs::metadata(&path).ok().map(|data| (data.dev(), data.ino()));
        let mut reader = JournalReader::open(folder)?;
        let Some(Content::Record(first)) = reader.next().transpose()?.map(|entry| entry.content) else {
            return Err(folder.no_record());
        };
        let end = Run::start(&first).map_err(|source| JournalError::Start { path, source })?;
        let snapshots = Snapshots::new(Snapshot { run: end.clone(), position: reader.position() });
        Ok(Self {
            folder: folder.clone(),
            reader,
            end,
            is_read_to_end: false,
            snapshots,
            landmarks: Landmarks::default(),
            log: LogTimeline::default(),
            file,
            problem: None,
        })
    }

    pub(super) fn advance(&mut self) {
        for _ in 0..MAX_RECORDS_PER_TURN {
            let next = self.reader.next().transpose().unwrap_or_else(|error| {
                let length = fs::metadata(self.folder.journal_path()).map_or(0, |data| data.len());
                self.problem = Some((error.to_string(), length));
                None
            });
            self.is_read_to_end = next.is_none();
            match next.map(|entry| entry.content) {
                Some(Content::Record(record)) => self.add(&record),
                Some(_) => {}
                None => return,
            }
        }
    }

    fn add(&mut self, record: &Record) {
        let phase_before = self.end.phases.current;
        apply(&mut self.end, record);
        self.landmarks.add(phase_before, record, &self.end);
        self.log.add(record);
        if self.snapshots.is_due(record.seq) {
            self.snapshots.push(Snapshot { run: self.end.clone(), position: self.reader.position() });
        }
    }

    /// Whether the journal has to be read anew: it was replaced, cut below what was read, or changed where it could
    /// not be read on.
    pub(super) fn is_outdated(&self) -> bool {
        // Without a journal, what was read stays on the screen.
        let Ok(data) = fs::metadata(self.folder.journal_path()) else { return false };
        let is_replaced = self.file != Some((data.dev(), data.ino()));
        let is_cut = data.len() < self.reader.report().length;
        is_replaced || is_cut || self.problem.as_ref().is_some_and(|(_, length)| data.len() != *length)
    }

    /// Why the journal cannot be read further, as a sentence.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_ref().map(|(reason, _)| reason.as_str())
    }
}
