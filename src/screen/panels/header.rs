//! The top line: what is watched, whether it is on record, both connections, policy, time.

use super::{Canvas, Line, Picture, Pieces, Rect, Span, Tone};
use crate::{
    run::{Appliance, Elapsed, Link, Role, Timestamp},
    screen::{
        facts::Mode,
        keys::{Motion, Playback, Position, Recorder},
        scene::RecordingState,
    },
    text::{age, countdown, fit, freshness, measured, time_of_day},
};

/// Data older than this shows its age in the top line even where room is scarce.
const OLD_AFTER: Elapsed = Elapsed::from_secs(30);

/// Whose names are shown beside their parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    Both,
    /// Those that are connected: the others need the room for what is wrong.
    Connected,
    Neither,
}

/// How much is said of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    /// The age of its data too, however fresh.
    Ages,
    Whole,
    /// Without the retry of one that is down.
    Short,
    /// A symbol, and since when it is down.
    Symbol,
}

/// What may be said of the connections, from the most to the least.
const DETAILS: [(Named, Words); 6] = [
    (Named::Both, Words::Ages),
    (Named::Both, Words::Whole),
    (Named::Connected, Words::Whole),
    (Named::Neither, Words::Whole),
    (Named::Neither, Words::Short),
    (Named::Neither, Words::Symbol),
];

/// The first of [`DETAILS`] that a line of that width is wide enough for, whatever else there is to say.
const fn first_detail(width: u16) -> usize {
    match width {
        112.. => 0,
        100.. => 1,
        76.. => 2,
        50.. => 3,
        _ => 5,
    }
}

/// Both connections, one that is down before one that is up. What has a higher place gives way to them.
const CONNECTED: [(u8, Role); 2] = [(2, Role::Primary), (3, Role::Dr)];
const DOWN: u8 = 0;
const LAST_OF_CONNECTIONS: u8 = 3;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    // The clock runs on while the display is frozen: it belongs to the session, not to the run.
    let clock = time_of_day(picture.scene.facts.now);
    let time = Line::from(vec![canvas.span(&clock, Tone::Strong), canvas.span(" UTC ", Tone::Quiet)]);
    let room = area.width.saturating_sub(u16::try_from(time.width() + 3).unwrap_or(0));
    let mut pieces = Pieces::default();
    pieces.push(6, canvas.span("drwatch", Tone::Strong));
    if let Some(listing) = &picture.run.listing {
        pieces.push(5, canvas.span(&listing.listing.name, Tone::Text));
    }
    push_marks(picture, canvas, &mut pieces);
    let gap = if area.width >= 100 { 3 } else { 2 };
    let inner = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    for detail in DETAILS.into_iter().skip(first_detail(area.width)) {
        let mut pieces = pieces.clone();
        push_connections(picture, detail, canvas, &mut pieces);
        if pieces.up_to(LAST_OF_CONNECTIONS).width(gap) <= usize::from(room) {
            canvas.pair(inner, 0, &pieces.fitted(room, gap), &time);
            return;
        }
    }
    // Both appliances come before the time of day.
    push_connections(picture, (Named::Neither, Words::Symbol), canvas, &mut pieces);
    let line = pieces.up_to(LAST_OF_CONNECTIONS).fitted(inner.width, gap);
    canvas.pair(inner, 0, &line, &Line::from(canvas.span(&clock, Tone::Strong)));
}

fn push_connections(
    picture: &Picture<'_>,
    (named, words): (Named, Words),
    canvas: &Canvas<'_>,
    pieces: &mut Pieces<'_>,
) {
    let run = picture.scene.facts.run;
    let now = picture.scene.facts.now;
    for (place, role) in CONNECTED {
        let appliance = run.appliance(role);
        let is_down = appliance.away().is_some();
        let is_named = match named {
            Named::Both => true,
            Named::Connected => !is_down,
            Named::Neither => false,
        };
        let mut spans = vec![canvas.span(short(role), Tone::Quiet), Span::raw(" ")];
        if let Some(name) = run.known_name(role).filter(|_| is_named) {
            let name = fit(name, 24, canvas.theme.symbols().ellipsis).into_owned();
            spans.push(canvas.owned(name, Tone::Text));
            spans.push(Span::raw(" "));
        }
        spans.extend(link(appliance, now, words, canvas));
        pieces.push(if is_down { DOWN } else { place }, Line::from(spans));
    }
}

const fn short(role: Role) -> &'static str {
    match role {
        Role::Primary => "primary",
        Role::Dr => "dr",
    }
}

