//! The phase bar: a row of names, and below it one of cells whose lengths are times. What is still to come is dotted, in
//! proportion where there is a forecast.

use std::cmp::Ordering;

use super::{
    super::{Canvas, Line, Picture, Rect, Span, Tone, below, columns},
    is_stopped, length, mark, marks, short_title, title_tone,
};
use crate::{
    run::{Band, Elapsed, EvidenceSource, Forecast, Phase, PhaseSpan, Timestamp, forecast},
    screen::{
        paint::{
            axis::{Extent, Stretch, cell_of, cells, moment_in},
            phase_title,
        },
        view::TimeAxis,
    },
    text::{age, freshness, minute},
};

/// What a part of the bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A phase that is over, or the time that the present one has taken.
    Passed,
    /// A phase that is over, of unknown length.
    Unknown,
    /// Until the earliest end that is forecast.
    Forecast,
    /// From then on until the latest.
    Margin,
    /// The rest of the present phase, of which nothing is forecast.
    Open,
    /// A phase not reached.
    Later,
    /// The end of the run.
    End,
}

/// One part of the bar; a phase has several where it is under way.
#[derive(Clone, Copy)]
struct Part {
    phase: Phase,
    kind: Kind,
    extent: Extent,
    times: Option<(Timestamp, Timestamp)>,
}

/// The cells of the part whose length is unknown, wide enough for the note in it.
const OPEN_CELLS: u16 = 14;

/// The moment up to which the bar is drawn: it moves on in steps of one or two cells, and not each boundary and mark by
/// itself, as every change costs bytes of a slow line.
fn drawn_until(picture: &Picture<'_>, width: u16) -> Timestamp {
    let begun = picture.run.started_at;
    let passed = picture.now.since(begun).millis();
    let step = (passed / u64::from(width.max(1))).max(1).checked_next_power_of_two().unwrap_or(1);
    begun + Elapsed::from_millis(passed - passed % step)
}

/// The parts of the bar of `width` cells from left to right.
fn parts(picture: &Picture<'_>, width: u16) -> Vec<Part> {
    let (run, now) = (picture.run, picture.now);
    let drawn_until = drawn_until(picture, width);
    let current = run.phases.current;
    let mut parts = Vec::new();
    for span in &run.phases.spans {
        let phase = span.phase;
        let part = |kind, extent, times| Part { phase, kind, extent, times };
        // Beside the name: a symbol, the separator and a blank.
        let named = Extent::Cells(u16::try_from(short_title(phase).len()).unwrap_or(0) + 5);
        if phase > current {
            parts.push(part(Kind::Later, named, None));
            continue;
        }
        match (span.started_at, span.length(drawn_until)) {
            (Some(from), Some(length)) => {
                parts.push(part(Kind::Passed, Extent::Time(length), Some((from, from + length))));
            }
            // Left out of the run, as by an engineer who declares the test over.
            (None, _) if span.ended_at.is_none() && phase < current => {}
            _ => parts.push(part(Kind::Unknown, named, None)),
        }
        if phase == current {
            match forecast(run, now).end {
                Some(Band { earliest: soonest, latest, .. }) => {
                    parts.push(part(Kind::Forecast, Extent::Time(soonest.since(now)), None));
                    parts.push(part(Kind::Margin, Extent::Time(latest.since(soonest.max(now))), None));
                }
                None if matches!(phase, Phase::Stage1 | Phase::Stage2) => {
                    parts.push(part(Kind::Open, Extent::Cells(OPEN_CELLS), None));
                }
                None => {}
            }
        }
    }
    if current == Phase::Ended {
        parts.push(Part { phase: current, kind: Kind::End, extent: Extent::Cells(10), times: None });
    }
    parts
}

