//! The chart of the panel: GETs over time in stage 1, lines of the log in stage 2; with a zero line, times below, the
//! beginnings of phases, long silences of the log, and the rest as forecast.

use std::{collections::VecDeque, ops::Range};

use crate::{
    run::{Elapsed, Gap, Phase, RateSample, Silence, Timestamp, long_silences, settled_forecast},
    screen::{
        paint::{Chart, chart},
        panels::{Canvas, Line, Picture, Rect, Tone, columns},
        view::TimeAxis,
    },
    text::{age, hour_and_minute, plural, rate},
};

/// The fewest rows that show a course, and the most that the panel gives away.
pub(super) const MIN_ROWS: u16 = 2;
pub(super) const MAX_ROWS: u16 = 8;

/// From so many rows on the last one is for the times.
const TIMES_FROM: u16 = 3;

/// Columns between the beginnings of two times below the chart.
const TIME_COLUMNS: u16 = 10;

const MINUTES_BETWEEN_TIMES: [u64; 11] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440];

/// The GETs per second of stage 1, and their forecast; what is under the cursor.
pub(super) fn draw_rates(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) -> Option<String> {
    let download = &picture.run.download;
    let end = settled_forecast(picture.run, picture.now).end;
    let rest = end.zip(download.current_per_second).map(|(end, rate)| (end.latest.since(picture.now), rate));
    let course = Course { rates: &download.rates, phase: Phase::Stage1, words: rate, rest, silences: &[] };
    draw(picture, &course, area, canvas)
}

/// The lines of the log per minute since stage 2 began; what is under the cursor.
pub(super) fn draw_activity(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) -> Option<String> {
    let mut rates = log_rates(picture);
    if let (1, Some(first)) = (rates.len(), rates.front().copied()) {
        // A single rate is drawn as long as its span is.
        let at = first.at.before(picture.run.log.activity.span_length());
        rates.push_front(RateSample { at, ..first });
    }
    let silences = long_silences(picture.run, picture.now);
    let phase = Phase::Stage2;
    let course = Course { rates: &rates, phase, words: per_minute, rest: None, silences: &silences };
    draw(picture, &course, area, canvas)
}

/// From when on there is a chart of the lines of the log, while there is none.
pub(super) fn activity_follows(picture: &Picture<'_>) -> Option<String> {
    let run = picture.run;
    if run.phase() != Phase::Stage2 || !log_rates(picture).is_empty() {
        return None;
    }
    let begun = run.phases.span(Phase::Stage2).and_then(|span| span.started_at).unwrap_or(run.started_at);
    let from = run.log.activity.first_span_over(begun).filter(|from| *from > picture.now);
    // To the minute, in which it is there.
    let from = from.map(|from| format!("from {} on", hour_and_minute(from + Elapsed::from_secs(59))));
    Some(format!("chart of the log {}", from.unwrap_or_else(|| "follows".to_owned())))
}

/// The lines of the log over time since stage 2 began, without the times at which nobody looked.
pub(super) fn log_rates(picture: &Picture<'_>) -> VecDeque<RateSample> {
    let run = picture.run;
    let begun = run.phases.span(Phase::Stage2).and_then(|span| span.started_at).unwrap_or(run.started_at);
    let until = run.log.away_since.unwrap_or(picture.now);
    let mut rates = run.log.activity.rates(until);
    // Where nobody looked, no line is not silence.
    let is_unseen = |sample: &RateSample| {
        let within = |gap: &Gap| gap.from < sample.at && sample.at <= gap.to;
        sample.per_second == 0.0 && run.log.gaps.iter().chain(&run.absences).any(within)
    };
    // A span that began before the stage holds lines of the stage before, which would set the scale.
    let length = run.log.activity.span_length();
    rates.retain(|sample| sample.at.before(length) >= begun && !is_unseen(sample));
    rates
}

/// `12 lines/min`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of lines, which `as` bounds"
)]
fn per_minute(per_second: f64) -> String {
    format!("{}/min", plural((per_second * 60.0).round() as u64, "line"))
}

/// What a chart shows.
struct Course<'c> {
    rates: &'c VecDeque<RateSample>,
    /// The phase whose rates these are.
    phase: Phase,
    /// A rate in words.
    words: fn(f64) -> String,
    /// How long it may go on, and at which rate.
    rest: Option<(Elapsed, f64)>,
    /// Times without a line that have to be seen, also where they are narrower than a column.
    silences: &'c [Silence],
}

