//! The time stamp of a log line: RFC 3164 (section 4.1.2), which has neither year nor zone, RFC 3339, or in between.

use chrono::{Datelike, NaiveDate, TimeDelta};
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while_m_n, take_while1};
use nom::character::complete::{char, digit1, one_of, space1};
use nom::combinator::{map_opt, opt, peek, value, verify};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

use crate::run::Timestamp;

/// A time as written. It may name no real date: the digits are kept as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The year, where it is written.
    pub year: Option<u16>,
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
    /// Fraction of the second.
    pub nanosecond: u32,
    /// Seconds east of UTC, where a zone is written.
    pub zone: Option<i32>,
}

/// Years between two leap days at most: 2100 has none, 2096 and 2104 have.
// `Feb 29` names no date in the years between, so the search for its year has to reach back that far.
const BETWEEN_LEAP_DAYS: i32 = 8;

/// How far an appliance's clock may be ahead, before a stamp without a year is of the year before.
// The stamp has no zone either: read as UTC, that of an
// appliance east of Greenwich lies up to 14 hours ahead.
const AHEAD: TimeDelta = TimeDelta::days(1);

impl Stamp {
    /// The instant, read as UTC where no zone is written. A year that is not written is the latest that puts the
    /// instant no more than a day after `written_by`, the time at which the line existed for certain. The 59th second
    /// and one more is the next minute. `None` where the stamp names no date or time there is.
    #[must_use]
    pub fn resolve(self, written_by: Timestamp) -> Option<Timestamp> {
        if let Some(year) = self.year {
            return self.in_year(year.into());
        }
        let (year, latest) = (written_by.utc().year(), written_by.shifted(AHEAD));
        // At the turn of the year, an appliance that is ahead of us is in the next one already.
        let years = year.saturating_sub(BETWEEN_LEAP_DAYS)..=year.saturating_add(1);
        // The latest first: nearly every stamp is of this year.
        years.rev().filter_map(|year| self.in_year(year)).find(|instant| *instant <= latest)
    }

    /// The same, with the year of `later` where none is written: the stamp that a relay put before this one.
    pub(super) fn with_year_of(self, later: Self) -> Self {
        let written_by = later.year.and_then(|year| later.in_year(year.into()));
        let year = written_by.and_then(|by| self.resolve(by)).map(|instant| instant.utc().year());
        Self { year: self.year.or(year.and_then(|year| u16::try_from(year).ok())), ..self }
    }

    /// The instant in that year, read as UTC where no zone is written; `None` where there is no such date or time.
    pub(crate) fn in_year(self, year: i32) -> Option<Timestamp> {
        // `and_hms_nano_opt` takes no second 60, so a leap second is the 59th and one more.
        let leap = u32::from(self.second == 60);
        let (hour, minute) = (u32::from(self.hour), u32::from(self.minute));
        let zone = TimeDelta::seconds(self.zone.unwrap_or_default().into());
        NaiveDate::from_ymd_opt(year, u32::from(self.month), u32::from(self.day))?
            .and_hms_nano_opt(hour, minute, u32::from(self.second) - leap, self.nanosecond)?
            .checked_add_signed(TimeDelta::seconds(i64::from(leap)) - zone)
            .map(|time| Timestamp::new(time.and_utc()))
    }
}

/// A stamp in any of the forms: `Sep 13 16:03:38`, the day padded with a space, a zero or not at all; with a year
/// before or after the time of day; `2026-09-13T16:03:38.25+02:00`; each with an optional weekday, fraction and zone.
pub(super) fn stamp(input: &[u8]) -> IResult<&[u8], Stamp> {
    preceded(opt(weekday), alt((iso_stamp, month_stamp))).parse(input)
}

/// RFC 3339, as ISO 8601 and journald vary it: `/` in the date, a blank before the time, `+0200`.
fn iso_stamp(input: &[u8]) -> IResult<&[u8], Stamp> {
    let (rest, (year, mark)) = (year, one_of("-/")).parse(input)?;
    // The same mark twice: `2026-09/13` is no date.
    let (rest, (month, _, day, _)) = (two_digits, char(mark), two_digits, one_of("Tt _")).parse(rest)?;
    let (rest, (time, zone)) = (clock, opt(zone)).parse(rest)?;
    Ok((rest, Stamp { year: Some(year), month, day, zone, ..time }))
}

