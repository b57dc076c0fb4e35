//! Carrying out what the session asks for.

use std::{collections::VecDeque, io};

use super::EventLoop;
use crate::{
    appliance::supervisor::Request,
    console::front::Front,
    run::{Ending, Role},
    session::{
        event::{Effect, LoopEvent},
        state::Session,
    },
};

impl EventLoop {
    pub(crate) fn handle(&mut self, event: LoopEvent) {
        let effects = self.session.handle(event);
        self.carry_out(effects);
    }

    pub(crate) fn update<T>(&mut self, change: impl FnOnce(&mut Session) -> T) -> T {
        let result = change(&mut self.session);
        let effects = self.session.take_effects();
        self.carry_out(effects);
        result
    }

    pub(crate) fn show_message(&mut self, text: String) {
        let now = self.session.now();
        if let Some(screen) = self.front.screen() {
            screen.view().notify_until_key(text, now);
        }
    }

    /// Carries out effects in order. One that fails is an event again, and the effects of that event come last.
    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            if let Some(event) = self.perform(effect) {
                effects.extend(self.session.handle(event));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<LoopEvent> {
        match effect {
            Effect::Print(text) => {
                let error = self.front.print(&text).err()?;
                return Some(self.output_failed(error));
            }
            Effect::Send { role, request } => return self.send(role, request),
            Effect::Ring => {
                if let Some(screen) = self.front.screen() {
                    screen.ring();
                }
            }
            Effect::Notify(message) => {
                let now = self.session.now();
                if let Some(screen) = self.front.screen() {
                    screen.view().notify(message.text, message.kind, now);
                }
            }
            Effect::Warn(text) => self.front.warn(text, self.session.now()),
            Effect::WarnWithoutScreen(text) => {
                if self.front.screen().is_none() {
                    self.front.warn(text, self.session.now());
                }
            }
            Effect::RetakeTerminal => self.retake_terminal(),
            // Not here: the login waits for the engineer, and the other effects of this
            // event are not carried out yet.
            Effect::LogIn => self.login_wanted = true,
        }
        None
    }

    pub(super) fn send(&self, role: Role, request: Request) -> Option<LoopEvent> {
        let action = match &request {
            Request::Act { id, .. } => Some(*id),
            _ => None,
        };
        let task = self.sources.appliance_tasks.iter().find(|task| task.role() == role);
        let was_taken = task.is_some_and(|task| task.ask(request));
        // Only an action has left a record of the request, which now has to be settled.
        action.filter(|_| !was_taken).map(LoopEvent::NotSent)
    }

    /// A reader that closes the pipe has seen enough, and ends the watch. After any other error only the output has
    /// failed, which is no reason to stop recording.
    fn output_failed(&mut self, error: io::Error) -> LoopEvent {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return LoopEvent::End(Ending::Signal { name: "SIGPIPE".to_owned() });
        }
        let reason = error.to_string();
        // Kept until the end, where it decides on the exit code.
        self.front = Front::Silent(error);
        LoopEvent::OutputFailed(reason)
    }
}
