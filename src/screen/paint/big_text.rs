//! A word in letters three rows high, made of half blocks: only the letters of the state words. `tui-big-text` draws
//! eight-row fonts scaled down, which are wider and take more lines to set up.

/// Rows of a big word.
pub(crate) const HEIGHT: u16 = 3;

/// The three rows of `word`; `None` where a letter is missing.
pub(crate) fn big(word: &str) -> Option<[String; 3]> {
    let mut rows = [String::new(), String::new(), String::new()];
    for (index, letter) in word.chars().enumerate() {
        let parts = glyph(letter)?;
        for (row, part) in rows.iter_mut().zip(parts) {
            if index > 0 {
                row.push(' ');
            }
            row.push_str(part);
        }
    }
    Some(rows)
}

const fn glyph(letter: char) -> Option<[&'static str; 3]> {
    Some(match letter {
        'A' => ["█▀█", "█▀█", "▀ ▀"],
        'B' => ["█▀▄", "█▀▄", "▀▀ "],
        'D' => ["█▀▄", "█ █", "▀▀ "],
        'E' => ["█▀▀", "█▀▀", "▀▀▀"],
        'G' => ["█▀▀", "█ █", "▀▀▀"],
        'I' => ["█", "█", "▀"],
        'K' => ["█ █", "█▀▄", "▀ ▀"],
        'L' => ["█  ", "█  ", "▀▀▀"],
        'N' => ["█▄ █", "█ ▀█", "▀  ▀"],
        'O' => ["█▀█", "█ █", "▀▀▀"],
        'P' => ["█▀█", "█▀▀", "▀  "],
        'R' => ["█▀▄", "█▀▄", "▀ ▀"],
        'S' => ["█▀▀", "▀▀█", "▀▀▀"],
        'U' => ["█ █", "█ █", "▀▀▀"],
        'W' => ["█ █", "█▄█", "▀ ▀"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn every_state_word_can_be_written_and_its_rows_are_equally_wide() {
        for word in ["PAUSED", "RUNNING", "UNKNOWN", "UNREADABLE"] {
            let rows = big(word).expect("all letters are there");
            assert!(rows.iter().all(|row| row.width() == rows[0].width()), "{word}");
        }
        assert_eq!(big("?"), None);
    }
}
