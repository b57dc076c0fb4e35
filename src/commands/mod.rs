//! One file or folder for each command of the command line: it composes the rooms below, and holds no logic of its own.

pub(crate) mod check;
mod command_line;
mod dispatch;
mod help;
pub(crate) mod resume;
mod runs;
mod settings_file;
pub(crate) mod setup;
pub(crate) mod simulated;
pub(crate) mod watch;

pub use self::{
    command_line::{
        debug_log::start_debug_log,
        messages::{complain, say_usage},
        stop::Stop,
    },
    dispatch::carry_out,
    runs::verify::{Unsound, verify},
};
pub use crate::screen::install_panic_hook;
