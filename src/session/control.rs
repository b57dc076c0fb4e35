//! From the engineer's wish to an appliance: judged once more, put on record, and only then handed
//! over. The lines themselves come from the gate.

use crate::run::{ActionKind, Override, Statement, Verdict};

/// Why a wish was not carried out; shown to the engineer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

/// An action with the consent the engineer gave.
#[derive(Clone, Debug)]
pub(crate) struct ActionRequest {
    /// What is wanted.
    pub(crate) action: ActionKind,
    /// The reason for going against the policy.
    pub(crate) r#override: Option<Override>,
    /// What the engineer stated by typing its phrase.
    pub(crate) statement: Option<Statement>,
    /// The phrase of consent as typed; nothing where a script consents.
    pub(crate) typed: Option<String>,
}

/// Whether the consent given is the one the judgement asks for.
pub(super) fn consented(verdict: &Verdict, wish: &ActionRequest) -> Result<(), Refused> {
    match verdict {
        Verdict::Allowed { .. } => Ok(()),
        Verdict::NeedsStatement { statement, .. } if wish.statement == Some(*statement) => Ok(()),
        Verdict::NeedsStatement { .. } => {
            Err(Refused("the statement that this takes was not made".to_owned()))
        }
        Verdict::Locked { .. }
            if wish.r#override.as_ref().is_some_and(|given| !given.reason.trim().is_empty()) =>
        {
            Ok(())
        }
        Verdict::NeedsConfirmation => {
            Err(Refused("the two appliances have to be confirmed first".to_owned()))
        }
        Verdict::Locked { reason, .. } | Verdict::Off { reason } => Err(Refused(reason.clone())),
    }
}

#[cfg(test)]
mod tests;
