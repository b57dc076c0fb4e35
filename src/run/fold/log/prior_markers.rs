//! Stage markers that were written before the run began, in the order of the log. By themselves they end no phase.

use crate::run::state::Run;
use crate::run::values::{FoundMarker, LogCitation, Marker, MarkerPlace, PriorMarker, Record, Timestamp};

/// Bound of the prior markers; beyond it the oldest are dropped, because later ones more likely belong to this test.
const MAX_PRIOR_MARKERS: usize = 16;

pub(in crate::run) fn seen(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    let found = FoundMarker { marker, stamp: line.stamp, raw: line.raw.clone(), near: false };
    add(run, record, found, None);
}

/// Adds a line that arrived with the log and may be a marker, by the engineer's decision.
pub(in crate::run) fn add(run: &mut Run, record: &Record, found: FoundMarker, received: Option<Timestamp>) {
    let end = run.prior_markers.len();
    insert(run, end, PriorMarker { found, place: MarkerPlace { record: record.seq, place: 0 }, received });
}

/// Inserts a marker at its place in the log, which is `at` among those known, and returns the next place.
pub(in crate::run) fn insert(run: &mut Run, at: usize, older: PriorMarker) -> usize {
    // The same line may arrive both by the log and by a search.
    let is_known = |raw: &String| *raw == older.found.raw;
    if let Some(known) = run.prior_markers.iter().position(|known| is_known(&known.found.raw)) {
        return known + 1;
    }
    // Evidence of this run is not prior.
    let of_phases = run.phases.spans.iter().filter_map(|span| span.evidence.as_ref());
    if of_phases.map(|evidence| &evidence.raw).any(is_known) {
        return at;
    }
    // Ordered as in the log, not by stamp: stamps run back where a clock was set.
    let at = at.min(run.prior_markers.len());
    run.prior_markers.insert(at, older);
    // A decision made before this marker came did not include it.
    run.prior_markers_decided = false;
    if run.prior_markers.len() > MAX_PRIOR_MARKERS {
        // Many lines that only resemble a marker must not displace a real one.
        let nears = run.prior_markers.iter().filter(|marker| marker.found.near).count();
        let gives_way = |marker: &PriorMarker| marker.found.near || nears <= MAX_PRIOR_MARKERS / 2;
        let oldest = run.prior_markers.iter().position(gives_way).unwrap_or_default();
        run.prior_markers.remove(oldest);
        // Removing one before it moves this marker down by a place.
        return if oldest <= at { at } else { at + 1 };
    }
    at + 1
}

/// Removes a line that turned out to be of this run.
pub(in crate::run) fn remove(run: &mut Run, line: &LogCitation) {
    run.prior_markers.retain(|marker| marker.found.raw != line.raw);
}
