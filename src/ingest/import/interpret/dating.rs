//! Stamps without a year as instants.

use chrono::TimeDelta;

use crate::{ingest::import::written::Written, parse::Stamp, run::Timestamp};

/// Lines of one log that are this far apart are of different years.
const HALF_A_YEAR: TimeDelta = TimeDelta::days(180);
const YEAR: TimeDelta = TimeDelta::days(365);
/// What follows on a step back by a year is that long at least. A clock that was reset is set right earlier.
const AFTER_YEAR: TimeDelta = TimeDelta::days(30);
/// A log with a 29th of February ends at most this long after it: a year later its last days would have two meanings.
const AFTER_LEAP_DAY: TimeDelta = TimeDelta::days(300);

/// The times known when the present log and the present block began.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) log: Timestamp,
    pub(super) block: Timestamp,
}

/// How the year of a line is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YearRule {
    /// The latest that puts it no more than a day after the log was written; in a log of more than a year, after that part
    /// of it was.
    WrittenBy(Written),
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
    /// Steps back by about a year that no step forward has undone: what stands before is of a year earlier.
    steps_back: i32,
    /// Where the last of them led to.
    stepped_to: Option<Timestamp>,
}

impl Dating {
    pub(super) const fn new(rule: YearRule) -> Self {
        Self { rule, last: None, leap_day: None, is_far: false, steps_back: 0, stepped_to: None }
    }

    /// Goes on with the next log.
    pub(super) const fn next_log(&mut self, written: Written) {
        if let YearRule::WrittenBy(_) = self.rule {
            *self = Self::new(YearRule::WrittenBy(written));
        }
    }

