//! Whether markers written before the run began are undecided, or have to be searched for.

use crate::run::state::{Attachment, Run};
use crate::run::values::Phase;

impl Run {
    /// Whether markers written before the run began wait for the engineer's decision.
    #[must_use]
    pub fn has_undecided_markers(&self) -> bool {
        let are_any = self.prior_markers.iter().any(|marker| !marker.found.near);
        are_any && !self.prior_markers_decided && self.phases.current < Phase::InUse
    }

    /// Whether the log has to be searched for lines written before the watch: the DR service was up at the first
    /// reading, and how far the restore is remains unknown.
    #[must_use]
    pub fn wants_log_search(&self) -> bool {
        self.tracking.attachment == Attachment::Late && self.phases.current == Phase::Prepare
    }
}
