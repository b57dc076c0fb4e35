//! One file or folder for each command of the command line: it composes the rooms below, and holds no logic of its own.

mod appliance;
pub(crate) mod check;
mod debug_log;
pub(crate) mod demo;
mod dispatch;
mod guide;
mod manual;
mod options;
mod records;
pub(crate) mod resume;
mod said;
mod settings_file;
pub(crate) mod setup;
mod stop;
pub(crate) mod verify;
pub(crate) mod watch;

use self::{
    check::{CheckOptions, Shape, check},
    demo::{DemoOptions, demo},
    resume::Named,
    watch::{WatchOptions, watch},
};
pub use self::{
    debug_log::start_debug_log,
    dispatch::carry_out,
    said::{complain, say_usage},
    stop::Stop,
    verify::{Unsound, verify},
};
