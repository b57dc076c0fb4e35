//! Lines that an engineer types on an appliance beside drwatch, outside of any session.

use super::{
    grammar::Mode,
    interpreter::{Outcome, interpret},
    render,
};
use crate::{
    run::Role,
    simulator::{
        error::SimulatorError,
        shared::{BY_HAND, SharedWorld},
    },
};

impl SharedWorld {
    /// Types `line` in configuration mode on an appliance, as its engineer would; recorded under
    /// the label `hand`. Returns what the appliance answers.
    ///
    /// # Errors
    /// [`SimulatorError::Untypable`] for a line that does not end by itself; otherwise as [`change`](Self::change).
    pub fn type_line(&self, role: Role, line: &str) -> Result<String, SimulatorError> {
        for typed in ["enable", "configure terminal", line] {
            self.record(role, BY_HAND, typed)?;
        }
        match interpret(self, role, Mode::Configure, line)? {
            Outcome::Text(text) => Ok(text),
            Outcome::List => self.view(|world| render::listing_begins(world) + &render::listing_ends(world)),
            Outcome::Follow => Err(SimulatorError::Untypable { line: line.to_owned() }),
            Outcome::Enter(..)
            | Outcome::Page(_)
            | Outcome::PageByTerminal
            | Outcome::AutoLogout(_)
            | Outcome::End => Ok(String::new()),
        }
    }
}
