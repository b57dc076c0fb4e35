//! Which rows of the log are shown, and which are folded into one.

use std::{collections::BTreeSet, ops::Range};

use super::filter::LogFilter;
use crate::{
    run::Severity,
    screen::log::row::{LogRow, RowNumber},
};

/// Most stretches unfolded at a time; beyond it the first one folds again.
const MAX_UNFOLDED: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) filter: Option<LogFilter>,
    pub(crate) folds: bool,
    /// Rows that stay apart although they are equal.
    unfolded: Vec<Range<RowNumber>>,
    pub(crate) bookmarks: BTreeSet<RowNumber>,
}

impl Selection {
    /// Whether every row is shown by itself.
    pub(crate) const fn is_everything(&self) -> bool {
        self.filter.is_none() && !self.folds
    }

    pub(crate) fn shows(&self, number: RowNumber, row: &LogRow) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.shows(row) || self.bookmarks.contains(&number))
    }

    /// Whether two shown rows, with nothing shown between them, fold into one.
    pub(crate) fn folds_into_one(&self, one: (RowNumber, &LogRow), other: (RowNumber, &LogRow)) -> bool {
        self.may_fold(one) && self.may_fold(other) && is_same_pattern(one.1, other.1)
    }

    fn may_fold(&self, (number, row): (RowNumber, &LogRow)) -> bool {
        self.folds
            && row.mark.is_none()
            && row.severity.is_some_and(|severity| severity < Severity::Warning)
            && !self.bookmarks.contains(&number)
            && !self.unfolded.iter().any(|rows| rows.contains(&number))
    }

    pub(crate) fn unfold(&mut self, rows: Range<RowNumber>) {
        if self.unfolded.len() >= MAX_UNFOLDED {
            self.unfolded.remove(0);
        }
        self.unfolded.push(rows);
    }

    pub(crate) fn fold_all(&mut self, folds: bool) {
        self.folds = folds;
        self.unfolded.clear();
    }
}

/// Whether two rows differ in words with digits alone: times, counts, addresses, names of slabs.
fn is_same_pattern(one: &LogRow, other: &LogRow) -> bool {
    let is_alike =
        one.severity == other.severity && one.arrival == other.arrival && one.module == other.module;
    is_alike && pieces(&one.text).eq(pieces(&other.text))
}

/// The words of a text and what is between them; a word with a digit is `#`.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let end = if word == 0 { rest.chars().next()?.len_utf8() } else { word };
        let (piece, behind) = rest.split_at(end);
        rest = behind;
        Some(if piece.bytes().any(|byte| byte.is_ascii_digit()) { "#" } else { piece })
    })
}
