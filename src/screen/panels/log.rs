//! The log: rows written cell by cell, because a list of spans costs three times as much.

use ratatui::{buffer::Buffer, style::Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Canvas, Line, Picture, Rect, Span, Tone, below};
use crate::{
    run::{Arrival, Severity},
    screen::{
        keys::Command,
        log::{LogMark, LogRow, RowNumber, find},
        view::Panel,
    },
    text::{clean, fit, grouped, plural, split_at_width, time_of_day},
};

/// Columns before the text of a row: mark and blank.
const GUTTER: u16 = 2;

/// Columns of the time of day, and a blank.
const TIME: u16 = 9;

/// What is left of `area` behind its first `columns`.
fn behind(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect { x: area.x + columns, width: area.width - columns, ..area }
}

fn title(picture: &Picture<'_>, end: RowNumber, bottom: RowNumber, canvas: &Canvas<'_>) -> Line<'static> {
    let view = picture.scene.view;
    let mut spans = vec![canvas.span("rfsd log", Tone::Strong)];
    let separator = format!(" {} ", canvas.theme.symbols().separator);
    let part = |text: String, tone| [canvas.owned(&separator, Tone::Quiet), canvas.owned(text, tone)];
    if let Some(pattern) = view.log.pattern() {
        let mut text = format!("/{}", fit(pattern, 24, canvas.theme.symbols().ellipsis));
        if view.log.searches() && view.log.left_to_search().is_none() {
            text = format!("{text} {}", hits(picture, end));
        }
        spans.extend(part(text, Tone::Simulated));
    }
    if let Some(left) = view.log.left_to_search() {
        let text = format!("looking, {} left, Esc stops", plural(left, "line"));
        spans.extend(part(text, Tone::Attention));
        return Line::from(spans);
    }
    let problem = match picture.run.dr.away() {
        Some(_) => Some(("cut off, as last seen".to_owned(), Tone::Danger)),
        None => quiet_log(picture),
    };
    if !view.is_frozen() {
        let following = view.log.follows().then(|| ("following".to_owned(), Tone::Quiet));
        spans.extend(problem.or(following).into_iter().flat_map(|(text, tone)| part(text, tone)));
    }
    if !view.log.follows() {
        let below = plural(end.saturating_sub(bottom), "line");
        let key = picture.key(Command::Follow);
        let text = format!("{} {below} below, {key} follows", canvas.theme.symbols().down);
        spans.extend(part(text, Tone::Attention));
    }
    Line::from(spans)
}

/// What is wrong with a log without new lines: it is not at hand, or silent while the counter rises.
fn quiet_log(picture: &Picture<'_>) -> Option<(String, Tone)> {
    let run = picture.run;
    if let Some((since, _)) = &run.log.lost {
        return Some((format!("not at hand since {}", time_of_day(*since)), Tone::Danger));
    }
    run.reported.log_silent?;
    let since = run.log.last_at.map(|since| format!(" since {}", time_of_day(since)));
    Some((format!("silent{}", since.unwrap_or_default()), Tone::Attention))
}

/// How many lines hold the pattern, of those that can be counted without reading the disk.
fn hits(picture: &Picture<'_>, end: RowNumber) -> String {
    let log = picture.scene.facts.log;
    let hits = plural(picture.scene.view.log.hits(log, end), "hit");
    if log.ring_from() == log.first() {
        return hits;
    }
    let counted = end.saturating_sub(log.ring_from());
    format!("{hits} in the last {}", grouped(counted))
}

fn counts(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let log = picture.scene.facts.log;
    let tally = log.tally();
    let mut spans = vec![canvas.owned(plural(tally.lines.0, "line"), Tone::Quiet)];
    let parts = [
        (tally.warnings.0, "warning", Tone::Attention),
        (tally.errors.0, "error", Tone::Danger),
        (log.gaps(), "gap", Tone::Attention),
    ];
    for (count, word, own) in parts {
        if count == 0 && word == "gap" {
            continue;
        }
        spans.push(Span::raw("  "));
        spans.push(canvas.owned(plural(count, word), if count > 0 { own } else { Tone::Quiet }));
    }
    Line::from(spans)
}

