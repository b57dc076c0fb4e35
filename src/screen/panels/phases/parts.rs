//! The parts of the phase bar, and how many cells each has.
//!
//! While a phase lasts its boundaries stay, and with them the room for each name: the phases that are over have a part of
//! the width that depends on their own lengths alone, those to come the cells of their names, and the present one the
//! rest. Its fill never gets shorter: it shows what part of stage 1 is counted, or what part of the longest past stage 2
//! has passed. A phase of which no end is known has no fill, but a line from its beginning to the present.

use std::cmp::Ordering;

use super::{RESTORED, length, number, restored_before_use, short_title};
use crate::{
    run::{Elapsed, Length, Phase, PhaseSpan, Timestamp, settled_forecast},
    screen::{
        paint::axis::{Extent, cells},
        panels::Picture,
    },
};

/// What a part of the bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A phase that is over, or what the present one has come to.
    Passed,
    /// The time that the present phase has taken, where no end of it is known.
    Lasting,
    /// A phase that is over, of unknown length.
    Unknown,
    /// Until the earliest end that is forecast.
    Forecast,
    /// From then on until the latest.
    Margin,
    /// The rest of the present phase, of which nothing is forecast.
    Open,
    /// A phase not reached.
    Later,
    /// The end of the run.
    End,
}

/// What has a name and a length of its own on the bar: a phase, or the first part of the one in which the restored
/// appliance is used, until it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) phase: Phase,
    pub(super) is_before_use: bool,
}

impl Section {
    const fn of(phase: Phase) -> Self {
        Self { phase, is_before_use: false }
    }

    /// Whether it is over, present or to come.
    pub(super) fn place(self, current: Phase) -> Ordering {
        if self.is_before_use { Ordering::Less } else { self.phase.cmp(&current) }
    }
}

/// One part of the bar; a section has several where it is under way.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) section: Section,
    pub(super) kind: Kind,
    /// The time that it stands for, where that is known and has begun.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

/// How much of each name has room, from the most to the least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    /// The names with their lengths.
    Names,
    /// The numbers of the stages that are over, with their lengths.
    Numbers,
    /// As before, and the marks alone of what is to come.
    Marks,
    /// As before, and no name beside the length of what is over.
    Lengths,
    /// No length of what is over.
    Least,
}

/// The cells of the sign of the end.
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

/// The sections of the bar with the time that each stands for and the cells of its name. A phase that was left out, as by an
/// engineer who declares the test over, has none.
fn extents(picture: &Picture<'_>, room: Room) -> Vec<(Section, Extent)> {
    let run = picture.run;
    let current = run.phases.current;
    let mut extents = Vec::new();
    for span in &run.phases.spans {
        let phase = span.phase;
        let is_left_out = phase < current && span.started_at.is_none() && span.ended_at.is_none();
        if is_left_out {
            continue;
        }
        // No separator leads the first one.
        let around = if extents.is_empty() { AROUND - 2 } else { AROUND };
        let before = restored_before_use(span, picture);
        if let Some(before) = before {
            let section = Section { phase, is_before_use: true };
            let least = around + before_columns(before, room);
            extents.push((section, Extent { time: before.exact(), least }));
        }
        let before = before.map(Length::exact).unwrap_or_default();
        let time = span.length(picture.now).filter(|_| phase < current).unwrap_or_default();
        let time = time.saturating_sub(before);
        let least = around
            + match phase.cmp(&current) {
                Ordering::Less => past_columns(picture, span, room),
                Ordering::Equal => present_columns(picture, span),
                Ordering::Greater if room >= Room::Marks => columns_of(number(phase)),
                Ordering::Greater => columns_of(short_title(run, phase)),
            };
        extents.push((Section::of(phase), Extent { time, least }));
    }
    // Where its name has no room, a mark alone would say nothing but that all before it is over; that of a failed restore does.
    if current == Phase::Ended && (room < Room::Marks || run.failed.is_some()) {
        let least = if room >= Room::Marks { AROUND } else { END_CELLS };
        extents.push((Section::of(current), Extent { time: Elapsed::ZERO, least }));
    }
    extents
}

/// The cells of each of `extents`, none of which depends on how long the present phase has lasted.
fn shares(extents: &[(Section, Extent)], current: Phase, width: u16) -> Vec<u16> {
    let all: Vec<Extent> = extents.iter().map(|(_, extent)| *extent).collect();
    let needed: u16 = all.iter().map(|extent| extent.least).sum();
    let is_present = |(section, _): &(Section, Extent)| *section == Section::of(current);
    let Some(index) = extents.iter().position(is_present) else {
        return cells(&all, width);
    };
    let (past, rest) = all.split_at(index);
    let Some((present, later)) = rest.split_first().filter(|_| current != Phase::Ended && needed <= width)
    else {
        return cells(&all, width);
    };
    let later: Vec<u16> = later.iter().map(|extent| extent.least).collect();
    let to_share = width - later.iter().sum::<u16>();
    let least: u16 = past.iter().map(|extent| extent.least).sum();
    // The present phase keeps the room for what is known of its rest.
    let most = to_share.saturating_sub(present.least + LONG_REST).min(to_share / 4);
    let for_past = if past.is_empty() { 0 } else { most.max(least) };
    let mut shares = cells(past, for_past);
    shares.push(to_share - for_past);
    shares.extend(later);
    shares
}

