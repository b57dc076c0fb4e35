//! What follows from a record by itself: list the bucket where it has to be proven unchanged, read the counter as often
//! as the phase wants, export when a phase ends, record the pre-flight and freeze the
//! test sheet as stage 1 begins. Nothing here changes anything
//! on an appliance.

pub(crate) mod preflight;

use std::collections::VecDeque;

use self::preflight::PreflightHistory;
use crate::{
    appliance::supervisor::Pace,
    run::{Known, Link, ListingCause, Phase, Run, Timestamp},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Automatic {
    /// Search the log for markers written before the watch.
    SearchLog,
    List(ListingCause),
    /// Ask for the counter that often.
    SetPace(Pace),
    Export,
    RecordPreflight,
    /// Record what the test is judged by.
    FreezeTestSheet,
}

/// Decides from the state before and after a record; remembers what is under way.
#[derive(Debug, Default)]
pub(crate) struct Automation {
    phase: Option<Phase>,
    listed_pauses: usize,
    listed_unpaused: bool,
    /// A saved listing was given in place of asking the primary, which is listed then only where the engineer asks.
    is_given: bool,
    /// Since when the connection stood over which the log was last searched.
    searched_over: Option<Timestamp>,
    /// Listings that prove the bucket frozen, and are still to be asked for.
    owed: Vec<ListingCause>,
    /// The listing that was last asked for and has not come.
    asked: Option<Asked>,
    asked_for_service: bool,
    /// What follows from records made, and is not carried out yet.
    queue: VecDeque<Automatic>,
    pub(crate) preflight: PreflightHistory,
}

#[derive(Clone, Copy, Debug)]
struct Asked {
    cause: ListingCause,
    /// Since when the connection stood over which it was asked for.
    over: Timestamp,
    begun: bool,
}

impl Automation {
    /// Goes on with a run: everything due so far is done, except listings that did not come.
    pub(crate) fn going_on(run: &Run) -> Self {
        let listing = run.listing.as_ref();
        let pauses = run.replication.intervals.len();
        let is_listed = listing.is_some_and(|listing| !listing.provisional);
        Self {
            phase: Some(run.phases.current),
            // A listing made before the last pause proves nothing about it, so that pause still has to be
            // listed.
            listed_pauses: if is_listed { pauses } else { pauses.saturating_sub(1) },
            listed_unpaused: listing.is_some(),
            owed: owed(run),
            ..Self::default()
        }
    }

    pub(crate) fn follow(&mut self, run: &Run) {
        let due = self.after(run);
        self.queue.extend(due);
    }

    pub(crate) fn next(&mut self) -> Option<Automatic> {
        self.queue.pop_front()
    }

    /// Whether the service has to be asked for at once: stage 1 shows only once the service is known to run, which must
    /// not wait for its poll.
    pub(crate) fn asks_for_service(&mut self, run: &Run) -> bool {
        let wanted = run.wants_service_reading();
        // Once for each run of rises: the answer takes a moment, and every record
        // in between would ask again.
        let was_asked = std::mem::replace(&mut self.asked_for_service, wanted);
        wanted && !was_asked
    }

    fn after(&mut self, run: &Run) -> Vec<Automatic> {
        let mut due = Vec::new();
        let phase = run.phases.current;
        let before = self.phase.replace(phase).unwrap_or(Phase::Prepare);
        if phase > Phase::Prepare && before == Phase::Prepare {
            due.push(Automatic::RecordPreflight);
        }
        // Not by the change of the phase: a watch that ended in between leaves it to the one that goes on.
        let is_asked = self.queue.contains(&Automatic::FreezeTestSheet);
        if run.has_begun_stage_1() && run.frozen_sheet.is_none() && !is_asked {
            due.push(Automatic::FreezeTestSheet);
        }
        if pace(phase) != pace(before) {
            due.push(Automatic::SetPace(pace(phase)));
        }
        if before == Phase::Ended && phase < Phase::Ended {
            self.test_goes_on(phase);
        }
        if phase > Phase::Stage1 && before <= Phase::Stage1 {
            // Owed and not asked: the primary may be out of reach, and the proof needs the
            // listing whenever it comes back.
            self.owe(ListingCause::StageEnd);
        }
        if phase == Phase::Ended && before < Phase::Ended {
            // The resume comes next, and this listing is the last before it.
            self.owe(ListingCause::BeforeResume);
        }
        if phase > before && phase >= Phase::InUse {
            due.push(Automatic::Export);
        }
        // First, so that a listing lost with its connection is asked for again in this very turn.
        self.take_back_lost(run);
        // Stays so once set: a later listing takes the place of the saved one in the run, and the primary is still not
        // asked.
        self.is_given |= is_given(run);
        let listing = self.listing(run).filter(|_| !self.is_given);
        if let Some(cause) = listing {
            self.asked = Some(Asked { cause, over: run.primary.link_since, begun: false });
        }
        due.extend(listing.map(Automatic::List));
        due.extend(self.search(run));
        due
    }

    /// The end of the test is taken back: the listings due at it prove nothing yet, and come again with the next end.
    fn test_goes_on(&mut self, phase: Phase) {
        let is_due = |cause: ListingCause| match cause {
            ListingCause::BeforeResume => false,
            ListingCause::StageEnd => phase > Phase::Stage1,
            ListingCause::Start | ListingCause::Paused | ListingCause::Asked | ListingCause::File => true,
        };
        self.owed.retain(|cause| is_due(*cause));
        // One under way comes all the same; lost with its connection, it is not asked for again.
        self.asked = self.asked.filter(|asked| is_due(asked.cause));
    }

    /// Whether a listing has to begin at the moment of a resume that is to be requested: none has come since the test was
    /// declared over, and there is a pause to prove.
    pub(crate) fn lists_with_resume(&self, run: &Run) -> bool {
        let is_proving = run.frozen.at_pause.is_some() && run.replication_state() == Known::Paused;
        let was_listed = run.phases.current == Phase::Ended && self.owed.is_empty();
        is_proving && !was_listed && !self.is_given && run.listing_since.is_none()
    }

    /// A listing is lost with its connection: it is due once more over the next one, until it has come.
    fn take_back_lost(&mut self, run: &Run) {
        let Some(asked) = &mut self.asked else { return };
        asked.begun |= run.listing_since.is_some();
        if run.listing_since.is_some() || run.primary.link != Link::Connected {
            return;
        }
        let asked = *asked;
        // The time at which the connection began identifies it.
        if run.primary.link_since == asked.over {
            // Begun and neither under way nor refused: it has come.
            if asked.begun && run.listing_refused.is_none() {
                self.asked = None;
                // Of a bucket that may have changed again: if the change turns out not to have been made, another is due.
                if run.change_in_doubt().is_some() {
                    self.ask_again(asked.cause, run);
                }
            }
            return;
        }
        self.asked = None;
        self.ask_again(asked.cause, run);
    }

    fn ask_again(&mut self, cause: ListingCause, run: &Run) {
        match cause {
            ListingCause::Paused => self.listed_pauses = self.listed_pauses.saturating_sub(1),
            ListingCause::Start => self.listed_unpaused = false,
            // By then the last one before the resume proves as much.
            ListingCause::StageEnd if run.phases.current == Phase::Ended => {}
            ListingCause::StageEnd | ListingCause::BeforeResume => self.owe(cause),
            ListingCause::Asked | ListingCause::File => {}
        }
    }

    fn owe(&mut self, cause: ListingCause) {
        self.owed.retain(|owed| *owed != cause);
        self.owed.push(cause);
    }

    /// One search over each connection, until there is an answer.
    fn search(&mut self, run: &Run) -> Option<Automatic> {
        let since = Some(run.dr.link_since);
        let is_due = run.wants_log_search() && run.dr.link == Link::Connected && self.searched_over != since;
        is_due.then(|| {
            self.searched_over = since;
            Automatic::SearchLog
        })
    }

    fn listing(&mut self, run: &Run) -> Option<ListingCause> {
        // A continued run is in a late phase before the primary is reached again.
        if run.listing_since.is_some() || run.primary.link != Link::Connected {
            return None;
        }
        if run.phases.current > Phase::Stage1 {
            return self.proof(run);
        }
        let pauses = run.replication.intervals.len();
        if run.replication_state() == Known::Paused && pauses > self.listed_pauses {
            // Counted as it is asked for, or every record until the answer would ask again. `take_back_lost` undoes it.
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

    /// The next listing that the proof still lacks, while the bucket must not change and can be listed.
    fn proof(&mut self, run: &Run) -> Option<ListingCause> {
        if run.replication_state() == Known::Running || run.frozen.at_pause.is_none() {
            // While replication runs, or without a listing made at the pause, a further one has nothing to
            // prove.
            self.owed.clear();
            return None;
        }
        let possible = run.primary.link == Link::Connected && run.replication_state() == Known::Paused;
        (possible && !self.owed.is_empty()).then(|| self.owed.remove(0))
    }
}

/// How often the counter is read in `phase`: often as long as objects are downloaded, or will be.
pub(crate) fn pace(phase: Phase) -> Pace {
    if phase > Phase::Stage1 { Pace::Slow } else { Pace::Fast }
}

fn is_given(run: &Run) -> bool {
    run.listing.as_ref().is_some_and(|listing| listing.cause == ListingCause::File)
}

/// The listings that the record still lacks, in the order they became due.
fn owed(run: &Run) -> Vec<ListingCause> {
    let phase = run.phases.current;
    let mut owed = Vec::new();
    if phase > Phase::Stage1 && run.frozen.at_stage_1_end.is_none() {
        owed.push(ListingCause::StageEnd);
    }
    if phase == Phase::Ended && !is_listed_since_the_end(run) {
        owed.push(ListingCause::BeforeResume);
    }
    owed
}

/// Whether the listing that is due at the end of the test has come. One that the engineer asked for does not count:
/// it may have begun before that moment.
fn is_listed_since_the_end(run: &Run) -> bool {
    run.frozen.before_resume.as_ref().is_some_and(|listed| listed.cause == ListingCause::BeforeResume)
}

#[cfg(test)]
mod tests;
