//! Phase changes, and where in time they belong. Called for log lines (`markers.rs`), statements (`statements.rs`) and the
//! rises of the counter (`stage_1_start.rs`).

use super::get_counter;
use crate::run::fold::{
    bucket,
    log::{alarms, chunks, set_back},
};
use crate::run::read::control::test_end_to_take_back;
use crate::run::state::Run;
use crate::run::values::{
    Change, Code, Evidence, EvidenceSource, Marker, Phase, Precision, PriorMarker, Record, Timestamp, Wording,
};

/// Limits a time to the history: not before the latest change already in it, nor after `receipt`.
pub(super) fn limited_to_history(run: &Run, at: Timestamp, receipt: Timestamp) -> Timestamp {
    let at = at.min(receipt);
    run.phases.floor().map_or(at, |floor| at.max(floor))
}

/// A marker written before the run began that belongs to this test by the engineer's decision.
pub(super) fn prior_marker(run: &mut Run, record: &Record, older: &PriorMarker) {
    if run.phases.current == Phase::Ended {
        return;
    }
    let written = older.written_at(run);
    if let Some(written) = written {
        clear_unobserved_start(run, written);
    }
    let change = Change {
        // A marker without a readable stamp changes the phase at an unknown time, as does one whose clock was set back
        // since stage 1 began.
        at: written
            .filter(|_| !set_back::is_between(run, Some(older.place.record)))
            .map(|at| limited_to_history(run, at, record.at)),
        precision: if older.received.is_some() { Precision::Observed } else { Precision::Estimated },
        evidence: Evidence {
            record: older.place.record,
            source: EvidenceSource::Log,
            raw: older.found.raw.clone(),
            offset: None,
        },
    };
    apply_marker(run, record, older.found.marker, &change);
}

pub(super) fn apply_marker(run: &mut Run, record: &Record, marker: Marker, change: &Change) {
    chunks::info_seen(run);
    let cited = change.evidence.record;
    match marker {
        Marker::DownloadStarted => begin_download(run, change),
        Marker::DownloadComplete => {
            // It cannot end again, but what was stated may have been too early.
            let late = change.at.filter(|_| run.phases.current >= Phase::Stage2).map(|at| (cited, at));
            run.final_lines.download = run.final_lines.download.or(late);
            end_download(run, change);
        }
        Marker::NamespaceComplete => {
            // The two final lines may come in either order; each is kept until the other has come.
            run.final_lines.namespace.get_or_insert(cited);
            final_line(run, record, change);
        }
        Marker::RestoreSuccessful => {
            run.final_lines.mounted.get_or_insert(cited);
            final_line(run, record, change);
        }
        Marker::RestoreFailed => fail(run, record, change),
    }
}

/// Clears the start of the prepare phase for an event of this test before the run: it was not observed.
pub(super) fn clear_unobserved_start(run: &mut Run, at: Timestamp) {
    if run.phases.current == Phase::Prepare && at < run.started_at {
        let [prepare, ..] = &mut run.phases.spans;
        prepare.started_at = None;
    }
}

pub(super) fn begin_download(run: &mut Run, change: &Change) {
    // A line that is repeated, or read late, begins nothing a second time.
    if run.phases.current == Phase::Prepare {
        run.phases.advance(Phase::Stage1, change);
        run.tracking.download_known_at = Some(run.last_at);
        get_counter::begin(run);
    }
}

/// Stage 1 is over. If its start was missed, it ends with an unknown start.
pub(super) fn end_download(run: &mut Run, change: &Change) {
    if run.phases.current < Phase::Stage2 {
        run.phases.advance(Phase::Stage2, change);
        get_counter::end(run);
    }
}

fn final_line(run: &mut Run, record: &Record, change: &Change) {
    run.tracking.final_line_at.get_or_insert(record.at);
    if run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some() {
        run.final_lines.both_at = run.final_lines.both_at.or(change.at);
        restored(run, record, change);
    }
}

/// Stage 2 is over, and all phases before it.
pub(in crate::run) fn restored(run: &mut Run, record: &Record, change: &Change) {
    let from = run.phases.current;
    if from >= Phase::InUse {
        return;
    }
    run.phases.advance(Phase::InUse, change);
    get_counter::end(run);
    if from < Phase::Stage2 {
        run.raise(
            record,
            Code::StageInferred,
            None,
            Wording::attention(format!(
                "The restore is complete, but the end of stage 1 was never seen: the last phase seen was {}. Look for the \
                 missing line in the appliance's log; the lengths of both stages are unknown.",
                from.noun()
            )),
        );
    }
}

pub(super) fn fail(run: &mut Run, record: &Record, change: &Change) {
    run.failed.get_or_insert(record.seq);
    if run.phases.current != Phase::Ended {
        finish(run, change);
    }
}

pub(in crate::run) fn finish(run: &mut Run, change: &Change) {
    let from = run.phases.current;
    run.phases.finish(change);
    alarms::test_over(run);
    // From later phases the count has ended already.
    if from == Phase::Stage1 {
        get_counter::end(run);
    }
}

/// Takes back that the test is over, where nothing rests on it yet.
pub(super) fn reopen(run: &mut Run) {
    let Ok(over) = test_end_to_take_back(run) else { return };
    run.phases.reopen(over);
    bucket::test_goes_on(run);
    alarms::test_goes_on(run);
}
