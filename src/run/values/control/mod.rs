//! Actions on an appliance, the policy that limits them, and replication, which they change.

mod action;
mod policy;
mod replication;

pub(in crate::run) use self::replication::RECENT_READING;
pub use self::{
    action::{ActionKind, ActionPlan, ActionState, Certainty, Override},
    policy::{ResumePolicy, RunSettings},
    replication::{Bound, Known, LeftPaused, PauseInterval, PausedBy, Replication},
};
