//! Stage markers that were written before the run began, in the order of the log. By themselves they end no phase.

use crate::run::{
    state::Run,
    values::{FoundMarker, LogCitation, Marker, MarkerPlace, OlderMarker, Record, Timestamp},
};

/// Older markers kept; beyond it the oldest give way to later ones, which are likelier to belong.
const KEPT: usize = 16;

/// Takes in a marker that came with the log.
pub(in crate::run) fn seen(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    let found = FoundMarker { marker, stamp: line.stamp, raw: line.raw.clone(), near: false };
    near(run, record, found, None);
}

/// Takes in a line that came with the log, and may be a marker by the engineer's word.
pub(in crate::run) fn near(run: &mut Run, record: &Record, found: FoundMarker, received: Option<Timestamp>) {
    let end = run.older_markers.len();
    keep(run, end, OlderMarker { found, place: MarkerPlace { record: record.seq, place: 0 }, received });
}

/// Keeps a marker at its place in the log, which is `at` among those known; the place behind it. The same line may
/// come both ways, and a line of this run's own is no older one. The order is that of the log: stamps run back
/// where a clock was set.
pub(in crate::run) fn keep(run: &mut Run, at: usize, older: OlderMarker) -> usize {
    let is_known = |raw: &String| *raw == older.found.raw;
    if let Some(known) = run.older_markers.iter().position(|known| is_known(&known.found.raw)) {
        return known + 1;
    }
    let of_phases = run.phases.spans.iter().filter_map(|span| span.evidence.as_ref());
    if of_phases.map(|evidence| &evidence.raw).any(is_known) {
        return at;
    }
    let at = at.min(run.older_markers.len());
    run.older_markers.insert(at, older);
    run.older_markers_decided = false;
    if run.older_markers.len() > KEPT {
        // A flood of lines that are only like one must not hide a marker.
        let nears = run.older_markers.iter().filter(|marker| marker.found.near).count();
        let gives_way = |marker: &OlderMarker| marker.found.near || nears <= KEPT / 2;
        let oldest = run.older_markers.iter().position(gives_way).unwrap_or_default();
        run.older_markers.remove(oldest);
        return if oldest <= at { at } else { at + 1 };
    }
    at + 1
}

/// A line that turns out to be of this run waits for nobody's word.
pub(in crate::run) fn forget(run: &mut Run, line: &LogCitation) {
    run.older_markers.retain(|marker| marker.found.raw != line.raw);
}
