//! The time of day in the status strip: in UTC, in local time beside it, and how fast that of a demo runs.

use super::{badge::WIDE_FROM, ladder::Time};
use crate::{
    screen::panels::{Canvas, Line, Picture, Tone, columns},
    text::{hour_and_minute, time_of_day},
};

/// From this width on both times have room where the local time is shown.
const BOTH_TIMES_FROM: u16 = 76;

/// The time of day, from the most words to the fewest; all empty where no time is shown.
#[derive(Default)]
pub(super) struct Times {
    /// With how fast the clock of a demo runs, where it runs faster than that of the machine.
    pub(super) fast: Option<Line<'static>>,
    whole: Line<'static>,
    bare: Line<'static>,
    minute: Line<'static>,
}

impl Times {
    /// In UTC; the local time beside it where it is asked for, or alone where there is no room for both.
    pub(super) fn of(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Self {
        let now = picture.scene.facts.now;
        let strong = |text: String| canvas.line(text, Tone::Strong);
        let utc = time_of_day(now);
        let mut whole = canvas.words(&[(&utc, Tone::Strong), (" UTC ", Tone::Quiet)]);
        let (mut bare, mut minute) = (utc, hour_and_minute(now));
        if let Some(zone) = picture.scene.view.shown_zone() {
            let (local, name) = zone.time_of_day(now);
            let beside = canvas.words(&[(&local, Tone::Strong), (&format!(" {name} "), Tone::Quiet)]);
            if width < BOTH_TIMES_FROM {
                let (local, name) = zone.minute(now);
                (whole, bare, minute) = (beside, format!("{local} {name}"), String::new());
            } else {
                whole.push_span(" ");
                whole.spans.extend(beside.spans);
            }
        }
        let speed = picture.scene.view.clock_speed.filter(|speed| *speed > 1.0);
        let fast = speed.map(|speed| {
            let mut line = whole.clone();
            // In few columns the blank at the end of the row is a column that a word needs.
            let end = if width < WIDE_FROM { "" } else { " " };
            let text = format!("{}{speed}{end}", canvas.theme.symbols().times);
            line.push_span(canvas.owned(text, Tone::Simulated));
            line
        });
        Self { fast, whole, bare: strong(bare), minute: strong(minute) }
    }

    /// Whether there is something to show in that form; on a frozen display nothing is, in any.
    pub(super) fn has(&self, time: Time) -> bool {
        time == Time::Hidden || columns(&self.shown(time)) > 0
    }

    pub(super) fn shown(&self, time: Time) -> Line<'static> {
        match time {
            Time::Fast => self.fast.clone().unwrap_or_default(),
            Time::Whole => self.whole.clone(),
            Time::Bare => self.bare.clone(),
            Time::Minute => self.minute.clone(),
            Time::Hidden => Line::default(),
        }
    }
}
