//! What leaves the screen: copied text, frames as files, and the picture of the README.

use std::path::{Path, PathBuf};

use crossterm::event::KeyCode;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::story::{Story, downloading, dr_away};
use crate::{
    run::Severity,
    screen::{Copied, FrameFormat, Scene, copied, frame_file, still},
};

fn scene(story: &Story) -> Scene<'_> {
    Scene { facts: story.facts(), view: &story.view, theme: &story.theme, journal: &story.journal }
}

fn text(story: &Story, what: Copied) -> String {
    copied(&scene(story), what).unwrap().1
}

/// The frame of a story as a file.
fn file(story: &Story, format: FrameFormat) -> String {
    frame_file(&still(&scene(story), Rect::new(0, 0, 120, 40)), format, "drwatch, a run")
}

#[test]
fn the_newest_line_is_copied_or_the_one_that_is_marked() {
    let mut story = downloading(50);
    story.line(Severity::Info, "the newest \u{1b}]52;c;AAAA\u{7} line", None);
    let newest = text(&story, Copied::LogLine);
    assert!(
        newest.contains("the newest") && !newest.contains('\u{1b}') && !newest.contains('\u{7}'),
        "{newest}"
    );
    story.frame(120, 40);
    story.key(KeyCode::Char('w'));
    assert!(text(&story, Copied::LogLine).contains("GET took 9120 ms"));
}

#[test]
fn a_frozen_display_copies_what_it_shows() {
    let mut story = downloading(50);
    let shown = text(&story, Copied::LogLine);
    story.key(KeyCode::Char(' '));
    story.line(Severity::Info, "a line that arrives meanwhile", None);
    assert_eq!(text(&story, Copied::LogLine), shown);
}

#[test]
fn figures_and_the_next_step_are_the_words_of_the_screen() {
    let story = downloading(68);
    let figures = text(&story, Copied::Figures);
    assert!(figures.contains("/ 2,662") && figures.contains("PAUSED"), "{figures}");
    let step = text(&story, Copied::NextStep);
    assert!(story.frame(200, 50).contains(step.get(..40).unwrap()), "{step}");
}

#[test]
fn the_open_findings_are_copied_with_their_codes() {
    let story = dr_away();
    let copied_text = text(&story, Copied::Findings);
    let open = story.run.open_findings().count();
    assert!(open > 0 && copied_text.lines().count() == open, "{copied_text}");
    let code = story.run.open_findings().next().unwrap().code.name();
    assert!(copied_text.contains(&*code), "{copied_text}");
}

#[test]
fn the_command_of_the_report_names_the_folder_as_a_shell_takes_it() {
    let mut story = downloading(68);
    assert!(copied(&scene(&story), Copied::RunPath).is_err());
    for (folder, quoted) in [
        ("/var/lib/runs/20260913T152926Z-4f0c1a", "/var/lib/runs/20260913T152926Z-4f0c1a"),
        ("/home/kim/my runs/it's", r"'/home/kim/my runs/it'\''s'"),
    ] {
        story.view.run_folder = Some(PathBuf::from(folder));
        assert_eq!(text(&story, Copied::RunPath), folder);
        assert_eq!(text(&story, Copied::ReportCommand), format!("drwatch report {quoted}"));
    }
}

#[test]
fn what_is_copied_is_bounded() {
    let mut story = downloading(68);
    story.view.run_folder = Some(PathBuf::from("/é".repeat(20_000)));
    assert!(text(&story, Copied::RunPath).len() <= 16 * 1024);
}

#[test]
fn a_file_of_text_holds_the_frame() {
    let story = downloading(68);
    assert_eq!(file(&story, FrameFormat::Text).trim_end(), story.frame(120, 40).trim_end());
}

#[test]
fn a_file_with_colours_shows_the_same_on_a_terminal() {
    let story = dr_away();
    let mut parser = vt100::Parser::new(41.try_into().unwrap(), 120.try_into().unwrap(), 0);
    parser.process(file(&story, FrameFormat::Ansi).replace('\n', "\r\n").as_bytes());
    let shown: Vec<String> = parser.screen().rows(0, 120).map(|row| row.trim_end().to_owned()).collect();
    assert_eq!(shown.join("\n").trim_end(), story.frame(120, 40).trim_end());
    let frame = story.frame(120, 40);
    let (row, line) = frame.lines().enumerate().find(|(_, line)| line.contains("▲ ")).unwrap();
    let column = line[..line.rfind("▲ ").unwrap()].chars().count();
    let cell = parser.screen().cell(u16::try_from(row).unwrap(), u16::try_from(column).unwrap()).unwrap();
    assert_eq!(cell.fgcolor(), vt100::Color::Idx(3));
}

#[test]
fn an_svg_picture_escapes_text_and_keeps_columns_and_colours() {
    let mut frame = Buffer::empty(Rect::new(0, 0, 12, 1));
    frame.set_string(0, 0, "a<b>&", Style::new().fg(Color::Rgb(1, 2, 255)));
    frame.set_string(6, 0, "██漢", Style::new().fg(Color::Indexed(16)).add_modifier(Modifier::BOLD));
    frame.set_string(10, 0, "x", Style::new().add_modifier(Modifier::REVERSED));
    let svg = frame_file(&frame, FrameFormat::Svg, "<&>");
    for part in [
        "width=\"96\" height=\"16\"",
        "<title>&lt;&amp;&gt;</title>",
        "<text x=\"0\" y=\"12\" textLength=\"40\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#0102ff\">a&lt;b&gt;&amp;</text>",
        "<rect x=\"48\" y=\"0\" width=\"8\" height=\"16\" fill=\"#000000\" fill-opacity=\"1\"/>",
        "<text x=\"64\" y=\"12\" textLength=\"16\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#000000\" font-weight=\"bold\">漢</text>",
        "<rect x=\"80\" y=\"0\" width=\"8\" height=\"16\" fill=\"#d5d8dc\"/>",
    ] {
        assert!(svg.contains(part), "{part}\nin {svg}");
    }
}

#[test]
fn the_picture_of_the_readme_is_what_the_screen_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("assets/screen.svg");
    let picture = file(&downloading(68), FrameFormat::Svg);
    if std::env::var_os("DRWATCH_WRITE_PICTURES").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == picture, "assets/screen.svg is outdated; run this test with DRWATCH_WRITE_PICTURES=1");
    assert!(std::fs::read_to_string(root.join("README.md")).unwrap().contains("(assets/screen.svg)"));
}
