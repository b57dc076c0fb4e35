//! What can go wrong in a shell.

use std::time::Duration;

use thiserror::Error;

use crate::appliance::gate::Refusal;

/// What went wrong in a shell. The texts name no appliance; whoever reports them does.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShellError {
    /// The stream ended, or nothing can be written to it.
    #[error("the shell was closed; it is opened again by itself")]
    Closed {
        /// What had come of a reply, cleaned.
        partial: Vec<u8>,
    },
    /// No prompt after login, or after an interruption.
    #[error("the appliance shows no prompt that the dialect knows; check `prompts` in the dialect")]
    NoPrompt {
        /// What came instead, cleaned.
        partial: Vec<u8>,
    },
    /// A prompt with the name of another host.
    #[error("the prompt shows the name {found} instead of {expected}; nothing further was typed")]
    OtherHost {
        /// The name of the appliance that the shell was opened for.
        expected: String,
        /// The name in the prompt, printable.
        found: String,
    },
    /// No prompt within the time limit of a line.
    #[error("`{line}` was not answered within {} s", limit.as_secs())]
    TimedOut {
        /// The line.
        line: String,
        /// Its limit.
        limit: Duration,
        /// What had come of the reply, cleaned.
        partial: Vec<u8>,
    },
    /// A reply exceeds the bound.
    #[error("the reply is longer than {} MiB; it was given up", limit >> 20)]
    TooLong {
        /// The bound in bytes.
        limit: usize,
    },
    /// `enable` asks for a password.
    #[error("`enable` asks for a password; set enable_password_command in the settings")]
    NeedsPassword,
    /// `enable` did not take the password.
    #[error("the enable password is not accepted; check enable_password_command in the settings")]
    PasswordRefused,
    /// A mode cannot be entered.
    #[error("the appliance refused `{line}`: {words}")]
    ModeRefused {
        /// The line that was to change the mode.
        line: String,
        /// The appliance's words, printable.
        words: String,
    },
    /// The gate does not let the line through.
    #[error(transparent)]
    Gate(#[from] Refusal),
}
