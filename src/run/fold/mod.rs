//! The fold: the only writers of a run. [`apply()`] dispatches each event to the file of its subject.

mod actions;
mod appliances;
mod apply;
mod bucket;
mod engineer;
mod findings;
mod log;
mod preflight;
mod replication;
mod restore;
mod start;

pub use self::{apply::apply, start::StartError};
