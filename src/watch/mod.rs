//! The one loop that ties everything together: appliances, log, journal, run, and a front that is
//! either the screen or plain lines. Each part of it has a file; what things *mean* lives lower.

mod arrivals;
mod assemble;
mod automatic;
mod check;
mod control;
mod demo;
mod disk;
mod ending;
mod export;
mod files;
mod front;
mod given_files;
mod headless;
mod held;
mod holes;
mod hub;
mod identity;
mod known_roles;
mod lines;
mod live;
mod log_book;
mod log_file;
mod log_panel;
mod log_source;
mod login;
mod notice;
mod output;
mod preflight;
mod reach;
mod recorder;
mod replay;
mod resume;
mod screen_front;
mod script;
mod setup;
mod simulated;
mod station;
mod take_up;
mod terminal_input;
#[cfg(test)]
mod tests;
mod unfinished;
mod verify;

pub use self::{
    check::{CheckOptions, Checked, Shape, check},
    demo::{DemoOptions, demo},
    ending::Exit,
    live::{WatchOptions, watch},
    log_source::LogSource,
    replay::{LookOptions, replay, view},
    resume::Named,
    setup::{Display, Failure, runs_dir},
    verify::{Unsound, verify},
};
