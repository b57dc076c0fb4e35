//! The list of runs and the controls that they test.

use serde_json::Value;

use super::*;
use crate::report::{ListedRun, Page, Unread, controls, controls_table, note_resumed, runs_table};
use crate::run::{Outcome, Phase, RunId, Sequence, SpeaksAgainst, StatedRestored, Timestamp};

/// A page of so many columns without colours.
fn page(columns: usize) -> Page {
    Page { columns: Some(columns), is_coloured: false }
}

/// A run that began so many hours after the others.
fn run(hours: u64, base: Summary, change: impl FnOnce(&mut Summary)) -> ListedRun {
    let mut summary = base;
    let began = at(hours * 3600);
    let id = format!("{}-{:06x}", began.utc().format("%Y%m%dT%H%M%SZ"), hours);
    (summary.run, summary.started_at) = (RunId(id.clone()), began);
    change(&mut summary);
    let short_name = id[..15].to_owned();
    ListedRun { name: id, short_name, is_live: false, summary: Ok(summary), resumed_in: None }
}

fn real(hours: u64, change: impl FnOnce(&mut Summary)) -> ListedRun {
    run(hours, restored(), |summary| {
        (summary.simulated, summary.sign_off) = (false, None);
        change(summary);
    })
}

/// Thirty runs of all kinds, newest first.
fn mixed() -> Vec<ListedRun> {
    let mut runs: Vec<ListedRun> = (0..23).map(|at| real(at * 600, |_| {})).collect();
    let mut live = run(14_100, unknown(), |summary| summary.replication.state = Known::Paused);
    live.is_live = true;
    let mut copy = real(13_200, |_| {});
    (copy.name, copy.short_name) = ("before-the-move".to_owned(), "before-the-move".to_owned());
    let mut damaged = real(14_000, |_| {});
    damaged.summary = Err(Unread::Damaged(
        "record 812 was changed: the record after it holds another digest of it".to_owned(),
    ));
    runs.extend([live, damaged, copy]);
    runs.extend([
        run(13_900, troubled(), |_| {}),
        run(13_800, restored(), |_| {}),
        real(13_700, |summary| {
            summary.bucket.name = Some("a-bucket-with-a-rather-long-name-in-the-cloud".to_owned());
            summary.download.expected = Some(ObjectCount(1_240_000_000));
            summary.phases[2].seconds = Some(Elapsed::from_secs(432_000).into());
            summary.sign_off = restored().sign_off;
        }),
        real(13_600, |summary| {
            summary.findings = accepted().findings;
            summary.replication.state = Known::Unreadable;
            summary.replication.intervals[0].to = None;
        }),
    ]);
    runs.sort_by_cached_key(ListedRun::order);
    runs
}

#[test]
fn thirty_mixed_runs_fit_120_columns() {
    insta::assert_snapshot!(runs_table(&mixed(), page(120)));
}

#[test]
fn thirty_mixed_runs_fit_80_columns() {
    insta::assert_snapshot!(runs_table(&mixed(), page(80)));
}

#[test]
fn no_line_is_wider_than_its_terminal_down_to_80_columns() {
    for columns in [80, 100, 109, 110, 120, 300] {
        let mut runs = mixed();
        // Marks of several words beside the widest figures.
        for run in &mut runs {
            run.resumed_in = Some(RunId("20260913T152926Z-4f0c1a".to_owned()));
            if let Ok(summary) = &mut run.summary {
                (summary.outcome, summary.simulated) = (Outcome::Incomplete, true);
                summary.replication.intervals.iter_mut().for_each(|pause| pause.from_known = false);
            }
        }
        let text = runs_table(&runs, page(columns));
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns, "{widest} of {columns}:\n{text}");
    }
    // Narrower ones are too narrow for the figures, and nothing breaks.
    for columns in 0..80 {
        assert!(!runs_table(&mixed(), page(columns)).is_empty());
    }
}

#[test]
fn colours_are_there_only_where_they_are_wanted() {
    assert!(!runs_table(&mixed(), page(80)).contains('\u{1b}'));
    assert!(
        runs_table(&mixed(), Page { is_coloured: true, ..page(80) })
            .contains("\u{1b}[1;31mLEFT PAUSED\u{1b}[0m")
    );
}

fn line(run: &ListedRun) -> String {
    runs_table(std::slice::from_ref(run), Page::default()).lines().nth(1).unwrap().to_owned()
}

