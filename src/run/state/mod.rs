//! The run and its bookkeeping. Written only by `fold`.

mod action;
mod appliance;
mod bounds;
mod frozen_sheet;
mod log;
mod log_places;
mod predictions;
mod replies;
mod run;
mod tracking;

pub use self::{
    action::*, appliance::*, bounds::*, frozen_sheet::*, log::*, log_places::*, predictions::*, replies::*,
    run::Run, tracking::*,
};
