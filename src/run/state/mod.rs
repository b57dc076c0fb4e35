//! The run and its bookkeeping. Written only by `fold`.

mod action;
mod appliance;
mod bounds;
mod log;
mod run;
mod tracking;

pub use self::{
    action::{ActionRecord, Note, SignOff},
    appliance::{Appliance, Confirmation, Observed},
    bounds::{Dropped, LIST_LIMIT},
    log::{FinalLines, LogState},
    run::Run,
    tracking::Reported,
};
pub(in crate::run) use self::{
    bounds::push_bounded,
    tracking::{Attachment, Closing, CounterReading, RiseRun, ServiceSeen, Tracking},
};
