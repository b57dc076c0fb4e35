//! What the watch does by itself after a record: list the bucket after a pause, slow the polls once
//! stage 1 is over, export when a phase ends. Nothing here changes anything on an appliance.

use crate::run::{Known, Link, ListingCause, Phase, Run};

/// Something to do without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Automatic {
    /// List the bucket.
    List(ListingCause),
    /// Ask for the counter less often.
    SlowDown,
    /// Write the summary.
    Export,
}

/// Decides from the state before and after a record; remembers what is under way.
#[derive(Debug, Default)]
pub(super) struct Automation {
    phase: Option<Phase>,
    listed_pauses: usize,
    listed_unpaused: bool,
}

impl Automation {
    /// Goes on with a run of which everything due so far was done, but for a listing that did not come.
    pub(super) fn going_on(run: &Run) -> Self {
        let listing = run.listing.as_ref();
        let pauses = run.replication.intervals.len();
        let is_listed = listing.is_some_and(|listing| !listing.provisional);
        Self {
            phase: Some(run.phases.current),
            listed_pauses: if is_listed { pauses } else { pauses.saturating_sub(1) },
            listed_unpaused: listing.is_some(),
        }
    }

    /// All that is due now.
    pub(super) fn after(&mut self, run: &Run) -> Vec<Automatic> {
        let mut due = Vec::new();
        let phase = run.phases.current;
        let before = self.phase.replace(phase).unwrap_or(Phase::Prepare);
        if phase > Phase::Stage1 && before <= Phase::Stage1 {
            due.push(Automatic::SlowDown);
        }
        if phase > before && phase >= Phase::InUse {
            due.push(Automatic::Export);
        }
        due.extend(self.listing(run).map(Automatic::List));
        due
    }

    fn listing(&mut self, run: &Run) -> Option<ListingCause> {
        // Of a run gone on with much is known before the primary is reached again.
        let reached = run.primary.link == Link::Connected;
        let wanted = run.listing_since.is_none() && run.phases.current <= Phase::Stage1;
        if !wanted || !reached {
            return None;
        }
        let pauses = run.replication.intervals.len();
        if run.replication.state == Known::Paused && pauses > self.listed_pauses {
            self.listed_pauses = pauses;
            return Some(ListingCause::Paused);
        }
        // Stage 1 needs a number to count against, even one that may still change.
        if run.phases.current == Phase::Stage1 && run.listing.is_none() && !self.listed_unpaused {
            self.listed_unpaused = true;
            return Some(ListingCause::Start);
        }
        None
    }
}
