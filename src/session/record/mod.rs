//! The record of a run as it is made: events to records on disk, what an interruption leaves of one, and the times and
//! names in it.

pub(crate) mod disk;
pub(crate) mod heartbeat;
pub(crate) mod identity;
pub(crate) mod interruption;
pub(crate) mod recorder;
