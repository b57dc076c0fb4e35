//! A place in a recording and the run at it, moved on record by record or from the nearest snapshot.

use super::{
    index::{Index, MAX_RECORDS_PER_TURN},
    snapshots::{SeekTarget, Snapshot},
};
use crate::{
    journal::{Content, JournalError, JournalReader},
    run::{Record, Run, Sequence, Timestamp, apply},
};

pub(super) struct Cursor {
    run: Run,
    reader: JournalReader,
    /// The record after the place, once it was read.
    next: Option<Record>,
}

impl Cursor {
    /// The place after the first record.
    pub(super) fn new(index: &Index) -> Result<Self, JournalError> {
        Self::at(index.snapshots.before(SeekTarget::Record(Sequence(0))), index)
    }

    fn at(snapshot: &Snapshot, index: &Index) -> Result<Self, JournalError> {
        let reader = JournalReader::open_at(&index.folder, &snapshot.position)?;
        Ok(Self { run: snapshot.run.clone(), reader, next: None })
    }

    pub(super) const fn run(&self) -> &Run {
        &self.run
    }

    /// Whether no record is known after this place.
    pub(super) fn is_at_end(&self, index: &Index) -> bool {
        self.run.last >= index.end.last
    }

    /// Applies what was recorded up to `now`; returns the time reached. That differs from `now` where the recorder's
    /// clock was set back, and where there are more than [`MAX_RECORDS_PER_TURN`] to apply.
    pub(super) fn play_to(&mut self, index: &Index, mut now: Timestamp) -> Timestamp {
        for _ in 0..MAX_RECORDS_PER_TURN {
            let is_due = |record: &Record, run: &Run| record.at <= now || record.at < run.last_at;
            let Some(record) = self.next_if(index, is_due) else { return now };
            if record.at < self.run.last_at {
                // The recorder's clock was set back: without this all up to the old time would be played at once.
                now = record.at;
            }
            apply(&mut self.run, &record);
        }
        self.run.last_at
    }

    /// Goes to `target`.
    pub(super) fn go_to(&mut self, index: &Index, target: SeekTarget) -> Result<(), JournalError> {
        let nearest = index.snapshots.before(target);
        // From a snapshot only where it is nearer than the present place.
        if !target.is_ahead_of(self.run.last, self.run.last_at) || nearest.run.last > self.run.last {
            // Backwards only from a snapshot: applying a record cannot be undone.
            *self = Self::at(nearest, index)?;
        }
        while let Some(record) = self.next_if(index, |record, _| target.is_ahead_of(record.seq, record.at)) {
            apply(&mut self.run, &record);
        }
        Ok(())
    }

    /// The next record, if `is_wanted` holds for it. Never one that the index has not read: landmarks and the log are
    /// known up to there only.
    fn next_if(&mut self, index: &Index, is_wanted: impl FnOnce(&Record, &Run) -> bool) -> Option<Record> {
        while self.next.is_none() && !self.is_at_end(index) {
            // The index reads the same records, and its problem is shown.
            if let Content::Record(record) = self.reader.next()?.ok()?.content {
                self.next = Some(record);
            }
        }
        self.next.take_if(|record| is_wanted(record, &self.run))
    }
}
