//! The places of a recording worth going to: phase changes, actions and statements, findings.

use std::collections::VecDeque;

use crate::{
    run::{Event, Phase, Record, Run, Sequence, Timestamp},
    screen::Landmark,
};

/// Most places remembered; beyond it the oldest are forgotten.
const MOST: usize = 65_536;

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) record: Sequence,
    pub(super) at: Timestamp,
    kind: Landmark,
}

/// All places of a recording, in the order of its records.
#[derive(Debug, Default)]
pub(super) struct Landmarks(VecDeque<Place>);

impl Landmarks {
    /// Takes in a record; `before` is the phase before it and `run` the run after it.
    pub(super) fn take(&mut self, before: Phase, record: &Record, run: &Run) {
        let mut kinds = Vec::new();
        if run.phases.current != before {
            kinds.push(Landmark::Phase);
        }
        if matches!(record.event, Event::ActionRequested { .. } | Event::Attested { .. }) {
            kinds.push(Landmark::Action);
        }
        if run.findings.iter().any(|finding| finding.record == record.seq) {
            kinds.push(Landmark::Finding);
        }
        for kind in kinds {
            if self.0.len() >= MOST {
                self.0.pop_front();
            }
            self.0.push_back(Place { record: record.seq, at: record.at, kind });
        }
    }

    /// The first place of that kind behind `from`.
    pub(super) fn next(&self, kind: Landmark, from: Sequence) -> Option<Place> {
        self.0.iter().find(|place| place.record > from && is_wanted(**place, kind)).copied()
    }

    /// The last place of that kind before `from` and not later than `latest`.
    pub(super) fn previous(&self, kind: Landmark, from: Sequence, latest: Timestamp) -> Option<Place> {
        let is_before = |place: &&Place| place.record < from && place.at <= latest;
        self.0.iter().rev().find(|place| is_before(place) && is_wanted(**place, kind)).copied()
    }
}

fn is_wanted(place: Place, kind: Landmark) -> bool {
    kind == Landmark::Any || place.kind == kind
}
