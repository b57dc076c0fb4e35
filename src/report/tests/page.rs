//! The page of HTML, and what it has in common with the Markdown.

use std::collections::BTreeSet;

use super::samples::{
    evidence::{accepted_alarm, empty, filled},
    restored,
};
use super::{filled_with, harm};
use crate::report::{
    Collector, Report, cited_records, html, markdown,
    sections::{CONTROLS, PARTS},
};
use crate::run::{EventKind, EvidenceSource, FindingSeverity, Gap, ImportedLog, Phase, Sequence};
use crate::text::iso;

fn page(report: &Report) -> String {
    html(report).unwrap()
}

/// The page of which the style is left out.
fn bare(report: &Report) -> String {
    let page = page(report);
    let (before, rest) = page.split_once("<style>").unwrap();
    format!("{before}{}", rest.split_once("</style>").unwrap().1)
}

#[test]
fn the_page_of_a_report_with_everything_reads_well() {
    insta::assert_snapshot!(bare(&filled()));
}

#[test]
fn the_page_of_a_report_of_which_nothing_is_stated_invents_nothing() {
    insta::assert_snapshot!(bare(&empty()));
}

#[test]
fn the_markdown_of_a_report_with_everything_reads_well() {
    insta::assert_snapshot!(markdown(&filled()));
}

#[test]
fn a_page_asks_for_nothing_and_runs_nothing() {
    for report in [filled(), empty()] {
        let page = page(&report).to_lowercase();
        for word in
            ["<script", "<link", "url(", "@import", "src=", "http://", "https://", "<iframe", "<img", " on"]
        {
            let found: Vec<_> =
                page.match_indices(word).map(|(at, _)| &page[at..(at + 40).min(page.len())]).collect();
            let is_attribute = |found: &&&str| {
                word != " on"
                    || found.split('=').next().is_some_and(|name| {
                        name.len() < 16
                            && found.contains("=\"")
                            && name.trim().chars().all(|c| c.is_ascii_lowercase())
                    })
            };
            assert_eq!(found.iter().find(is_attribute), None, "{word}");
        }
    }
}

