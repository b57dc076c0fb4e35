//! Reports as they are read, and what hostile text cannot do to them.

mod compare;
mod doubts;
mod marks;
mod page;
mod page_one;
mod runs;
mod samples;
pub(crate) mod schema;

use std::{cell::Cell, fs, os::unix::fs::PermissionsExt, path::Path, rc::Rc};

use self::samples::{at, restored, troubled, unknown};
use super::{EXPORTS, ExportError, Report, json, text};
use crate::durability::power::{self, Unforced, nothing_else};
use crate::run::{
    EarliestResume, EarliestResumes, Elapsed, FindingSeverity, GetCount, Known, ObjectCount, Phase, Summary,
};
use crate::text::harm;

fn markdown(summary: &Summary) -> String {
    super::markdown(&Report::of_summary(summary.clone()))
}

fn write_exports(folder: &Path, summary: &Summary) -> Result<(), ExportError> {
    super::write_exports(folder, &Report::of_summary(summary.clone()))
}

#[test]
fn the_report_of_a_restored_run_reads_well() {
    insta::assert_snapshot!(markdown(&restored()));
}

#[test]
fn the_report_of_a_troubled_run_hides_nothing() {
    insta::assert_snapshot!(markdown(&troubled()));
}

#[test]
fn the_report_of_a_run_of_which_nothing_is_known_says_unknown_and_never_zero() {
    insta::assert_snapshot!(markdown(&unknown()));
}

#[test]
fn the_json_has_the_fields_of_the_contract() {
    let text = json(&restored()).unwrap();
    assert!(text.ends_with("}\n"));
    insta::assert_snapshot!(text);
}

#[test]
fn the_closing_lines_say_how_it_came_out_and_where_the_record_lies() {
    let folder = Path::new("/home/kim/.local/state/drwatch/runs/20260913T145504Z-a1b2c3");
    let commands = [("report", "drwatch report 20260913T145504Z-a1b2c3".to_owned())];
    insta::assert_snapshot!(
        [restored(), troubled(), unknown()].map(|summary| text(&summary, folder, &commands)).join("\n")
    );
}

