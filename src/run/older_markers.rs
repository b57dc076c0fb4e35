//! Stage markers that were written before the run began, and the engineer's word on which of them
//! belong to this test. By themselves they end no phase.

use serde::{Deserialize, Serialize};

use super::{
    count::Sequence,
    log::{LogCitation, Marker},
    phase::Phase,
    record::Record,
    stages,
    state::Run,
    time::At,
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
    pub stamp: Option<At>,
    /// The line, control characters escaped.
    pub raw: String,
}

/// Where an older marker is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkerPlace {
    /// The record.
    pub record: Sequence,
    /// Its place among the markers of that record, from 0.
    pub place: u32,
}

/// A stage marker that was written before the run began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OlderMarker {
    /// The line.
    pub found: FoundMarker,
    /// Where it is on record.
    pub place: MarkerPlace,
}

impl OlderMarker {
    /// When it was written by our clock, as far as the appliance's is known.
    #[must_use]
    pub fn written_at(&self, run: &Run) -> Option<At> {
        self.found.stamp.map(|stamp| stages::by_our_clock(run, stamp))
    }
}

impl Run {
    /// Whether markers written before the run began wait for the engineer's word.
    #[must_use]
    pub fn has_undecided_markers(&self) -> bool {
        !self.older_markers.is_empty() && !self.older_markers_decided && self.phases.current < Phase::InUse
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
    let found = FoundMarker { marker, stamp: line.stamp, raw: line.raw.clone() };
    let end = run.older_markers.len();
    keep(run, end, OlderMarker { found, place: MarkerPlace { record: record.seq, place: 0 } });
}

/// Takes in what a search of the log found.
pub(super) fn found(run: &mut Run, record: &Record, markers: &[FoundMarker]) {
    if run.tracking.attachment == Attachment::Late {
        run.tracking.attachment = Attachment::LateAndSearched;
    }
    let mut at = 0;
    for (place, found) in (0..).zip(markers) {
        let place = MarkerPlace { record: record.seq, place };
        at = keep(run, at, OlderMarker { found: found.clone(), place });
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
        run.older_markers.remove(0);
        return at;
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
    for marker in chosen {
        stages::older_marker(run, record, &marker);
    }
}
