//! What the operator of a demo is about to do.

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
}
