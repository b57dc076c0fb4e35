//! Text for the terminal's clipboard, from what the screen shows.

use ratatui::{buffer::Buffer, layout::Rect};

use super::cells::text;
use crate::{
    screen::{
        keys::Copied,
        paint::{Canvas, Drawing, by_weight},
        panels::{objects, phases, replication, strips::next_step},
        scene::{Picture, Scene},
    },
    text::{age, clean},
};

/// The most that is copied; terminals take little more.
const MAX_BYTES: usize = 16 * 1024;

/// Columns of the figures.
const FIGURE_COLUMNS: u16 = 100;

/// What is copied, for the message, and its text; an error says what there is none of.
pub(crate) fn copied(scene: &Scene<'_>, what: Copied) -> Result<(&'static str, String), &'static str> {
    let picture = Picture::of(scene);
    let (name, mut text) = match what {
        Copied::LogLine => ("log line", log_line(scene).ok_or("the log has no line yet")?),
        Copied::Figures => ("figures", figures(&picture)),
        Copied::NextStep => ("next step", next_step::sentence(&picture)),
        Copied::Findings => ("open findings", findings(&picture).ok_or("no finding is open")?),
        Copied::RunPath => ("path of the run", run_path(scene)?),
        Copied::ReportCommand => ("command", format!("drwatch report {}", in_quotes(&run_path(scene)?))),
    };
    text.truncate(text.floor_char_boundary(MAX_BYTES));
    Ok((name, text))
}

/// The marked line, or the newest.
fn log_line(scene: &Scene<'_>) -> Option<String> {
    let newest = scene.view.log_end(&scene.facts).checked_sub(1);
    let row = scene.facts.log.row(scene.view.log.cursor.or(newest)?)?;
    Some(clean(&row.text).into_owned())
}

/// The phase, the objects and replication, as the smallest screen shows them.
fn figures(picture: &Picture<'_>) -> String {
    let area = Rect { x: 0, y: 0, width: FIGURE_COLUMNS, height: 5 };
    let rows = |y, height| Rect { y, height, ..area };
    let mut drawing = Drawing::new(area);
    let mut canvas = Canvas { drawing: &mut drawing, theme: *picture.scene.theme, is_boxed: true };
    phases::draw_line(picture, rows(0, 1), &mut canvas);
    objects::draw_lines(picture, rows(1, 2), &mut canvas);
    replication::draw_lines(picture, rows(3, 2), &mut canvas);
    let mut buffer = Buffer::empty(area);
    drawing.paint(&mut buffer);
    let text = text(&buffer);
    let shown: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    shown.join("\n")
}

fn findings(picture: &Picture<'_>) -> Option<String> {
    let open = by_weight(picture.run).into_iter().filter(|finding| finding.is_open());
    let line = |finding: &crate::run::Finding| {
        let (text, code) = (clean(&finding.text), finding.code.name());
        format!("{text} ({code}, open for {})\n", age(picture.now.since(finding.opened_at)))
    };
    Some(open.map(line).collect::<String>()).filter(|text| !text.is_empty())
}

fn run_path(scene: &Scene<'_>) -> Result<String, &'static str> {
    let folder = scene.view.run_folder.as_ref().ok_or("this session has no run folder")?;
    folder.to_str().map(str::to_owned).ok_or("the path of the run folder is no text")
}

/// A path as a shell takes it.
fn in_quotes(path: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-".contains(character);
    if path.chars().all(is_plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
