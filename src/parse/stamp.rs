//! The time stamp of a log line (RFC 3164, section 4.1.2), which has neither year nor zone, and how
//! the time of receipt supplies them.

use chrono::{Datelike, NaiveDate, TimeDelta};
use nom::{
    IResult, Parser,
    bytes::complete::{take, take_while_m_n},
    character::complete::char,
    combinator::map_opt,
    sequence::preceded,
};

use crate::run::At;

/// Month, day and time of day as written. It may name no real date: the digits are kept as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// 1 to 12.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second; 60 in a leap second.
    pub second: u8,
}

/// Years to the nearest leap year at worst: 2100 is none, 2096 and 2104 are.
const TO_LEAP_YEAR: i32 = 4;

impl Stamp {
    /// The instant, read as UTC, in the year that brings it closest to `received`; of two equally
    /// close ones the earlier. The 59th second and one more is the next minute. `None` where the stamp
    /// names no date or time there is.
    #[must_use]
    pub fn resolve(self, received: At) -> Option<At> {
        let reach = if (self.month, self.day) == (2, 29) { TO_LEAP_YEAR } else { 1 };
        let year = received.utc().year();
        (year.saturating_sub(reach)..=year.saturating_add(reach))
            .filter_map(|year| self.in_year(year))
            .min_by_key(|instant| instant.offset_from(received).abs())
    }

    fn in_year(self, year: i32) -> Option<At> {
        let leap = u32::from(self.second == 60);
        let (hour, minute) = (u32::from(self.hour), u32::from(self.minute));
        NaiveDate::from_ymd_opt(year, u32::from(self.month), u32::from(self.day))?
            .and_hms_opt(hour, minute, u32::from(self.second) - leap)?
            .checked_add_signed(TimeDelta::seconds(i64::from(leap)))
            .map(|time| At::new(time.and_utc()))
    }
}

/// `Sep 13 16:03:38`, the day padded with a space, a zero or not at all.
pub(super) fn stamp(input: &[u8]) -> IResult<&[u8], Stamp> {
    let blanks = take_while_m_n(1, 2, |byte| byte == b' ');
    let day = map_opt(take_while_m_n(1, 2, |byte: u8| byte.is_ascii_digit()), decimal);
    let clock = (two_digits, preceded(char(':'), two_digits), preceded(char(':'), two_digits));
    (map_opt(take(3_usize), month), preceded(blanks, day), preceded(char(' '), clock))
        .map(|(month, day, (hour, minute, second))| Stamp { month, day, hour, minute, second })
        .parse(input)
}

fn two_digits(input: &[u8]) -> IResult<&[u8], u8> {
    map_opt(take(2_usize), decimal).parse(input)
}

fn decimal(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, digit| match digit {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(digit - b'0'),
        _ => None,
    })
}

fn month(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Timelike, Utc};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> At {
        At::new(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
    }

    fn resolved(text: &str, received: &str) -> Option<At> {
        stamp(text.as_bytes()).unwrap().1.resolve(at(received))
    }

    #[test]
    fn the_day_may_be_padded_with_a_space_a_zero_or_not_at_all() {
        let expected = Stamp { month: 10, day: 8, hour: 1, minute: 27, second: 10 };
        for text in ["Oct  8 01:27:10", "Oct 08 01:27:10", "Oct 8 01:27:10"] {
            assert_eq!(stamp(text.as_bytes()), Ok((&b""[..], expected)), "{text}");
        }
    }

    #[test]
    fn a_line_of_december_received_in_january_is_of_the_year_before() {
        assert_eq!(resolved("Dec 31 23:59:58", "2027-01-01T00:00:03Z"), Some(at("2026-12-31T23:59:58Z")));
    }

    #[test]
    fn a_clock_ahead_over_new_year_is_of_the_year_after() {
        assert_eq!(resolved("Jan  1 05:00:00", "2026-12-31T23:30:00Z"), Some(at("2027-01-01T05:00:00Z")));
    }

    #[test]
    fn a_leap_day_received_in_a_common_year_is_of_the_nearest_leap_year() {
        assert_eq!(resolved("Feb 29 12:00:00", "2027-03-01T00:00:00Z"), Some(at("2028-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2025-03-01T00:00:00Z"), Some(at("2024-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2024-02-29T18:00:00Z"), Some(at("2024-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2099-01-01T00:00:00Z"), Some(at("2096-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2100-02-28T00:00:00Z"), Some(at("2096-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2100-03-02T00:00:00Z"), Some(at("2104-02-29T12:00:00Z")));
        assert_eq!(resolved("Feb 29 12:00:00", "2101-01-01T00:00:00Z"), Some(at("2104-02-29T12:00:00Z")));
    }

    #[test]
    fn a_leap_second_is_the_start_of_the_next_minute() {
        assert_eq!(resolved("Dec 31 23:59:60", "2027-01-01T00:00:00Z"), Some(at("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn a_date_or_time_there_is_not_resolves_to_nothing() {
        for text in [
            "Feb 30 12:00:00",
            "Apr 31 12:00:00",
            "Sep  0 12:00:00",
            "Sep 13 24:00:00",
            "Sep 13 12:60:00",
            "Sep 13 12:00:61",
        ] {
            assert_eq!(resolved(text, "2026-09-13T12:00:00Z"), None, "{text}");
        }
    }

    #[test]
    fn other_ways_to_write_a_time_are_no_stamp() {
        for text in [
            "",
            "Sep",
            "sep 13 16:03:38",
            "Sep 13 2016 16:03:38",
            "Sep 13 1:03:38",
            "2016-09-13T16:03:38Z",
            "Sep 1a 16:03:38",
        ] {
            assert!(stamp(text.as_bytes()).is_err(), "{text}");
        }
    }

    fn narrow(value: u32) -> u8 {
        u8::try_from(value).unwrap()
    }

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn an_instant_within_months_of_its_receipt_is_found_again(
            second in 0_i64..4_102_444_800,
            apart in prop_oneof![-11 * 3600_i64..11 * 3600, -180 * 86_400_i64..180 * 86_400],
        ) {
            let time = DateTime::from_timestamp(second, 0).unwrap();
            let text = time.format("%b %e %H:%M:%S").to_string();
            let (rest, read) = stamp(text.as_bytes()).unwrap();
            prop_assert!(rest.is_empty());
            prop_assert_eq!(read, Stamp {
                month: narrow(time.month()), day: narrow(time.day()),
                hour: narrow(time.hour()), minute: narrow(time.minute()), second: narrow(time.second()),
            });
            let received = At::new(time).shifted(TimeDelta::milliseconds(apart * 1000 + 250));
            prop_assert_eq!(read.resolve(received), Some(At::new(time)));
        }

        #[test]
        fn no_stamp_makes_resolving_panic(
            (month, day, hour, minute, second) in any::<(u8, u8, u8, u8, u8)>(),
            received in DateTime::<Utc>::MIN_UTC.timestamp()..DateTime::<Utc>::MAX_UTC.timestamp(),
        ) {
            let received = At::new(DateTime::from_timestamp(received, 0).unwrap());
            let _ = Stamp { month, day, hour, minute, second }.resolve(received);
        }
    }
}
