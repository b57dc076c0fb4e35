//! What it takes to sign a run off while production is not known to be protected.

use crate::run::state::Run;
use crate::run::values::{Known, Role};

/// What a signature would leave behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOffHazard {
    /// What to type to sign off all the same; it names what is left.
    pub phrase: &'static str,
    /// What is left, and what to do first, as sentences.
    pub warning: String,
}

/// What signing `run` off now would leave behind; `None` where replication runs, or no primary takes part.
#[must_use]
pub fn sign_off_hazard(run: &Run) -> Option<SignOffHazard> {
    if !run.takes_part(Role::Primary) {
        return None;
    }
    let name = run.name(Role::Primary);
    let (phrase, warning) = match run.replication.state {
        Known::Running => return None,
        Known::Paused => (
            "leave paused",
            format!(
                "Replication on {name} is still paused: new data there is not protected. Resume it first."
            ),
        ),
        Known::Unreadable | Known::Unknown => (
            "leave unknown",
            format!(
                "Whether replication on {name} runs is unknown. Check in its web interface, and state it first."
            ),
        ),
    };
    Some(SignOffHazard { phrase, warning })
}
