//! The parts of the phase bar, and how many cells each has.
//!
//! The scale is one of a few lengths ([`scale_of`]), so that for minutes or hours only the fill moves on: the boundaries
//! stay, and with them the room for each name. A phase that is over keeps at least the cells of its name.

use std::cmp::Ordering;

use super::{length, number, short_title};
use crate::{
    run::{Elapsed, Phase, PhaseSpan, Timestamp, settled_forecast},
    screen::{
        paint::axis::{Extent, cells, scale_of},
        panels::Picture,
    },
    text::age,
};

/// What a part of the bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A phase that is over, or the time that the present one has taken.
    Passed,
    /// A phase that is over, of unknown length.
    Unknown,
    /// Until the earliest end that is forecast.
    Forecast,
    /// From then on until the latest.
    Margin,
    /// What the scale has beyond the latest end that is forecast.
    Beyond,
    /// The rest of the present phase, of which nothing is forecast.
    Open,
    /// A phase not reached.
    Later,
    /// The end of the run.
    End,
}

/// One part of the bar; a phase has several where it is under way.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) phase: Phase,
    pub(super) kind: Kind,
    /// The time that it stands for, where that is known and has begun.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

/// How much of each name has room, from the most to the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    /// The names with their lengths, and what is known of the rest of the present phase.
    Rest,
    /// The names with their lengths.
    Names,
    /// The numbers of the stages that are over, with their lengths.
    Numbers,
    /// No length of what is over.
    Least,
}

/// The cells of a rest that is not to be passed over, and of the sign of the end.
const OPEN_CELLS: u64 = 14;
const END_CELLS: u16 = 10;

/// The columns that a phase begins with: the separator and the symbol, each with a blank; and the blank behind its name.
const AROUND: u16 = 5;

/// The most columns of what is known of a rest, of less than two hours and of more: `┊ 100 – 119 min more`,
/// `┊ 11 h 05 min – 12 h 30 min more`, with a blank before. The room for them does not change with the words.
const REST: u16 = 21;
const LONG_REST: u16 = 33;
/// `┊ open-ended`, with a blank before it.
const OPEN_REST: u16 = 13;

