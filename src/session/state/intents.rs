//! What the engineer asks for on the dashboard, carried out.

use super::Session;
use crate::{
    appliance::supervisor::Request,
    run::{Cause, Ending, Event, Link, ListingCause, Role},
    screen::Intent,
    session::{
        control::ActionRequest,
        event::{Effect, StatusMessage},
    },
};

impl Session {
    /// Carries out what the engineer wants, but for what concerns the terminal alone; a sentence to show, where there
    /// is one.
    pub(crate) fn carry_out(&mut self, intent: Intent) -> Option<StatusMessage> {
        let user = self.user();
        match intent {
            Intent::Act { action, r#override, statement, typed } => {
                let typed = Some(typed);
                self.act(ActionRequest { action, r#override, statement, typed })
                    .err()
                    .map(|refused| StatusMessage::bad(refused.0))
            }
            Intent::ConfirmPair { pair, reason, typed } => self
                .confirm_pair(&pair, reason, Some(typed))
                .err()
                .map(|refused| StatusMessage::bad(refused.0)),
            Intent::ListBucket => Some(self.ask_for_listing()),
            Intent::TakeBaseline => Some(self.take_baseline(user)),
            Intent::ClaimMarkers(claimed) => {
                self.record(&Event::MarkersClaimed { claimed, user });
                None
            }
            Intent::Attest { statement, since, reason } => {
                self.record(&Event::Attested { statement, since, reason, user });
                Some(StatusMessage::good("your statement is on record"))
            }
            Intent::Acknowledge { code, opened, reason } => {
                self.record(&Event::Acknowledged { code: code.name(), opened, reason, user });
                None
            }
            Intent::Export => Some(match self.export(Cause::Engineer) {
                Ok(files) => {
                    let folder = self.recorder().folder().path().display();
                    StatusMessage::good(format!("written: {} in {folder}", files.join(", ")))
                }
                Err(reason) => StatusMessage::bad(format!("not written: {reason}")),
            }),
            Intent::Note(text) => {
                self.record(&Event::Noted { text, user });
                Some(StatusMessage::good("your note is on record"))
            }
            Intent::SignOff(text) => {
                self.record(&Event::SignedOff { text, user });
                Some(StatusMessage::good("the run is signed off"))
            }
            Intent::Reconnect => {
                self.effects.push(Effect::LogIn);
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
            Intent::Redraw | Intent::Play(_) => None,
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
        let is_down = |role: &Role| self.run().appliance(*role).link != Link::Connected;
        let down: Vec<_> = self.appliances.iter().copied().filter(is_down).collect();
        for role in &down {
            self.send(*role, Request::Reconnect);
        }
        down.len()
    }
}
