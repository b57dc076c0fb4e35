//! Instants, ages and short times in words. Durations are written by [`Elapsed`] itself, always as `00:19:34`.

use crate::run::{Elapsed, Timestamp};

/// How long ago: `4 s`, `12 min`, `3 h 05 min`, `2 d 04 h`.
#[must_use]
pub fn age(span: Elapsed) -> String {
    span.coarse()
}

/// How old a reading is, in steps coarse enough not to flicker: `<20 s`, `40 s`, then as [`age`].
#[must_use]
pub fn freshness(span: Elapsed) -> String {
    match span.secs() {
        // Replication is asked for every fifteen seconds: while it answers, this does not change.
        0..20 => "<20 s".to_owned(),
        seconds @ 20..120 => format!("{} s", seconds / 10 * 10),
        _ => age(span),
    }
}

/// Until when something is tried again: `in 4 s`, `now`.
#[must_use]
pub fn countdown(span: Elapsed) -> String {
    match span.millis().div_ceil(1000) {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} s"),
    }
}

/// A short measured time: `9 ms`, `3.1 s`.
#[must_use]
pub fn measured(span: Elapsed) -> String {
    if span.millis() < 1000 {
        format!("{} ms", span.millis())
    } else if span.secs() < 100 {
        format!("{:.1} s", span.secs_f64())
    } else {
        age(span)
    }
}

/// Time of day in UTC: `16:42:10`.
#[must_use]
pub fn time_of_day(at: Timestamp) -> String {
    at.utc().format("%H:%M:%S").to_string()
}

/// Time of day in UTC to the minute: `16:42`.
#[must_use]
pub fn hour_and_minute(at: Timestamp) -> String {
    at.utc().format("%H:%M").to_string()
}

/// Time of day to the minute, with the day where it is not today's: `16:42`, `Tue 04:10`.
#[must_use]
pub fn minute(at: Timestamp, now: Timestamp) -> String {
    let days = (at.utc().date_naive() - now.utc().date_naive()).num_days();
    let pattern = match days {
        0 => "%H:%M",
        -6..=6 => "%a %H:%M",
        _ => "%Y-%m-%d",
    };
    at.utc().format(pattern).to_string()
}

/// Time of day to the second, or to the minute with the day where it is not today's: `16:42:10`, `Tue 04:10`.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    if at.utc().date_naive() == now.utc().date_naive() { time_of_day(at) } else { minute(at, now) }
}

/// An instant in UTC to the minute: `2026-09-13 16:03`.
#[must_use]
pub fn date_and_minute(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d %H:%M").to_string()
}

/// A day in UTC: `2026-09-13`.
#[must_use]
pub fn date(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%d").to_string()
}

/// An instant in UTC to the second: `2026-09-13T16:03:38Z`.
#[must_use]
pub fn iso(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_as_coarse_as_they_are_long() {
        let shown =
            [0, 119, 120, 7199, 7200, 11_100, 172_799, 172_800, 187_200].map(Elapsed::from_secs).map(age);
        let expected = [
            "0 s",
            "119 s",
            "2 min",
            "119 min",
            "2 h 00 min",
            "3 h 05 min",
            "47 h 59 min",
            "2 d 00 h",
            "2 d 04 h",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn freshness_does_not_tick_every_second() {
        let shown = |seconds| freshness(Elapsed::from_secs(seconds));
        assert_eq!((shown(3), shown(11)), ("<20 s".to_owned(), "<20 s".to_owned()));
        assert_eq!(
            (shown(47), shown(119), shown(120)),
            ("40 s".to_owned(), "110 s".to_owned(), "2 min".to_owned())
        );
    }

    #[test]
    fn short_times_have_a_unit_that_fits() {
        let shown = [9, 999, 3149, 99_999, 120_000].map(Elapsed::from_millis).map(measured);
        assert_eq!(shown, ["9 ms", "999 ms", "3.1 s", "100.0 s", "2 min"]);
        assert_eq!([0, 1, 3001].map(Elapsed::from_millis).map(countdown), ["now", "in 1 s", "in 4 s"]);
    }
}
