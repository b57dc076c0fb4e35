//! The time of day in the status strip: in UTC, in local time beside it, and how fast that of a demo runs.

use crate::{
    screen::panels::{Canvas, Line, Picture, Tone},
    text::time_of_day,
};

/// From this width on both times have room where the local time is shown.
const BOTH_TIMES_FROM: u16 = 76;

/// The time of day without its zone, and with it; the local time beside UTC, or alone where there is no room for both.
pub(super) fn clocks(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> (String, Line<'static>) {
    let now = picture.scene.facts.now;
    let utc = time_of_day(now);
    let mut line = canvas.words(&[(&utc, Tone::Strong), (" UTC ", Tone::Quiet)]);
    let Some(zone) = picture.scene.view.shown_zone() else { return (utc, line) };
    let (local, name) = zone.time_of_day(now);
    let beside = canvas.words(&[(&local, Tone::Strong), (&format!(" {name} "), Tone::Quiet)]);
    if width < BOTH_TIMES_FROM {
        let (local, name) = zone.minute(now);
        return (format!("{local} {name}"), beside);
    }
    line.push_span(" ");
    line.spans.extend(beside.spans);
    (utc, line)
}

/// The time with how fast the clock of a demo runs, where it runs faster than that of the machine.
pub(super) fn fast_clock(
    picture: &Picture<'_>,
    time: &Line<'static>,
    canvas: &Canvas<'_>,
) -> Option<Line<'static>> {
    let speed = picture.scene.view.clock_speed.filter(|speed| *speed > 1.0)?;
    let mut line = time.clone();
    line.push_span(canvas.owned(format!("{}{speed} ", canvas.theme.symbols().times), Tone::Simulated));
    Some(line)
}
