//! Markers in the log: those of this run change its phase, prior ones wait for the engineer.

use chrono::TimeDelta;

use super::phase_changes::{self, placed};
use crate::run::{
    fold::log::{near_miss, prior_markers},
    read::appliances::by_our_clock,
    state::{Attachment, Run},
    values::{
        Arrival, Change, Code, Evidence, EvidenceSource, FoundMarker, LogCitation, Marker, MarkerPlace,
        OlderMarker, Phase, Precision, Reading, Record, Role,
    },
};

/// A line of the log that ends or begins something.
pub(in crate::run) fn marker(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    if run.phases.current == Phase::Ended {
        return;
    }
    if is_older_than_the_run(run, line) {
        prior_markers::seen(run, record, marker, line);
        return;
    }
    prior_markers::forget(run, line);
    let change = log_change(run, record, line);
    phase_changes::take(run, record, marker, &change);
}

/// Whether a line was written before this run began: it belongs to an earlier restore, or the watch
/// was begun in the middle of one, and only the engineer can tell which.
fn is_older_than_the_run(run: &Run, line: &LogCitation) -> bool {
    match line.arrival {
        Arrival::Earlier => true,
        // A line seen as it was written is of now, and one behind lines that were there when the run began is newer
        // than they, whatever the appliance's clock says.
        Arrival::Live | Arrival::Behind => false,
        Arrival::CaughtUp => line.stamp.is_some_and(|stamp| by_our_clock(run, stamp) < run.started_at),
        Arrival::MayRepeat => line.stamp.is_none_or(|stamp| by_our_clock(run, stamp) < run.started_at),
    }
}

/// A stamp so much earlier than the lines before it is of a clock that was set back.
const SET_BACK: TimeDelta = TimeDelta::minutes(5);

/// When a line was written: received as written, or by its stamp and the measured clock offset.
fn log_change(run: &Run, record: &Record, line: &LogCitation) -> Change {
    let evidence = Evidence { record: record.seq, source: EvidenceSource::Log, raw: line.raw.clone() };
    if line.arrival == Arrival::Live {
        let at = Some(placed(run, record.at, record.at));
        return Change { at, precision: Precision::Observed, evidence };
    }
    let mut written = line.stamp.map_or(record.at, |stamp| by_our_clock(run, stamp));
    if line.arrival == Arrival::Behind
        && let Some(until) = run.tracking.log_followed_until
        && until.offset_from(written) > SET_BACK
    {
        written = until;
    }
    Change { at: Some(placed(run, written, record.at)), precision: Precision::Estimated, evidence }
}

/// Takes in what a search of the log found. One that was refused has found nothing out.
pub(in crate::run) fn searched(run: &mut Run, record: &Record, reading: &Reading<Vec<FoundMarker>>) {
    let markers = reading.known();
    if run.tracking.attachment != Attachment::InTime {
        run.tracking.attachment =
            if markers.is_some() { Attachment::LateAndSearched } else { Attachment::LateAndNotSearched };
    }
    let markers = markers.map(Vec::as_slice).unwrap_or_default();
    let mut at = 0;
    for (place, found) in (0..).zip(markers) {
        let place = MarkerPlace { record: record.seq, place };
        if found.near {
            near_miss::of_marker(run, record, found.marker, &found.raw);
        }
        at = prior_markers::keep(run, at, OlderMarker { found: found.clone(), place, received: None });
    }
}

/// The engineer's word: those `claimed` belong to this test, all others do not.
pub(in crate::run) fn claimed(run: &mut Run, record: &Record, claimed: &[MarkerPlace]) {
    let chosen: Vec<OlderMarker> =
        run.older_markers.iter().filter(|marker| claimed.contains(&marker.place)).cloned().collect();
    run.older_markers_decided = true;
    run.close_findings(record, Code::MarkerNearMiss, Some(Role::Dr));
    for marker in chosen {
        phase_changes::older_marker(run, record, &marker);
    }
}
