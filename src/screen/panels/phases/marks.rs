//! Pauses, findings and lost connections as marks on the axis of the phase bar.

use super::super::{Canvas, Line, Picture, Rect, Tone, columns};
use crate::{
    run::{Code, Elapsed, Finding, FindingSeverity, Role, Timestamp},
    screen::paint::{
        Charset,
        axis::{Stretch, cell_of},
        finding_mark,
    },
    text::minute,
};

/// The most pauses that are drawn, the newest ones: a bar has no more cells to tell them apart.
const MAX_PAUSES: usize = 256;

/// Whether there is anything to mark.
pub(crate) fn has_marks(picture: &Picture<'_>) -> bool {
    let run = picture.run;
    let has_finding = asking(picture).any(|finding| lasts(finding) || is_settled(finding));
    has_finding || !run.replication.intervals.is_empty() || !run.outages.is_empty()
}

/// The marks on the cells of the bar themselves, where they have no row: the letters of the keys where pauses begin and
/// end, and the findings that last.
pub(super) fn draw_on_cells(
    picture: &Picture<'_>,
    stretches: &[Stretch],
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let pauses = &picture.run.replication.intervals;
    for pause in pauses.iter().skip(pauses.len().saturating_sub(MAX_PAUSES)) {
        let ends = [(Some(pause.from), "P"), (pause.to, "R")];
        for (at, symbol) in ends.into_iter().filter_map(|(at, symbol)| Some((at?, symbol))) {
            if let Some(cell) = cell_of(stretches, at) {
                put(cell, symbol, Tone::Paused, area, canvas);
            }
        }
    }
    draw_findings(picture, stretches, area, canvas);
}

/// The pauses as lines, broken where replication was not read; the findings and lost connections as symbols above them;
/// the newest of the gravest open ones by name.
pub(super) fn draw(picture: &Picture<'_>, stretches: &[Stretch], area: Rect, canvas: &mut Canvas<'_>) {
    let symbols = canvas.theme.symbols();
    let mut names = Vec::new();
    let pauses = &picture.run.replication.intervals;
    for pause in pauses.iter().skip(pauses.len().saturating_sub(MAX_PAUSES)) {
        let ends = (cell_of(stretches, pause.from), cell_of(stretches, pause.to.unwrap_or(picture.now)));
        let (Some(from), Some(to)) = ends else { continue };
        let to = to.max(from);
        let place = Rect { x: area.x + from, width: (to - from + 1).min(area.width - from), ..area };
        let end = if pause.to.is_some() { symbols.ends } else { symbols.thin_rule };
        let between = usize::from(to - from).saturating_sub(1);
        let line = format!("{}{}", symbols.begins, symbols.thin_rule.repeat(between));
        let line = if to > from { line + end } else { line };
        canvas.over(place, 0, &canvas.line(line, Tone::Paused));
        let until = pause.to.unwrap_or(picture.now);
        for (begin, end) in unread(picture).filter(|(begin, end)| *begin < until && *end > pause.from) {
            let ends = cell_of(stretches, begin).zip(cell_of(stretches, end));
            let broken = ends.map(|(begin, end)| begin.max(from + 1)..=end.min(to.saturating_sub(1)));
            for cell in broken.into_iter().flatten() {
                let gap = if canvas.theme.charset == Charset::Ascii { " " } else { symbols.gap };
                put(cell, gap, Tone::Paused, area, canvas);
            }
        }
        let bound = if pause.from_known { "" } else { "before " };
        let name = canvas.line(format!(" paused {bound}{} ", minute(pause.from, picture.now)), Tone::Paused);
        // Within the line, so that it hides neither the end nor the next pause.
        if columns(&name) + 3 <= place.width {
            names.push((Rect { x: place.x + 2, width: place.width - 2, ..place }, name));
        } else if pause.to.is_none() && place.x + columns(&name) + 3 <= area.right() {
            // One that has only begun will have the name in this place; beyond its line there is nothing yet.
            names.push((Rect { x: place.x + 2, width: columns(&name) + 1, ..place }, name));
        }
    }
    draw_lost(picture, stretches, area, canvas);
    draw_settled(picture, stretches, area, canvas);
    let gravest = gravest_name(picture, stretches, area, canvas);
    let marked = asking(picture).filter(|finding| lasts(finding) || is_settled(finding));
    let found = marked.map(|finding| finding.opened_at);
    let marked = found.chain(picture.run.outages.iter().map(|outage| outage.from));
    let marks: Vec<u16> = marked.filter_map(|at| cell_of(stretches, at)).collect();
    for (place, name) in names {
        let width = columns(&name);
        // A name that a mark cuts says less than none.
        let is_free = |x: &u16| {
            let is_free = |from: u16, to: u16| to <= *x || *x + width <= from;
            marks.iter().all(|cell| is_free(area.x + cell, area.x + cell + 1))
                && gravest.iter().all(|(own, name)| is_free(own.x, own.x + columns(name)))
        };
        if let Some(x) = (place.x..place.right().saturating_sub(width)).find(is_free) {
            canvas.over(Rect { x, width, ..place }, 0, &name);
        }
    }
    if let Some((place, name)) = gravest {
        canvas.over(place, 0, &name);
    }
    draw_findings(picture, stretches, area, canvas);
}

