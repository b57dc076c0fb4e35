//! A scripted engineer in a simulated world: types on the appliances, and presses drwatch's keys
//! through the same judgement as a real one.

use crate::{
    run::{ActionKind, Event, ListingCause, Statement, Timestamp},
    simulator::{Due, OperatorKey, Script, SharedWorld},
};

use super::{control::ActionRequest, hub::Hub};

/// A script under way and the world it plays in.
pub(crate) struct Scripted {
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
}

impl Scripted {
    /// Whether all of the script is done.
    pub(crate) fn is_over(&self) -> bool {
        self.script.is_over()
    }
}

impl Hub {
    /// Does what the script says is due at `now`.
    pub(crate) fn play(&mut self, now: Timestamp) {
        let Some(mut scripted) = self.scripted.take() else { return };
        // A world in memory answers always.
        let due = scripted.script.poll(now, &scripted.world, Some(self.run()));
        for step in due.unwrap_or_default() {
            match step {
                Due::Typed { role, line } => drop(scripted.world.type_line(role, &line)),
                Due::Key(key) => self.press(key),
            }
        }
        self.scripted = Some(scripted);
    }

    fn press(&mut self, key: OperatorKey) {
        match key {
            OperatorKey::List => self.list_bucket(ListingCause::Asked),
            OperatorKey::Baseline => {
                let user = self.user();
                self.record(&Event::BaselineTaken { user });
            }
            OperatorKey::Pause => self.act_by_script(ActionKind::Pause),
            OperatorKey::Resume => self.act_by_script(ActionKind::Resume),
            OperatorKey::Threads => {
                self.act_by_script(ActionKind::SetThreads(self.run().started.settings.threads));
            }
            OperatorKey::TestOver => {
                self.state(Statement::TestOver, "the test of the restored appliance is complete");
            }
            OperatorKey::AttestDownloadOver => {
                self.state(Statement::DownloadOver, "seen in the DR appliance's web page");
            }
            OperatorKey::AttestNamespaceOver => {
                self.state(Statement::NamespaceOver, "seen in the DR appliance's web page");
            }
            OperatorKey::AttestPaused => {
                self.state(Statement::ReplicationPaused, "seen in the primary's web page");
            }
            OperatorKey::AttestRunning => {
                self.state(Statement::ReplicationRunning, "seen in the primary's web page");
            }
            OperatorKey::ClaimMarkers => {
                let claimed = self.run().prior_markers.iter().map(|marker| marker.place).collect();
                let user = self.user();
                self.record(&Event::MarkersClaimed { claimed, user });
            }
            OperatorKey::AcknowledgeAll => self.acknowledge_all(),
        }
    }

    fn act_by_script(&mut self, action: ActionKind) {
        if !self.run().is_pair_confirmed() {
            drop(self.confirm_pair(&self.present_pair(), None, None));
        }
        // A refusal is on record, which is where a script's reader looks.
        drop(self.act(ActionRequest { action, r#override: None, statement: None, typed: None }));
    }

    fn state(&mut self, statement: Statement, reason: &str) {
        let (since, reason, user) = (self.now(), reason.to_owned(), self.user());
        self.record(&Event::Attested { statement, since, reason, user });
    }

    fn acknowledge_all(&mut self) {
        let open: Vec<_> = self.run().open_findings().map(|finding| (finding.code, finding.record)).collect();
        for (code, opened) in open {
            let reason = "known, and of no consequence for this test".to_owned();
            let user = self.user();
            self.record(&Event::Acknowledged { code: code.name(), opened, reason, user });
        }
    }
}
