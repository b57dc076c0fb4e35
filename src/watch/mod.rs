//! The one loop that ties everything together: appliances, log, journal, run, and a front that is
//! either the screen or plain lines. Each part of it has a file; what things *mean* lives lower.

mod automatic;
mod control;
mod ending;
mod export;
mod files;
mod front;
mod headless;
mod hub;
mod identity;
mod log_book;
mod output;
mod recorder;
mod screen_front;
mod setup;
mod simulated;
mod station;

pub use self::{
    ending::Exit,
    identity::Recorder as LocalIdentity,
    setup::{DemoOptions, Failure, WatchOptions, demo, watch},
};
