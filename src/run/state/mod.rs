//! The run and its bookkeeping. Written only by `fold`.

mod action;
mod appliance;
mod bounds;
mod listing;
mod log;
mod reported;
mod run;
mod tracking;

pub use self::{
    action::{ActionRecord, Note},
    appliance::{Appliance, Confirmation, Observed},
    bounds::{Dropped, LIST_LIMIT},
    listing::ListingState,
    log::{FinalLines, LogState},
    reported::Reported,
    run::Run,
};
pub(in crate::run) use self::{
    bounds::push_bounded,
    tracking::{Attachment, Closing, CounterReading, RiseRun, ServiceSeen, Tracking},
};
