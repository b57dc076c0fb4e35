//! Text on its way to the clipboard of the terminal (OSC 52), also through GNU screen.

use crossterm::{Command as _, clipboard::CopyToClipboard};

use crate::screen::paint::Clipboard;

/// The longest string that every GNU screen passes on; 4.2 and later pass on 768 bytes.
const MAX_PASSED_ON_BYTES: usize = 256;

const STRING_BEGINS: &str = "\x1bP";
const STRING_ENDS: &str = "\x1b\\";

/// What hands `text` to `clipboard`; nothing where there is none.
pub(super) fn copying(text: &str, clipboard: Clipboard) -> String {
    let mut sequence = String::new();
    if clipboard == Clipboard::None
        || CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).is_err()
    {
        return String::new();
    }
    if clipboard == Clipboard::Direct {
        return sequence;
    }
    // Its own end would be taken for that of the string around it.
    let whole =
        sequence.strip_suffix(STRING_ENDS).map_or_else(|| sequence.clone(), |begun| format!("{begun}\x07"));
    let room = MAX_PASSED_ON_BYTES - STRING_BEGINS.len() - STRING_ENDS.len();
    // The sequence is ASCII. Screen passes on each string as it is, so that the terminal gets them in one.
    let parts = whole.as_bytes().chunks(room).map(String::from_utf8_lossy);
    parts.flat_map(|part| [STRING_BEGINS.into(), part, STRING_ENDS.into()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_handed_the_text_as_it_is() {
        assert_eq!(copying("drwatch", Clipboard::Direct), "\x1b]52;c;ZHJ3YXRjaA==\x1b\\");
        assert_eq!(copying("drwatch", Clipboard::None), "");
    }

    #[test]
    fn screen_gets_strings_that_it_passes_on_and_that_are_the_sequence_together() {
        assert_eq!(copying("drwatch", Clipboard::ThroughScreen), "\x1bP\x1b]52;c;ZHJ3YXRjaA==\x07\x1b\\");
        let long = copying(&"report ".repeat(300), Clipboard::ThroughScreen);
        let strings: Vec<&str> = long.split_inclusive(STRING_ENDS).collect();
        assert!(strings.len() > 10 && strings.iter().all(|string| string.len() <= MAX_PASSED_ON_BYTES));
        let inner =
            |string: &&str| string.strip_prefix(STRING_BEGINS)?.strip_suffix(STRING_ENDS).map(str::to_owned);
        let together: Option<String> = strings.iter().map(inner).collect();
        let direct = copying(&"report ".repeat(300), Clipboard::Direct);
        assert_eq!(together.unwrap(), direct.replace(STRING_ENDS, "\x07"));
    }
}
