//! Curves over the time since stage 1 began.

use plotters::prelude::*;

use super::palette::{Area, DrawingError, EXPECTED, GRID, INK, Shape, Size, colour, font};
use crate::report::document::{Stretch, Tone};
use crate::run::{Elapsed, ObjectCount};
use crate::text::grouped;

/// The size of a chart.
pub(super) const fn size(shape: Shape) -> Size {
    match shape {
        Shape::Wide => (760, 250),
        Shape::Narrow => (340, 220),
    }
}

/// Half a label of the time, which stands under the very end of the axis where one is due there.
const HALF_LABEL: i32 = 32;

/// Room above the highest point.
const HEADROOM: f64 = 1.08;

#[expect(clippy::cast_precision_loss, reason = "drawn to a pixel")]
pub(super) fn downloads(
    area: &Area<'_>,
    shape: Shape,
    points: &[(Elapsed, ObjectCount)],
    (expected, unseen): (Option<ObjectCount>, &[Stretch]),
) -> Result<(), DrawingError> {
    let curve: Vec<(f64, f64)> = points.iter().map(|(at, count)| (at.secs_f64(), count.0 as f64)).collect();
    let limit = expected.map(|count| count.0 as f64);
    draw(area, shape, &[curve], (limit, unseen))
}

pub(super) fn rates(
    area: &Area<'_>,
    shape: Shape,
    of_runs: &[Vec<(Elapsed, f64)>],
    unseen: &[Stretch],
) -> Result<(), DrawingError> {
    let curve = |curve: &Vec<(Elapsed, f64)>| curve.iter().map(|(at, rate)| (at.secs_f64(), *rate)).collect();
    draw(area, shape, &of_runs.iter().map(curve).collect::<Vec<_>>(), (None, unseen))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of an axis, never negative"
)]
fn draw(
    area: &Area<'_>,
    shape: Shape,
    curves: &[Vec<(f64, f64)>],
    (limit, unseen): (Option<f64>, &[Stretch]),
) -> Result<(), DrawingError> {
    // Labels of the time, each 60 pixels wide.
    let most = if shape == Shape::Wide { 8 } else { 3 };
    let points = || curves.iter().flatten();
    // An empty axis has no scale.
    let end = points().map(|(at, _)| *at).fold(1.0, f64::max);
    let top = points().map(|(_, value)| *value).chain(limit).fold(1.0, f64::max) * HEADROOM;
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_right(HALF_LABEL)
        .x_label_area_size(26)
        .y_label_area_size(58)
        .build_cartesian_2d(0.0..end, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        // In whole seconds: a label a second at most, or some would say the same.
        .x_labels((end as usize).clamp(1, most))
        .y_labels(5)
        .axis_style(GRID)
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .label_style(font(12, INK))
        .x_label_formatter(&|seconds| time(*seconds))
        .y_label_formatter(&|value| number(*value, top))
        .draw()?;
    let tones = [Tone::First, Tone::Second, Tone::Third, Tone::Attention];
    for (from, to) in unseen {
        let corners = [(from.secs_f64(), 0.0), (to.secs_f64(), top)];
        chart.draw_series([Rectangle::new(corners, colour(Tone::Bad).mix(0.15).filled())])?;
    }
    for (curve, tone) in curves.iter().zip(tones) {
        // No line leads through what was not watched.
        // Of which the readings beside it may be a little off its ends.
        let is_broken = |from: f64, to: f64| {
            let overlap = |(lost, back): &Stretch| {
                back.secs_f64().min(to) - lost.secs_f64().max(from) > (to - from) / 2.0
            };
            unseen.iter().any(overlap)
        };
        for part in curve.chunk_by(|one, next| !is_broken(one.0, next.0)) {
            if curves.len() == 1 {
                chart.draw_series(AreaSeries::new(part.iter().copied(), 0.0, colour(tone).mix(0.15)))?;
            }
            chart.draw_series(LineSeries::new(part.iter().copied(), colour(tone).stroke_width(2)))?;
        }
    }
    if let Some(limit) = limit {
        let line = [(0.0, limit), (end, limit)];
        chart.draw_series(LineSeries::new(line, EXPECTED.stroke_width(1)))?;
    }
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "labels of an axis, never negative"
)]
fn time(seconds: f64) -> String {
    Elapsed::from_millis((seconds * 1000.0).round() as u64).to_string()
}

/// A label of an axis that reaches to `top`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "labels of an axis, never negative"
)]
fn number(value: f64, top: f64) -> String {
    if top < 10.0 { format!("{value:.1}") } else { grouped(value.round() as u64) }
}

#[cfg(test)]
mod tests {
    use super::super::svg;
    use super::*;
    use crate::report::document::Drawing;

    #[test]
    fn a_label_under_the_end_of_the_axis_is_not_cut() {
        let points = [0, 12].map(|seconds| (Elapsed::from_secs(seconds), ObjectCount(seconds))).into();
        let drawing = Drawing::Downloads { points, expected: None, unseen: Vec::new() };
        for shape in [Shape::Wide, Shape::Narrow] {
            let drawn = svg(&drawing, shape).unwrap();
            let labels = drawn.inner().split("<text ").filter(|text| text.contains("text-anchor=\"middle\""));
            let places = labels.map(|text| text.split('"').nth(1).unwrap().parse::<u32>().unwrap());
            let last = places.max().unwrap();
            // Eight digits of 12 pixels.
            assert!(last + 30 <= size(shape).0, "{last}");
        }
        assert!(svg(&drawing, Shape::Wide).unwrap().inner().contains("00:00:12"));
    }

    #[test]
    fn no_two_labels_of_a_short_axis_say_the_same() {
        for end in 1..20 {
            let points = [0, end].map(|seconds| (Elapsed::from_secs(seconds), ObjectCount(seconds))).into();
            let drawn =
                svg(&Drawing::Downloads { points, expected: None, unseen: Vec::new() }, Shape::Wide).unwrap();
            let labels = drawn.inner().lines().filter(|line| line.starts_with("00:00:")).collect::<Vec<_>>();
            let different: std::collections::BTreeSet<_> = labels.iter().collect();
            assert!(!labels.is_empty() && different.len() == labels.len(), "{end} s: {labels:?}");
        }
    }
}
