//! What can be asked of a replay, and what the screen shows of one. The journal is played elsewhere.

use chrono::{Days, NaiveTime, TimeDelta};

use crate::run::{Elapsed, Sequence, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Play {
    /// Hold the replay where it is, or let it go on.
    Hold,
    Faster,
    Slower,
    Next(Landmark),
    Previous(Landmark),
    Beginning,
    End,
    Seek(Seek),
    To(Moment),
}

/// The moment of an event: right after its record, where it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) record: Option<Sequence>,
    pub(crate) at: Timestamp,
}

/// A place worth going to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Landmark {
    Phase,
    /// An action or a statement of the engineer.
    Action,
    Finding,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// That time of day, UTC.
    TimeOfDay(NaiveTime),
    By(TimeDelta),
}

impl Seek {
    /// Reads `16:42`, `16:42:10`, `+5m`, `-1h30m`, `+90s`; a bare number counts minutes.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('+') {
            return length(rest).map(Self::By);
        }
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
            return length(rest).map(|length| Self::By(-length));
        }
        let time = NaiveTime::parse_from_str(text, "%H:%M:%S");
        time.or_else(|_| NaiveTime::parse_from_str(text, "%H:%M")).ok().map(Self::TimeOfDay)
    }

    /// The moment meant, as seen from `now`, within a recording that goes `from` … `to`. A time of day that the
    /// recording holds more than once is the one nearest to `now`.
    pub(crate) fn resolve(self, now: Timestamp, from: Timestamp, to: Timestamp) -> Timestamp {
        let wanted = match self {
            Self::By(difference) => now.shifted(difference),
            Self::TimeOfDay(time) => {
                // The nearest moment of that time of day lies within twelve hours, and so on one of these three days.
                let today = now.utc().date_naive();
                let days = [Some(today), today.checked_sub_days(Days::new(1)), today.succ_opt()];
                let moments =
                    days.into_iter().flatten().map(|day| Timestamp::new(day.and_time(time).and_utc()));
                let recorded = moments.filter(|at| (from..=to).contains(at));
                let nearest = recorded.min_by_key(|at| at.offset_from(now).abs());
                nearest.unwrap_or_else(|| Timestamp::new(today.and_time(time).and_utc()))
            }
        };
        wanted.clamp(from, to.max(from))
    }
}

/// `5m`, `1h30m`, `90s`, `5` (minutes).
fn length(text: &str) -> Option<TimeDelta> {
    let text: String = text.split_whitespace().collect();
    let duration = match text.parse::<u64>() {
        Ok(minutes) => return TimeDelta::try_minutes(i64::try_from(minutes).ok()?),
        Err(_) => humantime::parse_duration(&text).ok()?,
    };
    TimeDelta::from_std(duration).ok()
}

/// How a recording that this session does not make is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Playback {
    Replay(Position),
    View(Recorder),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Position {
    /// How many times as fast as it was recorded.
    pub(crate) speed: f64,
    pub(crate) motion: Motion,
    /// Time since the first record.
    pub(crate) reached: Elapsed,
    pub(crate) length: Elapsed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    Playing,
    Held,
    AtTheEnd,
}

/// What has become of the process that records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recorder {
    Recording,
    Ended,
    /// It exited without ending the recording.
    Gone,
    /// Unknown: on a disk that has become read-only the recorder holds no lock.
    OutOfSight,
}

impl Recorder {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Recording => "recording goes on",
            Self::Ended => "recording has ended",
            Self::Gone => "the recorder is gone",
            Self::OutOfSight => "recorder unknown: read-only disk",
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    fn at(day: u32, hour: u32, minute: u32) -> Timestamp {
        Timestamp::new(Utc.with_ymd_and_hms(2026, 9, day, hour, minute, 0).unwrap())
    }

    fn resolved(text: &str, now: Timestamp) -> Timestamp {
        Seek::parse(text).unwrap().resolve(now, at(13, 15, 0), at(14, 16, 0))
    }

    #[test]
    fn a_time_of_day_is_the_nearest_one_that_was_recorded() {
        assert_eq!(resolved("16:42", at(13, 15, 30)), at(13, 16, 42));
        assert_eq!(resolved("02:10", at(13, 23, 0)), at(14, 2, 10));
        assert_eq!(resolved("23:00:00", at(14, 1, 0)), at(13, 23, 0));
        assert_eq!(resolved("15:30", at(14, 14, 0)), at(14, 15, 30));
    }

    #[test]
    fn a_difference_may_be_in_minutes_or_in_words_and_stays_within_the_recording() {
        let now = at(13, 16, 0);
        assert_eq!(resolved("+5", now), at(13, 16, 5));
        assert_eq!(resolved("-10m", now), at(13, 15, 50));
        assert_eq!(resolved("+1h30m", now), at(13, 17, 30));
        assert_eq!(resolved("+120 s", now), at(13, 16, 2));
        assert_eq!(resolved("-3h", now), at(13, 15, 0));
        assert_eq!(resolved("+99h", now), at(14, 16, 0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "+", "-", "25:00", "16", "16:42:10:5", "+x", "soon", "+99999999999999999999m"] {
            assert_eq!(Seek::parse(text), None, "{text}");
        }
    }
}
