//! How fast stage 1 downloads, and when it may end.

use super::{Canvas, Line, Picture, Span, Tone, headline::counts_late};
use crate::{
    run::{Phase, Progress, Standstill, Timestamp, progress, settled_forecast},
    screen::panels::speed::{BEFORE_LOSS, dr_is_lost, old_reading},
    text::{freshness, minute, rate},
};

/// The rates in `width` columns: the present one with its age where it is old, and those of the past.
pub(super) fn rates(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let download = &run.download;
    let mut spans = present_rate(picture, canvas);
    let awaits_marker = matches!(progress(run), Progress::AwaitingMarker { .. });
    // Waiting for the marker must not lower the mean of the download.
    let mean = download.mean_of_all.filter(|_| awaits_marker).or(download.mean_per_second);
    let mean = mean.filter(|_| run.uncounted_from().is_none());
    for (label, value) in [("mean", mean), ("peak", download.peak_per_second)] {
        let Some(value) = value.filter(|_| !run.is_download_in_doubt()) else { continue };
        let gap = if spans.is_empty() { "" } else { "   " };
        let tone = if dr_is_lost(picture) { Tone::Quiet } else { Tone::Text };
        let more = [canvas.owned(format!("{gap}{label} "), Tone::Quiet), canvas.owned(rate(value), tone)];
        let used: usize = spans.iter().chain(&more).map(Span::width).sum();
        if spans.is_empty() || used <= usize::from(width) {
            spans.extend(more);
        }
    }
    Line::from(spans)
}

/// The present rate; none once everything is downloaded and only the marker is awaited.
fn present_rate(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let run = picture.run;
    let awaits_marker = matches!(progress(run), Progress::AwaitingMarker { .. });
    if run.phase() != Phase::Stage1 || awaits_marker {
        return Vec::new();
    }
    let now = run.download.current_per_second.map_or_else(|| "--".to_owned(), rate);
    let now = format!("{now:>8}");
    if dr_is_lost(picture) {
        let label = canvas.owned(format!(" {BEFORE_LOSS}"), Tone::Attention);
        return vec![canvas.owned(now, Tone::Quiet), label];
    }
    if let Some(age) = old_reading(picture) {
        let age = format!(" {} ago", freshness(age));
        return vec![canvas.owned(now, Tone::Text), canvas.owned(age, Tone::Attention)];
    }
    if run.reported.stalled.is_some() {
        return vec![canvas.owned(now, Tone::Danger), canvas.owned("  STALLED", Tone::Danger)];
    }
    vec![canvas.owned(now, Tone::Strong)]
}

/// When stage 1 may end, in `room` columns; in local time too where that is shown and fits.
pub(super) fn done_between(picture: &Picture<'_>, room: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let now = picture.now;
    let forecast = settled_forecast(picture.run, now);
    let Some(end) = forecast.end else { return standstill(forecast.standstill, now, canvas) };
    let tone = if dr_is_lost(picture) { Tone::Quiet } else { Tone::Text };
    let (soonest, latest) = (end.earliest, end.latest);
    let (from, to) = (minute(soonest, now), minute(latest, now));
    if counts_late(picture.run) {
        return canvas.words(&[("ends by ", Tone::Quiet), (&to, tone)]);
    }
    let range = if from == to { from } else { format!("{from} {} {to}", canvas.theme.symbols().dash) };
    let mut line = canvas.words(&[("ends ", Tone::Quiet), (&range, tone)]);
    if let Some(zone) = picture.scene.view.shown_zone() {
        let ((from, name), (to, _)) = (zone.minute(soonest), zone.minute(latest));
        let local = format!("  {from} {} {to} {name}", canvas.theme.symbols().dash);
        let local = canvas.owned(local, Tone::Quiet);
        // The range in UTC is never given up for it.
        if line.width() + local.width() <= usize::from(room) {
            line.spans.push(local);
        }
    }
    line
}

/// Why no end is given, and since when. The headline says that only the marker is awaited.
fn standstill(standstill: Option<Standstill>, now: Timestamp, canvas: &Canvas<'_>) -> Line<'static> {
    let awaits_marker = |standstill: &Standstill| matches!(standstill, Standstill::AwaitingMarker(_));
    let Some(standstill) = standstill.filter(|standstill| !awaits_marker(standstill)) else {
        return Line::default();
    };
    let age = freshness(now.since(standstill.since()));
    canvas.words(&[(standstill.words(), Tone::Attention), (&format!(" {age}"), Tone::Quiet)])
}