#[test]
fn closing_lines_fit_a_terminal_and_break_between_words() {
    let mut summary = accepted();
    let finding = summary.findings.last_mut().unwrap();
    finding.text = "ava-dr raised the alarm 'cloud bucket inconsistent', and no line since says that it is \
                    settled."
        .to_owned();
    finding.acknowledged = Some("two files known to be gone, of which the owners have copies".to_owned());
    let folder = format!("/runs of kim/{}", "x".repeat(90));
    insta::assert_snapshot!(text(&summary, Path::new(&folder), &[]), @r"
    RESTORED, ALARM NOT SETTLED (simulated): bucket ava400-ks,
    run 20260913T145504Z-a1b2c3
      phases       prepare 00:04:10, stage-1 01:08:34, stage-2 01:00:36,
                   restored 00:11:40
      replication  running; paused in all: 02:25:00
      findings     none open; 1 blocking acknowledged, not settled; 1 of attention
                   acknowledged
      BLOCKING     alarm: ava-dr raised the alarm 'cloud bucket inconsistent', and
                   no line since says that it is settled.
                   Acknowledged by kim at 2026-09-13T16:25:04Z: two files known to
                   be gone, of which the owners have copies (record 79)
      record       /runs of kim/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    ");
}

#[test]
fn unknown_figures_are_null_in_json() {
    let value: serde_json::Value = serde_json::from_str(&json(&unknown()).unwrap()).unwrap();
    for path in ["/bucket/entries", "/download/downloaded", "/download/baseline", "/threads"] {
        assert_eq!(value.pointer(path), Some(&serde_json::Value::Null), "{path}");
    }
    assert_eq!(value.pointer("/replication/paused_seconds"), Some(&serde_json::Value::Null));
}

#[test]
fn a_simulated_run_is_stamped_and_a_real_one_is_not() {
    let folder = Path::new("/runs/x");
    let stamps = |summary: &Summary| {
        let texts = [
            markdown(summary),
            text(summary, folder, &[]),
            json(summary).unwrap().replace("\"simulated\": false", ""),
        ];
        texts.map(|text| text.to_lowercase().contains("simulated"))
    };
    assert_eq!(stamps(&restored()), [true; 3]);
    assert_eq!(stamps(&troubled()), [false; 3]);
}

#[test]
fn a_primary_left_paused_is_said_loudly_and_only_then() {
    let loud = |state| {
        let mut summary = restored();
        summary.replication.state = state;
        [
            markdown(&summary).contains("Replication on the primary was paused when this record ended."),
            text(&summary, Path::new("/x"), &[]).to_lowercase().contains("still paused"),
        ]
    };
    assert_eq!(loud(Known::Paused), [true; 2]);
    for state in [Known::Running, Known::Unknown, Known::Unreadable] {
        assert_eq!(loud(state), [false; 2], "{state:?}");
    }
}

#[test]
fn a_pause_whose_end_was_never_seen_is_warned_of_even_if_the_state_is_no_longer_known() {
    let mut summary = restored();
    summary.replication.intervals[0].to = None;
    for (state, warns) in [(Known::Unreadable, true), (Known::Unknown, true), (Known::Running, false)] {
        summary.replication.state = state;
        let texts = [markdown(&summary), text(&summary, Path::new("/x"), &[])];
        assert_eq!(texts.map(|text| text.to_lowercase().contains("not been seen running")), [warns; 2]);
    }
}

#[test]
fn nothing_counts_as_downloaded_before_stage_1() {
    let mut summary = restored();
    summary.download.downloaded = None;
    let stage_1 = summary.phases.iter_mut().find(|phase| phase.name == Phase::Stage1).unwrap();
    stage_1.ended_at = None;
    let report = markdown(&summary);
    assert!(report.contains("- Downloaded: unknown\n") && !report.contains(" 2,662 |"), "{report}");
}

#[test]
fn what_was_counted_of_a_stage_1_whose_end_was_not_read_is_a_lower_bound_without_a_percentage() {
    let mut summary = restored();
    (summary.download.downloaded, summary.download.mean_per_second) = (None, None);
    let report = markdown(&summary);
    assert!(report.contains("- Downloaded: at least 2,662\n"), "{report}");
    assert!(report.contains("- Mean rate over stage 1: unknown"), "{report}");
    assert!(report.contains("No reading of the counter at the end of stage 1 could be counted"), "{report}");
    assert!(!report.contains("% of those expected"), "{report}");
}

#[test]
fn more_objects_than_expected_are_shown_as_they_are() {
    let mut summary = restored();
    summary.download.downloaded = Some(ObjectCount(3000));
    assert!(markdown(&summary).contains("3,000 (112.6 % of those expected)"));
}

#[test]
fn what_an_earlier_resume_would_have_saved_is_a_length_like_any_other() {
    let mut summary = restored();
    for (seconds, words) in
        [(59, "saved 00:00:59, rec"), (1174, "saved 00:19:34, rec"), (90_061, "saved 25:01:01, rec")]
    {
        summary.exposure.saved_by_resuming_after_stage_1 = Some(Elapsed::from_secs(seconds).into());
        assert!(markdown(&summary).contains(words), "{words}");
    }
    summary.exposure.present_pause = Some(Elapsed::from_secs(5).into());
    summary.phases[3].ended_at = None;
    assert!(markdown(&summary).contains("saved 25:01:01 by the end of the record, record"));
}

#[test]
fn items_still_to_be_done_are_unticked_and_the_optional_ones_say_so() {
    let report = markdown(&restored());
    assert!(report.contains("- [x] Replication on ava-prod runs"));
    assert!(report.contains("- [ ] ava-dr has 128") && report.contains("if wanted.\n"));
    assert!(!markdown(&troubled()).contains("- [x]"));
}

/// Puts `words` into every text of a summary.
fn filled_with(words: &str) -> Summary {
    let mut summary = restored();
    let text = || words.to_owned();
    summary.recorder = text();
    summary.run.0 = text();
    summary.bucket.name = Some(text());
    summary.bucket.other = [(text(), ObjectCount(1))].into();
    for phase in &mut summary.phases {
        phase.evidence.as_mut().unwrap().raw = text();
    }
    for action in &mut summary.actions {
        (action.sent, action.answer, action.reason) = (Some(vec![text()]), Some(text()), Some(text()));
        (action.user, action.state) = (text(), text());
    }
    for finding in &mut summary.findings {
        (finding.text, finding.acknowledged) = (text(), Some(text()));
    }
    let preflight = summary.preflight.as_mut().unwrap();
    for item in &mut preflight.items {
        (item.text, item.remedy) = (text(), Some(text()));
    }
    let resume =
        || Some(EarliestResume { condition: text(), at: None, forecast: false, unsafe_because: None });
    summary.exposure.earliest_safe_resume =
        EarliestResumes { paused_throughout: resume(), resume_after_stage_1: resume() };
    summary.frozen_bucket.at_pause.as_mut().unwrap().counts.name = text();
    for item in &mut summary.cleanup {
        item.text = text();
    }
    let signed = summary.sign_off.as_mut().unwrap();
    (signed.text, signed.user) = (text(), text());
    summary.gaps[0].reason = text();
    (summary.notes[0].text, summary.notes[0].user) = (text(), text());
    summary.versions.drwatch = text();
    summary.versions.dr.as_mut().unwrap().hostname = Some(text());
    let second = summary.download.epochs[0].clone();
    summary.download.epochs.push(second);
    for epoch in &mut summary.download.epochs {
        epoch.reason = text();
    }
    summary
}

#[test]
fn hostile_text_changes_nothing_but_the_words_it_stands_for() {
    let shape =
        |text: &str| text.lines().map(|line| line.len() - line.trim_start().len()).collect::<Vec<_>>();
    let plain = markdown(&filled_with("plain"));
    let hostile = [
        "\u{1b}]0;owned\u{7}\u{1b}[2J",
        "a\n# Heading\n\n| x | y |",
        "`` ` ``` code",
        "x | y || z",
        "<script>alert(1)</script><!-- ",
        "[click](http://evil.example) ![x](y)",
        "\u{202e}desrever\u{2066}\u{feff}",
        "**restored** _now_ ~~x~~ \\",
    ];
    for words in hostile {
        let report = markdown(&filled_with(words));
        assert_eq!(shape(&report), shape(&plain), "{words:?}");
        let closing = text(&filled_with(words), Path::new(words), &[]);
        assert_eq!(report.lines().chain(closing.lines()).find_map(harm), None, "{words:?}");
        // The run has a line of its own where the first one would be too long.
        assert!((6..=7).contains(&closing.lines().count()), "{words:?}\n{closing}");
    }
}

#[test]
fn every_line_of_a_table_has_the_same_number_of_cells_whatever_the_words() {
    let report = markdown(&filled_with("a | b ` | \\| c"));
    let cells = |line: &str| line.replace("\\\\", "").replace("\\|", "").matches('|').count();
    let mut width = None;
    for line in report.lines() {
        let present = line.starts_with('|').then(|| cells(line));
        assert!(width.is_none() || present.is_none() || width == present, "{line}");
        width = present;
    }
}

#[test]
fn exports_are_written_whole_and_replace_former_ones() {
    let folder = tempfile::tempdir().unwrap();
    write_exports(folder.path(), &unknown()).unwrap();
    write_exports(folder.path(), &restored()).unwrap();
    let read = EXPORTS.map(|name| fs::read_to_string(folder.path().join(name)).unwrap());
    assert_eq!(read, [json(&restored()).unwrap(), markdown(&restored())]);
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), EXPORTS.len(), "{names:?}");
    let mode = fs::metadata(folder.path().join(EXPORTS[0])).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The files that a power failure leaves, of which those survive that were never forced down but `is_kept`.
