//! Drawings of a report as SVG within the page: they have no colours and no fonts of their own, only the classes that the
//! style sheet of the page gives a colour in the light and in the dark.

mod curves;
mod palette;
mod timeline;

pub(crate) use self::palette::DrawingError;

use plotters::prelude::*;

use self::palette::{Area, Size, with_classes};
use crate::report::document::Drawing;

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
