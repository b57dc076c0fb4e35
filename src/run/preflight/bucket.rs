//! Questions about the bucket: the same on both, listed after the pause, as many maps as rbtmds.

use super::draft::{Draft, Inquiry};
use crate::run::{
    facts::Role,
    listing::BucketListing,
    replication::Known,
    state::{ListingState, Run},
};

pub(super) fn same(inquiry: &Inquiry) -> Draft {
    let listing = inquiry.run.listing.as_ref();
    let primary = listing.map(|listing| listing.listing.name.as_str());
    let dr = inquiry.facts.dr_bucket.as_deref();
    let draft = match (primary, dr) {
        (Some(primary), Some(dr)) if primary == dr => {
            Draft::ok(format!("Both appliances use the bucket {primary}."))
        }
        (Some(primary), Some(dr)) => {
            Draft::blocking(format!("The primary uses the bucket {primary}, the DR appliance {dr}."))
                .remedy("Set up the DR appliance with the primary's bucket.")
        }
        (Some(name), None) => other_unread("primary", name, "DR appliance"),
        (None, Some(name)) => other_unread("DR appliance", name, "primary"),
        (None, None) => Draft::unknown("Neither appliance has told which bucket it uses.")
            .remedy("Compare the buckets in the cloud settings of both."),
    };
    draft.maybe_on(listing.map(|listing| (listing.record, listing.at)))
}

fn other_unread(known: &str, name: &str, other: &str) -> Draft {
    Draft::unknown(format!(
        "The {known} uses the bucket {name}; which one the {other} uses could not be read."
    ))
    .remedy(format!("Compare it with the cloud settings of the {other}."))
}

pub(super) fn listed_after_pause(inquiry: &Inquiry) -> Draft {
    if !inquiry.facts.ask_past {
        return Draft::not_asked("whether the bucket was listed after the pause");
    }
    let run = inquiry.run;
    if let Some(since) = run.listing_since {
        return Draft::unknown(format!("The bucket is being listed, since {}.", inquiry.ago(since)))
            .remedy("Wait for the listing.");
    }
    let Some(state) = &run.listing else {
        let why = run.listing_refused.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        return Draft::attention(format!(
            "The bucket was not listed, so nothing tells how much there is to download{why}."
        ))
        .remedy("List it, with b, once replication is paused.");
    };
    let text = format!("The bucket {} was listed", state.listing.name);
    let draft = if state.provisional || !is_of_present_pause(run, state) {
        Draft::attention(format!(
            "{text}, but not after the present pause, so its counts may be out of date."
        ))
        .remedy("List it again, with b, once replication is paused.")
    } else {
        let expected = state.listing.expected();
        let count = expected.map_or_else(|| "an unknown number of".to_owned(), |count| count.to_string());
        Draft::ok(format!("{text}, after the pause, with {count} objects to download."))
    };
    draft.on(state.record, state.at)
}

/// Whether the pause that is on was on already when the listing arrived.
fn is_of_present_pause(run: &Run, state: &ListingState) -> bool {
    let pause = run.replication.intervals.last().filter(|pause| pause.to.is_none());
    run.replication.state == Known::Paused && pause.is_some_and(|pause| pause.from <= state.at)
}

pub(super) fn maps_equal_rbtmds(inquiry: &Inquiry) -> Draft {
    let Some(state) = &inquiry.run.listing else {
        return Draft::unknown(
            "Without a bucket listing nothing tells whether every file has its map and its rbtmd.",
        )
        .remedy("List the bucket, with b, once replication is paused.");
    };
    let BucketListing { maps, rbtmds, name, .. } = &state.listing;
    let draft = match (maps, rbtmds) {
        (Some(maps), Some(rbtmds)) if maps == rbtmds => {
            Draft::ok(format!("The bucket {name} holds {maps} maps and as many rbtmds."))
        }
        (Some(maps), Some(rbtmds)) => Draft::attention(format!(
            "The bucket {name} holds {maps} maps, but {rbtmds} rbtmds; every file has one of each."
        ))
        .remedy(format!(
            "Find out on {} why they differ; some files may not be restored.",
            inquiry.run.name(Role::Primary)
        )),
        _ => Draft::unknown(format!("The listing of {name} does not name both maps and rbtmds.")),
    };
    draft.on(state.record, state.at)
}
