//! What the operator of a demo is about to do.

use crate::run::{NextStep, Remedy, Statement};

/// Who is on record for what he does.
pub(crate) const DEMO_OPERATOR: &str = "demo operator";

/// What he does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DemoDeed {
    /// Types a line on an appliance, which drwatch itself never does.
    Types,
    /// Takes a step that is the engineer's, who has not pressed a key for a while.
    Acts,
}

/// The next step of the operator, and in how many seconds he takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DemoStep {
    pub(crate) deed: DemoDeed,
    pub(crate) seconds: u64,
    /// The commands of which it takes the place.
    pub(crate) takes: &'static [Remedy],
    /// What is stated by it, if something is.
    pub(crate) states: Option<Statement>,
}

impl DemoStep {
    /// Whether it takes the step that the engineer is asked for.
    pub(crate) fn takes(&self, asked: &NextStep) -> bool {
        match self.deed {
            DemoDeed::Types => asked.is_typed_by_demo,
            DemoDeed::Acts => {
                asked.remedy.is_some_and(|remedy| self.takes.contains(&remedy))
                    && (self.states.is_none() || self.states == asked.statement)
            }
        }
    }
}
