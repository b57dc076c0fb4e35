//! Whether an action may be taken now, and what consent it takes.

use super::{action::ActionKind, event::Statement, state::Run};

/// The judgement on an action at this moment of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// May be taken once the engineer types `phrase`.
    Allowed {
        /// What to type: the name of the appliance.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// May be taken once the engineer makes a statement by typing `phrase`; the statement is
    /// recorded before the action.
    NeedsStatement {
        /// What is stated.
        statement: Statement,
        /// What to type.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// Locked by the policy. An override takes `phrase` and a reason, and is a finding.
    Locked {
        /// Why, and until when.
        reason: String,
        /// What to type to override.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// The engineer has to confirm the names of the appliances first.
    NeedsNames,
    /// Cannot be taken at all now.
    Off {
        /// Why, and what to do.
        reason: String,
    },
}

/// Judges `action` in the present state of `run`.
#[must_use]
pub fn judge(run: &Run, action: ActionKind) -> Verdict {
    let _ = (run, action);
    Verdict::NeedsNames
}
