//! What is still open about the restore: the baseline, a reading, a search or a decision that is missing.

use crate::run::state::{Attachment, RiseRun, Run, ServiceSeen};
use crate::run::values::Phase;

impl Run {
    /// Whether the engineer may make the last reading the baseline. During stage 1 only a late baseline may be
    /// replaced: replacing a good one would lose its count.
    #[must_use]
    pub fn may_choose_baseline(&self) -> bool {
        let is_replaceable = self.download.baseline.as_ref().is_none_or(|baseline| baseline.late);
        self.download.counter.is_some()
            && match self.phases.current {
                Phase::Prepare => true,
                Phase::Stage1 => is_replaceable,
                Phase::Stage2 | Phase::InUse | Phase::Ended => false,
            }
    }

    /// Whether the counter suggests that stage 1 has begun, and only a reading of the DR service is missing.
    #[must_use]
    pub fn wants_service_reading(&self) -> bool {
        let rises = self.tracking.rises.as_ref();
        self.phases.current == Phase::Prepare
            && rises.is_some_and(RiseRun::suggests_start)
            && !matches!(self.tracking.service, ServiceSeen::Running { .. })
    }

    /// Whether markers written before the run began wait for the engineer's decision.
    #[must_use]
    pub fn has_undecided_markers(&self) -> bool {
        // Lines that only resemble a marker have findings of their own.
        let are_any = self.prior_markers.iter().any(|marker| !marker.found.near);
        are_any && !self.prior_markers_decided && self.phases.current < Phase::InUse
    }

    /// Whether the log has to be searched for older lines: the DR service was up at the first reading.
    #[must_use]
    pub fn wants_log_search(&self) -> bool {
        self.tracking.attachment == Attachment::Late && self.phases.current == Phase::Prepare
    }
}
