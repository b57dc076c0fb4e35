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

impl Row {
    /// 0 where the test or production is endangered, 1 where something is to be settled, 2 for the rest.
    const fn level(&self) -> u8 {
        match self.tone {
            Tone::Danger => 0,
            Tone::Attention => 1,
            _ => 2,
        }
    }
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
                let by = finding.acknowledged_by.as_deref().unwrap_or("somebody");
                let at = finding
                    .acknowledged_at
                    .map_or_else(String::new, |at| format!(" {}", format::minute(at, picture.now)));
                let text = format!("{} (acknowledged by {by}{at}: {reason})", finding.text);
                // What endangers the test goes on to do so: it keeps its mark.
                let is_danger = finding.severity == FindingSeverity::Blocking;
                (if is_danger { symbol } else { theme.symbols().done }, Tone::Quiet, text)
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

/// The title, and what is open beside it; `hidden` of the rows found no room.
fn titles(picture: &Picture<'_>, hidden: usize, width: u16, canvas: &Canvas<'_>) -> [Line<'static>; 2] {
    let open = picture.run.findings.iter().filter(|finding| finding.is_open()).count();
    let title = Line::from(Span::styled("findings", canvas.theme.style(Tone::Strong)));
    let open = if open == 0 { "none open".to_owned() } else { format!("{open} open") };
    let more = if hidden == 0 { String::new() } else { format!(", {hidden} not shown: z") };
    let key = if open == "none open" || !picture.names_keys() { "" } else { ", a acknowledges" };
    // The edge of the frame and the blanks around both titles.
    let room = usize::from(width).saturating_sub(title.width() + 7);
    let variants = [format!("{open}{more}{key}"), format!("{open}{more}"), open];
    let text = variants.into_iter().find(|text| text.len() <= room).unwrap_or_default();
    [title, Line::from(Span::styled(text, canvas.theme.style(Tone::Quiet)))]
}

/// How many rows each of the findings gets, the gravest first, out of `height`; those that get none are left out.
///
/// Severity owns the space: every row of a finding that endangers the test comes before the first of one that asks
/// for attention, and those of both before anything for information.
fn shares(rows: &[Row], wanted: &[usize], height: usize) -> Vec<usize> {
    let mut shares = vec![0; rows.len()];
    let mut left = height;
    // One row stays for what asks for attention, however much the graver say.
    let asks = usize::from(height > 2 && rows.iter().any(|row| row.level() == 1));
    for level in [0, 1, 2] {
        let of_level: Vec<usize> =
            (0..rows.len()).filter(|&row| rows.get(row).is_some_and(|row| row.level() == level)).collect();
        for &row in of_level.iter().take(left) {
            if let Some(share) = shares.get_mut(row) {
                *share = 1;
            }
        }
        left = left.saturating_sub(of_level.len());
        for row in of_level {
            let spare = left.saturating_sub(if level == 0 { asks } else { 0 });
            let more = wanted.get(row).map_or(0, |wanted| wanted.saturating_sub(1)).min(spare);
            if let Some(share) = shares.get_mut(row) {
                *share += more;
            }
            left -= more;
        }
    }
    shares
}

/// Rows that the panel needs so that nothing which asks for attention or more is cut; as many as are granted else.
pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
    let rows = rows(picture, canvas.theme, false);
    let grave = rows.iter().filter(|row| row.level() < 2);
    let lines: usize = grave.map(|row| whole(row, width, canvas).len()).sum();
    u16::try_from(lines).unwrap_or(u16::MAX)
}

/// The findings in a frame.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let height = usize::from(area.height.saturating_sub(2));
    let width = area.width.saturating_sub(4);
    let is_zoomed = picture.scene.view.zoom == Some(Panel::Findings);
    let rows = rows(picture, canvas.theme, is_zoomed);
    let texts: Vec<_> = rows.iter().map(|row| whole(row, width, canvas)).collect();
    let wanted: Vec<usize> = texts.iter().map(Vec::len).collect();
    let shares = shares(&rows, &wanted, height);
    let hidden = if is_zoomed { 0 } else { shares.iter().filter(|share| **share == 0).count() };
    let [title, right] = titles(picture, hidden, area.width, canvas);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if is_zoomed {
        draw_all(picture, &texts.concat(), inner, canvas);
    } else if rows.is_empty() {
        let line = Line::from(vec![
            canvas.span(canvas.theme.symbols().done, Tone::Good),
            canvas.span(" nothing to settle", Tone::Quiet),
        ]);
        canvas.row(inner, 0, &line);
    } else {
        draw_shared(&texts, &shares, inner, canvas);
    }
}

