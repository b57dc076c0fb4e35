//! A line whose output does not end: the shell becomes a stream.

use std::sync::Arc;

use super::{Key, Shell, ShellError, buffer::MAX_PROMPT_BYTES, clean::clean, echo};
use crate::{
    appliance::{gate::Approved, transport::BoxedWire},
    dialect::Dialect,
};

/// The stream of a line whose output does not end.
pub struct Following {
    /// The bytes, from the echo of the line on.
    pub wire: BoxedWire,
    /// The line typed.
    pub line: String,
    /// Host name in the prompt, should it come back.
    pub host: Option<String>,
    /// Words of the prompt.
    pub dialect: Arc<Dialect>,
}

impl Following {
    /// Whether `line` is the echo of the line typed.
    #[must_use]
    pub fn is_echo(&self, line: &[u8]) -> bool {
        echo::is_whole(line, &self.line, self.dialect.prompts())
    }

    /// Whether an unfinished line is the prompt: the line has ended after all.
    #[must_use]
    pub fn is_prompt(&self, partial: &[u8]) -> bool {
        let line = clean(partial.get(..MAX_PROMPT_BYTES).unwrap_or(partial));
        let line = String::from_utf8_lossy(&line);
        let read = self.dialect.prompts().read(&line);
        read.is_some_and(|(host, _)| self.host.as_deref().is_none_or(|own| own == host))
    }
}

impl Shell {
    /// Types `line` whose output does not end, and hands out the stream with what has come so far.
    ///
    /// # Errors
    /// When the line cannot be sent within its limit, or the shell is not usable.
    pub async fn follow(mut self, line: &Approved) -> Result<Following, ShellError> {
        if !self.usable {
            return Err(ShellError::Closed { partial: Vec::new() });
        }
        // From here on the shell has no prompt: the stream takes it over for good.
        self.send(line.line().as_bytes(), Key::Return, line.limit()).await?;
        Ok(Following {
            wire: self.wire,
            line: line.line().to_owned(),
            host: self.host,
            dialect: self.dialect,
        })
    }
}