/// Draws names, cells and, in a third row, the marks of pauses and findings. Where there is no third row the findings
/// are marked on the cells.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height < 2 {
        super::draw_line(picture, area, canvas);
        return;
    }
    let parts = parts(picture, area.width);
    let extents: Vec<Extent> = parts.iter().map(|part| part.extent).collect();
    let cells = cells(&extents, area.width);
    let mut placed = Vec::new();
    let mut first_cell = 0;
    for (part, cells) in parts.into_iter().zip(cells) {
        placed.push((part, first_cell, cells));
        first_cell += cells;
    }
    draw_names(picture, &placed, area, canvas);
    draw_cells(picture, &placed, area, canvas);
    let stretches: Vec<Stretch> = placed.iter().filter_map(stretch).collect();
    let (from, to) = (picture.run.started_at, drawn_until(picture, area.width));
    let passed: u16 = stretches.iter().map(|stretch| stretch.cells).sum();
    let step = Elapsed::from_millis((to.since(from).millis() / u64::from(passed.max(1))).max(1));
    let cursor = picture.cursor().and_then(|at| cell_of(&stretches, at));
    let moments = moments(&placed, &stretches, area.width, to);
    picture.note_place(|places| {
        places.axis(TimeAxis { from, to, step });
        // The names above their phases are not to scale.
        places.times(below(area, 1), moments, cursor);
    });
    if area.height > 2 {
        marks::draw(picture, &stretches, Rect { y: area.y + 2, height: 1, ..area }, canvas);
    } else {
        marks::draw_findings(picture, &stretches, Rect { y: area.y + 1, height: 1, ..area }, canvas);
    }
    if let Some(cell) = cursor {
        let mark = canvas.line(canvas.theme.symbols().cursor, Tone::Chosen);
        let place = Rect { x: area.x + cell, width: area.width.saturating_sub(cell).min(1), ..area };
        canvas.over(place, 1, &mark);
    }
}

/// The moment of each cell. What is still to come lies ahead of any cursor: its cells have the last moment drawn.
fn moments(
    placed: &[(Part, u16, u16)],
    stretches: &[Stretch],
    width: u16,
    drawn_until: Timestamp,
) -> Vec<Option<Timestamp>> {
    let passed = placed.iter().filter(|(part, ..)| matches!(part.kind, Kind::Passed | Kind::Unknown));
    let ahead = passed.map(|(_, first_cell, cells)| first_cell + cells).max().unwrap_or(0);
    let moment = |cell| if cell < ahead { moment_in(stretches, cell) } else { Some(drawn_until) };
    (0..width).map(moment).collect()
}

fn stretch((part, first_cell, cells): &(Part, u16, u16)) -> Option<Stretch> {
    let (from, to) = part.times?;
    Some(Stretch { from, to, first_cell: *first_cell, cells: *cells })
}

fn draw_cells(picture: &Picture<'_>, placed: &[(Part, u16, u16)], area: Rect, canvas: &mut Canvas<'_>) {
    let symbols = canvas.theme.symbols();
    let mut line = Line::default();
    let mut is_beside = false;
    for (part, _, cells) in placed {
        let cells = usize::from(*cells);
        let (symbol, tone) = match part.kind {
            Kind::Passed if part.phase == picture.run.phases.current => (symbols.full, Tone::Progress),
            Kind::Passed => {
                // Two phases side by side differ by more than the name above.
                is_beside = !is_beside;
                (if is_beside { symbols.past } else { symbols.past_beside }, Tone::Quiet)
            }
            Kind::Unknown => (symbols.empty, Tone::Quiet),
            Kind::Forecast => (symbols.gap, Tone::Progress),
            Kind::Margin | Kind::Open | Kind::Later => (symbols.gap, Tone::Quiet),
            Kind::End => (" ", Tone::Quiet),
        };
        let begins = if part.kind == Kind::Later { symbols.boundary } else { symbol };
        line.push_span(canvas.owned(if cells > 0 { begins } else { "" }, tone));
        line.push_span(canvas.owned(symbol.repeat(cells.saturating_sub(1)), tone));
    }
    canvas.row(area, 1, &line);
}

