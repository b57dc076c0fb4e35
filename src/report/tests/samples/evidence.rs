//! Sample reports with everything that is asked of a test, and with nothing of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{at, restored, text};
use crate::report::{Quote, RecordedRun, Report, Trail};
use crate::run::{
    ChangedValue, Code, Consent, ConsentSummary, Criterion, Decision, Deviation, Elapsed, Finding,
    FindingSeverity, Grounds, Issue, IssueEntry, IssueState, JudgedCriterion, Judgement, ObjectCount,
    Overruled, Person, PersonRole, PlannedStep, ProcedureStep, RateSample, Recovery, RecoveryRecords, RunId,
    SentHead, Sequence, SheetChange, SheetOrigin, SheetSummary, Signature, SignedStatement, SignerRole,
    Statement, StatementSummary, StepState, StepSummary, Summary, Target, TestSheet, TestSummary,
    TestVerdict, ThreadCount,
};

fn seconds(seconds: u64) -> Elapsed {
    Elapsed::from_secs(seconds)
}

#[expect(clippy::unnecessary_wraps, reason = "the fields it is for are optional")]
fn some(words: &str) -> Option<String> {
    Some(text(words))
}

fn sheet() -> TestSheet {
    let person = |name: &str, role| Person { name: text(name), role };
    let criterion = |target, source: Option<&str>| Criterion { target, source: source.map(text) };
    TestSheet {
        objective: some("show that the file shares of the head office can be restored within three hours"),
        scenario: some("loss of the primary data centre"),
        scope: some("bucket ava400-ks"),
        exclusions: some("clients, name services"),
        assumptions: some("the cloud provider is not affected"),
        change_ticket: some("CHG-4711"),
        plan_version: some("DR plan 3.2"),
        place: some("second data centre, room 12"),
        late_start_tolerance: Some(seconds(600)),
        people: vec![
            person("Kim Lee", PersonRole::Operator),
            person("Ada Roth", PersonRole::Approver),
            person("Noor Haddad", PersonRole::Observer),
        ],
        criteria: vec![
            criterion(
                Target::TimeToRestored { limit: seconds(10_800) },
                Some("business impact analysis 2026"),
            ),
            criterion(Target::Exposure { limit: seconds(7200) }, Some("contract 12")),
            criterion(Target::TimeToUsable { limit: seconds(14_400) }, None),
            criterion(Target::LargestGap { limit: seconds(60) }, None),
            criterion(Target::OpenFindings { limit: 0 }, None),
        ],
        planned: vec![PlannedStep { step: ProcedureStep::Pause, at: at(60) }],
    }
}

fn criteria() -> Vec<JudgedCriterion> {
    use Judgement::{Failed, NotMeasured, Passed};
    let judged = |place: usize, measured: Option<f64>, judgement, reason: &str, records: &[u64]| {
        let Criterion { target, source } = sheet().criteria[place].clone();
        let records = records.iter().copied().map(Sequence).collect();
        let is_length = !matches!(target, Target::OpenFindings { .. });
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds")]
        let length = measured.filter(|_| is_length).map(|length| seconds(length as u64).into());
        let (grounds, reason) = (Grounds::Read, text(reason));
        JudgedCriterion { target, source, measured, length, judgement, grounds, reason, records }
    };
    vec![
        judged(0, Some(7750.0), Passed, "Both stages took 02:09:10.", &[60, 890, 1600]),
        judged(1, Some(8700.0), Failed, "Replication was paused for 02:25:00.", &[23, 1790]),
        judged(2, None, NotMeasured, "Nobody stated that the appliance can be used.", &[]),
        judged(3, Some(42.0), Passed, "The longest gap is 00:00:42.", &[1000]),
        judged(4, Some(0.0), Passed, "No finding is open.", &[]),
    ]
}

fn step(step: ProcedureStep, begun: u64, ended: u64) -> StepSummary {
    StepSummary {
        step,
        state: StepState::Done,
        planned_at: Some(at(begun.saturating_sub(40))),
        started_at: Some(at(begun)),
        ended_at: Some(at(ended)),
        user: some("kim"),
        engineer: some("Kim Lee"),
        waited: Some(seconds(30).into()),
        remark: None,
        records: vec![Sequence(begun)],
        ..StepSummary::default()
    }
}

