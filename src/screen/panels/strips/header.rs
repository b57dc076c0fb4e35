//! The status strip at the top: whether it is on record, the open findings by severity, both connections, the policy, the
//! time. Its parts give way one by one; the findings and the connections last.

use std::cell::LazyCell;

use super::{
    badge::{WHOLE_WORDS_FROM, WIDE_FROM, WORDS_FROM, badge, badge_room, push_badge},
    clock::{clocks, fast_clock},
    policy::{pause_out_of_sight, policy},
};
use crate::screen::panels::{
    Canvas, Line, Picture, Pieces, Rect, Span, Tone, columns,
    findings::{OpenCounts, open_counts},
    indented,
};
use crate::{
    run::{Appliance, Link, Phase, Role, Timestamp},
    screen::{
        keys::{Motion, Playback, Position, Recorder},
        scene::{
            RecordingState,
            facts::{Mode, OLD_AFTER, is_fresh},
        },
    },
    text::{age, countdown, fit, freshness, hour_and_minute, measured},
};

/// How much the line shows of the connections; each level adds to those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// The first letter of each, and a symbol.
    Letter,
    /// A symbol, and since when one is down.
    Symbol,
    State,
    Retry,
    /// The names of those that are connected: the others need the room for what is wrong.
    ConnectedNames,
    Names,
    /// The age of the data, however fresh.
    Ages,
}

/// From the most to the least.
const DETAILS: [Detail; 6] =
    [Detail::Ages, Detail::Names, Detail::ConnectedNames, Detail::Retry, Detail::State, Detail::Symbol];

/// From this width on the strip says what it counts.
const NAMED_COUNTS_FROM: u16 = 150;

/// The most that a line of that width has room for, whatever else there is to show.
const fn most_detail(width: u16) -> Detail {
    match width {
        150.. => Detail::Ages,
        100.. => Detail::Names,
        76.. => Detail::ConnectedNames,
        50.. => Detail::Retry,
        _ => Detail::Symbol,
    }
}

