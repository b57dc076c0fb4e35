//! The rows of a sheet below its text: what was wrong, what to type, the field and the keys.

use ratatui::{layout::Rect, text::Line};
use unicode_width::UnicodeWidthStr as _;

use super::{
    field::Field,
    key_rows::{Key, key_rows},
    prompt::Prompt,
};
use crate::{
    screen::{
        keys::{Room, TextInput},
        paint::{Canvas, Theme, Tone},
    },
    text::{clean, plural, split_at_width, wrap},
};

/// A row below the body.
pub(super) enum FootRow {
    Blank,
    /// Text, and what stands at its right end.
    Text(Line<'static>, Line<'static>),
    Input,
    Keys,
}

/// What stands below the body, at `width` columns.
pub(super) struct Foot<'s> {
    /// What to type, and the field for it.
    pub(super) field: Option<&'s (Prompt, Field)>,
    pub(super) keys: &'s [Key],
    pub(super) width: u16,
    /// Without blanks around the field.
    pub(super) is_tight: bool,
    pub(super) theme: Theme,
}

impl Foot<'_> {
    /// All its rows; with `covers`, what was wrong takes the place of what to type.
    pub(super) fn rows(&self, covers: bool) -> Vec<FootRow> {
        let width = usize::from(self.width);
        let mut rows = if self.is_tight { Vec::new() } else { vec![FootRow::Blank] };
        if let Some((prompt, field)) = self.field {
            let problem = field.problem.as_deref().map_or_else(Vec::new, |problem| {
                let style = self.theme.style(Tone::Danger);
                wrap(&clean(problem), width).into_iter().map(|line| Line::styled(line, style)).collect()
            });
            let covers = covers && !problem.is_empty();
            if self.is_tight && !covers {
                // Above what to type, which stays in sight.
                rows.extend(problem.iter().cloned().map(|line| FootRow::Text(line, Line::default())));
            }
            let room = room_line(field.input.room().filter(|_| !covers), self.theme);
            let above = if covers { problem.clone() } else { prompt.lines(width) };
            let taken = above.first().map_or(0, Line::width) + 2;
            let is_beside = room.width() == 0 || taken + room.width() <= width;
            let (beside, under) = if is_beside { (room, None) } else { (Line::default(), Some(room)) };
            let rights = std::iter::once(beside).chain(std::iter::repeat(Line::default()));
            rows.extend(above.into_iter().zip(rights).map(|(line, right)| FootRow::Text(line, right)));
            rows.extend(under.map(|room| FootRow::Text(room, Line::default())));
            rows.push(FootRow::Input);
            if !self.is_tight {
                let blank = problem.is_empty().then_some(FootRow::Blank);
                rows.extend(problem.into_iter().map(|line| FootRow::Text(line, Line::default())));
                rows.extend(blank);
                rows.push(FootRow::Blank);
            }
        }
        rows.extend(key_rows(self.keys, self.width, self.theme).iter().map(|_| FootRow::Keys));
        rows
    }

    /// As many of its rows as `height` has room for. What was wrong takes the place of what to type, then keys are left
    /// out, and last the end of what to type.
    pub(super) fn fitted(&self, height: u16) -> Vec<FootRow> {
        let height = usize::from(height);
        // Where nothing is typed, the text is what is asked.
        let text = usize::from(self.field.is_none());
        let all = self.rows(false);
        if all.len() + text <= height {
            return all;
        }
        let mut rows = self.rows(true);
        let others = rows.iter().filter(|row| !matches!(row, FootRow::Keys)).count();
        let room = height.saturating_sub(others + text);
        if rows.len() > others + room {
            // Where keys are left out, the text gets a second row: its first one names the rest below.
            let room = if room > 2 { room - text } else { room };
            rows.truncate(others + room.max(1));
        }
        let over = rows.len().saturating_sub(height);
        let input = rows.iter().position(|row| matches!(row, FootRow::Input)).unwrap_or(0);
        if input > over {
            rows.drain(input - over..input);
            if over > 0
                && let Some(FootRow::Text(line, _)) = rows.get_mut(input - over - 1)
            {
                line.push_span(self.theme.symbols().ellipsis);
            }
        } else {
            rows.drain(..over);
        }
        rows
    }
}

/// How much more the field takes, once that is scarce.
fn room_line(room: Option<Room>, theme: Theme) -> Line<'static> {
    let (text, tone) = match room {
        None => return Line::default(),
        Some(Room::Left(left)) => (format!("{left} left"), Tone::Quiet),
        Some(Room::LeftOut(count)) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            (format!("FULL, cut off: {}", plural(count, "character")), Tone::Danger)
        }
    };
    Line::styled(text, theme.style(tone))
}

/// The text being typed, scrolled so that the cursor is in sight.
pub(super) fn draw_input(input: &TextInput, area: Rect, canvas: &mut Canvas<'_>) {
    let width = usize::from(area.width.saturating_sub(2));
    let (before, behind) = input.halves();
    // One column is for the cursor behind the text.
    let skipped = before.width().saturating_sub(width.saturating_sub(1));
    let (_, before) = split_at_width(before, skipped);
    let mut behind = behind.chars();
    let under = behind.next().map_or_else(|| " ".to_owned(), String::from);
    let rest: String = behind.collect();
    let used = before.width() + under.width() + rest.width();
    let blank = " ".repeat(width.saturating_sub(used));
    let line = canvas.words(&[
        ("> ", Tone::Key),
        (before, Tone::Field),
        (&under, Tone::Chosen),
        (&rest, Tone::Field),
        (&blank, Tone::Field),
    ]);
    canvas.row(area, 0, &line);
}
