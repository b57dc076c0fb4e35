//! Why nothing came of a command.

use crate::{run::Exit, session::Failure};

/// Why nothing came of a command, in one sentence, and the exit code for it.
pub struct Stop {
    /// For the engineer, on standard error.
    pub text: String,
    /// What the process ends with.
    pub exit: Exit,
}

impl Stop {
    pub(in crate::commands) fn usage(error: impl std::error::Error) -> Self {
        Self { text: error.to_string(), exit: Exit::Usage }
    }

    pub(in crate::commands) fn failed(error: impl std::error::Error) -> Self {
        Self { text: error.to_string(), exit: Exit::Failed }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let exit = if failure.is_usage() { Exit::Usage } else { Exit::Failed };
        Self { text: failure.to_string(), exit }
    }
}
