//! Single numbers that `rfsctl exec NAME` replies with. The layout is undocumented; a recorded one is `name: value`.

use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{one_of, space0, space1};
use nom::combinator::{all_consuming, opt, value};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use super::error_text::{error_text, lines, service_down};
use super::number::number_in_range;
use crate::run::{GetCount, Reading, ThreadCount};
use crate::text::printable_within;

/// Bytes kept of an appliance's refusal; the whole reply is journalled with the answer.
const WORDS_KEPT: usize = 400;

/// Reads the reply to `rfsctl exec NAME` for a counter: `NAME: 12345`, `NAME = 12345`, `NAME 12345` or `12345`, digits
/// grouped or not. Lines may repeat the number but not differ; anything more is unreadable.
#[must_use]
pub fn counter(reply: &[u8], name: &str) -> Reading<GetCount> {
    reading(reply, name, |value| Some(GetCount(value)))
}

/// Reads the reply to `rfsctl exec NAME` for a number of threads, in the forms of [`counter`].
#[must_use]
pub fn threads(reply: &[u8], name: &str) -> Reading<ThreadCount> {
    reading(reply, name, |value| u32::try_from(value).ok().map(ThreadCount))
}

fn reading<T>(reply: &[u8], name: &str, typed: impl FnOnce(u64) -> Option<T>) -> Reading<T> {
    // Before the error text: the same words may stand behind a `%`.
    if service_down(reply) {
        return Reading::ServiceDown;
    }
    if let Some(words) = error_text(reply) {
        return Reading::Refused(printable_within(words, WORDS_KEPT));
    }
    sole_value(reply, name).and_then(typed).map_or(Reading::Unreadable, Reading::Known)
}

/// The number on which all lines agree.
fn sole_value(reply: &[u8], name: &str) -> Option<u64> {
    let mut values =
        lines(reply).map(|line| Some(all_consuming(|i| named_number(i, name)).parse(line).ok()?.1));
    let first = values.next()??;
    // A line that is no number makes the whole reply unreadable,
    // because a wrong count would be taken for progress.
    values.all(|other| other == Some(first)).then_some(first)
}

fn named_number<'a>(input: &'a [u8], name: &str) -> IResult<&'a [u8], u64> {
    let sign = delimited(space0, value((), one_of(":=")), space0);
    // The sign first: after a blank alone, `name : 5` would stop at the colon.
    let between = alt((sign, value((), space1)));
    preceded(opt(terminated(tag(name.as_bytes()), between)), number_in_range).parse(input)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAME: &str = "backend.ops.get";

    #[test]
    fn a_counter_is_read_in_every_form() {
        let forms = [
            "backend.ops.get: 12345",
            "backend.ops.get = 12345",
            "backend.ops.get=12345",
            "backend.ops.get   12345",
            "12345",
            "12,345",
            "12'345\n",
            "\r\n\r\nbackend.ops.get : 12,345 \r\n\r\n",
            "backend.ops.get: 12345\n12345\n",
        ];
        for form in forms {
            assert_eq!(counter(form.as_bytes(), NAME), Reading::Known(GetCount(12_345)), "{form}");
        }
    }

    #[test]
    fn a_reply_that_is_not_one_number_of_that_name_is_unreadable() {
        let replies = [
            "",
            "\r\n",
            "backend.ops.get:",
            "backend.ops.get",
            "backend.ops.put: 12345",
            "backend.ops.get_total: 12345",
            "12345 67",
            "12 345",
            "12345\n67",
            "12345\nall good",
            "-12345",
            "+12345",
            "12345.0",
            "0x10",
            "12345 GETs",
            "18446744073709551616",
            "1,23",
            "no such counter",
        ];
        for reply in replies {
            assert_eq!(counter(reply.as_bytes(), NAME), Reading::Unreadable, "{reply}");
        }
    }

    #[test]
    fn a_service_that_does_not_run_is_not_an_unreadable_answer() {
        let reply = b"failed to connect, no process available\r\n";
        assert_eq!(counter(reply, NAME), Reading::ServiceDown);
        assert_eq!(threads(reply, "replicator.num_threads"), Reading::ServiceDown);
    }

    #[test]
    fn a_refusal_is_kept_in_the_appliances_words_but_harmless() {
        let reply = b"% Unrecognized command \"rfsctl\x1b[2J\".\r\nType \"?\" for help.\r\n";
        let words = r#"Unrecognized command "rfsctl\x1b[2J"."#;
        assert_eq!(counter(reply, NAME), Reading::Refused(words.to_owned()));
        let Reading::Refused(words) = counter(&[b"%"[..].to_vec(), vec![b'x'; 9999]].concat(), NAME) else {
            panic!("not refused")
        };
        assert_eq!(words.len(), WORDS_KEPT);
    }

    #[test]
    fn threads_are_a_smaller_number() {
        let name = "replicator.num_threads";
        assert_eq!(threads(b"replicator.num_threads: 128\r\n", name), Reading::Known(ThreadCount(128)));
        assert_eq!(threads(b"16", name), Reading::Known(ThreadCount(16)));
        assert_eq!(threads(b"4294967296", name), Reading::Unreadable);
    }

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn every_value_is_read_back(value in any::<u64>(), named in any::<bool>()) {
            let reply = if named { format!("{NAME}: {value}\r\n") } else { format!("{value}\n") };
            prop_assert_eq!(counter(reply.as_bytes(), NAME), Reading::Known(GetCount(value)));
        }

        #[test]
        fn no_bytes_make_it_panic(reply in any::<Vec<u8>>(), name in any::<String>()) {
            let _ = (counter(&reply, &name), threads(&reply, &name));
        }
    }
}
