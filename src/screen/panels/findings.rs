//! What needs the engineer: appliances that are away, a record that does not reach the disk, and
//! the run's findings, the gravest first.

use super::{Canvas, Line, Picture, Rect, Tone, hanging, right_end};
use crate::{
    run::{Finding, Link, Role},
    screen::{
        keys::Command,
        paint::{
            Theme, by_weight, finding_mark,
            shares::{self, Text, level},
        },
        scene::{RecordingState, Unwritten},
        view::Panel,
    },
    text::{age, countdown, freshness, minute, plural, time_of_day},
};

const DANGER: u8 = level(Tone::Danger);

struct Row {
    symbol: &'static str,
    tone: Tone,
    /// As [`level`] has it; an acknowledged danger still asks for attention.
    level: u8,
    age: String,
    text: String,
}

fn rows(picture: &Picture<'_>, theme: Theme, settled: bool) -> Vec<Row> {
    let mut rows = current_problems(picture, theme);
    for finding in by_weight(picture.run) {
        if finding.closed_at.is_some() && !settled {
            continue;
        }
        let (symbol, tone) = finding_mark(finding.severity, theme);
        let age = freshness(picture.now.since(finding.opened_at));
        let (symbol, tone, text) = match (&finding.acknowledged, finding.closed_at) {
            (_, Some(at)) => {
                let text = format!("{} (over since {})", finding.text, time_of_day(at));
                (theme.symbols().done, Tone::Quiet, text)
            }
            (Some(reason), None) => {
                let by = finding.acknowledged_by.as_deref().unwrap_or("somebody");
                let at = finding
                    .acknowledged_at
                    .map_or_else(String::new, |at| format!(" {}", minute(at, picture.now)));
                // Who has taken it on, and why, is what there is to know now.
                let text = format!("acknowledged by {by}{at} (\"{reason}\"): {}", finding.text);
                // What endangers the test goes on to do so: it keeps its mark.
                let symbol = if finding.is_accepted_danger() { symbol } else { theme.symbols().done };
                (symbol, Tone::Quiet, text)
            }
            (None, None) => (symbol, tone, with_key(finding, picture)),
        };
        let level = if finding.is_accepted_danger() { level(Tone::Attention) } else { level(tone) };
        rows.push(Row { symbol, tone, level, age, text });
    }
    rows.sort_by_key(|row| row.level);
    rows
}

/// The text of a finding, and the key of its remedy where keys do something.
fn with_key(finding: &Finding, picture: &Picture<'_>) -> String {
    match finding.remedy.and_then(|remedy| picture.key_of(remedy)) {
        Some(key) => format!("{} ({key}).", finding.text.trim_end_matches('.')),
        None => finding.text.clone(),
    }
}

/// What is wrong with the connections and the record right now.
fn current_problems(picture: &Picture<'_>, theme: Theme) -> Vec<Row> {
    let mut rows = Vec::new();
    let symbol = theme.symbols().failed;
    if let RecordingState::Failing(unwritten) = picture.scene.journal {
        let text = unwritten_text(unwritten);
        rows.push(Row { symbol, tone: Tone::Danger, level: DANGER, age: String::new(), text });
    }
    for role in [Role::Primary, Role::Dr] {
        let appliance = picture.run.appliance(role);
        let name = picture.run.known_name(role).unwrap_or("not named");
        // A finding of its own says that another machine answers.
        let Some(since) = appliance.away().filter(|_| !appliance.is_stranger()) else { continue };
        let text = match &appliance.link {
            Link::Waiting { reason, retry_at } => {
                let retry = countdown(retry_at.since(picture.now));
                format!("{role} {name} is away, reconnecting {retry}: {reason}")
            }
            Link::Stopped { reason } if picture.names_keys() => {
                let key = picture.key(Command::Reconnect);
                format!("{role} {name} needs you, then {key}: {reason}")
            }
            Link::Stopped { reason } => format!("{role} {name} is away: {reason}"),
            Link::Absent | Link::Connecting | Link::Connected => {
                format!("{role} {name} is away, reconnecting now")
            }
        };
        let age = age(picture.now.since(since));
        rows.push(Row { symbol, tone: Tone::Danger, level: DANGER, age, text });
    }
    rows
}

