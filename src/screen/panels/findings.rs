//! What needs the engineer: appliances that are away, a record that does not reach the disk, and
//! the run's findings, the gravest first.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    run::{Finding, FindingSeverity, Link, Role, Run},
    screen::{
        format,
        kit::Canvas,
        scene::{Picture, RecordingState, Unwritten, appliance, name},
        theme::{Theme, Tone},
        view::Panel,
    },
};

/// The findings in the order of their weight: open before acknowledged before closed, the gravest
/// first, the newest first.
pub(crate) fn sorted(run: &Run) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = run.findings.iter().collect();
    findings.sort_by_key(|finding| {
        let settled = (finding.closed_at.is_some(), finding.acknowledged.is_some());
        (settled, std::cmp::Reverse(finding.severity), std::cmp::Reverse(finding.opened_at))
    });
    findings
}

/// Symbol and tone of a severity.
pub(crate) const fn mark(severity: FindingSeverity, theme: Theme) -> (&'static str, Tone) {
    let symbols = theme.symbols();
    match severity {
        FindingSeverity::Info => (symbols.info, Tone::Text),
        FindingSeverity::Attention => (symbols.attention, Tone::Attention),
        FindingSeverity::Blocking => (symbols.failed, Tone::Danger),
    }
}

struct Row {
    symbol: &'static str,
    tone: Tone,
    age: String,
    text: String,
}

fn rows(picture: &Picture<'_>, theme: Theme, settled: bool) -> Vec<Row> {
    let mut rows = troubles(picture, theme);
    for finding in sorted(picture.run) {
        if finding.closed_at.is_some() && !settled {
            continue;
        }
        let (symbol, tone) = mark(finding.severity, theme);
        let age = format::freshness(picture.now.since(finding.opened_at));
        let (symbol, tone, text) = match (&finding.acknowledged, finding.closed_at) {
            (_, Some(at)) => {
                let text = format!("{} (over since {})", finding.text, format::clock(at));
                (theme.symbols().done, Tone::Quiet, text)
            }
            (Some(reason), None) => {
                let text = format!("{} (acknowledged: {reason})", finding.text);
                (theme.symbols().done, Tone::Quiet, text)
            }
            (None, None) => (symbol, tone, finding.text.clone()),
        };
        rows.push(Row { symbol, tone, age, text });
    }
    rows
}

/// What is wrong with the connections and the record right now.
fn troubles(picture: &Picture<'_>, theme: Theme) -> Vec<Row> {
    let mut rows = Vec::new();
    let symbol = theme.symbols().failed;
    if let RecordingState::Failing(unwritten) = picture.scene.journal {
        let text = unwritten_text(unwritten);
        rows.push(Row { symbol, tone: Tone::Danger, age: String::new(), text });
    }
    for role in [Role::Primary, Role::Dr] {
        let appliance = appliance(picture.run, role);
        let name = name(picture.run, role).unwrap_or("not named");
        let Some(since) = appliance.away() else { continue };
        let text = match &appliance.link {
            Link::Waiting { reason, retry_at } => {
                let retry = format::countdown(retry_at.since(picture.now));
                format!("{role} {name} is away, reconnecting {retry}: {reason}")
            }
            Link::Stopped { reason } if picture.names_keys() => {
                format!("{role} {name} needs you, then R: {reason}")
            }
            Link::Stopped { reason } => format!("{role} {name} is away: {reason}"),
            Link::Absent | Link::Connecting | Link::Connected => {
                format!("{role} {name} is away, reconnecting now")
            }
        };
        let age = format::age(picture.now.since(since));
        rows.push(Row { symbol, tone: Tone::Danger, age, text });
    }
    rows
}

fn unwritten_text(unwritten: &Unwritten) -> String {
    let held = [(unwritten.lines.0, "line"), (unwritten.records, "record")];
    let held: Vec<String> = held
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, of)| format::plural(count, of))
        .collect();
    let held = if held.is_empty() { String::new() } else { format!(" In memory: {}.", held.join(", ")) };
    format!("the record does not reach the disk: {}.{held} Make room or make it writable.", unwritten.reason)
}

fn title(picture: &Picture<'_>, canvas: &Canvas<'_>) -> (Line<'static>, Line<'static>) {
    let open = picture.run.findings.iter().filter(|finding| finding.is_open()).count();
    let title = Line::from(Span::styled("findings", canvas.theme.style(Tone::Strong)));
    let text = match open {
        0 => "none open".to_owned(),
        _ if picture.names_keys() => format!("{open} open, a acknowledges"),
        _ => format!("{open} open"),
    };
    (title, Line::from(Span::styled(text, canvas.theme.style(Tone::Quiet))))
}

