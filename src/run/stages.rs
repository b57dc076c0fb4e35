//! Phase changes: log markers, the engineer's statements, and where in time they belong.

use chrono::TimeDelta;

use super::{
    apply_appliances::heard,
    apply_log, apply_replication, counting,
    event::Statement,
    facts::{ReplicationState, Role},
    finding::Code,
    findings::Wording,
    log::{Arrival, LogCitation, Marker},
    older_markers::{self, OlderMarker},
    phase::{Change, Evidence, EvidenceSource, Phase, Precision},
    record::Record,
    state::Run,
    time::Timestamp,
};

/// A time within what the history allows: not before anything already in it, nor after `receipt`.
pub(super) fn placed(run: &Run, at: Timestamp, receipt: Timestamp) -> Timestamp {
    let at = at.min(receipt);
    run.phases.floor().map_or(at, |floor| at.max(floor))
}

/// A line of the log that ends or begins something.
pub(super) fn marker(run: &mut Run, record: &Record, marker: Marker, line: &LogCitation) {
    if line.arrival == Arrival::Live {
        heard(run, record.at, Role::Dr);
    }
    if run.phases.current == Phase::Ended {
        return;
    }
    if is_older_than_the_run(run, line) {
        older_markers::seen(run, record, marker, line);
        return;
    }
    older_markers::forget(run, line);
    let change = log_change(run, record, line);
    take(run, record, marker, &change);
}

/// A marker written before the run began that belongs to this test by the engineer's word.
pub(super) fn older_marker(run: &mut Run, record: &Record, older: &OlderMarker) {
    if run.phases.current == Phase::Ended {
        return;
    }
    let written = older.written_at(run);
    if let Some(written) = written {
        reach_back(run, written);
    }
    let change = Change {
        at: written.map(|at| placed(run, at, record.at)),
        precision: if older.received.is_some() { Precision::Observed } else { Precision::Estimated },
        evidence: Evidence {
            record: older.place.record,
            source: EvidenceSource::Log,
            raw: older.found.raw.clone(),
        },
    };
    take(run, record, older.found.marker, &change);
}

/// What a marker of this test ends or begins.
fn take(run: &mut Run, record: &Record, marker: Marker, change: &Change) {
    apply_log::info_seen(run);
    let cited = change.evidence.record;
    match marker {
        Marker::DownloadStarted => begin_download(run, change),
        Marker::DownloadComplete => end_download(run, change),
        Marker::NamespaceComplete => {
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

/// Makes room for something of this test that happened before it was watched: since when it was
/// prepared, nobody saw then.
fn reach_back(run: &mut Run, at: Timestamp) {
    if run.phases.current == Phase::Prepare && at < run.started_at {
        run.phases.forget_beginning();
    }
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

/// By how much the DR appliance's clock is ahead of ours.
fn ahead(run: &Run) -> TimeDelta {
    run.dr.clock_offset.and_then(TimeDelta::try_seconds).unwrap_or_default()
}

/// When the DR appliance's clock showed `stamp`, by ours.
pub(super) fn by_our_clock(run: &Run, stamp: Timestamp) -> Timestamp {
    stamp.shifted(-ahead(run))
}

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

/// What the engineer states.
pub(super) fn attested(run: &mut Run, record: &Record, statement: Statement, since: Timestamp, reason: &str) {
    if is_about_stages(statement) {
        reach_back(run, since);
    }
    let change = Change {
        at: Some(placed(run, since, record.at)),
        precision: Precision::Stated,
        evidence: Evidence { record: record.seq, source: EvidenceSource::Attested, raw: reason.to_owned() },
    };
    match statement {
        Statement::DownloadBegun => begin_download(run, &change),
        Statement::DownloadOver => end_download(run, &change),
        Statement::NamespaceOver => restored(run, record, &change),
        Statement::TestOver => {
            if run.phases.current != Phase::Ended {
                finish(run, &change);
            }
        }
        Statement::RestoreFailed => fail(run, record, &change),
        Statement::ReplicationPaused => {
            apply_replication::stated(run, record, ReplicationState::Paused, since);
        }
        Statement::ReplicationRunning => {
            apply_replication::stated(run, record, ReplicationState::Running, since);
        }
        Statement::DeletedFilesNotRead => run.deleted_files_not_read = Some(record.seq),
    }
}

const fn is_about_stages(statement: Statement) -> bool {
    match statement {
        Statement::DownloadBegun | Statement::DownloadOver | Statement::NamespaceOver => true,
        Statement::TestOver
        | Statement::RestoreFailed
        | Statement::ReplicationPaused
        | Statement::ReplicationRunning
        | Statement::DeletedFilesNotRead => false,
    }
}

/// Stage 1 has begun.
pub(super) fn begin_download(run: &mut Run, change: &Change) {
    if run.phases.current == Phase::Prepare {
        run.phases.advance(Phase::Stage1, change);
        run.tracking.download_known_at = Some(run.last_at);
        counting::begin(run);
    }
}

/// Stage 1 is over. Where its start was missed, it ends all the same, with an unknown start.
fn end_download(run: &mut Run, change: &Change) {
    if run.phases.current < Phase::Stage2 {
        run.phases.advance(Phase::Stage2, change);
        counting::end(run);
    }
}

fn final_line(run: &mut Run, record: &Record, change: &Change) {
    run.tracking.final_line_at.get_or_insert(record.at);
    if run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some() {
        restored(run, record, change);
    }
}

/// Stage 2 is over, and whatever came before it.
fn restored(run: &mut Run, record: &Record, change: &Change) {
    let from = run.phases.current;
    if from >= Phase::InUse {
        return;
    }
    run.phases.advance(Phase::InUse, change);
    counting::end(run);
    if from < Phase::Stage2 {
        run.raise(
            record,
            Code::StageInferred,
            None,
            Wording::attention(format!(
                "The restore is complete, but the end of stage 1 was never seen: the run stood in {}. Look for the \
                 missing line in the appliance's log; the lengths of both stages are unknown.",
                from.name()
            )),
        );
    }
}

fn fail(run: &mut Run, record: &Record, change: &Change) {
    run.failed.get_or_insert(record.seq);
    if run.phases.current != Phase::Ended {
        finish(run, change);
    }
}

fn finish(run: &mut Run, change: &Change) {
    let from = run.phases.current;
    run.phases.finish(change);
    if from == Phase::Stage1 {
        counting::end(run);
    }
}
