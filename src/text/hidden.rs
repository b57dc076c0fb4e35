//! Which characters must not reach a terminal, a file or a reader as they are.

use unicode_width::UnicodeWidthChar as _;

/// Combining marks that a letter carries in any written language; more of them pile up over other lines.
const MARKS_PER_LETTER: u8 = 2;

/// Reads a text character by character and decides which of them must be escaped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    /// Marks that the last character can still carry.
    room: u8,
}

impl Scan {
    /// Whether `character`, the next one, moves the cursor, hides or reorders text, or piles up.
    pub fn is_harmful(&mut self, character: char) -> bool {
        let (room, is_harmful) = match character {
            '!'..='~' => (MARKS_PER_LETTER, false),
            // A space is no letter, so a mark behind it has none.
            ' ' => (0, false),
            hidden if is_hidden(hidden) => (0, true),
            mark if mark.width() == Some(0) => (self.room.saturating_sub(1), self.room == 0),
            _ => (MARKS_PER_LETTER, false),
        };
        self.room = room;
        is_harmful
    }
}

/// Whether `text` is printable ASCII alone, as most texts are: each of its characters is shown as it is, in one column.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    // Each byte is looked at: a search that stops is not made of vectors.
    text.bytes().fold(0, |odd, byte| odd | u8::from(!matches!(byte, b' '..=b'~'))) == 0
}

/// Whether `character` acts on its reader's terminal or is drawn as nothing.
///
/// Unicode 16: general categories Cc, Cf, Zl and Zp, and all of `Default_Ignorable_Code_Point`. Private use and
/// unassigned characters are shown: a terminal draws a box, or what its font has.
pub(super) fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}'
        | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}
