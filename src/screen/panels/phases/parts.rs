//! The parts of the phase bar, and how many cells each has.
//!
//! All lengths have one scale: as many cells for each minute, whatever the phase. A phase has at least the cells of its
//! name; those beyond its time stay blank. The present one has room for a time that doubles when it is used up, also by
//! what is forecast, so that boundaries seldom move.

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
    /// The time of a phase that is over, or of the present one up to now.
    Passed,
    /// A phase that is over, of unknown length.
    Unknown,
    /// Room beyond the time of a phase that is over, or beyond what is known of the present one.
    Spare,
    /// Until the earliest end that is forecast.
    Forecast,
    /// From then on until the latest.
    Margin,
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
    /// As before, and no name beside the length of the preparation.
    First,
    /// As before, and no name beside any length of what is over.
    Lengths,
    /// No length of what is over.
    Least,
}

/// The least time for which the present phase has room: a quarter of an hour.
const LEAST_SHOWN: Elapsed = Elapsed::from_secs(900);

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
        // What is to come has no time yet.
        let time = span.length(picture.now).filter(|_| phase <= current).unwrap_or_default();
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

/// Gives the present phase a time that has room for it up to its latest end, and of the cells that are free what is known
/// of its rest.
fn look_ahead(picture: &Picture<'_>, extents: &mut [(Section, Extent)], width: u16) {
    let current = picture.run.phases.current;
    let needed: u16 = extents.iter().map(|(_, extent)| extent.least).sum();
    let present = extents.iter_mut().find(|(section, _)| *section == Section::of(current));
    let Some((_, extent)) = present.filter(|_| current != Phase::Ended) else { return };
    let rest = settled_forecast(picture.run, picture.now).end.map(|end| end.latest.since(picture.now));
    let until = extent.time.saturating_add(rest.unwrap_or_default());
    extent.time = LEAST_SHOWN;
    while extent.time < until {
        extent.time = extent.time.saturating_add(extent.time);
    }
    extent.least += width.saturating_sub(needed).min(rest_columns(picture, current));
}

/// How many cells a time has, the same in each phase.
#[derive(Clone, Copy)]
struct Scale {
    cells: u16,
    time: Elapsed,
}

impl Scale {
    /// That of the phase which needs all its cells for its time.
    fn of(extents: &[(Section, Extent)], shares: &[u16]) -> Option<Self> {
        let timed = extents.iter().zip(shares).filter(|((_, extent), _)| extent.time > Elapsed::ZERO);
        timed
            .map(|((_, extent), cells)| Self { cells: *cells, time: extent.time })
            .min_by(|one, other| one.crossed(*other).cmp(&other.crossed(*one)))
    }

    /// Two scales compare as each one's cells times the other's time.
    fn crossed(self, other: Self) -> u128 {
        u128::from(self.cells) * u128::from(other.time.millis())
    }

    fn cells_of(self, time: Elapsed, most: u16) -> u16 {
        let cells = self.crossed(Self { cells: 0, time }) / u128::from(self.time.millis().max(1));
        u16::try_from(cells).unwrap_or(u16::MAX).min(most)
    }

    /// The cells of a time of which `most` are drawn at most: the last one is begun, and a single one left over is for
    /// the rounding.
    fn begun(self, time: Elapsed, most: u16) -> u16 {
        let cells = self.cells_of(time, most).saturating_add(1).min(most);
        if cells + 1 == most { most } else { cells }
    }
}

/// The columns of the name of the time in which the appliance was restored and not used yet. It gives way before the
/// names of phases do.
fn before_columns(length: Length, room: Room) -> u16 {
    let length = columns_of(&length.to_string());
    match room {
        Room::Names | Room::Numbers => columns_of(RESTORED) + 1 + length,
        // A mark alone would say nothing: the names of others give way before.
        Room::Marks | Room::First | Room::Lengths => length,
        Room::Least => 0,
    }
}

/// The columns of the name of a phase that is over.
fn past_columns(picture: &Picture<'_>, span: &PhaseSpan, room: Room) -> u16 {
    let (short, number) = (short_title(picture.run, span.phase), number(span.phase));
    let length = length(span, picture).map_or(0, |length| 1 + columns_of(&length));
    if room == Room::First && span.phase == Phase::Prepare && length > 0 {
        return length - 1;
    }
    match (room, number.is_empty()) {
        (Room::Names, _) | (Room::Numbers | Room::Marks | Room::First, true) => columns_of(short) + length,
        (Room::Numbers | Room::Marks | Room::First | Room::Lengths, false) => columns_of(number) + length,
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
    let rooms = [Room::Names, Room::Numbers, Room::Marks, Room::First, Room::Lengths, Room::Least];
    let mut variants = rooms.into_iter().map(|room| extents(picture, room));
    let fitting = variants.find(|extents| needed(extents) <= width);
    let mut extents = fitting.unwrap_or_else(|| extents(picture, Room::Least));
    look_ahead(picture, &mut extents, width);
    let all: Vec<Extent> = extents.iter().map(|(_, extent)| *extent).collect();
    let shares = cells(&all, width);
    let scale = Scale::of(&extents, &shares);
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
        let place = section.place(current);
        match times.zip(scale).filter(|_| place.is_le() && phase != Phase::Ended) {
            None => {
                let kind = match place {
                    Ordering::Greater => Kind::Later,
                    _ if phase == Phase::Ended => Kind::End,
                    _ => Kind::Unknown,
                };
                parts.push((part(kind, None), first, cells));
            }
            Some(((from, length), scale)) if place.is_lt() => {
                let filled = scale.begun(length, cells);
                parts.push((part(Kind::Passed, Some((from, from + length))), first, filled));
                parts.push((part(Kind::Spare, None), first + filled, cells - filled));
            }
            Some(((from, _), scale)) => {
                parts.extend(present_parts(picture, phase, from, scale, (first, cells)));
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
    scale: Scale,
    (first, cells): (u16, u16),
) -> Vec<(Part, u16, u16)> {
    let now = picture.now;
    let part = |kind, times| Part { section: Section::of(phase), kind, times };
    let end = settled_forecast(picture.run, now).end;
    // The cell of the moment is begun, and so filled.
    let filled = scale.cells_of(now.since(from), cells).saturating_add(1).min(cells);
    let mut reached = filled;
    let mut parts = Vec::new();
    let mut until = |kind, cell: u16| {
        let to = cell.clamp(reached, cells);
        parts.push((part(kind, None), first + reached, to - reached));
        reached = to;
    };
    if let Some(end) = end {
        until(Kind::Forecast, scale.begun(end.earliest.since(from), cells));
        until(Kind::Margin, scale.begun(end.latest.since(from), cells));
    }
    until(Kind::Spare, cells);
    parts.insert(0, (part(Kind::Passed, Some((from, now))), first, filled));
    parts
}
