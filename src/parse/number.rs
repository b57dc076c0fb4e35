//! Unsigned whole numbers, plain or with grouped digits. Signs, fractions and units are not read here.

use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::digit1;
use nom::combinator::{fail, not, peek};
use nom::multi::fold_many0;
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};

/// What may stand between groups of three digits. A plain space is none: it also separates numbers.
const GROUP_MARKS: [&str; 6] = [",", "'", "\u{2019}", "\u{a0}", "\u{2009}", "\u{202f}"];

/// `12345`, `12,345` or `1'234'567`, one mark throughout. `None` where the number is beyond a `u64`.
pub(super) fn number(input: &[u8]) -> IResult<&[u8], Option<u64>> {
    let (rest, head) = digit1(input)?;
    let value = append(Some(0), head);
    // A group before a mark has three digits at most: `1234,567` is not one number.
    let mark = GROUP_MARKS.iter().find(|mark| head.len() <= 3 && rest.starts_with(mark.as_bytes()));
    match mark {
        Some(mark) => fold_many0(group(mark), || value, append).parse(rest),
        None => Ok((rest, value)),
    }
}

fn group<'a>(mark: &str) -> impl Parser<&'a [u8], Output = &'a [u8], Error = nom::error::Error<&'a [u8]>> {
    let digits = take_while_m_n(3, 3, |byte: u8| byte.is_ascii_digit());
    // Nor is `1,3310`, of which the last group is too long.
    preceded(tag(mark.as_bytes()), terminated(digits, not(peek(digit1))))
}

fn append(value: Option<u64>, digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(value?, |value, digit| {
        value.checked_mul(10)?.checked_add(u64::from(digit.wrapping_sub(b'0')))
    })
}

/// Like [`number`], but a number beyond a `u64` is no number.
pub(super) fn number_in_range(input: &[u8]) -> IResult<&[u8], u64> {
    let (rest, value) = number(input)?;
    match value {
        Some(value) => Ok((rest, value)),
        None => fail().parse(input),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_plain_and_grouped() {
        let (none, thousand): (&[u8], _) = (b"", Some(1_234_567));
        for text in ["1234567", "1,234,567", "1'234'567", "1\u{202f}234\u{202f}567", "1\u{a0}234\u{a0}567"] {
            assert_eq!(number(text.as_bytes()), Ok((none, thousand)), "{text}");
        }
        assert_eq!(number(b"18446744073709551615"), Ok((none, Some(u64::MAX))));
    }

    #[test]
    fn a_number_beyond_u64_is_told_from_no_number() {
        for text in ["18446744073709551616", "99999999999999999999999999", "18,446,744,073,709,551,616"] {
            assert_eq!(number(text.as_bytes()), Ok((&b""[..], None)), "{text}");
        }
        assert!(number_in_range(b"18446744073709551616").is_err());
        assert!(number(b"x1").is_err());
        assert!(number(b"-1").is_err());
    }

    #[test]
    fn digits_grouped_wrongly_are_not_joined() {
        assert_eq!(number(b"1,33"), Ok((&b",33"[..], Some(1))));
        assert_eq!(number(b"1,3310"), Ok((&b",3310"[..], Some(1))));
        assert_eq!(number(b"1234,567"), Ok((&b",567"[..], Some(1234))));
        assert_eq!(number(b"1,234'567"), Ok((&b"'567"[..], Some(1234))));
        assert_eq!(number(b"1 331"), Ok((&b" 331"[..], Some(1))));
    }
}
