//! How a recording ends.

use serde::{Deserialize, Serialize};

/// Why recording ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Ending {
    /// The engineer quit.
    Quit,
    /// Everything to watch was seen (headless).
    Finished,
    /// A signal, by name.
    Signal {
        /// `SIGTERM`, `SIGHUP` or `SIGINT`.
        name: String,
    },
    /// Neither appliance could ever be reached.
    NeverConnected {
        /// Why, as a sentence.
        reason: String,
    },
}

/// Who or what made drwatch do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A rule of drwatch.
    Automatic,
    /// The engineer's key.
    Engineer,
}
