//! Drawings of a report as SVG within the page: they have no colours and no fonts of their own, only the classes that the
//! style sheet of the page gives a colour in the light and in the dark.

mod curves;
mod palette;
mod timeline;

pub(crate) use self::palette::DrawingError;
pub(super) use self::palette::Shape;

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

pub(super) fn svg(drawing: &Drawing, shape: Shape) -> Result<Svg, DrawingError> {
    let size = curves::size(shape);
    match drawing {
        Drawing::Timeline { from, to, rows } => {
            let layout = timeline::Layout::of(shape);
            drawn(layout.size(rows), |area| timeline::draw(area, layout, (*from, *to), rows))
        }
        Drawing::Downloads { points, expected, unseen } => {
            drawn(size, |area| curves::downloads(area, shape, points, (*expected, unseen)))
        }
        Drawing::Rates { of_runs, unseen } => drawn(size, |area| curves::rates(area, shape, of_runs, unseen)),
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
