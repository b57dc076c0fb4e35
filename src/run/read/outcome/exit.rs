//! How a run came out, and the exit code for it.

use serde::Serialize;

use crate::run::state::Run;
use crate::run::values::Ending;

/// How the run came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Both final lines were logged, or the engineer stated that stage 2 is over.
    Restored,
    /// The record ends before that, or has not come so far.
    Incomplete,
    /// A failure marker, or the engineer's statement.
    Failed,
}

/// How drwatch ends. The one table of exit codes: `--help`, the manual page and README have it from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Restored with nothing left to settle, or the command did what was asked.
    Done = 0,
    /// The restore failed, no appliance was ever reached, or the command could not do its work.
    Failed = 1,
    /// The command line, the settings or a name was wrong.
    Usage = 2,
    /// The record ended before the restore was complete.
    Incomplete = 3,
    /// Restored, but findings of attention or worse are open, or replication is not known to run.
    OpenFindings = 4,
}

impl Exit {
    /// All of them, by code.
    pub const ALL: [Self; 5] = [Self::Done, Self::Failed, Self::Usage, Self::Incomplete, Self::OpenFindings];

    /// The number handed to the shell; a contract.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// What it means, for people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "the restore is complete, or the command did what was asked; check: go",
            Self::Failed => {
                "it failed, for example: no appliance was ever reached, the restore failed, a record is damaged \
                 or cannot be written or continued, the terminal or standard output cannot be used, or a \
                 signal ended drwatch before the watch began; check: no-go"
            }
            Self::Usage => {
                "wrong usage: the command line, the settings, a terminal that has no full screen (TERM=dumb), or a \
                 scenario, run, file or guide topic that is unknown or cannot be read"
            }
            Self::Incomplete => "the watch ended before the restore was complete",
            Self::OpenFindings => {
                "the restore is complete, but a finding of attention or worse is open, or replication was not \
                 running when you left"
            }
        }
    }
}

impl Run {
    /// The outcome of the restore so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        // Declaring the test over during stage 2 ends that span as well, but
        // begins no use of the appliance.
        match (self.failed, self.is_restored()) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Restored,
            (None, false) => Outcome::Incomplete,
        }
    }

    /// The result of the run so far.
    #[must_use]
    pub fn exit(&self) -> Exit {
        // First: by its outcome, a run that reached no appliance would count as incomplete.
        if matches!(self.ending, Some(Ending::NeverConnected { .. })) {
            return Exit::Failed;
        }
        match self.outcome() {
            Outcome::Failed => Exit::Failed,
            Outcome::Incomplete => Exit::Incomplete,
            Outcome::Restored if self.lacks_cleanup() => Exit::OpenFindings,
            Outcome::Restored => Exit::Done,
        }
    }
}
