//! Stamps without a year as instants.

use chrono::TimeDelta;

use crate::{parse::Stamp, run::Timestamp};

/// Lines of one log that are this far apart are of different years.
const HALF_A_YEAR: TimeDelta = TimeDelta::days(180);
/// A log with a 29th of February ends at most this long after it: a year later its last days would have two meanings.
const AFTER_LEAP_DAY: TimeDelta = TimeDelta::days(300);

/// How the year of a line is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YearRule {
    /// The latest that puts it no more than a day after the log was written.
    WrittenBy(Timestamp),
    /// That of the line before, or one more where the log goes over the end of a year.
    From(i32),
}

/// Dates the lines of a log in their order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dating {
    rule: YearRule,
    last: Option<Timestamp>,
    /// The 29th of February in the log.
    leap_day: Option<Timestamp>,
    /// Whether a line was dated far from it.
    is_far: bool,
}

impl Dating {
    pub(super) const fn new(rule: YearRule) -> Self {
        Self { rule, last: None, leap_day: None, is_far: false }
    }

    /// Goes on with the next log.
    pub(super) const fn next_log(&mut self, written_at: Timestamp) {
        if let YearRule::WrittenBy(_) = self.rule {
            *self = Self::new(YearRule::WrittenBy(written_at));
        }
    }

    /// The instant of a stamp; `None` where it names none.
    pub(super) fn date(&mut self, stamp: Stamp) -> Option<Timestamp> {
        let at = match (&mut self.rule, stamp.year) {
            (YearRule::WrittenBy(written_by), _) => stamp.resolve(*written_by),
            (YearRule::From(_), Some(year)) => stamp.in_year(year.into()),
            (YearRule::From(year), None) => {
                let at = stamp.in_year(*year);
                match at.zip(self.last).map(|(at, last)| at.offset_from(last)) {
                    Some(step) if step < -HALF_A_YEAR => {
                        *year += 1;
                        stamp.in_year(*year)
                    }
                    // A straggler of the year before.
                    Some(step) if step > HALF_A_YEAR => stamp.in_year(*year - 1).or(at),
                    _ => at,
                }
            }
        };
        self.is_far |= at.is_some_and(|at| is_far(at, self.leap_day));
        self.last = at.or(self.last);
        at
    }

    /// Notes that the log has a line of that 29th of February.
    pub(super) fn note_leap_day(&mut self, stamp: Stamp) {
        if let YearRule::WrittenBy(written_by) = self.rule {
            self.leap_day = stamp.resolve(written_by).or(self.leap_day);
            let leap_day = self.leap_day;
            self.is_far |= self.last.is_some_and(|last| is_far(last, leap_day));
        }
    }

    /// When the log was written by, if a 29th of February in it shows that this is long before its file was: its other lines
    /// have been dated too late.
    pub(super) fn older_than_its_file(&self) -> Option<Timestamp> {
        let YearRule::WrittenBy(written_by) = self.rule else { return None };
        // That two lines of one log are far apart shows that one is dated wrong, and a leap day has no other year near.
        let latest = self.leap_day?.shifted(AFTER_LEAP_DAY);
        (self.is_far && latest < written_by).then_some(latest)
    }
}

fn is_far(at: Timestamp, leap_day: Option<Timestamp>) -> bool {
    leap_day.is_some_and(|leap_day| at.offset_from(leap_day).abs() > HALF_A_YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::log_line;

    fn at(text: &str) -> Timestamp {
        Timestamp::new(text.parse().unwrap())
    }

    fn dated(rule: YearRule, stamps: &[&str]) -> Vec<String> {
        let mut dating = Dating::new(rule);
        let stamps = stamps.iter().map(|stamp| log_line(format!("{stamp} h x: y").as_bytes()).stamp.unwrap());
        stamps.map(|stamp| dating.date(stamp).unwrap().utc().format("%F").to_string()).collect()
    }

    #[test]
    fn no_line_is_dated_more_than_a_day_after_its_file() {
        let rule = YearRule::WrittenBy(at("2027-01-05T00:00:00Z"));
        let stamps = ["Dec 30 23:00:00", "Jan  1 00:00:01", "Jan  5 12:00:00", "Jan  7 00:00:00"];
        assert_eq!(dated(rule, &stamps), ["2026-12-30", "2027-01-01", "2027-01-05", "2026-01-07"]);
    }

    #[test]
    fn a_given_year_is_that_of_the_first_line() {
        let stamps = ["Dec 30 23:00:00", "Jan  1 00:00:01", "Dec 31 23:59:59", "Jan  2 00:00:00"];
        assert_eq!(
            dated(YearRule::From(2019), &stamps),
            ["2019-12-30", "2020-01-01", "2019-12-31", "2020-01-02"]
        );
    }

    #[test]
    fn a_leap_day_shows_that_a_log_is_older_than_its_file() {
        let mut dating = Dating::new(YearRule::WrittenBy(at("2026-06-01T00:00:00Z")));
        let stamp = |text: &str| log_line(format!("{text} h x: y").as_bytes()).stamp.unwrap();
        dating.date(stamp("Feb 28 23:00:00"));
        dating.note_leap_day(stamp("Feb 29 01:00:00"));
        let written_by = dating.older_than_its_file().unwrap();
        assert_eq!(
            dated(
                YearRule::WrittenBy(written_by),
                &["Dec 31 00:00:00", "Feb 28 23:00:00", "Feb 29 01:00:00", "Mar  1 00:00:00"]
            ),
            ["2023-12-31", "2024-02-28", "2024-02-29", "2024-03-01"]
        );
    }
}
