//! Rules about the listing of the bucket: refused, out of date, or with counts that do not agree.

use crate::run::state::Run;
use crate::run::values::{Known, ListingCause, Phase, Timestamp, Wording};

pub(super) fn listing_refused(run: &Run, _: Timestamp) -> Option<Wording> {
    let reason = run.listing_refused.as_ref()?;
    let use_of_old = if run.listing.is_some() {
        "The earlier listing stays in use."
    } else {
        "How much stage 1 has to download is unknown."
    };
    let reason = reason.trim_end_matches('.');
    let text = format!("The bucket could not be listed: {reason}. {use_of_old}");
    // Once replication runs again a listing is of no further use.
    let is_needless =
        run.listing.is_some() && run.phase() > Phase::Stage1 && run.replication.state == Known::Running;
    Some(if is_needless { Wording::info(text) } else { Wording::attention(text) })
}

pub(super) fn provisional(run: &Run, _: Timestamp) -> Option<Wording> {
    let listing = run.listing.as_ref().filter(|listing| listing.provisional)?;
    let name = &listing.listing.counts.name;
    Some(if listing.cause == ListingCause::File {
        Wording::info(format!(
            "The listing of {name} was given as a file; whether replication was paused then is unknown."
        ))
    } else if listing.in_doubt {
        Wording::attention(format!(
            "The listing of {name} came before it was known what became of a request to pause or resume replication, so \
             its counts may be out of date."
        ))
        .advising("List the bucket again once it is known to be paused.")
    } else {
        Wording::attention(format!(
            "The listing of {name} was begun before replication was known to be paused, so its counts may be out of \
             date."
        ))
        .advising("List the bucket again once it is paused.")
    })
}

pub(super) fn maps_differ(run: &Run, _: Timestamp) -> Option<Wording> {
    let listing = &run.listing.as_ref()?.listing;
    let (maps, rbtmds) = (listing.counts.maps?, listing.counts.rbtmds?);
    (maps != rbtmds).then(|| {
        Wording::attention(format!(
            "The bucket {} holds {maps} maps and {rbtmds} rbtmds; every file has one of each. Some files may not be \
             restored.",
            listing.counts.name
        ))
    })
}

pub(super) fn unclassified(run: &Run, _: Timestamp) -> Option<Wording> {
    let listing = &run.listing.as_ref()?.listing;
    let absent = match (listing.counts.maps, listing.counts.rbtmds) {
        (Some(_), None) => Some("rbtmds"),
        (None, Some(_)) => Some("maps"),
        _ => None,
    };
    match listing.unclassified() {
        Some(count) if count.0 == 0 => None,
        Some(count) if absent.is_some() => Some(Wording::attention(format!(
            "The listing of {} names no {}, and {count} of its {} entries belong to no listed class: it may have been \
             cut off, and how much stage 1 has to download is unknown.",
            listing.counts.name,
            absent.unwrap_or_default(),
            listing.counts.entries
        ))
        .advising("List the bucket again.")),
        Some(count) => Some(Wording::info(format!(
            "{} of the {} entries in the bucket are neither data nor metadata; a few are usual.",
            count.grouped(),
            listing.counts.entries.grouped()
        ))),
        None => Some(Wording::info(format!(
            "The classes listed for the bucket {} add up to more than its {} entries.",
            listing.counts.name, listing.counts.entries
        ))),
    }
}
