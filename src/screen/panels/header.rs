//! The top line: what is watched, whether it is on record, both connections, policy, time.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    run::{Appliance, At, Link, Role, Span as Time},
    screen::{
        format,
        kit::{Canvas, Pieces},
        scene::{Mode, Picture, RecordingState, appliance, name},
        theme::Tone,
    },
};

/// Data older than this shows its age in the top line even where room is scarce.
const OLD: Time = Time::from_secs(30);

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let wide = area.width >= 112;
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
        let mut spans = vec![canvas.span(short(role), Tone::Quiet), Span::raw(" ")];
        if area.width >= 76 {
            let name = name(run, role).unwrap_or("");
            let name = format::fit(name, 24, canvas.theme.symbols().ellipsis).into_owned();
            spans.push(Span::styled(format::clean(&name).into_owned(), canvas.theme.style(Tone::Text)));
            spans.push(Span::raw(" "));
        }
        spans.extend(link(appliance(run, role), now, wide, canvas));
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
    }
    match picture.scene.facts.mode {
        Mode::Replay => pieces.push(0, canvas.span("REPLAY", Tone::Strong)),
        Mode::View => pieces.push(0, canvas.span("VIEW", Tone::Strong)),
        Mode::Watch | Mode::Demo => {}
    }
    if picture.run.started.simulated {
        pieces.push(1, canvas.span("SIMULATED", Tone::Simulated));
    }
    if picture.run.started.read_only {
        pieces.push(1, canvas.span("READ-ONLY", Tone::Strong));
    }
}

/// The state of a connection in a few columns of steady width.
fn link(appliance: &Appliance, now: At, wide: bool, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let style = |tone| canvas.theme.style(tone);
    match &appliance.link {
        Link::Absent => vec![Span::styled(format!("{} none", symbols.hollow), style(Tone::Quiet))],
        Link::Connecting => {
            vec![Span::styled(format!("{} connecting", symbols.waiting), style(Tone::Attention))]
        }
        Link::Connected => connected(appliance, now, wide, canvas),
        Link::Waiting { retry_at, .. } => {
            let down = format::age(now.since(appliance.link_since));
            let retry = retry_at.since(now).secs();
            let text = format!("{} down {down}, retry {retry} s", symbols.failed);
            vec![Span::styled(text, style(Tone::Danger))]
        }
        Link::Stopped { .. } => {
            vec![Span::styled(format!("{} down, R logs in", symbols.failed), style(Tone::Danger))]
        }
    }
}

fn connected(appliance: &Appliance, now: At, wide: bool, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let style = |tone| canvas.theme.style(tone);
    let age = appliance.heard_at.map(|at| now.since(at));
    let old = age.is_some_and(|age| age > OLD);
    let tone = if old { Tone::Attention } else { Tone::Good };
    let trip = appliance.round_trip.map_or_else(|| "--".to_owned(), format::measured);
    let mut spans =
        vec![Span::styled(symbols.dot, style(tone)), Span::styled(format!(" {trip:<6}"), style(Tone::Text))];
    if let Some(age) = age.filter(|_| wide || old) {
        let text = format!("{} ago", format::age(age));
        spans.push(Span::styled(text, style(if old { Tone::Attention } else { Tone::Quiet })));
    }
    spans
}
