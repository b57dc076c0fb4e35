//! What the engineer does next: one sentence in every phase and in every trouble, from the run alone. Keys are the
//! screen's: a step names the command of drwatch that takes it, if one does.

mod ending;
mod preparing;
mod restoring;
mod trouble;

use crate::run::{
    read::preflight::Preflight,
    state::Run,
    values::{Phase, Remedy, Timestamp},
};

/// How soon the step has to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing is to be done but wait.
    Wait,
    /// The test waits for the engineer.
    Act,
    /// Each minute harms the test or production.
    Urgent,
}

/// What the engineer does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// How soon.
    pub urgency: Urgency,
    /// What, on which appliance; where there is nothing to do, what is waited for.
    pub text: String,
    /// The command of this watch that does it; `None` where it is done elsewhere.
    pub remedy: Option<Remedy>,
    /// When the wait is over, by forecast.
    pub until: Option<Timestamp>,
}

impl NextStep {
    fn wait(text: impl Into<String>) -> Self {
        Self { urgency: Urgency::Wait, text: text.into(), remedy: None, until: None }
    }

    fn act(text: impl Into<String>) -> Self {
        Self { urgency: Urgency::Act, ..Self::wait(text) }
    }

    fn urgent(text: impl Into<String>) -> Self {
        Self { urgency: Urgency::Urgent, ..Self::wait(text) }
    }

    /// With the command that takes the step, where this watch may act at all.
    fn by(self, run: &Run, remedy: Remedy) -> Self {
        let changes = matches!(remedy, Remedy::Pause | Remedy::Resume | Remedy::SetThreads);
        let may = !changes || !run.started.read_only;
        Self { remedy: Some(remedy).filter(|_| may), ..self }
    }
}

/// What the engineer does next in `run` at `now`, the start being judged by `preflight`.
///
/// Trouble comes first, the gravest before the others; then the steps of the procedure, in its order.
#[must_use]
pub fn next_step(run: &Run, now: Timestamp, preflight: &Preflight) -> NextStep {
    if run.ending.is_some() {
        return NextStep::wait("The record has ended; drwatch report shows it, drwatch verify checks it.");
    }
    trouble::step(run).unwrap_or_else(|| match run.phase() {
        Phase::Prepare => preparing::step(run, preflight),
        Phase::Stage1 => restoring::stage_1(run, now),
        Phase::Stage2 => restoring::stage_2(run),
        Phase::InUse => restoring::in_use(run),
        Phase::Ended => ending::step(run, now),
    })
}