#[test]
fn the_list_tells_which_run_is_live_and_which_was_left_paused() {
    for (state, is_live, marks) in [
        (Known::Running, false, [false, false]),
        (Known::Running, true, [true, false]),
        (Known::Paused, false, [false, true]),
        (Known::Paused, true, [true, false]),
    ] {
        let run = ListedRun { is_live, ..real(1, |summary| summary.replication.state = state) };
        let line = line(&run);
        assert_eq!(["LIVE", "LEFT PAUSED"].map(|mark| line.contains(mark)), marks, "{line}");
        assert_eq!(line.contains("PAUSED"), state == Known::Paused, "{line}");
        let json = run.json();
        assert_eq!([&json["live"], &json["left_paused"]], marks.map(Value::from).each_ref());
    }
    let perhaps = real(1, |summary| {
        summary.replication.state = Known::Unreadable;
        summary.replication.intervals[0].to = None;
    });
    assert!(line(&perhaps).contains("LEFT PAUSED?"));
    // Killed, or left, before the answer to a pause came.
    for state in ["requested", "sent", "unknown"] {
        let in_doubt = real(1, |summary| {
            summary.replication.state = Known::Unknown;
            let asked = summary.actions.iter_mut().rev().find(|action| action.kind != "threads").unwrap();
            (asked.kind, asked.state) = ("pause".to_owned(), state.to_owned());
        });
        assert!(line(&in_doubt).contains("LEFT PAUSED?"), "{state}");
    }
    assert!(line(&run(1, accepted(), |_| {})).contains("1 BLOCKING ACKNOWLEDGED"));
    assert!(line(&run(1, restored(), |_| {})).ends_with("signed off"));
    let sign = |summary: &mut Summary| summary.signatures = samples::evidence::filled().summary.signatures;
    assert!(line(&real(1, sign)).ends_with("operator: conditions, approver: passed, reviewer"));
}

#[test]
fn an_acknowledged_blocking_finding_is_listed_with_name_time_and_reason() {
    let listed = run(1, accepted(), |summary| {
        let alarm = summary.findings.last_mut().unwrap();
        alarm.acknowledged_engineer = Some("Kim \u{1b}[31mBerg".to_owned());
    });
    let table = runs_table(std::slice::from_ref(&listed), page(200));
    let below = table.lines().nth(2).unwrap().trim();
    assert_eq!(
        below,
        "alarm: Acknowledged by Kim \\x1b[31mBerg (kim) at 2026-09-13T16:25:04Z: a file known to be gone (record 79)"
    );
    let json = listed.json();
    assert_eq!(json["acknowledged"][0]["acknowledged"], "a file known to be gone");
    assert_eq!(json["acknowledged"][0]["acknowledged_record"], 79);
}

/// A run that left replication paused, and a later one changed so; whether the first is said to be left paused.
fn stays_left_paused(change: impl FnOnce(&mut Summary)) -> bool {
    let paused = |summary: &mut Summary| {
        summary.replication.state = Known::Paused;
        summary.ended_at = Some(summary.started_at + Elapsed::from_secs(3600));
        let mut pause = summary.replication.intervals[0].clone();
        (pause.from, pause.to) = (summary.started_at + Elapsed::from_secs(60), None);
        summary.replication.intervals = vec![pause];
    };
    let later = real(48, |summary| {
        paused(summary);
        summary.replication.intervals[0].from_known = false;
        change(summary);
    });
    let mut runs = [later, real(24, paused)];
    note_resumed(&mut runs);
    assert_eq!(runs[0].resumed_in, None, "no run came later than the last one");
    let is_left = line(&runs[1]).contains("LEFT PAUSED");
    assert_eq!(line(&runs[1]).contains("resumed later"), !is_left);
    let json = runs[1].json();
    assert_eq!(json["left_paused"], is_left);
    let later = runs[0].summary.as_ref().unwrap().run.0.clone();
    assert_eq!(json["resumed_in"], if is_left { Value::Null } else { Value::from(later) });
    assert_eq!(json["paused_at_least"], true, "it lasted longer than the record");
    is_left
}

#[test]
fn a_run_left_paused_is_cleared_by_a_later_one_that_saw_the_same_primary_run() {
    assert!(stays_left_paused(|_| {}), "paused from before it began");
    assert!(!stays_left_paused(|summary| summary.replication.state = Known::Running));
    assert!(!stays_left_paused(|summary| summary.replication.intervals[0].to = Some(summary.started_at)));
    assert!(!stays_left_paused(|summary| summary.replication.intervals[0].from_known = true));
    assert!(stays_left_paused(|summary| summary.replication.state = Known::Unknown));
    let of = |change: fn(&mut Summary)| {
        stays_left_paused(|summary| {
            summary.replication.state = Known::Running;
            change(summary);
        })
    };
    assert!(of(|summary| summary.versions.primary.as_mut().unwrap().serial = Some("another".to_owned())));
    assert!(of(|summary| summary.versions.primary = None));
    assert!(of(|summary| summary.simulated = true));
    assert!(of(|summary| summary.ended_at = Some(at(24 * 3600))), "before the pause was left");
}

