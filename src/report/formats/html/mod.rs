//! The report as one page that needs nothing else: no script, no font, no file. The templates are in `assets/report`;
//! they escape whatever they are given but the drawings, which are made here of numbers and of words of drwatch.

mod drawing;

use askama::Template;

use self::drawing::{DrawingError, Shape, Svg, svg};
use super::escape::{lines_of, shorten, visible};
use crate::report::document::{Block, Document, Figure, Prose, Span, Table};
use crate::report::sections::document;
use crate::report::value::Report;
use crate::run::Timestamp;
use crate::text::iso;

/// Why no page could be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// The template could not be filled.
    #[error("the page of the report cannot be made: {0}")]
    Fill(#[from] askama::Error),
    /// A figure could not be drawn.
    #[error("a figure of the report cannot be drawn: {0}")]
    Draw(#[from] DrawingError),
}

/// The report of a run as one page of HTML.
///
/// # Errors
/// [`PageError`]; no report is known to cause it.
pub(crate) fn html(report: &Report) -> Result<String, PageError> {
    let document = document(report);
    let figures =
        document.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Figure(figure) => Some(drawings(figure)),
            _ => None,
        });
    let figures = figures.collect::<Result<_, _>>()?;
    let page =
        Page { document: &document, style: include_str!("../../../../assets/report/style.css"), figures };
    Ok(page.render()?)
}

fn drawings(figure: &Figure) -> Result<(&'static str, [Svg; 2]), DrawingError> {
    Ok((figure.id, [svg(&figure.drawing, Shape::Wide)?, svg(&figure.drawing, Shape::Narrow)?]))
}

#[derive(Template)]
#[template(path = "page.html", config = "assets/report/askama.toml")]
struct Page<'d> {
    document: &'d Document,
    style: &'static str,
    /// By the anchors of their figures.
    figures: Vec<(&'static str, [Svg; 2])>,
}

impl<'d> Page<'d> {
    /// The figure for paper and windows, and that for a small screen, each with its class.
    fn drawings(&self, figure: &Figure) -> Vec<(&'static str, &Svg)> {
        let drawn = self.figures.iter().find(|(id, _)| *id == figure.id);
        drawn.map_or_else(Vec::new, |(_, drawn)| ["for-wide", "for-narrow"].into_iter().zip(drawn).collect())
    }

    #[expect(clippy::unused_self, reason = "the template can call nothing else")]
    fn words(&self, prose: &'d Prose) -> Words<'d> {
        Words { prose }
    }
}

/// Running text.
#[derive(Template)]
#[template(path = "words.html", config = "assets/report/askama.toml")]
struct Words<'p> {
    prose: &'p Prose,
}

/// Foreign text that can be shown; the template escapes it.
fn shown(text: &str) -> String {
    let text = visible(&shorten(text));
    if text.trim().is_empty() { "(empty)".to_owned() } else { text }
}

/// The two parts of a moment between which a narrow column on paper may break it.
fn date_and_time(at: &Timestamp) -> (String, String) {
    let text = iso(*at);
    let (date, time) = text.split_at(text.find('T').unwrap_or(text.len()));
    (date.to_owned(), time.to_owned())
}

/// Whether a word of a cell would make its table wider than a page of paper.
fn has_long_word(cell: &Prose) -> bool {
    cell.plain().split_whitespace().any(|word| word.chars().count() > MAX_WORD_CHARS)
}

/// Words up to this length are not broken; longer ones, such as addresses, anywhere.
const MAX_WORD_CHARS: usize = 30;

/// Whether a table has so many columns that its times have to be broken on paper.
fn has_many_columns(table: &Table) -> bool {
    table.head.len() > 7
}

/// Whether a table stays on one page in print.
fn is_short(table: &Table) -> bool {
    table.rows.len() <= MAX_KEPT_ROWS
}

/// So many rows of a table are kept on one page.
const MAX_KEPT_ROWS: usize = 9;

/// Whether a table is too wide for a small screen, where its rows become lists.
fn is_wide(table: &Table) -> bool {
    table.head.len() > 3
}
