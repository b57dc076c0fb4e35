//! The top line: what is watched, whether it is on record, both connections, policy, time.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    run::{Appliance, At, Link, Role, Span as Time},
    screen::{
        Motion, Playback, Position, Recorder, format,
        kit::{Canvas, Pieces},
        scene::{Mode, Picture, RecordingState, appliance, name},
        theme::Tone,
    },
};

/// Data older than this shows its age in the top line even where room is scarce.
const OLD: Time = Time::from_secs(30);

/// Below this width a connection is a symbol alone.
const NARROW: u16 = 50;
/// From this width on a connection shows the age of its data, however fresh.
const WIDE: u16 = 112;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    // The clock runs on while the display is frozen: it belongs to the session, not to the run.
    let clock = format::clock(picture.scene.facts.now);
    let time = Line::from(vec![canvas.span(&clock, Tone::Strong), canvas.span(" UTC ", Tone::Quiet)]);
    let room = area.width.saturating_sub(u16::try_from(time.width() + 3).unwrap_or(0));
    let mut pieces = Pieces::default();
    pieces.push(6, canvas.span("drwatch", Tone::Strong));
    if let Some(listing) = &picture.run.listing {
        pieces.push(5, canvas.span(&listing.listing.name, Tone::Text));
    }
    push_marks(picture, canvas, &mut pieces);
    let run = picture.scene.facts.run;
    let now = picture.scene.facts.now;
    for (place, role) in [(2, Role::Primary), (3, Role::Dr)] {
        let is_down = matches!(appliance(run, role).link, Link::Waiting { .. } | Link::Stopped { .. });
        // A connection that is down is the last to give way, and its name before it.
        let place = if is_down { 0 } else { place };
        let named = area.width >= if is_down { 100 } else { 76 };
        let mut spans = vec![canvas.span(short(role), Tone::Quiet), Span::raw(" ")];
        if let Some(name) = name(run, role).filter(|_| named) {
            let name = format::fit(name, 24, canvas.theme.symbols().ellipsis).into_owned();
            spans.push(Span::styled(format::clean(&name).into_owned(), canvas.theme.style(Tone::Text)));
            spans.push(Span::raw(" "));
        }
        spans.extend(link(appliance(run, role), now, area.width, canvas));
        pieces.push(place, Line::from(spans));
    }
    let line = pieces.fitted(room, if area.width >= 100 { 3 } else { 2 });
    let inner = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(1), ..area };
    canvas.pair(inner, 0, &line, &time);
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
fn link(appliance: &Appliance, now: At, width: u16, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let style = |tone| canvas.theme.style(tone);
    let text = |text: String, tone| vec![Span::styled(text, style(tone))];
    let down = || {
        format!(
            "{} {:>5}",
            symbols.failed,
            format::age(now.since(appliance.away_since.unwrap_or(appliance.link_since)))
        )
    };
    match &appliance.link {
        Link::Absent => text(format!("{} none", symbols.hollow), Tone::Quiet),
        Link::Connecting if width < NARROW => text(symbols.waiting.to_owned(), Tone::Attention),
        Link::Connecting => text(format!("{} connecting", symbols.waiting), Tone::Attention),
        Link::Connected if width < NARROW => text(symbols.dot.to_owned(), Tone::Good),
        Link::Connected => connected(appliance, now, width, canvas),
        Link::Waiting { .. } if width < NARROW => text(down(), Tone::Danger),
        Link::Waiting { retry_at, .. } => {
            let retry = format::countdown(retry_at.since(now));
            text(format!("{} down, retry {retry:<7}", down()), Tone::Danger)
        }
        Link::Stopped { .. } => text(format!("{} down, R logs in", symbols.failed), Tone::Danger),
    }
}

fn connected(appliance: &Appliance, now: At, width: u16, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let style = |tone| canvas.theme.style(tone);
    let age = appliance.heard_at.map(|at| now.since(at));
    let is_old = age.is_some_and(|age| age > OLD);
    let tone = if is_old { Tone::Attention } else { Tone::Good };
    let trip = appliance.round_trip.map_or_else(|| "--".to_owned(), format::measured);
    let mut spans =
        vec![Span::styled(symbols.dot, style(tone)), Span::styled(format!(" {trip:<6}"), style(Tone::Text))];
    if let Some(age) = age.filter(|_| width >= WIDE || is_old) {
        let text = format!("{:>5} ago", format::freshness(age));
        spans.push(Span::styled(text, style(if is_old { Tone::Attention } else { Tone::Quiet })));
    }
    spans
}
