//! Session set-up and mode changes of a shell, all through the gate.

use super::{Reply, Shell, ShellError, reply::REFUSAL_LIMIT};
use crate::{
    appliance::gate::{Approved, Gate, Sendable},
    dialect::Mode,
    text,
};

/// Levels of config mode that are left one by one.
const MAX_CONFIG_LEVELS: usize = 6;

impl Shell {
    /// Turns the pager off and keeps the session from being logged out. An appliance that refuses
    /// either is worked with all the same: a pager is answered, a logged-out shell opened again.
    pub(crate) async fn set_up(&mut self, gate: &Gate) -> Result<(), ShellError> {
        // First of all lines, since a longer reply before it would stop at the pager.
        if self.ask_in_mode(gate, Sendable::NoPaging).await?.refusal().is_some() {
            self.ask_in_mode(gate, Sendable::NoPagingFallback).await?;
        }
        self.ask_in_mode(gate, Sendable::NoAutoLogout).await?;
        Ok(())
    }

    pub(crate) async fn ask_in_mode(&mut self, gate: &Gate, kind: Sendable) -> Result<Reply, ShellError> {
        self.ask_line_in_mode(gate, gate.question(kind)?).await
    }

    /// Asks `line` in a mode that takes it, changing the mode first where needed.
    pub(crate) async fn ask_line_in_mode(
        &mut self,
        gate: &Gate,
        line: &Approved,
    ) -> Result<Reply, ShellError> {
        self.enter_mode(gate, line.mode()).await?;
        self.ask(line).await
    }

    /// Leaves config mode, and enters enable mode if `wanted` needs it.
    pub(crate) async fn enter_mode(&mut self, gate: &Gate, wanted: Mode) -> Result<(), ShellError> {
        // Each `exit` leaves one level. Without a bound, a prompt that stays in config mode would be left for ever.
        for _ in 0..MAX_CONFIG_LEVELS {
            if self.mode() != Mode::Config {
                break;
            }
            self.ask(gate.question(Sendable::Leave)?).await?;
        }
        if self.mode() == Mode::Normal && wanted == Mode::Enable {
            let enable = gate.question(Sendable::Enable)?;
            let reply = self.ask(enable).await?;
            // Some appliances refuse without an error line: the prompt alone shows it.
            if self.mode() == Mode::Normal {
                return Err(refused(enable.line(), &reply));
            }
        }
        if self.mode() == Mode::Config {
            let leave = gate.question(Sendable::Leave)?;
            return Err(ShellError::ModeRefused {
                line: leave.line().to_owned(),
                words: "config mode was not left".to_owned(),
            });
        }
        Ok(())
    }
}

fn refused(line: &str, reply: &Reply) -> ShellError {
    let words =
        reply.refusal().unwrap_or_else(|| text::printable_within(reply.text().trim_ascii(), REFUSAL_LIMIT));
    let words = if words.is_empty() { "the prompt did not change".to_owned() } else { words };
    ShellError::ModeRefused { line: line.to_owned(), words }
}
