//! One reading of a journal from its beginning to its moving end: the run at the end, and all that is needed to
//! go to any place on the way.

use std::{fs, os::unix::fs::MetadataExt as _};

use super::{
    landmarks::Landmarks,
    log_map::LogMap,
    snapshots::{Snapshot, Snapshots},
};
use crate::{
    journal::{Content, JournalError, JournalReader, RunFolder},
    run::{Record, Run, apply},
};

/// Whether there is more to read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// There is.
    More,
    /// The end of the journal, as far as it is written, is reached.
    AtTheEnd,
}

/// What is known of a recording.
pub(super) struct Survey {
    folder: RunFolder,
    reader: JournalReader,
    run: Run,
    snapshots: Snapshots,
    landmarks: Landmarks,
    log: LogMap,
    /// Device and inode of the journal.
    file: Option<(u64, u64)>,
    trouble: Option<String>,
    /// Length of the journal when its trouble was found.
    trouble_at: u64,
}

impl Survey {
    /// Reads the first record.
    ///
    /// # Errors
    /// There is none, or it begins no run that this program can read.
    pub(super) fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        let file = fs::metadata(folder.journal_path()).ok().map(|data| (data.dev(), data.ino()));
        let mut reader = JournalReader::open(folder)?;
        let path = folder.journal_path();
        let Some(Content::Record(first)) = reader.next().transpose()?.map(|entry| entry.content) else {
            return Err(folder.no_record());
        };
        let run = Run::start(&first).map_err(|source| JournalError::Start { path, source })?;
        let snapshots = Snapshots::new(Snapshot { run: run.clone(), position: reader.position() });
        Ok(Self {
            folder: folder.clone(),
            reader,
            run,
            snapshots,
            landmarks: Landmarks::default(),
            log: LogMap::default(),
            file,
            trouble: None,
            trouble_at: 0,
        })
    }

    /// Reads at most `limit` records further.
    pub(super) fn advance(&mut self, limit: usize) -> Reading {
        for _ in 0..limit {
            match self.reader.next() {
                None => return Reading::AtTheEnd,
                Some(Ok(entry)) => {
                    if let Content::Record(record) = entry.content {
                        self.take(&record);
                    }
                }
                Some(Err(error)) => {
                    self.trouble = Some(error.to_string());
                    self.trouble_at = self.length();
                    return Reading::AtTheEnd;
                }
            }
        }
        Reading::More
    }

    fn take(&mut self, record: &Record) {
        let before = self.run.phases.current;
        apply(&mut self.run, record);
        self.landmarks.take(before, record, &self.run);
        self.log.take(record);
        if self.snapshots.is_due(record.seq) {
            self.snapshots.push(Snapshot { run: self.run.clone(), position: self.reader.position() });
        }
    }

    fn length(&self) -> u64 {
        fs::metadata(self.folder.journal_path()).map_or(0, |data| data.len())
    }

    /// Whether the journal is another than the one read, so that it has to be read anew: replaced, cut below
    /// what was read, or changed where it could not be read on.
    pub(super) fn is_outdated(&self) -> bool {
        let Ok(data) = fs::metadata(self.folder.journal_path()) else { return false };
        let is_another = self.file != Some((data.dev(), data.ino()));
        let is_cut = data.len() < self.reader.report().length;
        is_another || is_cut || (self.trouble.is_some() && data.len() != self.trouble_at)
    }

    /// Why the journal cannot be read further, as a sentence.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The run at the end of what was read.
    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    pub(super) fn folder(&self) -> &RunFolder {
        &self.folder
    }

    pub(super) fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    pub(super) fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    pub(super) fn log(&self) -> &LogMap {
        &self.log
    }
}