fn draw(picture: &Picture<'_>, course: &Course<'_>, area: Rect, canvas: &mut Canvas<'_>) -> Option<String> {
    let Course { rates, phase, words, rest, silences } = *course;
    let highest = rates.iter().map(|sample| sample.per_second).fold(0.0, f64::max);
    let (axis, label) = (canvas.theme.symbols().axis, words(highest));
    let label_width = u16::try_from(label.len() + 2).unwrap_or(u16::MAX);
    if area.height == 0 || area.width < label_width + 12 || rates.len() < 2 {
        return None;
    }
    let height = if area.height >= TIMES_FROM { area.height - 1 } else { area.height };
    let plot = Rect { x: area.x + label_width, width: area.width - label_width, height, ..area };
    // A course without a single line is a flat zero, and not nothing.
    let top = if highest > 0.0 { highest } else { 1.0 };
    let charset = canvas.theme.charset;
    let first = rates.front().map_or(picture.now, |sample| sample.at);
    let from = axis_begin(picture, phase, first);
    let whole = chart(rates, from, plot.width, height, top, charset)?;
    // The forecast on the same scale, as far as it leaves two thirds to what was measured.
    let ahead = rest.map_or(0, |(time, _)| whole.columns_of(time).min(plot.width / 3));
    let past = Rect { width: plot.width - ahead, ..plot };
    let chart = chart(rates, from, past.width, height, top, charset)?;
    for (row, text) in (0..height).zip(&chart.rows) {
        canvas.row(past, row, &Line::styled(text.as_str(), canvas.theme.style(Tone::Progress)));
    }
    draw_zero(&chart, plot, canvas);
    let zero = format!("{:>width$} {axis}", "0", width = label.len());
    canvas.row(area, height - 1, &canvas.line(zero, Tone::Quiet));
    canvas.row(area, 0, &canvas.line(format!("{label} {axis}"), Tone::Quiet));
    let marked = mark_phases(picture, &chart, from, past, canvas);
    mark_silences(&chart, silences, past, canvas);
    if let Some((_, rate)) = rest {
        let row = row_of(rate / top, height);
        let dots = canvas.line(canvas.theme.symbols().gap.repeat(ahead.into()), Tone::Progress);
        canvas.row(Rect { x: past.right(), width: ahead, ..plot }, row, &dots);
    }
    if area.height > height {
        let below = Rect { y: plot.bottom(), height: 1, ..area };
        let named = match name_longest(silences, below, canvas) {
            0 => name_mark(&marked, below, canvas),
            named => named,
        };
        let taken = named.saturating_sub(label_width);
        draw_times(
            &chart,
            picture.run.started_at,
            Rect { y: below.y, height: 1, ..plot },
            taken..past.width,
            canvas,
        );
    }
    let axis = TimeAxis { from, to: chart.end(), step: chart.per_column() };
    // Newer than the newest sample is the last column, until that has one.
    let column = picture.cursor().and_then(|cursor| chart.column(cursor.min(chart.end())));
    let begun = picture.run.started_at;
    // The columns of the forecast lie ahead: a cursor can be no later than the newest sample.
    let moment = chart.moment();
    picture.note_place(|places| {
        places.axis(axis);
        places.times(plot, move |column| Some(moment(column)).filter(|at| *at >= begun), column);
    });
    let column = column?;
    draw_cursor(Rect { x: past.x + column, width: 1, ..past }, canvas);
    Some(chart.value(column).map_or_else(|| "nothing measured".to_owned(), words))
}

/// The zero line, where no rate covers it.
fn draw_zero(chart: &Chart, plot: Rect, canvas: &mut Canvas<'_>) {
    let line = canvas.line(canvas.theme.symbols().zero, Tone::Quiet);
    let lowest: Vec<char> = chart.rows.last().map(|row| row.chars().collect()).unwrap_or_default();
    let is_blank = |column: &u16| lowest.get(usize::from(*column)).is_none_or(|cell| *cell == ' ');
    for column in (0..plot.width).filter(is_blank) {
        canvas.over(Rect { x: plot.x + column, width: 1, ..plot }, plot.height.saturating_sub(1), &line);
    }
}

/// Marks a column: by its style where it shows a rate, which stays legible, and by a line above that.
fn draw_cursor(area: Rect, canvas: &mut Canvas<'_>) {
    let (rate, above) = (canvas.theme.style(Tone::Progress), canvas.theme.style(Tone::Key));
    let rate = rate.patch(canvas.theme.style(Tone::Chosen));
    let line = canvas.theme.symbols().cursor;
    for place in area.rows() {
        let shown = canvas.drawing.symbol(place.x, place.y);
        let is_blank = [" ", canvas.theme.symbols().zero].contains(&shown.as_str());
        let (symbol, style) = if is_blank { (line, above) } else { (shown.as_str(), rate) };
        canvas.drawing.erase(place);
        canvas.drawing.write(symbol, place, style);
    }
}

/// The row, from above, in which a part of the full height lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the rows of a panel"
)]
fn row_of(part: f64, height: u16) -> u16 {
    let rows = f64::from(height);
    height - 1 - ((part * rows).ceil().clamp(1.0, rows) as u16 - 1)
}

/// Where the axis begins: with the phase, of which the `first` sample may come a while later.
fn axis_begin(picture: &Picture<'_>, phase: Phase, first: Timestamp) -> Timestamp {
    let span = picture.run.phases.span(phase);
    // Of what began before the run there is nothing to show.
    span.and_then(|span| span.started_at)
        .filter(|at| *at >= picture.run.started_at)
        .map_or(first, |at| at.min(first))
}

