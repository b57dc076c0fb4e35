//! Consents to something that the record speaks against.

use serde::{Deserialize, Serialize};

use crate::run::values::Sequence;

/// What a consent by phrase goes against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Overruled {
    /// A reading of the opposite, not a minute old.
    Reading,
    /// No restore is on record, and the test is ended.
    NoRestore,
    /// The restore goes on, and the test is ended.
    UnfinishedRestore,
    /// Nothing on record shows a failure, and the test is ended as failed.
    NoFailureSeen,
    /// The log is followed, and does not show the end of stage 2.
    Log,
    /// A danger is not settled, and the restored appliance is given free.
    Danger,
    /// Something waits to be sent to the cloud, and the run is signed off.
    Unsent,
    /// An alarm is not settled, and replication is resumed.
    Alarm,
    /// An alarm is not settled, and the run is signed off.
    UnsettledAlarm,
    /// Replication is paused, and the run is signed off.
    Paused,
    /// Whether replication runs is not known, and the run is signed off.
    UnknownReplication,
}

impl Overruled {
    /// What has to be typed; it names what is overruled. `None` of an action, which takes its own phrase whatever speaks
    /// against it.
    #[must_use]
    pub const fn phrase(self) -> Option<&'static str> {
        Some(match self {
            Self::Alarm => return None,
            Self::Reading => "against the reading",
            Self::NoRestore => "end without a test",
            Self::UnfinishedRestore => "end before it is restored",
            Self::NoFailureSeen => "end as failed",
            Self::Log => "restored without the log",
            Self::Danger => "can be used despite it",
            Self::Unsent => "leave it unsent",
            Self::UnsettledAlarm => "leave it unsettled",
            Self::Paused => "leave paused",
            Self::UnknownReplication => "leave unknown",
        })
    }
}

/// A consent by phrase, as the record of what was consented to holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Consent {
    /// What it goes against.
    pub overruled: Overruled,
    /// What the engineer was shown of it, as sentences.
    pub shown: String,
    /// The record that shows it; absent where nothing on record is what it goes against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cited: Option<Sequence>,
}
