//! For tests: whether what was received of a log is all that was written to it, once and in order, but for what gaps
//! and marks say. A line is an instance, whatever its text: equal lines are told apart by their place.

use std::{collections::BTreeSet, fmt};

use super::observation::Observation;
use crate::run::{Arrival, Elapsed, Timestamp};

/// A line as written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) text: Vec<u8>,
    pub(crate) at: Timestamp,
}

/// What was received, line by line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    Line(Vec<u8>, Arrival),
    Gap { from: Timestamp, to: Timestamp, reason: String },
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line, arrival) => {
                write!(f, "{arrival:?} {:?}", String::from_utf8_lossy(line).trim_end())
            }
            Self::Gap { from, to, reason } => write!(f, "GAP {from} to {to}: {reason}"),
        }
    }
}

fn said(items: Option<&[Item]>) -> String {
    items.unwrap_or_default().iter().map(Item::to_string).collect::<Vec<_>>().join("; ")
}

/// What a storm came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) written: usize,
    pub(crate) received: usize,
    pub(crate) marked: usize,
    pub(crate) gaps: usize,
    /// Lines that are missing behind a gap, at least.
    pub(crate) missing: usize,
}

impl Figures {
    pub(crate) fn add(&mut self, other: Self) {
        self.written += other.written;
        self.received += other.received;
        self.marked += other.marked;
        self.gaps += other.gaps;
        self.missing += other.missing;
    }
}

/// Turns observations into items; lines may come in pieces.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) items: Vec<Item>,
    /// All bytes, as in `dr.log`.
    pub(crate) bytes: Vec<u8>,
    /// From here on they are one stretch.
    pub(crate) one_stretch_from: usize,
    /// Behind a gap nothing has come yet: only what comes breaks the stretch.
    is_gap_open: bool,
    /// Whether the log was read to its end.
    pub(crate) was_followed: bool,
    /// Whether the last look was made.
    pub(crate) was_read_to_end: bool,
    partial: Vec<u8>,
}

impl Received {
    pub(crate) fn take(&mut self, observation: Observation) {
        match observation {
            Observation::Log { bytes, arrival } => {
                if std::mem::take(&mut self.is_gap_open) || arrival == Arrival::MayRepeat {
                    self.one_stretch_from = self.bytes.len();
                }
                self.bytes.extend_from_slice(&bytes);
                for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                    self.partial.extend_from_slice(piece);
                    if piece.ends_with(b"\n") {
                        let line = std::mem::take(&mut self.partial);
                        self.items.push(Item::Line(line, arrival));
                    }
                }
            }
            Observation::LogGap { from, to, reason } => {
                self.is_gap_open = true;
                self.items.push(Item::Gap { from, to, reason });
            }
            Observation::Event(event) => self.was_followed |= event == crate::run::Event::LogFollowed,
            Observation::LogReadToEnd => self.was_read_to_end = true,
            Observation::LogEnded | Observation::LogHole { .. } | Observation::ReadyToSend { .. } => {}
        }
    }
}

/// The bounds of a gap may be off by so much: a line is on its way for a moment.
const ON_ITS_WAY: Elapsed = Elapsed::from_secs(5);

/// Checks what was received of the lines `written` from `first` on.
///
/// # Errors
/// What is lost, doubled or out of order without a gap or a mark.
pub(crate) fn check(written: &[Written], first: usize, items: &[Item]) -> Result<Figures, String> {
    check_until(written, first, items, written.len())
}

