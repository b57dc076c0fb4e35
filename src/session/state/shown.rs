//! What the front is given: offers, frames, and sentences for the engineer.

use nix::errno::Errno;

use super::Session;
use crate::{
    console::{front::Front, output::say_on_error, screen_front::ScreenFront},
    run::{ActionKind, Ending, Timestamp},
    screen::AvailableActions,
    session::signals::outlives_hang_up,
};

impl Session {
    /// What the screen may offer.
    pub(crate) fn available(&self) -> AvailableActions {
        let of = |action| self.plans.of(action).cloned();
        AvailableActions {
            pause: of(ActionKind::Pause),
            resume: of(ActionKind::Resume),
            threads: of(ActionKind::SetThreads(self.run().threads_wanted())),
            disk_free: self.judged.disk_free(),
        }
    }

    /// The screen, to be put back after its key was served.
    pub(crate) fn take_screen(&mut self) -> Option<Box<ScreenFront>> {
        match self.front.take() {
            Some(Front::Screen(screen)) => Some(screen),
            other => {
                self.front = other;
                None
            }
        }
    }

    pub(crate) fn put_screen(&mut self, screen: Box<ScreenFront>) {
        self.front = Some(Front::Screen(screen));
    }

    /// Tells the engineer of something that is no part of the run.
    pub(crate) fn complain(&mut self, reason: String, now: Timestamp) {
        match &mut self.front {
            Some(Front::Screen(screen)) => screen.complain(reason, now),
            // Nobody to tell where even this fails.
            _ => drop(say_on_error(&reason)),
        }
    }

    /// Shows the engineer a sentence until a key is pressed, where there is a screen.
    pub(crate) fn tell_engineer(&mut self, text: String) {
        let now = self.clock.now();
        if let Some(Front::Screen(screen)) = &mut self.front {
            screen.view().tell(text, now);
        }
    }

    /// Whoever read our lines and went away has seen enough. Otherwise only what shows the run has failed,
    /// and that is no reason to stop recording it.
    pub(crate) fn output_failed(&mut self, error: std::io::Error) {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            self.end(Ending::Signal { name: "SIGPIPE".to_owned() });
            return;
        }
        let text = format!(
            "standard output takes no more ({error}); the run is recorded all the same, `drwatch view {}` shows it",
            self.recorder.folder().id()
        );
        self.front = Some(Front::Silent(error));
        self.complain(text, self.clock.now());
    }

    /// Says that the record cannot be written, where no screen shows it: once for each trouble.
    pub(crate) fn tell_of_trouble(&mut self) {
        let trouble = self.recorder.trouble().map(str::to_owned);
        let is_shown = matches!(self.front, Some(Front::Screen(_)));
        if let Some(reason) = trouble.as_ref().filter(|_| self.trouble.is_none() && !is_shown) {
            let text = format!(
                "the record cannot be written ({reason}); the watch goes on in memory and writes as soon as it can"
            );
            self.complain(text, self.clock.now());
        }
        self.trouble = trouble;
    }

    /// Draws a frame whatever the pace of frames: nothing else is drawn for a while.
    pub(super) fn draw_now(&mut self) {
        if let Some(mut screen) = self.take_screen() {
            self.draw_on(&mut screen);
            self.put_screen(screen);
        }
    }

    pub(super) fn serve_front(&mut self) {
        if let Some(mut screen) = self.take_screen() {
            screen.ring_if_due();
            self.fetch_older(&mut screen);
            if self.dirty && screen.may_draw() {
                self.draw_on(&mut screen);
                self.dirty = screen.view().is_searching();
            }
            if screen.has_lost_its_terminal() && outlives_hang_up() {
                // As `nohup tail -F` does: the record goes on.
                self.front = Some(Front::Silent(Errno::EIO.into()));
                return;
            }
            if screen.has_lost_its_terminal() {
                self.end(Ending::Signal { name: "SIGHUP".to_owned() });
            }
            self.put_screen(screen);
        }
    }
}