/// The log in a frame, or below a rule where room is scarce.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, framed: bool, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Log);
    let view = picture.scene.view;
    let facts = &picture.scene.facts;
    let end = view.log_end(facts);
    let height = area.height.saturating_sub(if framed { 2 } else { 1 });
    let window = view.log.window(facts.log, end, height);
    let title = title(picture, end, window.end, canvas);
    let counts = counts(picture, canvas);
    let inner = if framed {
        let inner = canvas.frame(area, &title, &counts, Tone::Quiet);
        draw_thumb(picture, area, &window, end, canvas);
        inner
    } else {
        canvas.rule(area, &title, &counts);
        below(area, 1)
    };
    if window.is_empty() && inner.height > 0 {
        canvas.row(inner, 0, &canvas.line("no lines yet", Tone::Quiet));
    }
    for (row, number) in (0..inner.height).zip(window) {
        let place = Rect { y: inner.y + row, height: 1, ..inner };
        picture.note_place(|places| places.log_row(place, number));
        match facts.log.row(number) {
            Some(line) => draw_row(picture, line, view.log.cursor == Some(number), place, canvas),
            // It could not be read from disk.
            None => canvas.row(place, 0, &canvas.line(canvas.theme.symbols().ellipsis, Tone::Quiet)),
        }
    }
}

/// Where in the log the panel stands, on its right edge; not while following.
fn draw_thumb(
    picture: &Picture<'_>,
    area: Rect,
    window: &std::ops::Range<RowNumber>,
    end: RowNumber,
    canvas: &mut Canvas<'_>,
) {
    let log = picture.scene.facts.log;
    let all = end.saturating_sub(log.first());
    let track = u64::from(area.height.saturating_sub(2));
    if picture.scene.view.log.follows() || all == 0 || track == 0 || area.width == 0 {
        return;
    }
    let shown = window.end.saturating_sub(window.start);
    let length = (shown * track / all).clamp(1, track);
    let from =
        (window.start.saturating_sub(log.first())) * (track - length) / all.saturating_sub(shown).max(1);
    let thumb = from..(from + length).min(track);
    draw_marks(picture, area, end, track, canvas);
    let style = canvas.theme.style(Tone::Strong);
    let symbol = canvas.theme.symbols().thumb;
    for row in thumb {
        let y = area.y + 1 + u16::try_from(row).unwrap_or(0);
        canvas.buffer.set_string(area.right() - 1, y, symbol, style);
    }
}

/// Where in the log the errors, warnings and markers of the lines in memory are, on the panel's right edge.
fn draw_marks(picture: &Picture<'_>, area: Rect, end: RowNumber, track: u64, canvas: &mut Canvas<'_>) {
    let log = picture.scene.facts.log;
    let all = end.saturating_sub(log.first()).max(1);
    let mut marks = vec![(" ", Tone::Text, 0); usize::try_from(track).unwrap_or(0)];
    for number in log.ring_from()..end {
        let Some(row) = log.row(number) else { continue };
        let own = mark(row, canvas);
        let place = usize::try_from((number - log.first()) * track / all).unwrap_or(0);
        if let Some(mark) = marks.get_mut(place).filter(|(.., weight)| *weight < own.2) {
            *mark = own;
        }
    }
    let marked = (area.y + 1..).zip(marks).filter(|(_, (.., weight))| *weight > 0);
    for (y, (symbol, tone, _)) in marked {
        canvas.buffer.set_string(area.right() - 1, y, symbol, canvas.theme.style(tone));
    }
}

fn draw_row(picture: &Picture<'_>, row: &LogRow, chosen: bool, place: Rect, canvas: &mut Canvas<'_>) {
    let (symbol, tone, _) = mark(row, canvas);
    let style = canvas.theme.style(tone);
    let gutter = if chosen { canvas.theme.style(Tone::Chosen) } else { style };
    canvas.buffer.set_stringn(place.x, place.y, symbol, usize::from(place.width), gutter);
    let text = behind(place, GUTTER);
    let shift = usize::from(picture.scene.view.log.shift);
    if !row.is_line() {
        draw_gap(&row.text, text, style, canvas);
        return;
    }
    let (time, words) = shortened(&row.text, picture, place.width);
    let text = if let Some(time) = time {
        write(time, 0, text, canvas.theme.style(Tone::Quiet), canvas.buffer);
        behind(text, TIME)
    } else {
        text
    };
    let is_of_now = !matches!(row.arrival, Arrival::Earlier | Arrival::MayRepeat);
    let base = if is_of_now { style } else { canvas.theme.style(Tone::Quiet) };
    write(words, shift, text, base, canvas.buffer);
    let heads = time.is_none() || place.width >= PROCESS_FROM;
    if heads && is_of_now && row.mark.is_none() {
        dim_head(words, shift, text, canvas);
    }
    if let Some(pattern) = picture.scene.view.log.pattern() {
        highlight(words, pattern, shift, text, canvas);
    }
}

/// Below this width a row shows neither date nor host, unless the log has the screen to itself or
/// is searched: they are the same on every row.
const WHOLE_FROM: u16 = 150;
/// Below this width a row does not show the process either, where its module is shown.
const PROCESS_FROM: u16 = 100;