#[test]
fn a_run_killed_while_paused_does_not_clear_itself_and_a_later_live_one_clears_it() {
    let killed = real(24, |summary| {
        (summary.replication.state, summary.ended_at) = (Known::Paused, None);
        let pause = &mut summary.replication.intervals[0];
        (pause.from, pause.to) = (summary.started_at + Elapsed::from_secs(60), None);
        pause.from_known = true;
    });
    let copy = ListedRun { name: "copy".to_owned(), summary: killed.summary.clone(), ..real(24, |_| {}) };
    let mut runs = [copy, killed];
    note_resumed(&mut runs);
    assert!(runs.iter().all(|run| line(run).contains("LEFT PAUSED")));
    let later = real(30, |summary| (summary.replication.state, summary.ended_at) = (Known::Running, None));
    let mut runs = [ListedRun { is_live: true, ..later }, runs.into_iter().next_back().unwrap()];
    note_resumed(&mut runs);
    assert!(line(&runs[1]).contains("resumed later"), "{}", line(&runs[1]));
}

#[test]
fn a_pause_that_was_left_counts_as_a_lower_bound() {
    let left = real(1, |summary| summary.replication.state = Known::Paused);
    assert!(line(&left).contains("≥02:25:00"), "{}", line(&left));
    assert_eq!(left.json()["paused_at_least"], true);
    assert_eq!(real(1, |_| {}).json()["paused_at_least"], false);
}

#[test]
fn a_restore_that_did_not_complete_has_no_recovery_time() {
    assert_eq!(real(1, |_| {}).json()["recovery_seconds"], 7750.0);
    for change in [
        (|summary| summary.outcome = Outcome::Failed) as fn(&mut Summary),
        |summary| summary.phases[2].seconds = None,
        |summary| summary.phases[1].ended_at = None,
    ] {
        assert_eq!(real(1, change).json()["recovery_seconds"], Value::Null);
    }
}

/// A run of which a statement alone says that it was restored.
fn stated(hours: u64, against: &[&str]) -> ListedRun {
    let speaks = |text: &&str| SpeaksAgainst { text: (*text).to_owned(), record: None };
    let against: Vec<_> = against.iter().map(speaks).collect();
    real(hours, |summary| {
        let (since, stated_at, record) = (summary.started_at, summary.started_at, Sequence(9));
        summary.test.recovery.stated_restored =
            Some(StatedRestored { since, stated_at, against: against.clone(), logged: false, record });
    })
}

#[test]
fn a_restore_that_a_statement_alone_shows_is_marked_in_the_list_and_puts_off_no_test_when_in_doubt() {
    let [read, as_stated, doubted] =
        [real(1, |_| {}), stated(2, &[]), stated(3, &["0 of 2,662 objects were counted"])];
    assert!(!line(&read).contains("stated") && line(&as_stated).contains("restored as stated"));
    assert!(line(&doubted).contains("RESTORE IN DOUBT"), "{}", line(&doubted));
    let on = |run: &ListedRun| run.json()["restored_on"].clone();
    assert_eq!((on(&read), on(&as_stated), on(&doubted)), ("read".into(), "stated".into(), "doubted".into()));
    assert_eq!(on(&real(1, |summary| summary.outcome = Outcome::Failed)), Value::Null);
    let [control] = &controls(&[doubted, as_stated], YEAR, after(9))[..] else { panic!("one control") };
    assert_eq!(control.last_restored_at, Some(after(2)), "the one in doubt shows nothing");
    let table = controls_table(std::slice::from_ref(control), 365, page(120));
    assert!(table.contains("restored, in doubt"), "{table}");
}

