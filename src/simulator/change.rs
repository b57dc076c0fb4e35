//! What people do to the world: the commands that change an appliance, with their time. All else
//! follows from scenario, seed, speed and start.

use serde::{Deserialize, Serialize};

use crate::run::{Role, ThreadCount, Timestamp};

/// One state-changing command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    pub(crate) at: Timestamp,
    pub(crate) role: Role,
    pub(crate) change: Change,
}

/// What a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    ReplicationOn,
    ReplicationOff,
    Threads(ThreadCount),
    ServiceOn,
    ServiceOff,
    Format,
    Recovery(bool),
    /// No command: contact is lost, for so many seconds at speed 1.
    ContactLost(u32),
}

impl Change {
    // In full, however it was abbreviated: an input keeps the change and not the words typed.
    pub(in crate::simulator) fn command(self) -> Option<String> {
        Some(match self {
            Self::ReplicationOn => "replication enable".to_owned(),
            Self::ReplicationOff => "no replication enable".to_owned(),
            Self::Threads(threads) => format!("replication num-threads {threads}"),
            Self::ServiceOn => "service enable".to_owned(),
            Self::ServiceOff => "no service enable".to_owned(),
            Self::Format => "datastore format local".to_owned(),
            Self::Recovery(true) => "replication recovery enable".to_owned(),
            Self::Recovery(false) => "no replication recovery enable".to_owned(),
            Self::ContactLost(_) => return None,
        })
    }
}
