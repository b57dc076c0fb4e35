//! The summary of a run so far.

use super::schema::{
    ActionSummary, BucketSummary, DownloadSummary, JournalHead, LogSummary, PhaseSummary, ReplicationSummary,
    SCHEMA, Summary, VersionSummary,
};
use crate::run::read::{
    evidence::{listed_late, not_watched, test_summary},
    exposure::{exposure, protected_again},
    outcome::cleanup,
    restore::{get_speed, scored_predictions, stage_2},
};
use crate::run::state::{ActionRecord, Run};
use crate::run::values::{
    ActionState, ByteCount, FrozenBucket, ListingState, Phase, PhaseSpan, Role, Timestamp,
};

/// The summary of `run` at `now`; `journal` is the present end of its journal.
///
/// Once the record has ended, its end is used instead of `now`.
#[must_use]
pub fn summarise(run: &Run, now: Timestamp, journal: JournalHead) -> Summary {
    // A record that has ended gives the same summary whenever it is made.
    let ended_at = run.ending.as_ref().map(|_| run.last_at);
    let now = ended_at.unwrap_or(now);
    Summary {
        schema: SCHEMA.to_owned(),
        redacted: None,
        run: run.started.run.clone(),
        simulated: run.is_simulated(),
        imported: run.started.imported.clone(),
        outcome: run.outcome(),
        started_at: run.started_at,
        ended_at,
        recorder: run.started.recorder.clone(),
        bucket: bucket(run),
        download: download(run),
        phases: run.phases.spans.iter().map(|span| phase(run, span, now)).collect(),
        stage_2: stage_2(run, now),
        predictions: scored_predictions(run),
        get_speed: get_speed(run),
        replication: replication(run, now),
        protected_again: protected_again(run),
        preflight: run.preflight.clone(),
        exposure: exposure(run, now),
        frozen_bucket: FrozenBucket { is_listed_late: listed_late(run).is_some(), ..run.frozen.clone() },
        cleanup: cleanup(run, now),
        sign_off: run.signed_off.clone(),
        threads: run.thread_count(),
        actions: run.actions.iter().map(action).collect(),
        findings: run.findings.clone(),
        gaps: not_watched(run),
        notes: run.notes.clone(),
        log: LogSummary {
            lines: run.log.tally.lines,
            unparsed: run.log.tally.unparsed,
            bytes: ByteCount(run.log.end.0),
        },
        versions: VersionSummary {
            drwatch: run.started.program.clone(),
            primary: run.appliance(Role::Primary).identity.clone(),
            dr: run.appliance(Role::Dr).identity.clone(),
            dialect: run.started.dialect.clone(),
        },
        test: test_summary(run, now),
        signatures: run.signatures.clone(),
        anchors: run.sent_heads.clone(),
        journal,
        export_record: None,
    }
}

fn bucket(run: &Run) -> BucketSummary {
    let Some(ListingState { listing, provisional, record, .. }) = &run.listing else {
        return BucketSummary::default();
    };
    BucketSummary {
        name: Some(listing.counts.name.clone()),
        entries: Some(listing.counts.entries),
        bytes: listing.counts.bytes,
        slabs: listing.counts.slabs,
        maps: listing.counts.maps,
        rbtmds: listing.counts.rbtmds,
        other: listing.other.iter().map(|class| (class.name.clone(), class.count)).collect(),
        unclassified: listing.unclassified(),
        provisional: Some(*provisional),
        record: Some(*record),
    }
}

fn download(run: &Run) -> DownloadSummary {
    let download = &run.download;
    let baseline = download.baseline.as_ref();
    // Before stage 1 the baseline still moves, and nothing is downloaded.
    let counts = run.phases.current > Phase::Prepare;
    let is_cut_off = run.uncounted_from().is_some();
    let is_doubted = run.is_download_in_doubt() || is_cut_off;
    DownloadSummary {
        baseline: baseline.map(|baseline| baseline.value),
        baseline_late: baseline.map(|baseline| baseline.late),
        counter: download.counter.map(|(value, _, _)| value),
        downloaded: download.downloaded().filter(|_| counts && !is_cut_off),
        expected: run.expected(),
        epochs: download.epochs.clone(),
        mean_per_second: download.mean_per_second.filter(|_| !is_doubted),
        peak_per_second: download.peak_per_second.filter(|_| !run.is_download_in_doubt()),
    }
}

fn phase(run: &Run, span: &PhaseSpan, now: Timestamp) -> PhaseSummary {
    let was_on = span.ended_at.is_some() || run.phases.current == span.phase;
    PhaseSummary {
        name: span.phase,
        started_at: span.started_at,
        ended_at: span.ended_at,
        seconds: span.whole_length(now).filter(|_| was_on),
        precision: span.end_precision,
        evidence: span.evidence.clone(),
    }
}

fn replication(run: &Run, now: Timestamp) -> ReplicationSummary {
    let replication = &run.replication;
    let was_known = run.tracking.replication.is_some();
    ReplicationSummary {
        state: run.replication_state(),
        attested: replication.attested && run.change_in_doubt().is_none(),
        policy: run.started.settings.resume_policy,
        paused_seconds: was_known.then(|| replication.paused_length(now)),
        intervals: replication.intervals.clone(),
        left_paused: run.left_paused.clone(),
    }
}

fn action(action: &ActionRecord) -> ActionSummary {
    let outcome = match &action.state {
        ActionState::Rejected { reason } | ActionState::Unknown { reason } => Some(reason),
        _ => None,
    };
    let chosen = action.r#override.as_ref().map(|over| &over.reason);
    let reason = match (chosen, outcome) {
        (Some(chosen), Some(outcome)) => Some(format!("{chosen}; {outcome}")),
        (chosen, outcome) => chosen.or(outcome).cloned(),
    };
    ActionSummary {
        kind: action.plan.action.word().to_owned(),
        state: action.state.word().to_owned(),
        requested_at: action.requested_at,
        sent: action.sent.clone(),
        answer: action.answer.clone(),
        threads_before: action.threads_before,
        typed: action.typed.clone(),
        reason,
        user: action.user.clone(),
        engineer: action.engineer.clone(),
        record: action.record,
    }
}