/// Both connections, one that is down before one that is up. What has a higher place gives way to them.
const CONNECTED: [(u8, Role); 2] = [(2, Role::Primary), (3, Role::Dr)];
const DOWN: u8 = 0;
const LAST_OF_CONNECTIONS: u8 = 3;
const RECORDING: u8 = 4;
const POLICY: u8 = 5;
const BUCKET: u8 = 6;
const PROGRAM: u8 = 7;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    // On a frozen display nothing moves: the banner says since when, and a clock that stands would be wrong.
    let is_frozen = picture.scene.view.is_frozen();
    let (clock, time) =
        if is_frozen { <(String, Line<'_>)>::default() } else { clocks(picture, area.width, canvas) };
    let fast = if is_frozen { None } else { fast_clock(picture, &time, canvas) };
    let marked = |width: u16, width_of_source: u16| {
        let mut pieces = Pieces::default();
        if area.width >= WIDE_FROM {
            push_names(picture, canvas, &mut pieces);
        }
        push_marks(picture, width, width_of_source, canvas, &mut pieces);
        pieces
    };
    let gap = match area.width {
        100.. => 3,
        50.. => 2,
        _ => 1,
    };
    let inner = indented(area);
    let most = most_detail(area.width).min(if is_frozen { Detail::Names } else { Detail::Ages });
    let details = DETAILS.into_iter().filter(|detail| *detail <= most);
    let policy = policy(picture);
    let is_unsafe = picture.scene.facts.run.has_unsettled_alarm();
    let is_exposed = picture.run.phase() == Phase::Ended && !policy[2].is_empty();
    let policy_tone = if is_unsafe || is_exposed { Tone::Attention } else { Tone::Quiet };
    // The speed of a clock takes the room of the longer word all the time: it does not come and go.
    let is_short = fast.is_some() && area.width < WIDE_FROM;
    let width_of_marks = if is_short { area.width.min(WORDS_FROM - 1) } else { area.width };
    // The first variant has room as a rule: the others are made where it has none.
    let widths = [
        (width_of_marks, area.width),
        (WORDS_FROM - 1, area.width),
        (WORDS_FROM.min(area.width) - 1, WHOLE_WORDS_FROM - 1),
    ];
    let [whole, short, shortest] =
        widths.map(|(width, of_source)| LazyCell::new(move || marked(width, of_source)));
    let mut variants: Vec<_> = details
        .flat_map(|detail| policy.iter().map(move |words| (detail, words.as_ref())))
        .map(|(detail, words)| (detail, words, &whole))
        .collect();
    let facts = &picture.scene.facts;
    let are_fresh = Role::BOTH.into_iter().all(|role| is_fresh(facts.run.appliance(role), facts.now));
    let is_pause_here = pause_out_of_sight(picture).is_some();
    if are_fresh || is_pause_here {
        // The figures of connections that are in order give way to the policy; what is wrong with one does not, but to
        // that production is paused.
        variants.sort_by_key(|(_, words, _)| words.is_empty());
        // So does a longer word of another mark, but never that nothing is real.
        // While it is said whether the test may start, the words before it stay where they are.
        let is_free = badge(picture, area.width).is_none() || is_unsafe || is_pause_here;
        if area.width >= WORDS_FROM && !policy[2].is_empty() && is_free {
            let place = variants.partition_point(|(_, words, _)| !words.is_empty());
            variants.insert(place, (Detail::Symbol, policy[2].as_ref(), &short));
            if is_pause_here {
                variants.insert(place + 1, (Detail::Symbol, policy[2].as_ref(), &shortest));
            }
        }
    }
    if area.width >= WORDS_FROM {
        variants.push((Detail::Symbol, "", &short));
    }
    // A pause that no panel shows comes before the time of day.
    let mut paused = [Detail::Symbol, Detail::Letter].into_iter().filter(|_| is_pause_here).map(|detail| {
        let mut pieces = Pieces::clone(&shortest);
        push_connections(picture, detail, canvas, &mut pieces);
        pieces.push(POLICY, canvas.owned(policy[2].to_string(), policy_tone));
        pieces.up_to(POLICY)
    });
    let paused = paused.find(|pieces| pieces.width(gap) <= usize::from(inner.width));
    if paused.is_some() {
        variants.retain(|(_, words, _)| !words.is_empty());
    }
    // Words are given up before an appliance is, or whether it is on record; how fast a demo runs before the time of day.
    for time in fast.iter().filter(|_| are_fresh).chain(std::iter::once(&time)) {
        let room = area.width.saturating_sub(columns(time) + 3);
        for (detail, words, pieces) in &variants {
            let mut pieces = Pieces::clone(pieces);
            push_connections(picture, *detail, canvas, &mut pieces);
            pieces.push(POLICY, canvas.owned((*words).to_owned(), policy_tone));
            // The badge has its room whether it is there or not, so that nothing changes for it.
            let rest = usize::from(room).saturating_sub(badge_room(picture, area.width, gap, are_fresh));
            let fits = pieces.up_to(POLICY).width(gap) <= rest;
            push_badge(picture, area.width, canvas, &mut pieces);
            if area.width < WIDE_FROM && words.is_empty() == policy[2].is_empty() {
                // They come and go with the room: in front of the others they would move these. Nor do they take the place
                // of the policy.
                push_names(picture, canvas, &mut pieces);
            }
            if fits {
                canvas.pair(inner, 0, &pieces.fitted(room, gap), time);
                return;
            }
        }
    }
    if let Some(pieces) = paused {
        draw_with_minute(picture, &pieces.fitted(inner.width, gap), inner, canvas);
        return;
    }
    let narrow = narrow(picture, area.width, &marked, canvas);
    let fitting = narrow.iter().map(|pieces| pieces.up_to(RECORDING));
    let fitting = fitting.into_iter().find(|pieces| pieces.width(gap) <= usize::from(inner.width));
    let Some(pieces) = fitting.or_else(|| narrow.last().map(|pieces| pieces.up_to(LAST_OF_CONNECTIONS)))
    else {
        return;
    };
    let pieces = pieces.fitted(inner.width, gap);
    if !canvas.pair(inner, 0, &pieces, &canvas.line(clock, Tone::Strong)) {
        draw_with_minute(picture, &pieces, inner, canvas);
    }
}

/// The line without the policy, in ever fewer words: both appliances come before the time of day, and whether it is on
/// record before the longer words of the other marks.
fn narrow<'l>(
    picture: &Picture<'l>,
    width: u16,
    marked: &dyn Fn(u16, u16) -> Pieces<'l>,
    canvas: &Canvas<'_>,
) -> Vec<Pieces<'l>> {
    let widths = [width, WORDS_FROM - 1, WHOLE_WORDS_FROM - 1];
    let variants = widths.into_iter().filter(|narrower| *narrower <= width).map(|width| {
        let mut pieces = marked(width, width);
        push_connections(picture, Detail::Symbol, canvas, &mut pieces);
        push_badge(picture, width, canvas, &mut pieces);
        pieces
    });
    variants.collect()
}

/// With the minute, where it has room: the next step names minutes, which say nothing without the present one.
fn draw_with_minute(picture: &Picture<'_>, pieces: &Line<'_>, inner: Rect, canvas: &mut Canvas<'_>) {
    let view = picture.scene.view;
    let has_minute = !view.is_frozen() && view.shown_zone().is_none();
    let minute = if has_minute { hour_and_minute(picture.scene.facts.now) } else { String::new() };
    canvas.pair(inner, 0, pieces, &canvas.line(minute, Tone::Strong));
}