fn push_marks<'l>(picture: &Picture<'l>, canvas: &Canvas<'_>, pieces: &mut Pieces<'l>) {
    let symbols = canvas.theme.symbols();
    match picture.scene.journal {
        RecordingState::Recording => pieces.push(
            4,
            Line::from(vec![canvas.span(symbols.dot, Tone::Good), canvas.span(" recording", Tone::Text)]),
        ),
        RecordingState::Failing(_) => {
            pieces.push(0, canvas.span(" NOT ON DISK ", Tone::DangerBar));
        }
        RecordingState::NotRecording => {}
        RecordingState::Damaged => pieces.push(0, canvas.span(" RECORD DAMAGED ", Tone::DangerBar)),
    }
    match (picture.scene.facts.mode, &picture.scene.view.playback) {
        (Mode::Replay, Some(Playback::Replay(position))) => push_position(*position, canvas, pieces),
        (Mode::Replay, _) => pieces.push(0, canvas.span(" REPLAY ", Tone::Chosen)),
        (Mode::View, playback) => {
            pieces.push(0, canvas.span(" VIEW ", Tone::Chosen));
            if let Some(Playback::View(recorder)) = playback {
                let tone = if *recorder == Recorder::Recording { Tone::Quiet } else { Tone::Attention };
                pieces.push(1, canvas.span(recorder.words(), tone));
            }
        }
        (Mode::Watch | Mode::Demo, _) => {}
    }
    match picture.run.findings.iter().filter(|finding| finding.is_accepted_danger()).count() {
        0 => {}
        count => {
            let text = format!("{} {count} acknowledged", symbols.failed);
            pieces.push(1, Line::from(Span::styled(text, canvas.theme.style(Tone::Danger))));
        }
    }
    if picture.run.started.simulated {
        pieces.push(1, canvas.span("SIMULATED", Tone::Simulated));
    }
    if picture.run.started.read_only {
        pieces.push(1, canvas.span("READ-ONLY", Tone::Strong));
    }
}

fn push_position(position: Position, canvas: &Canvas<'_>, pieces: &mut Pieces<'_>) {
    let strong = canvas.theme.style(Tone::Strong);
    let motion = match position.motion {
        Motion::Playing => Span::styled(format!("x{}", position.speed), strong),
        Motion::Held => canvas.span("held", Tone::Simulated),
        Motion::AtTheEnd => Span::styled("at the end", strong),
    };
    let mark = canvas.span(" REPLAY ", Tone::Chosen);
    let reached = Span::styled(position.reached.to_string(), strong);
    pieces.push(0, Line::from(vec![mark, Span::raw(" "), motion, Span::raw(" "), reached]));
    let length = format!("of {}", position.length);
    pieces.push(1, Line::from(Span::styled(length, canvas.theme.style(Tone::Quiet))));
}

/// The state of a connection in a few columns of steady width.
fn link(appliance: &Appliance, now: Timestamp, words: Words, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    if let Some(since) = appliance.away() {
        let text =
            format!("{} {:>5}{}", symbols.failed, age(now.since(since)), outlook(appliance, now, words));
        return vec![Span::styled(text, canvas.theme.style(Tone::Danger))];
    }
    let text = |text: String, tone| vec![Span::styled(text, canvas.theme.style(tone))];
    if let Some(silent) =
        appliance.silent_since.map(|since| now.since(since)).filter(|silent| *silent > OLD_AFTER)
    {
        let said = if words == Words::Symbol { String::new() } else { " no answers".to_owned() };
        return text(format!("{} {}{said}", symbols.attention, age(silent)), Tone::Attention);
    }
    match (&appliance.link, words) {
        (Link::Absent, _) => text(format!("{} none", symbols.hollow), Tone::Quiet),
        (Link::Connected, _) => connected(appliance, now, words, canvas),
        (_, Words::Symbol) => text(symbols.waiting.to_owned(), Tone::Attention),
        _ => text(format!("{} connecting", symbols.waiting), Tone::Attention),
    }
}

/// The state of a connection that is down.
fn outlook(appliance: &Appliance, now: Timestamp, words: Words) -> String {
    match (words, &appliance.link) {
        (Words::Symbol, _) => String::new(),
        (Words::Short, _) if appliance.is_stranger() => " OTHER MACHINE".to_owned(),
        _ if appliance.is_stranger() => format!(" {:<18}", "OTHER MACHINE"),
        (Words::Short, _) => " down".to_owned(),
        (_, Link::Waiting { retry_at, .. }) => {
            format!(" down, retry {:<7}", countdown(retry_at.since(now)))
        }
        (_, Link::Stopped { .. }) => format!(" down, {:<13}", "needs you"),
        _ => format!(" down, {:<13}", "connecting"),
    }
}

fn connected(appliance: &Appliance, now: Timestamp, words: Words, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let style = |tone| canvas.theme.style(tone);
    let age = appliance.heard_at.map(|at| now.since(at));
    let is_old = age.is_some_and(|age| age > OLD_AFTER);
    let tone = if is_old { Tone::Attention } else { Tone::Good };
    if words == Words::Symbol {
        return vec![Span::styled(symbols.dot, style(tone))];
    }
    let trip = appliance.round_trip.map_or_else(|| "--".to_owned(), measured);
    let mut spans =
        vec![Span::styled(symbols.dot, style(tone)), Span::styled(format!(" {trip:<6}"), style(Tone::Text))];
    if let Some(age) = age.filter(|_| words == Words::Ages || is_old) {
        let text = format!("{:>5} ago", freshness(age));
        spans.push(Span::styled(text, style(if is_old { Tone::Attention } else { Tone::Quiet })));
    }
    spans
}
