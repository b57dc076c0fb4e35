//! The engineer's own time zone, whose time can be shown beside UTC.

use jiff::tz::TimeZone;

use crate::run::Timestamp;

/// A time zone with its rules: its offset may change during a run.
#[derive(Clone, Debug)]
pub(crate) struct LocalZone(TimeZone);

impl LocalZone {
    pub(crate) const fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// The time of day to the second and the short name of the zone: `17:42:10` and `CEST`.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> (String, String) {
        self.written(at, "%H:%M:%S")
    }

    /// The time of day to the minute and the short name of the zone.
    pub(crate) fn minute(&self, at: Timestamp) -> (String, String) {
        self.written(at, "%H:%M")
    }

    pub(crate) fn is_utc(&self, at: Timestamp) -> bool {
        self.time_of_day(at).1 == "UTC"
    }

    fn written(&self, at: Timestamp, pattern: &str) -> (String, String) {
        // What jiff cannot represent is thousands of years away.
        let instant = jiff::Timestamp::from_second(at.utc().timestamp()).unwrap_or_default();
        let offset = self.0.to_offset_info(instant);
        let local = at.shifted(chrono::TimeDelta::seconds(offset.offset().seconds().into()));
        (local.utc().format(pattern).to_string(), offset.abbreviation().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    #[test]
    fn the_offset_is_that_of_the_moment_and_not_of_the_present() {
        // The rules of Berlin as POSIX writes them: no file is read.
        let zone = LocalZone::new(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap());
        let at =
            |month, day, hour| Timestamp::new(Utc.with_ymd_and_hms(2026, month, day, hour, 30, 5).unwrap());
        assert_eq!(zone.time_of_day(at(9, 13, 15)), ("17:30:05".to_owned(), "CEST".to_owned()));
        assert_eq!(zone.minute(at(12, 1, 23)), ("00:30".to_owned(), "CET".to_owned()));
        assert_eq!(zone.minute(at(10, 25, 0)).1, "CEST");
        assert_eq!(zone.minute(at(10, 25, 1)).1, "CET");
    }
}
