//! The run at some places of the recording, so that going to any place applies few records.

use crate::{
    journal::Position,
    run::{Run, Sequence, Timestamp},
};

/// Most snapshots in memory besides the first. Beyond it every other one is dropped, and they are taken half as often.
// A run may hold thousands of findings and actions, and each snapshot is a copy of it.
const MAX_SNAPSHOTS: usize = 64;

/// Records between two snapshots to begin with.
const FIRST_SPACING: u64 = 256;

/// A place in the recording: the last record that comes before it.
#[derive(Clone, Copy, Debug)]
pub(super) enum SeekTarget {
    /// That record.
    Record(Sequence),
    /// The last one at or before that time.
    Time(Timestamp),
}

impl SeekTarget {
    /// Whether a run can be played on to the place from this record.
    pub(super) fn is_ahead_of(self, record: Sequence, at: Timestamp) -> bool {
        match self {
            Self::Record(last) => record <= last,
            Self::Time(latest) => at <= latest,
        }
    }
}

/// The run after a record, and the position in the journal behind that record.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) run: Run,
    pub(super) position: Position,
}

#[derive(Debug)]
pub(super) struct Snapshots {
    first: Snapshot,
    others: Vec<Snapshot>,
    spacing: u64,
}

impl Snapshots {
    pub(super) fn new(first: Snapshot) -> Self {
        Self { first, others: Vec::new(), spacing: FIRST_SPACING }
    }

    pub(super) fn is_due(&self, record: Sequence) -> bool {
        let last = self.others.last().unwrap_or(&self.first);
        record.0.saturating_sub(last.run.last.0) >= self.spacing
    }

    pub(super) fn push(&mut self, snapshot: Snapshot) {
        if self.others.len() >= MAX_SNAPSHOTS {
            let mut is_dropped = true;
            self.others.retain(|_| {
                is_dropped = !is_dropped;
                !is_dropped
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
        self.others.push(snapshot);
    }

    /// The snapshot from which `target` is reached with the fewest records.
    pub(super) fn before(&self, target: SeekTarget) -> &Snapshot {
        // Times are searched from the end, as a clock that was set back makes them fall.
        self.others
            .iter()
            .rev()
            .find(|snapshot| target.is_ahead_of(snapshot.run.last, snapshot.run.last_at))
            .unwrap_or(&self.first)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.others.len() + 1
    }
}