/// Where a phase began since the axis does: in the blank cells above the course, or in the highest cell where that has
/// none. Returns the phases.
fn mark_phases(
    picture: &Picture<'_>,
    chart: &Chart,
    from: Timestamp,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> Vec<Phase> {
    let mark = canvas.line(canvas.theme.symbols().dotted_boundary, Tone::Quiet);
    let mut marked = Vec::new();
    for span in &picture.run.phases.spans {
        let begun = span.started_at.filter(|at| *at >= from);
        let Some(column) = begun.and_then(|at| chart.column(at)) else { continue };
        marked.push(span.phase);
        let x = area.x + column;
        let is_blank = |row: &&String| row.chars().nth(column.into()) == Some(' ');
        let blank = chart.rows.iter().take_while(is_blank).count();
        for row in (0..area.height).take(blank.max(1)) {
            canvas.over(Rect { x, width: 1, ..area }, row, &mark);
        }
    }
    marked
}

/// Says in the row `area` what the mark of a phase stands for; returns the columns taken.
fn name_mark(marked: &[Phase], area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let phase = match marked {
        [] => return 0,
        [phase] => phase.noun(),
        _ => "phase begins",
    };
    let line = canvas.line(format!("{} {phase}", canvas.theme.symbols().dotted_boundary), Tone::Quiet);
    // A time and the word for the present stay.
    if columns(&line) + TIME_COLUMNS + 5 > area.width {
        return 0;
    }
    canvas.row(area, 0, &line);
    columns(&line) + 1
}

/// Marks on the zero line the columns in which no line came, at least one for each silence.
fn mark_silences(chart: &Chart, silences: &[Silence], area: Rect, canvas: &mut Canvas<'_>) {
    let mark = canvas.line(canvas.theme.symbols().attention, Tone::Attention);
    for Silence { from, to, .. } in silences {
        let to = to.unwrap_or_else(|| chart.end()).min(chart.end());
        // A column counts if the silence has its middle.
        let margin = chart.per_column().min(to.since(*from)).millis() / 2;
        let margin = Elapsed::from_millis(margin);
        let columns = chart.column(*from + margin).zip(chart.column(to.before(margin)));
        for column in columns.into_iter().flat_map(|(first, last)| first..=last) {
            canvas.over(Rect { x: area.x + column, width: 1, ..area }, area.height - 1, &mark);
        }
    }
}

/// The longest of the silences of stage 2, for where no chart marks them; in at most `width` columns.
pub(super) fn longest_silence(
    picture: &Picture<'_>,
    width: u16,
    canvas: &Canvas<'_>,
) -> Option<Line<'static>> {
    longest(&long_silences(picture.run, picture.now), width, canvas)
}

/// The longest silence and its time.
fn longest(silences: &[Silence], width: u16, canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let longest = silences.iter().max_by_key(|silence| silence.length)?;
    let (length, from) = (age(longest.length), hour_and_minute(longest.from));
    let time = match longest.to {
        Some(to) => format!("{from}{}{}", canvas.theme.symbols().dash, hour_and_minute(to)),
        None => format!("since {from}"),
    };
    let words = [format!("no line for {length}, {time}"), format!("no line {time}")];
    let mut lines = words.into_iter().map(|words| canvas.line(words, Tone::Attention));
    lines.find(|line| columns(line) <= width)
}

/// Names the longest silence in the row `area`; returns the columns taken.
fn name_longest(silences: &[Silence], area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    // The word for the present stays.
    let Some(line) = longest(silences, area.width.saturating_sub(5), canvas) else { return 0 };
    canvas.row(area, 0, &line);
    columns(&line) + 1
}

/// Full times of day below the `free` columns they belong to, and where the present is.
fn draw_times(chart: &Chart, begun: Timestamp, area: Rect, free: Range<u16>, canvas: &mut Canvas<'_>) {
    let now = canvas.line("now", Tone::Quiet);
    let from_now = free.end.saturating_sub(columns(&now));
    canvas.row(Rect { x: area.x + from_now, width: area.width - from_now, ..area }, 0, &now);
    let apart = chart.per_column().millis().saturating_mul(TIME_COLUMNS.into());
    let steps = MINUTES_BETWEEN_TIMES.map(|minutes| minutes * 60_000);
    let Some(step) = steps.into_iter().find(|step| *step >= apart) else { return };
    let since_full = u64::try_from(chart.end().utc().timestamp_millis()).unwrap_or(0) % step;
    let mut at: Timestamp = chart.end().before(Elapsed::from_millis(since_full));
    // While the samples do not fill the width, columns lie before the run.
    while let Some(column) = chart.column(at).filter(|_| at >= begun) {
        let time = canvas.line(hour_and_minute(at), Tone::Quiet);
        if column >= free.start && column + columns(&time) < from_now {
            canvas.row(Rect { x: area.x + column, width: area.width - column, ..area }, 0, &time);
        }
        at = at.before(Elapsed::from_millis(step));
    }
}
