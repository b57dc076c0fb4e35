//! Actions from the engineer's request to an appliance: judged once more, recorded, and only then sent. The lines
//! themselves come from the gate.

use super::Session;
use crate::{
    appliance::supervisor::Request,
    run::{
        ActionId, ActionKind, ActionState, Event, ListingCause, PairIdentities, Role, Verdict,
        consent_lapsed, judge,
    },
    session::{
        control::{ActionRequest, Refused, consented},
        event::{Effect, StatusMessage},
    },
};

impl Session {
    /// Judges, records and hands over an action.
    ///
    /// # Errors
    /// The sentence to show when it is not carried out; the refusal is on record too.
    pub(crate) fn act(&mut self, wish: ActionRequest) -> Result<(), Refused> {
        let action = wish.action;
        self.try_act(wish).inspect_err(|refused| self.refuse(action, refused.0.clone()))
    }

    fn try_act(&mut self, wish: ActionRequest) -> Result<(), Refused> {
        // Judged again here: the run may have moved on while the dialog was open.
        let verdict = judge(self.run(), wish.action);
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
            Verdict::Locked { .. } => wish.r#override,
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
        // Durable before it is sent: after a crash or a power failure the record still says that a line may have reached
        // the appliance.
        if !self.record_durably(&event) {
            return Err(Refused("the request could not be written to disk, so nothing was sent".to_owned()));
        }
        if wish.action == ActionKind::Resume && self.automation.lists_with_resume(self.run()) {
            // The last listing of the paused bucket; the resume does not wait for it.
            self.list_bucket(ListingCause::BeforeResume);
        }
        self.send(wish.action.role(), Request::Act { id, plan });
        Ok(())
    }

    /// The task of the appliance took no request: the action is settled, and refused to the engineer.
    pub(super) fn settle_unsent(&mut self, id: ActionId) {
        let Some(action) = self.run().actions.iter().find(|action| action.id == id) else { return };
        let action = action.plan.action;
        let reason = "the appliance's connection takes no requests now; nothing was sent".to_owned();
        let state = ActionState::Rejected { reason: reason.clone() };
        self.record(&Event::ActionSettled { id, state });
        self.refuse(action, reason.clone());
        self.effects.push(Effect::Notify(StatusMessage::bad(reason)));
    }

    fn refuse(&mut self, action: ActionKind, reason: String) {
        let user = self.user();
        self.record(&Event::ActionRefused { action, reason, user });
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
                self.send(role, Request::Expect(Box::new(identity.clone())));
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
            self.send(role, Request::Leave { id, leave });
        }
    }
}
