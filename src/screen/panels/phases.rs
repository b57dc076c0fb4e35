//! The phases on their line: which is over, which is on, and how long each took.

use ratatui::style::Style;

use super::{Canvas, Line, Picture, Rect, Span, Tone};
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

/// Symbol and tone of a phase.
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

fn style(run: &Run, phase: Phase, canvas: &Canvas<'_>) -> Style {
    let tone = match phase.cmp(&run.phases.current) {
        std::cmp::Ordering::Less => Tone::Text,
        std::cmp::Ordering::Equal => Tone::Strong,
        std::cmp::Ordering::Greater => Tone::Quiet,
    };
    canvas.theme.style(tone)
}

/// Widths of the columns, as parts of the whole.
const WEIGHTS: [u16; 5] = [22, 27, 29, 22, 10];

/// The timeline in a frame: titles above, times below.
pub(crate) fn draw_framed(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let title = Line::from(canvas.span("phase", Tone::Strong));
    let right = Line::from(canvas.span(&picture.run.started.run.0, Tone::Quiet));
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if inner.height < 2 || inner.width < 100 {
        draw_line(picture, inner, canvas);
        return;
    }
    let total: u16 = WEIGHTS.iter().sum();
    let mut passed = 0;
    for (phase, weight) in ALL.into_iter().zip(WEIGHTS) {
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
    let line = Line::from(vec![
        canvas.span(symbol, tone),
        Span::styled(text, style(picture.run, phase, canvas)),
        Span::styled(rule, canvas.theme.style(rule_tone)),
    ]);
    canvas.row(column, 0, &line);
    let Some(span) = picture.run.phases.span(phase) else { return };
    let length = length(span, picture).unwrap_or_default();
    let line = Line::from(vec![
        Span::styled(format!("  {length}"), style(picture.run, phase, canvas)),
        Span::styled(detail(span, picture), canvas.theme.style(Tone::Quiet)),
    ]);
    canvas.row(column, 1, &line);
}

/// When, and on what the end rests where that is not the log.
fn detail(span: &PhaseSpan, picture: &Picture<'_>) -> String {
    let minute = |at| minute(at, picture.now);
    let source = span.evidence.as_ref().map(|evidence| evidence.source);
    let source = match source {
        Some(EvidenceSource::Attested) => Some("stated"),
        Some(EvidenceSource::Counter) => Some("inferred"),
        Some(EvidenceSource::Log) | None => None,
    };
    match (span.started_at, span.ended_at) {
        (None, None) => String::new(),
        (Some(start), None) => format!(" since {}", minute(start)),
        (_, Some(end)) => {
            source.map_or_else(|| format!(" to {}", minute(end)), |source| format!(" {source}"))
        }
    }
}

/// The timeline in one row, as much of it as fits.
pub(crate) fn draw_line(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let fits = |line: &Line<'_>| line.width() <= usize::from(area.width);
    let variants = [
        (phase_title as fn(Phase) -> &'static str, true),
        (short_title, true),
        (phase_title, false),
        (short_title, false),
    ];
    for (title, times) in variants {
        let line = line(picture, title, times, canvas);
        if fits(&line) {
            canvas.row(area, 0, &line);
            return;
        }
    }
    let line = current_only(picture, area.width, canvas);
    canvas.row(area, 0, &line);
}

fn line(
    picture: &Picture<'_>,
    title: fn(Phase) -> &'static str,
    times: bool,
    canvas: &Canvas<'_>,
) -> Line<'static> {
    let run = picture.run;
    let mut spans = Vec::new();
    for phase in ALL {
        if phase != Phase::Prepare {
            let tone = if phase <= run.phases.current { Tone::Good } else { Tone::Quiet };
            let rule = canvas.theme.symbols().rule;
            spans.push(Span::styled(format!(" {rule} "), canvas.theme.style(tone)));
        }
        let (symbol, tone) = mark(run, phase, canvas);
        spans.push(Span::styled(symbol, canvas.theme.style(tone)));
        let style = style(run, phase, canvas);
        spans.push(Span::styled(format!(" {}", title(phase)), style));
        let shown = times || phase == run.phases.current;
        if let Some(length) = run.phases.span(phase).filter(|_| shown).and_then(|span| length(span, picture))
        {
            spans.push(Span::styled(format!(" {length}"), style));
        }
    }
    Line::from(spans)
}

/// The present phase's name alone.
pub(crate) fn name_only(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let current = picture.run.phases.current;
    Line::styled(short_title(current), canvas.theme.style(Tone::Strong))
}

/// The marks of all phases, and the present one in words.
pub(crate) fn current_only(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let current = run.phases.current;
    let time = run.phases.span(current).and_then(|span| length(span, picture));
    let time = time.map(|time| format!(" {time}")).unwrap_or_default();
    let strong = canvas.theme.style(Tone::Strong);
    let name = if width >= 46 { phase_title(current) } else { short_title(current) };
    let mut spans = Vec::new();
    for phase in ALL {
        let (symbol, tone) = mark(run, phase, canvas);
        let present = phase == current;
        if present || width >= 34 {
            spans.push(Span::styled(symbol, canvas.theme.style(tone)));
            spans.push(Span::raw(" "));
        }
        if present {
            spans.push(Span::styled(format!("{name}{time} "), strong));
        }
    }
    Line::from(spans)
}