/// RFC 3164, with a year where its writer adds one.
fn month_stamp(input: &[u8]) -> IResult<&[u8], Stamp> {
    // `Oct  8` is padded to two columns (RFC 3164); relays that split and join the words leave `Oct 8`.
    let blanks = || take_while_m_n(1, 2, |byte| byte == b' ');
    let day = map_opt(take_while_m_n(1, 2, |byte: u8| byte.is_ascii_digit()), decimal);
    let (rest, first) = opt(terminated(year, char(' '))).parse(input)?;
    let (rest, (month, day, _)) =
        (map_opt(take(3_usize), month), preceded(blanks(), day), blanks()).parse(rest)?;
    let (rest, second) = opt(terminated(year, char(' '))).parse(rest)?;
    let (rest, (time, zone)) = (clock, opt(zone)).parse(rest)?;
    // Four digits are a year only where a host field can still follow.
    // `Sep 13 16:03:38 2026 host …` has the year last, as the C library's `ctime` does.
    let (rest, last) = opt(preceded(char(' '), terminated(year, peek(space1)))).parse(rest)?;
    Ok((rest, Stamp { year: first.or(second).or(last), month, day, zone, ..time }))
}

/// `Sun `, `Sun, `
fn weekday(input: &[u8]) -> IResult<&[u8], ()> {
    let name = verify(take(3_usize), |name: &[u8]| WEEKDAYS.contains(&name));
    value((), (name, opt(char(',')), char(' '))).parse(input)
}

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// A year in which a log may have been written: four digits of another meaning are none.
fn year(input: &[u8]) -> IResult<&[u8], u16> {
    let digits = take_while_m_n(4, 4, |byte: u8| byte.is_ascii_digit());
    let number = map_opt(digits, |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse().ok());
    verify(number, |year| (1970..2200).contains(year)).parse(input)
}

/// `16:03:38`, `16:03:38.123456`, `16:03:38,123`
fn clock(input: &[u8]) -> IResult<&[u8], Stamp> {
    let time = (two_digits, preceded(char(':'), two_digits), preceded(char(':'), two_digits));
    let fraction = preceded(one_of(".,"), digit1).map(nanoseconds);
    (time, opt(fraction))
        .map(|((hour, minute, second), nanosecond)| Stamp {
            hour,
            minute,
            second,
            nanosecond: nanosecond.unwrap_or_default(),
            ..Stamp::default()
        })
        .parse(input)
}

/// The first nine digits behind the point.
fn nanoseconds(digits: &[u8]) -> u32 {
    let digits = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    digits.fold(0, |value, digit| value * 10 + u32::from(digit - b'0'))
}

/// `Z`, `+02:00`, `+0200`, `+02`, ` UTC`, ` CEST`
fn zone(input: &[u8]) -> IResult<&[u8], i32> {
    let zulu = value(0, one_of("Zz"));
    let hours = (one_of("+-"), two_digits, opt(preceded(opt(char(':')), two_digits)));
    let offset = map_opt(hours, |(sign, hours, minutes)| {
        let minutes = i32::from(minutes.unwrap_or_default());
        let seconds = i32::from(hours) * 3600 + minutes * 60;
        (hours < 24 && minutes < 60).then_some(if sign == '-' { -seconds } else { seconds })
    });
    let name = map_opt(take_while1(|byte: u8| byte.is_ascii_uppercase()), named_zone);
    // A named zone needs a blank on both sides: a host called `EST1` is none.
    alt((zulu, preceded(opt(char(' ')), offset), preceded(tag(" "), terminated(name, peek(space1)))))
        .parse(input)
}

/// The names of RFC 5322 (section 4.3), and those of the zones east of them that are of one meaning.
fn named_zone(name: &[u8]) -> Option<i32> {
    let hours = match name {
        b"UTC" | b"GMT" | b"WET" => 0,
        b"WEST" | b"CET" | b"MET" => 1,
        b"CEST" | b"MEST" | b"EET" => 2,
        b"EEST" | b"MSK" => 3,
        b"JST" => 9,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
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

const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

fn month(name: &[u8]) -> Option<u8> {
    MONTHS.into_iter().zip(1..).find(|(known, _)| *known == name).map(|(_, number)| number)
}

#[cfg(test)]
mod tests;
