//! The bucket of stage 1 in figures.

use super::row::Row;
use crate::{
    run::{ObjectCount, Phase, Run},
    screen::panels::{Canvas, Line, Picture, Tone},
    text::{grouped, minute, size},
};

/// The maps and rbtmds of the bucket, or why there are none.
pub(super) fn listing(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    if let Some(since) = run.listing_since {
        let time = picture.now.since(since);
        return canvas.line(format!("listing the bucket {time}"), Tone::Attention);
    }
    let Some(state) = &run.listing else {
        let refused = run.listing_refused.as_ref().map(|reason| format!("no listing: {reason}"));
        return canvas.line(refused.unwrap_or_default(), Tone::Attention);
    };
    let count =
        |count: Option<ObjectCount>| count.map_or_else(|| "unknown".to_owned(), |count| grouped(count.0));
    canvas.words(&[
        // The first, as a narrow panel cuts the end.
        (if state.provisional { "provisional: " } else { "" }, Tone::Attention),
        (&count(state.listing.counts.maps), Tone::Text),
        (" maps + ", Tone::Quiet),
        (&count(state.listing.counts.rbtmds), Tone::Text),
        (" rbtmds", Tone::Quiet),
    ])
}

/// Why the share stays below 100 % although stage 1 is complete: a later listing counted objects that came after the first.
pub(super) fn came_later(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Option<Row> {
    let run = picture.run;
    let (first, expected) = (run.frozen.at_pause.as_ref()?, run.expected()?);
    let before = first.counts.maps?.saturating_add(first.counts.rbtmds?);
    let more = expected.0.checked_sub(before.0).filter(|more| *more > 0)?;
    let is_short = run.download.downloaded()? < expected && run.is_stage_complete(Phase::Stage1);
    let words = format!("{} of these came after {}", grouped(more), minute(first.begun_at, picture.now));
    is_short.then(|| Row { left: canvas.line(words, Tone::Text), right: Line::default() })
}

/// The bucket in figures; those that find no room in `width` columns go to the right part, which may get a row of
/// its own. A figure is whole or not there.
pub(super) fn bucket(run: &Run, width: u16, canvas: &Canvas<'_>) -> Row {
    let Some(state) = &run.listing else { return Row::default() };
    let listing = &state.listing;
    let mut parts = vec![format!("{} entries", grouped(listing.counts.entries.0))];
    parts.extend(listing.counts.bytes.map(size));
    parts.extend(listing.counts.slabs.map(|slabs| format!("{} slabs", grouped(slabs.0))));
    let unclassified = listing.unclassified().filter(|count| count.0 > 0);
    parts.extend(unclassified.map(|count| format!("{} unclassified", grouped(count.0))));
    let joined = |parts: &[String]| parts.join("  ");
    let fitting = (1..=parts.len())
        .rev()
        .find(|&count| parts.get(..count).is_some_and(|first| joined(first).len() <= usize::from(width)));
    let (left, right) = parts.split_at(fitting.unwrap_or(parts.len()));
    let line = |parts: &[String]| canvas.line(joined(parts), Tone::Quiet);
    Row { left: line(left), right: line(right) }
}