fn left_by_power_failure(is_kept: impl FnMut(Unforced, &Path) -> bool) -> [String; 2] {
    let left = tempfile::tempdir().unwrap();
    power::fail(left.path(), is_kept);
    EXPORTS.map(|name| fs::read_to_string(left.path().join(name)).unwrap_or_default())
}

#[test]
fn a_power_failure_at_any_moment_leaves_each_summary_whole_or_the_former_one() {
    let home = tempfile::tempdir().unwrap();
    let _supply = power::on(home.path());
    let [former, next] = [restored(), Summary { simulated: true, ..restored() }];
    let texts = |summary: &Summary| [json(summary).unwrap(), markdown(summary)];
    write_exports(home.path(), &former).unwrap();
    assert_eq!(left_by_power_failure(nothing_else), texts(&former));
    let looks = Rc::new(Cell::new(0));
    let (looked, known) = (Rc::clone(&looks), [texts(&former), texts(&next)]);
    power::before_each_force(move || {
        let disks: [fn(Unforced, &Path) -> bool; 3] =
            [nothing_else, |what, _| what == Unforced::Names, |_, _| true];
        for is_kept in disks {
            for (file, left) in left_by_power_failure(is_kept).into_iter().enumerate() {
                assert!(known.iter().any(|texts| texts[file] == left), "{}: {left}", EXPORTS[file]);
            }
        }
        looked.set(looked.get() + 1);
    });
    write_exports(home.path(), &next).unwrap();
    power::before_each_force(|| {});
    assert_eq!(looks.get(), 4, "the bytes and the name of each file");
    assert_eq!(left_by_power_failure(nothing_else), texts(&next), "at once");
}

