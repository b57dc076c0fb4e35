//! Summaries for the tests of this room.

mod control;
pub(super) mod evidence;

use std::collections::BTreeMap;

use crate::run::{
    ActionSummary, BucketSummary, ByteCount, Code, DownloadSummary, Elapsed, Epoch, Evidence, EvidenceSource,
    Finding, FindingSeverity, FrozenBucket, Gap, GetCount, Identity, JournalHead, Known, LeftPaused,
    LineCount, LogOffset, LogSummary, Note, ObjectCount, Outcome, PauseEnd, PauseInterval, PausedBy, Phase,
    PhaseSummary, Precision, ProtectedAgain, ReplicationSummary, ResumePolicy, RunId, SCHEMA, Sequence,
    Summary, TestSummary, ThreadCount, Timestamp, VersionSummary,
};

/// `seconds` after 2026-09-13 14:55:04 UTC.
pub(super) fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = serde_json::from_str("\"2026-09-13T14:55:04.250+00:00\"").unwrap();
    start + Elapsed::from_secs(seconds)
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn phase(name: Phase, bounds: (u64, u64), evidence: Evidence) -> PhaseSummary {
    PhaseSummary {
        name,
        started_at: Some(at(bounds.0)),
        ended_at: Some(at(bounds.1)),
        seconds: Some(at(bounds.1).length_since(at(bounds.0))),
        precision: Precision::Observed,
        evidence: Some(evidence),
    }
}

fn evidence(record: u64, source: EvidenceSource, raw: &str) -> Evidence {
    Evidence { record: Sequence(record), source, raw: text(raw), offset: None }
}

/// The run of the procedure, restored, with something in every section.
pub(super) fn restored() -> Summary {
    let mut summary = Summary {
        schema: text(SCHEMA),
        redacted: None,
        run: RunId(text("20260913T145504Z-a1b2c3")),
        simulated: true,
        imported: None,
        outcome: Outcome::Restored,
        started_at: at(0),
        ended_at: Some(at(9000)),
        recorder: text("kim@console"),
        bucket: BucketSummary {
            name: Some(text("ava400-ks")),
            entries: Some(ObjectCount(2927)),
            bytes: Some(ByteCount(926_580_933)),
            slabs: Some(ObjectCount(261)),
            maps: Some(ObjectCount(1331)),
            rbtmds: Some(ObjectCount(1331)),
            other: BTreeMap::new(),
            unclassified: Some(ObjectCount(4)),
            provisional: Some(false),
            record: Some(Sequence(31)),
        },
        download: download(vec![epoch(10_412, 13_074, "baseline")]),
        phases: phases(),
        stage_2: Some(control::stage_2()),
        predictions: control::predictions(),
        get_speed: Some(control::get_speed()),
        replication: ReplicationSummary {
            state: Known::Running,
            attested: false,
            policy: ResumePolicy::PausedThroughout,
            paused_seconds: Some(Elapsed::from_secs(8700).into()),
            intervals: vec![pause((100, Some(8800)), PausedBy::Drwatch)],
            left_paused: None,
        },
        protected_again: Some(control::protected_again()),
        preflight: None,
        exposure: control::exposure(),
        frozen_bucket: FrozenBucket::default(),
        cleanup: Vec::new(),
        sign_off: None,
        threads: Some(ThreadCount(128)),
        actions: actions(),
        findings: findings(),
        gaps: vec![Gap {
            from: at(5000),
            to: at(5042),
            offset: LogOffset(1_048_576),
            reason: text(
                "the connection to the DR appliance was lost and `show log` no longer held the lines",
            ),
            record: Some(Sequence(9)),
        }],
        notes: vec![Note {
            engineer: None,
            line: None,
            at: at(300),
            user: text("kim"),
            text: text("threads raised before the start"),
            record: Sequence(40),
            edits: Vec::new(),
        }],
        log: LogSummary { lines: LineCount(41_200), unparsed: LineCount(3), bytes: ByteCount(4_720_000) },
        versions: versions(),
        test: TestSummary::default(),
        signatures: Vec::new(),
        anchors: Vec::new(),
        journal: JournalHead { records: 1812, head: "9".repeat(64) },
        export_record: None,
    };
    control::fill_restored(&mut summary);
    summary
}

