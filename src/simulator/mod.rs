//! A pair of pretend appliances that share one world and speak the family's command line over any
//! byte stream. Nothing here knows drwatch's own side, save the operator's script, which looks at
//! a run to tell when its next step is due.

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
pub mod stdio;
mod world;

#[cfg(test)]
pub(crate) use self::shared::pulse::{Follower, Pulse};
pub use self::{
    change::{Change, Input},
    cli::{SessionEnd, SessionOptions, Terminal, serve},
    error::SimulatorError,
    fault::{Anchor, Answers, ClockSet, Effect, Fault, Logs, Past, Question, Restart},
    line_fault::{Course, LineFault},
    number::Speed,
    scenario::{
        BucketPlan, DownloadPlan, GenerationPlan, GrowthPlan, Machine, RfsctlBeforeService, Scenario,
    },
    script::{Condition, Deed, Due, OperatorKey, Parts, Script, Step},
    shared::{ReceivedLine, SharedWorld},
    world::{Bucket, LogBook, Origin, Stage, World},
};
