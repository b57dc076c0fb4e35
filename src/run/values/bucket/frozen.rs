//! The proof that the bucket did not change during the pause: the counts of the listings compared.

use serde::Serialize;

use crate::run::values::{ByteCount, ListingCause, ObjectCount, Sequence, Timestamp};

/// The counts of one listing made while replication was paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BucketCounts {
    /// Name of the bucket.
    pub name: String,
    /// All entries.
    pub entries: ObjectCount,
    /// Size in bytes.
    pub bytes: Option<ByteCount>,
    /// Data slabs.
    pub slabs: Option<ObjectCount>,
    /// Pointer maps.
    pub maps: Option<ObjectCount>,
    /// Metadata files.
    pub rbtmds: Option<ObjectCount>,
    /// When the listing arrived.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
    /// Why it was asked for.
    #[serde(skip)]
    pub cause: ListingCause,
}

/// The listings of one pause: whether the bucket stayed unchanged, and how it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FrozenBucket {
    /// The first listing begun after the pause.
    pub at_pause: Option<BucketCounts>,
    /// The last listing that differs only by draining uploads; later ones are compared with it.
    pub after_draining: Option<BucketCounts>,
    /// The first listing asked for because stage 1 ended.
    pub at_stage_1_end: Option<BucketCounts>,
    /// The last listing after that, before replication was resumed.
    pub before_resume: Option<BucketCounts>,
    /// Whether every listing since the bucket settled was equal; `None` without two to compare.
    pub unchanged: Option<bool>,
    /// The ordinal number of the pause that this is about.
    #[serde(skip)]
    pub(in crate::run) pause: u64,
}

impl FrozenBucket {
    /// The listing that later ones are compared with.
    #[must_use]
    pub fn reference(&self) -> Option<&BucketCounts> {
        self.after_draining.as_ref().or(self.at_pause.as_ref())
    }
}
