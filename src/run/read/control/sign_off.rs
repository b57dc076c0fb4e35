//! What it takes to sign a run off while production is not known to be protected.

use super::authorize::{before_resume, unsettled_alarm};
use crate::run::state::Run;
use crate::run::values::{Backlog, Consent, Known, Overruled, Remedy, Role};

/// What a signature would leave behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOffHazard {
    /// What to type to sign off all the same; it names what is left.
    pub phrase: &'static str,
    /// The consent to it, as it is recorded with the signature.
    pub consent: Consent,
    /// What is left, as a sentence.
    pub what: String,
    /// What to do first, as a sentence.
    pub to_do: String,
    /// The command of the watch that does it, if one does.
    pub remedy: Option<Remedy>,
}

impl SignOffHazard {
    /// What is left, and what to do first.
    #[must_use]
    pub fn warning(&self) -> String {
        format!("{} {}", self.what, self.to_do)
    }
}

/// What signing `run` off now would leave behind; `None` where production is protected as far as replies show it, or no
/// primary takes part.
#[must_use]
pub fn sign_off_hazard(run: &Run) -> Option<SignOffHazard> {
    if !run.takes_part(Role::Primary) {
        return None;
    }
    let name = run.name(Role::Primary);
    let paused_by = || run.replication.open_pause().and_then(|pause| pause.record);
    let ask_first = before_resume(run);
    let (overruled, cited, what, to_do, remedy) = match run.replication.state {
        Known::Running => match (not_sent(run), unsettled_alarm(run)) {
            (Some(what), _) => {
                (Overruled::Unsent, run.replication.record, what, "Wait until all is sent.", None)
            }
            (None, Some(danger)) => (
                Overruled::UnsettledAlarm,
                Some(danger.record),
                format!("{}, at {}: this is not settled.", danger.headline(), danger.opened_at.in_words()),
                "Ask the vendor first what it means for production.",
                None,
            ),
            (None, None) => return None,
        },
        Known::Paused => (
            Overruled::Paused,
            paused_by(),
            format!("Replication on {name} is still paused: new data there is not protected."),
            ask_first.as_deref().unwrap_or("Resume it first."),
            Some(Remedy::Resume),
        ),
        Known::Unreadable | Known::Unknown => (
            Overruled::UnknownReplication,
            run.replication.record,
            format!("Whether replication on {name} runs is unknown."),
            "Check in its web interface, and state it first.",
            Some(Remedy::StateByHand),
        ),
    };
    let consent = Consent { overruled, shown: format!("{what} {to_do}"), cited };
    Some(SignOffHazard { phrase: overruled.phrase()?, consent, what, to_do: to_do.to_owned(), remedy })
}

/// What replication on the primary has not sent since the latest pause; `None` where nothing is, or none is known of.
pub(in crate::run) fn not_sent(run: &Run) -> Option<String> {
    let name = run.name(Role::Primary);
    Some(match run.replication.recovery_under_way()?.backlog {
        Backlog::Waiting(bytes) => {
            format!("{} are still to be sent from {name}: production is not protected yet.", bytes.in_words())
        }
        _ => {
            format!("What is still to be sent from {name} was not read yet: production may not be protected.")
        }
    })
}
