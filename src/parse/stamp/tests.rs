//! Stamps in every form, and the year of those that have none.

use chrono::{DateTime, Timelike, Utc};
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::new(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

fn resolved(text: &str, written_by: &str) -> Option<Timestamp> {
    stamp(text.as_bytes()).unwrap().1.resolve(at(written_by))
}

#[test]
fn the_day_may_be_padded_with_a_space_a_zero_or_not_at_all() {
    let expected = Stamp { month: 10, day: 8, hour: 1, minute: 27, second: 10, ..Stamp::default() };
    for text in ["Oct  8 01:27:10", "Oct 08 01:27:10", "Oct 8 01:27:10", "Oct 8  01:27:10"] {
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
fn a_stamp_without_a_year_is_never_more_than_a_day_ahead() {
    let by = "2026-11-28T12:00:00Z";
    assert_eq!(resolved("Nov 29 12:00:00", by), Some(at("2026-11-29T12:00:00Z")));
    assert_eq!(resolved("Nov 29 12:00:01", by), Some(at("2025-11-29T12:00:01Z")));
    assert_eq!(resolved("Jan 31 12:00:00", by), Some(at("2026-01-31T12:00:00Z")), "ten months ago");
    assert_eq!(resolved("Dec 24 12:00:00", by), Some(at("2025-12-24T12:00:00Z")), "eleven months ago");
}

#[test]
fn a_leap_day_is_of_the_last_leap_year() {
    assert_eq!(resolved("Feb 29 12:00:00", "2027-03-01T00:00:00Z"), Some(at("2024-02-29T12:00:00Z")));
    assert_eq!(resolved("Feb 29 12:00:00", "2024-02-29T18:00:00Z"), Some(at("2024-02-29T12:00:00Z")));
    assert_eq!(resolved("Feb 29 12:00:00", "2024-02-28T18:00:00Z"), Some(at("2024-02-29T12:00:00Z")));
    assert_eq!(resolved("Feb 29 12:00:00", "2103-12-31T00:00:00Z"), Some(at("2096-02-29T12:00:00Z")));
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
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
    ] {
        assert_eq!(resolved(text, "2026-09-13T12:00:00Z"), None, "{text}");
    }
}

#[test]
fn a_year_and_a_zone_that_are_written_are_used_whenever_the_line_comes() {
    for text in [
        "2021-09-13T16:03:38Z",
        "2021-09-13t16:03:38z",
        "2021-09-13T18:03:38+02:00",
        "2021-09-13T18:03:38+0200",
        "2021-09-13T18:03:38+02",
        "2021-09-13T11:33:38-04:30",
        "2021-09-14T01:03:38+09:00",
        "2021-09-13 16:03:38",
        "2021-09-13 18:03:38 +0200",
        "2021-09-13_16:03:38",
        "2021/09/13 16:03:38",
        "Mon 2021-09-13 16:03:38 UTC host",
        "Mon 2021-09-13 18:03:38 CEST host",
        "2021-09-13T16:03:38.0Z",
        "Sep 13 16:03:38 2021 host",
        "Sep 13 2021 16:03:38",
        "2021 Sep 13 16:03:38",
        "Mon Sep 13 16:03:38 2021 host",
        "Mon Sep 13 16:03:38 UTC 2021 host",
        "Sep 13 2021 18:03:38 CEST host",
        "Sep 13 2021 18:03:38+02:00",
    ] {
        assert_eq!(resolved(text, "2026-11-28T12:00:00Z"), Some(at("2021-09-13T16:03:38Z")), "{text}");
    }
}

#[test]
fn a_zone_counts_without_a_year_too() {
    assert_eq!(resolved("Sep 13 18:03:38+02:00", "2026-09-13T17:00:00Z"), Some(at("2026-09-13T16:03:38Z")));
}

#[test]
fn a_fraction_may_have_any_number_of_digits() {
    for (text, read) in [
        ("2026-09-13T16:03:38.5Z", "2026-09-13T16:03:38.500Z"),
        ("2026-09-13T16:03:38.000001Z", "2026-09-13T16:03:38Z"),
        ("2026-09-13T16:03:38.123456789123Z", "2026-09-13T16:03:38.123Z"),
        ("2026-09-13 16:03:38,250 +0000", "2026-09-13T16:03:38.250Z"),
        ("Sep 13 16:03:38.250", "2026-09-13T16:03:38.250Z"),
    ] {
        let (rest, stamp) = stamp(text.as_bytes()).unwrap();
        assert_eq!((rest, stamp.resolve(at("2026-09-13T17:00:00Z"))), (&b""[..], Some(at(read))), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_year_or_a_zone_is_left_to_the_line() {
    for (text, rest) in [
        ("Sep 13 16:03:38 2500 x", &b" 2500 x"[..]),
        ("Sep 13 16:03:38 2026: x", b" 2026: x"),
        ("Sep 13 16:03:38 CSH x", b" CSH x"),
        ("2026-09-13 16:03:38 - x", b" - x"),
    ] {
        assert_eq!(stamp(text.as_bytes()).unwrap().0, rest, "{text}");
    }
}

#[test]
fn a_relays_stamp_gives_its_year_to_the_one_behind_it() {
    let read = |text: &str| stamp(text.as_bytes()).unwrap().1;
    let relay = read("2024-01-01T00:00:02Z");
    assert_eq!(read("Dec 31 23:59:58").with_year_of(relay).year, Some(2023));
    assert_eq!(read("Jan  1 00:00:01").with_year_of(relay).year, Some(2024));
    assert_eq!(read("Sep 13 2021 16:03:38").with_year_of(relay).year, Some(2021));
    assert_eq!(read("Dec 31 23:59:58").with_year_of(read("Jan  1 00:00:02")).year, None);
}

#[test]
fn other_ways_to_write_a_time_are_no_stamp() {
    for text in [
        "",
        "Sep",
        "sep 13 16:03:38",
        "Sep 13 1:03:38",
        "2016-09-13",
        "2016-09-13T16:03",
        "2016-09/13 16:03:38",
        "1016-09-13T16:03:38Z",
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
        later in -23 * 3600_i64..360 * 86_400,
    ) {
        let time = DateTime::from_timestamp(second, 0).unwrap();
        let text = time.format("%b %e %H:%M:%S").to_string();
        let (rest, read) = stamp(text.as_bytes()).unwrap();
        prop_assert!(rest.is_empty());
        prop_assert_eq!(read, Stamp {
            month: narrow(time.month()), day: narrow(time.day()),
            hour: narrow(time.hour()), minute: narrow(time.minute()), second: narrow(time.second()),
            ..Stamp::default()
        });
        let written_by = Timestamp::new(time).shifted(TimeDelta::milliseconds(later * 1000 + 250));
        prop_assert_eq!(read.resolve(written_by), Some(Timestamp::new(time)));
    }

    #[test]
    fn an_instant_with_year_and_zone_is_found_again_at_any_time(
        millisecond in 0_i64..7_258_000_000_000,
        zone in -86_340..86_340_i32,
        written_by in 0_i64..7_258_000_000,
    ) {
        let zone = chrono::FixedOffset::east_opt(zone / 60 * 60).unwrap();
        let time = DateTime::from_timestamp_millis(millisecond).unwrap().with_timezone(&zone);
        let text = time.to_rfc3339_opts(chrono::SecondsFormat::Millis, false);
        let (rest, read) = stamp(text.as_bytes()).unwrap();
        prop_assert!(rest.is_empty());
        let written_by = Timestamp::new(DateTime::from_timestamp(written_by, 0).unwrap());
        prop_assert_eq!(read.resolve(written_by), Some(Timestamp::new(time.to_utc())));
    }

    #[test]
    fn no_stamp_makes_resolving_panic(
        (month, day, hour, minute, second) in any::<(u8, u8, u8, u8, u8)>(),
        (year, nanosecond, zone) in any::<(Option<u16>, u32, Option<i32>)>(),
        written_by in DateTime::<Utc>::MIN_UTC.timestamp()..DateTime::<Utc>::MAX_UTC.timestamp(),
    ) {
        let written_by = Timestamp::new(DateTime::from_timestamp(written_by, 0).unwrap());
        let _ = Stamp { year, month, day, hour, minute, second, nanosecond, zone }.resolve(written_by);
    }
}
