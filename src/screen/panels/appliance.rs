//! The DR appliance: who it is, how it is reached, its service, threads, and what of its log came.

use super::{
    Canvas, Line, Picture, Rect, Span, Tone, hanging,
    replication::action_words,
    speed::{BEFORE_LOSS, dimmed, dr_is_lost, speed_in, thread_estimates},
};
use crate::{
    run::{ActionState, GetSpeed, Link, Phase, Reading, Role, Run, ServiceState, Timestamp, get_speed},
    screen::{keys::Panel, scene::RecordingState},
    text::{countdown, freshness, grouped, measured, plural},
};

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Appliances);
    let run = picture.run;
    let name = run.known_name(Role::Dr).unwrap_or("not given");
    let title = canvas.words(&[("DR appliance ", Tone::Strong), (name, Tone::Text)]);
    let is_lost = dr_is_lost(picture);
    let right = canvas.line(if is_lost { BEFORE_LOSS } else { "" }, Tone::Attention);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    // In their order on the panel, each with its place in the queue for room.
    let parts = [
        (0, service_rows(picture, inner.width, canvas)),
        (1, vec![threads_row(picture, inner.width, canvas)]),
        (2, advice_row(run, canvas)),
        (6, estimates_row(run, canvas)),
        (5, vec![identity_row(run, canvas)]),
        (3, vec![log_row(picture, canvas)]),
        (LINK, vec![link_row(picture, canvas)]),
    ];
    let granted = |place: u8, rows: &[Row]| {
        let before: usize = parts.iter().filter(|(own, _)| *own < place).map(|(_, rows)| rows.len()).sum();
        rows.len().min(usize::from(inner.height).saturating_sub(before))
    };
    let shown = parts.iter().flat_map(|(place, rows)| {
        // How it is reached is of this moment.
        let is_old = is_lost && *place != LINK;
        rows.iter().take(granted(*place, rows)).map(move |row| (is_old, row))
    });
    for (row, (is_old, (left, right))) in (0..inner.height).zip(shown) {
        let [left, right] = [left, right].map(|line| dimmed(line.clone(), is_old, canvas));
        canvas.pair(inner, row, &left, &right);
    }
}

/// The place of the connection.
const LINK: u8 = 4;

const LABEL: usize = 10;

/// The most lines of the appliance's own words on its service.
const MAX_SERVICE_LINES: usize = 3;

type Row = (Line<'static>, Line<'static>);

fn row(label_text: &str, text: impl Into<String>, tone: Tone, right: String, canvas: &Canvas<'_>) -> Row {
    let left = Line::from(vec![label(label_text, canvas), canvas.owned(text, tone)]);
    (left, canvas.line(right, Tone::Quiet))
}

fn ago(at: Option<Timestamp>, picture: &Picture<'_>) -> String {
    at.map_or_else(String::new, |at| format!("{} ago", freshness(picture.now.since(at))))
}

