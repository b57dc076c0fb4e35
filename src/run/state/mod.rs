//! The run and its bookkeeping. Written only by `fold`.

mod action;
mod appliance;
mod bounds;
mod log;
mod log_places;
mod predictions;
mod replies;
mod run;
mod tracking;

pub use self::{
    action::*, appliance::*, bounds::*, log::*, log_places::*, predictions::*, replies::*, run::Run,
    tracking::*,
};
