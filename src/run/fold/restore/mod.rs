//! What a record changes about phases and download.

pub(super) mod baseline;
pub(super) mod disturbed;
pub(super) mod get_counter;
pub(super) mod markers;
pub(super) mod phase_changes;
pub(super) mod stage_1_start;
pub(super) mod statements;