/// The columns of the name of the time in which the appliance was restored and not used yet. It gives way before the
/// names of phases do.
fn before_columns(length: Length, room: Room) -> u16 {
    let length = columns_of(&length.to_string());
    match room {
        Room::Names | Room::Numbers => columns_of(RESTORED) + 1 + length,
        Room::Lengths => length,
        Room::Marks | Room::Least => 0,
    }
}

/// The columns of the name of a phase that is over.
fn past_columns(picture: &Picture<'_>, span: &PhaseSpan, room: Room) -> u16 {
    let (short, number) = (short_title(picture.run, span.phase), number(span.phase));
    let length = length(span, picture).map_or(0, |length| 1 + columns_of(&length));
    match (room, number.is_empty()) {
        (Room::Names, _) | (Room::Numbers | Room::Marks, true) => columns_of(short) + length,
        (Room::Numbers | Room::Marks | Room::Lengths, false) => columns_of(number) + length,
        (Room::Lengths, true) if length > 0 => length - 1,
        (Room::Least, false) => columns_of(number),
        (Room::Lengths | Room::Least, true) => columns_of(short),
    }
}

/// The columns of the name of the present phase with its length.
fn present_columns(picture: &Picture<'_>, span: &PhaseSpan) -> u16 {
    let length = length(span, picture).map_or(0, |length| 1 + columns_of(&length));
    columns_of(short_title(picture.run, span.phase)) + length
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
    let needed = |extents: &[(Section, Extent)]| extents.iter().map(|(_, extent)| extent.least).sum::<u16>();
    let rooms = [Room::Names, Room::Numbers, Room::Marks, Room::Lengths, Room::Least];
    let mut variants = rooms.into_iter().map(|room| extents(picture, room));
    let fitting = variants.find(|extents| needed(extents) <= width);
    let extents = fitting.unwrap_or_else(|| extents(picture, Room::Least));
    let shares = shares(&extents, current, width);
    let mut parts = Vec::new();
    let mut first = 0;
    for ((section, _), cells) in extents.into_iter().zip(shares) {
        let phase = section.phase;
        let span = run.phases.span(phase);
        let started = span.and_then(|span| span.started_at);
        let before = span.and_then(|span| restored_before_use(span, picture));
        let before = before.map(Length::exact).unwrap_or_default();
        let times = started.zip(span.and_then(|span| span.length(now))).map(|(from, length)| {
            let used = length.saturating_sub(before);
            if section.is_before_use { (from, before) } else { (from + before, used) }
        });
        let part = |kind, times| Part { section, kind, times };
        match (section.place(current), times) {
            (Ordering::Equal, _) if phase == Phase::Ended => {
                parts.push((part(Kind::End, None), first, cells));
            }
            (Ordering::Greater, _) => parts.push((part(Kind::Later, None), first, cells)),
            (_, None) => parts.push((part(Kind::Unknown, None), first, cells)),
            (Ordering::Less, Some((from, length))) => {
                parts.push((part(Kind::Passed, Some((from, from + length))), first, cells));
            }
            (Ordering::Equal, Some((from, _))) => {
                parts.extend(present_parts(picture, phase, from, (first, cells)));
            }
        }
        first += cells;
    }
    parts
}

/// The parts of the present phase, which began at `from`.
fn present_parts(
    picture: &Picture<'_>,
    phase: Phase,
    from: Timestamp,
    (first, cells): (u16, u16),
) -> Vec<(Part, u16, u16)> {
    let now = picture.now;
    let part = |kind, times| Part { section: Section::of(phase), kind, times };
    let end = settled_forecast(picture.run, now).end;
    let progress = match (phase, end) {
        (Phase::Stage1, _) => {
            let counted = picture.run.expected().zip(picture.run.download.downloaded());
            counted.map(|(all, counted)| (counted.0, all.0)).filter(|(_, all)| *all > 0)
        }
        (Phase::Stage2, Some(end)) => Some((now.since(from).millis(), end.latest.since(from).millis())),
        _ => None,
    };
    let Some((done, all)) = progress else {
        return vec![(part(Kind::Lasting, Some((from, now))), first, cells)];
    };
    // The cell of the moment is begun, and so filled.
    let of = |part: u64, whole: u64, cells: u16| {
        let cell = u128::from(part) * u128::from(cells) / u128::from(whole.max(1));
        u16::try_from(cell).unwrap_or(u16::MAX).min(cells)
    };
    let filled = of(done, all, cells).saturating_add(1).min(cells);
    let mut parts = vec![(part(Kind::Passed, Some((from, now))), first, filled)];
    let (left, reached) = (cells - filled, first + filled);
    let Some(end) = end else {
        parts.push((part(Kind::Open, None), reached, left));
        return parts;
    };
    let until_earliest = of(end.earliest.since(now).millis(), end.latest.since(now).millis(), left);
    parts.push((part(Kind::Forecast, None), reached, until_earliest));
    parts.push((part(Kind::Margin, None), reached + until_earliest, left - until_earliest));
    parts
}
