//! What can go wrong in a shell.

use std::time::Duration;

use thiserror::Error;

use crate::{appliance::gate::Refusal, text};

/// What went wrong in a shell. The texts name no appliance; whoever reports them does.
/// `partial` is what had come of a reply, cleaned.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShellError {
    /// The stream ended, or nothing can be written to it.
    #[error("the shell was closed; it is opened again by itself")]
    Closed { partial: Vec<u8> },
    /// After login, or after an interruption.
    #[error(
        "the appliance shows no prompt that the dialect knows{}; log in by hand and answer what it asks, or correct \
         `prompts` in the dialect",
        shown_instead(partial)
    )]
    NoPrompt { partial: Vec<u8> },
    #[error("the prompt shows the name {found} instead of {expected}; nothing further was typed")]
    OtherHost { expected: String, found: String },
    #[error("`{line}` was not answered within {} s", limit.as_secs())]
    TimedOut { line: String, limit: Duration, partial: Vec<u8> },
    #[error("the reply is longer than {} MiB, or of too many lines for its length; it was given up", limit >> 20)]
    TooLong { limit: usize },
    #[error("`enable` asks for a password; set enable_password_command in the settings")]
    NeedsPassword,
    #[error("the enable password is not accepted; check enable_password_command in the settings")]
    PasswordRefused,
    /// The appliance refused a line that changes the mode or prints the log.
    #[error("the appliance refused `{line}`: {words}")]
    ModeRefused { line: String, words: String },
    #[error(transparent)]
    Gate(#[from] Refusal),
}

impl ShellError {
    /// Whether trying again by itself could lock an account, or will never help.
    pub(crate) const fn needs_a_person(&self) -> bool {
        matches!(self, Self::NeedsPassword | Self::PasswordRefused | Self::Gate(_))
    }
}

/// The last line of what came in place of a prompt, such as a question of a wizard.
fn shown_instead(partial: &[u8]) -> String {
    let line = partial.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).rfind(|line| !line.is_empty());
    line.map_or_else(String::new, |line| format!(", but `{}`", text::printable_within(line, 200)))
}