/// The findings in a frame.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let (title, right) = title(picture, canvas);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if picture.scene.view.zoom == Some(Panel::Findings) {
        draw_all(picture, inner, canvas);
        return;
    }
    let rows = rows(picture, canvas.theme, false);
    if rows.is_empty() {
        let line = Line::from(vec![
            canvas.span(canvas.theme.symbols().done, Tone::Good),
            canvas.span(" nothing to settle", Tone::Quiet),
        ]);
        canvas.row(inner, 0, &line);
        return;
    }
    // One row each, and what room is left for the whole text of the first ones.
    let height = usize::from(inner.height);
    let shown = if rows.len() > height { height.saturating_sub(1).max(1) } else { rows.len() };
    let mut spare = height - rows.len().min(height);
    let mut used = 0;
    for finding in rows.iter().take(shown) {
        let lines = whole(finding, inner.width, canvas);
        let whole = lines.len() <= spare + 1;
        let lines = if whole { lines } else { vec![line(finding, inner.width, canvas)] };
        spare -= lines.len() - 1;
        for line in &lines {
            canvas.row(inner, used, line);
            used += 1;
        }
    }
    if rows.len() > shown {
        let text = format!("and {} more: z zooms", rows.len() - shown);
        canvas.row(inner, used, &Line::styled(text, canvas.theme.style(Tone::Quiet)));
    }
}

/// Columns before the text of a finding: symbol and age.
const LEAD: u16 = 14;

/// The whole text of a row, wrapped.
fn whole(row: &Row, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let text = format::clean(&row.text).into_owned();
    let tone = canvas.theme.style(row.tone);
    let plain = if row.tone == Tone::Attention { canvas.theme.style(Tone::Text) } else { tone };
    let quiet = canvas.theme.style(Tone::Quiet);
    let parts = format::wrap(&text, width.saturating_sub(LEAD).into());
    let line = |(index, part)| {
        let (symbol, age) = if index == 0 { (row.symbol, row.age.as_str()) } else { (" ", "") };
        Line::from(vec![
            Span::styled(format!("{symbol} "), tone),
            Span::styled(format!("{age:>10}  "), quiet),
            Span::styled(part, plain),
        ])
    };
    parts.into_iter().enumerate().map(line).collect()
}

/// All findings with their whole text, settled ones too.
fn draw_all(picture: &Picture<'_>, inner: Rect, canvas: &mut Canvas<'_>) {
    let rows = rows(picture, canvas.theme, true);
    let lines: Vec<Line<'_>> = rows.iter().flat_map(|row| whole(row, inner.width, canvas)).collect();
    let hidden = lines.len().saturating_sub(inner.height.into());
    let from = usize::from(picture.scene.view.findings_from).min(hidden);
    for (row, line) in (0..inner.height).zip(lines.iter().skip(from)) {
        canvas.row(inner, row, line);
    }
}

fn line(row: &Row, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let text = format::clean(&row.text);
    let age = if width >= 50 { format!("{:>10}  ", row.age) } else { String::new() };
    let room = usize::from(width).saturating_sub(age.len() + 2);
    let text = format::fit(&text, room, canvas.theme.symbols().ellipsis).into_owned();
    let tone = canvas.theme.style(row.tone);
    let plain = if row.tone == Tone::Attention { canvas.theme.style(Tone::Text) } else { tone };
    Line::from(vec![
        Span::styled(format!("{} ", row.symbol), tone),
        Span::styled(age, canvas.theme.style(Tone::Quiet)),
        Span::styled(text, plain),
    ])
}

/// The gravest finding and the number of the others, in one row.
pub(crate) fn draw_line(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = rows(picture, canvas.theme, false);
    let Some(first) = rows.first() else {
        let line = Line::from(vec![
            canvas.span(canvas.theme.symbols().done, Tone::Good),
            canvas.span(" no findings", Tone::Quiet),
        ]);
        canvas.row(area, 0, &line);
        return;
    };
    let more = if rows.len() > 1 { format!("+{}", rows.len() - 1) } else { String::new() };
    let room = area.width.saturating_sub(u16::try_from(more.len() + 2).unwrap_or(0));
    let line = line(first, room, canvas);
    canvas.pair(area, 0, &line, &Line::styled(more, canvas.theme.style(Tone::Quiet)));
}
