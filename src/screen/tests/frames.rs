//! Whole frames, reviewed by eye.

use crossterm::event::{KeyCode, KeyModifiers};
use insta::assert_snapshot;
use ratatui::style::{Color, Modifier};

use super::story::{
    Story, attached_in_stage_2, connected, download, downloading, dr_away, ended, failing, generating,
    identity, in_use, prepared, prepared_with,
};
use crate::{
    run::{ActionKind, Event, Identity, ResumePolicy, Role, RunSettings},
    screen::{Charset, Intent, Palette, RecordingState, Theme},
    text::plural,
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

fn frames(name: &str, story: &Story) {
    for (width, height) in SIZES {
        assert_snapshot!(format!("{name}_{width}x{height}"), story.frame(width, height));
    }
}

#[test]
fn prepare() {
    frames("prepare", &prepared());
}

#[test]
fn prepare_before_the_pause() {
    assert_snapshot!(connected(RunSettings::default()).frame(120, 40));
}

#[test]
fn stage_1_while_replication_is_paused() {
    frames("stage_1", &downloading(68));
}

#[test]
fn stage_1_with_the_dr_appliance_away() {
    frames("dr_away", &dr_away());
}

#[test]
fn all_counted_but_no_marker_yet() {
    frames("awaiting_marker", &downloading(100));
}

#[test]
fn stage_2() {
    frames("stage_2", &generating());
}

#[test]
fn the_restored_appliance_in_use() {
    frames("in_use", &in_use());
}

#[test]
fn the_test_is_over() {
    frames("ended", &ended());
}

#[test]
fn a_wide_and_high_terminal() {
    assert_snapshot!(downloading(68).frame(200, 50));
}

#[test]
fn panels_give_way_down_to_phase_and_replication() {
    let story = downloading(68);
    let sizes = [(40, 8), (30, 6), (30, 3), (40, 2), (46, 1), (24, 1), (12, 1), (8, 2)];
    let frames = sizes.map(|(width, height)| format!("{width}x{height}\n{}", story.frame(width, height)));
    assert_snapshot!(frames.join("\n\n"));
}

#[test]
fn ascii_alone() {
    let mut story = downloading(68);
    story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
    let frame = story.frame(120, 40);
    assert!(frame.is_ascii());
    assert_snapshot!(frame);
}

#[test]
fn the_names_are_asked_for_first() {
    let mut story = connected(RunSettings::default());
    story.key(KeyCode::Char('p'));
    assert_snapshot!("names_120x40", story.frame(120, 40));
    assert_snapshot!("names_80x24", story.frame(80, 24));
}

#[test]
fn the_pause_dialog() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.key(KeyCode::Char('p'));
    story.type_text("ava-pr");
    for (width, height) in SIZES {
        assert_snapshot!(format!("pause_{width}x{height}"), story.frame(width, height));
    }
    story.enter();
    assert_snapshot!("pause_wrong_phrase", story.frame(80, 24));
}

#[test]
fn the_resume_dialog_locked_and_overridden() {
    let mut story = downloading(68);
    story.key(KeyCode::Char('r'));
    assert_snapshot!("resume_locked_120x40", story.frame(120, 40));
    story.type_text("the namespace is needed no more");
    story.enter();
    story.type_text("ava-prod");
    assert_snapshot!("resume_override_80x24", story.frame(80, 24));
}

#[test]
fn the_resume_dialog_asks_for_a_statement_after_stage_1() {
    let settings = RunSettings { resume_policy: ResumePolicy::ResumeAfterStage1, ..RunSettings::default() };
    let mut story = prepared_with(settings);
    download(&mut story, 100);
    story.at(545).marker(crate::run::Marker::DownloadComplete);
    story.key(KeyCode::Char('r'));
    assert_snapshot!(story.frame(120, 40));
}

#[test]
fn the_statement_by_hand() {
    let mut story = downloading(68);
    story.key(KeyCode::Char('s'));
    story.key(KeyCode::Down);
    assert_snapshot!("attest_what", story.frame(80, 24));
    story.enter();
    assert_snapshot!("attest_when", story.frame(80, 24));
    story.enter();
    assert_snapshot!("attest_why", story.frame(80, 24));
}

#[test]
fn the_markers_written_before_the_watch() {
    let mut story = attached_in_stage_2();
    story.view.ask_about_markers(&story.run);
    story.key(KeyCode::Down);
    story.key(KeyCode::Down);
    story.key(KeyCode::Char(' '));
    for (width, height) in SIZES {
        assert_snapshot!(format!("markers_{width}x{height}"), story.frame(width, height));
    }
    story.enter();
    assert_snapshot!("markers_question", story.frame(80, 24));
}