fn epoch(first: u64, last: u64, reason: &str) -> Epoch {
    Epoch { first: GetCount(first), last: GetCount(last), reason: text(reason) }
}

fn pause(bounds: (u64, Option<u64>), by: PausedBy) -> PauseInterval {
    let from_known = by == PausedBy::Drwatch;
    PauseInterval {
        record: Some(Sequence(23)),
        end_record: bounds.1.map(|_| Sequence(1790)),
        from: at(bounds.0),
        to: bounds.1.map(at),
        from_known,
        ended_unseen: false,
        seen_until: None,
        end: PauseEnd::Read,
        unwatched: false,
        unseen: None,
        by,
        recovery: None,
    }
}

fn download(epochs: Vec<Epoch>) -> DownloadSummary {
    let last = epochs.last().map(|epoch| epoch.last);
    let downloaded = epochs.iter().map(|epoch| epoch.last.0 - epoch.first.0).sum();
    DownloadSummary {
        baseline: epochs.first().map(|epoch| epoch.first),
        baseline_late: Some(false),
        counter: last,
        downloaded: Some(ObjectCount(downloaded)),
        expected: Some(ObjectCount(2662)),
        epochs,
        mean_per_second: Some(0.647),
        peak_per_second: Some(1210.04),
    }
}

fn phases() -> Vec<PhaseSummary> {
    let log = "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] (13852)";
    let complete = format!("{log} Cloud restore phase complete. Starting namespace generation phase");
    let generated =
        format!("{log} Namespace generation phase complete. Successfully restored user namespace");
    let inferred = "backend.ops.get: 10419";
    vec![
        phase(Phase::Prepare, (0, 250), evidence(60, EvidenceSource::Counter, inferred)),
        phase(Phase::Stage1, (250, 4364), evidence(890, EvidenceSource::Log, &complete)),
        phase(Phase::Stage2, (4364, 8000), evidence(1600, EvidenceSource::Log, &generated)),
        phase(
            Phase::InUse,
            (8000, 8700),
            evidence(1750, EvidenceSource::Attested, "the test is over: all files read"),
        ),
    ]
}

fn actions() -> Vec<ActionSummary> {
    let lines = |words: &[&str]| Some(words.iter().map(|word| text(word)).collect());
    let pause = ActionSummary {
        engineer: None,
        kind: text("pause"),
        state: text("confirmed"),
        requested_at: at(95),
        sent: lines(&["enable", "configure terminal", "no replication enable", "exit"]),
        answer: Some(text("")),
        threads_before: None,
        typed: Some(text("ava-prod")),
        reason: None,
        user: text("kim"),
        record: Sequence(22),
    };
    let threads = ActionSummary {
        kind: text("threads"),
        state: text("awaiting_service"),
        requested_at: at(150),
        sent: lines(&["enable", "configure terminal", "replication num-threads 128"]),
        answer: Some(text("failed to connect, no process available")),
        threads_before: Some(ThreadCount(16)),
        record: Sequence(40),
        ..pause.clone()
    };
    let resume = ActionSummary {
        kind: text("resume"),
        state: text("rejected"),
        requested_at: at(400),
        sent: None,
        answer: None,
        reason: Some(text("locked until the test is over")),
        record: Sequence(77),
        ..pause.clone()
    };
    vec![pause, threads, resume]
}

fn findings() -> Vec<Finding> {
    let base = Finding {
        code: Code::UnclassifiedEntries,
        severity: FindingSeverity::Info,
        text: text("4 entries of the bucket belong to no listed class."),
        opened_at: at(110),
        closed_at: None,
        closed_record: None,
        acknowledged: None,
        acknowledged_by: None,
        acknowledged_engineer: None,
        acknowledged_at: None,
        acknowledged_record: None,
        remedy: None,
        role: None,
        record: Sequence(31),
        to_do: None,
        until_settled: None,
        cited: None,
    };
    vec![
        Finding {
            code: Code::FewThreads,
            severity: FindingSeverity::Attention,
            text: text("The DR appliance runs 16 threads; 128 are wanted."),
            closed_at: Some(at(260)),
            record: Sequence(33),
            ..base.clone()
        },
        base.clone(),
        Finding {
            code: Code::LogGap,
            severity: FindingSeverity::Attention,
            text: text("Part of the log is missing."),
            opened_at: at(5042),
            acknowledged: Some(text("stage 2 was on, no marker could fall into it")),
            acknowledged_by: Some(text("kim")),
            acknowledged_at: Some(at(5400)),
            record: Sequence(1000),
            ..base
        },
    ]
}

