//! The axis of a timeline: which column a moment has, and where the ticks are.

use chrono::{DateTime, Utc};

use crate::run::Timestamp;

/// Columns between two ticks at least: a weekday, a time and a blank.
const TICK_COLUMNS: i64 = 11;

/// The steps between two ticks, in minutes.
const STEPS: [i64; 15] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 43_200];

pub(super) struct Axis {
    start: Timestamp,
    /// Milliseconds shown; never zero.
    length: i64,
    width: u16,
}

impl Axis {
    pub(super) fn new(start: Timestamp, end: Timestamp, width: u16) -> Self {
        Self { start, length: end.offset_from(start).num_milliseconds().max(1), width }
    }

    /// The column of a moment, the first or the last one where it lies outside.
    pub(super) fn column(&self, at: Timestamp) -> u16 {
        let last = i64::from(self.width.saturating_sub(1));
        let passed = at.offset_from(self.start).num_milliseconds().clamp(0, self.length);
        let column = i128::from(passed) * i128::from(last) / i128::from(self.length);
        u16::try_from(column).unwrap_or(0)
    }

    /// The ticks, at round times of day, with their columns; each has room for its label.
    pub(super) fn ticks(&self) -> Vec<(u16, Timestamp)> {
        const MINUTE: i64 = 60_000;
        let per_tick = i128::from(self.length) * i128::from(TICK_COLUMNS) / i128::from(self.width.max(1));
        let is_wide = |step: &i64| i128::from(step * MINUTE) >= per_tick;
        let step = STEPS.into_iter().find(is_wide).map_or(self.length, |step| step * MINUTE);
        let start = self.start.utc().timestamp_millis();
        let first = start.div_euclid(step).saturating_add(1).saturating_mul(step);
        let at = |index: i64| {
            let millis = first.saturating_add(index.saturating_mul(step));
            let is_shown = millis - start <= self.length;
            DateTime::<Utc>::from_timestamp_millis(millis).filter(|_| is_shown).map(Timestamp::new)
        };
        // No more ticks than columns, whatever the step.
        let ticks = (0..i64::from(self.width)).map_while(at);
        ticks.map(|at| (self.column(at), at)).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        let start = Utc.with_ymd_and_hms(2026, 9, 13, 15, 29, 26).unwrap();
        Timestamp::new(start).shifted(chrono::TimeDelta::minutes(minutes))
    }

    #[test]
    fn ticks_are_at_round_times() {
        let axis = Axis::new(at(0), at(120), 80);
        let times: Vec<_> = axis.ticks().iter().map(|(_, at)| at.utc().format("%H:%M").to_string()).collect();
        assert_eq!(times, ["15:30", "16:00", "16:30", "17:00"]);
        assert_eq!((axis.column(at(-5)), axis.column(at(60)), axis.column(at(500))), (0, 39, 79));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_label_reaches_the_next_one(minutes in 0_i64..200_000, width in 0_u16..400) {
            let ticks = Axis::new(at(0), at(minutes), width).ticks();
            for pair in ticks.windows(2) {
                prop_assert!(i64::from(pair[1].0 - pair[0].0) >= TICK_COLUMNS - 1, "{ticks:?}");
            }
            prop_assert!(ticks.iter().all(|(column, _)| *column < width.max(1)));
        }
    }
}
