//! What a record changes about the bucket.

pub(super) mod frozen;
pub(super) mod listing;
