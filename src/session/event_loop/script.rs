//! A scripted engineer in a simulated world: what is typed on the appliances goes to the world, and drwatch's keys go
//! to the session, which judges them as those of a real one.

use super::EventLoop;
use crate::{
    session::event::LoopEvent,
    simulator::{Due, Script, SharedWorld},
};

/// A script under way and the world it plays in.
pub(crate) struct Scripted {
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
}

impl Scripted {
    /// Whether all of the script is done.
    pub(super) fn is_over(&self) -> bool {
        self.script.is_over()
    }
}

impl EventLoop {
    /// Does what the script has due now.
    pub(super) fn play_script(&mut self) {
        let Some(scripted) = &mut self.sources.scripted else { return };
        // A world in memory always answers.
        let due = scripted.script.poll(self.session.now(), &scripted.world, Some(self.session.run()));
        let world = scripted.world.clone();
        for step in due.unwrap_or_default() {
            match step {
                Due::Typed { role, line } => drop(world.type_line(role, &line)),
                Due::Key(key) => self.handle(LoopEvent::ScriptKey(key)),
            }
        }
    }
}
