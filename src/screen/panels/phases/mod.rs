//! The phases: which is over, which is on, and how long each took; as a bar, or in one row.

mod bar;
mod marks;
mod parts;

use std::cmp::Ordering;

pub(crate) use self::{bar::draw as draw_bar, marks::has_marks};
use super::{Canvas, Line, Picture, Rect, Tone, columns};
use crate::{
    run::{Length, Phase, PhaseSpan, Precision, Run, Timestamp},
    screen::paint::phase_title_in,
};

const ALL: [Phase; 5] = [Phase::Prepare, Phase::Stage1, Phase::Stage2, Phase::InUse, Phase::Ended];

/// The first part of the phase in which the restored appliance is used, until it is.
const RESTORED: &str = "restored";

fn short_title(run: &Run, phase: Phase) -> &'static str {
    match phase {
        Phase::Stage1 => "1 metadata",
        Phase::Stage2 => "2 namespace",
        other => phase_title_in(run, other),
    }
}

/// The number of a stage, which is the least that its name keeps.
const fn number(phase: Phase) -> &'static str {
    match phase {
        Phase::Stage1 => "1",
        Phase::Stage2 => "2",
        Phase::Prepare | Phase::InUse | Phase::Ended => "",
    }
}

fn mark(run: &Run, phase: Phase, canvas: &Canvas<'_>) -> (&'static str, Tone) {
    let symbols = canvas.theme.symbols();
    let current = run.phases.current;
    let ended = phase == Phase::Ended && current == Phase::Ended;
    let entered =
        run.phases.span(phase).is_none_or(|span| span.started_at.is_some() || span.ended_at.is_some());
    if run.failed.is_some() && (ended || is_stopped(run, phase)) {
        (symbols.failed, Tone::Danger)
    } else if is_stopped(run, phase) {
        (symbols.stopped, Tone::Attention)
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

/// Whether the test ended within that stage, before the stage did.
fn is_stopped(run: &Run, phase: Phase) -> bool {
    let was_reached = run.phases.span(phase).is_some_and(|span| span.evidence.is_some());
    run.phases.current == Phase::Ended
        && matches!(phase, Phase::Stage1 | Phase::Stage2)
        && was_reached
        && !run.is_stage_complete(phase)
}

/// Since when a phase counts: the restored appliance is in use from the time that is stated.
fn begun(span: &PhaseSpan, picture: &Picture<'_>) -> Option<Timestamp> {
    let used_since = picture.run.in_use_since().filter(|_| span.phase == Phase::InUse);
    used_since.or(span.started_at)
}

/// How long the restored appliance was not in use yet, of the phase that both are; `None` where it was not used in it.
fn restored_before_use(span: &PhaseSpan, picture: &Picture<'_>) -> Option<Length> {
    // Where the length is not known, neither is that part of it.
    span.whole_length(picture.now)?;
    let restored_at = span.started_at.filter(|_| span.phase == Phase::InUse)?;
    let end = span.ended_at.unwrap_or(picture.now);
    let used_since = picture.run.in_use_since().filter(|since| (restored_at..=end).contains(since))?;
    Some(used_since.length_since(restored_at)).filter(|before| *before > Length::ZERO)
}

/// Length of a phase; `~` before one that was not observed at both ends.
fn length(span: &PhaseSpan, picture: &Picture<'_>) -> Option<String> {
    // Where the length is not known, neither is that part of it.
    span.whole_length(picture.now)?;
    let length = span.ended_at.unwrap_or(picture.now).length_since(begun(span, picture)?);
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

/// The timeline in one row, as much of it as fits.
pub(crate) fn draw_line(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let variants = [
        (phase_title_in as Titles, true),
        (short_title, true),
        (phase_title_in, false),
        (short_title, false),
    ];
    let lines = variants.into_iter().map(|(title, times)| line(picture, title, times, canvas));
    let fitting = lines.into_iter().find(|line| line.width() <= usize::from(area.width));
    let line = fitting.unwrap_or_else(|| current_only(picture, area.width, canvas));
    canvas.row(area, 0, &line);
}

type Titles = fn(&Run, Phase) -> &'static str;

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
        let before = span.filter(|_| times).and_then(|span| restored_before_use(span, picture));
        let before = before.map(|before| format!("{RESTORED} {before}, ")).unwrap_or_default();
        line.push_span(canvas.span(symbol, tone));
        let text = format!(" {before}{}{}", title(run, phase), length.unwrap_or_default());
        line.push_span(canvas.owned(text, title_tone(run, phase)));
    }
    line
}

pub(crate) fn name_only(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    canvas.line(short_title(picture.run, picture.run.phases.current), Tone::Strong)
}

/// The marks of all phases, and the present one in words.
pub(crate) fn current_only(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let current = run.phases.current;
    let time = run.phases.span(current).and_then(|span| length(span, picture));
    let time = time.map(|time| format!(" {time}")).unwrap_or_default();
    let name = if width >= 46 { phase_title_in(run, current) } else { short_title(run, current) };
    let line = |with_names: bool| {
        let mut line = Line::default();
        for phase in ALL {
            let (symbol, tone) = mark(run, phase, canvas);
            if phase == current || width >= 34 {
                line.push_span(canvas.span(symbol, tone));
                line.push_span(if with_names && phase > current { "" } else { " " });
            }
            if phase == current {
                line.push_span(canvas.owned(format!("{name}{time} "), Tone::Strong));
            } else if with_names && phase > current {
                line.push_span(canvas.owned(format!("{} ", least_title(phase)), Tone::Quiet));
            }
        }
        line
    };
    let named = line(true);
    if columns(&named) <= width + 1 && width >= 34 { named } else { line(false) }
}

/// The title of a phase to come where there is room for no more.
const fn least_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Stage1 => "1",
        Phase::Stage2 => "2",
        Phase::InUse => "use",
        Phase::Ended => "end",
    }
}
