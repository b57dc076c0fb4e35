//! What the tests of this room share: instants, folders, one event of every kind.

use tempfile::TempDir;

use crate::journal::RunFolder;
use crate::run::{
    ActionId, ActionKind, ActionPlan, ActionState, Answer, Arrival, Band, Basis, BucketCounts, BucketListing,
    ByteCount, Cause, Certainty, Consent, Criterion, Decision, Elapsed, Ending, Event, FORMAT, FormatVersion,
    Gap, GetCount, Identity, IssueEntry, LineCount, Link, ListingCause, LogCitation, LogOffset, LogTally,
    Marker, NearMiss, ObjectCount, OtherClass, Override, Overruled, Person, PersonRole, Phase, PlannedStep,
    Prediction, ProcedureStep, Reading, ReplicationState, Role, RunId, RunSettings, Sequence, ServiceState,
    SheetOrigin, SignedStatement, SignerRole, Started, Statement, Target, TestSheet, TestVerdict,
    ThreadCount, TimerEvent, Timestamp,
};

/// `seconds` after 2026-09-13 16:03:38 UTC.
pub(crate) fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = serde_json::from_str("\"2026-09-13T16:03:38.000+00:00\"").unwrap();
    start + Elapsed::from_secs(seconds)
}

/// A fresh run folder, and the directory that goes when the test ends.
pub(crate) fn folder() -> (TempDir, RunFolder) {
    let home = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(home.path(), at(0), 1).unwrap();
    (home, folder)
}

/// The first event of a run.
pub(in crate::journal) fn started() -> Event {
    started_in(FORMAT)
}

/// The first event of a run in another format.
pub(in crate::journal) fn started_in(format: FormatVersion) -> Event {
    Event::RunStarted(Box::new(Started {
        format,
        run: RunId("20260913T160338Z-a1b2c3".to_owned()),
        demo: true,
        program: "0.1.0".to_owned(),
        recorder: "kim@console".to_owned(),
        primary: Some("admin@ava-prod".to_owned()),
        dr: None,
        imported: None,
        read_only: false,
        settings: RunSettings { pause_budget: Some(Elapsed::from_secs(7200)), ..RunSettings::default() },
        dialect: "d".repeat(64),
        log: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    }))
}

/// A note, the shortest of events.
pub(in crate::journal) fn note(text: &str) -> Event {
    Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None }
}

fn citation() -> LogCitation {
    LogCitation {
        offset: LogOffset(120),
        stamp: Some(at(1)),
        arrival: Arrival::Live,
        raw: "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] \"é\" \\u{1b}".to_owned(),
    }
}

