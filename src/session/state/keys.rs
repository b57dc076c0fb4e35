//! Keys of the dashboard: what the engineer wants is carried out here, and the screen drawn.

use crossterm::event::Event as TerminalEvent;

use super::Session;
use crate::{
    console::screen_front::{ScreenFront, Shown, stop_this_process},
    run::{Cause, Ending, Event, ListingCause},
    screen::{AvailableActions, Intent, MessageKind, RecordingState},
    session::control::ActionRequest,
};

/// A sentence for the engineer.
pub(crate) struct StatusMessage {
    pub(crate) text: String,
    pub(crate) tidings: MessageKind,
}

impl StatusMessage {
    fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), tidings: MessageKind::Good }
    }

    fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), tidings: MessageKind::Bad }
    }
}

impl Session {
    /// Draws the present state on `screen`.
    pub(crate) fn draw_on(&self, screen: &mut ScreenFront) {
        let recording =
            self.recorder().unwritten().map_or(RecordingState::Recording, RecordingState::Failing);
        screen.draw(&self.shown(&self.available(), &recording));
    }

    pub(crate) fn shown<'a>(
        &'a self,
        available: &'a AvailableActions,
        recording: &'a RecordingState,
    ) -> Shown<'a> {
        Shown { run: self.run(), log: self.log_rows(), available, recording, now: self.now() }
    }

    /// Takes in one event of the terminal.
    pub(crate) fn key(&mut self, event: Option<TerminalEvent>) {
        self.dirty = true;
        let Some(mut screen) = self.take_screen() else { return };
        let now = self.now();
        let available = self.available();
        let intent = screen.take(event, &self.shown(&available, &RecordingState::Recording));
        let said = intent.and_then(|intent| {
            match intent {
                Intent::Suspend => screen.go_to_background(),
                Intent::Redraw => screen.redraw(),
                _ => {}
            }
            self.carry_out(intent)
        });
        if let Some(said) = said {
            screen.view().notify(said.text, said.tidings, now);
        }
        self.put_screen(screen);
    }

    /// Stops until a shell lets this process go on; the terminal is the shell's meanwhile.
    pub(crate) fn stop(&mut self) {
        self.heartbeat.was_suspended();
        match self.take_screen() {
            Some(mut screen) => {
                screen.go_to_background();
                self.put_screen(screen);
            }
            // Where it cannot be stopped there is nothing to come back from.
            None => drop(stop_this_process()),
        }
        self.dirty = true;
    }

    /// Takes the terminal anew after this process was stopped.
    pub(crate) fn gone_on(&mut self) {
        if let Some(mut screen) = self.take_screen() {
            screen.take_again();
            self.put_screen(screen);
        }
        self.dirty = true;
    }

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
                self.login_wanted = true;
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
                self.heartbeat.was_suspended();
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
}
