//! What drawings are drawn with: colours that stand for the classes of the style sheet, and the font of the page.

use plotters::prelude::*;

use crate::report::document::Tone;

/// What a drawing is made for: its letters keep their size, so that a small screen needs a drawing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report::formats::html) enum Shape {
    /// A page of paper, or a window.
    Wide,
    /// The screen of a telephone.
    Narrow,
}

/// The size of a drawing in its own units.
pub(super) type Size = (u32, u32);

/// A drawing could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DrawingError(String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for DrawingError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

pub(super) type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;

/// Colours that stand for the classes of the style sheet.
pub(super) const INK: RGBColor = RGBColor(1, 0, 0);
pub(super) const GRID: RGBColor = RGBColor(1, 0, 1);
pub(super) const EXPECTED: RGBColor = RGBColor(1, 0, 2);
/// Of a label within a bar.
pub(super) const ON_BAR: RGBColor = RGBColor(1, 0, 3);

pub(super) const fn colour(tone: Tone) -> RGBColor {
    match tone {
        Tone::Plain => RGBColor(1, 1, 0),
        Tone::First => RGBColor(1, 1, 1),
        Tone::Second => RGBColor(1, 1, 2),
        Tone::Third => RGBColor(1, 1, 3),
        Tone::Attention => RGBColor(1, 1, 4),
        Tone::Bad => RGBColor(1, 1, 5),
    }
}

const CLASSES: [(RGBColor, &str); 10] = [
    (INK, "ink"),
    (GRID, "grid"),
    (EXPECTED, "expected"),
    (ON_BAR, "on-bar"),
    (colour(Tone::Plain), "plain"),
    (colour(Tone::First), "first"),
    (colour(Tone::Second), "second"),
    (colour(Tone::Third), "third"),
    (colour(Tone::Attention), "attention"),
    (colour(Tone::Bad), "bad"),
];

/// With classes in place of colours, and the font of the page.
pub(super) fn with_classes(svg: &str) -> String {
    let mut out = svg.replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "");
    for (RGBColor(red, green, blue), class) in CLASSES {
        for attribute in ["fill", "stroke"] {
            let own = format!("{attribute}=\"#{red:02X}{green:02X}{blue:02X}\"");
            out = out.replace(&own, &format!("class=\"{attribute}-{class}\""));
        }
    }
    out
}

/// Text of that size and colour.
pub(super) fn font<'f>(size: i32, colour: RGBColor) -> TextStyle<'f> {
    ("sans-serif", size).into_font().color(&colour)
}
