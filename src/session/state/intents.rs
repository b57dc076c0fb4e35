//! What the engineer asks for on the dashboard, or a script in place of one, carried out.

use super::Session;
use crate::{
    appliance::supervisor::Request,
    run::{
        ActionKind, Cause, Ending, Event, Known, Link, ListingCause, PairIdentities, SheetOrigin, Statement,
        StatementVerdict, Timestamp, dated_consent, judge_dated_statement, sign_off_hazard,
    },
    screen::{Intent, statement_words},
    session::{
        control::{ActionRequest, RequestRefused},
        event::{Effect, StatusMessage},
    },
    simulator::OperatorKey,
    text::moment,
};

/// Why a script states what it states.
const ON_DR_PAGE: &str = "seen in the DR appliance's web page";
const ON_PRIMARY_PAGE: &str = "seen in the primary's web page";

impl Session {
    /// Carries out what the engineer wants, except what concerns the terminal alone; the sentence to show, if any.
    pub(crate) fn carry_out(&mut self, intent: Intent) -> Option<StatusMessage> {
        let user = self.user();
        match intent {
            Intent::Act { action, r#override, statement, typed } => {
                let typed = Some(typed);
                refusal(self.act(ActionRequest { action, r#override, statement, typed }))
            }
            Intent::ConfirmPair { pair, reason, typed } => {
                let confirmed = self.confirm_pair(&pair, reason, Some(typed));
                refusal(confirmed).or_else(|| Some(confirmation(&pair)))
            }
            Intent::ListBucket => Some(self.ask_for_listing()),
            Intent::TakeBaseline => Some(self.take_baseline(user)),
            Intent::ClaimMarkers(claimed) => {
                self.record(&Event::MarkersClaimed { claimed, user });
                None
            }
            Intent::Attest { statement, since, reason, typed } => {
                Some(self.state(statement, since, reason, typed.as_deref()))
            }
            Intent::Acknowledge { code, opened, reason } => {
                self.record(&Event::Acknowledged { code: code.name(), opened, reason, user });
                None
            }
            Intent::Export => Some(match self.export(Cause::Engineer) {
                Ok(files) => {
                    let folder = self.recorder.folder().path().display();
                    StatusMessage::good(format!("written: {} in {folder}", files.join(", ")))
                }
                Err(reason) => StatusMessage::bad(format!("not written: {reason}")),
            }),
            Intent::Note(text) => {
                self.record(&Event::Noted { text, user, line: None });
                Some(StatusMessage::good("your note is on record"))
            }
            Intent::EditNote { note, text } => {
                self.record(&Event::NoteEdited { note, text, user });
                Some(StatusMessage::good("the note's new text is on record, beside the one before"))
            }
            Intent::NoteOnLine { text, line } => {
                self.record(&Event::Noted { text, user, line: Some(line) });
                Some(StatusMessage::good("your note on the line is on record"))
            }
            Intent::StateSheet { reason: None, .. } if self.run().frozen_sheet.is_some() => {
                let text = "not recorded: stage 1 has begun meanwhile, so that a change takes a reason";
                Some(StatusMessage::bad(text))
            }
            Intent::StateSheet { sheet, reason } => {
                self.record(&Event::TestSheetStated { sheet, origin: SheetOrigin::Form, reason, user });
                Some(StatusMessage::good(if self.run().frozen_sheet.is_some() {
                    "the change of the test sheet is on record"
                } else {
                    "the test sheet is on record, and can be changed until stage 1 begins"
                }))
            }
            Intent::StateIssue { code, opened, entry } => {
                let (code, engineer) = (code.name(), self.run().engineer.clone());
                self.record(&Event::IssueStated { code, opened, entry: *entry, user, engineer });
                Some(StatusMessage::good("what is done about the finding is on record"))
            }
            Intent::SignOff { text, typed } => {
                // Judged again here: a hazard may have come up while the dialog was open.
                let hazard = sign_off_hazard(self.run());
                match &hazard {
                    Some(hazard) if typed.as_deref() != Some(hazard.phrase) => {
                        return Some(StatusMessage::bad(format!("not signed off: {}", hazard.warning())));
                    }
                    // What was typed is a decision of its own, before the signature that rests on it.
                    Some(_) if self.run().replication_state() == Known::Paused => {
                        self.record(&Event::LeftPaused { user: user.clone() });
                    }
                    Some(_) | None => {}
                }
                self.record(&Event::SignedOff { text, user, consent: hazard.map(|hazard| hazard.consent) });
                Some(self.report_sign_off())
            }
            Intent::Reconnect => {
                self.outbox.push(Effect::LogIn);
                Some(match self.reconnect() {
                    0 => StatusMessage::good("nothing to connect: every appliance is connected"),
                    _ => StatusMessage::good("connecting again"),
                })
            }
            Intent::Quit => {
                self.end(Ending::Quit);
                None
            }
            Intent::LeavePaused => {
                self.record(&Event::LeftPaused { user });
                self.end(Ending::Quit);
                None
            }
            Intent::Suspend => {
                self.suspended();
                None
            }
            Intent::Redraw
            | Intent::LookBack(_)
            | Intent::ReturnToLive
            | Intent::Play(_)
            | Intent::Copy(_)
            | Intent::WriteFrame(_) => None,
        }
    }

    /// Records a statement, and answers with what was recorded and since when.
    fn state(
        &mut self,
        statement: Statement,
        since: Timestamp,
        reason: String,
        typed: Option<&str>,
    ) -> StatusMessage {
        // Judged again here: the run may have moved on while the dialog was open.
        if let Some(refused) = self.refused_statement(statement, since, typed) {
            return StatusMessage::bad(refused);
        }
        let user = self.user();
        let consent = dated_consent(self.run(), statement, since, self.now());
        self.record(&Event::Attested { statement, since, reason, user, consent });
        let words = statement_words(statement).trim_end_matches('.');
        let [since, stated] = [since, self.now()].map(|at| moment(at, self.now()));
        let when = match statement {
            // It holds from the moment at which it is stated.
            Statement::TestNotOver => format!(", stated {stated}"),
            _ if since == stated => format!(", since {since}"),
            _ => format!(", stated {stated}, since {since}"),
        };
        StatusMessage::good(format!("your statement is on record: {words}{when}"))
    }

    /// Why the statement is not recorded, `typed` being what was typed to consent to it.
    fn refused_statement(
        &self,
        statement: Statement,
        since: Timestamp,
        typed: Option<&str>,
    ) -> Option<String> {
        match judge_dated_statement(self.run(), statement, since, self.now()) {
            StatementVerdict::Off { reason } => Some(format!("not recorded: {reason}")),
            StatementVerdict::NeedsPhrase { phrase, warning } if typed != Some(phrase) => {
                Some(format!("not recorded: {warning}"))
            }
            StatementVerdict::NeedsPhrase { .. } | StatementVerdict::Allowed => None,
        }
    }

    fn ask_for_listing(&mut self) -> StatusMessage {
        if self.run().started.primary.is_none() {
            return StatusMessage::bad("no primary was given, so there is no bucket to list");
        }
        if self.run().listing_since.is_some() {
            return StatusMessage::bad("a bucket listing is under way already");
        }
        self.list_bucket(ListingCause::Asked);
        StatusMessage::good("bucket listing asked for; it may take long")
    }

    fn take_baseline(&mut self, user: String) -> StatusMessage {
        match self.run().download.counter {
            None => {
                StatusMessage::bad("the GET counter has not been read yet, so there is no baseline to take")
            }
            Some((value, ..)) => {
                self.record(&Event::BaselineTaken { user });
                StatusMessage::good(format!("baseline taken: {value}"))
            }
        }
    }

    /// Tries every appliance again at once that is not connected; how many these are. A connection that stands is left
    /// alone: a bucket listing of hours may be on its way over it.
    pub(crate) fn reconnect(&mut self) -> usize {
        let down = self.control.disconnected(self.recorder.run());
        for role in &down {
            self.outbox.send(*role, Request::Reconnect);
        }
        self.tried_again.clone_from(&down);
        down.len()
    }

    /// Reports what came of a connection that the engineer had tried again.
    pub(super) fn answer_reconnect(&mut self, event: &Event) {
        let Event::LinkChanged { role, link } = event else { return };
        if matches!(link, Link::Connecting | Link::Absent) || !self.tried_again.contains(role) {
            return;
        }
        self.tried_again.retain(|tried| tried != role);
        let name = self.run().name(*role);
        self.outbox.notify(match link {
            Link::Waiting { retry_at, .. } => {
                let seconds = retry_at.since(self.now()).secs();
                StatusMessage::bad(format!("{name} still does not answer; next try in {seconds} s"))
            }
            Link::Stopped { reason } => {
                StatusMessage::bad(format!("{name} was not connected, and is not tried again: {reason}"))
            }
            Link::Absent | Link::Connecting | Link::Connected => {
                StatusMessage::good(format!("{name} is connected again"))
            }
        });
    }

    /// Writes the summary with the signature, and says where it is while that can be read.
    fn report_sign_off(&mut self) -> StatusMessage {
        match self.export(Cause::Automatic) {
            Ok(files) => {
                let folder = self.recorder.folder().path().display();
                StatusMessage::good(format!(
                    "the run is signed off; the report: {} in {folder}",
                    files.join(", ")
                ))
            }
            Err(reason) => {
                StatusMessage::bad(format!("the run is signed off; the report was not written: {reason}"))
            }
        }
    }

    /// Does what the key does for the operator of a demo, who is on record for it.
    pub(super) fn press(&mut self, key: OperatorKey) {
        self.is_operated = true;
        self.operate(key);
        self.is_operated = false;
    }

    fn operate(&mut self, key: OperatorKey) {
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
                self.attest(Statement::TestOver, "the test of the restored appliance is complete");
            }
            OperatorKey::AttestDownloadOver => self.attest(Statement::DownloadOver, ON_DR_PAGE),
            OperatorKey::AttestNamespaceOver => self.attest(Statement::NamespaceOver, ON_DR_PAGE),
            OperatorKey::AttestPaused => self.attest(Statement::ReplicationPaused, ON_PRIMARY_PAGE),
            OperatorKey::AttestRunning => self.attest(Statement::ReplicationRunning, ON_PRIMARY_PAGE),
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
            drop(self.confirm_pair(&self.run().present_pair(), None, None));
        }
        // A refusal is on record, which is where a script's reader looks.
        drop(self.act(ActionRequest { action, r#override: None, statement: None, typed: None }));
    }

    fn attest(&mut self, statement: Statement, reason: &str) {
        let (since, reason, user) = (self.now(), reason.to_owned(), self.user());
        self.record(&Event::Attested { statement, since, reason, user, consent: None });
    }

    fn acknowledge_all(&mut self) {
        // Gathered first, since each acknowledgement changes the list.
        let open: Vec<_> = self.run().open_findings().map(|finding| (finding.code, finding.record)).collect();
        for (code, opened) in open {
            let reason = "known, and of no consequence for this test".to_owned();
            let user = self.user();
            self.record(&Event::Acknowledged { code: code.name(), opened, reason, user });
        }
    }
}

/// What is said once the appliances are confirmed.
fn confirmation(pair: &PairIdentities) -> StatusMessage {
    let is_pair = pair.primary.is_some() && pair.dr.is_some();
    let words = if is_pair { "both appliances confirmed" } else { "the appliance is confirmed" };
    StatusMessage::good(format!("{words}, on record"))
}

fn refusal(result: Result<(), RequestRefused>) -> Option<StatusMessage> {
    result.err().map(|refused| StatusMessage::bad(refused.to_string()))
}
