//! Questions about the bucket: the same on both, listed after the pause, as many maps as rbtmds.

use super::draft::{Draft, Inquiry};
use crate::run::state::{Observed, Run};
use crate::run::values::{BucketCounts, Known, Link, ListingState, Role};

pub(super) fn same(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let names = [Role::Primary, Role::Dr].map(|role| run.name(role));
    let draft = match Role::BOTH.map(|role| named(inquiry, role)) {
        [Some(primary), Some(dr)] if primary == dr => {
            Draft::ok(format!("Both appliances use the bucket {primary}."))
        }
        [Some(primary), Some(dr)] => Draft::blocking(format!(
            "{} uses the bucket {primary}, but {} the bucket {dr}.",
            names[0], names[1]
        ))
        .remedy(format!("Set {} up with the bucket of {}.", names[1], names[0])),
        [Some(bucket), None] => other_unread(&names[0], bucket, &names[1]),
        [None, Some(bucket)] => other_unread(&names[1], bucket, &names[0]),
        [None, None] => Draft::unknown("Which bucket the appliances use is unknown.")
            .remedy("Compare the buckets in the cloud settings of both."),
    };
    let read = [Role::Dr, Role::Primary].map(|role| run.appliance(role).bucket.as_ref());
    let read = read.into_iter().flatten().find(|bucket| bucket.reading.known().is_some());
    let listed = run.listing.as_ref().map(|listing| (listing.record, listing.at));
    draft.on(read.map(Observed::evidence).or(listed))
}

/// The bucket of an appliance, if read over the present connection; that of the primary may come from a listing.
fn named<'a>(inquiry: &Inquiry<'a>, role: Role) -> Option<&'a str> {
    let run = inquiry.run;
    let appliance = run.appliance(role);
    let read = appliance.bucket.as_ref().filter(|bucket| {
        appliance.link == Link::Connected
            // An answer over an earlier connection may be that of another machine.
            && appliance.link_since <= bucket.at
            && bucket.reading.known().is_some()
    });
    let listed = role == Role::Primary && run.listing.is_some();
    run.bucket_of(role).filter(|_| read.is_some() || listed)
}

fn other_unread(name: &str, bucket: &str, other: &str) -> Draft {
    Draft::unknown(format!("Which bucket {other} uses could not be read; {name} uses {bucket}."))
        .remedy(format!("Compare that with the cloud settings of {other}."))
}

pub(super) fn listed_after_pause(inquiry: &Inquiry) -> Draft {
    if !inquiry.facts.ask_past {
        return Draft::not_asked("Listed after the pause");
    }
    let run = inquiry.run;
    if let Some(since) = run.listing_since {
        return Draft::unknown(format!("The bucket is being listed, since {}.", inquiry.ago(since)))
            .remedy("Let it end before the start.");
    }
    let Some(state) = &run.listing else {
        let why = run.listing_refused.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
        return Draft::attention(format!(
            "Bucket not listed: how much there is to download is unknown{why}."
        ))
        .remedy("List it once replication is paused.");
    };
    let text = format!("The bucket {} was listed", state.listing.counts.name);
    let draft = if state.in_doubt {
        Draft::attention(format!("{text} before the outcome of a request to change replication was known."))
            .remedy("List it again once replication is known to be paused.")
    } else if state.provisional || !is_of_present_pause(run, state) {
        Draft::attention(format!(
            "Listing older than the present pause: the counts of {} may be out of date.",
            state.listing.counts.name
        ))
        .remedy("List it again once replication is paused.")
    } else if run.change_in_doubt().is_some() {
        Draft::attention(format!("{text} in the pause, but whether replication is still paused is unknown."))
            .remedy("List it again unless replication is still paused.")
    } else {
        let expected = state.listing.expected();
        let count = expected.map_or_else(|| "an unknown number of".to_owned(), |count| count.to_string());
        Draft::ok(format!("{text}, after the pause, with {count} objects to download."))
    };
    draft.on((state.record, state.at))
}

fn is_of_present_pause(run: &Run, state: &ListingState) -> bool {
    run.replication.state == Known::Paused
        && run.replication.open_pause().is_some_and(|pause| pause.from <= state.at)
}

pub(super) fn maps_equal_rbtmds(inquiry: &Inquiry) -> Draft {
    let Some(state) = &inquiry.run.listing else {
        return Draft::unknown("Maps and rbtmds not compared: that takes a listing of the bucket.");
    };
    let BucketCounts { maps, rbtmds, name, .. } = &state.listing.counts;
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
    draft.on((state.record, state.at))
}
