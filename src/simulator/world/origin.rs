//! What a world grows from.

use crate::{
    run::{ReplicationState, Timestamp},
    simulator::number::Speed,
};

/// What a world grows from, besides its scenario and its inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Origin {
    /// Equal seeds give equal worlds.
    pub seed: u64,
    /// How much faster than real the workload is.
    pub speed: Speed,
    /// When the world begins.
    pub start: Timestamp,
    /// Whether the primary replicates at the start.
    pub primary_starts: ReplicationState,
}