fn columns_of(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

/// The phases of the bar with their extents. A phase that was left out, as by an engineer who declares the test over, has
/// none.
fn extents(picture: &Picture<'_>, room: Room, width: u16) -> Vec<(Phase, Extent)> {
    let run = picture.run;
    let current = run.phases.current;
    let mut extents = Vec::new();
    for span in &run.phases.spans {
        let phase = span.phase;
        let is_left_out = phase < current && span.started_at.is_none() && span.ended_at.is_none();
        if is_left_out {
            continue;
        }
        let time = span.length(picture.now).unwrap_or_default();
        // No separator leads the first one.
        let around = if extents.is_empty() { AROUND - 2 } else { AROUND };
        let least = around
            + match phase.cmp(&current) {
                Ordering::Less => past_columns(picture, span, room),
                Ordering::Equal => present_columns(picture, span, room),
                Ordering::Greater if room == Room::Least => columns_of(number(phase)),
                Ordering::Greater => columns_of(short_title(run, phase)),
            };
        extents.push((phase, Extent { time, least }));
    }
    if current == Phase::Ended {
        extents.push((current, Extent { time: Elapsed::ZERO, least: END_CELLS }));
        return extents;
    }
    // The present phase has what the scale leaves.
    let passed: u64 = extents.iter().map(|(_, extent)| extent.time.millis()).sum();
    let rest = match settled_forecast(run, picture.now).end {
        Some(end) => end.latest.since(picture.now).millis(),
        // So long that the fill does not reach the end of its phase.
        None => passed.saturating_mul(OPEN_CELLS) / u64::from(width.max(1)),
    };
    let slack = scale_of(Elapsed::from_millis(passed.saturating_add(rest))).millis() - passed;
    for (_, extent) in extents.iter_mut().filter(|(phase, _)| *phase == current) {
        extent.time = extent.time.saturating_add(Elapsed::from_millis(slack));
    }
    extents
}

/// The columns of the name of a phase that is over.
fn past_columns(picture: &Picture<'_>, span: &PhaseSpan, room: Room) -> u16 {
    let (short, number) = (short_title(picture.run, span.phase), number(span.phase));
    let length = length(span, picture).map_or(0, |length| 1 + columns_of(&length));
    let coarse = span.length(picture.now).map_or(0, |length| 2 + columns_of(&age(length)));
    match (room, number.is_empty()) {
        (Room::Rest | Room::Names, _) => columns_of(short) + length,
        (Room::Numbers, false) => columns_of(number) + length,
        (Room::Numbers, true) => columns_of(short) + coarse.min(length),
        (Room::Least, false) => columns_of(number),
        (Room::Least, true) => columns_of(short),
    }
}

/// The columns of the name of the present phase with its length, and of what is known of its rest.
fn present_columns(picture: &Picture<'_>, span: &PhaseSpan, room: Room) -> u16 {
    let length = length(span, picture).map_or(0, |length| 1 + columns_of(&length));
    let rest = if room == Room::Rest { rest_columns(picture, span.phase) } else { 0 };
    columns_of(short_title(picture.run, span.phase)) + length + rest
}

/// The columns of what is known of the rest of `phase`, whatever the words of this moment.
pub(super) fn rest_columns(picture: &Picture<'_>, phase: Phase) -> u16 {
    let rest = settled_forecast(picture.run, picture.now).end.map(|end| end.latest.since(picture.now));
    match (phase, rest) {
        (Phase::Stage1 | Phase::Stage2, Some(rest)) if rest >= Elapsed::from_secs(7200) => LONG_REST,
        // Of stage 2 there is a forecast from its beginning, or none at all.
        (Phase::Stage2, None) => OPEN_REST,
        (Phase::Stage1 | Phase::Stage2, _) => REST,
        (Phase::Prepare | Phase::InUse | Phase::Ended, _) => 0,
    }
}

/// The parts of the bar of `width` cells from left to right, each with its first cell and their number.
pub(super) fn parts(picture: &Picture<'_>, width: u16) -> Vec<(Part, u16, u16)> {
    let (run, now) = (picture.run, picture.now);
    let current = run.phases.current;
    let needed = |extents: &[(Phase, Extent)]| extents.iter().map(|(_, extent)| extent.least).sum::<u16>();
    let rooms = [Room::Rest, Room::Names, Room::Numbers, Room::Least];
    let mut variants = rooms.into_iter().map(|room| extents(picture, room, width));
    let fitting = variants.find(|extents| needed(extents) <= width);
    let extents = fitting.unwrap_or_else(|| extents(picture, Room::Least, width));
    let shares = cells(&extents.iter().map(|(_, extent)| *extent).collect::<Vec<_>>(), width);
    let mut parts = Vec::new();
    let mut first = 0;
    for ((phase, extent), cells) in extents.into_iter().zip(shares) {
        let span = run.phases.span(phase);
        let started = span.and_then(|span| span.started_at);
        let times = started.zip(span.and_then(|span| span.length(now)));
        let part = |kind, times| Part { phase, kind, times };
        match (phase.cmp(&current), times) {
            (Ordering::Equal, _) if phase == Phase::Ended => {
                parts.push((part(Kind::End, None), first, cells));
            }
            (Ordering::Greater, _) => parts.push((part(Kind::Later, None), first, cells)),
            (_, None) => parts.push((part(Kind::Unknown, None), first, cells)),
            (Ordering::Less, Some((from, length))) => {
                parts.push((part(Kind::Passed, Some((from, from + length))), first, cells));
            }
            (Ordering::Equal, Some((from, _))) => {
                parts.extend(present_parts(picture, phase, (from, extent.time), (first, cells)));
            }
        }
        first += cells;
    }
    parts
}

/// The parts of the present phase, which began at `from`, in `cells` that stand for `time`.
fn present_parts(
    picture: &Picture<'_>,
    phase: Phase,
    (from, time): (Timestamp, Elapsed),
    (first, cells): (u16, u16),
) -> Vec<(Part, u16, u16)> {
    let now = picture.now;
    let per_cell = (time.millis() / u64::from(cells.max(1))).max(1);
    // The cell of the moment is begun, and so filled.
    let cells_to =
        |at: Timestamp| u16::try_from(at.since(from).millis() / per_cell + 1).unwrap_or(u16::MAX).min(cells);
    let filled = cells_to(now);
    let until = from + Elapsed::from_millis(per_cell.saturating_mul(filled.into()));
    let part = |kind, times| Part { phase, kind, times };
    let mut parts = vec![(part(Kind::Passed, Some((from, until))), first, filled)];
    let is_stage = matches!(phase, Phase::Stage1 | Phase::Stage2);
    let ends = match settled_forecast(picture.run, now).end {
        Some(end) => [
            (Kind::Forecast, cells_to(end.earliest.max(now))),
            (Kind::Margin, cells_to(end.latest.max(now))),
            (Kind::Beyond, cells),
        ],
        None => [if is_stage { Kind::Open } else { Kind::Beyond }; 3].map(|kind| (kind, cells)),
    };
    let mut reached = filled;
    for (kind, to) in ends {
        if to > reached {
            parts.push((part(kind, None), first + reached, to - reached));
            reached = to;
        }
    }
    parts
}
