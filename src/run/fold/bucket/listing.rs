//! A bucket listing that was read.

use super::frozen;
use crate::run::state::{ListingState, Run};
use crate::run::values::{BucketListing, Elapsed, Known, ListingCause, Phase, Record};

/// Applies a listing. It counts as final only if replication was known to be paused before it was begun.
pub(in crate::run) fn read(
    run: &mut Run,
    record: &Record,
    listing: &BucketListing,
    cause: ListingCause,
    took: Elapsed,
) {
    let begun = run.listing_since.take().unwrap_or_else(|| {
        let took = i64::try_from(took.millis()).ok().and_then(chrono::TimeDelta::try_milliseconds);
        record.at.shifted(-took.unwrap_or_default())
    });
    let paused = run.replication.state == Known::Paused
        && run.replication.open_pause().is_some_and(|pause| pause.from <= begun);
    run.listing_refused = None;
    let provisional = cause == ListingCause::File || !paused;
    // A listing overtaken by the resume does not describe the bucket that was restored.
    let overtaken = cause == ListingCause::BeforeResume && provisional && run.listing.is_some();
    if !overtaken {
        let state =
            ListingState { listing: listing.clone(), at: record.at, record: record.seq, cause, provisional };
        frozen::listed(run, record, &state, begun);
        if !is_settled(run, provisional) {
            run.listing = Some(state);
        }
    }
}

/// Whether the listing that stage 1 used is final: a later listing describes a later bucket.
fn is_settled(run: &Run, later_is_provisional: bool) -> bool {
    let present = run.listing.as_ref().filter(|_| run.phases.current > Phase::Stage1);
    present.is_some_and(|present| !present.provisional || later_is_provisional)
}
