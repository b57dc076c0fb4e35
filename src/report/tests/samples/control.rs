//! The parts of sample summaries about control: pre-flight, exposure, frozen bucket, cleanup.

use super::{at, text};
use crate::run::{
    Basis, BucketCounts, ByteCount, CleanupCode, CleanupItem, Course, EarliestResume, EarliestResumes,
    Elapsed, Exposure, FrozenBucket, GetSpeed, ObjectCount, PausedListing, Phase, PreflightCode,
    PreflightItem, PreflightRecord, PreflightState, PreflightVerdict, ProtectedAgain, ScoredPrediction,
    Sequence, SignOff, Silence, Stage2, Summary, ThreadCount, ThreadEstimate,
};

fn item(code: PreflightCode, state: PreflightState, words: &str) -> PreflightItem {
    PreflightItem {
        code,
        state,
        text: text(words),
        evidence: Some(Sequence(12)),
        age: Some(Elapsed::from_secs(3)),
        remedy: None,
    }
}

fn preflight() -> PreflightRecord {
    use PreflightCode::{DiskSpace, ListedAfterPause, PrimaryReachable, SameBucket, Versions};
    use PreflightState::{Attention, Ok, Unknown};
    let versions = "The primary's release is 4.4.1, the DR appliance's 4.4.1; from 4.3 on stage 2 may take 12 hours or more.";
    let same = "The primary uses the bucket ava400-ks; which one the DR appliance uses could not be read.";
    PreflightRecord {
        verdict: PreflightVerdict::Go,
        at: at(200),
        record: Sequence(50),
        stale_since: None,
        items: vec![
            item(PrimaryReachable, Ok, "ava-prod (primary) is connected; its last answer took 12 ms."),
            PreflightItem {
                remedy: Some(text("Plan the pause of replication for that long.")),
                ..item(Versions, Attention, versions)
            },
            PreflightItem {
                evidence: Some(Sequence(31)),
                age: Some(Elapsed::from_secs(90)),
                remedy: Some(text("Compare it with the cloud settings of the DR appliance.")),
                ..item(SameBucket, Unknown, same)
            },
            item(
                ListedAfterPause,
                Ok,
                "The bucket ava400-ks was listed after the pause, with 2662 objects to download.",
            ),
            PreflightItem {
                evidence: None,
                age: None,
                ..item(DiskSpace, Ok, "51200 MiB are free for the record.")
            },
        ],
    }
}

/// Two minutes and a quarter after the resume.
pub(super) fn protected_again() -> ProtectedAgain {
    ProtectedAgain {
        resumed_at: Some(at(8795)),
        running_at: Some(at(8800)),
        backlog_gone_at: Some(at(8930)),
        backlog: Some(ByteCount(0)),
        took: Some(Elapsed::from_secs(135).into()),
        record: Some(Sequence(4012)),
    }
}

pub(super) fn exposure() -> Exposure {
    Exposure {
        present_pause: None,
        total: Some(Elapsed::from_secs(8830).into()),
        at_least: false,
        at_most: false,
        began_unseen: false,
        budget: Some(Elapsed::from_secs(7200)),
        used_percent: Some(120),
        earliest_safe_resume: EarliestResumes::default(),
        saved_by_resuming_after_stage_1: Some(Elapsed::from_secs(4436).into()),
        expected: None,
    }
}

fn counts(seconds: u64, record: u64) -> PausedListing {
    PausedListing {
        cause: crate::run::ListingCause::Asked,
        counts: BucketCounts {
            name: text("ava400-ks"),
            entries: ObjectCount(2927),
            bytes: Some(ByteCount(926_580_933)),
            slabs: Some(ObjectCount(261)),
            maps: Some(ObjectCount(1331)),
            rbtmds: Some(ObjectCount(1331)),
        },
        at: at(seconds),
        begun_at: at(seconds),
        record: Sequence(record),
    }
}

fn cleanup_item(code: CleanupCode, words: &str, done: bool, required: bool) -> CleanupItem {
    CleanupItem { code, text: text(words), done, required }
}

/// Fills in what belongs to a run that went well.
pub(super) fn fill_restored(summary: &mut Summary) {
    summary.preflight = Some(preflight());
    summary.exposure = exposure();
    summary.frozen_bucket.at_pause = Some(counts(110, 31));
    summary.frozen_bucket.at_stage_1_end = Some(counts(4400, 900));
    summary.frozen_bucket.before_resume = Some(counts(8750, 1780));
    summary.frozen_bucket.unchanged = Some(true);
    summary.cleanup = vec![
        cleanup_item(
            CleanupCode::ReplicationRunning,
            "Replication on ava-prod runs; verified at 17:24:58.",
            true,
            true,
        ),
        cleanup_item(
            CleanupCode::ThreadsAsBefore,
            "ava-dr has 128 replication threads; before the test it had 16. Set them back if wanted.",
            false,
            false,
        ),
        cleanup_item(CleanupCode::FindingsAcknowledged, "No open finding needs attention.", true, true),
        cleanup_item(CleanupCode::SignOff, "Signed off by kim.", true, false),
    ];
    summary.sign_off = Some(SignOff {
        at: at(8950),
        text: text("all sample files read"),
        user: text("kim"),
        engineer: None,
        record: Sequence(1800),
    });
}

