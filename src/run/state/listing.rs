//! The bucket listing in use.

use crate::run::values::{BucketListing, ListingCause, Sequence, Timestamp};

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
    /// Whether it was taken without a confirmed pause before it.
    pub provisional: bool,
}
