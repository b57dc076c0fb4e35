//! What a record changes about the log.

pub(super) mod alarms;
pub(super) mod chunks;
pub(super) mod near_miss;
pub(super) mod prior_markers;
pub(super) mod set_back;
