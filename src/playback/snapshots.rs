//! The run as it was at some places of the recording, so that going to any place takes folding few records.
//! A cache in memory alone: it is made anew from the journal at any time.

use crate::{
    journal::Position,
    run::{Run, Sequence, Timestamp},
};

/// Most snapshots held. When there are more, every other one goes and the rest lie twice as far apart.
const MOST: usize = 64;

/// Records between two snapshots to begin with.
const SPACING: u64 = 256;

/// The run after a record, and the place in the journal behind that record.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    pub(super) run: Run,
    pub(super) position: Position,
}

/// Snapshots in the order of the records.
#[derive(Debug)]
pub(super) struct Snapshots {
    first: Snapshot,
    others: Vec<Snapshot>,
    spacing: u64,
}

impl Snapshots {
    pub(super) fn new(first: Snapshot) -> Self {
        Self { first, others: Vec::new(), spacing: SPACING }
    }

    /// Whether a snapshot after `record` is due.
    pub(super) fn is_due(&self, record: Sequence) -> bool {
        let last = self.others.last().unwrap_or(&self.first);
        record.0.saturating_sub(last.run.last.0) >= self.spacing
    }

    pub(super) fn push(&mut self, snapshot: Snapshot) {
        if self.others.len() >= MOST {
            let mut odd = false;
            self.others.retain(|_| {
                odd = !odd;
                !odd
            });
            self.spacing = self.spacing.saturating_mul(2);
        }
        self.others.push(snapshot);
    }

    /// The last snapshot not behind `record`.
    pub(super) fn before_record(&self, record: Sequence) -> &Snapshot {
        let behind = self.others.partition_point(|snapshot| snapshot.run.last <= record);
        behind.checked_sub(1).and_then(|index| self.others.get(index)).unwrap_or(&self.first)
    }

    /// The last snapshot not later than `at`.
    pub(super) fn before_time(&self, at: Timestamp) -> &Snapshot {
        self.others.iter().rev().find(|snapshot| snapshot.run.last_at <= at).unwrap_or(&self.first)
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.others.len() + 1
    }
}
