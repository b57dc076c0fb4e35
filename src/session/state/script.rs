//! The keys of a scripted engineer, carried out through the same judgement as those of a real one.

use super::Session;
use crate::{
    run::{ActionKind, Event, ListingCause, Statement},
    session::control::ActionRequest,
    simulator::OperatorKey,
};

impl Session {
    pub(super) fn press(&mut self, key: OperatorKey) {
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
                let claimed = self.run().older_markers.iter().map(|marker| marker.place).collect();
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