fn procedure() -> Vec<StepSummary> {
    use ProcedureStep::{Baseline, CleanUp, List, Pause, Resume, Stage1, Stage2, Start, Threads, Use};
    let skipped = StepSummary {
        state: StepState::Skipped,
        started_at: None,
        ended_at: None,
        user: None,
        engineer: None,
        waited: None,
        remark: some("No baseline was taken by hand; the last reading before the start was used."),
        records: Vec::new(),
        ..step(Baseline, 200, 200)
    };
    let open = StepSummary { state: StepState::UnderWay, ended_at: None, ..step(CleanUp, 8800, 8900) };
    vec![
        step(Pause, 100, 101),
        step(List, 101, 110),
        step(Threads, 150, 155),
        skipped,
        step(Start, 240, 250),
        step(Stage1, 250, 4364),
        step(Stage2, 4364, 8000),
        step(Use, 8000, 8700),
        step(Resume, 8750, 8800),
        open,
    ]
}

fn issues() -> Vec<Issue> {
    let issue = |code: &str, words: &str, opened, entry| Issue {
        code: text(code),
        severity: FindingSeverity::Attention,
        text: text(words),
        opened_at: at(5042),
        opened: Sequence(opened),
        state: IssueState::Acknowledged,
        entry,
        stated_at: Some(at(9100)),
        stated_by: some("ada"),
        engineer: some("Ada Roth"),
        record: Some(Sequence(1810)),
    };
    let remedy = IssueEntry {
        owner: some("Kim Lee"),
        due: NaiveDate::from_ymd_opt(2026, 10, 1),
        decision: Some(Decision::Remedy { text: text("keep more of the log on the appliance") }),
        retest: Some(RunId(text("20261002T080000Z-0a0b0c"))),
    };
    let accepted = IssueEntry {
        decision: Some(Decision::Accept { text: text("a copy exists") }),
        ..IssueEntry::default()
    };
    let unstated = Issue {
        state: IssueState::Open,
        stated_at: None,
        stated_by: None,
        engineer: None,
        record: None,
        ..issue("few-threads", "The DR appliance runs 16 threads.", 33, IssueEntry::default())
    };
    vec![
        issue("log-gap", "Part of the log is missing.", 1000, remedy),
        issue("alarm", "An alarm.", 77, accepted),
        unstated,
    ]
}

fn signature(role: SignerRole, verdict: Option<TestVerdict>, name: &str, record: u64) -> Signature {
    Signature {
        at: at(9200),
        record: Sequence(record),
        statement: SignedStatement {
            role,
            verdict,
            notes: verdict.map(|_| text("the exposure was longer than agreed; the budget is to be raised")),
            name: text(name),
            user: format!("{}@console", name.to_lowercase().replace(' ', ".")),
            key: format!("SHA256:{}", "k".repeat(43)),
        },
    }
}

fn test() -> TestSummary {
    TestSummary {
        takeovers: Vec::new(),
        engineer: some("Kim Lee"),
        test_sheet: SheetSummary {
            sheet: sheet(),
            origin: Some(SheetOrigin::Plan { file: text("plan.toml"), sha256: "a".repeat(64) }),
            frozen_at: Some(at(250)),
            record: Some(Sequence(61)),
            changes: vec![SheetChange {
                at: at(600),
                fields: vec![text("people"), text("place")],
                values: vec![
                    ChangedValue {
                        what: text("place"),
                        from: some("second data centre, room 12"),
                        to: some("second data centre, room 14"),
                    },
                    ChangedValue { what: text("people"), from: None, to: some("Ida | Lund (approver)") },
                ],
                reason: some("the room was taken"),
                user: text("kim"),
                engineer: some("Kim Lee"),
                record: Sequence(75),
            }],
        },
        criteria: criteria(),
        recovery: Recovery {
            time_to_restored: Some(seconds(7750).into()),
            stated_restored: None,
            time_to_usable: None,
            stated_usable: None,
            stage_1: Some(seconds(4114).into()),
            stage_2: Some(seconds(3636).into()),
            preparation: Some(seconds(150).into()),
            waiting_for_people: Some(seconds(90).into()),
            records: RecoveryRecords {
                time_to_restored: [60, 1600].map(Sequence).into(),
                stage_1: [60, 890].map(Sequence).into(),
                stage_2: [890, 1600].map(Sequence).into(),
                preparation: [23, 60].map(Sequence).into(),
                waiting_for_people: vec![Sequence(44)],
                ..RecoveryRecords::default()
            },
        },
        procedure: procedure(),
        deviations: vec![Deviation {
            at: Some(at(600)),
            text: text("The scope was changed after stage 1 had begun."),
            reason: some("the room was taken"),
            user: some("kim"),
            engineer: some("Kim Lee"),
            record: Some(Sequence(75)),
        }],
        not_proven: vec![
            text("That files on the restored appliance have the contents of those on production."),
            text("That the appliance can be used: nobody stated it."),
        ],
        issues: issues(),
        statements: vec![StatementSummary {
            statement: Statement::RestoredUsable,
            at: at(8100),
            since: at(7800),
            reason: text("the file list was looked through | by Ida"),
            user: text("kim"),
            engineer: some("Kim Lee"),
            record: Sequence(88),
        }],
        consents: vec![
            consent(88, "That the restored appliance can be used was stated", Overruled::Danger),
            consent(90, "The request to resume replication was made", Overruled::Alarm),
            consent(91, "The run was signed off", Overruled::UnsettledAlarm),
        ],
    }
}