#[test]
fn an_export_that_cannot_be_written_names_the_file_and_leaves_the_former_one() {
    let folder = tempfile::tempdir().unwrap();
    write_exports(folder.path(), &unknown()).unwrap();
    let blocked = folder.path().join(EXPORTS[1]);
    fs::remove_file(&blocked).unwrap();
    fs::create_dir(&blocked).unwrap();
    let error = write_exports(folder.path(), &restored()).unwrap_err();
    assert!(matches!(&error, ExportError::Write { path, .. } if *path == blocked), "{error}");
    let names = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "no temporary file stays behind");
}

/// The restored run with its alarm taken on.
fn accepted() -> Summary {
    let mut summary = restored();
    summary.findings.push(samples::evidence::accepted_alarm());
    summary
}

#[test]
fn an_acknowledged_danger_is_named_with_who_when_and_why_wherever_a_run_is_summed_up() {
    let summary = accepted();
    let when = "2026-09-13T16:25:04";
    let report = markdown(&summary);
    let head = report.split("\n## Test sheet").next().unwrap();
    let words = ["alarm", "cloud bucket inconsistent", "kim", when, "a file known to be gone", "BLOCKING"];
    let closing = text(&summary, Path::new("/x"), &[]).split_whitespace().collect::<Vec<_>>().join(" ");
    for (output, text) in [("head", head), ("text", &closing)] {
        for word in words {
            assert!(text.contains(word), "{word} in the {output}: {text}");
        }
        assert!(text.contains("1 blocking acknowledged, not settled"), "{text}");
    }
    let section = report.split("\n## Findings").nth(1).unwrap();
    assert!(
        section.contains("Acknowledged by `kim` at 2026-09-13T16:25:04Z: a file known to be gone"),
        "{section}"
    );
    let value: serde_json::Value = serde_json::from_str(&json(&summary).unwrap()).unwrap();
    let finding = value["findings"].as_array().unwrap().last().unwrap();
    assert_eq!((&finding["acknowledged_by"], &finding["code"]), (&"kim".into(), &"alarm".into()));
    assert!(finding["acknowledged_at"].as_str().unwrap().starts_with(when), "{finding}");
}

#[test]
fn what_was_settled_or_matters_less_is_not_told_as_an_accepted_danger() {
    let mut summary = accepted();
    let finding = summary.findings.last_mut().unwrap();
    finding.closed_at = Some(at(6000));
    assert!(!text(&summary, Path::new("/x"), &[]).contains("BLOCKING"));
    let finding = summary.findings.last_mut().unwrap();
    (finding.closed_at, finding.severity) = (None, FindingSeverity::Attention);
    assert!(!text(&summary, Path::new("/x"), &[]).contains("BLOCKING"));
}

#[test]
fn what_came_after_stage_1_is_told_beside_the_last_reading() {
    let mut summary = restored();
    let counted = summary.download.epochs.last().unwrap().last;
    summary.download.counter = Some(GetCount(counted.0 + 38));
    assert!(markdown(&summary).contains("of which 38 came after stage 1"), "{}", markdown(&summary));
    summary.download.counter = Some(counted);
    assert!(!markdown(&summary).contains("came after stage 1"));
}

#[test]
fn forecasts_without_an_end_to_judge_them_by_are_not_scored() {
    let scored = |count: usize| {
        let mut summary = restored();
        summary.predictions.truncate(2);
        for (at, made) in summary.predictions.iter_mut().enumerate() {
            made.within = (at < count).then_some(true);
        }
        let report = markdown(&summary);
        report.lines().find(|line| line.contains("be judged")).unwrap().to_owned()
    };
    assert_eq!(scored(0), "None of them can be judged.");
    assert_eq!(scored(1), "1 of 1 prediction that can be judged was right.");
    assert_eq!(scored(2), "2 of 2 predictions that can be judged were right.");
}

#[test]
fn the_closing_lines_give_no_order_of_the_watch_that_is_over() {
    let mut summary = accepted();
    let finding = summary.findings.last_mut().unwrap();
    finding.text = "ava-dr logged the alarm x. Call the vendor, then acknowledge (a).".to_owned();
    finding.to_do = Some("Call the vendor, then acknowledge (a).".to_owned());
    finding.until_settled = Some("do not read files on ava-dr".to_owned());
    let closing = text(&summary, Path::new("/x"), &[]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!closing.contains("(a)") && !closing.contains("Call the vendor"), "{closing}");
    assert!(closing.contains("alarm x. Until it is settled: do not read files on ava-dr."), "{closing}");
}
