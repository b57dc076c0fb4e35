//! The line editor: bytes in, echo out, a line in the end. No input or output of its own.

/// What is typed beyond is answered with a bell.
const MAX_LINE_BYTES: usize = 2048;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    On,
    /// For a password, or without a terminal.
    Off,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// The line goes on.
    More,
    Line(String),
    /// Ctrl-C.
    Cancelled,
    /// Ctrl-D on an empty line.
    End,
    /// `?`: help is wanted for the line so far, which stays.
    Help(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    None,
    Begun,
    /// Within `ESC [ …` or `ESC O …`.
    Sequence,
}

/// Columns of the terminal, and of the prompt in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Margin {
    /// 0: not known, so that nothing is wrapped.
    pub(super) columns: usize,
    pub(super) prompt: usize,
}

#[derive(Debug)]
pub(super) struct LineEditor {
    line: Vec<u8>,
    echo: Echo,
    escape: Escape,
    margin: Margin,
}

impl LineEditor {
    pub(super) const fn new(echo: Echo) -> Self {
        Self { line: Vec::new(), echo, escape: Escape::None, margin: Margin { columns: 0, prompt: 0 } }
    }

    pub(super) const fn set_margin(&mut self, margin: Margin) {
        self.margin = margin;
    }

    /// The line so far as it is echoed: from the right margin it goes on in the next row. A terminal
    /// waits there for one more character, so that libtecla sends a space and takes it back.
    pub(super) fn echoed(&self) -> Vec<u8> {
        let mut column = self.margin.prompt;
        let mut shown = Vec::new();
        for byte in &self.line {
            shown.push(*byte);
            column += usize::from(begins_character(*byte));
            if byte.is_ascii() && self.margin.is_at(column) {
                shown.extend_from_slice(b" \x08");
            }
        }
        shown
    }

    fn column(&self) -> usize {
        self.margin.prompt + self.line.iter().filter(|byte| begins_character(**byte)).count()
    }

    pub(super) fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.line).into_owned()
    }

    /// Takes a byte of a terminal; what is to be shown is appended to `shown`.
    pub(super) fn press(&mut self, byte: u8, shown: &mut Vec<u8>) -> Press {
        if self.escape != Escape::None {
            self.within_escape(byte);
            return Press::More;
        }
        match byte {
            b'\r' | b'\n' => {
                shown.extend_from_slice(b"\r\n");
                return Press::Line(self.take());
            }
            0x03 => {
                shown.extend_from_slice(b"\r\n");
                self.line.clear();
                return Press::Cancelled;
            }
            0x04 if self.line.is_empty() => return Press::End,
            0x1b => self.escape = Escape::Begun,
            0x08 | 0x7f => self.erase(1, shown),
            0x15 => self.erase(usize::MAX, shown),
            // Without echo it is a character of the password.
            b'?' if self.echo == Echo::On => {
                shown.extend_from_slice(b"?\r\n");
                return Press::Help(self.so_far());
            }
            0x20..=0x7e | 0x80.. => self.append(byte, shown),
            _ => shown.push(0x07),
        }
        Press::More
    }

    /// Takes a byte without a terminal: only line ends matter.
    pub(super) fn feed(&mut self, byte: u8) -> Press {
        match byte {
            b'\n' => {
                if self.line.last() == Some(&b'\r') {
                    self.line.pop();
                }
                Press::Line(self.take())
            }
            // A lone CR submits as well; one before LF is taken off above.
            _ if self.line.last() == Some(&b'\r') => {
                self.line.pop();
                let line = self.take();
                self.line.push(byte);
                Press::Line(line)
            }
            _ => {
                if self.line.len() < MAX_LINE_BYTES {
                    self.line.push(byte);
                }
                Press::More
            }
        }
    }

    fn take(&mut self) -> String {
        let line = self.so_far();
        self.line.clear();
        line
    }

    fn append(&mut self, byte: u8, shown: &mut Vec<u8>) {
        if self.line.len() == MAX_LINE_BYTES {
            shown.push(0x07);
            return;
        }
        self.line.push(byte);
        if self.echo == Echo::On {
            shown.push(byte);
            if byte.is_ascii() && self.margin.is_at(self.column()) {
                shown.extend_from_slice(b" \x08");
            }
        }
    }

    fn erase(&mut self, most: usize, shown: &mut Vec<u8>) {
        for _ in 0..most {
            let wrapped = self.margin.is_at(self.column());
            let Some(byte) = self.line.pop() else { break };
            // A character of several bytes takes one column and is erased whole.
            if matches!(byte, 0x80..=0xbf) {
                while self.line.last().is_some_and(|byte| matches!(byte, 0x80..=0xbf)) {
                    self.line.pop();
                }
                self.line.pop();
            }
            if self.echo == Echo::On && wrapped {
                // Back over the margin: up, to the last column, and clear it.
                let right = self.margin.columns.saturating_sub(1);
                shown.extend_from_slice(format!("\x1b[A\x1b[{right}C\x1b[K").as_bytes());
            } else if self.echo == Echo::On {
                shown.extend_from_slice(b"\x08 \x08");
            }
        }
    }

    const fn within_escape(&mut self, byte: u8) {
        self.escape = match (self.escape, byte) {
            // Parameters and intermediate bytes of a control sequence (ECMA-48, section 5.4);
            // the byte after them ends it.
            (Escape::Begun, b'[' | b'O') | (Escape::Sequence, 0x20..=0x3f) => Escape::Sequence,
            _ => Escape::None,
        };
    }
}