/// Each finding in the rows that it got. Where these are not all it needs, the last shows the cut.
fn draw_shared(texts: &[Vec<Line<'static>>], shares: &[usize], area: Rect, canvas: &mut Canvas<'_>) {
    let mut used = 0;
    for (lines, &share) in texts.iter().zip(shares) {
        for (index, line) in lines.iter().take(share).enumerate() {
            let is_cut = index + 1 == share && lines.len() > share;
            if is_cut {
                let mut line = line.clone();
                line.spans.push(Span::raw(" "));
                line.spans.extend(lines.get(share).and_then(|next| next.spans.last()).cloned());
                line.spans.push(Span::raw(" ".repeat(area.width.into())));
                canvas.row(area, used, &line);
            } else {
                canvas.row(area, used, line);
            }
            used += 1;
        }
    }
}

/// Columns before the text of a finding: the symbol, and the age where there is room.
const fn lead(width: u16) -> u16 {
    if width >= 50 { 14 } else { 2 }
}

/// The whole text of a row, wrapped.
fn whole(row: &Row, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let text = format::clean(&row.text).into_owned();
    let tone = canvas.theme.style(row.tone);
    let plain = if row.tone == Tone::Attention { canvas.theme.style(Tone::Text) } else { tone };
    let quiet = canvas.theme.style(Tone::Quiet);
    let parts = format::wrap(&text, width.saturating_sub(lead(width)).into());
    let line = |(index, part)| {
        let (symbol, age) = if index == 0 { (row.symbol, row.age.as_str()) } else { (" ", "") };
        let age = if lead(width) > 2 { format!("{age:>10}  ") } else { String::new() };
        Line::from(vec![
            Span::styled(format!("{symbol} "), tone),
            Span::styled(age, quiet),
            Span::styled(part, plain),
        ])
    };
    parts.into_iter().enumerate().map(line).collect()
}

/// All findings with their whole text, settled ones too.
fn draw_all(picture: &Picture<'_>, lines: &[Line<'_>], inner: Rect, canvas: &mut Canvas<'_>) {
    let hidden = lines.len().saturating_sub(inner.height.into());
    let from = usize::from(picture.scene.view.findings_from).min(hidden);
    for (row, line) in (0..inner.height).zip(lines.iter().skip(from)) {
        canvas.row(inner, row, line);
    }
}

/// The findings without a frame, the gravest first, and the number of those that have no room.
pub(crate) fn draw_lines(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = rows(picture, canvas.theme, false);
    if rows.is_empty() {
        let line = Line::from(vec![
            canvas.span(canvas.theme.symbols().done, Tone::Good),
            canvas.span(" no findings", Tone::Quiet),
        ]);
        canvas.row(area, 0, &line);
        return;
    }
    let more = rows.len().saturating_sub(area.height.max(1).into());
    let more = if more > 0 { format!("+{more}") } else { String::new() };
    let room = area.width.saturating_sub(u16::try_from(more.len() + 2).unwrap_or(0));
    let texts: Vec<_> = rows.iter().map(|row| whole(row, room, canvas)).collect();
    let wanted: Vec<usize> = texts.iter().map(Vec::len).collect();
    let shares = shares(&rows, &wanted, area.height.into());
    draw_shared(&texts, &shares, Rect { width: room, ..area }, canvas);
    let hidden = shares.iter().filter(|share| **share == 0).count();
    if hidden > 0 && area.height > 0 {
        let more = Line::styled(format!("+{hidden}"), canvas.theme.style(Tone::Quiet));
        let width = u16::try_from(more.width()).unwrap_or(0).min(area.width);
        canvas.row(Rect { x: area.right() - width, width, ..area }, 0, &more);
    }
}
