//! The session of a recorded watch: appliances, log, journal and run meet here, in one loop. Events go in one after the
//! other (`event`), the session decides what follows (`state`), and the loop carries it out (`event_loop`). What things
//! mean is decided in `run`.

pub(crate) mod appliances;
pub(crate) mod automatic;
pub(crate) mod control;
pub(crate) mod event;
pub(crate) mod event_loop;
pub(crate) mod look_back;
pub(crate) mod notices;
pub(crate) mod record;
pub(crate) mod setup;
pub(crate) mod signals;
pub(crate) mod state;
#[cfg(test)]
mod tests;

pub(crate) use self::setup::{Display, Failure, runs_dir};
