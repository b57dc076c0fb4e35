//! What it takes to sign a run off while production is not known to be protected.

use super::before_resume::{before_resume, unsettled_alarm, unsettled_alarms, vendor_who_agreed};
use crate::run::state::Run;
use crate::run::values::{Backlog, Consent, Known, Overruled, Remedy, Role, Sequence, Timestamp};

/// What a signature would leave behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOffHazard {
    /// What to type to sign off all the same; it names the gravest of what is left.
    pub phrase: &'static str,
    /// Every kind of what is left, the gravest first.
    pub all: Vec<Overruled>,
    /// The consent to all of it, as it is recorded with the signature.
    pub consent: Consent,
    /// All that is left, as sentences.
    pub what: String,
    /// What to do first about the gravest, as a sentence.
    pub to_do: String,
    /// The command of the watch that does it, if one does.
    pub remedy: Option<Remedy>,
}

impl SignOffHazard {
    /// What is left, and what to do first.
    #[must_use]
    pub fn warning(&self) -> String {
        self.consent.shown.clone()
    }

    /// Whether who consented to `agreed` has consented to all of it.
    #[must_use]
    pub fn is_covered_by(&self, agreed: &[Overruled]) -> bool {
        self.all.iter().all(|kind| agreed.contains(kind))
    }
}

/// One thing that is left when a run ends.
pub(in crate::run) struct Left {
    /// What a signature that leaves it overrules.
    pub(in crate::run) overruled: Overruled,
    /// Since when it is so, where that is known.
    pub(in crate::run) since: Option<Timestamp>,
    cited: Option<Sequence>,
    what: String,
    to_do: String,
    remedy: Option<Remedy>,
}

/// What signing `run` off now would leave behind; `None` where production is protected as far as replies show it, or no
/// primary takes part.
#[must_use]
pub fn sign_off_hazard(run: &Run) -> Option<SignOffHazard> {
    let all = left(run);
    let gravest = all.first()?;
    let joined = |part: &dyn Fn(&Left) -> String| all.iter().map(part).collect::<Vec<_>>().join(" ");
    // Where the resume has to wait for the vendor, the sentence on it asks already.
    let asks_already = gravest.overruled == Overruled::Paused;
    let shown = joined(&|left| match left.overruled {
        Overruled::UnsettledAlarm if asks_already => left.what.clone(),
        _ => format!("{} {}", left.what, left.to_do),
    });
    let consent = Consent { overruled: gravest.overruled, shown, cited: gravest.cited };
    Some(SignOffHazard {
        phrase: gravest.overruled.phrase()?,
        all: all.iter().map(|left| left.overruled).collect(),
        consent,
        what: joined(&|left| left.what.clone()),
        to_do: gravest.to_do.clone(),
        remedy: gravest.remedy,
    })
}

/// All that is left of the danger to production, the gravest first; nothing where no primary takes part.
pub(in crate::run) fn left(run: &Run) -> Vec<Left> {
    if !run.takes_part(Role::Primary) {
        return Vec::new();
    }
    [state(run), alarm(run), unsent(run)].into_iter().flatten().collect()
}

/// That replication does not run, or is not known to.
fn state(run: &Run) -> Option<Left> {
    let name = run.name(Role::Primary);
    match run.replication_state() {
        Known::Running => None,
        Known::Paused => Some(Left {
            overruled: Overruled::Paused,
            since: run.replication.since,
            cited: run.replication.open_pause().and_then(|pause| pause.record),
            what: format!("Replication on {name} is still paused: new data there is not protected."),
            to_do: before_resume(run)
                .filter(|_| run.has_unsettled_alarm())
                .unwrap_or_else(|| "Resume it first.".to_owned()),
            remedy: Some(Remedy::Resume),
        }),
        Known::Unreadable | Known::Unknown => Some(Left {
            overruled: Overruled::UnknownReplication,
            since: run.replication.since,
            cited: run.replication.record,
            what: format!("Whether replication on {name} runs is unknown."),
            to_do: "Check in its web interface, and state it first.".to_owned(),
            remedy: Some(Remedy::StateByHand),
        }),
    }
}

fn alarm(run: &Run) -> Option<Left> {
    let danger = unsettled_alarm(run)?;
    let earlier = match unsettled_alarms(run).count().saturating_sub(1) {
        0 => String::new(),
        1 => ", nor is an earlier alarm".to_owned(),
        count => format!(", nor are {count} earlier alarms"),
    };
    let (headline, at) = (danger.headline(), danger.opened_at.in_words());
    Some(Left {
        overruled: Overruled::UnsettledAlarm,
        since: Some(danger.opened_at),
        cited: Some(danger.record),
        what: format!("{headline}, at {at}: this is not settled{earlier}."),
        // Who it was stands with the resume: what is shown here is put on record once more.
        to_do: match vendor_who_agreed(run) {
            Some(_) => "The vendor agreed to the resume, as you stated.".to_owned(),
            None => "Ask the vendor first what it means for production.".to_owned(),
        },
        remedy: None,
    })
}

fn unsent(run: &Run) -> Option<Left> {
    Some(Left {
        overruled: Overruled::Unsent,
        since: run.replication.since,
        cited: run.replication.record,
        what: not_sent(run)?,
        to_do: "Wait until all is sent.".to_owned(),
        remedy: None,
    })
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