impl Margin {
    /// Whether `column`, counted from the beginning of the prompt, is the first one of a new row.
    const fn is_at(self, column: usize) -> bool {
        self.columns > 0 && column > 0 && column.is_multiple_of(self.columns)
    }
}

/// Whether a byte of UTF-8 begins a character, which is shown in a column of its own.
const fn begins_character(byte: u8) -> bool {
    !matches!(byte, 0x80..=0xbf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &[u8]) -> (Vec<Press>, String) {
        let mut editor = LineEditor::new(Echo::On);
        let mut shown = Vec::new();
        let presses = bytes.iter().map(|byte| editor.press(*byte, &mut shown));
        let presses = presses.filter(|press| *press != Press::More).collect();
        (presses, String::from_utf8_lossy(&shown).into_owned())
    }

    #[test]
    fn a_line_is_echoed_and_submitted_by_cr_or_lf() {
        assert_eq!(typed(b"en\r"), (vec![Press::Line("en".to_owned())], "en\r\n".to_owned()));
        assert_eq!(typed(b"en\n").0, [Press::Line("en".to_owned())]);
    }

    #[test]
    fn at_the_right_margin_the_row_is_forced_to_wrap_as_libtecla_does() {
        let mut editor = LineEditor::new(Echo::On);
        editor.set_margin(Margin { columns: 10, prompt: 7 });
        let mut shown = Vec::new();
        for byte in b"show version" {
            editor.press(*byte, &mut shown);
        }
        assert_eq!(String::from_utf8_lossy(&shown), "sho \x08w version");
        assert_eq!(editor.echoed(), shown);
        shown.clear();
        editor.press(0x15, &mut shown);
        let erased = format!("{}\x1b[A\x1b[9C\x1b[K\x08 \x08\x08 \x08", "\x08 \x08".repeat(9));
        assert_eq!(String::from_utf8_lossy(&shown), erased);
    }

    #[test]
    fn ctrl_u_and_backspace_take_back_what_was_typed() {
        let (presses, shown) = typed(b"shoq\x08w\r");
        assert_eq!(presses, [Press::Line("show".to_owned())]);
        assert_eq!(shown, "shoq\x08 \x08w\r\n");
        assert_eq!(typed(b"reload\x15en\r").0, [Press::Line("en".to_owned())]);
        assert_eq!(typed("é\x7fen\r".as_bytes()).0, [Press::Line("en".to_owned())]);
    }

    #[test]
    fn ctrl_c_drops_the_line_and_escape_sequences_leave_no_trace() {
        assert_eq!(typed(b"reload\x03en\r").0, [Press::Cancelled, Press::Line("en".to_owned())]);
        assert_eq!(typed(b"\x1b[1;5Aen\x1bOA\r").0, [Press::Line("en".to_owned())]);
    }

    #[test]
    fn without_a_terminal_cr_lf_ends_one_line_not_two() {
        let mut editor = LineEditor::new(Echo::Off);
        let presses: Vec<Press> = b"enable\r\nexit\n".iter().map(|byte| editor.feed(*byte)).collect();
        let lines: Vec<&Press> = presses.iter().filter(|press| **press != Press::More).collect();
        assert_eq!(lines, [&Press::Line("enable".to_owned()), &Press::Line("exit".to_owned())]);
    }
}
