//! Stage 1 in numbers: how many objects of how many, how fast, until when; in stage 2 the time
//! alone, because nothing is counted there.

use ratatui::layout::Margin;
use unicode_width::UnicodeWidthStr as _;

use super::{
    Canvas, Line, Picture, Rect, Span, Tone, below, columns, right_end,
    speed::{BEFORE_LOSS, dimmed, dr_is_lost, old_reading, speed},
};
use crate::{
    run::{Length, Outcome, Phase, Run, Timestamp},
    screen::keys::Panel,
    text::{freshness, grouped, minute, moment, time_of_day},
};

mod bucket;
mod final_lines;
mod headline;
mod rate_chart;
mod rates;
mod row;
mod stage_2;

use bucket::{bucket, listing};
use headline::headline;
use rates::{done_between, rates};
use row::Row;

/// Rows of the panel that stage 2 shows above the chart of the log: its time, past runs, the final lines, the log.
const ROWS_ABOVE_ACTIVITY: u16 = 4;

/// Rows of the panel that stage 1 shows below the headline and its bar: the rates, the counter, and the speed or the bucket.
const ROWS_BELOW_PROGRESS: u16 = 3;

/// What of stage 2 the rows of the panel are enough for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RoomFor {
    /// A row or two.
    Lines,
    /// [`ROWS_ABOVE_ACTIVITY`] and the chart.
    Chart,
    /// The same rows and the figures of stage 1, while there is no chart.
    Figures,
    All,
}

fn counter(run: &Run, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let download = &run.download;
    let Some((value, ..)) = download.counter else {
        return canvas.line("GET counter not read yet", Tone::Quiet);
    };
    let counter = grouped(value.0);
    let Some(baseline) = &download.baseline else {
        return canvas.words(&[("GET counter ", Tone::Quiet), (&counter, Tone::Text)]);
    };
    let late = |tone| if baseline.late { Tone::Attention } else { tone };
    // After stage 1 the counter goes on rising; the count above ends with the stage.
    let last_of_stage = download.epochs.last().map(|epoch| epoch.last);
    let is_over = run.phase() > Phase::Stage1;
    let to = format!(" {} ", canvas.theme.symbols().arrow);
    let at_start = if baseline.late { " at late start, " } else { " at start, " };
    let (between, counter, after, later) = match last_of_stage.filter(|last| is_over && *last < value) {
        Some(last) => (to.as_str(), grouped(last.0), "", format!(", now {counter}")),
        None if is_over => (to.as_str(), counter, "", String::new()),
        None => (at_start, counter, " now", String::new()),
    };
    let mut line = canvas.words(&[
        ("GETs ", Tone::Quiet),
        (&grouped(baseline.value.0), late(Tone::Text)),
        (between, late(Tone::Quiet)),
        (&counter, Tone::Text),
        (after, Tone::Quiet),
    ]);
    let later = canvas.owned(later, Tone::Quiet);
    // A part of it would be taken for another number.
    if line.width() + later.width() <= usize::from(width) {
        line.spans.push(later);
    }
    line
}

