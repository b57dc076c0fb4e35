//! The proof that the bucket did not change during the pause: the counts of the listings compared.

use serde::Serialize;

use crate::run::values::{BucketCounts, ListingCause, Sequence, Timestamp};

/// One listing made while replication was paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PausedListing {
    /// What it counted.
    #[serde(flatten)]
    pub counts: BucketCounts,
    /// When the listing arrived.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
    /// Why it was asked for.
    #[serde(skip)]
    pub cause: ListingCause,
    /// When it was asked for.
    #[serde(skip)]
    pub begun_at: Timestamp,
}

/// The listings of one pause: whether the bucket stayed unchanged, and how it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FrozenBucket {
    /// The first listing begun after the pause.
    pub at_pause: Option<PausedListing>,
    /// The last listing that differs only by draining uploads; later ones are compared with it.
    pub after_draining: Option<PausedListing>,
    /// The first listing asked for because stage 1 ended.
    pub at_stage_1_end: Option<PausedListing>,
    /// The last listing after that, before replication was resumed.
    pub before_resume: Option<PausedListing>,
    /// Whether every listing since the bucket settled was equal; `None` without two to compare.
    pub unchanged: Option<bool>,
    /// Whether the first listing came after stage 1 had begun, or may have: what the bucket was before, nothing shows.
    #[serde(skip)]
    pub is_listed_late: bool,
    /// The last listing of a later pause, before which replication ran.
    #[serde(skip)]
    pub in_later_pause: Option<Box<PausedListing>>,
    /// The ordinal number of the pause that this is about.
    #[serde(skip)]
    pub(in crate::run) pause: u64,
}

impl FrozenBucket {
    /// The last listing, where the bucket was not listed again before the resume: what it shows ends there.
    #[must_use]
    pub fn last_before_resume(&self) -> Option<&PausedListing> {
        let earlier = [&self.at_pause, &self.after_draining, &self.at_stage_1_end];
        let last = earlier.into_iter().flatten().max_by_key(|listing| listing.at);
        last.filter(|_| self.before_resume.is_none())
    }

    /// The listing that later ones are compared with.
    #[must_use]
    pub fn reference(&self) -> Option<&PausedListing> {
        self.after_draining.as_ref().or(self.at_pause.as_ref())
    }
}
