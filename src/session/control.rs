//! From the engineer's wish to an appliance: judged once more, put on record, and only then handed
//! over. The lines themselves come from the gate.

use crate::{
    appliance::supervisor::Request,
    run::{
        ActionId, ActionKind, Authorization, Event, Override, PairIdentities, Role, Statement, authorize,
        consent_lapsed,
    },
};

use super::hub::Hub;

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
fn consented(verdict: &Authorization, wish: &ActionRequest) -> Result<(), Refused> {
    match verdict {
        Authorization::Allowed { .. } => Ok(()),
        Authorization::NeedsStatement { statement, .. } if wish.statement == Some(*statement) => Ok(()),
        Authorization::NeedsStatement { .. } => {
            Err(Refused("the statement that this takes was not made".to_owned()))
        }
        Authorization::Locked { .. }
            if wish.r#override.as_ref().is_some_and(|given| !given.reason.trim().is_empty()) =>
        {
            Ok(())
        }
        Authorization::NeedsConfirmation => {
            Err(Refused("the two appliances have to be confirmed first".to_owned()))
        }
        Authorization::Locked { reason, .. } | Authorization::Off { reason } => Err(Refused(reason.clone())),
    }
}

impl Hub {
    /// Judges, records and hands over an action.
    ///
    /// # Errors
    /// The sentence to show when it is not carried out; the refusal is on record too.
    pub(crate) fn act(&mut self, wish: ActionRequest) -> Result<(), Refused> {
        let action = wish.action;
        self.try_act(wish).inspect_err(|refused| {
            let user = self.user();
            self.record(&Event::ActionRefused { action, reason: refused.0.clone(), user });
        })
    }

    fn try_act(&mut self, wish: ActionRequest) -> Result<(), Refused> {
        // Judged again here: the run may have moved on while the dialog was open.
        let verdict = authorize(self.run(), wish.action);
        consented(&verdict, &wish)?;
        let plan = self
            .plan(wish.action)
            .ok_or_else(|| Refused(format!("drwatch holds no command to {}", wish.action)))?;
        if let Some(statement) = wish.statement {
            let since = self.now();
            let reason = "typed as the condition of an action".to_owned();
            let user = self.user();
            self.record(&Event::Attested { statement, since, reason, user });
        }
        let overridden = match verdict {
            Authorization::Locked { .. } => wish.r#override,
            _ => None,
        };
        let id = self.next_action();
        let user = self.user();
        let event = Event::ActionRequested {
            id,
            plan: plan.clone(),
            user,
            r#override: overridden,
            typed: wish.typed,
        };
        if !self.record_durably(&event) {
            return Err(Refused("the request could not be written to disk, so nothing was sent".to_owned()));
        }
        if wish.action == ActionKind::Resume {
            self.list_beside_resume();
        }
        if !self.ask(wish.action.role(), Request::Act { id, plan }) {
            let reason = "the appliance's connection takes no requests now; nothing was sent".to_owned();
            self.settle_unsent(id, &reason);
            return Err(Refused(reason));
        }
        Ok(())
    }

    fn settle_unsent(&mut self, id: ActionId, reason: &str) {
        let state = crate::run::ActionState::Rejected { reason: reason.to_owned() };
        self.record(&Event::ActionSettled { id, state });
    }

    fn next_action(&self) -> ActionId {
        ActionId(self.run().actions.last().map_or(0, |action| action.id.0) + 1)
    }

    /// Confirms that the two appliances are those of `pair`, as it was shown to the engineer. From here on
    /// control is bound to them.
    ///
    /// # Errors
    /// The sentence to show where other machines answer by now than were shown, or nothing tells the two
    /// apart and no reason is given.
    pub(crate) fn confirm_pair(
        &mut self,
        pair: &PairIdentities,
        reason: Option<String>,
        typed: Option<String>,
    ) -> Result<(), Refused> {
        if *pair != self.present_pair() {
            return Err(Refused("another machine has answered meanwhile; look again".to_owned()));
        }
        if self.run().is_pair_indistinct() && reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Refused(
                "state why these are two machines: nothing they show tells them apart".to_owned(),
            ));
        }
        let user = self.user();
        let name = |role| self.run().name(role);
        let (primary, dr) = (name(Role::Primary), name(Role::Dr));
        let identities = Some(Box::new(pair.clone()));
        if !self.record_durably(&Event::NamesConfirmed { primary, dr, identities, reason, user, typed }) {
            return Err(Refused("the confirmation could not be written to disk".to_owned()));
        }
        for role in [Role::Primary, Role::Dr] {
            if let Some(identity) = pair.of(role) {
                self.ask(role, Request::Expect(Box::new(identity.clone())));
            }
        }
        Ok(())
    }

    /// The two appliances as they answer now.
    pub(crate) fn present_pair(&self) -> PairIdentities {
        PairIdentities { primary: self.run().primary.identity.clone(), dr: self.run().dr.identity.clone() }
    }

    /// The appliance is where the line comes next that changes something: judges once more, on what is on
    /// record by now.
    pub(crate) fn answer_ready_to_send(&mut self, id: ActionId) {
        let leave = match consent_lapsed(self.run(), id) {
            None => Ok(()),
            Some(reason) => Err(reason),
        };
        let action = self.run().actions.iter().find(|action| action.id == id);
        if let Some(role) = action.map(|action| action.plan.action.role()) {
            self.ask(role, Request::Leave { id, leave });
        }
    }
}

#[cfg(test)]
mod tests;
