//! Text cut or wrapped to columns of a terminal.

use std::{borrow::Cow, iter};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::hidden::is_plain;

/// `text` cut to `width` columns; a cut is shown by `ellipsis`. A number is whole or not there: the first half of its
/// digits would be another number.
#[must_use]
pub fn fit<'t>(text: &'t str, width: usize, ellipsis: &str) -> Cow<'t, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let (mut kept, rest) = split_at_width(text, width.saturating_sub(ellipsis.width()));
    let is_part = |character: char| character.is_ascii_digit() || matches!(character, ',' | '.');
    if rest.starts_with(is_part) {
        kept = kept.trim_end_matches(is_part);
    }
    Cow::Owned(if ellipsis.width() <= width { format!("{kept}{ellipsis}") } else { kept.to_owned() })
}

/// `text` in lines of at most `width` columns, broken at spaces where there are any.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    if let Some(lines) = parts(text, width) {
        return lines.into_iter().map(str::to_owned).collect();
    }
    let words: Vec<&str> = text.split_whitespace().flat_map(|word| chunks(word, width)).collect();
    if !words.iter().skip(1).any(|word| is_end_of_brackets(word)) {
        return wrap_words(words, width);
    }
    let mut joined: Vec<Cow<'_, str>> = Vec::new();
    for word in words {
        match joined.last_mut() {
            Some(last) if is_end_of_brackets(word) && columns(last) + 1 + columns(word) <= width => {
                last.to_mut().extend([" ", word]);
            }
            _ => joined.push(word.into()),
        }
    }
    wrap_words(joined.iter().map(AsRef::as_ref), width)
}

/// The lines of [`wrap`] as parts of `text`, without a look at each word: of plain text with one space between two words, all
/// of which find room, where no line begins with the end of brackets.
fn parts(text: &str, width: usize) -> Option<Vec<&str>> {
    let is_spaced = |text: &str| {
        let bytes = text.as_bytes();
        !text.starts_with(' ') && !text.ends_with(' ') && !bytes.windows(2).any(|pair| pair == b"  ")
    };
    if !is_plain(text) || !is_spaced(text) {
        return None;
    }
    let (mut lines, mut rest) = (Vec::new(), text);
    while rest.len() > width {
        let (line, others) = rest.split_at(rest.get(..=width)?.rfind(' ')?);
        lines.push(line);
        rest = others.trim_start();
        if is_end_of_brackets(rest.split(' ').next()?) {
            return None;
        }
    }
    lines.push(rest);
    Some(lines)
}

/// Most columns of what stays in the line of the word before it.
const MAX_END_OF_BRACKETS: usize = 5;

/// Whether `word` is the end of something in brackets, as the key in `(key s).`: on a line of its own it says nothing.
fn is_end_of_brackets(word: &str) -> bool {
    word.len() <= MAX_END_OF_BRACKETS && word.trim_end_matches(['.', ',', ';', ':']).ends_with(')')
}

/// `words`, a space between two of them, in lines of at most `width` columns; a word that is wider stays whole.
#[must_use]
pub fn wrap_words<'w>(words: impl IntoIterator<Item = &'w str>, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    // Room at once for a line as wide as most panels.
    let new = || String::with_capacity(width.min(128));
    let (mut line, mut used) = (new(), 0);
    for word in words {
        let columns = columns(word);
        if used > 0 && used + 1 + columns > width {
            lines.push(std::mem::replace(&mut line, new()));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += columns;
    }
    lines.push(line);
    lines
}

/// What of `text` finds `width` columns, in whole graphemes, and the rest.
#[must_use]
pub fn split_at_width(text: &str, width: usize) -> (&str, &str) {
    if is_plain(text) {
        return text.split_at(text.len().min(width));
    }
    let mut used = 0;
    let beyond = text.grapheme_indices(true).find(|(_, grapheme)| {
        used += grapheme.width();
        used > width
    });
    text.split_at(beyond.map_or(text.len(), |(at, _)| at))
}

/// Columns that `text` takes on a terminal.
#[must_use]
pub fn columns(text: &str) -> usize {
    // Each other character is looked up.
    if is_plain(text) { text.len() } else { text.width() }
}

/// `word` in parts of at most `width` columns, or of one grapheme that is wider.
fn chunks(mut word: &str, width: usize) -> impl Iterator<Item = &str> {
    iter::from_fn(move || {
        if is_plain(word) {
            // A grapheme of plain text is one byte.
            let (chunk, rest) = word.split_at(word.len().min(width.max(1)));
            word = rest;
            return Some(chunk).filter(|chunk| !chunk.is_empty());
        }
        let first = word.graphemes(true).next()?.len();
        // At least one grapheme: one that is wider than the line would otherwise never be taken.
        let (chunk, rest) = word.split_at(split_at_width(word, width).0.len().max(first));
        word = rest;
        Some(chunk)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_wrapped_within_its_width_even_without_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a abcdefgh ij", 5), ["a", "abcde", "fgh", "ij"]);
        assert_eq!(wrap("日本語", 1), ["日", "本", "語"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn the_end_of_brackets_never_stands_on_a_line_of_its_own() {
        assert_eq!(wrap("then state it (key s).", 20), ["then state it", "(key s)."]);
        assert_eq!(wrap("sign the run off (c).", 18), ["sign the run", "off (c)."]);
        assert_eq!(wrap("a long word (c)", 4), ["a", "long", "word", "(c)"], "where there is room");
    }

    #[test]
    fn words_that_must_stay_whole_overrun_a_line_of_their_own() {
        assert_eq!(wrap_words(["see", "/a/long/path", "and", "go"], 6), ["see", "/a/long/path", "and go"]);
        assert_eq!(wrap_words(["in use 1,", "ended 2"], 9), ["in use 1,", "ended 2"]);
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

    proptest! {
        #![proptest_config(crate::text::properties())]

        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-z日é ]{0,60}", width in 2_usize..20) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width), "{:?}", lines);
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            prop_assert!(fit(&text, width, "…").width() <= width);
        }

        #[test]
        fn parts_of_a_text_are_its_words_wrapped(
            words in prop::collection::vec("[a-z]{1,6}|\\([a-z]\\)[.,]?", 0..12), width in 0_usize..20
        ) {
            let text = words.join(" ");
            if let Some(lines) = parts(&text, width) {
                // A tab keeps it from being cut without a look at its words.
                prop_assert_eq!(lines, wrap(&format!("\t{text}"), width));
            }
        }
    }
}
