//! What the status strip says of the connections to the two appliances.

use super::ladder::Detail;
use crate::{
    run::{Appliance, Link, Role, Timestamp},
    screen::{
        panels::{Canvas, Line, Picture, Pieces, Span, Tone},
        scene::facts::OLD_AFTER,
    },
    text::{age, countdown, fit, freshness, measured},
};

/// Both connections, one that is down before one that is up. What has a higher place gives way to them.
const CONNECTED: [(u8, Role); 2] = [(2, Role::Primary), (3, Role::Dr)];
const DOWN: u8 = 0;
pub(super) const LAST_OF_CONNECTIONS: u8 = 3;

pub(super) fn push_connections(
    picture: &Picture<'_>,
    detail: Detail,
    canvas: &Canvas<'_>,
    pieces: &mut Pieces<'_>,
) {
    let run = picture.scene.facts.run;
    let now = picture.scene.facts.now;
    for (place, role) in CONNECTED {
        let appliance = run.appliance(role);
        let is_down = appliance.away().is_some();
        let is_named = detail >= if is_down { Detail::Names } else { Detail::ConnectedNames };
        let mut spans = match detail {
            Detail::Letter => vec![canvas.span(letter(role), Tone::Quiet)],
            _ => vec![canvas.span(short(role), Tone::Quiet), Span::raw(" ")],
        };
        if let Some(name) = run.known_name(role).filter(|_| is_named) {
            let name = fit(name, 24, canvas.theme.symbols().ellipsis).into_owned();
            spans.push(canvas.owned(name, Tone::Text));
            spans.push(Span::raw(" "));
        }
        spans.extend(link(appliance, now, detail, canvas));
        pieces.push(if is_down { DOWN } else { place }, Line::from(spans));
    }
}

const fn short(role: Role) -> &'static str {
    match role {
        Role::Primary => "primary",
        Role::Dr => "dr",
    }
}

const fn letter(role: Role) -> &'static str {
    match role {
        Role::Primary => "p",
        Role::Dr => "d",
    }
}

/// The state of a connection in a few columns of steady width.
fn link(appliance: &Appliance, now: Timestamp, detail: Detail, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    if let Some(down) = appliance.down_for(now) {
        // The mark with which the loss is counted among the findings.
        let (symbol, tone) = if appliance.needs_hand(now) {
            (symbols.failed, Tone::Danger)
        } else {
            (symbols.attention, Tone::Attention)
        };
        return vec![
            canvas.owned(format!("{symbol} {:>5}{}", age(down), outlook(appliance, now, detail)), tone),
        ];
    }
    let text = |text: String, tone| vec![canvas.owned(text, tone)];
    let silent = appliance.silent_since.map(|since| now.since(since));
    if let Some(silent) = silent.filter(|silent| *silent > OLD_AFTER) {
        let words = if detail <= Detail::Symbol { "" } else { " no answers" };
        return text(format!("{} {}{words}", symbols.waiting, age(silent)), Tone::Attention);
    }
    match (&appliance.link, detail) {
        (Link::Absent, _) => text(format!("{} none", symbols.hollow), Tone::Quiet),
        (Link::Connected, _) => connected(appliance, now, detail, canvas),
        (_, Detail::Letter | Detail::Symbol) => text(symbols.waiting.to_owned(), Tone::Attention),
        _ => text(format!("{} connecting", symbols.waiting), Tone::Attention),
    }
}

fn outlook(appliance: &Appliance, now: Timestamp, detail: Detail) -> String {
    match (detail, &appliance.link) {
        (Detail::Letter | Detail::Symbol, _) => String::new(),
        (Detail::State, _) if appliance.is_stranger() => " OTHER MACHINE".to_owned(),
        _ if appliance.is_stranger() => format!(" {:<18}", "OTHER MACHINE"),
        (Detail::State, _) => " down".to_owned(),
        (_, Link::Waiting { retry_at, .. }) => {
            format!(" down, retry {:<7}", countdown(retry_at.since(now)))
        }
        (_, Link::Stopped { .. }) => " down, needs you".to_owned(),
        _ => format!(" down, {:<13}", "connecting"),
    }
}

fn connected(
    appliance: &Appliance,
    now: Timestamp,
    detail: Detail,
    canvas: &Canvas<'_>,
) -> Vec<Span<'static>> {
    let dot = canvas.theme.symbols().dot;
    let age = appliance.heard_at.map(|at| now.since(at));
    let is_old = age.is_some_and(|age| age > OLD_AFTER);
    let tone = if is_old { Tone::Attention } else { Tone::Good };
    match age.filter(|_| is_old) {
        Some(age) if detail == Detail::Symbol => {
            return vec![canvas.owned(format!("{dot} {:>5}", freshness(age)), tone)];
        }
        Some(_) if detail == Detail::Letter => {
            return vec![canvas.span(canvas.theme.symbols().waiting, tone)];
        }
        _ if detail <= Detail::Symbol => return vec![canvas.span(dot, tone)],
        _ => {}
    }
    let trip = appliance.round_trip.map_or_else(|| "--".to_owned(), measured);
    let mut spans = vec![canvas.span(dot, tone), canvas.owned(format!(" {trip:<6}"), Tone::Text)];
    if let Some(age) = age.filter(|_| detail == Detail::Ages || is_old) {
        let tone = if is_old { Tone::Attention } else { Tone::Quiet };
        spans.push(canvas.owned(format!("{:>5} ago", freshness(age)), tone));
    }
    spans
}