#[test]
fn every_run_has_the_same_keys_in_json_and_the_unknown_is_null() {
    let damaged = ListedRun { summary: Err(Unread::Empty), ..real(1, |_| {}) };
    let runs = [real(2, |_| {}).json(), run(3, unknown(), |_| {}).json(), damaged.json()];
    let keys = |run: &Value| run.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&runs[0]), keys(&runs[1]));
    assert_eq!(keys(&runs[0]), keys(&runs[2]));
    for key in
        ["bucket", "objects", "recovery_seconds", "paused_seconds", "paused_at_least", "signed_off", "error"]
    {
        assert_eq!(runs[1][key], Value::Null, "{key}");
    }
    let known: Vec<_> = keys(&runs[2]).into_iter().filter(|key| !runs[2][key].is_null()).collect();
    assert_eq!(known, ["error", "live", "run"]);
    insta::assert_snapshot!(keys(&runs[0]).join(" "));
}

#[test]
fn hostile_bytes_of_a_bucket_stay_out_of_the_terminal_and_of_the_columns() {
    let evil = "a\u{1b}[2J\u{9b}1m\n\u{202e}b日本";
    let hostile = || {
        real(1, |summary| {
            summary.bucket.name = Some(evil.to_owned());
            summary.versions.primary.as_mut().unwrap().hostname = Some(evil.to_owned());
        })
    };
    let damaged = ListedRun { summary: Err(Unread::Damaged(evil.to_owned())), ..real(2, |_| {}) };
    let tested = controls(&[hostile()], Elapsed::from_secs(1), at(0));
    for columns in [40, 80, 120] {
        let text = runs_table(
            &[damaged.summary.clone(), hostile().summary]
                .map(|summary| ListedRun { summary, ..real(1, |_| {}) }),
            page(columns),
        ) + &controls_table(&tested, 365, page(columns));
        assert_eq!(text.lines().find_map(harm), None, "{text}");
        assert!(text.contains("\\x1b"), "{text}");
    }
}

const YEAR: Elapsed = Elapsed::from_secs(365 * 86_400);

fn after(hours: u64) -> Timestamp {
    at(hours * 3600)
}

#[test]
fn a_control_is_due_an_interval_after_its_last_restored_test_whatever_failed_since() {
    let runs = [real(30, |summary| summary.outcome = Outcome::Failed), real(20, |_| {}), real(10, |_| {})];
    let [control] = &controls(&runs, YEAR, after(40))[..] else { panic!("one control") };
    assert_eq!((control.tests, control.last_test_at, control.outcome), (3, after(30), Outcome::Failed));
    assert_eq!((control.recovery, control.last_restored_at), (None, Some(after(20))));
    assert_eq!((control.next_due_at, control.overdue), (Some(after(20) + YEAR), false));
    let late = controls(&runs, YEAR, after(21) + YEAR);
    assert!(late[0].overdue && controls_table(&late, 365, page(80)).contains("OVERDUE"));
    let never = controls(&runs[..1], YEAR, after(40));
    assert!(never[0].overdue && never[0].next_due_at.is_none());
    assert!(controls_table(&never, 365, page(80)).contains("NEVER RESTORED"));
}

#[test]
fn rehearsals_copies_and_watches_that_never_began_are_no_tests() {
    let mut copy = real(1, |_| {});
    copy.name = "copy".to_owned();
    let watched_only = run(3, unknown(), |_| {});
    let runs = [run(2, restored(), |_| {}), real(1, |_| {}), copy, watched_only];
    let tested = controls(&runs, YEAR, after(4));
    assert_eq!(tested.len(), 1);
    assert_eq!((tested[0].tests, tested[0].last_test_at), (1, after(1)));
    let begun = run(3, unknown(), |summary| summary.phases[1].started_at = Some(at(5)));
    assert!(begun.summary.as_ref().unwrap().phases[1].name == Phase::Stage1);
    assert_eq!(controls(&[begun], YEAR, after(4))[0].outcome, Outcome::Incomplete);
}

#[test]
fn each_bucket_of_each_primary_is_a_control_and_the_one_due_first_comes_first() {
    let renamed =
        real(40, |summary| summary.versions.primary.as_mut().unwrap().hostname = Some("ava-new".to_owned()));
    let other_bucket = real(10, |summary| summary.bucket.name = Some("finance".to_owned()));
    let other_primary = real(30, |summary| {
        let primary = summary.versions.primary.as_mut().unwrap();
        (primary.hostname, primary.serial) = (Some("ava-two".to_owned()), Some("J2".to_owned()));
        (summary.outcome, summary.simulated) = (Outcome::Incomplete, false);
    });
    let tested = controls(&[renamed, other_primary, real(20, |_| {}), other_bucket], YEAR, after(41));
    insta::assert_snapshot!(controls_table(&tested, 365, page(80)));
    let json = serde_json::to_value(&tested).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json[0]).unwrap());
}