fn versions() -> VersionSummary {
    let identity = |name: &str, serial: Option<&str>| Identity {
        hostname: Some(text(name)),
        product: Some(text("AltaVault")),
        release: Some(text("4.4.1")),
        model: None,
        serial: serial.map(text),
        host_keys: Vec::new(),
        bucket: None,
        simulated: false,
        host_key: Some(text("SHA256:1kV0")),
    };
    VersionSummary {
        drwatch: text("0.1.0"),
        primary: Some(identity("ava-prod", Some("J57AA00012345"))),
        dr: Some(identity("ava-dr", None)),
        dialect: "d".repeat(64),
    }
}

/// A run of which next to nothing is known.
pub(super) fn unknown() -> Summary {
    let never = |name| PhaseSummary {
        name,
        started_at: None,
        ended_at: None,
        seconds: None,
        precision: Precision::Observed,
        evidence: None,
    };
    let begun = PhaseSummary {
        started_at: Some(at(0)),
        seconds: Some(Elapsed::from_secs(61).into()),
        ..never(Phase::Prepare)
    };
    let mut summary = Summary {
        simulated: false,
        imported: None,
        outcome: Outcome::Incomplete,
        ended_at: None,
        bucket: BucketSummary {
            name: None,
            entries: None,
            bytes: None,
            slabs: None,
            maps: None,
            rbtmds: None,
            other: BTreeMap::new(),
            unclassified: None,
            provisional: None,
            record: None,
        },
        download: DownloadSummary {
            baseline: None,
            baseline_late: None,
            counter: None,
            downloaded: None,
            expected: None,
            epochs: Vec::new(),
            mean_per_second: None,
            peak_per_second: None,
        },
        phases: vec![begun, never(Phase::Stage1), never(Phase::Stage2), never(Phase::InUse)],
        replication: ReplicationSummary {
            state: Known::Unknown,
            attested: false,
            policy: ResumePolicy::ResumeAfterStage1,
            paused_seconds: None,
            intervals: Vec::new(),
            left_paused: None,
        },
        protected_again: None,
        threads: None,
        actions: Vec::new(),
        findings: Vec::new(),
        gaps: Vec::new(),
        notes: Vec::new(),
        versions: VersionSummary { primary: None, dr: None, ..versions() },
        ..restored()
    };
    control::clear(&mut summary);
    summary
}

/// A real run in trouble: counter reset, provisional listing, still paused, open findings.
pub(super) fn troubled() -> Summary {
    let mut summary = restored();
    summary.simulated = false;
    summary.outcome = Outcome::Failed;
    summary.bucket.provisional = Some(true);
    summary.bucket.other = BTreeMap::from([(text("tombstones"), ObjectCount(1_000_000))]);
    summary.bucket.unclassified = None;
    summary.download =
        download(vec![epoch(10_412, 12_224, "baseline"), epoch(0, 1300, "rfsd was restarted")]);
    summary.download.baseline_late = Some(true);
    summary.replication.state = Known::Paused;
    summary.replication.attested = true;
    summary.protected_again = Some(ProtectedAgain::default());
    summary.replication.left_paused = Some(LeftPaused {
        engineer: None,
        at: at(900),
        user: text("kim"),
        phase: Phase::Stage2,
        paused: Some(Elapsed::from_secs(400).into()),
        attested: true,
        record: Sequence(88),
    });
    summary.replication.intervals =
        vec![pause((100, Some(400)), PausedBy::Other), pause((500, None), PausedBy::Attested)];
    for finding in &mut summary.findings {
        finding.closed_at = None;
        finding.acknowledged = None;
    }
    if let Some(last) = summary.findings.last_mut() {
        last.severity = FindingSeverity::Blocking;
    }
    if let Some(last) = summary.phases.last_mut() {
        (last.precision, last.ended_at, last.seconds) = (Precision::Unobserved, None, None);
    }
    control::fill_troubled(&mut summary);
    if let Some(first) = summary.phases.first_mut() {
        (first.precision, first.started_at, first.seconds) = (Precision::Estimated, None, None);
    }
    summary
}
