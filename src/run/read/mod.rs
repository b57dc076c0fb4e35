//! Questions over a run. Nothing here changes it.

pub(in crate::run) mod appliances;
pub(in crate::run) mod control;
pub(in crate::run) mod events;
pub(in crate::run) mod evidence;
pub(in crate::run) mod exposure;
pub(in crate::run) mod next_step;
pub(in crate::run) mod outcome;
pub(in crate::run) mod preflight;
pub(in crate::run) mod restore;
pub(in crate::run) mod rules;
pub(in crate::run) mod summary;
pub(in crate::run) mod timer_events;
