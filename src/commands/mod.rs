//! One file or folder for each command of the command line: it composes the rooms below, and holds no logic of its own.

pub(crate) mod check;
mod command_line;
mod dispatch;
mod help;
mod import;
pub(crate) mod resume;
mod runs;
mod settings_file;
pub(crate) mod setup;
mod sign;
pub(crate) mod simulated;
pub(crate) mod watch;

#[cfg(test)]
pub(crate) use self::runs::verify::verify;
pub use self::{command_line::panic_report::install_panic_report, dispatch::run};
