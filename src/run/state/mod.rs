//! The run and its bookkeeping. Written only by `fold`.

mod action;
mod appliance;
mod bounds;
mod log;
mod run;
mod tracking;

pub use self::{action::*, appliance::*, bounds::*, log::*, run::Run, tracking::*};
