//! The appliances: who they are, how they are reached, the last answer to every question with its age and the raw
//! reply, and when a connection was lost.

use super::{
    super::speed::{per_thread, thread_estimates},
    Canvas, Line, Picture, Rect, Tone, draw_scrolled, hanging,
};
use crate::{
    run::{LastReply, Link, Phase, Question, Reading, Role, get_speed},
    screen::keys::Panel,
    text::{countdown, freshness, grouped, lines_of_printable, measured, plural, rate, time_of_day},
};

/// From this width on the two appliances are side by side.
const SIDE_BY_SIDE_FROM: u16 = 110;

/// Most losses of a connection listed of each appliance, the latest first.
const MAX_OUTAGES: usize = 20;

/// Columns of a label.
const LABEL: usize = 13;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Appliances);
    if area.width >= SIDE_BY_SIDE_FROM {
        let left = Rect { width: area.width / 2, ..area };
        let right = Rect { x: area.x + left.width, width: area.width - left.width, ..area };
        for (role, place) in [(Role::Primary, left), (Role::Dr, right)] {
            let name = picture.run.known_name(role).unwrap_or("not given");
            let title = canvas.words(&[(&format!("{role} "), Tone::Strong), (name, Tone::Text)]);
            let inner = canvas.frame(place, &title, &Line::default(), Tone::Quiet);
            draw_scrolled(picture, inner, &lines(picture, role, inner.width, canvas), canvas);
        }
        return;
    }
    let inner = canvas.frame(area, &canvas.line("appliances", Tone::Strong), &Line::default(), Tone::Quiet);
    let mut all = Vec::new();
    for role in Role::BOTH {
        let name = picture.run.known_name(role).unwrap_or("not given");
        all.push(canvas.words(&[(&format!("{role} "), Tone::Strong), (name, Tone::Text)]));
        all.extend(lines(picture, role, inner.width, canvas));
        all.push(Line::default());
    }
    draw_scrolled(picture, inner, &all, canvas);
}

fn lines(picture: &Picture<'_>, role: Role, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let appliance = picture.run.appliance(role);
    let row = |label: &str, text: &str, tone| {
        let lead = canvas.line(format!("{label:<LABEL$}"), Tone::Quiet);
        hanging(lead, text, canvas.theme.style(tone), width.into())
    };
    let (link, tone) = link(picture, role);
    let mut lines = row("connection", &link, tone);
    if let Some(heard) = appliance.heard_at {
        let silent = appliance.silent_since.map_or("", |_| ", no question was answered in time since");
        let text = format!("{} ago{silent}", freshness(picture.now.since(heard)));
        lines.extend(row("heard from", &text, if silent.is_empty() { Tone::Text } else { Tone::Attention }));
    }
    if let Some(offset) = appliance.clock_offset {
        lines.extend(row("its clock", &format!("{offset:+} s against ours"), Tone::Text));
    }
    // Of the download alone: later it would be taken for the present.
    let is_downloading = role == Role::Dr && picture.run.phase() == Phase::Stage1;
    if let Some(speed) = get_speed(picture.run).filter(|_| is_downloading) {
        let text = format!(
            "{} GETs/s with {} threads, each {}; other numbers may give {} GETs/s. One bound is Little's law with \
             threads as fast as now, the other the gain that the procedure measured (2.5 times with 8 times the threads); \
             neither is a promise.",
            rate(speed.per_second).trim_end_matches("/s"),
            speed.threads,
            per_thread(speed.time_per_get, "GETs"),
            thread_estimates(&speed),
        );
        lines.extend(row("GET speed", &text, Tone::Text));
        lines.extend(
            speed.advice(picture.run.threads_wanted()).iter().flat_map(|text| row("", text, Tone::Attention)),
        );
    }
    if let Some(unseen) = picture.run.replication.unseen_total(picture.now).filter(|_| role == Role::Primary)
    {
        // Longer than the losses: a reading lies some seconds before each of them, and the next one behind it.
        let text =
            format!("for {unseen} of the pause it was not read whether it held, from reading to reading");
        lines.extend(row("not read", &text, Tone::Attention));
    }
    lines.extend(outages(picture, role).iter().flat_map(|text| row("lost", text, Tone::Text)));
    if appliance.replies.is_empty() {
        lines.extend(row("answers", "none yet", Tone::Quiet));
    }
    for (question, reply) in &appliance.replies {
        let (words, tone) = reading(reply);
        lines.extend(row(label(*question), &words, tone));
        let took = reply.took.map_or_else(String::new, |took| format!(", took {}", measured(took)));
        let age = freshness(picture.now.since(reply.at));
        let count = plural(reply.count, "answer");
        let about =
            format!("{age} ago, at {}{took}; {count}, record {}", time_of_day(reply.at), reply.record);
        lines.extend(row("", &about, Tone::Quiet));
        let raw = if reply.raw.is_empty() { "(the reply is empty)" } else { &reply.raw };
        for line in lines_of_printable(raw) {
            lines.extend(row("", &format!("> {line}"), Tone::Simulated));
        }
    }
    lines
}

const fn label(question: Question) -> &'static str {
    match question {
        Question::Identity => "identity",
        Question::Service => "service",
        Question::Bucket => "its bucket",
        Question::Replication => "replication",
        Question::Listing => "listing",
        Question::Counter => "GET counter",
        Question::Threads => "threads",
        Question::LogSearch => "old markers",
    }
}

fn reading(reply: &LastReply) -> (String, Tone) {
    match &reply.reading {
        Reading::Known(value) => (value.parse::<u64>().map_or_else(|_| value.clone(), grouped), Tone::Strong),
        Reading::ServiceDown => ("the service does not run".to_owned(), Tone::Text),
        Reading::Unreadable => {
            ("not understood (fits no pattern of the dialect)".to_owned(), Tone::Attention)
        }
        Reading::Refused(reason) => (format!("refused: {reason}"), Tone::Attention),
    }
}

fn link(picture: &Picture<'_>, role: Role) -> (String, Tone) {
    let appliance = picture.run.appliance(role);
    let since = time_of_day(appliance.link_since);
    match &appliance.link {
        Link::Absent => ("none was asked for".to_owned(), Tone::Quiet),
        Link::Connecting => (format!("connecting since {since}"), Tone::Attention),
        Link::Connected => {
            let trip = appliance
                .round_trip
                .map_or_else(String::new, |trip| format!(", round trip {}", measured(trip)));
            (format!("connected since {since}{trip}"), Tone::Good)
        }
        Link::Waiting { reason, retry_at } => {
            let retry = countdown(retry_at.since(picture.now));
            (format!("not connected, tried again {retry}: {reason}"), Tone::Danger)
        }
        Link::Stopped { reason } => {
            (format!("not connected, not tried again by itself: {reason}"), Tone::Danger)
        }
    }
}

/// The losses of the connection, the latest first.
fn outages(picture: &Picture<'_>, role: Role) -> Vec<String> {
    let of_role = picture.run.outages.iter().rev().filter(|outage| outage.role == role);
    let text = |outage: &crate::run::Outage| {
        let length = match outage.to {
            Some(to) => format!("for {}", to.length_since(outage.from)),
            None => format!("{} ago, until now", freshness(picture.now.since(outage.from))),
        };
        let reason = if outage.reason.is_empty() { "reason unknown" } else { &outage.reason };
        format!("at {} {length} (record {}): {reason}", time_of_day(outage.from), outage.record)
    };
    of_role.take(MAX_OUTAGES).map(text).collect()
}