#[test]
fn the_axis_ends_with_the_watch_however_late_somebody_signs_or_planned_to_begin() {
    let axis = |report: &Report| {
        let page = page(report);
        page.split("The run on one axis, ").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let mut report = filled();
    let before = axis(&report);
    let end = report.watched_until.unwrap();
    let later = end + crate::run::Elapsed::from_secs(5 * 86_400);
    report.events.push(crate::report::value::Happened {
        at: later,
        record: None,
        offset: None,
        severity: FindingSeverity::Info,
        kind: EventKind::Record,
        text: "Ada Roth signed the record as approver".to_owned(),
    });
    report.summary.test.procedure[0].planned_at = Some(later);
    report.summary.test.issues[0].stated_at = Some(later);
    assert_eq!(axis(&report), before);
    let text = markdown(&report);
    let outside = text.split("### Not on the axis").nth(1).unwrap().split("###").next().unwrap();
    for words in ["planned: ", "was stated, ", "Ada Roth signed the record as approver, "] {
        let line = outside.lines().find(|line| line.contains(words)).unwrap();
        assert!(line.contains(&iso(later)), "{line}");
    }
}

#[test]
fn a_blocking_finding_warns_on_page_one_whether_open_or_acknowledged() {
    let mut report = filled();
    let mut open = accepted_alarm();
    (open.acknowledged, open.acknowledged_by, open.acknowledged_at) = (None, None, None);
    (open.acknowledged_record, open.record) = (None, Sequence(78));
    report.summary.findings.push(open);
    let titles = ["BLOCKING finding, open:", "BLOCKING finding, acknowledged but not settled:"];
    for text in [page(&report), markdown(&report)] {
        // What nobody has taken on comes first.
        let at = titles.map(|title| text.find(title));
        assert!(at[0].is_some() && at[0] < at[1], "{at:?}");
        assert!(at[1] < text.find("Time to recover"), "{at:?}");
        assert!(text.contains("Nobody has acknowledged it."));
    }
    report.summary.findings.last_mut().unwrap().closed_at = Some(report.summary.started_at);
    assert!(!markdown(&report).contains(titles[0]), "a settled one warns of nothing");
}

#[test]
fn lengths_on_a_page_and_in_the_closing_lines_add_up_as_they_are_shown() {
    let after = |millis| restored().started_at + crate::run::Elapsed::from_millis(millis);
    // Each cut to whole seconds by itself, they would read 3:39, 11:59 and 15:39.
    let [began, downloaded, restored_at] = [after(250_700), after(470_500), after(1_190_400)];
    let mut report = filled();
    for (place, (from, to)) in [(1, (began, downloaded)), (2, (downloaded, restored_at))] {
        let phase = &mut report.summary.phases[place];
        (phase.started_at, phase.ended_at, phase.seconds) =
            (Some(from), Some(to), Some(to.length_since(from)));
    }
    let recovery = &mut report.summary.test.recovery;
    (recovery.stage_1, recovery.stage_2) =
        (Some(downloaded.length_since(began)), Some(restored_at.length_since(downloaded)));
    recovery.time_to_restored = Some(restored_at.length_since(began));
    let text = markdown(&report);
    let lines = crate::report::text(&report.summary, std::path::Path::new("/runs/a"), &[]);
    for (whole, length) in
        [("Time to recover", "00:15:40"), ("stage 1 ", "00:03:40"), ("stage 2 ", "00:12:00")]
    {
        assert!(
            text.contains(&format!("{whole}: {length}")) || text.contains(&format!("{whole}{length}")),
            "{whole}"
        );
    }
    assert!(lines.contains("stage-1 00:03:40") && lines.contains("stage-2 00:12:00"), "{lines}");
    let json = serde_json::to_value(&report.summary).unwrap();
    let recovery = &json["recovery"];
    assert_eq!((&recovery["stage_1_seconds"], &json["phases"][1]["seconds"]), (&219.8.into(), &219.8.into()));
}

#[test]
fn a_small_screen_has_drawings_of_its_own_with_letters_of_the_same_size() {
    let page = page(&filled());
    let widths = |class: &str| -> Vec<u32> {
        let drawings = page.split("<svg class=\"").skip(1).filter(|rest| rest.starts_with(class));
        drawings
            .map(|rest| {
                rest.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
            })
            .collect()
    };
    assert_eq!((widths("for-wide"), widths("for-narrow")), (vec![760; 4], vec![340; 4]));
    assert!(
        !page.contains("class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"The run on one axis")
    );
}

#[test]
fn the_time_paused_cites_the_pauses_alone_and_the_exposure_also_what_ended_it() {
    let mut report = filled();
    let pause = report.summary.replication.intervals.last_mut().unwrap();
    (pause.record, pause.end_record) = (Some(Sequence(31)), Some(Sequence(1771)));
    let again = crate::run::ProtectedAgain { record: Some(Sequence(1790)), ..Default::default() };
    report.summary.protected_again = Some(again);
    let text = markdown(&report);
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(line("- Paused in all: ").ends_with("records 31, 1771"), "{}", line("- Paused in all: "));
    let exposed = line("- Unprotected in all: ");
    assert!(exposed.ends_with("records 31, 1771, 1790"), "{exposed}");
}

#[test]
fn drawings_have_neither_fonts_nor_colours_of_their_own() {
    let page = page(&filled());
    let drawings: Vec<_> =
        page.split("<svg").skip(1).map(|rest| rest.split("</svg>").next().unwrap()).collect();
    // Each for a wide page and for a small screen.
    assert_eq!(drawings.len(), 8);
    for drawing in drawings {
        assert!(drawing.contains("role=\"img\"") && drawing.contains("<title") && drawing.contains("<desc"));
        for own in ["font-family", "fill=\"#", "stroke=\"#", "xmlns"] {
            assert!(!drawing.contains(own), "{own} in {drawing}");
        }
    }
}

#[test]
fn every_record_cited_has_its_anchor_and_every_link_leads_somewhere() {
    for report in [filled(), empty(), Report::of_summary(restored())] {
        let page = page(&report);
        let parts = |start: &str| -> BTreeSet<&str> {
            page.split(start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
        };
        let anchors = parts(" id=\"");
        let links = parts("href=\"#");
        assert!(links.is_subset(&anchors), "{:?}", links.difference(&anchors));
        let cited = cited_records(&report);
        for record in &cited {
            assert!(anchors.contains(format!("r{record}").as_str()), "{record}");
        }
        let count = page.matches(" id=\"r").count()
            - usize::from(anchors.contains("readiness"))
            - usize::from(anchors.contains("recovery"))
            - usize::from(anchors.contains("record"));
        assert_eq!(count, cited.len(), "each once");
    }
}

#[test]
fn page_and_markdown_have_the_same_sections_in_the_same_order() {
    let titles: Vec<_> = PARTS.map(|part| part.title).into();
    for report in [filled(), empty()] {
        let page = page(&report);
        let in_page = page.split("<h2>").skip(1).map(|rest| rest.split('<').next().unwrap());
        assert_eq!(in_page.filter(|title| *title != "Contents").collect::<Vec<_>>(), titles);
        let markdown = markdown(&report);
        let in_markdown = markdown.lines().filter_map(|line| line.strip_prefix("## "));
        assert_eq!(in_markdown.collect::<Vec<_>>(), titles);
    }
}

#[test]
fn hostile_text_comes_out_as_words_in_a_page() {
    let hostile = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='x",
        "\u{1b}]0;owned\u{7}\u{1b}[2J",
        "\u{202e}desrever\u{2066}\u{feff}",
        "</style></title>",
        "{{ 7 * 7 }} {% raw %}",
    ];
    let tags = |page: &str| page.matches('<').count();
    let plain = tags(&page(&Report::of_summary(filled_with("plain"))));
    for words in hostile {
        let page = page(&Report::of_summary(filled_with(words)));
        assert_eq!(tags(&page), plain, "{words:?}");
        assert_eq!(page.lines().find_map(harm), None, "{words:?}");
        assert!(!page.contains("<img") && !page.contains("<script"), "{words:?}");
    }
}

#[test]
fn an_accepted_danger_stands_before_the_verdict_with_who_when_and_why() {
    let report = filled();
    let page = page(&report);
    let head = page.split("<section").next().unwrap();
    let markdown = markdown(&report);
    let of_markdown = markdown.split("\n## ").next().unwrap();
    for head in [head, of_markdown] {
        for word in [
            "alarm",
            "cloud bucket inconsistent",
            "kim",
            "2026-09-13T16:25:04Z",
            "a file known to be gone",
            "BLOCKING",
        ] {
            assert!(head.contains(word), "{word}: {head}");
        }
    }
}

#[test]
fn the_axis_of_an_imported_run_leaves_out_the_year_of_log_before_its_restore() {
    let mut report = filled();
    let summary = &mut report.summary;
    let early = summary.started_at.shifted(chrono::TimeDelta::days(-500));
    (summary.started_at, summary.phases[0].started_at) = (early, Some(early));
    let first_day = iso(early).split('T').next().unwrap().to_owned();
    let axis = |report: &Report| {
        let page = page(report);
        let title = page.split("The run on one axis, ").nth(1).unwrap();
        title.split('<').next().unwrap().to_owned()
    };
    assert!(axis(&report).contains(&first_day), "what was watched is drawn: {}", axis(&report));
    report.summary.imported = Some(ImportedLog { made_at: report.summary.started_at, files: Vec::new() });
    assert!(!axis(&report).contains(&first_day), "{}", axis(&report));
    let page = markdown(&report);
    let outside = page.split("which begins shortly before the restore").nth(1).unwrap();
    assert!(
        outside.trim_start().starts_with(&format!("- the log before the restore, from {first_day}")),
        "{outside}"
    );
}

#[test]
fn a_run_without_an_end_and_one_with_holes_say_so_at_the_top() {
    let heads = |report: &Report| {
        [
            page(report).split("<section").next().unwrap().to_owned(),
            markdown(report).split("\n## ").next().unwrap().to_owned(),
        ]
    };
    for head in heads(&empty()) {
        assert!(head.contains("RUNNING") && !head.contains("SIMULATED") && !head.contains("holes"), "{head}");
    }
    let mut report = empty();
    report.cut_short();
    for head in heads(&report) {
        assert!(head.contains("CUT SHORT") && !head.contains("RUNNING"), "{head}");
    }
    report = filled();
    report.cut_short();
    for head in heads(&report) {
        assert!(head.contains("holes") && head.contains("1 gap") && head.contains("SIMULATED"), "{head}");
        assert!(!head.contains("CUT SHORT"), "{head}");
    }
}

#[test]
fn the_control_map_supports_and_never_complies() {
    assert_eq!(CONTROLS.len(), 11);
    let known: BTreeSet<_> = PARTS.map(|part| part.id).into();
    for control in CONTROLS.iter() {
        assert!(!control.sections.is_empty());
        for section in &control.sections {
            assert!(known.contains(section.as_str()), "{section}");
        }
        let words =
            [&control.framework, &control.reference, &control.asks, &control.supports, &control.not_shown];
        for word in words {
            let word = word.to_lowercase();
            assert!(
                !word.is_empty()
                    && !["compli", "satisf", "fulfil", "meets"].iter().any(|claim| word.contains(claim)),
                "{word}"
            );
        }
    }
}

#[test]
fn a_word_that_is_too_long_for_a_column_may_be_broken() {
    let mut report = filled();
    let address = "https://wiki.example.com/continuity/plans/2026/business-impact-analysis";
    report.summary.test.test_sheet.sheet.criteria[0].source = Some(address.to_owned());
    let page = page(&report);
    assert!(page.contains(&format!("<span class=\"long\">{address}</span>")), "{page}");
    assert!(page.contains("td > .long { overflow-wrap: anywhere; }"));
}

#[test]
fn readiness_before_a_start_that_was_only_stated_is_no_readiness_before_the_service() {
    let mut report = filled();
    let words = |report: &Report| {
        let page = markdown(report);
        page.lines().find(|line| line.starts_with("**GO** at")).unwrap().to_owned()
    };
    assert!(words(&report).ends_with("nothing it rests on changed before the DR service was started."));
    let judged_at = report.summary.preflight.as_ref().unwrap().at;
    report.summary.phases[0].evidence.as_mut().unwrap().source = EvidenceSource::Attested;
    let stated = words(&report);
    assert!(
        stated.ends_with("nothing it rests on changed before stage 1 was stated to have begun."),
        "{stated}"
    );
    report.summary.phases[0].ended_at = Some(judged_at.shifted(chrono::TimeDelta::minutes(-5)));
    let back_dated = words(&report);
    assert!(back_dated.contains("later than the start of stage 1 that was stated, "), "{back_dated}");
    report.summary.phases[0].ended_at = None;
    let unseen = words(&report);
    assert!(unseen.ends_with("; when stage 1 began is unknown."), "{unseen}");
    for phase in &mut report.summary.phases {
        (phase.ended_at, phase.evidence) = (None, None);
    }
    let never = words(&report);
    assert!(never.ends_with("before the end of the record. Stage 1 did not begin."), "{never}");
}

#[test]
fn how_a_redacted_report_is_compared_is_said_whole() {
    let mut report = filled();
    let redactor = Collector::default().redactor(b"key").unwrap();
    report.summary.redacted = Some(redactor.redaction(&report.summary.run));
    let page = markdown(&report);
    let banner = page.lines().find(|line| line.contains("replaced by words. Free text")).unwrap();
    assert!(!banner.contains("more characters"), "{banner}");
    assert!(banner.contains("ask them for the key in `redaction.key` and compare: `printf"), "{banner}");
    assert!(banner.contains(&format!("can: `drwatch verify {}`, then", report.summary.run)), "{banner}");
}

#[test]
fn no_curve_leads_through_what_was_not_watched() {
    let mut report = filled();
    report.summary.gaps.clear();
    let whole = page(&report);
    assert!(!whole.contains("not watched: nothing was read"));
    let began =
        report.summary.phases.iter().find(|phase| phase.name == Phase::Stage1).unwrap().started_at.unwrap();
    let from = began + crate::run::Elapsed::from_secs(1001);
    let to = began + crate::run::Elapsed::from_secs(1099);
    let reason = "drwatch was not running".to_owned();
    report.summary.gaps = vec![Gap { from, to, offset: crate::run::LogOffset(0), reason, record: None }];
    let broken = page(&report);
    assert!(broken.contains("not watched: nothing was read"));
    let lines = |page: &str| page.matches("<polyline").count();
    assert!(lines(&broken) > lines(&whole), "{} {}", lines(&broken), lines(&whole));
}
