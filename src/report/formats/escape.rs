//! Foreign text within Markdown: nothing of it is markup, and all of it is legible.

use std::fmt::Write as _;

use crate::text::{self, Charset};

/// Longest text shown of one reply or log line, in characters; the whole stands in the record.
const LONGEST: usize = 600;

/// Shown for a text without any.
const NO_WORDS: &str = "(no words)";

/// `text` on one line without anything that a terminal or a renderer would act on instead of showing it.
pub(in crate::report) fn visible(text: &str) -> String {
    text::line_in(text, Charset::Unicode).into_owned()
}

/// Foreign words within a sentence: no character of them is Markdown, HTML or a link.
pub(in crate::report) fn prose(text: &str) -> String {
    without_markup(&visible(&shorten(text)))
}

/// What a person wrote, whole; its lines with a slash between them, as neither a cell nor a quotation can hold a line feed.
pub(in crate::report) fn statement(text: &str) -> String {
    lines_of(text).iter().map(|line| without_markup(line)).collect::<Vec<_>>().join(" / ")
}

/// The lines of what a person wrote, all of it; never none.
pub(in crate::report) fn lines_of(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.replace('\t', " ")).filter(|line| !line.trim().is_empty());
    let lines: Vec<_> = lines.map(|line| visible(&line)).collect();
    if lines.is_empty() { vec![NO_WORDS.to_owned()] } else { lines }
}

fn without_markup(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // Renderers make links of addresses; a time of day is none.
    let text_is_link = text.contains("://") || text.contains("mailto:") || text.contains("xmpp:");
    let mut before = ' ';
    for c in text.chars() {
        // `@` and `www.` become links without any scheme (GFM, section 6.9).
        let links = c == '@' || (c == ':' && text_is_link) || (c == '.' && before == 'w');
        if links || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '&' | '~' | '#' | '$')
        {
            shown.push('\\');
        }
        shown.push(c);
        before = c;
    }
    if shown.is_empty() { NO_WORDS.to_owned() } else { shown }
}

/// Foreign text to the letter, as a code span. Not for table cells, where a pipe would end it.
pub(in crate::report) fn code(text: &str) -> String {
    let text = visible(&shorten(text));
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    // A code span ends at a run of as many backticks as began it (CommonMark, section 6.1).
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // A renderer takes one space off both ends, and would read a backtick at an end as part of the fence.
    let space = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

pub(in crate::report) fn shorten(text: &str) -> String {
    let beyond = text.chars().count().saturating_sub(LONGEST);
    if beyond == 0 {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST).collect();
    let _ = write!(short, " … ({beyond} more characters in the record)");
    short
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_act_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[2J\r\n\u{202e}é\u{9b}"), "a\\x1b[2J\\r\\n\\u{202e}é\\u{9b}");
    }

    #[test]
    fn words_in_prose_are_never_markdown_html_or_links() {
        assert_eq!(prose("**b** <i> [x](y) a|b"), "\\*\\*b\\*\\* \\<i\\> \\[x\\](y) a\\|b");
        assert_eq!(prose("http://a.b www.a.b k@a.b"), "http\\://a.b www\\.a.b k\\@a.b");
        assert_eq!(prose(""), "(no words)");
    }

    #[test]
    fn a_code_span_holds_any_backticks_and_never_ends_early() {
        assert_eq!(code("plain | text"), "`plain | text`");
        assert_eq!(code("a `b` ``c``"), "``` a `b` ``c`` ```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("  "), "(empty)");
    }

    #[test]
    fn what_a_person_wrote_is_shown_whole_line_for_line() {
        assert_eq!(statement("one\r\n\n - *two*\tx\n"), "one /  - \\*two\\* x");
        assert_eq!(lines_of("a\u{1b}\nb"), ["a\\x1b", "b"]);
        assert_eq!(statement(&"x".repeat(4000)).len(), 4000);
        assert_eq!(statement(" \n"), "(no words)");
    }

    #[test]
    fn an_endless_text_is_cut_and_says_so() {
        let shown = code(&"x".repeat(10_000));
        assert!(shown.len() < 700 && shown.contains("9400 more characters"), "{shown}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_code_span_of_any_text_is_one_line_closed_by_its_own_fence(text in "[`a \\PC\n\u{1b}|]{0,40}") {
            let span = code(&text);
            prop_assert!(!span.contains(char::is_control));
            prop_assume!(span != "(empty)");
            let fence = span.len() - span.trim_start_matches('`').len();
            let inner = span.strip_prefix(&"`".repeat(fence)).and_then(|rest| rest.strip_suffix(&"`".repeat(fence)));
            let inner = inner.unwrap();
            prop_assert!(!inner.starts_with('`') && !inner.ends_with('`'));
            prop_assert!(longest_run(inner, '`') != fence);
        }

        #[test]
        fn no_character_of_any_prose_is_left_to_markdown(text in ".*") {
            let shown = prose(&text);
            prop_assert_eq!(text::line_in(&shown, Charset::Unicode), shown.as_str());
            let mut escaped = false;
            for c in shown.chars() {
                prop_assert!(escaped || !"`*_[]<>|&~#".contains(c), "{}", shown);
                escaped = c == '\\' && !escaped;
            }
        }
    }
}