fn consent(record: u64, act: &str, overruled: Overruled) -> ConsentSummary {
    ConsentSummary {
        at: at(8000 + record),
        act: text(act),
        typed: text(overruled.phrase().unwrap_or("ava-prod")),
        consent: Consent {
            overruled,
            shown: text("ava-dr logged the alarm inconsistent. This is not settled."),
            cited: Some(Sequence(77)),
        },
        reason: (overruled != Overruled::Alarm).then(|| text("seen on the appliance")),
        user: text("kim"),
        engineer: some("Kim Lee"),
        record: Sequence(record),
    }
}

fn sent_head(notice: &str, second: u64, records: u64) -> SentHead {
    SentHead {
        at: at(second),
        record: Sequence(records + 2),
        notice: text(notice),
        records,
        sha256: format!("{records:064x}"),
    }
}

/// An alarm that nobody settled, and somebody took on.
pub(in crate::report) fn accepted_alarm() -> Finding {
    Finding {
        code: Code::Alarm,
        severity: FindingSeverity::Blocking,
        text: text("ava-dr raised the alarm 'cloud bucket inconsistent'."),
        opened_at: at(5000),
        closed_at: None,
        closed_record: None,
        acknowledged: some("a file known to be gone"),
        acknowledged_by: some("kim"),
        acknowledged_engineer: None,
        acknowledged_at: Some(at(5400)),
        acknowledged_record: Some(Sequence(79)),
        remedy: None,
        role: None,
        record: Sequence(77),
        to_do: None,
        until_settled: None,
        cited: None,
    }
}

fn rates(from: u64) -> impl Iterator<Item = RateSample> {
    [(0, 20.0), (600, 41.0), (1800, 55.5), (3000, 48.0), (4100, 12.0)]
        .into_iter()
        .map(move |(second, per_second)| RateSample { at: at(from + second), per_second })
}

/// A report with something in every place.
pub(in crate::report) fn filled() -> Report {
    let mut summary = restored();
    summary.test = test();
    summary.signatures = vec![
        signature(SignerRole::Operator, Some(TestVerdict::Conditions), "Kim Lee", 1811),
        signature(SignerRole::Approver, Some(TestVerdict::Passed), "Ada Roth", 1812),
        signature(SignerRole::Reviewer, None, "Lou Berg", 1813),
    ];
    summary.anchors = vec![sent_head("started", 60, 1), sent_head("phase-ended", 4164, 891)];
    summary.findings.push(accepted_alarm());
    let earlier = |name: &str| RecordedRun {
        name: text(name),
        summary: Summary { run: RunId(text(name)), ..restored() },
        rates: rates(250)
            .map(|sample| RateSample { per_second: sample.per_second * 0.7, ..sample })
            .collect(),
        threads: BTreeSet::from([ThreadCount(16)]),
    };
    let mut trail = Trail::default();
    trail.downloads =
        (0..=40).map(|step| (seconds(step * 100), ObjectCount(step * step * 1331 / 800))).collect();
    let mut report = Report::of_summary(summary);
    report.rates = rates(250).collect();
    report.trail = trail;
    report.compare_with(vec![earlier("20260301T080000Z-000001"), earlier("20260601T080000Z-000002")]);
    report.quotes.insert(
        Sequence(77),
        Quote {
            at: Some(at(5000)),
            kind: text("alarm_seen"),
            raw: some("Sep 13 16:18:24 localhost rfsd[1]: [megamount.ERR] cloud bucket inconsistent"),
            offset: Some(crate::run::LogOffset(52_000)),
            line: some(r#"{"kind":"alarm_seen","alarm":"cloud bucket inconsistent"}"#),
        },
    );
    report
}

/// A report in which nobody stated anything.
pub(in crate::report) fn empty() -> Report {
    Report::of_summary(super::unknown())
}
