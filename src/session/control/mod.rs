//! Control of the appliances: who asks, what an action would send, and the judgement of a request. What is recorded and
//! sent then is in `state/actions.rs`; the lines themselves come from the gate.

pub(crate) mod plans;

use thiserror::Error;

use crate::{
    run::{
        ActionId, ActionKind, ActionPlan, Authorization, Link, Override, PairIdentities, Role, Run,
        Statement, ThreadCount, action_consent, authorize,
    },
    screen::AvailableActions,
};

use self::plans::Plans;

/// Why a request of the engineer was refused, as a sentence for the screen.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum RequestRefused {
    #[error("the statement that this takes was not made")]
    NoStatement,
    #[error("the two appliances have to be confirmed first")]
    PairUnconfirmed,
    /// The policy of the run, or the appliance's state.
    #[error("{0}")]
    Locked(String),
    #[error("drwatch holds no command to {0}")]
    NoCommand(ActionKind),
    #[error("the request could not be written to disk, so nothing was sent")]
    RequestNotDurable,
    #[error("the appliance's connection takes no requests now; nothing was sent")]
    NotSent,
    #[error("another machine has answered meanwhile; look again")]
    PairChanged,
    #[error("state why these are two machines: nothing they show distinguishes them")]
    NoReason,
    #[error("state who at the vendor agreed: an alarm is not settled")]
    NoAgreement,
    #[error("the confirmation could not be written to disk")]
    ConfirmationNotDurable,
}

#[derive(Clone, Debug)]
pub(crate) struct ActionRequest {
    pub(crate) action: ActionKind,
    /// The reason that was given before the phrase: why the policy is overridden, or who agreed to what the record speaks
    /// against.
    pub(crate) r#override: Option<Override>,
    pub(crate) statement: Option<Statement>,
    /// The phrase of consent as typed; nothing where a script consents.
    pub(crate) typed: Option<String>,
}

impl ActionRequest {
    fn gives_reason(&self) -> bool {
        self.r#override.as_ref().is_some_and(|given| !given.reason.trim().is_empty())
    }
}

pub(crate) struct Control {
    user: String,
    plans: Plans,
    /// Appliances with a task that takes requests.
    appliances: Vec<Role>,
}

impl Control {
    pub(crate) fn new(user: String, plans: Plans, appliances: Vec<Role>) -> Self {
        Self { user, plans, appliances }
    }

    pub(crate) fn user(&self) -> String {
        self.user.clone()
    }

    pub(crate) fn plans(&self) -> &[ActionPlan] {
        &self.plans.usual
    }

    pub(crate) fn available(&self, threads: ThreadCount) -> AvailableActions {
        let of = |action| self.plans.of(action).cloned();
        AvailableActions {
            pause: of(ActionKind::Pause),
            resume: of(ActionKind::Resume),
            threads: of(ActionKind::SetThreads(threads)),
            disk_free: None,
        }
    }

    pub(crate) fn forget(&mut self, role: Role) {
        self.appliances.retain(|appliance| *appliance != role);
    }

    /// Appliances with a task but without a connection.
    pub(crate) fn disconnected(&self, run: &Run) -> Vec<Role> {
        let is_down = |role: &Role| run.appliance(*role).link != Link::Connected;
        self.appliances.iter().copied().filter(is_down).collect()
    }

    /// What the requested action sends, if the judgement of this moment allows it with the consent given; and that
    /// judgement.
    pub(crate) fn judge(
        &self,
        run: &Run,
        request: &ActionRequest,
    ) -> Result<(ActionPlan, Authorization), RequestRefused> {
        let verdict = authorize(run, request.action);
        consented(&verdict, request)?;
        let speaks_against = request.typed.is_some() && action_consent(run, request.action).is_some();
        if speaks_against && !request.gives_reason() {
            return Err(RequestRefused::NoAgreement);
        }
        let plan = self.plans.of(request.action).ok_or(RequestRefused::NoCommand(request.action))?;
        Ok((plan.clone(), verdict))
    }
}

fn consented(verdict: &Authorization, request: &ActionRequest) -> Result<(), RequestRefused> {
    match verdict {
        Authorization::Allowed { .. } => Ok(()),
        Authorization::NeedsStatement { statement, .. } if request.statement == Some(*statement) => Ok(()),
        Authorization::NeedsStatement { .. } => Err(RequestRefused::NoStatement),
        Authorization::Locked { .. } if request.gives_reason() => Ok(()),
        Authorization::NeedsConfirmation => Err(RequestRefused::PairUnconfirmed),
        Authorization::Locked { reason, .. } | Authorization::Off { reason } => {
            Err(RequestRefused::Locked(reason.clone()))
        }
    }
}

pub(crate) fn next_action(run: &Run) -> ActionId {
    // From the last action and not from their number: the oldest are dropped from a full list.
    ActionId(run.actions.last().map_or(0, |action| action.id.0) + 1)
}

/// Whether `pair`, as it was shown to the engineer, may be confirmed now.
pub(crate) fn check_pair(
    run: &Run,
    pair: &PairIdentities,
    reason: Option<&str>,
) -> Result<(), RequestRefused> {
    // Another machine may have answered while the dialog was open: the consent is for the pair that was
    // shown.
    if *pair != run.present_pair() {
        return Err(RequestRefused::PairChanged);
    }
    if run.is_pair_indistinct() && reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(RequestRefused::NoReason);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
