//! Pauses and findings as marks on the axis of the phase bar.

use super::super::{Canvas, Line, Picture, Rect, Tone, columns};
use crate::{
    run::{Finding, FindingSeverity},
    screen::paint::{
        axis::{Stretch, cell_of},
        finding_mark,
    },
    text::minute,
};

/// The most pauses that are drawn, the newest ones: a bar has no more cells to tell them apart.
const MAX_PAUSES: usize = 256;

/// The pauses as lines, the findings as symbols above them; the newest of the gravest open ones by name.
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
        let bound = if pause.from_known { "" } else { "before " };
        let name = canvas.line(format!(" paused {bound}{} ", minute(pause.from, picture.now)), Tone::Paused);
        // Within the line, so that it hides neither the end nor the next pause.
        if columns(&name) + 3 <= place.width {
            names.push((Rect { x: place.x + 2, width: place.width - 2, ..place }, name));
        }
    }
    draw_settled(picture, stretches, area, canvas);
    let gravest = gravest_name(picture, stretches, area, canvas);
    let lasting = asking(picture).filter(|finding| lasts(finding));
    let marks: Vec<u16> = lasting.filter_map(|finding| cell_of(stretches, finding.opened_at)).collect();
    for (place, name) in names {
        let end = place.x + columns(&name);
        let is_free = |from: u16, to: u16| to <= place.x || end <= from;
        // A name that a finding cuts says less than none.
        if marks.iter().all(|cell| is_free(area.x + cell, area.x + cell + 1))
            && gravest.iter().all(|(own, name)| is_free(own.x, own.x + columns(name)))
        {
            canvas.over(place, 0, &name);
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
pub(super) fn draw_findings(
    picture: &Picture<'_>,
    stretches: &[Stretch],
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut findings: Vec<&Finding> = asking(picture).filter(|finding| lasts(finding)).collect();
    findings.sort_by_key(|finding| finding.severity);
    for finding in findings {
        let (symbol, tone) = finding_mark(finding.severity, canvas.theme);
        mark(finding, symbol, tone, stretches, area, canvas);
    }
}

/// The settled findings that endangered the test. The others have come and gone: the timeline has them.
fn draw_settled(picture: &Picture<'_>, stretches: &[Stretch], area: Rect, canvas: &mut Canvas<'_>) {
    let is_settled = |finding: &&Finding| finding.severity == FindingSeverity::Blocking && !lasts(finding);
    for finding in asking(picture).filter(is_settled) {
        mark(finding, canvas.theme.symbols().failed, Tone::Quiet, stretches, area, canvas);
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
    let Some(cell) = cell_of(stretches, finding.opened_at) else { return };
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
