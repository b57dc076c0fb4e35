//! The time since when something is so, as it is typed.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};

use crate::{
    run::{Elapsed, Statement, StatementFloor, Timestamp, statement_floor},
    screen::dialogs::Facts,
    text::time_of_day,
};

/// A time typed to the minute may be up to a minute early.
const TYPED_PRECISION: Elapsed = Elapsed::from_secs(60);

/// Why a time is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TimeError {
    #[error("Not a time: type now, HH:MM, HH:MM:SS or YYYY-MM-DD HH:MM.")]
    Unreadable,
    #[error("That is in the future; nothing was recorded.")]
    InTheFuture,
    #[error("{typed} is before {} ({}); nothing was recorded.", floor.what, at(floor.at, *now))]
    TooEarly { typed: String, floor: StatementFloor, now: Timestamp },
}

/// The time of day, with the date where it is not today's.
pub(super) fn at(at: Timestamp, now: Timestamp) -> String {
    if at.utc().date_naive() == now.utc().date_naive() { time_of_day(at) } else { at.in_words().to_string() }
}

/// Refuses a time that the record contradicts.
pub(super) fn not_too_early(
    since: Timestamp,
    statement: Statement,
    facts: &Facts<'_>,
) -> Result<Timestamp, TimeError> {
    match statement_floor(facts.run, statement) {
        Some(floor) if floor.at.since(since) >= TYPED_PRECISION => {
            let typed = at(since, facts.now);
            Err(TimeError::TooEarly { typed, floor, now: facts.now })
        }
        _ => Ok(since),
    }
}

/// That a time of day is still to come today, where its last moment cannot be meant.
pub(super) fn later_today(text: &str, now: Timestamp) -> Option<TimeError> {
    let parse = |pattern| NaiveTime::parse_from_str(text, pattern);
    let time = parse("%H:%M:%S").or_else(|_| parse("%H:%M")).ok()?;
    (Timestamp::new(now.utc().date_naive().and_time(time).and_utc()) > now).then_some(TimeError::InTheFuture)
}

/// The instant meant: the last one at that time of day, never in the future.
pub(super) fn instant(text: &str, now: Timestamp) -> Result<Timestamp, TimeError> {
    if text.eq_ignore_ascii_case("now") || text.is_empty() {
        return Ok(now);
    }
    let parse_time = |pattern| NaiveTime::parse_from_str(text, pattern);
    if let Ok(time) = parse_time("%H:%M:%S").or_else(|_| parse_time("%H:%M")) {
        let today = Timestamp::new(now.utc().date_naive().and_time(time).and_utc());
        return Ok(if today > now { today.shifted(TimeDelta::days(-1)) } else { today });
    }
    let parse = |pattern| NaiveDateTime::parse_from_str(text, pattern);
    let date = parse("%Y-%m-%d %H:%M:%S").or_else(|_| parse("%Y-%m-%d %H:%M"));
    let at = Timestamp::new(date.map_err(|_| TimeError::Unreadable)?.and_utc());
    if at > now { Err(TimeError::InTheFuture) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    #[test]
    fn a_time_of_day_is_the_last_such_moment_and_never_in_the_future() {
        let now = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 0, 30, 0).unwrap());
        let at = |text| instant(text, now).map(|at| at.utc().format("%d %H:%M:%S").to_string());
        for (text, expected) in [
            ("now", "13 00:30:00"),
            ("0:10", "13 00:10:00"),
            ("23:50:05", "12 23:50:05"),
            ("2026-09-11 08:00", "11 08:00:00"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(at("2026-09-13 08:00"), Err(TimeError::InTheFuture));
        assert_eq!(at("25:00"), Err(TimeError::Unreadable));
        assert_eq!(at("soon"), Err(TimeError::Unreadable));
    }
}
