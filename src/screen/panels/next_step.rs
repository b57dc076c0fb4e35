//! What the engineer does next, in one or two rows below the phases.

use super::{Canvas, Line, Picture, Rect, Tone, checklist, hanging};
use crate::{
    run::{NextStep, Urgency, next_step},
    text::minute,
};

/// The most rows it takes; what is longer is cut.
const MAX_ROWS: usize = 2;

/// Rows that the step takes at `width` columns.
pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
    u16::try_from(lines(picture, width, canvas).len().min(MAX_ROWS)).unwrap_or(1)
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let mut lines = lines(picture, area.width, canvas);
    let last = usize::from(area.height).saturating_sub(1);
    // What has no row goes on in the last one, at whose end the cut shows.
    let rest = lines.split_off(lines.len().min(last + 1));
    if let Some(line) = lines.last_mut() {
        for more in rest {
            line.push_span(" ");
            line.spans.extend(more.spans.into_iter().skip(1));
        }
    }
    for (row, line) in (0..area.height).zip(&lines) {
        canvas.row(area, row, line);
    }
}

/// The step as a sentence.
pub(crate) fn sentence(picture: &Picture<'_>) -> String {
    text(picture, &step(picture))
}

fn step(picture: &Picture<'_>) -> NextStep {
    next_step(picture.run, picture.now, &checklist::judged(picture))
}

fn lines(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let step = step(picture);
    let (lead, tone) = match step.urgency {
        Urgency::Wait => ("NEXT  ", Tone::Text),
        Urgency::Act => ("NEXT  ", Tone::Strong),
        Urgency::Urgent => ("NOW   ", Tone::Danger),
    };
    let lead_tone = if step.urgency == Urgency::Urgent { Tone::Danger } else { Tone::Key };
    hanging(canvas.line(lead, lead_tone), &text(picture, &step), canvas.theme.style(tone), width.into())
}

fn text(picture: &Picture<'_>, step: &NextStep) -> String {
    let wait = match (step.urgency, step.until) {
        (Urgency::Wait, Some(until)) => {
            format!("Nothing to do before about {}. ", minute(until, picture.now))
        }
        (Urgency::Wait, None) if picture.run.ending.is_none() => "Nothing to do but wait. ".to_owned(),
        _ => String::new(),
    };
    match step.remedy.and_then(|remedy| picture.key_of(remedy)) {
        Some(key) => format!("{wait}{} ({key}).", step.text.trim_end_matches('.')),
        None => format!("{wait}{}", step.text),
    }
}
