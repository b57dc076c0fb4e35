//! What people do to the world: the commands that change an appliance, with their time. All else
//! follows from scenario, seed, speed and start.

use serde::{Deserialize, Serialize};

use crate::run::{At, Role, ThreadCount};

/// One state-changing command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// When the appliance carried it out.
    pub at: At,
    /// Which appliance.
    pub role: Role,
    /// What it changed.
    pub change: Change,
}

/// What a command changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// `replication enable`
    ReplicationOn,
    /// `no replication enable`
    ReplicationOff,
    /// `replication num-threads N`
    Threads(ThreadCount),
    /// `service enable`
    ServiceOn,
    /// `no service enable`
    ServiceOff,
    /// `datastore format local`
    Format,
    /// `replication recovery enable` and its negation
    Recovery(bool),
}
