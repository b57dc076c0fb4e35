//! The failure of a command.

use crate::{run::Exit, session::Failure};

/// The failure of a command: a sentence for standard error, and the exit code.
#[derive(Debug)]
pub(in crate::commands) struct Stop {
    pub(in crate::commands) text: String,
    pub(in crate::commands) exit: Exit,
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
