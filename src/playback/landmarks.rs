//! The places of a recording worth going to: phase changes, actions and statements, findings.

use std::collections::VecDeque;

use crate::{
    run::{Event, Phase, Record, Run, Sequence, Timestamp},
    screen::Landmark,
};

/// Most places in memory; beyond it the oldest are dropped.
const MAX_PLACES: usize = 65_536;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LandmarkPlace {
    pub(super) record: Sequence,
    pub(super) at: Timestamp,
    kind: Landmark,
}

impl LandmarkPlace {
    fn is_a(&self, kind: Landmark) -> bool {
        kind == Landmark::Any || self.kind == kind
    }
}

#[derive(Debug, Default)]
pub(super) struct Landmarks(VecDeque<LandmarkPlace>);

impl Landmarks {
    /// Adds the landmarks that `record` makes; `run` is the run after it, `phase_before` the phase before it.
    pub(super) fn add(&mut self, phase_before: Phase, record: &Record, run: &Run) {
        let is_action = matches!(record.event, Event::ActionRequested { .. } | Event::Attested { .. });
        let is_finding = run.findings.iter().any(|finding| finding.record == record.seq);
        // One record may be several: an action that changes the phase and opens a finding.
        for (is_one, kind) in [
            (run.phases.current != phase_before, Landmark::Phase),
            (is_action, Landmark::Action),
            (is_finding, Landmark::Finding),
        ] {
            if !is_one {
                continue;
            }
            if self.0.len() >= MAX_PLACES {
                self.0.pop_front();
            }
            self.0.push_back(LandmarkPlace { record: record.seq, at: record.at, kind });
        }
    }

    pub(super) fn next(&self, kind: Landmark, from: Sequence) -> Option<LandmarkPlace> {
        self.0.iter().find(|place| place.record > from && place.is_a(kind)).copied()
    }

    /// The last place of that kind before `from` and not later than `latest`.
    pub(super) fn previous(
        &self,
        kind: Landmark,
        from: Sequence,
        latest: Timestamp,
    ) -> Option<LandmarkPlace> {
        let is_before = |place: &&LandmarkPlace| place.record < from && place.at <= latest;
        self.0.iter().rev().find(|place| is_before(place) && place.is_a(kind)).copied()
    }
}
