//! The loop of a recorded watch: appliances, log, journal and run meet here, with a front that is either the screen or
//! plain lines. What things mean is decided in `run`.

pub(crate) mod appliance_task;
pub(crate) mod automatic;
pub(crate) mod connect;
pub(crate) mod control;
pub(crate) mod disk;
pub(crate) mod export;
pub(crate) mod heartbeat;
pub(crate) mod hub;
pub(crate) mod identity;
pub(crate) mod login;
pub(crate) mod notifier;
pub(crate) mod preflight;
pub(crate) mod recorder;
pub(crate) mod repair;
pub(crate) mod script;
pub(crate) mod setup;
pub(crate) mod signals;
#[cfg(test)]
mod tests;

pub use self::setup::{Display, Failure, runs_dir};
