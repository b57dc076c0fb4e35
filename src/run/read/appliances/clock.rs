//! The appliances' clocks against ours.

use chrono::TimeDelta;

use crate::run::state::Run;
use crate::run::values::{PriorMarker, Role, Timestamp};

/// A clock further off than this many seconds is reported.
const CLOCK_OFFSET_LIMIT_SECONDS: u64 = 120;

impl Run {
    /// Whether the clock of that appliance is too far off to compare times directly.
    pub(in crate::run) fn clock_is_off(&self, role: Role) -> bool {
        self.appliance(role)
            .clock_offset
            .is_some_and(|seconds| seconds.unsigned_abs() > CLOCK_OFFSET_LIMIT_SECONDS)
    }
}

/// `stamp` of the DR appliance's clock, converted to our clock.
pub(in crate::run) fn on_our_clock(run: &Run, stamp: Timestamp) -> Timestamp {
    // The offset counts how far the appliance's clock is ahead of ours, so it is taken off.
    stamp.shifted(-run.dr.clock_offset.and_then(TimeDelta::try_seconds).unwrap_or_default())
}

impl PriorMarker {
    /// When it was written by our clock, as far as the offset of the appliance's is known.
    #[must_use]
    pub fn written_at(&self, run: &Run) -> Option<Timestamp> {
        self.received.or_else(|| self.found.stamp.map(|stamp| on_our_clock(run, stamp)))
    }
}
