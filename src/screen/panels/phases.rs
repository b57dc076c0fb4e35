//! The phases on their line: which is over, which is on, and how long each took.

use std::cmp::Ordering;

use super::{Canvas, Line, Picture, Rect, Tone};
use crate::{
    run::{EvidenceSource, Phase, PhaseSpan, Precision, Run},
    screen::paint::phase_title,
    text::minute,
};

const ALL: [Phase; 5] = [Phase::Prepare, Phase::Stage1, Phase::Stage2, Phase::InUse, Phase::Ended];

const fn short_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Stage1 => "1 metadata",
        Phase::Stage2 => "2 namespace",
        other => phase_title(other),
    }
}

fn mark(run: &Run, phase: Phase, canvas: &Canvas<'_>) -> (&'static str, Tone) {
    let symbols = canvas.theme.symbols();
    let current = run.phases.current;
    let ended = phase == Phase::Ended && current == Phase::Ended;
    let entered =
        run.phases.span(phase).is_none_or(|span| span.started_at.is_some() || span.ended_at.is_some());
    if ended && run.failed.is_some() {
        (symbols.failed, Tone::Danger)
    } else if ended || (phase < current && entered) {
        (symbols.done, Tone::Good)
    } else if phase < current {
        (symbols.separator, Tone::Quiet)
    } else if phase == current {
        (symbols.current, Tone::Strong)
    } else {
        (symbols.hollow, Tone::Quiet)
    }
}

/// Length of a phase; `~` before one that was not observed at both ends.
fn length(span: &PhaseSpan, picture: &Picture<'_>) -> Option<String> {
    let length = span.length(picture.now)?;
    let about = span.ended_at.is_some() && span.end_precision != Precision::Observed;
    Some(format!("{}{length}", if about { "~" } else { "" }))
}

fn title_tone(run: &Run, phase: Phase) -> Tone {
    match phase.cmp(&run.phases.current) {
        Ordering::Less => Tone::Text,
        Ordering::Equal => Tone::Strong,
        Ordering::Greater => Tone::Quiet,
    }
}

/// Widths of the columns, as parts of the whole.
const WEIGHTS: [u16; 5] = [22, 27, 29, 22, 10];

/// The timeline in a frame: titles above, times below.
pub(crate) fn draw_framed(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let title = canvas.line("phase", Tone::Strong);
    let right = canvas.line(&picture.run.started.run.0, Tone::Quiet);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if inner.height < 2 || inner.width < 100 {
        draw_line(picture, inner, canvas);
        return;
    }
    let total: u16 = WEIGHTS.iter().sum();
    let mut passed = 0;
    for (phase, weight) in ALL.into_iter().zip(WEIGHTS) {
        // From the sum so far, so that rounding leaves no column over.
        let from = inner.width * passed / total;
        passed += weight;
        let to = inner.width * passed / total;
        let column = Rect { x: inner.x + from, width: to - from, ..inner };
        draw_column(picture, phase, column, canvas);
    }
}

fn draw_column(picture: &Picture<'_>, phase: Phase, column: Rect, canvas: &mut Canvas<'_>) {
    let (symbol, tone) = mark(picture.run, phase, canvas);
    let text = format!(" {} ", phase_title(phase));
    let used = text.len() + 1;
    let rest = usize::from(column.width).saturating_sub(used + 1);
    let rule = if phase == Phase::Ended { String::new() } else { canvas.theme.symbols().rule.repeat(rest) };
    let rule_tone = if phase < picture.run.phases.current { Tone::Good } else { Tone::Quiet };
    let title_tone = title_tone(picture.run, phase);
    canvas.row(column, 0, &canvas.words(&[(symbol, tone), (&text, title_tone), (&rule, rule_tone)]));
    let Some(span) = picture.run.phases.span(phase) else { return };
    let length = format!("  {}", length(span, picture).unwrap_or_default());
    canvas.row(column, 1, &canvas.words(&[(&length, title_tone), (&detail(span, picture), Tone::Quiet)]));
}

/// When, and on what the end rests where that is not the log.
fn detail(span: &PhaseSpan, picture: &Picture<'_>) -> String {
    let minute = |at| minute(at, picture.now);
    let source = span.evidence.as_ref().map(|evidence| evidence.source);
    match (span.started_at, span.ended_at, source) {
        (None, None, _) => String::new(),
        (Some(start), None, _) => format!(" since {}", minute(start)),
        (_, Some(_), Some(EvidenceSource::Attested)) => " stated".to_owned(),
        (_, Some(_), Some(EvidenceSource::Counter)) => " inferred".to_owned(),
        (_, Some(end), Some(EvidenceSource::Log) | None) => format!(" to {}", minute(end)),
    }
}

/// The timeline in one row, as much of it as fits.
pub(crate) fn draw_line(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let variants =
        [(phase_title as Titles, true), (short_title, true), (phase_title, false), (short_title, false)];
    let lines = variants.into_iter().map(|(title, times)| line(picture, title, times, canvas));
    let fitting = lines.into_iter().find(|line| line.width() <= usize::from(area.width));
    let line = fitting.unwrap_or_else(|| current_only(picture, area.width, canvas));
    canvas.row(area, 0, &line);
}

type Titles = fn(Phase) -> &'static str;

fn line(picture: &Picture<'_>, title: Titles, times: bool, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let mut line = Line::default();
    for phase in ALL {
        if phase != Phase::Prepare {
            let tone = if phase <= run.phases.current { Tone::Good } else { Tone::Quiet };
            line.push_span(canvas.owned(format!(" {} ", canvas.theme.symbols().rule), tone));
        }
        let (symbol, tone) = mark(run, phase, canvas);
        let span = run.phases.span(phase).filter(|_| times || phase == run.phases.current);
        let length = span.and_then(|span| length(span, picture)).map(|length| format!(" {length}"));
        line.push_span(canvas.span(symbol, tone));
        let text = format!(" {}{}", title(phase), length.unwrap_or_default());
        line.push_span(canvas.owned(text, title_tone(run, phase)));
    }
    line
}

pub(crate) fn name_only(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    canvas.line(short_title(picture.run.phases.current), Tone::Strong)
}

/// The marks of all phases, and the present one in words.
pub(crate) fn current_only(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let current = run.phases.current;
    let time = run.phases.span(current).and_then(|span| length(span, picture));
    let time = time.map(|time| format!(" {time}")).unwrap_or_default();
    let name = if width >= 46 { phase_title(current) } else { short_title(current) };
    let mut line = Line::default();
    for phase in ALL {
        let (symbol, tone) = mark(run, phase, canvas);
        if phase == current || width >= 34 {
            line.push_span(canvas.span(symbol, tone));
            line.push_span(" ");
        }
        if phase == current {
            line.push_span(canvas.owned(format!("{name}{time} "), Tone::Strong));
        }
    }
    line
}
