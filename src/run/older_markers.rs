//! Stage markers that were written before the run began, and the engineer's word on which of them
//! belong to this test. By themselves they end no phase.

use serde::{Deserialize, Serialize};

use super::{
    count::Sequence,
    facts::{Reading, Role},
    finding::Code,
    log::{LogCitation, Marker},
    near_miss,
    phase::Phase,
    record::Record,
    stages,
    state::Run,
    time::Timestamp,
    tracking::Attachment,
};

/// Older markers kept; beyond it the oldest give way to later ones, which are likelier to belong.
const KEPT: usize = 16;

/// A stage marker found by searching the DR appliance's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMarker {
    /// Which.
    pub marker: Marker,
    /// The appliance's own time stamp, with year and zone filled in; `None` where the line has none.
    pub stamp: Option<Timestamp>,
    /// The line, control characters escaped.
    pub raw: String,
    /// Whether it only has the words of the marker.
    #[serde(default, skip_serializing_if = "is_false")]
    pub near: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// Where an older marker is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkerPlace {
    /// The record.
    pub record: Sequence,
    /// Its place among the markers of that record, from 0.
    pub place: u32,
}

/// A line on which the engineer's word is needed: a marker that was written before the run began, or a line that only
/// has the words of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderMarker {
    /// The line.
    pub found: FoundMarker,
    /// Where it is on record.
    pub place: MarkerPlace,
    /// When it was received, where that was as it was written.
    pub received: Option<Timestamp>,
}

impl OlderMarker {
    /// When it was written by our clock, as far as the appliance's is known.
    #[must_use]
    pub fn written_at(&self, run: &Run) -> Option<Timestamp> {
        self.received.or_else(|| self.found.stamp.map(|stamp| stages::by_our_clock(run, stamp)))
    }
}

impl Run {
    /// Whether markers written before the run began wait for the engineer's word.
    #[must_use]
    pub fn has_undecided_markers(&self) -> bool {
        let are_any = self.older_markers.iter().any(|marker| !marker.found.near);
        are_any && !self.older_markers_decided && self.phases.current < Phase::InUse
    }

    /// Whether the log has to be searched for what was written before the watch: the DR service was up
    /// at the first look, and nothing tells yet how far the restore is.
    #[must_use]
    pub fn wants_log_search(&self) -> bool {
        self.tracking.attachment == Attachment::Late && self.phases.current == Phase::Prepare
    }
}

/// Takes in a marker that came with the log.
pub(super) fn seen(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    let found = FoundMarker { marker, stamp: line.stamp, raw: line.raw.clone(), near: false };
    near(run, record, found, None);
}

/// Takes in a line that came with the log, and may be a marker by the engineer's word.
pub(super) fn near(run: &mut Run, record: &Record, found: FoundMarker, received: Option<Timestamp>) {
    let end = run.older_markers.len();
    keep(run, end, OlderMarker { found, place: MarkerPlace { record: record.seq, place: 0 }, received });
}

/// Takes in what a search of the log found. One that was refused has found nothing out.
pub(super) fn searched(run: &mut Run, record: &Record, reading: &Reading<Vec<FoundMarker>>) {
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
        at = keep(run, at, OlderMarker { found: found.clone(), place, received: None });
    }
}

/// Keeps a marker at its place in the log, which is `at` among those known; the place behind it. The same line may
/// come both ways, and a line of this run's own is no older one. The order is that of the log: stamps run back
/// where a clock was set.
fn keep(run: &mut Run, at: usize, older: OlderMarker) -> usize {
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
pub(super) fn forget(run: &mut Run, line: &LogCitation) {
    run.older_markers.retain(|marker| marker.found.raw != line.raw);
}

/// The engineer's word: those `claimed` belong to this test, all others do not.
pub(super) fn claimed(run: &mut Run, record: &Record, claimed: &[MarkerPlace]) {
    let chosen: Vec<OlderMarker> =
        run.older_markers.iter().filter(|marker| claimed.contains(&marker.place)).cloned().collect();
    run.older_markers_decided = true;
    run.close_findings(record, Code::MarkerNearMiss, Some(Role::Dr));
    for marker in chosen {
        stages::older_marker(run, record, &marker);
    }
}
