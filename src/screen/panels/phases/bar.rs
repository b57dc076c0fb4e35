//! The phase bar: a row of names, and below it one of cells whose lengths are times. What is forecast is dotted, and so are
//! the phases to come.

use std::cmp::Ordering;

use unicode_width::UnicodeWidthStr as _;

use super::{
    super::{Canvas, Line, Picture, Rect, Span, Tone, below, columns},
    RESTORED, begun, is_stopped, length, mark, marks, number,
    parts::{Kind, Part, Section, parts, rest_columns},
    restored_before_use, short_title, title_tone,
};
use crate::{
    run::{
        Elapsed, EvidenceSource, Forecast, Phase, PhaseSpan, Timestamp, is_forecast_settled, settled_forecast,
    },
    screen::{
        paint::{
            axis::{Stretch, cell_of, moment_in},
            phase_title_in,
        },
        view::TimeAxis,
    },
    text::minute,
};

/// Draws names, cells and, in a third row, the marks of pauses and findings. Where there is no third row they
/// are on the cells.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height < 2 {
        super::draw_line(picture, area, canvas);
        return;
    }
    let placed = parts(picture, area.width);
    draw_names(picture, &placed, area, canvas);
    draw_cells(picture, &placed, area, canvas);
    let stretches: Vec<Stretch> = placed.iter().filter_map(stretch).collect();
    let (from, to) = (picture.run.started_at, picture.now);
    let passed: u16 = stretches.iter().map(|stretch| stretch.cells).sum();
    let step = Elapsed::from_millis((to.since(from).millis() / u64::from(passed.max(1))).max(1));
    let cursor = picture.cursor().and_then(|at| cell_of(&stretches, at));
    let moment = moment_of(&placed, stretches.clone(), to);
    picture.note_place(|places| {
        places.axis(TimeAxis { from, to, step });
        // The names above their phases are not to scale.
        places.times(below(area, 1), moment, cursor);
    });
    if area.height > 2 {
        marks::draw(picture, &stretches, Rect { y: area.y + 2, height: 1, ..area }, canvas);
    } else {
        marks::draw_on_cells(picture, &stretches, Rect { y: area.y + 1, height: 1, ..area }, canvas);
    }
    if let Some(cell) = cursor {
        let mark = canvas.line(canvas.theme.symbols().cursor, Tone::Chosen);
        let place = Rect { x: area.x + cell, width: area.width.saturating_sub(cell).min(1), ..area };
        canvas.over(place, 1, &mark);
    }
}

/// Gives the moment of a cell. What is still to come lies ahead of any cursor: its cells have the present.
fn moment_of(
    placed: &[(Part, u16, u16)],
    stretches: Vec<Stretch>,
    now: Timestamp,
) -> impl Fn(u16) -> Option<Timestamp> + use<> {
    let is_passed = |kind| matches!(kind, Kind::Passed | Kind::Unknown);
    let passed = placed.iter().filter(|(part, ..)| is_passed(part.kind));
    let ahead = passed.map(|(_, first_cell, cells)| first_cell + cells).max().unwrap_or(0);
    // The cell of the present has a part that is still to come; a blank one is behind the phase that has its name there.
    move |cell| {
        let behind = |stretch: &&Stretch| stretch.first_cell <= cell && stretch.cells > 0;
        let over = || stretches.iter().rfind(behind).map(|last| last.to.before(Elapsed::from_millis(1)));
        if cell < ahead { moment_in(&stretches, cell).or_else(over).map(|at| at.min(now)) } else { Some(now) }
    }
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
            Kind::Passed if part.section.place(picture.run.phases.current).is_eq() => {
                (symbols.full, Tone::Progress)
            }
            Kind::Passed => {
                // Two phases side by side differ by more than the name above.
                is_beside = !is_beside;
                (if is_beside { symbols.past } else { symbols.past_beside }, Tone::Quiet)
            }
            Kind::Unknown => (symbols.empty, Tone::Quiet),
            Kind::Forecast => (symbols.gap, Tone::Progress),
            Kind::Margin | Kind::Later => (symbols.gap, Tone::Quiet),
            Kind::Spare | Kind::End => (" ", Tone::Quiet),
        };
        let begins = if part.kind == Kind::Later { symbols.boundary } else { symbol };
        let style = canvas.theme.style(tone);
        line.push_span(Span::styled(if cells > 0 { begins } else { "" }, style));
        line.push_span(Span::styled(symbol.repeat(cells.saturating_sub(1)), style));
    }
    canvas.row(area, 1, &line);
}

/// The name of the present phase with what is known of its rest, and where it begins.
struct Present {
    name: Line<'static>,
    x: u16,
}

