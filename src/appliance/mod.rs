//! One appliance: reaching it, talking to its command line, and what may be said to it. What the
//! answers mean for a run is `run`'s business.

pub(crate) mod client;
#[cfg(test)]
pub(crate) mod continuity;
#[cfg(test)]
pub(crate) mod fake;
pub mod gate;
pub(crate) mod observation;
pub mod shell;
pub mod ssh;
pub(crate) mod supervisor;
pub mod tail;
pub mod transport;