/// That an alarm is not settled, and when it was raised.
fn alarm_words(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Option<String> {
    let alarm = picture.run.unsettled_alarm()?;
    Some(format!("{} ALARM {}", canvas.theme.symbols().failed, minute(alarm.opened_at, picture.now)))
}

/// As the phase bar shows it.
fn elapsed(run: &Run, phase: Phase, now: Timestamp) -> Option<Length> {
    run.phases.span(phase)?.whole_length(now)
}

fn later_rows(picture: &Picture<'_>, width: u16, room_for: RoomFor, canvas: &Canvas<'_>) -> Vec<Row> {
    let run = picture.run;
    let time = elapsed(run, Phase::Stage2, picture.now).map_or_else(String::new, |time| time.to_string());
    let is_complete =
        run.phase() > Phase::Stage2 && run.is_stage_complete(Phase::Stage2) && run.failed.is_none();
    let (left, is_compared) = if run.phase() == Phase::Stage2 {
        ("namespace generation", true)
    } else if run.failed.is_some() {
        ("the restore failed", false)
    } else if !run.is_stage_complete(Phase::Stage2) {
        ("no namespace was generated", false)
    } else {
        ("namespace generated in", true)
    };
    let tone = if run.failed.is_some() { Tone::Danger } else { Tone::Text };
    let time = if time.is_empty() { time } else { format!("  {time}") };
    let alarm = alarm_words(picture, canvas).filter(|_| is_complete);
    let left = match &alarm {
        // The row with the final lines may have no room.
        Some(alarm) if room_for == RoomFor::Lines => canvas.words(&[
            (&format!("{alarm}  "), Tone::Danger),
            ("restored in", tone),
            (&time, Tone::Strong),
        ]),
        _ => canvas.words(&[(left, tone), (&time, Tone::Strong)]),
    };
    let room = usize::from(width).saturating_sub(left.width() + 2);
    let words = if is_compared { stage_2::comparisons(picture, canvas) } else { Vec::new() };
    let within = |room: usize| words.iter().find(|words| words.width() <= room).cloned().unwrap_or_default();
    // While the stage lasts the whole comparison is worth a row; where rows are few, the two final lines share one.
    let needs_row = run.phase() == Phase::Stage2
        && room_for != RoomFor::Lines
        && words.first().is_some_and(|words| words.width() > room);
    let right = if needs_row { String::new() } else { within(room) };
    let mut rows = vec![Row { left, right: canvas.line(right, Tone::Quiet) }];
    if needs_row {
        rows.push(Row { left: canvas.line(within(width.into()), Tone::Quiet), right: Line::default() });
    }
    let mut ending = if needs_row && matches!(room_for, RoomFor::Chart | RoomFor::Figures) {
        vec![final_lines::in_one_row(run, width, canvas)]
    } else {
        final_lines::rows(run, canvas)
    };
    if let Some((last, alarm)) = ending.last_mut().zip(alarm) {
        // A restore that is called successful is not called so alone, nor first.
        let first = canvas.owned(format!("{alarm}  "), Tone::Danger);
        if first.width() + last.left.width() <= usize::from(width) {
            last.left.spans.insert(0, first);
            last.right = Line::default();
        } else {
            last.right = canvas.line(alarm, Tone::Danger);
        }
    }
    rows.extend(ending);
    let of_log = if room_for == RoomFor::Figures { 1 } else { usize::MAX };
    rows.extend(stage_2::rows(picture, width, canvas).into_iter().take(of_log));
    let head = headline(picture, canvas);
    let mut left = head.left;
    if let Some(time) = elapsed(run, Phase::Stage1, picture.now) {
        left.spans.push(canvas.owned(format!(" in {time}"), Tone::Quiet));
    }
    rows.push(Row { left, right: head.right });
    rows.extend(bucket::came_later(picture, canvas));
    rows.push(Row { left: rates(picture, width, canvas), right: Line::default() });
    rows.push(Row { left: counter(run, width, canvas), right: listing(picture, canvas) });
    rows.push(bucket(run, width, canvas));
    rows
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, shows_appliance: bool, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Objects);
    let run = picture.run;
    let title = match run.phase() {
        Phase::Prepare | Phase::Stage1 => "metadata objects",
        Phase::Stage2 => "stage 2",
        _ if run.outcome() != Outcome::Restored => "objects",
        Phase::InUse | Phase::Ended => "objects, restored",
    };
    let title = canvas.line(title, Tone::Strong);
    // Later nothing of the panel comes from the counter.
    let read = run.download.counter.filter(|_| run.phase() <= Phase::Stage1);
    let is_lost = dr_is_lost(picture);
    let room = usize::from(area.width).saturating_sub(title.width() + 7);
    let age = read.map(|(_, at, _)| {
        let at_loss = format!("counter read {}, {BEFORE_LOSS}", time_of_day(at));
        match (is_lost, at_loss.len() <= room) {
            (true, true) => at_loss,
            // The rate below says that it is of before the loss.
            (true, false) => format!("read {}", time_of_day(at)),
            (false, _) => format!("counter {} ago", freshness(picture.now.since(at))),
        }
    });
    let tone = if is_lost || old_reading(picture).is_some() { Tone::Attention } else { Tone::Quiet };
    let right = canvas.line(age.filter(|_| picture.cursor().is_none()).unwrap_or_default(), tone);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    let value = draw_content(picture, inner, shows_appliance, canvas);
    if let Some(at) = picture.cursor() {
        let (cursor, at) = (canvas.theme.symbols().cursor, moment(at, picture.now));
        let value = value.map(|value| format!("  {value}")).unwrap_or_default();
        let reading = canvas.line(format!(" {cursor} {at}{value} "), Tone::Chosen);
        let edge = area.inner(Margin::new(1, 0));
        canvas.over(right_end(edge, &reading), 0, &reading);
    }
}

