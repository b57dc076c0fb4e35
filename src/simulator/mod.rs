//! A pair of pretend appliances that share one world and speak the family's command line over any
//! byte stream. Nothing here knows drwatch's own side, except the operator's script, which looks at
//! a run to see when its next step is due.

#![expect(clippy::similar_names, reason = "seed and speed are the established words for what they are")]

mod change;
mod cli;
mod error;
mod number;
mod scenario;
mod shared;
pub(crate) mod stdio;
mod world;

#[cfg(test)]
pub(crate) use self::{
    change::Change,
    scenario::{
        RfsctlBeforeService,
        fault::{ClockSet, Logs, Restart},
        line_fault::{Course, LineFault},
    },
    shared::{
        ReceivedLine,
        pulse::{Follower, Pulse},
    },
    world::Stage,
};
pub(crate) use self::{
    cli::{SessionEnd, SessionOptions, Terminal, serve},
    error::SimulatorError,
    scenario::script::{Attendance, Deed, KeyPresser, OperatorKey, Pending, Script},
};
pub use self::{
    number::Speed,
    scenario::{
        Scenario,
        fault::{Anchor, Answers, Effect, Fault, Question},
    },
    shared::SharedWorld,
};
