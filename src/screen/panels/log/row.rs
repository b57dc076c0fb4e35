//! One row of the log panel, written text by text, because a list of spans costs more.

use ratatui::style::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Canvas, Line, Picture, Rect, Tone};
use crate::{
    run::{Arrival, Severity},
    screen::log::{LogMark, LogRow, ShownRow, find, parts},
    text::{self, clean, grouped, split_at_width},
};

/// Columns before the text of a row: mark and blank.
const GUTTER: u16 = 2;

/// Columns of the time stamp of a line, with the blank behind it.
const STAMP: usize = 16;

/// What is left of `area` behind its first `columns`.
fn behind(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect { x: area.x + columns, width: area.width - columns, ..area }
}

/// What of a line is shown in a place of that width: what stands before its words, and the words.
struct Written<'r> {
    /// The time stamp or the time of day, or how often and when several lines were written.
    lead: String,
    words: &'r str,
    /// Whether the words begin with a time stamp, a host or a process.
    has_head: bool,
}

fn written<'r>(shown: &ShownRow, row: &'r LogRow, picture: &Picture<'_>, width: u16) -> Written<'r> {
    let (time, words) = shortened(&row.text, picture, width);
    let has_head = time.is_none() || width >= PROCESS_FROM;
    if shown.times <= 1 {
        // Moved sideways, the words alone move.
        let is_moved = picture.scene.view.log.shift > 0 && time.is_none();
        let stamped = is_moved.then(|| parts(words)).flatten().and_then(|_| words.split_at_checked(STAMP));
        if let Some((stamp, words)) = stamped {
            return Written { lead: stamp.to_owned(), words, has_head };
        }
        let lead = time.map_or_else(String::new, |time| format!("{time} "));
        return Written { lead, words, has_head };
    }
    let symbols = picture.scene.theme.symbols();
    let times = format!("{}{} ", symbols.times, grouped(shown.times));
    // A folded row is read for its times and its words, so that the head gives way at any width.
    let Some((until, _, message)) = parts(&row.text) else {
        return Written { lead: times, words, has_head };
    };
    let lead = format!("{times}{} ", stretch(shown.since.as_deref().unwrap_or(until), until, symbols.dash));
    Written { lead, words: message, has_head: false }
}

/// Two times of day: to the minute, or to the second where the minute is the same.
fn stretch(since: &str, until: &str, dash: &str) -> String {
    let minute = |time: &str| time.get(..5).unwrap_or_default().to_owned();
    if since == until {
        return until.to_owned();
    }
    let is_within_minute = minute(since) == minute(until);
    let shown = |time: &str| if is_within_minute { time.to_owned() } else { minute(time) };
    format!("{}{dash}{}", shown(since), shown(until))
}

/// Whether a row is wrapped also where long lines are cut: the end of an alarm's line says what it is about.
pub(super) fn is_always_whole(shown: &ShownRow) -> bool {
    shown.row.as_ref().is_some_and(|row| row.mark == Some(LogMark::Alarm))
}

/// Rows of the panel that a row takes at `width` columns.
pub(super) fn rows(shown: &ShownRow, picture: &Picture<'_>, width: u16) -> u16 {
    if picture.scene.view.log.wraps || is_always_whole(shown) { height(shown, picture, width) } else { 1 }
}

/// Rows of the panel that a row takes at `width` columns, where it is wrapped.
fn height(shown: &ShownRow, picture: &Picture<'_>, width: u16) -> u16 {
    let Some(row) = shown.row.as_ref().filter(|row| row.is_line()) else { return 1 };
    let Written { lead, words, .. } = written(shown, row, picture, width);
    let room = usize::from(width.saturating_sub(GUTTER)).saturating_sub(lead.width()).max(1);
    u16::try_from(row_starts(words, room).len()).unwrap_or(u16::MAX).max(1)
}

/// The columns at which the rows of `words` begin, where they are wrapped after `room` columns: behind a blank, or
/// within a word that is longer than a row.
fn row_starts(words: &str, room: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut row, mut column, mut behind_blank) = (0, 0, None);
    for character in words.chars() {
        let width = character.width().unwrap_or(1);
        if column + width > row + room {
            row = behind_blank.take().filter(|start| *start > row).unwrap_or(column);
            starts.push(row);
        }
        column += width;
        if character == ' ' {
            behind_blank = Some(column);
        }
    }
    starts
}