#[test]
fn a_line_like_a_marker_is_a_finding_that_the_markers_dialog_offers() {
    let mut story = downloading(68);
    story.near_miss("Cloud restore phase completed, starting the namespace generation phase");
    story.view.ask_about_markers(&story.run);
    let frame = story.frame(80, 24);
    assert!(frame.contains("This may be the line that ends stage 1"), "{frame}");
    story.key(KeyCode::Char('m'));
    assert_snapshot!("near_miss_80x24", story.frame(80, 24));
    story.key(KeyCode::Char(' '));
    story.enter();
    assert_eq!(
        story.key(KeyCode::Char('y')),
        Some(Intent::ClaimMarkers(vec![story.run.prior_markers[0].place]))
    );
}

#[test]
fn quitting_while_the_primary_is_paused() {
    let mut story = downloading(68);
    story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_snapshot!(story.frame(80, 24));
}

#[test]
fn the_help() {
    let mut story = downloading(68);
    story.key(KeyCode::Char('?'));
    assert_snapshot!("help_120x40", story.frame(120, 40));
    assert_snapshot!("help_80x24", story.frame(80, 24));
}

#[test]
fn acknowledging_and_the_findings_zoomed() {
    let mut story = dr_away();
    story.at(640);
    story.key(KeyCode::Char('a'));
    assert_snapshot!("acknowledge", story.frame(80, 24));
    story.key(KeyCode::Esc);
    story.key(KeyCode::Char('7'));
    assert_snapshot!("findings_zoomed", story.frame(80, 24));
}

#[test]
fn a_search_in_the_log_that_stays_put() {
    let mut story = downloading(68);
    story.frame(120, 40);
    story.key(KeyCode::Char('/'));
    story.type_text("retrying");
    assert_snapshot!("search_typing", story.frame(120, 40));
    story.enter();
    assert_snapshot!("search_hit", story.frame(120, 40));
}

#[test]
fn the_display_frozen() {
    let mut story = downloading(68);
    story.key(KeyCode::Char(' '));
    story.at(600).counter(13_000).requested(ActionKind::Resume, Some("told to"));
    story.line(crate::run::Severity::Error, "[replicator.ERR] (1) never seen while frozen", None);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("never seen while frozen"));
    assert_snapshot!(frame);
}

#[test]
fn a_record_that_does_not_reach_the_disk_is_said_loudly() {
    let mut story = downloading(68);
    story.journal = failing("no space left on device", 0);
    story.run.started.demo = true;
    let frame = story.frame(80, 24);
    assert!(frame.contains("NOT ON DISK") && frame.contains("no space left on device"));
    assert!(frame.contains("SIMULATED"));
}

#[test]
fn a_watch_over_ssh_of_a_simulated_appliance_is_marked_as_a_rehearsal() {
    let mut story = downloading(68);
    assert!(!story.frame(120, 40).contains("REHEARSAL"));
    let identity = Identity { simulated: true, ..identity("ava-dr", "AV4DR0000377") };
    story.record(Event::Identified { role: Role::Dr, identity, raw: String::new() });
    for (width, height) in [(80, 24), (120, 40)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("REHEARSAL") && !frame.contains("SIMULATED"), "{frame}");
    }
    assert!(story.frame(40, 12).contains("SIM"));
}

#[test]
fn lines_that_wait_for_the_disk_are_counted_apart_from_those_on_record() {
    let mut story = downloading(68);
    let recorded = plural(story.run.log.tally.lines.0, "line");
    story.journal = failing("no space left on device", 1_234);
    let frame = story.frame(120, 40);
    assert!(frame.contains(&format!("{recorded} + 1,234 not on disk")), "{frame}");
    assert!(frame.contains("1,234 lines, 3 records"), "{frame}");
    story.journal = RecordingState::Recording;
    let frame = story.frame(120, 40);
    assert!(frame.contains(&recorded) && !frame.contains("not on disk"), "{frame}");
}

#[test]
fn pause_and_freeze_differ_in_colour_and_in_word() {
    let mut story = downloading(68);
    story.key(KeyCode::Char(' '));
    story.at(560);
    let buffer = story.buffer(80, 24);
    let colour_of = |word: &str| {
        let text = story.frame(80, 24);
        let (y, line) = text.lines().enumerate().find(|(_, line)| line.contains(word)).unwrap();
        let x = line[..line.find(word).unwrap()].chars().count();
        buffer[(u16::try_from(x).unwrap(), u16::try_from(y).unwrap())].fg
    };
    assert_eq!(colour_of("DISPLAY FROZEN"), Color::Cyan);
    assert_eq!(colour_of("█▀█ █▀█ █ █"), Color::Yellow);
    assert!(!story.frame(80, 24).contains("DISPLAY PAUSED"));
}

#[test]
fn without_colour_no_cell_has_one_and_danger_still_stands_out() {
    let mut story = dr_away();
    story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Unicode, ..Theme::default() };
    let buffer = story.buffer(120, 40);
    assert!(buffer.content.iter().all(|cell| cell.fg == Color::Reset && cell.bg == Color::Reset));
    assert!(buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::BOLD | Modifier::UNDERLINED)));
}
