//! A line whose output does not end: the shell becomes a stream.

use std::sync::Arc;

use super::{RETURN, Shell, ShellError, buffer::MAX_PROMPT_BYTES, echo, framing::prompt_in};
use crate::{
    appliance::{gate::Approved, transport::BoxedWire},
    dialect::Dialect,
};

/// The stream of such a line. `host` and `dialect` recognise the prompt, should it come back.
pub(crate) struct Following {
    /// The bytes, from the echo of the line on.
    pub(crate) wire: BoxedWire,
    line: String,
    host: Option<String>,
    dialect: Arc<Dialect>,
}

impl Following {
    pub(crate) fn is_echo(&self, line: &[u8]) -> bool {
        echo::is_whole(line, &self.line, self.dialect.prompts())
    }

    /// Whether an unfinished line is the prompt: the line has ended after all.
    pub(crate) fn is_prompt(&self, partial: &[u8]) -> bool {
        let prompt = prompt_in(partial.get(..MAX_PROMPT_BYTES).unwrap_or(partial), self.dialect.prompts());
        // A line of the log may look like a prompt; only one with the name of this appliance ends the stream.
        prompt.is_some_and(|(host, _)| self.host.as_ref().is_none_or(|own| *own == host))
    }
}

impl Shell {
    /// Types `line` whose output does not end, and hands out the stream with what has come so far.
    pub(crate) async fn follow(mut self, line: &Approved) -> Result<Following, ShellError> {
        if !self.usable {
            return Err(ShellError::Closed { partial: Vec::new() });
        }
        // From here on the shell has no prompt: the stream takes it over for good.
        self.send(&[line.line().as_bytes(), RETURN], line.limit()).await?;
        Ok(Following {
            wire: self.wire,
            line: line.line().to_owned(),
            host: self.host,
            dialect: self.dialect,
        })
    }
}
