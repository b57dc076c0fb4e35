//! What every command needs: the options and settings that apply, statements added to a run, output on standard streams, the error it ends with,
//! the runtime, the debug log, the report of a panic.

pub(super) mod append;
pub(super) mod debug_log;
pub(super) mod messages;
pub(super) mod options;
pub(super) mod panic_report;
pub(super) mod runtime;
pub(super) mod stop;