fn label(text: &str, canvas: &Canvas<'_>) -> Span<'static> {
    canvas.owned(format!("{text:<LABEL$}"), Tone::Quiet)
}

fn service_words(run: &Run) -> (String, Tone) {
    match run.dr.service.as_ref().map(|service| &service.reading) {
        None => ("not read yet".to_owned(), Tone::Quiet),
        Some(Reading::Known(ServiceState::Running(_))) => ("running".to_owned(), Tone::Good),
        Some(Reading::Known(ServiceState::Stopped)) if run.has_begun_stage_1() => {
            ("stopped".to_owned(), Tone::Text)
        }
        Some(Reading::Known(ServiceState::Stopped)) => ("not started".to_owned(), Tone::Text),
        Some(Reading::Known(ServiceState::Busy(words))) => (words.clone(), Tone::Attention),
        Some(Reading::ServiceDown) => ("not running".to_owned(), Tone::Text),
        Some(Reading::Unreadable) => ("unreadable".to_owned(), Tone::Attention),
        Some(Reading::Refused(words)) => (format!("refused: {words}"), Tone::Attention),
    }
}

/// The appliance's own words are never cut for their age: it does without its "ago", or stands below them.
fn service_rows(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Vec<Row> {
    let (text, tone) = service_words(picture.run);
    let age = picture.run.dr.service.as_ref().map(|seen| freshness(picture.now.since(seen.at)));
    let ages = age.map_or_else(|| [String::new(), String::new()], |age| [format!("{age} ago"), age]);
    let label = label("service", canvas);
    let whole = Line::from(vec![label.clone(), canvas.owned(&text, tone)]);
    for age in &ages {
        if whole.width() + 2 + age.len() <= usize::from(width) {
            return vec![(whole, canvas.line(age, Tone::Quiet))];
        }
    }
    let lines = hanging(label.into(), &text, canvas.theme.style(tone), width.into());
    let mut rows: Vec<Row> =
        lines.into_iter().take(MAX_SERVICE_LINES).map(|line| (line, Line::default())).collect();
    let [_, age] = ages;
    let age = canvas.line(age, Tone::Quiet);
    match rows.last_mut() {
        Some((words, right)) if words.width() + 2 + age.width() <= usize::from(width) => *right = age,
        _ => rows.push((Line::default(), age)),
    }
    rows
}

/// What to know about the number of threads, if anything.
fn advice_row(run: &Run, canvas: &Canvas<'_>) -> Vec<Row> {
    let advice = in_stage_1(run).and_then(|speed| speed.advice(run.threads_wanted()));
    advice.map(|advice| row("", advice, Tone::Attention, String::new(), canvas)).into_iter().collect()
}

/// What other numbers of threads may give.
fn estimates_row(run: &Run, canvas: &Canvas<'_>) -> Vec<Row> {
    let estimates = in_stage_1(run).map(|speed| thread_estimates(&speed));
    let row = |text| row("may give", text, Tone::Text, "GETs/s".to_owned(), canvas);
    estimates.map(row).into_iter().collect()
}

fn in_stage_1(run: &Run) -> Option<GetSpeed> {
    get_speed(run).filter(|_| run.phase() == Phase::Stage1)
}

/// In fewer words where the age of the reading has no room beside more.
fn threads_row(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Row {
    let age = picture.run.threads.as_ref().map(|threads| freshness(picture.now.since(threads.at)));
    let age = age.unwrap_or_default();
    let ago = if age.is_empty() { String::new() } else { format!("{age} ago") };
    let variants = [("GETs", &ago), ("", &ago), ("", &age)];
    let rows = variants.map(|(gets, age)| {
        let mut spans = vec![label("speed", canvas)];
        spans.extend(speed_in(picture, gets, canvas));
        spans.extend(threads_action(picture.run, canvas));
        (Line::from(spans), canvas.line(age.clone(), Tone::Quiet))
    });
    let fits = |(words, age): &Row| words.width() + 2 + age.width() <= usize::from(width);
    let [whole, ..] = &rows;
    rows.iter().find(|row| fits(row)).unwrap_or(whole).clone()
}

/// How setting them fares, while that is not plain from the number read.
fn threads_action(run: &Run, canvas: &Canvas<'_>) -> Option<Span<'static>> {
    let action = run.actions.last().filter(|action| action.plan.action.role() == Role::Dr)?;
    let read_at = run.threads.as_ref().filter(|seen| seen.reading.known().is_some()).map(|seen| seen.at);
    let is_read_since = read_at > action.settled_at;
    let (symbol, tone, words) = match &action.state {
        ActionState::Confirmed => return None,
        ActionState::Unknown { .. } if is_read_since => return None,
        // The reason has no room here; the message and the record have it.
        ActionState::Unknown { .. } => {
            let text = format!("   {} outcome unknown", canvas.theme.symbols().look);
            return Some(canvas.owned(text, Tone::Danger));
        }
        _ => action_words(action, canvas),
    };
    Some(canvas.owned(format!("   {symbol} {} {words}", action.plan.action.word()), tone))
}

fn identity_row(run: &Run, canvas: &Canvas<'_>) -> Row {
    let Some(identity) = &run.dr.identity else {
        return row("is", "not identified yet", Tone::Quiet, String::new(), canvas);
    };
    let parts = [&identity.product, &identity.release, &identity.model];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let serial = identity.serial.as_ref().map(|serial| format!("serial {serial}")).unwrap_or_default();
    row("is", parts.join("  "), Tone::Text, serial, canvas)
}

fn log_row(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Row {
    let log = &picture.run.log;
    let waiting = match picture.scene.journal {
        RecordingState::Failing(unwritten) if unwritten.lines.0 > 0 => Some(unwritten),
        _ => None,
    };
    let mut text = plural(log.tally.lines.0, "line");
    if let Some(unwritten) = waiting {
        text = format!("{text} + {} not on disk", grouped(unwritten.lines.0));
    }
    if log.tally.unparsed.0 > 0 {
        text = format!("{text}, {} in no known form", grouped(log.tally.unparsed.0));
    }
    if !log.gaps.is_empty() {
        text = format!("{text}, {}", plural(log.gaps.len() as u64, "gap"));
    }
    let last_at = waiting.and_then(|unwritten| unwritten.last_line_at).max(log.last_at);
    let tone = if log.gaps.is_empty() && waiting.is_none() { Tone::Text } else { Tone::Attention };
    row("log", text, tone, ago(last_at, picture), canvas)
}

fn link_row(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Row {
    let dr = &picture.run.dr;
    let (text, tone) = match &dr.link {
        Link::Absent => ("none: the log comes from elsewhere".to_owned(), Tone::Quiet),
        Link::Connecting if dr.away().is_some() => ("reconnecting now".to_owned(), Tone::Danger),
        Link::Connecting => ("connecting".to_owned(), Tone::Attention),
        Link::Connected => {
            let trip = dr.round_trip.map_or_else(|| "not measured".to_owned(), measured);
            (format!("round trip {trip}"), Tone::Text)
        }
        Link::Waiting { reason, retry_at } => {
            let retry = countdown(retry_at.since(picture.now));
            (format!("reconnecting {retry}: {reason}"), Tone::Danger)
        }
        Link::Stopped { reason } => (reason.clone(), Tone::Danger),
    };
    let offset = dr.clock_offset.filter(|seconds| seconds.abs() >= 3);
    let offset = offset.map(|seconds| format!("its clock {seconds:+} s")).unwrap_or_default();
    row("link", text, tone, offset, canvas)
}
