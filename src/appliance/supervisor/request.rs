//! What a supervisor can be asked to do, and how often it asks.

use std::time::Duration;

use thiserror::Error;

use crate::{
    appliance::{client::OpenError, gate::Refusal},
    run::{ActionId, ActionPlan, Identity, ListingCause},
};

/// How often each question is asked. Periods of the shared clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// The GET counter while the pace is fast.
    pub(crate) counter: Duration,
    /// The GET counter while the pace is slow.
    pub(crate) counter_slow: Duration,
    pub(crate) replication: Duration,
    pub(crate) threads: Duration,
    pub(crate) service: Duration,
}

/// As the settings have it where nothing is set; a watch takes its periods from them.
#[cfg(test)]
impl Default for Schedule {
    fn default() -> Self {
        Self {
            counter: Duration::from_secs(5),
            counter_slow: Duration::from_mins(1),
            replication: Duration::from_secs(15),
            threads: Duration::from_secs(30),
            service: Duration::from_secs(30),
        }
    }
}

/// How often the GET counter is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pace {
    /// While objects are downloaded.
    #[default]
    Fast,
    /// From stage 2 on.
    Slow,
}

/// What a supervisor can be asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Carry out a plan of the gate; it is on record as requested. Sent at most once.
    Act {
        id: ActionId,
        plan: ActionPlan,
    },
    /// List the bucket. Ignored while a listing is under way.
    ListBucket(ListingCause),
    /// Search the log for stage markers written before the watch. Ignored where its log is not followed,
    /// while a search is under way, and without a connection.
    SearchLog,
    /// The engineer has confirmed that the appliance is this one: no other counts from here on.
    Expect(Box<Identity>),
    /// The answer to `Observation::ReadyToSend`: whether the consent to the action still holds.
    ConsentChecked {
        id: ActionId,
        consent: Result<(), NotSent>,
    },
    /// Ask everything now.
    AskNow,
    Pace(Pace),
    /// Connect anew, also after a failure that is not retried by itself.
    Reconnect,
    Close,
}

/// Why an action was not sent: no line of it that changes anything has reached the appliance.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum NotSent {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{}", .0.connection_words())]
    NoShell(#[from] OpenError),
    /// The lines before the first changing one failed.
    #[error("{0}")]
    NotEntered(String),
    /// The run has moved on since the engineer consented.
    #[error("{0}")]
    ConsentLapsed(String),
    #[error("the connection came to its end before")]
    ConnectionEnding,
    #[error("drwatch was too busy to judge it once more; ask again")]
    NotJudged,
}
