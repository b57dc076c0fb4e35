//! The rows over the whole width: the status strip, the next step, the banner of the past, the keys.

mod badge;
mod clock;
mod connections;
pub(crate) mod footer;
pub(crate) mod header;
mod ladder;
pub(crate) mod next_step;
pub(crate) mod past;
mod policy;
