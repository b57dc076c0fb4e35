//! A pair of pretend appliances that share one world and speak the family's command line over any
//! byte stream. Nothing here knows drwatch's own side, except the operator's script, which looks at
//! a run to see when its next step is due.

#![expect(clippy::similar_names, reason = "seed and speed are the established words for what they are")]

mod change;
mod cli;
mod error;
mod fault;
mod line_fault;
mod number;
mod scenario;
mod script;
mod shared;
pub(crate) mod stdio;
mod world;

pub use self::{
    change::Change,
    error::SimulatorError,
    fault::{Anchor, Answers, ClockSet, Effect, Fault, Logs, Past, Question, Restart},
    line_fault::{Course, LineFault},
    number::Speed,
    scenario::{
        BucketPlan, DownloadPlan, GenerationPlan, GrowthPlan, Machine, RfsctlBeforeService, Scenario,
    },
    script::{Condition, Deed, OperatorKey, Step},
    shared::SharedWorld,
};
pub(crate) use self::{
    cli::{SessionEnd, SessionOptions, Terminal, serve},
    script::{Parts, Script},
};
#[cfg(test)]
pub(crate) use self::{
    shared::ReceivedLine,
    shared::pulse::{Follower, Pulse},
    world::Stage,
};