/// The same, where the lines from `due` on may not have come yet.
///
/// # Errors
/// As [`check`].
pub(crate) fn check_until(
    written: &[Written],
    first: usize,
    items: &[Item],
    due: usize,
) -> Result<Figures, String> {
    // Every place that the log may have come to, as equal lines leave it open.
    let mut places = BTreeSet::from([first]);
    let mut figures = Figures { written: written.len() - first, ..Figures::default() };
    for (index, item) in items.iter().enumerate() {
        let before = places.clone();
        places = match item {
            Item::Line(_, Arrival::Earlier) => continue,
            Item::Line(line, arrival) => {
                figures.received += 1;
                let is_at = |place: usize| written.get(place).is_some_and(|written| written.text == *line);
                let mut next: BTreeSet<usize> =
                    before.iter().filter(|place| is_at(**place)).map(|place| place + 1).collect();
                if *arrival == Arrival::MayRepeat {
                    figures.marked += 1;
                    let first_known = (0..written.len()).find(|place| is_at(*place));
                    next.extend(
                        // A copy moves no place: it is of a line before it.
                        before.iter().filter(|place| first_known.is_some_and(|known| known < **place)),
                    );
                }
                next
            }
            Item::Gap { from, to, .. } => {
                figures.gaps += 1;
                let mut next = before.clone();
                for place in &before {
                    let is_inside = |written: &&Written| {
                        written.at + ON_ITS_WAY >= *from && written.at <= *to + ON_ITS_WAY
                    };
                    let missing =
                        written.get(*place..).unwrap_or_default().iter().take_while(is_inside).count();
                    // A gap says that lines may be missing, not that all of them are.
                    next.extend(*place..=place + missing);
                }
                next
            }
        };
        if places.is_empty() {
            let (low, high) = (before.first().copied().unwrap_or(0), before.last().copied().unwrap_or(0));
            let around = |place: usize| {
                let lines =
                    written.get(place.saturating_sub(2)..written.len().min(place + 3)).unwrap_or_default();
                lines.iter().map(|line| String::from_utf8_lossy(&line.text).into_owned()).collect::<Vec<_>>()
            };
            return Err(format!(
                "item {index}, {item}, behind {}, cannot come at any of {} places from {low} ({:?}) to {high} ({:?})",
                said(items.get(index.saturating_sub(4)..index)),
                before.len(),
                around(low),
                around(high)
            ));
        }
    }
    if places.last().is_none_or(|last| *last < due) {
        return Err(format!(
            "of {} lines at most {:?} are accounted for at the end; the last items: {}",
            written.len(),
            places.last(),
            said(items.get(items.len().saturating_sub(6)..))
        ));
    }
    let sure = figures.received - figures.marked;
    figures.missing = figures.written.saturating_sub(sure + figures.marked);
    Ok(figures)
}

/// What every file of a storm's log begins with: nothing, a few lines, or as many as a program may say of its settings.
/// None has a stamp.
pub(crate) fn banner(random: &mut fastrand::Rng) -> Vec<String> {
    const FIRST: [&str; 4] =
        ["BUILD_PROD_VERSION: 4.4.1 #31", "kernel: booted", "syslogd 1.4.1: restart.", "ready"];
    let count = if random.u8(..3) == 0 { random.usize(25..=60) } else { random.usize(..=FIRST.len()) };
    let setting = |n| format!("rfsd: setting {n} of the storage gateway is {} unless it was changed", n * n);
    FIRST.iter().map(|line| (*line).to_owned()).chain((FIRST.len()..).map(setting)).take(count).collect()
}

/// How many storms are run: `DRWATCH_TEST_STORMS`, or so many.
pub(crate) fn storms(ordinary: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let first = number("DRWATCH_TEST_STORM_SEED");
    first.map_or_else(|| 0..number("DRWATCH_TEST_STORMS").unwrap_or(ordinary), |seed| seed..seed + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::new(chrono::DateTime::from_timestamp(seconds, 0).unwrap())
    }

    fn written(names: &str) -> Vec<Written> {
        (0..)
            .zip(names.bytes())
            .map(|(second, name)| Written { text: vec![name, b'\n'], at: at(second * 10) })
            .collect()
    }

    /// `|` is a gap over everything, a capital letter a line that may be there twice.
    fn items(names: &str) -> Vec<Item> {
        let item = |name: u8| match name {
            b'|' => Item::Gap { from: at(0), to: at(1000), reason: String::new() },
            b'A'..=b'Z' => Item::Line(vec![name.to_ascii_lowercase(), b'\n'], Arrival::MayRepeat),
            _ => Item::Line(vec![name, b'\n'], Arrival::Live),
        };
        names.bytes().map(item).collect()
    }

    #[test]
    fn lines_are_lost_or_doubled_only_where_a_gap_or_a_mark_says_so() {
        for (log, seen, is_sound) in [
            ("abc", "abc", true),
            ("abc", "ac", false),
            ("abc", "ab", false),
            ("abc", "abbc", false),
            ("abc", "abBc", true),
            ("abc", "a|c", true),
            ("abc", "acb", false),
            ("xxxx", "xxx", false),
            ("xxxx", "xx|x", true),
            ("xxxx", "xxxxx", false),
            ("xxxx", "xx|XXXX", true),
            ("xxyxxy", "xxy|xxy", true),
            ("xxyxxy", "xxyxy", false),
        ] {
            let found = check(&written(log), 0, &items(seen));
            assert_eq!(found.is_ok(), is_sound, "{log} {seen}: {found:?}");
        }
        let short = Item::Gap { from: at(100), to: at(200), reason: String::new() };
        let seen = [&items("a")[..], &[short], &items("c")].concat();
        assert!(check(&written("abc"), 0, &seen).is_err(), "the gap lies elsewhere");
    }
}