/// The names above their phases; the present one has its whole name, and the others what room that leaves.
fn draw_names(picture: &Picture<'_>, placed: &[(Part, u16, u16)], area: Rect, canvas: &mut Canvas<'_>) {
    let symbols = canvas.theme.symbols();
    let separator =
        |first_cell: u16| if first_cell == 0 { String::new() } else { format!("{} ", symbols.boundary) };
    let current = picture.run.phases.current;
    let sections = || placed.chunk_by(|(one, ..), (next, ..)| one.section == next.section);
    let is_current = |chunk: &&[(Part, u16, u16)]| {
        chunk.first().is_some_and(|(part, ..)| part.section.place(current).is_eq())
    };
    let present = sections().find(is_current).and_then(|chunk| {
        let (part, first_cell, _) = chunk.first()?;
        let separator = separator(*first_cell);
        let names = names(picture, part.section, &separator, canvas);
        present(picture, chunk, &names, area.width, canvas)
    });
    let taken = present.as_ref().map_or(0..0, |present| present.x..present.x + columns(&present.name));
    for chunk in sections().filter(|chunk| !is_current(chunk)) {
        let Some((part, first_cell, _)) = chunk.first() else { continue };
        let end = first_cell + chunk.iter().map(|(.., cells)| cells).sum::<u16>();
        let (from, to) = if part.section.place(current).is_lt() {
            (*first_cell, if taken.is_empty() { end } else { end.min(taken.start) })
        } else {
            (taken.end.max(*first_cell), end)
        };
        let place = Rect { x: area.x + from.min(area.width), width: to.saturating_sub(from), ..area };
        let separator = separator(*first_cell);
        let names = names(picture, part.section, &separator, canvas);
        // A blank at the end, so that two names do not touch.
        if let Some(text) = names.texts.iter().find(|text| names.columns(text) < place.width) {
            canvas.row(place, 0, &names.line(text, canvas));
        }
    }
    let Some(Present { name, x }) = present else { return };
    canvas.row(Rect { x: area.x + x, width: area.width - x, ..area }, 0, &name);
}

/// Chooses the longest of `names`, with what is known of the rest behind it where that has room; which one depends on the
/// room alone, and not on the words of the moment. Where the phase is too narrow for any, its name with its length goes
/// beyond it.
fn present(
    picture: &Picture<'_>,
    chunk: &[(Part, u16, u16)],
    names: &Names<'_>,
    width: u16,
    canvas: &Canvas<'_>,
) -> Option<Present> {
    let (part, first_cell, _) = chunk.first()?;
    let room = chunk.iter().map(|(.., cells)| cells).sum::<u16>();
    let phase = part.section.phase;
    let rest = rest_columns(picture, phase);
    let fits = |text: &&String, more: u16| names.columns(text) + more < room;
    let texts = &names.texts;
    let with_rest = texts.iter().take(texts.len().saturating_sub(1)).find(|text| fits(text, rest));
    if let Some(text) = with_rest.filter(|_| rest > 0) {
        let words = rest_words(picture, phase, canvas);
        let mut name = names.line(text, canvas);
        name.push_span(
            canvas.owned(format!(" {} {words}", canvas.theme.symbols().dotted_boundary), Tone::Text),
        );
        return Some(Present { name, x: *first_cell });
    }
    let narrowest = texts.len().saturating_sub(2);
    let text = texts
        .iter()
        .find(|text| fits(text, 0))
        .or_else(|| texts.iter().skip(narrowest).find(|text| names.columns(text) <= width))
        .or(texts.last())?;
    let x = (*first_cell).min(width.saturating_sub(names.columns(text)));
    Some(Present { name: names.line(text, canvas), x })
}

/// What is known of the rest of the present phase.
fn rest_words(picture: &Picture<'_>, phase: Phase, canvas: &Canvas<'_>) -> String {
    let now = picture.now;
    match (settled_forecast(picture.run, now), phase) {
        (Forecast { end: Some(end), .. }, _) => {
            let [soonest, latest] = [end.earliest, end.latest].map(|at| at.since(now));
            between(soonest, latest, canvas.theme.symbols().dash)
        }
        (_, Phase::Stage2) => "open-ended".to_owned(),
        (_, Phase::Stage1) if !is_forecast_settled(picture.run) => "forecast follows".to_owned(),
        _ => "no forecast".to_owned(),
    }
}

/// A rest between two lengths, both in the unit of the longer one.
fn between(soonest: Elapsed, latest: Elapsed, dash: &str) -> String {
    let (unit, each) = match latest.secs() {
        0..120 => ("s", 1),
        120..7200 => ("min", 60),
        // It rests on a single past run.
        _ if soonest == latest => return format!("about {} more", hours(latest)),
        _ => return format!("{} {dash} {} more", hours(soonest), hours(latest)),
    };
    // Seconds by tens, so that they do not tick.
    let step = if each == 1 { 10 } else { each };
    let (least, most) = (soonest.secs() / step * step / each, latest.secs().div_ceil(step) * step / each);
    match least {
        0 => format!("up to {most} {unit} more"),
        least if least == most || soonest == latest => format!("about {most} {unit} more"),
        least => format!("{least} {dash} {most} {unit} more"),
    }
}

