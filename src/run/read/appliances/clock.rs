//! The appliances' clocks against ours.

use chrono::TimeDelta;

use crate::run::{
    state::Run,
    values::{OlderMarker, Role, Timestamp},
};

/// A clock this far off is worth knowing, in seconds.
const CLOCK_OFF: u64 = 120;

impl Run {
    /// Whether the clock of that appliance is so far off that times have to be compared with care.
    pub(in crate::run) fn clock_is_off(&self, role: Role) -> bool {
        self.appliance(role).clock_offset.is_some_and(|seconds| seconds.unsigned_abs() > CLOCK_OFF)
    }
}

/// When the DR appliance's clock showed `stamp`, by ours.
pub(in crate::run) fn by_our_clock(run: &Run, stamp: Timestamp) -> Timestamp {
    stamp.shifted(-ahead(run))
}

/// By how much the DR appliance's clock is ahead of ours.
fn ahead(run: &Run) -> TimeDelta {
    run.dr.clock_offset.and_then(TimeDelta::try_seconds).unwrap_or_default()
}

impl OlderMarker {
    /// When it was written by our clock, as far as the appliance's is known.
    #[must_use]
    pub fn written_at(&self, run: &Run) -> Option<Timestamp> {
        self.received.or_else(|| self.found.stamp.map(|stamp| by_our_clock(run, stamp)))
    }
}