/// The name of the present phase: its line, where that begins, and the note on the rest behind it.
struct Present {
    name: Line<'static>,
    x: u16,
    note: Option<(Line<'static>, u16)>,
}

/// The names above their phases; the present one has its whole name, and the others what room that leaves.
fn draw_names(picture: &Picture<'_>, placed: &[(Part, u16, u16)], area: Rect, canvas: &mut Canvas<'_>) {
    let symbols = canvas.theme.symbols();
    let separator =
        |first_cell: u16| if first_cell == 0 { String::new() } else { format!("{} ", symbols.boundary) };
    let current = picture.run.phases.current;
    let phases = || placed.chunk_by(|(one, ..), (next, ..)| one.phase == next.phase);
    let is_current =
        |chunk: &&[(Part, u16, u16)]| chunk.first().is_some_and(|(part, ..)| part.phase == current);
    let present = phases().find(is_current).and_then(|chunk| {
        let (_, first_cell, _) = chunk.first()?;
        let names = names(picture, current, &separator(*first_cell), canvas);
        present(picture, chunk, &names, area.width, canvas)
    });
    let taken = present.as_ref().map_or(0..0, |present| present.x..present.x + columns(&present.name));
    for chunk in phases().filter(|chunk| !is_current(chunk)) {
        let Some((part, first_cell, _)) = chunk.first() else { continue };
        let end = first_cell + chunk.iter().map(|(.., cells)| cells).sum::<u16>();
        let (from, to) = if part.phase < current {
            (*first_cell, if taken.is_empty() { end } else { end.min(taken.start) })
        } else {
            (taken.end.max(*first_cell), end)
        };
        let place = Rect { x: area.x + from.min(area.width), width: to.saturating_sub(from), ..area };
        let mut names = names(picture, part.phase, &separator(*first_cell), canvas).into_iter();
        // A blank at the end, so that two names do not touch.
        canvas.row(place, 0, &names.find(|name| columns(name) < place.width).unwrap_or_default());
    }
    let Some(Present { name, x, note }) = present else { return };
    canvas.row(Rect { x: area.x + x, width: area.width - x, ..area }, 0, &name);
    if let Some((note, x)) = note {
        canvas.row(Rect { x: area.x + x, width: area.width - x, ..area }, 0, &note);
    }
}

/// Chooses the longest of `names` beside which the note has room; where the phase is too narrow for any, its name with
/// its length goes beyond it.
fn present(
    picture: &Picture<'_>,
    chunk: &[(Part, u16, u16)],
    names: &[Line<'static>],
    width: u16,
    canvas: &Canvas<'_>,
) -> Option<Present> {
    let (part, first_cell, _) = chunk.first()?;
    let end = first_cell + chunk.iter().map(|(.., cells)| cells).sum::<u16>();
    let is_rest = |part: &Part| matches!(part.kind, Kind::Forecast | Kind::Margin | Kind::Open);
    let rest = chunk.iter().find(|(part, ..)| is_rest(part)).map(|(_, cell, _)| *cell);
    let note = rest.map(|cell| {
        let words = rest_words(picture, part.phase, canvas);
        let note = format!("{} {words}", canvas.theme.symbols().dotted_boundary);
        (canvas.line(note, Tone::Text), cell)
    });
    let beside_note = note.as_ref().map_or(end, |(note, _)| end.saturating_sub(columns(note) + 1));
    let fits = |room: u16| move |name: &&Line<'static>| columns(name) < room;
    let narrowest = names.len().saturating_sub(2);
    let name = names
        .iter()
        .find(fits(beside_note.saturating_sub(*first_cell)))
        .or_else(|| names.iter().find(fits(end - first_cell)))
        .or_else(|| names.iter().skip(narrowest).find(|name| columns(name) <= width))
        .or(names.last())?
        .clone();
    let x = (*first_cell).min(width.saturating_sub(columns(&name)));
    let from = x + columns(&name) + 1;
    let note = note.map(|(note, cell)| (note, cell.max(from))).filter(|(note, x)| x + columns(note) < end);
    Some(Present { name, x, note })
}

/// What is known of the rest of the present phase.
fn rest_words(picture: &Picture<'_>, phase: Phase, canvas: &Canvas<'_>) -> String {
    let now = picture.now;
    match (forecast(picture.run, now), phase) {
        (Forecast { end: Some(end), .. }, _) => {
            let (soonest, latest) = (end.earliest, end.latest);
            let (soonest, latest) = (freshness(soonest.since(now)), freshness(latest.since(now)));
            if soonest == latest || soonest.starts_with('<') {
                format!("up to {latest} more")
            } else {
                format!("{soonest} {} {latest} more", canvas.theme.symbols().dash)
            }
        }
        (_, Phase::Stage2) => "open-ended".to_owned(),
        _ => "no forecast".to_owned(),
    }
}

/// The name of a phase from the longest to the shortest form, with its length and what is known of its end.
fn names(picture: &Picture<'_>, phase: Phase, separator: &str, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let run = picture.run;
    let (symbol, symbol_tone) = mark(run, phase, canvas);
    let name = |text: &str| -> Line<'static> {
        let text = if text.is_empty() { String::new() } else { format!(" {text}") };
        let spans = [(separator, Tone::Quiet), (symbol, symbol_tone), (&text, title_tone(run, phase))];
        spans.iter().map(|(text, tone)| canvas.owned(*text, *tone)).collect::<Vec<Span<'static>>>().into()
    };
    let (whole, short) = (phase_title(phase), short_title(phase));
    let Some(span) = run.phases.span(phase) else {
        let word = if run.failed.is_some() { "failed" } else { whole };
        return vec![name(word), name("")];
    };
    match (phase.cmp(&run.phases.current), length(span, picture)) {
        (Ordering::Greater, _) => vec![name(whole), name(short), name(number(phase)), name("")],
        (Ordering::Equal, length) => {
            let (whole, short) = (whole.to_uppercase(), short.to_uppercase());
            let Some(length) = length else { return vec![name(&whole), name(&short)] };
            let since = span.started_at.map(|at| format!(" since {}", minute(at, picture.now)));
            vec![
                name(&format!("{whole} {length}{}", since.unwrap_or_default())),
                name(&format!("{whole} {length}")),
                name(&format!("{short} {length}")),
                name(&short),
            ]
        }
        (Ordering::Less, None) => {
            vec![
                name(&format!("{whole}, length unknown")),
                name(whole),
                name(short),
                name(number(phase)),
                name(""),
            ]
        }
        (Ordering::Less, Some(length)) => {
            let about = if length.starts_with('~') { "~" } else { "" };
            let coarse = span.length(picture.now).map(age).unwrap_or_default();
            if is_stopped(run, phase) {
                return vec![
                    name(&format!("{whole}, stopped after {length}")),
                    name(&format!("{short}, stopped")),
                    name(short),
                    name(number(phase)),
                    name(""),
                ];
            }
            vec![
                name(&format!("{whole} {length}{}", end_words(span, picture))),
                name(&format!("{whole} {length}")),
                name(&format!("{short} {length}")),
                name(&format!("{short} {about}{coarse}")),
                name(short),
                name(number(phase)),
                name(""),
            ]
        }
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

/// When a phase ended, or on what its end rests where that is not the log.
fn end_words(span: &PhaseSpan, picture: &Picture<'_>) -> String {
    match (span.ended_at, span.evidence.as_ref().map(|evidence| evidence.source)) {
        (Some(_), Some(EvidenceSource::Attested)) => " stated".to_owned(),
        (Some(_), Some(EvidenceSource::Counter)) => " estimated".to_owned(),
        (Some(end), _) => format!(" to {}", minute(end, picture.now)),
        (None, _) => String::new(),
    }
}
