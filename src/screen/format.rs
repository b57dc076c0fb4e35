//! Numbers, times and foreign text as they are written on the screen. No styles, no places.

use std::{borrow::Cow, fmt::Write as _};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::{
    outlet::{self, Charset},
    run::{ByteCount, Elapsed, Timestamp},
};

/// `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `41.2/s`, `0.32/s`, `1,204/s`.
pub(crate) fn rate(per_second: f64) -> String {
    let value = if per_second.is_finite() { per_second.max(0.0) } else { 0.0 };
    if value >= 1000.0 {
        format!("{}/s", grouped(whole(value)))
    } else if value >= 1.0 {
        format!("{value:.1}/s")
    } else {
        format!("{value:.2}/s")
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative; saturates")]
fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}

/// How long ago: `4 s`, `12 min`, `3 h 05 min`, `2 d 04 h`. How long something lasts is written as [`Elapsed`] writes
/// it everywhere, `00:19:34`: two numbers with a colon between them can be minutes and seconds as well as hours.
pub(crate) fn age(span: Elapsed) -> String {
    let seconds = span.secs();
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86400, seconds / 3600 % 24),
    }
}

/// How old a reading is, in steps coarse enough not to flicker: `<10 s`, `40 s`, then as [`age`].
pub(crate) fn freshness(span: Elapsed) -> String {
    match span.secs() {
        0..10 => "<10 s".to_owned(),
        seconds @ 10..120 => format!("{} s", seconds / 10 * 10),
        _ => age(span),
    }
}

/// Until when something is tried again: `in 4 s`, `now`.
pub(crate) fn countdown(span: Elapsed) -> String {
    match span.millis().div_ceil(1000) {
        0 => "now".to_owned(),
        seconds => format!("in {seconds} s"),
    }
}

/// A short measured time: `9 ms`, `3.1 s`.
pub(crate) fn measured(span: Elapsed) -> String {
    if span.millis() < 1000 {
        format!("{} ms", span.millis())
    } else if span.secs() < 100 {
        format!("{:.1} s", span.secs_f64())
    } else {
        age(span)
    }
}

/// Time of day in UTC: `16:42:10`.
pub(crate) fn clock(at: Timestamp) -> String {
    at.utc().format("%H:%M:%S").to_string()
}

/// Time of day to the minute, with the day where it is not today's: `16:42`, `Tue 04:10`.
pub(crate) fn minute(at: Timestamp, now: Timestamp) -> String {
    let days = (at.utc().date_naive() - now.utc().date_naive()).num_days();
    let pattern = match days {
        0 => "%H:%M",
        -6..=6 => "%a %H:%M",
        _ => "%Y-%m-%d",
    };
    at.utc().format(pattern).to_string()
}

/// Size in binary units: `883.7 MiB`.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(crate) fn bytes(count: ByteCount) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if count.0 < 1024 {
        return format!("{} B", count.0);
    }
    let mut value = count.0 as f64 / 1024.0;
    let mut unit = "KiB";
    for next in UNITS.into_iter().skip(1) {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

/// `text` on one line, with everything shown that would act on the terminal; tabs become a space.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\t') {
        return Cow::Owned(outlet::line(&text.replace('\t', " ")).into_owned());
    }
    outlet::line(text)
}

/// Whether a terminal shows `text` as it is.
pub(crate) fn is_clean(text: &str, charset: Charset) -> bool {
    matches!(outlet::line_in(text, charset), Cow::Borrowed(_))
}

/// `text` cut to `width` columns; a cut is shown by `ellipsis`. A number is whole or not there: the first half of its
/// digits would be another number.
pub(crate) fn fit<'t>(text: &'t str, width: usize, ellipsis: &str) -> Cow<'t, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(ellipsis.width());
    let mut used = 0;
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > room {
            drop_half_a_number(&mut kept, grapheme);
            break;
        }
        kept.push_str(grapheme);
    }
    if ellipsis.width() <= width {
        kept.push_str(ellipsis);
    }
    Cow::Owned(kept)
}

/// Takes the digits away from the end of `kept` where the number they belong to goes on with `next`.
fn drop_half_a_number(kept: &mut String, next: &str) {
    let is_part = |character: char| character.is_ascii_digit() || matches!(character, ',' | '.');
    let goes_on = next.chars().all(is_part) && kept.ends_with(is_part);
    if goes_on {
        let length = kept.trim_end_matches(is_part).len();
        kept.truncate(length);
    }
}

/// `text` in lines of at most `width` columns, broken at spaces where there are any.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let needed = word.width();
        if used > 0 && used + 1 + needed > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for character in word.chars() {
            let columns = character.width().unwrap_or(0);
            if used + columns > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(character);
            used += columns;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `count thing`, `count things`.
pub(crate) fn plural(count: u64, thing: &str) -> String {
    let mut text = grouped(count);
    let end = if count == 1 { "" } else { "s" };
    let _ = write!(text, " {thing}{end}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn escape_sequences_and_direction_marks_do_not_pass() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\td"), "a\\x1b[31mb\\u{202e}c d");
        assert!(matches!(clean("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_is_wrapped_within_its_width_even_without_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn a_cut_is_shown_and_stays_within_the_width() {
        assert_eq!(fit("abcdef", 4, "…"), "abc…");
        assert_eq!(fit("abcdef", 0, "…"), "");
        assert_eq!(fit("日本語", 4, "…"), "日…");
    }

    #[test]
    fn a_number_is_never_cut_in_half() {
        assert_eq!(fit("slabs 77,123 of", 9, "…"), "slabs …");
        assert_eq!(fit("slabs 77,123 of", 13, "…"), "slabs 77,123…");
        assert_eq!(fit("10412", 4, "…"), "…");
        assert_eq!(fit("v16 of the box", 8, "…"), "v16 of …");
    }

    #[test]
    fn freshness_does_not_tick_every_second() {
        let shown = |seconds| freshness(Elapsed::from_secs(seconds));
        assert_eq!((shown(3), shown(9)), ("<10 s".to_owned(), "<10 s".to_owned()));
        assert_eq!(
            (shown(47), shown(119), shown(120)),
            ("40 s".to_owned(), "110 s".to_owned(), "2 min".to_owned())
        );
    }

    #[test]
    fn sizes_use_binary_units() {
        assert_eq!(bytes(ByteCount(926_580_933)), "883.7 MiB");
        assert_eq!(bytes(ByteCount(512)), "512 B");
    }
}
