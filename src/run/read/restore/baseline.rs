//! Whether the baseline may be chosen, and whether a reading is missing to infer the start of stage 1.

use crate::run::state::{RiseRun, Run, ServiceSeen};
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

    /// Whether the rises of the counter suggest that stage 1 has begun, and only a reading of the DR appliance's
    /// service is missing.
    #[must_use]
    pub fn wants_service_reading(&self) -> bool {
        let rises = self.tracking.rises.as_ref();
        self.phases.current == Phase::Prepare
            && rises.is_some_and(RiseRun::suggests_start)
            && !matches!(self.tracking.service, ServiceSeen::Running { .. })
    }
}
