//! Readings, outcomes and phases on record against what was true of the confirmed machines.

use tokio::time::Duration;

use super::{Model, ON_ITS_WAY};
use crate::{
    run::{ActionId, ActionState, Answer, Phase, Reading, ReplicationState, Role, Run},
    simulator::Stage,
};

impl Model {
    pub(super) fn replication_read(&mut self, answer: &Answer<ReplicationState>, at: Duration) {
        self.read_at = at;
        let Reading::Known(state) = answer.reading else { return };
        let Some(machine) = self.confirmed_now(Role::Primary) else { return };
        // The state may have changed since it was asked for: an answer is true if it was so
        // at any moment from then on.
        let asked = at.saturating_sub(Duration::from(answer.took)).saturating_sub(ON_ITS_WAY);
        if !self.was(machine, state, asked) {
            self.broken(
                "no reading of another machine",
                format!("replication was read as {state:?}, which machine {machine} was not"),
            );
        }
    }

    pub(super) fn settled(&mut self, id: ActionId, state: &ActionState) {
        let confirmed = self.confirmed_now(Role::Primary);
        let Some(requested) = self.requested.iter_mut().find(|one| one.id == id) else {
            return self.broken("an outcome belongs to a request", format!("{id:?}"));
        };
        requested.is_settled = true;
        let (wanted, from) = (requested.wanted, requested.at);
        if let (ActionState::Confirmed, Some(wanted), Some(machine)) = (state, wanted, confirmed)
            && !self.was(machine, wanted, from)
        {
            self.broken(
                "no outcome of another machine",
                format!("{wanted:?} was confirmed, which machine {machine} never was"),
            );
        }
    }

    /// A phase is never ahead of the truth, unless the engineer stated it, and never goes back.
    pub(super) fn phase_is_true(&mut self, run: &Run) {
        let phase = run.phase();
        if self.phase.is_some_and(|before| phase < before) {
            self.broken("phases come in order", format!("{:?} after {:?}", phase, self.phase));
        }
        self.phase = Some(phase);
        let slot = 1;
        let Some(machine) = self.about[slot].filter(|_| !self.is_mixed[slot] && !self.stated_phase) else {
            return;
        };
        let stage = self.reached[machine];
        let is_true = match phase {
            // A phase that comes late is no untruth, and the engineer may end a test at any stage.
            Phase::Prepare | Phase::Ended => true,
            Phase::Stage1 => stage >= Stage::Download,
            Phase::Stage2 => stage >= Stage::Generation,
            Phase::InUse => stage >= Stage::Restored,
        };
        if !is_true {
            self.broken("a phase ends by its marker alone", format!("{phase:?} is shown in {stage:?}"));
        }
    }
}
