//! The runtime that a command runs on.

use super::stop::Stop;
use crate::run::Exit;

/// A runtime on this thread alone: one loop, one order of events.
pub(in crate::commands) fn runtime(time: Time) -> Result<tokio::runtime::Runtime, Stop> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(time == Time::Virtual)
        .build()
        .map_err(|error| Stop { text: format!("the runtime cannot be started: {error}"), exit: Exit::Failed })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::commands) enum Time {
    Real,
    /// Advances as soon as every task waits.
    Virtual,
}
