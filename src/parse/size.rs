//! Sizes with a unit, as people read them: `883.7MiB`. Plain counts are in `number`.

use nom::bytes::complete::take_while1;
use nom::character::complete::{char, digit1, space0};
use nom::combinator::{all_consuming, map_opt, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::number::number;
use crate::run::ByteCount;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// Given in whole bytes.
    Exact(u64),
    /// Rounded by the appliance to a larger unit; this is the nearest whole byte.
    Rounded(u64),
    /// Beyond a `u64`.
    TooLarge,
}

/// Reads a size such as `883.7MiB`, `189.2 KiB` or `12 bytes`, to the nearest byte; `None` for anything else.
///
/// `KiB` to `EiB` are powers of 1024, `kB` (or `KB`) to `EB` powers of 1000 (IEC 80000-13).
#[must_use]
pub fn size(text: &[u8]) -> Option<ByteCount> {
    match all_consuming(amount).parse(text.trim_ascii()).ok()?.1 {
        Amount::Exact(bytes) | Amount::Rounded(bytes) => Some(ByteCount(bytes)),
        Amount::TooLarge => None,
    }
}

/// Reads what waits to be sent: a size, a bare number of bytes such as `1,204`, or `none`; `None` for anything else.
#[must_use]
pub fn backlog(text: &[u8]) -> Option<ByteCount> {
    let text = text.trim_ascii();
    if text.eq_ignore_ascii_case(b"none") {
        return Some(ByteCount(0));
    }
    let bare = || all_consuming(number).parse(text).ok()?.1.map(ByteCount);
    size(text).or_else(bare)
}

pub(super) fn amount(input: &[u8]) -> IResult<&[u8], Amount> {
    let fraction = opt(preceded(char('.'), digit1));
    let (rest, (whole, fraction, unit)) = (number, fraction, preceded(space0, unit)).parse(input)?;
    Ok((rest, scale(whole, fraction.unwrap_or_default(), unit)))
}

fn unit(input: &[u8]) -> IResult<&[u8], u64> {
    map_opt(take_while1(|byte: u8| byte.is_ascii_alphabetic()), bytes_per).parse(input)
}

pub(super) fn bytes_per(unit: &[u8]) -> Option<u64> {
    Some(match unit {
        b"B" | b"byte" | b"bytes" => 1,
        b"KiB" => 1 << 10,
        b"MiB" => 1 << 20,
        b"GiB" => 1 << 30,
        b"TiB" => 1 << 40,
        b"PiB" => 1 << 50,
        b"EiB" => 1 << 60,
        // Many programs write `KB` for 1024 bytes. The appliance writes
        // `KiB` there, so its `KB` is read by the standard.
        b"kB" | b"KB" => 1_000,
        b"MB" => 1_000_000,
        b"GB" => 1_000_000_000,
        b"TB" => 1_000_000_000_000,
        b"PB" => 1_000_000_000_000_000,
        b"EB" => 1_000_000_000_000_000_000,
        _ => return None,
    })
}

fn scale(whole: Option<u64>, fraction: &[u8], unit: u64) -> Amount {
    match whole.and_then(|whole| nearest(whole, fraction, unit)) {
        // A fraction of a byte cannot have been counted, so it is a rounded value.
        Some(bytes) if unit == 1 && fraction.is_empty() => Amount::Exact(bytes),
        Some(bytes) => Amount::Rounded(bytes),
        None => Amount::TooLarge,
    }
}

/// `whole.fraction × unit`, half rounded up. Eighteen decimals are more than a byte of an EiB.
fn nearest(whole: u64, fraction: &[u8], unit: u64) -> Option<u64> {
    let unit = u128::from(unit);
    let (parts, of) = fraction.iter().take(18).fold((0_u128, 1_u128), |(parts, of), digit| {
        (parts * 10 + u128::from(digit.wrapping_sub(b'0')), of * 10)
    });
    // Eighteen decimals times an EiB still fit into 128 bits.
    let below = (parts * unit + of / 2) / of;
    u64::try_from(u128::from(whole) * unit + below).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_unit_has_its_factor() {
        let expected = [
            ("7B", 7),
            ("7 bytes", 7),
            ("1 byte", 1),
            ("1KiB", 1024),
            ("1MiB", 1 << 20),
            ("2GiB", 2 << 30),
            ("3 TiB", 3 << 40),
            ("4PiB", 4 << 50),
            ("15EiB", 15 << 60),
            ("1kB", 1000),
            ("1KB", 1000),
            ("1.5MB", 1_500_000),
            ("1,024 KiB", 1 << 20),
            ("18 EB", 18_000_000_000_000_000_000),
        ];
        for (text, bytes) in expected {
            assert_eq!(size(text.as_bytes()), Some(ByteCount(bytes)), "{text}");
        }
    }

    #[test]
    fn the_sizes_of_the_procedure_are_read_to_the_nearest_byte() {
        assert_eq!(size(b"883.7MiB"), Some(ByteCount(926_626_611)));
        assert_eq!(size(b"189.2KiB"), Some(ByteCount(193_741)));
    }

    #[test]
    fn what_is_no_size_or_too_large_is_none() {
        for text in
            ["", "MiB", "883.7", "12", "883.MiB", "-1MiB", "1 XiB", "16EiB", "18446744073709551616B", "1MiBx"]
        {
            assert_eq!(size(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn any_whole_number_of_bytes_is_read_exactly(bytes in any::<u64>()) {
            let text = format!("{bytes}B");
            prop_assert_eq!(amount(text.as_bytes()), Ok((&b""[..], Amount::Exact(bytes))));
        }

        #[test]
        fn a_rounded_size_is_within_half_its_last_digit(bytes in 0..u64::MAX >> 1) {
            let text = format!("{}.{:03}KiB", bytes / 1024, (bytes % 1024) * 1000 / 1024);
            let read = size(text.as_bytes()).unwrap().0;
            prop_assert!(bytes.abs_diff(read) <= 2, "{} read as {}", bytes, read);
        }

        #[test]
        fn no_bytes_make_it_panic(text in any::<Vec<u8>>()) {
            let _ = size(&text);
        }
    }
}