/// Draws a row into `place`, whose height is more than 1 where long lines are wrapped. Returns the columns of its words.
pub(super) fn draw(
    picture: &Picture<'_>,
    shown: &ShownRow,
    row: &LogRow,
    place: Rect,
    canvas: &mut Canvas<'_>,
) -> usize {
    let log = &picture.scene.view.log;
    let (symbol, tone, _) = mark(row, canvas);
    let style = canvas.theme.style(tone);
    let chosen = log.cursor.is_some_and(|cursor| shown.holds(cursor));
    let gutter = if chosen { canvas.theme.style(Tone::Chosen) } else { style };
    canvas.drawing.write(symbol, place, gutter);
    let beside = Rect { width: 1, ..behind(place, 1) };
    if log.is_bookmarked(shown) && place.width > 1 {
        let style = canvas.theme.style(Tone::Key);
        canvas.drawing.write(canvas.theme.symbols().bookmark, beside, style);
    }
    let is_noted = picture
        .run
        .notes
        .iter()
        .any(|note| note.line.as_ref().is_some_and(|line| row.is_line() && line.offset == row.offset));
    if is_noted && place.width > 1 {
        let style = canvas.theme.style(Tone::Strong);
        canvas.drawing.write(canvas.theme.symbols().note, beside, style);
    }
    let text = behind(place, GUTTER);
    if !row.is_line() {
        draw_gap(&row.text, Rect { height: text.height.min(1), ..text }, style, canvas);
        return 0;
    }
    let Written { lead, words, has_head } = written(shown, row, picture, place.width);
    if !lead.is_empty() {
        write(&lead, 0, text, canvas.theme.style(Tone::Quiet), canvas);
    }
    let text = behind(text, u16::try_from(lead.width()).unwrap_or(u16::MAX));
    let is_of_now = !matches!(row.arrival, Arrival::Earlier | Arrival::MayRepeat);
    let base = if is_of_now { style } else { canvas.theme.style(Tone::Quiet) };
    // Cut lines, which most are, need no search for blanks.
    let is_wrapped = text.height > 1 && log.shift == 0;
    let starts = if is_wrapped { row_starts(words, usize::from(text.width).max(1)) } else { Vec::new() };
    for line in 0..text.height {
        let by_columns = usize::from(log.shift) + usize::from(line) * usize::from(text.width);
        let shift = if is_wrapped { starts.get(usize::from(line)) } else { Some(&by_columns) };
        let Some(&shift) = shift else { break };
        let next =
            starts.get(usize::from(line) + 1).map(|next| u16::try_from(next - shift).unwrap_or(u16::MAX));
        let width = next.map_or(text.width, |next| next.min(text.width));
        let place = Rect { y: text.y + line, height: 1, width, ..text };
        write(words, shift, place, base, canvas);
        if has_head && is_of_now && row.mark.is_none() {
            dim_head(words, shift, place, canvas);
        }
        if let Some(pattern) = log.pattern() {
            highlight(words, pattern, shift, place, canvas);
        }
    }
    let shown = usize::from(log.shift) + usize::from(text.height) * usize::from(text.width);
    let columns = text::columns(words);
    let is_cut = if is_wrapped { starts.len() > text.height.into() } else { columns > shown };
    if is_cut && text.width > 1 && text.height > 0 {
        let (style, end) = (canvas.theme.style(Tone::Quiet), canvas.theme.symbols().ellipsis);
        canvas.drawing.write(end, Rect::new(text.right() - 1, text.bottom() - 1, 1, 1), style);
    }
    columns
}

/// Below this width a row shows neither date nor host, which are the same on every row, unless the log has the screen to
/// itself or what is searched for is in them.
const WHOLE_FROM: u16 = 150;
/// Below this width a row does not show the process either, where its module is shown; nor the date on a screen of its
/// own.
const PROCESS_FROM: u16 = 100;

/// The time of day and what follows host or process; no time where the whole row is to be shown.
fn shortened<'t>(text: &'t str, picture: &Picture<'_>, width: u16) -> (Option<&'t str>, &'t str) {
    let view = picture.scene.view;
    let whole_from = if view.zoom.is_some() { PROCESS_FROM } else { WHOLE_FROM };
    let Some((time, process, words)) = (width < whole_from).then(|| parts(text)).flatten() else {
        return (None, text);
    };
    let short = if width < PROCESS_FROM { words } else { process };
    // What is looked for stays in sight, also where it is in what is left out elsewhere.
    let is_left_out = |pattern| find(text, pattern).is_some() && find(short, pattern).is_none();
    if view.log.pattern().is_some_and(is_left_out) { (None, text) } else { (Some(time), short) }
}

/// Symbol and tone of a row, and how much it matters among its neighbours; 0: nothing to mark.
pub(super) fn mark(row: &LogRow, canvas: &Canvas<'_>) -> (&'static str, Tone, u8) {
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
    let text = format!("{} {} ", symbol.repeat(3), clean(text));
    let rule = symbol.repeat(usize::from(place.width).saturating_sub(text.width()));
    canvas.row(place, 0, &Line::styled(text + &rule, style));
}

/// Writes `text` from column `shift` on.
fn write(text: &str, shift: usize, place: Rect, style: Style, canvas: &mut Canvas<'_>) {
    let clean = clean(text);
    let (_, rest) = split_at_width(&clean, shift);
    canvas.drawing.write(rest, place, style);
}

/// Time stamp, host and process weigh less than what they say.
fn dim_head(text: &str, shift: usize, place: Rect, canvas: &mut Canvas<'_>) {
    // A first `: ` further on belongs to the message.
    let Some(head) = text.as_bytes().windows(2).take(64).position(|pair| pair == b": ") else { return };
    let head = text.get(..=head).map_or(0, text::columns).saturating_sub(shift);
    let width = u16::try_from(head).unwrap_or(0).min(place.width);
    canvas.drawing.set_style(Rect { width, height: 1, ..place }, canvas.theme.style(Tone::Quiet));
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
        canvas.drawing.set_style(hit, style);
        from = end;
    }
}
