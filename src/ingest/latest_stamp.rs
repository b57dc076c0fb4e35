//! Stamps of a log that run back: its clock was set back, as at the end of daylight saving time.

use chrono::TimeDelta;

use crate::parse::Stamp;

/// Processes that write at the same time put their lines out of order by less.
const OUT_OF_ORDER: TimeDelta = TimeDelta::minutes(1);
/// The year of stamps without one: a leap year, which has all days.
const ANY_YEAR: u16 = 2024;
const HALF_A_YEAR: TimeDelta = TimeDelta::days(183);
const YEAR: TimeDelta = TimeDelta::days(366);
/// Without years, a stamp from longer before may be one of the next year, after a long silence.
const MAX_WITHOUT_YEARS: TimeDelta = TimeDelta::days(2);

/// The latest stamp of a log since its clock was last set back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LatestStamp(Option<Stamp>);

impl LatestStamp {
    /// A stamp that was the latest at its place.
    pub(super) const fn of(stamp: Stamp) -> Self {
        Self(Some(stamp))
    }

    pub(super) const fn is_known(self) -> bool {
        self.0.is_some()
    }

    /// Goes on to a line of that stamp; the latest one before it, where the clock was set back in between.
    pub(super) fn go_on_to(&mut self, stamp: Stamp) -> Option<Stamp> {
        if !names_a_time(stamp) {
            return None;
        }
        let Some(before) = self.0.filter(|before| before.zone.is_some() == stamp.zone.is_some()) else {
            // Stamps with and without a zone cannot be compared.
            self.0 = Some(stamp);
            return None;
        };
        let is_near = (before.year, before.month, before.zone) == (stamp.year, stamp.month, stamp.zone);
        if is_near && before <= stamp {
            self.0 = Some(stamp);
            return None;
        }
        let step = step(before, stamp)?;
        let is_back = step < -OUT_OF_ORDER;
        if is_back || step >= TimeDelta::zero() {
            self.0 = Some(stamp);
        }
        let has_years = before.year.is_some() && stamp.year.is_some();
        (is_back && (has_years || step > -MAX_WITHOUT_YEARS)).then_some(before)
    }

    /// Goes on to the end of lines that were looked through by themselves.
    pub(super) fn go_on_behind(&mut self, latest: Self) {
        if let Some(stamp) = latest.0 {
            self.go_on_to(stamp);
        }
    }
}

fn names_a_time(stamp: Stamp) -> bool {
    // Days that every month has need no calendar.
    let is_plain = (1..=28).contains(&stamp.day) && stamp.hour < 24 && stamp.minute < 60 && stamp.second < 60;
    is_plain || stamp.in_year(stamp.year.unwrap_or(ANY_YEAR).into()).is_some()
}

/// How much later `stamp` is than `before`; `None` where one of them names no time.
fn step(before: Stamp, stamp: Stamp) -> Option<TimeDelta> {
    let year = before.year.or(stamp.year).unwrap_or(ANY_YEAR);
    let at = |stamp: Stamp| stamp.in_year(stamp.year.unwrap_or(year).into());
    let step = at(stamp)?.offset_from(at(before)?);
    let has_years = before.year.is_some() && stamp.year.is_some();
    Some(match () {
        // Without years, the nearer way over the end of a year is the one.
        () if !has_years && step < -HALF_A_YEAR => step + YEAR,
        () if !has_years && step > HALF_A_YEAR => step - YEAR,
        () => step,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::log_line;

    /// Whether the clock is found set back before each of the lines.
    fn found(stamps: &[&str]) -> Vec<bool> {
        let mut latest = LatestStamp::default();
        let stamps = stamps.iter().map(|stamp| log_line(format!("{stamp} h x: y").as_bytes()).stamp.unwrap());
        stamps.map(|stamp| latest.go_on_to(stamp).is_some()).collect()
    }

    #[test]
    fn a_clock_set_back_is_found_where_it_was() {
        let stamps = ["Oct 26 02:50:00", "Oct 26 02:59:59", "Oct 26 02:00:00", "Oct 26 02:00:01"];
        assert_eq!(found(&stamps), [false, false, true, false]);
        let stamps = ["2025-10-26T02:59:59+02:00", "2025-10-26T01:00:00+02:00"];
        assert_eq!(found(&stamps), [false, true]);
        assert_eq!(found(&["Jan  1 00:10:00", "Dec 31 23:10:00"]), [false, true]);
    }

    #[test]
    fn lines_a_little_out_of_order_set_no_clock_back() {
        let stamps = ["Oct 26 02:50:40", "Oct 26 02:50:00", "Oct 26 02:50:39", "Oct 26 02:49:40"];
        assert_eq!(found(&stamps), [false; 4]);
        // Each a little behind the one before it, they are far behind the latest in the end.
        let stamps = ["Oct 26 02:50:40", "Oct 26 02:50:00", "Oct 26 02:49:20"];
        assert_eq!(found(&stamps), [false, false, true]);
    }

    #[test]
    fn neither_a_new_year_nor_another_zone_nor_a_leap_second_sets_a_clock_back() {
        assert_eq!(found(&["Dec 31 23:59:59", "Jan  1 00:00:00"]), [false; 2]);
        assert_eq!(found(&["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"]), [false; 2]);
        assert_eq!(found(&["2025-10-26T02:59:59+02:00", "2025-10-26T02:00:00+01:00"]), [false; 2]);
        assert_eq!(found(&["2025-10-26T02:59:59+02:00", "Oct 26 00:59:59"]), [false; 2]);
        assert_eq!(found(&["Jan 10 02:00:00", "Sep 13 02:00:00", "Mar 20 02:00:00"]), [false; 3]);
        assert_eq!(found(&["Feb 28 02:00:00", "Feb 30 03:00:00", "Feb 28 02:00:01"]), [false; 3]);
        assert_eq!(found(&["Feb 30 03:00:00", "Feb 28 02:00:00", "Feb 28 01:00:00"]), [false, false, true]);
        assert_eq!(found(&["Oct 26 23:59:60", "Oct 27 00:00:00", "Oct 26 23:59:59"]), [false; 3]);
    }
}
