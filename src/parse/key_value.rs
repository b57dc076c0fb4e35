//! `Key: value` replies such as those to `show version` and `show info`. Which keys matter is not known here.

use nom::bytes::complete::take_till1;
use nom::character::complete::char;
use nom::combinator::{map, rest, verify};
use nom::sequence::separated_pair;
use nom::{IResult, Parser};

use super::error_text::lines;

/// Pairs read from one reply; the rest of a longer one is left out.
const PAIRS_KEPT: usize = 1024;

/// One `Key: value` line, without the blanks around its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyValue<'a> {
    /// Before the first colon; never empty.
    pub key: &'a [u8],
    /// After it; may hold colons and may be empty.
    pub value: &'a [u8],
}

/// The `Key: value` lines of a reply in their order, at most 1024. Other lines are skipped.
#[must_use]
pub fn key_values(reply: &[u8]) -> Vec<KeyValue<'_>> {
    lines(reply).filter_map(|line| Some(key_value(line).ok()?.1)).take(PAIRS_KEPT).collect()
}

/// The value of the first pair with that key, in whatever case.
#[must_use]
pub fn value_of<'a>(pairs: &[KeyValue<'a>], key: &str) -> Option<&'a [u8]> {
    let wanted = key.trim().as_bytes();
    pairs.iter().find(|pair| pair.key.eq_ignore_ascii_case(wanted)).map(|pair| pair.value)
}

fn key_value(line: &[u8]) -> IResult<&[u8], KeyValue<'_>> {
    let key = verify(map(take_till1(|byte| byte == b':'), <[u8]>::trim_ascii), |key: &[u8]| !key.is_empty());
    separated_pair(key, char(':'), map(rest, <[u8]>::trim_ascii))
        .map(|(key, value)| KeyValue { key, value })
        .parse(line)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REPLY: &[u8] = b"Product name:      AltaVault\r\nProduct release:   4.4.1\r\n\r\n  Build date:  2018-03-01 10:20:30\r\nno pair here\r\n: no key\r\nComment:\r\nproduct name: second\r\n";

    #[test]
    fn keys_and_values_are_trimmed_and_values_keep_their_colons() {
        let pairs = key_values(REPLY);
        let read: Vec<_> = pairs.iter().map(|pair| (pair.key, pair.value)).collect();
        let expected: [(&[u8], &[u8]); 5] = [
            (b"Product name", b"AltaVault"),
            (b"Product release", b"4.4.1"),
            (b"Build date", b"2018-03-01 10:20:30"),
            (b"Comment", b""),
            (b"product name", b"second"),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_key_is_found_in_whatever_case_and_the_first_one_counts() {
        let pairs = key_values(REPLY);
        assert_eq!(value_of(&pairs, "PRODUCT NAME"), Some(&b"AltaVault"[..]));
        assert_eq!(value_of(&pairs, "Comment"), Some(&b""[..]));
        assert_eq!(value_of(&pairs, "Serial"), None);
    }

    #[test]
    fn an_endless_reply_gives_a_bounded_number_of_pairs() {
        assert_eq!(key_values(&b"a:b\n".repeat(5000)).len(), PAIRS_KEPT);
    }

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn no_bytes_make_it_panic_and_keys_are_never_empty(reply in any::<Vec<u8>>()) {
            prop_assert!(key_values(&reply).iter().all(|pair| !pair.key.trim_ascii().is_empty()));
        }

        #[test]
        fn a_rendered_pair_is_read_back(key in "[A-Za-z][A-Za-z ]{0,20}[a-z]", value in "([!-~][ -~]{0,20}[!-~])?") {
            let reply = format!("  {key}:   {value}\r\n");
            prop_assert_eq!(value_of(&key_values(reply.as_bytes()), &key), Some(value.as_bytes()));
        }
    }
}