fn answer<T>(reading: Reading<T>) -> Answer<T> {
    Answer { reading, took: Elapsed::from_millis(12), raw: "backend.ops.get: 10412".to_owned() }
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// One event of every kind, the first record first.
pub(crate) fn every_event() -> Vec<Event> {
    let mut events = vec![started()];
    events.extend(of_appliances());
    events.extend(of_the_log());
    events.extend(of_the_engineer());
    events.extend(of_the_record());
    events
}

fn of_appliances() -> Vec<Event> {
    let listing = BucketListing {
        counts: BucketCounts {
            name: text("ava400-ks"),
            entries: ObjectCount(2927),
            bytes: Some(ByteCount(926_580_933)),
            slabs: Some(ObjectCount(261)),
            maps: None,
            rbtmds: Some(ObjectCount(u64::MAX)),
        },
        other: vec![OtherClass { name: text("tombs"), count: ObjectCount(1) }],
    };
    let identity = Identity { hostname: Some(text("ava-dr")), ..Identity::default() };
    vec![
        Event::LinkChanged {
            role: Role::Dr,
            link: Link::Waiting { reason: text("refused"), retry_at: at(9) },
        },
        Event::Identified { role: Role::Dr, identity, raw: String::new() },
        Event::CounterRead(answer(Reading::Known(GetCount(10_412)))),
        Event::ThreadsRead(answer(Reading::ServiceDown)),
        Event::ServiceRead {
            role: Role::Dr,
            answer: answer(Reading::Known(ServiceState::Busy(text("replaying")))),
        },
        Event::BucketNamed { role: Role::Dr, answer: answer(Reading::Known(text("ava400-ks"))) },
        Event::ServiceRead { role: Role::Primary, answer: answer(Reading::Refused(text("% no"))) },
        Event::ReplicationRead { answer: answer(Reading::Known(ReplicationState::Paused)), backlog: None },
        Event::ListingStarted { cause: ListingCause::Paused },
        Event::ListingRead {
            listing,
            cause: ListingCause::Asked,
            took: Elapsed::from_secs(61),
            raw: text("…"),
        },
        Event::ListingRefused { reason: text("cut off"), raw: String::new() },
    ]
}

fn of_the_log() -> Vec<Event> {
    vec![
        Event::LogChunk {
            offset: LogOffset(0),
            bytes: ByteCount(240),
            lines: LineCount(2),
            sha256: "e".repeat(64),
            tally: LogTally { lines: LineCount(2), info: LineCount(1), ..LogTally::default() },
            received_at: None,
        },
        Event::MarkerSeen { marker: Marker::DownloadComplete, line: citation() },
        Event::AlarmSeen { alarm: text("inconsistent"), line: citation() },
        Event::NearMissSeen { of: NearMiss::Alarm(text("inconsistent")), line: citation() },
        Event::RfsdRestarted { before: 1, after: 2, line: citation() },
        Event::LogClockSetBack { from: at(2), line: citation() },
        Event::LogGap(Gap {
            from: at(1),
            to: at(2),
            offset: LogOffset(240),
            reason: text("away"),
            record: None,
        }),
        Event::LogFollowed,
        Event::LogLost { reason: text("gone") },
        Event::ClockOffset { role: Role::Dr, seconds: -3 },
    ]
}

fn of_the_engineer() -> Vec<Event> {
    let plan = ActionPlan {
        action: ActionKind::SetThreads(ThreadCount(128)),
        lines: vec![text("enable"), text("replication num-threads 128")],
        certainty: Certainty::Procedure,
    };
    let user = || text("kim");
    let id = ActionId(1);
    let reasoned = Some(Override { reason: text("asked to") });
    vec![
        Event::NamesConfirmed {
            primary: text("ava-prod"),
            dr: text("ava-dr"),
            identities: Box::default(),
            reason: None,
            user: user(),
            typed: None,
        },
        Event::BaselineTaken { user: user() },
        Event::ActionRequested {
            id,
            plan: plan.clone(),
            user: user(),
            r#override: None,
            typed: Some(text("ava-dr")),
            consent: Some(Consent {
                overruled: Overruled::Alarm,
                shown: text("ava-dr logged an alarm."),
                cited: Some(Sequence(3)),
            }),
            agreed: Some(text("Jo Field of the vendor")),
        },
        Event::ActionRequested {
            id,
            plan,
            user: user(),
            r#override: reasoned,
            typed: None,
            consent: None,
            agreed: None,
        },
        Event::LeftPaused { user: user() },
        Event::ActionSent { id, sent: vec![text("enable")], answer: String::new(), remark: None },
        Event::ActionSettled { id, state: ActionState::Confirmed },
        Event::ActionSettled { id, state: ActionState::Unknown { reason: text("away") } },
        Event::ActionRefused { action: ActionKind::Pause, reason: text("locked"), user: user() },
        Event::Attested {
            statement: Statement::TestOver,
            since: at(4),
            reason: text("done"),
            user: user(),
            consent: Some(Consent {
                overruled: Overruled::UnfinishedRestore,
                shown: text("Stage 2 is not over."),
                cited: None,
            }),
        },
        Event::NoteEdited { note: Sequence(7), text: text("restart done"), user: user() },
        Event::EngineerNamed { engineer: Some(text("Kim Berg")), user: user() },
        Event::TestSheetStated {
            sheet: Box::new(sheet()),
            origin: SheetOrigin::Plan { file: text("plan.toml"), sha256: "f".repeat(64) },
            reason: Some(text("the window moved")),
            user: user(),
        },
        Event::TestSheetFrozen { sheet: Box::new(sheet()) },
        Event::IssueStated {
            code: text("stalled"),
            opened: Sequence(9),
            entry: IssueEntry {
                owner: Some(text("Lee")),
                due: chrono::NaiveDate::from_ymd_opt(2026, 12, 1),
                decision: Some(Decision::Remedy { text: text("more threads") }),
                retest: Some(RunId(text("20261201T100000Z-a1b2c3"))),
            },
            user: user(),
            engineer: None,
        },
        Event::Signed(SignedStatement {
            role: SignerRole::Approver,
            verdict: Some(TestVerdict::Conditions),
            notes: Some(text("once more with 128 threads")),
            name: text("Lee"),
            user: text("lee@console"),
            key: format!("SHA256:{}", "k".repeat(43)),
        }),
        Event::HeadSent { notice: text("phase-ended"), records: 412, sha256: "e".repeat(64) },
        note("restart planned \u{202e} \"now\""),
        Event::Acknowledged {
            code: text("stalled"),
            opened: Sequence(9),
            reason: text("known"),
            user: user(),
        },
    ]
}

fn sheet() -> TestSheet {
    TestSheet {
        objective: Some(text("the namespace comes back in time")),
        late_start_tolerance: Some(Elapsed::from_secs(600)),
        people: vec![Person { name: text("Kim Berg"), role: PersonRole::Operator }],
        criteria: vec![
            Criterion {
                target: Target::TimeToRestored { limit: Elapsed::from_secs(50_400) },
                source: Some(text("business impact analysis")),
            },
            Criterion { target: Target::OpenFindings { limit: 0 }, source: None },
        ],
        planned: vec![PlannedStep { step: ProcedureStep::Pause, at: at(60) }],
        ..TestSheet::default()
    }
}

fn of_the_record() -> Vec<Event> {
    vec![
        Event::RunContinued {
            program: text("0.1.0"),
            recorder: text("kim@console"),
            held: Some(text("drwatch was suspended")),
            since: Some(at(3)),
            distrusted: None,
        },
        Event::OwnClock { behind: Elapsed::from_millis(3_600_500) },
        Event::Predicted(Prediction {
            phase: Phase::Stage1,
            end: Some(Band { earliest: at(60), likely: at(70), latest: at(90) }),
            basis: Basis::Counted { percent: 25 },
        }),
        Event::Predicted(Prediction { phase: Phase::Stage2, end: None, basis: Basis::PastRuns { runs: 0 } }),
        Event::Due(TimerEvent::Stalled),
        Event::Due(TimerEvent::BudgetUsed { percent: 80 }),
        Event::RecordHole { from: at(5), records: 0, reason: text("disk full") },
        Event::Exported { files: vec![text("summary.json")], cause: Cause::Engineer },
        Event::RunEnded(Ending::Signal { name: text("SIGTERM") }),
    ]
}