fn unwritten_text(unwritten: &Unwritten) -> String {
    let held = [(unwritten.lines.0, "line"), (unwritten.records, "record")];
    let held: Vec<String> =
        held.into_iter().filter(|(count, _)| *count > 0).map(|(count, of)| plural(count, of)).collect();
    let held = if held.is_empty() { String::new() } else { format!(" In memory: {}.", held.join(", ")) };
    format!("the record does not reach the disk: {}.{held} Make room or make it writable.", unwritten.reason)
}

/// The title, and what is open beside it; `hidden` of the rows found no room.
fn titles(picture: &Picture<'_>, hidden: usize, width: u16, canvas: &Canvas<'_>) -> [Line<'static>; 2] {
    let open = picture.run.findings.iter().filter(|finding| finding.is_open()).count();
    let title = canvas.line("findings", Tone::Strong);
    let open = if open == 0 { "none open".to_owned() } else { format!("{open} open") };
    let more = if hidden == 0 {
        String::new()
    } else {
        format!(", {hidden} not shown: {}", picture.key(Command::Zoom))
    };
    let key = if open == "none open" || !picture.names_keys() {
        String::new()
    } else {
        format!(", {} acknowledges", picture.key(Command::Acknowledge))
    };
    // The edge of the frame and the blanks around both titles.
    let room = usize::from(width).saturating_sub(title.width() + 7);
    let variants = [format!("{open}{more}{key}"), format!("{open}{more}"), open];
    let text = variants.into_iter().find(|text| text.len() <= room).unwrap_or_default();
    [title, canvas.line(text, Tone::Quiet)]
}

/// Rows that the panel needs so that nothing which asks for attention or more is cut; as many as are granted else.
pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
    let texts = texts(picture, false, width, canvas);
    let lines: usize = texts.iter().filter(|text| text.level < 2).map(|text| text.lines.len()).sum();
    u16::try_from(lines).unwrap_or(u16::MAX)
}

fn texts(picture: &Picture<'_>, settled: bool, width: u16, canvas: &Canvas<'_>) -> Vec<Text> {
    let text = |row: &Row| Text { level: row.level, lines: whole(row, width, canvas) };
    rows(picture, canvas.theme, settled).iter().map(text).collect()
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Findings);
    let height = usize::from(area.height.saturating_sub(2));
    let width = area.width.saturating_sub(4);
    let is_zoomed = picture.scene.view.zoom == Some(Panel::Findings);
    let texts = texts(picture, is_zoomed, width, canvas);
    let shares = shares::shares(&texts, height);
    let hidden = if is_zoomed { 0 } else { shares::hidden(&shares) };
    let [title, right] = titles(picture, hidden, area.width, canvas);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if is_zoomed {
        let lines: Vec<_> = texts.into_iter().flat_map(|text| text.lines).collect();
        canvas.scrolled(inner, picture.scene.view.findings_from, &lines);
    } else if texts.is_empty() {
        draw_none(" nothing to settle", inner, canvas);
    } else {
        shares::draw(&texts, &shares, inner, canvas);
    }
}

fn draw_none(words: &str, area: Rect, canvas: &mut Canvas<'_>) {
    let line = canvas.words(&[(canvas.theme.symbols().done, Tone::Good), (words, Tone::Quiet)]);
    canvas.row(area, 0, &line);
}

/// The whole text of a row, wrapped; its age before it where there is room.
fn whole(row: &Row, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let tone = if row.tone == Tone::Attention { Tone::Text } else { row.tone };
    let age = if width >= 50 { format!("{:>10}  ", row.age) } else { String::new() };
    let lead = canvas.words(&[(&format!("{} ", row.symbol), row.tone), (&age, Tone::Quiet)]);
    hanging(lead, &row.text, canvas.theme.style(tone), width.into())
}

/// The findings without a frame, the gravest first, and the number of those that have no room.
pub(crate) fn draw_lines(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let count = rows(picture, canvas.theme, false).len();
    if count == 0 {
        draw_none(" no findings", area, canvas);
        return;
    }
    let more = if count > usize::from(area.height) { format!("+{count}") } else { String::new() };
    let room = area.width.saturating_sub(u16::try_from(more.len() + 2).unwrap_or(0));
    let texts = texts(picture, false, room, canvas);
    let shares = shares::shares(&texts, area.height.into());
    shares::draw(&texts, &shares, Rect { width: room, ..area }, canvas);
    let hidden = shares::hidden(&shares);
    if hidden > 0 {
        let more = canvas.line(format!("+{hidden}"), Tone::Quiet);
        canvas.row(right_end(area, &more), 0, &more);
    }
}
