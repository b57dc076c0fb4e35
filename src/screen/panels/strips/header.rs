//! The status strip at the top: whether it is on record, the open findings by severity, both connections, the policy, the
//! time. Its parts give way one by one; the findings and the connections last.

use std::cell::LazyCell;

use super::{
    badge::{WHOLE_WORDS_FROM, WIDE_FROM, WORDS_FROM, badge, badge_room, push_badge},
    clock::Times,
    connections::{LAST_OF_CONNECTIONS, push_connections},
    ladder::{Detail, Form, Marks, Situation, Time, ladder},
    policy::policy,
};
use crate::{
    run::{Phase, Role},
    screen::{
        keys::{Motion, Playback, Position, Recorder},
        panels::{
            Canvas, Line, Picture, Pieces, Rect, Tone, columns,
            findings::{OpenCounts, open_counts},
            indented,
        },
        scene::{
            RecordingState,
            facts::{Mode, is_fresh},
        },
    },
};

const RECORDING: u8 = 4;
const POLICY: u8 = 5;
const BUCKET: u8 = 6;
const PROGRAM: u8 = 7;

/// From this width on the strip says what it counts.
const NAMED_COUNTS_FROM: u16 = 150;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let inner = indented(area);
    let facts = &picture.scene.facts;
    // On a frozen display nothing moves: the banner says since when, and a clock that stands would be wrong.
    let is_frozen = picture.scene.view.is_frozen();
    let times = if is_frozen { Times::default() } else { Times::of(picture, area.width, canvas) };
    let is_fast = times.fast.is_some();
    let of_length = |length| marks(picture, area.width, length, is_fast, canvas);
    // As a rule the first of them has room.
    let marks =
        [Marks::Whole, Marks::Short, Marks::Shortest].map(|length| LazyCell::new(move || of_length(length)));
    let words = policy(picture);
    let situation = Situation {
        most: Detail::most(area.width).min(if is_frozen { Detail::Names } else { Detail::Ages }),
        policies: words.len(),
        are_fresh: Role::BOTH.into_iter().all(|role| is_fresh(facts.run.appliance(role), facts.now)),
        is_fast,
    };
    let gap = gap(area.width);
    let badge_room = badge_room(picture, area.width, gap, situation.are_fresh);
    let made = |form: &Form| {
        let mut pieces = Pieces::clone(&marks[form.marks as usize]);
        push_connections(picture, form.detail, canvas, &mut pieces);
        if let Some(words) = form.policy.and_then(|which| words.get(which)) {
            pieces.push(POLICY, canvas.line(&**words, policy_tone(picture)));
        }
        pieces
    };
    for form in ladder(&situation).into_iter().filter(|form| is_frozen || times.has(form.time)) {
        let time = times.shown(form.time);
        let room = inner.width.saturating_sub(if columns(&time) > 0 { columns(&time) + 2 } else { 0 });
        let mut pieces = made(&form);
        if pieces.up_to(POLICY).width(gap) + badge_room <= usize::from(room) {
            // The badge has its room whether it is there or not, so that nothing changes for it.
            push_badge(picture, area.width, canvas, &mut pieces);
            if area.width < WIDE_FROM && words.is_empty() {
                // They come and go with the room: in front of the others they would move these. Behind words on the
                // policy they would read as one phrase with it.
                push_names(picture, canvas, &mut pieces);
            }
            canvas.pair(inner, 0, &pieces.fitted(room, gap), &time);
            return;
        }
    }
    let last =
        made(&Form { marks: Marks::Shortest, detail: Detail::Letter, policy: None, time: Time::Hidden });
    canvas.row(inner, 0, &last.up_to(LAST_OF_CONNECTIONS).fitted(inner.width, gap));
}

/// Blanks between two pieces.
const fn gap(width: u16) -> usize {
    match width {
        100.. => 3,
        50.. => 2,
        _ => 1,
    }
}

fn policy_tone(picture: &Picture<'_>) -> Tone {
    let run = picture.scene.facts.run;
    // Once the test is over the only words are those on production that is not protected.
    let asks = run.has_unsettled_alarm() || run.phase() == Phase::Ended;
    if asks { Tone::Attention } else { Tone::Quiet }
}

/// The marks in front of the connections.
fn marks<'l>(
    picture: &Picture<'l>,
    width: u16,
    length: Marks,
    is_fast: bool,
    canvas: &Canvas<'_>,
) -> Pieces<'l> {
    // The speed of a clock takes the room of the longer word all the time: it does not come and go.
    let is_short = is_fast && width < WIDE_FROM;
    let (width_of_marks, width_of_source) = match length {
        Marks::Whole if is_short => (width.min(WORDS_FROM - 1), width),
        Marks::Whole => (width, width),
        Marks::Short => (width.min(WORDS_FROM - 1), width),
        Marks::Shortest => (width.min(WORDS_FROM - 1), width.min(WHOLE_WORDS_FROM - 1)),
    };
    let mut pieces = Pieces::default();
    if width >= WIDE_FROM {
        push_names(picture, canvas, &mut pieces);
    }
    push_marks(picture, width_of_marks, width_of_source, canvas, &mut pieces);
    pieces
}

/// What is open and asks for something, by severity, as the panel of findings counts it: `✗1 ▲2`. None of either is shown
/// too, as a zero. As the connections, the counts go on while the display is frozen. Dangers that were acknowledged and are
/// not settled stand beside those that are open: `✗1 +1 ack. ▲2`.
fn counts(open: OpenCounts, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let symbols = canvas.theme.symbols();
    let OpenCounts { blocking, attention, accepted, .. } = open;
    let tone = |count, tone| if count == 0 { Tone::Quiet } else { tone };
    let word = if width < WIDE_FROM { "ack." } else { "acknowledged" };
    let open = format!("{}{blocking}", symbols.failed);
    let (open, accepted) = match (blocking, accepted) {
        (_, 0) => (open, String::new()),
        // A zero in front of it would read as none.
        (0, _) => (String::new(), format!("{}{accepted} {word}", symbols.failed)),
        _ => (open, format!(" +{accepted} {word}")),
    };
    if width < WHOLE_WORDS_FROM && !accepted.is_empty() && blocking + attention == 0 {
        return canvas.line(accepted, Tone::Danger);
    }
    canvas.words(&[
        (&open, tone(blocking, Tone::DangerBar)),
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
    // All else comes before how much there is to replay.
    pieces.push(BUCKET, canvas.owned(format!("of {}", position.length), Tone::Quiet));
}