fn hours(length: Elapsed) -> String {
    if length.secs() < 3600 {
        return format!("{} min", length.secs() / 60);
    }
    format!("{} h {:02} min", length.secs() / 3600, length.secs() / 60 % 60)
}

/// The name of a section in several forms, of which the one that has room is made a line.
struct Names<'s> {
    separator: &'s str,
    mark: (&'static str, Tone),
    tone: Tone,
    /// From the longest to the shortest form.
    texts: Vec<String>,
}

impl Names<'_> {
    fn columns(&self, text: &str) -> u16 {
        let blank = usize::from(!text.is_empty());
        let columns = self.separator.width() + self.mark.0.width() + blank + text.width();
        u16::try_from(columns).unwrap_or(u16::MAX)
    }

    fn line(&self, text: &str, canvas: &Canvas<'_>) -> Line<'static> {
        let blank = if text.is_empty() { "" } else { " " };
        let text = format!("{blank}{text}");
        canvas.words(&[(self.separator, Tone::Quiet), self.mark, (&text, self.tone)])
    }
}

/// The name of a section, with its length and what is known of its end.
fn names<'s>(picture: &Picture<'_>, section: Section, separator: &'s str, canvas: &Canvas<'_>) -> Names<'s> {
    let (run, phase) = (picture.run, section.phase);
    if section.is_before_use {
        let done = (canvas.theme.symbols().done, Tone::Good);
        return Names { separator, mark: done, tone: Tone::Text, texts: texts_before_use(picture, phase) };
    }
    let (mark, tone) = (mark(run, phase, canvas), title_tone(run, phase));
    Names { separator, mark, tone, texts: texts(picture, phase) }
}

fn texts(picture: &Picture<'_>, phase: Phase) -> Vec<String> {
    let run = picture.run;
    let (whole, short, number) = (phase_title_in(run, phase), short_title(run, phase), number(phase));
    let owned = str::to_owned;
    let Some(span) = run.phases.span(phase) else {
        let word = if run.failed.is_some() { "failed" } else { whole };
        return vec![owned(word), String::new()];
    };
    match (phase.cmp(&run.phases.current), length(span, picture)) {
        (Ordering::Greater, _) => vec![owned(whole), owned(short), owned(number), String::new()],
        (Ordering::Equal, length) => {
            let (whole, short) = (whole.to_uppercase(), short.to_uppercase());
            let Some(length) = length else { return vec![whole, short] };
            let since = begun(span, picture).map(|at| format!(" since {}", minute(at, picture.now)));
            vec![
                format!("{whole} {length}{}", since.unwrap_or_default()),
                format!("{whole} {length}"),
                format!("{short} {length}"),
                short,
            ]
        }
        (Ordering::Less, None) => {
            let unknown = format!("{whole}, length unknown");
            vec![unknown, owned(whole), owned(short), owned(number), String::new()]
        }
        (Ordering::Less, Some(length)) if is_stopped(run, phase) => {
            let whole = format!("{whole}, stopped after {length}");
            vec![whole, format!("{short}, stopped"), owned(short), owned(number), String::new()]
        }
        (Ordering::Less, Some(length)) => {
            // The length says more than the name.
            let least = if number.is_empty() { length.clone() } else { format!("{number} {length}") };
            vec![
                format!("{whole} {length}{}", end_words(span, picture)),
                format!("{whole} {length}"),
                format!("{short} {length}"),
                least,
                owned(short),
                owned(number),
                String::new(),
            ]
        }
    }
}

/// Of the time in which the appliance was restored and not used yet.
fn texts_before_use(picture: &Picture<'_>, phase: Phase) -> Vec<String> {
    let span = picture.run.phases.span(phase);
    let before = span.and_then(|span| restored_before_use(span, picture)).unwrap_or_default();
    vec![format!("{RESTORED} {before}"), before.to_string(), RESTORED.to_owned(), String::new()]
}

/// When a phase ended, or on what its end rests where that is not the log.
fn end_words(span: &PhaseSpan, picture: &Picture<'_>) -> String {
    match (span.ended_at, span.evidence.as_ref().map(|evidence| evidence.source)) {
        (Some(_), Some(EvidenceSource::Attested)) => " stated".to_owned(),
        // The sign before the length says that it is inferred.
        (Some(_), Some(EvidenceSource::Counter)) | (None, _) => String::new(),
        (Some(end), _) => format!(" to {}", minute(end, picture.now)),
    }
}
