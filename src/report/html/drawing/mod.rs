//! Drawings of a report as SVG within the page: they have no colours and no fonts of their own, only the classes that the
//! style sheet of the page gives a colour in the light and in the dark.

mod curves;
mod timeline;

use plotters::prelude::*;

use crate::report::document::{Drawing, Tone};

/// The size of a drawing in its own units.
type Size = (u32, u32);

/// A drawing could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DrawingError(String);

impl<E: std::error::Error + Send + Sync> From<DrawingAreaErrorKind<E>> for DrawingError {
    fn from(error: DrawingAreaErrorKind<E>) -> Self {
        Self(error.to_string())
    }
}

/// What is within the `svg` element of a drawing.
pub(super) struct Svg {
    inner: String,
    size: Size,
}

impl Svg {
    pub(super) fn inner(&self) -> &str {
        &self.inner
    }

    pub(super) const fn size(&self) -> Size {
        self.size
    }
}

type Area<'s> = DrawingArea<SVGBackend<'s>, plotters::coord::Shift>;

pub(super) fn svg(drawing: &Drawing) -> Result<Svg, DrawingError> {
    match drawing {
        Drawing::Timeline { from, to, rows } => {
            drawn(timeline::size(rows), |area| timeline::draw(area, (*from, *to), rows))
        }
        Drawing::Downloads { points, expected } => {
            drawn(curves::SIZE, |area| curves::downloads(area, points, *expected))
        }
        Drawing::Rates(of_runs) => drawn(curves::SIZE, |area| curves::rates(area, of_runs)),
    }
}

fn drawn(size: Size, draw: impl FnOnce(&Area<'_>) -> Result<(), DrawingError>) -> Result<Svg, DrawingError> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area)?;
        area.present()?;
    }
    // The page has its own element around it, with a title.
    let inner =
        text.split_once("<svg").and_then(|(_, rest)| rest.split_once('>')).map_or("", |(_, inner)| inner);
    let inner = inner.trim().strip_suffix("</svg>").unwrap_or(inner);
    Ok(Svg { inner: with_classes(inner), size })
}

/// Colours that stand for the classes of the style sheet.
const INK: RGBColor = RGBColor(1, 0, 0);
const GRID: RGBColor = RGBColor(1, 0, 1);
const EXPECTED: RGBColor = RGBColor(1, 0, 2);
/// Of a label within a bar.
const ON_BAR: RGBColor = RGBColor(1, 0, 3);

const fn colour(tone: Tone) -> RGBColor {
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
fn with_classes(svg: &str) -> String {
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
fn font<'f>(size: i32, colour: RGBColor) -> TextStyle<'f> {
    ("sans-serif", size).into_font().color(&colour)
}
