//! The answer to a key that a dialog has no use for, beside its title where it covers the key line.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    screen::paint::{Theme, Tone, columns},
    text::fit,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyAnswer<'k> {
    pub(crate) key: &'k str,
    /// The row of the key line, which answers wherever it is in sight; `None` where there is none.
    pub(crate) key_line: Option<u16>,
}

/// The fewest columns of a title that say anything.
const MIN_TITLE: u16 = 6;

/// The columns between two titles of a frame, with the blanks around each.
const AROUND_TITLES: u16 = 5;

impl KeyAnswer<'_> {
    pub(super) fn line(self, theme: Theme) -> Line<'static> {
        Line::styled(format!("no key here: {}", self.key), theme.style(Tone::Attention))
    }

    /// Whether a dialog at `place` covers the key line.
    pub(super) fn is_covered(self, place: Rect) -> bool {
        self.key_line.is_none_or(|row| place.bottom() > row)
    }

    /// The titles of a frame of `width` columns: `title`, as far as it has room, and the answer.
    pub(super) fn beside(
        self,
        title: &Span<'static>,
        width: u16,
        theme: Theme,
    ) -> (Line<'static>, Line<'static>) {
        let answer = self.line(theme);
        let room = width.saturating_sub(2 + AROUND_TITLES + columns(&answer));
        if room < MIN_TITLE {
            return (answer, Line::default());
        }
        let cut = fit(&title.content, room.into(), theme.symbols().ellipsis).into_owned();
        (Line::styled(cut, title.style), answer)
    }
}