/// What is open and asks for something, by severity, as the panel of findings counts it: `✗1 ▲2`. None of either is shown
/// too, as a zero. As the connections, the counts go on while the display is frozen. Dangers that were acknowledged and are
/// not settled stand beside those that are open: `✗0 +1 ack. ▲2`.
fn counts(open: OpenCounts, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let symbols = canvas.theme.symbols();
    let OpenCounts { blocking, attention, accepted, .. } = open;
    let tone = |count, tone| if count == 0 { Tone::Quiet } else { tone };
    if width < WHOLE_WORDS_FROM && accepted > 0 && blocking + attention == 0 {
        return canvas.line(format!("{}{accepted} ack.", symbols.failed), Tone::Danger);
    }
    let word = if width < WIDE_FROM { "ack." } else { "acknowledged" };
    let accepted = if accepted == 0 { String::new() } else { format!(" +{accepted} {word}") };
    canvas.words(&[
        (&format!("{}{blocking}", symbols.failed), tone(blocking, Tone::DangerBar)),
        (&accepted, Tone::Danger),
        (&format!(" {}{attention}", symbols.attention), tone(attention, Tone::Attention)),
    ])
}

/// The program and the bucket of the run.
fn push_names<'l>(picture: &Picture<'l>, canvas: &Canvas<'_>, pieces: &mut Pieces<'l>) {
    pieces.push(PROGRAM, canvas.span("drwatch", Tone::Strong));
    if let Some(listing) = &picture.run.listing {
        pieces.push(BUCKET, canvas.span(&listing.listing.counts.name, Tone::Text));
    }
}

/// The counts of the findings. Where there is little room, a start that is forbidden takes that of two zeros.
fn push_open(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>, pieces: &mut Pieces<'_>) {
    let badge = badge(picture, width);
    let open = open_counts(picture.scene.facts.run, picture.scene.facts.now, picture.scene.journal);
    let is_narrow = width < WHOLE_WORDS_FROM;
    if !is_narrow || badge.is_none() || open.blocking + open.attention + open.accepted > 0 {
        let mut counts = counts(open, width, canvas);
        if width >= NAMED_COUNTS_FROM {
            counts.spans.insert(0, canvas.span("findings ", Tone::Quiet));
        }
        pieces.push(1, counts);
    }
}

fn push_connections(picture: &Picture<'_>, detail: Detail, canvas: &Canvas<'_>, pieces: &mut Pieces<'_>) {
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

/// The marks as wide as a line of `width` columns has them, and that nothing is real as one of `width_of_source` has it.
fn push_marks<'l>(
    picture: &Picture<'l>,
    width: u16,
    width_of_source: u16,
    canvas: &Canvas<'_>,
    pieces: &mut Pieces<'l>,
) {
    let symbols = canvas.theme.symbols();
    match picture.scene.journal {
        RecordingState::Recording => {
            let word = if width >= WORDS_FROM { " recording" } else { " REC" };
            pieces.push(RECORDING, canvas.words(&[(symbols.dot, Tone::Good), (word, Tone::Text)]));
        }
        RecordingState::Failing(_) => pieces.push(0, canvas.span(" NOT ON DISK ", Tone::DangerBar)),
        RecordingState::Starting => pieces.push(RECORDING, canvas.span("no record yet", Tone::Quiet)),
        RecordingState::NotRecording => {}
        RecordingState::Damaged => pieces.push(0, canvas.span(" RECORD DAMAGED ", Tone::DangerBar)),
    }
    push_open(picture, width, canvas, pieces);
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
        (Mode::Watch | Mode::Demo | Mode::Past, _) => {}
    }
    if picture.run.is_simulated() {
        let word = match (picture.run.started.demo, width_of_source) {
            (true, WHOLE_WORDS_FROM..) => "SIMULATED",
            // Over SSH it looks like the real thing in all else.
            (false, WHOLE_WORDS_FROM..) => "REHEARSAL",
            _ => "SIM",
        };
        pieces.push(1, canvas.span(word, Tone::Simulated));
    }
    if picture.run.started.read_only {
        pieces.push(1, canvas.span("READ-ONLY", Tone::Strong));
    }
}

fn push_position(position: Position, canvas: &Canvas<'_>, pieces: &mut Pieces<'_>) {
    let (motion, tone) = match position.motion {
        Motion::Playing => (format!("x{}", position.speed), Tone::Strong),
        Motion::Held => ("held".to_owned(), Tone::Simulated),
        Motion::AtTheEnd => ("at the end".to_owned(), Tone::Strong),
    };
    let reached = format!(" {}", position.reached);
    let mark = [(" REPLAY ", Tone::Chosen), (" ", Tone::Text), (&motion, tone), (&reached, Tone::Strong)];
    pieces.push(0, canvas.words(&mark));
    // Both connections come before how much there is to replay.
    pieces.push(POLICY, canvas.owned(format!("of {}", position.length), Tone::Quiet));
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
        (_, Link::Stopped { .. }) => format!(" down, {:<13}", "needs you"),
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
    if detail <= Detail::Symbol {
        return vec![canvas.span(dot, tone)];
    }
    let trip = appliance.round_trip.map_or_else(|| "--".to_owned(), measured);
    let mut spans = vec![canvas.span(dot, tone), canvas.owned(format!(" {trip:<6}"), Tone::Text)];
    if let Some(age) = age.filter(|_| detail == Detail::Ages || is_old) {
        let tone = if is_old { Tone::Attention } else { Tone::Quiet };
        spans.push(canvas.owned(format!("{:>5} ago", freshness(age)), tone));
    }
    spans
}