/// The time of day and what follows host or process; no time where the whole row is to be shown.
fn shortened<'t>(text: &'t str, picture: &Picture<'_>, width: u16) -> (Option<&'t str>, &'t str) {
    let view = picture.scene.view;
    if width >= WHOLE_FROM || view.zoom.is_some() || view.log.pattern().is_some() {
        return (None, text);
    }
    parts(text).map_or((None, text), |(time, process, words)| {
        (Some(time), if width < PROCESS_FROM { words } else { process })
    })
}

/// `16:03:38`, `rfsd[13852]: message` and `message` of `Sep 13 16:03:38 localhost rfsd[13852]: message`. Where no
/// module in brackets begins the message, the process stays: it is all that identifies the source of the line.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    // Taken by byte positions, which are columns in ASCII only.
    let time = text.get(7..15).filter(|_| text.is_ascii())?;
    let is_time = time.bytes().enumerate().all(|(index, byte)| match index {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let (host, rest) = text.get(16..)?.split_once(' ')?;
    let is_plain = is_time && !host.is_empty();
    let tagged = rest.split_once("]: ").filter(|(_, words)| words.starts_with('['));
    is_plain.then_some((time, rest, tagged.map_or(rest, |(_, words)| words)))
}

/// Symbol and tone of a row, and how much it matters among its neighbours; 0: nothing to mark.
fn mark(row: &LogRow, canvas: &Canvas<'_>) -> (&'static str, Tone, u8) {
    let symbols = canvas.theme.symbols();
    match (row.mark, row.severity) {
        (Some(LogMark::Marker(_)), _) => (symbols.marker, Tone::Good, 4),
        (Some(LogMark::Alarm), _) => (symbols.failed, Tone::Danger, 3),
        (Some(LogMark::NearMiss), _) => (symbols.attention, Tone::Attention, 2),
        (Some(LogMark::Gap | LogMark::Absence), _) => (symbols.gap, Tone::Attention, 1),
        (None, Some(severity)) if severity >= Severity::Error => (symbols.failed, Tone::Danger, 2),
        (None, Some(Severity::Warning)) => (symbols.attention, Tone::Attention, 1),
        (None, Some(Severity::Debug)) => (" ", Tone::Quiet, 0),
        (None, _) => (" ", Tone::Text, 0),
    }
}

fn draw_gap(text: &str, place: Rect, style: Style, canvas: &mut Canvas<'_>) {
    let symbol = canvas.theme.symbols().gap;
    let rule = symbol.repeat(usize::from(place.width));
    let line = Line::styled(format!("{} {} {rule}", symbol.repeat(3), clean(text)), style);
    canvas.row(place, 0, &line);
}

/// Writes `text` from column `shift` on. ASCII goes cell by cell; anything else by graphemes.
fn write(text: &str, shift: usize, place: Rect, style: Style, buffer: &mut Buffer) {
    if text.is_ascii() {
        let visible = text.bytes().skip(shift).take(usize::from(place.width));
        for (x, byte) in (place.x..).zip(visible) {
            let character = if byte.is_ascii_control() { '?' } else { char::from(byte) };
            if let Some(cell) = buffer.cell_mut((x, place.y)) {
                cell.set_char(character).set_style(style);
            }
        }
        return;
    }
    let clean = clean(text);
    let (_, rest) = split_at_width(&clean, shift);
    buffer.set_stringn(place.x, place.y, rest, usize::from(place.width), style);
}

/// Time stamp, host and process weigh less than what they say.
fn dim_head(text: &str, shift: usize, place: Rect, canvas: &mut Canvas<'_>) {
    // A first `: ` further on belongs to the message.
    let Some(head) = text.find(": ").filter(|end| *end < 64) else { return };
    let head = text.get(..=head).map_or(0, str::width).saturating_sub(shift);
    let width = u16::try_from(head).unwrap_or(0).min(place.width);
    canvas.buffer.set_style(Rect { width, height: 1, ..place }, canvas.theme.style(Tone::Quiet));
}

fn highlight(text: &str, pattern: &str, shift: usize, place: Rect, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.style(Tone::Hit);
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| find(rest, pattern)) {
        let (start, end) = (from + at, from + at + pattern.len());
        let (Some(before), Some(hit)) = (text.get(..start), text.get(start..end)) else { return };
        let first = before.width().saturating_sub(shift).min(place.width.into());
        let last = (before.width() + hit.width()).saturating_sub(shift).min(place.width.into());
        let [first, last] = [first, last].map(|column| u16::try_from(column).unwrap_or(place.width));
        let hit = Rect { x: place.x + first, width: last - first, height: 1, ..place };
        canvas.buffer.set_style(hit, style);
        from = end;
    }
}