/// Draws what is inside the frame; returns the value under the cursor.
fn draw_content(
    picture: &Picture<'_>,
    inner: Rect,
    shows_appliance: bool,
    canvas: &mut Canvas<'_>,
) -> Option<String> {
    let run = picture.run;
    if run.phase() > Phase::Stage1 {
        let for_chart = inner.height.saturating_sub(ROWS_ABOVE_ACTIVITY);
        let follows = rate_chart::activity_follows(picture);
        let room_for = match for_chart {
            ..=rate_chart::MAX_ROWS if follows.is_some() => RoomFor::Figures,
            ..=rate_chart::MAX_ROWS => RoomFor::Chart,
            _ => RoomFor::All,
        };
        let mut rows = later_rows(picture, inner.width, room_for, canvas);
        if run.phase() == Phase::Stage2 && for_chart >= rate_chart::MIN_ROWS {
            // Stage 2 has no counter: the log is what shows that it goes on. The figures of stage 1 need less room.
            if let Some(follows) = follows {
                let used = draw_rows(rows, Rect { height: inner.height - 1, ..inner }, canvas);
                canvas.row(inner, used, &canvas.line(follows, Tone::Quiet));
                return None;
            }
            let more = usize::from(for_chart.saturating_sub(rate_chart::MAX_ROWS));
            rows.truncate(usize::from(ROWS_ABOVE_ACTIVITY) + more);
            let used = draw_rows(
                rows,
                Rect { height: inner.height - for_chart.min(rate_chart::MAX_ROWS), ..inner },
                canvas,
            );
            return rate_chart::draw_activity(picture, below(inner, used), canvas);
        }
        let silence = Some(inner.width).filter(|_| run.phase() == Phase::Stage2);
        let silence = silence.and_then(|width| rate_chart::longest_silence(picture, width, canvas));
        let above = inner.height.saturating_sub(u16::from(silence.is_some()));
        draw_rows(rows, Rect { height: above, ..inner }, canvas);
        if let Some(silence) = silence {
            canvas.row(inner, above, &silence);
        }
        return None;
    }
    let used = draw_progress(picture, inner, canvas);
    let rest = below(inner, used);
    let rates = {
        let end = columns(&done_between(picture, 0, canvas));
        // Where the end has no row of its own, the mean and the peak leave it room.
        let beside = if rest.height <= ROWS_BELOW_PROGRESS && end > 0 { end + 2 } else { 0 };
        rates(picture, inner.width.saturating_sub(beside), canvas)
    };
    let room = inner.width.saturating_sub(columns(&rates) + 2);
    let is_lost = dr_is_lost(picture);
    let counter = dimmed(counter(run, inner.width, canvas), is_lost, canvas);
    let mut rows = vec![
        Row { right: done_between(picture, room, canvas), left: rates },
        Row { left: counter, right: listing(picture, canvas) },
    ];
    rows.push(if shows_appliance {
        bucket(run, inner.width, canvas)
    } else {
        let speed = dimmed(Line::from(speed(picture, canvas)), is_lost, canvas);
        Row { left: speed, right: Line::default() }
    });
    let used = draw_rows(rows, rest, canvas);
    rate_chart::draw_rates(picture, below(rest, used), canvas)
}

/// Headline and bar; returns the rows used.
fn draw_progress(picture: &Picture<'_>, inner: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let head = headline(picture, canvas);
    let fits = canvas.pair(inner, 0, &head.left, &head.right);
    let mut row = 1;
    if !fits && inner.height > 4 {
        canvas.row(inner, row, &head.right);
        row += 1;
    }
    let Some((part, whole, tone)) = head.bar else { return row };
    let bar = canvas.bar(part, whole, inner.width, tone);
    canvas.row(inner, row, &bar);
    row + 1
}

/// Draws the rows from above; a right part that does not fit beside its left gets a row of its own
/// while there are enough. Returns the rows used.
fn draw_rows(rows: Vec<Row>, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let mut used = 0;
    let count = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let mut spare = area.height.saturating_sub(count);
    for Row { left, right } in rows {
        if left.width() == 0 && right.width() == 0 {
            spare += 1;
            continue;
        }
        let fits = canvas.pair(area, used, &left, &right);
        used += 1;
        if !fits && right.width() > 0 && spare > 0 {
            canvas.row(area, used, &right);
            used += 1;
            spare -= 1;
        }
    }
    used.min(area.height)
}

/// The panel in two rows, or one.
pub(crate) fn draw_lines(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let run = picture.run;
    if run.phase() > Phase::Stage1 {
        draw_rows(later_rows(picture, area.width, RoomFor::Lines, canvas), area, canvas);
        return;
    }
    let head = headline(picture, canvas);
    let mut line = head.left;
    // The row of the rates says so, where there is one.
    let is_alone = dr_is_lost(picture) && area.height < 2;
    let right = if is_alone { canvas.line(BEFORE_LOSS, Tone::Attention) } else { head.right };
    let room = usize::from(area.width).saturating_sub(line.width() + right.width() + 4);
    if let (Some((part, whole, tone)), true) = (head.bar, room >= 8) {
        line.spans.push(Span::raw("  "));
        line.spans.extend(canvas.bar(part, whole, u16::try_from(room).unwrap_or(8), tone).spans);
    }
    canvas.pair(area, 0, &line, &right);
    let rates = rates(picture, area.width, canvas);
    let left = if rates.width() > 0 {
        rates
    } else {
        dimmed(counter(run, area.width, canvas), dr_is_lost(picture), canvas)
    };
    let room = area.width.saturating_sub(columns(&left) + 2);
    canvas.pair(area, 1, &left, &done_between(picture, room, canvas));
}