    /// The instant of a stamp; `None` where it names none.
    pub(super) fn date(&mut self, stamp: Stamp) -> Option<Timestamp> {
        let at = match (&mut self.rule, stamp.year) {
            (YearRule::WrittenBy(_), _) => self.date_within(stamp),
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

    fn date_within(&mut self, stamp: Stamp) -> Option<Timestamp> {
        let YearRule::WrittenBy(Written { begins_by, ends_by }) = &mut self.rule else { return None };
        let at = stamp.resolve(*begins_by);
        let Some(step) = at.zip(self.last).map(|(at, last)| at.offset_from(last)) else { return at };
        if step.abs() <= HALF_A_YEAR || stamp.year.is_some() {
            return at;
        }
        match (step < TimeDelta::zero(), *begins_by < *ends_by) {
            (true, true) => {
                *begins_by = begins_by.shifted(YEAR).min(*ends_by);
                return stamp.resolve(*begins_by);
            }
            (true, false) => {
                self.steps_back += 1;
                self.stepped_to = at;
            }
            (false, _) if self.steps_back > 0 => self.steps_back -= 1,
            // Behind a clock that was reset: the year has not ended.
            (false, _) => return stamp.resolve(begins_by.shifted(-YEAR)).or(at),
        }
        at
    }

    /// By when the first line of the log was written, if the log goes over more than a year: lines before a step back by a
    /// year are of earlier years than they were dated by.
    pub(super) fn begun_years_before(&self) -> Option<Timestamp> {
        let YearRule::WrittenBy(Written { begins_by, .. }) = self.rule else { return None };
        let since = self.last?.offset_from(self.stepped_to?);
        (self.steps_back > 0 && since >= AFTER_YEAR).then(|| begins_by.shifted(-YEAR * self.steps_back))
    }

    /// Notes that the log has a line of that 29th of February.
    pub(super) fn note_leap_day(&mut self, stamp: Stamp) {
        if let YearRule::WrittenBy(written) = self.rule {
            self.leap_day = stamp.resolve(written.begins_by).or(self.leap_day);
            let leap_day = self.leap_day;
            self.is_far |= self.last.is_some_and(|last| is_far(last, leap_day));
        }
    }

    /// When the log was written by, if a 29th of February in it shows that this is long before its file was: its other lines
    /// have been dated too late.
    pub(super) fn older_than_its_file(&self) -> Option<Timestamp> {
        let YearRule::WrittenBy(written) = self.rule else { return None };
        // That two lines of one log are far apart shows that one is dated wrong, and a leap day has no other year near.
        let latest = self.leap_day?.shifted(AFTER_LEAP_DAY);
        (self.is_far && latest < written.begins_by).then_some(latest)
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

    fn written_by(text: &str) -> YearRule {
        YearRule::WrittenBy(Written::at(at(text)))
    }

    fn dated(rule: YearRule, stamps: &[&str]) -> Vec<String> {
        let mut dating = Dating::new(rule);
        let stamps = stamps.iter().map(|stamp| log_line(format!("{stamp} h x: y").as_bytes()).stamp.unwrap());
        stamps.map(|stamp| dating.date(stamp).unwrap().utc().format("%F").to_string()).collect()
    }

    #[test]
    fn no_line_is_dated_more_than_a_day_after_its_file() {
        let rule = written_by("2027-01-05T00:00:00Z");
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
        let mut dating = Dating::new(written_by("2026-06-01T00:00:00Z"));
        let stamp = |text: &str| log_line(format!("{text} h x: y").as_bytes()).stamp.unwrap();
        dating.date(stamp("Feb 28 23:00:00"));
        dating.note_leap_day(stamp("Feb 29 01:00:00"));
        let older = dating.older_than_its_file().unwrap();
        assert_eq!(
            dated(
                YearRule::WrittenBy(Written::at(older)),
                &["Dec 31 00:00:00", "Feb 28 23:00:00", "Feb 29 01:00:00", "Mar  1 00:00:00"]
            ),
            ["2023-12-31", "2024-02-28", "2024-02-29", "2024-03-01"]
        );
    }

    /// The lines of a log as dated in the end, and how often it was read.
    fn read_until_dated(file: &str, stamps: &[&str]) -> (Vec<String>, u32) {
        let mut written = Written::at(at(file));
        for readings in 1..9 {
            let mut dating = Dating::new(YearRule::WrittenBy(written));
            let stamps =
                stamps.iter().map(|stamp| log_line(format!("{stamp} h x: y").as_bytes()).stamp.unwrap());
            let days =
                stamps.map(|stamp| dating.date(stamp).unwrap().utc().format("%F").to_string()).collect();
            match dating.begun_years_before() {
                Some(begins_by) => written.begins_by = begins_by,
                None => return (days, readings),
            }
        }
        panic!("the years are never found");
    }

    #[test]
    fn a_log_of_more_than_a_year_is_dated_from_its_end_backwards() {
        let months = ["Jun  1", "Sep 15", "Dec 20", "Jan  3", "Apr 10", "Jul 11", "Oct 12", "Nov 28"];
        let stamps: Vec<_> = months.iter().map(|month| format!("{month} 12:00:00")).collect();
        let stamps: Vec<_> = stamps.iter().map(String::as_str).collect();
        let (days, readings) = read_until_dated("2026-11-29T00:00:00Z", &stamps);
        assert_eq!((days[0].as_str(), days[7].as_str(), readings), ("2025-06-01", "2026-11-28", 2));
        assert!(days.is_sorted(), "{days:?}");
        let quarters = ["Jun  1 12:00:00", "Sep 15 12:00:00", "Dec 20 12:00:00", "Mar 10 12:00:00"];
        let mut three_years = quarters.repeat(3);
        three_years.extend(["Jun  1 12:00:00", "Sep 15 12:00:00", "Nov 28 12:00:00"]);
        let (days, readings) = read_until_dated("2026-11-29T00:00:00Z", &three_years);
        assert_eq!((days[0].as_str(), days[14].as_str(), readings), ("2023-06-01", "2026-11-28", 2));
        assert!(days.is_sorted(), "{days:?}");
    }

    #[test]
    fn a_clock_that_was_reset_makes_no_log_a_year_longer() {
        let before = ["Nov 20 10:00:00", "Nov 21 10:00:00"];
        let reset = ["Jan  1 00:00:10", "Jan  1 00:00:50"];
        let after = ["Nov 22 10:00:00", "Nov 23 10:00:00"];
        for stamps in [[before, reset, after].concat(), [before, reset].concat()] {
            let (days, readings) = read_until_dated("2026-11-29T00:00:00Z", &stamps);
            assert_eq!((days[0].as_str(), readings), ("2026-11-20", 1));
        }
        // Within a log of more than a year, too.
        let long = ["Sep 15 12:00:00", "Dec 20 12:00:00", "Mar 10 12:00:00", "Aug 11 12:00:00"];
        let (days, _) =
            read_until_dated("2026-11-29T00:00:00Z", &[&long[..], &before, &reset, &after].concat());
        assert_eq!((days[0].as_str(), days[4].as_str()), ("2025-09-15", "2026-11-20"));
        assert_eq!(days[8..], ["2026-11-22", "2026-11-23"]);
        let long =
            ["Jan 20 12:00:00", "May 10 12:00:00", "Sep 15 12:00:00", "Dec 20 12:00:00", "Mar 10 12:00:00"];
        let (days, _) =
            read_until_dated("2026-11-29T00:00:00Z", &[&before[..], &reset, &after, &long].concat());
        assert_eq!((days[0].as_str(), days[4].as_str()), ("2024-11-20", "2024-11-22"));
        assert_eq!(days[6..], ["2025-01-20", "2025-05-10", "2025-09-15", "2025-12-20", "2026-03-10"]);
    }
}
