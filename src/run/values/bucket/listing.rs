//! The bucket listing of the primary: how many objects of which class the bucket holds, and why it was listed.

use serde::{Deserialize, Serialize};

use crate::run::values::{ByteCount, ObjectCount, Sequence, Timestamp};

/// One class of objects that is neither slab, map nor rbtmd.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherClass {
    /// The name of the class in the listing.
    pub name: String,
    /// Objects in the class.
    pub count: ObjectCount,
}

/// What a bucket holds, by a listing. A class that it does not name is `None`: unknown, not zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BucketCounts {
    /// Name of the bucket.
    pub name: String,
    /// All entries, by the header.
    pub entries: ObjectCount,
    /// Size of the bucket, where the listing gives it in bytes.
    pub bytes: Option<ByteCount>,
    /// Data slabs.
    pub slabs: Option<ObjectCount>,
    /// Pointer maps, one per file.
    pub maps: Option<ObjectCount>,
    /// Metadata files, one per file.
    pub rbtmds: Option<ObjectCount>,
}

/// A complete `show replication bucket` reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketListing {
    /// The classes that drwatch counts.
    #[serde(flatten)]
    pub counts: BucketCounts,
    /// Other classes, by name, in the order listed.
    pub other: Vec<OtherClass>,
}

impl BucketListing {
    /// Objects that stage 1 downloads: maps + rbtmds. `None` unless both are listed.
    #[must_use]
    pub fn expected(&self) -> Option<ObjectCount> {
        Some(self.counts.maps?.saturating_add(self.counts.rbtmds?))
    }

    /// Entries that belong to no listed class. `None` when the classes add up to more than the header.
    #[must_use]
    pub fn unclassified(&self) -> Option<ObjectCount> {
        let BucketCounts { entries, slabs, maps, rbtmds, .. } = &self.counts;
        let named = [slabs, maps, rbtmds].into_iter().flatten().copied();
        let sum = named
            .chain(self.other.iter().map(|class| class.count))
            .try_fold(0_u64, |sum, count| sum.checked_add(count.0))?;
        entries.0.checked_sub(sum).map(ObjectCount)
    }
}

/// Why a bucket listing was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingCause {
    /// The watch began.
    Start,
    /// Replication was confirmed paused.
    Paused,
    /// The engineer asked for it.
    Asked,
    /// Stage 1 ended.
    StageEnd,
    /// Replication is about to be resumed.
    BeforeResume,
    /// Given as a file.
    File,
}

/// The bucket listing in use, and the first one for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingState {
    /// The listing.
    pub listing: BucketListing,
    /// When it arrived.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
    /// Why it was asked for.
    pub cause: ListingCause,
    /// When it was asked for.
    pub begun_at: Timestamp,
    /// Whether it was taken without a confirmed pause before it.
    pub provisional: bool,
    /// Whether it is provisional only because a pause or resume was in doubt when it arrived.
    pub in_doubt: bool,
}
