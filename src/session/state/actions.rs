//! Actions from the engineer's request to an appliance: judged once more, recorded, and only then sent.

use super::Session;
use crate::{
    appliance::supervisor::{NotSent, Request},
    run::{
        ActionId, ActionKind, ActionState, Authorization, Event, ListingCause, PairIdentities, Role,
        action_consent, consent_lapsed,
    },
    session::{
        control::{ActionRequest, RequestRefused, check_pair, next_action},
        event::StatusMessage,
    },
};

impl Session {
    /// Judges, records and sends an action.
    pub(crate) fn act(&mut self, request: ActionRequest) -> Result<(), RequestRefused> {
        let action = request.action;
        self.try_act(request).inspect_err(|refused| self.refuse(action, refused.to_string()))
    }

    fn try_act(&mut self, request: ActionRequest) -> Result<(), RequestRefused> {
        // Judged again here: the run may have moved on while the dialog was open.
        let action = request.action;
        let (plan, verdict) = self.control.judge(self.recorder.run(), &request)?;
        // The statement is on record before the action that rests on it.
        if let Some(statement) = request.statement {
            let since = self.now();
            let reason = "typed as the condition of an action".to_owned();
            let user = self.user();
            self.record(&Event::Attested { statement, since, reason, user, consent: None });
        }
        // A script is shown nothing, and overrules nothing.
        let consent = request.typed.as_ref().and_then(|_| action_consent(self.run(), action));
        // An override is a finding. A reason given where nothing was locked is none, but it may say who agreed to what the
        // record speaks against.
        let (overridden, agreed) = match verdict {
            Authorization::Locked { .. } => (request.r#override, None),
            _ => (None, request.r#override.filter(|_| consent.is_some()).map(|given| given.reason)),
        };
        let id = next_action(self.run());
        let user = self.user();
        let event = Event::ActionRequested {
            id,
            plan: plan.clone(),
            user,
            r#override: overridden,
            typed: request.typed,
            consent,
            agreed,
        };
        // Asked before the request is on record, which leaves the state in doubt.
        let lists = request.action == ActionKind::Resume && self.automation.lists_with_resume(self.run());
        // Durable before it is sent: after a crash or a power failure the record still says that a line may have
        // reached the appliance.
        if !self.record_durably(&event) {
            return Err(RequestRefused::RequestNotDurable);
        }
        if lists {
            // The last listing of the paused bucket, should the resume be refused; it does not wait for it.
            self.list_bucket(ListingCause::BeforeResume);
        }
        self.outbox.send(request.action.role(), Request::Act { id, plan });
        Ok(())
    }

    /// The task of the appliance took no request: the action is settled, and refused to the engineer.
    pub(super) fn settle_unsent(&mut self, id: ActionId) {
        let Some(action) = self.run().actions.iter().find(|action| action.id == id) else { return };
        let action = action.plan.action;
        let reason = RequestRefused::NotSent.to_string();
        let state = ActionState::Rejected { reason: reason.clone() };
        self.record(&Event::ActionSettled { id, state });
        self.refuse(action, reason.clone());
        self.outbox.notify(StatusMessage::bad(reason));
    }

    fn refuse(&mut self, action: ActionKind, reason: String) {
        let user = self.user();
        self.record(&Event::ActionRefused { action, reason, user });
    }

    /// Confirms that the two appliances are those of `pair`, as it was shown to the engineer. From here on control is
    /// bound to them.
    pub(crate) fn confirm_pair(
        &mut self,
        pair: &PairIdentities,
        reason: Option<String>,
        typed: Option<String>,
    ) -> Result<(), RequestRefused> {
        check_pair(self.run(), pair, reason.as_deref())?;
        let user = self.user();
        let name = |role| self.run().name(role);
        let (primary, dr) = (name(Role::Primary), name(Role::Dr));
        let identities = Box::new(pair.clone());
        // On disk before the appliances are bound to it, so that a watch that goes on is bound to the same
        // machines.
        if !self.record_durably(&Event::NamesConfirmed { primary, dr, identities, reason, user, typed }) {
            return Err(RequestRefused::ConfirmationNotDurable);
        }
        for role in [Role::Primary, Role::Dr] {
            if let Some(identity) = pair.of(role) {
                self.outbox.send(role, Request::Expect(Box::new(identity.clone())));
            }
        }
        Ok(())
    }

    /// The task is about to type the changing line: judges once more, as the run may have moved on while it connected
    /// and checked the machine, and answers whether the consent still holds.
    pub(crate) fn answer_ready_to_send(&mut self, id: ActionId) {
        let consent =
            consent_lapsed(self.run(), id).map_or(Ok(()), |reason| Err(NotSent::ConsentLapsed(reason)));
        let action = self.run().actions.iter().find(|action| action.id == id);
        if let Some(role) = action.map(|action| action.plan.action.role()) {
            self.outbox.send(role, Request::ConsentChecked { id, consent });
        }
    }
}