/// Fills in what belongs to a run in trouble: still paused, the bucket changed, the verdict stale.
pub(super) fn fill_troubled(summary: &mut Summary) {
    let resume = |condition: &str, seconds: Option<u64>, forecast| {
        Some(EarliestResume {
            condition: text(condition),
            at: seconds.map(at),
            forecast,
            unsafe_because: None,
        })
    };
    if let Some(preflight) = &mut summary.preflight {
        preflight.verdict = PreflightVerdict::NoGo;
        preflight.stale_since = Some(Sequence(57));
        if let Some(first) = preflight.items.first_mut() {
            first.state = PreflightState::Blocking;
        }
    }
    summary.exposure.present_pause = Some(Elapsed::from_secs(8500).into());
    (summary.exposure.at_least, summary.exposure.began_unseen) = (true, true);
    summary.exposure.budget = None;
    summary.exposure.used_percent = None;
    summary.exposure.earliest_safe_resume = EarliestResumes {
        paused_throughout: resume("once the test is declared over", None, false),
        resume_after_stage_1: resume("once stage 1 is over", Some(5000), true),
    };
    let changed = PausedListing {
        counts: BucketCounts { maps: Some(ObjectCount(1340)), bytes: None, ..counts(4400, 900).counts },
        ..counts(4400, 900)
    };
    summary.frozen_bucket.after_draining = Some(counts(500, 80));
    summary.frozen_bucket.at_stage_1_end = Some(changed);
    summary.frozen_bucket.before_resume = None;
    summary.frozen_bucket.unchanged = Some(false);
    for item in &mut summary.cleanup {
        item.done = false;
    }
    summary.sign_off = None;
}

pub(super) fn stage_2() -> Stage2 {
    let span = |seconds| Some(Elapsed::from_secs(seconds));
    Stage2 {
        elapsed: span(3600),
        past_runs: 3,
        other_runs: 2,
        past_runs_over_by_then: 1,
        median: span(4000),
        shortest: span(3000),
        longest: span(5000),
        log_lines_per_10_minutes: vec![40, 12],
        longest_silence: Some(Silence {
            from: at(4400),
            to: Some(at(5100)),
            length: Elapsed::from_secs(700),
        }),
        course: Course::Over,
    }
}

pub(super) fn predictions() -> Vec<ScoredPrediction> {
    let stage_1 = ScoredPrediction {
        made_at: at(400),
        phase: Phase::Stage1,
        basis: Basis::Counted { percent: 25 },
        earliest: Some(at(4000)),
        likely: Some(at(4100)),
        latest: Some(at(4600)),
        actual: Some(at(4364)),
        error_seconds: Some(-264.0),
        within: Some(true),
        record: Sequence(70),
    };
    let none = ScoredPrediction {
        phase: Phase::Stage2,
        basis: Basis::PastRuns { runs: 1 },
        earliest: None,
        likely: None,
        latest: None,
        error_seconds: None,
        within: None,
        ..stage_1
    };
    let missed = ScoredPrediction { latest: Some(at(4300)), within: Some(false), ..stage_1 };
    vec![stage_1, missed, none]
}

pub(super) fn get_speed() -> GetSpeed {
    let estimate = |threads, from, to| ThreadEstimate {
        threads: ThreadCount(threads),
        from_per_second: from,
        to_per_second: to,
    };
    GetSpeed {
        threads: ThreadCount(128),
        per_second: 40.0,
        time_per_get: Elapsed::from_millis(3200),
        trend: None,
        before: None,
        estimates: vec![estimate(16, 5.0, 16.0), estimate(64, 20.0, 29.5), estimate(128, 40.0, 40.0)],
    }
}

/// Takes away all that is not known of a run.
pub(super) fn clear(summary: &mut Summary) {
    summary.preflight = None;
    summary.stage_2 = None;
    summary.predictions = Vec::new();
    summary.get_speed = None;
    summary.exposure = Exposure {
        present_pause: None,
        total: None,
        at_least: false,
        at_most: false,
        began_unseen: false,
        budget: None,
        used_percent: None,
        earliest_safe_resume: EarliestResumes::default(),
        saved_by_resuming_after_stage_1: None,
        expected: None,
    };
    summary.frozen_bucket = FrozenBucket::default();
    summary.cleanup = Vec::new();
    summary.sign_off = None;
}