/// Whether it is open, or was acknowledged without an end to its danger.
fn lasts(finding: &Finding) -> bool {
    finding.is_open() || finding.is_accepted_danger()
}

/// The findings that last and ask for something as symbols, the graver over the lighter.
fn draw_findings(picture: &Picture<'_>, stretches: &[Stretch], area: Rect, canvas: &mut Canvas<'_>) {
    let mut findings: Vec<&Finding> = asking(picture).filter(|finding| lasts(finding)).collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        let (symbol, tone) = finding_mark(finding.severity, canvas.theme);
        mark(finding, symbol, tone, stretches, area, canvas);
    }
}

/// When it was not read whether replication is paused.
fn unread<'a>(picture: &Picture<'a>) -> impl Iterator<Item = (Timestamp, Timestamp)> + use<'a> {
    let (run, now) = (picture.run, picture.now);
    let lost = run.outages.iter().filter(|outage| outage.role == Role::Primary);
    let lost = lost.map(move |outage| (outage.from, outage.to.unwrap_or(now)));
    let unreadable = run.findings.iter().filter(|finding| finding.code == Code::ReplicationUnreadable);
    let unreadable = unreadable.map(move |finding| (finding.opened_at, finding.closed_at.unwrap_or(now)));
    let unobserved = run.replication.unobserved_since.map(|since| (since, now));
    let absent = run.absences.iter().map(|absence| (absence.from, absence.to));
    lost.chain(unreadable).chain(unobserved).chain(absent)
}

/// Where a connection was lost; quiet once it stands again.
fn draw_lost(picture: &Picture<'_>, stretches: &[Stretch], area: Rect, canvas: &mut Canvas<'_>) {
    for outage in &picture.run.outages {
        let tone = if outage.to.is_some() { Tone::Quiet } else { Tone::Attention };
        if let Some(cell) = cell_of(stretches, outage.from) {
            put(cell, canvas.theme.symbols().hollow, tone, area, canvas);
        }
    }
}

/// What was over sooner has no mark, unless it endangered the test: each appliance misses an answer now and then.
const MARKED_FROM: Elapsed = Elapsed::from_secs(60);

fn is_settled(finding: &Finding) -> bool {
    let is_short = finding.closed_at.is_some_and(|at| at.since(finding.opened_at) < MARKED_FROM);
    !lasts(finding) && (finding.severity == FindingSeverity::Blocking || !is_short)
}

/// The findings that are settled, the graver over the lighter.
fn draw_settled(picture: &Picture<'_>, stretches: &[Stretch], area: Rect, canvas: &mut Canvas<'_>) {
    let mut settled: Vec<&Finding> = asking(picture).filter(|finding| is_settled(finding)).collect();
    settled.sort_by_key(|finding| finding.severity);
    for finding in settled {
        let (symbol, _) = finding_mark(finding.severity, canvas.theme);
        mark(finding, symbol, Tone::Quiet, stretches, area, canvas);
    }
}

fn mark(
    finding: &Finding,
    symbol: &str,
    tone: Tone,
    stretches: &[Stretch],
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    if let Some(cell) = cell_of(stretches, finding.opened_at) {
        put(cell, symbol, tone, area, canvas);
    }
}

/// Writes a symbol into a cell of the row.
fn put(cell: u16, symbol: &str, tone: Tone, area: Rect, canvas: &mut Canvas<'_>) {
    let place = Rect { x: area.x + cell, width: area.width.saturating_sub(cell), ..area };
    canvas.over(place, 0, &canvas.line(symbol, tone));
}

fn asking<'a>(picture: &Picture<'a>) -> impl Iterator<Item = &'a Finding> + use<'a> {
    picture.run.findings.iter().filter(|finding| finding.severity > FindingSeverity::Info)
}

/// When the gravest finding that lasts opened and what it is, beside its mark: to the right, or where that has no room to
/// the left. One that is open comes before one that was acknowledged.
fn gravest_name(
    picture: &Picture<'_>,
    stretches: &[Stretch],
    area: Rect,
    canvas: &Canvas<'_>,
) -> Option<(Rect, Line<'static>)> {
    let lasting = asking(picture).filter(|finding| lasts(finding));
    let finding = lasting.max_by_key(|finding| (finding.is_open(), finding.severity, finding.opened_at))?;
    let cell = cell_of(stretches, finding.opened_at)?;
    let what = finding.code.name().replace('-', " ");
    let (_, tone) = finding_mark(finding.severity, canvas.theme);
    let acknowledged = if finding.is_open() { "" } else { " ack." };
    let name = format!(" {} {what}{acknowledged} ", minute(finding.opened_at, picture.now));
    let name = canvas.line(name, tone);
    let width = columns(&name);
    let x = if cell + 1 + width <= area.width { cell + 1 } else { cell.saturating_sub(width) };
    (width < area.width).then(|| (Rect { x: area.x + x, width: area.width - x, ..area }, name))
}
