//! Tables of a report. What is not known reads "unknown", never 0.

pub(in crate::report) const UNKNOWN: &str = "unknown";

/// A value, or "unknown".
pub(in crate::report) fn known<T, S: ToString>(value: Option<T>, show: impl FnOnce(T) -> S) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| show(value).to_string())
}

/// On which side a column is flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Flush {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

impl Flush {
    /// The word for it in a style sheet.
    pub(in crate::report) const fn class(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// A Markdown table that also reads as plain text.
pub(in crate::report) fn table(head: &[(&str, Flush)], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<_> = head.iter().map(|(title, _)| title.chars().count().max(3)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let titles: Vec<_> = head.iter().map(|(title, _)| (*title).to_owned()).collect();
    let mut lines = vec![table_row(&titles, head, &widths)];
    lines.push(table_rule(head, &widths));
    lines.extend(rows.iter().map(|row| table_row(row, head, &widths)));
    lines.concat()
}

fn table_row(cells: &[String], head: &[(&str, Flush)], widths: &[usize]) -> String {
    let pad = |((cell, (_, flush)), &width): ((&String, &(&str, Flush)), &usize)| match flush {
        Flush::Left => format!("| {cell:<width$} "),
        Flush::Right => format!("| {cell:>width$} "),
    };
    cells.iter().zip(head).zip(widths).map(pad).chain(["|\n".to_owned()]).collect()
}

fn table_rule(head: &[(&str, Flush)], widths: &[usize]) -> String {
    let rule = |((_, flush), &width): (&(&str, Flush), &usize)| match flush {
        Flush::Left => format!("|{}", "-".repeat(width + 2)),
        Flush::Right => format!("|{}:", "-".repeat(width + 1)),
    };
    head.iter().zip(widths).map(rule).chain(["|\n".to_owned()]).collect()
}
