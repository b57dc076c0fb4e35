//! What a world grows from.

use crate::{
    run::{ReplicationState, Timestamp},
    simulator::number::Speed,
};

/// What a world grows from, besides its scenario and its inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Origin {
    /// Equal seeds give equal worlds.
    pub(crate) seed: u64,
    /// How much faster than real the workload is.
    pub(crate) speed: Speed,
    pub(crate) start: Timestamp,
    pub(crate) primary_starts: ReplicationState,
}
