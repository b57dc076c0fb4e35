//! Bytes of a terminal into lines of a log: whole, in order, and bounded in length.

/// Longest line passed on in one piece, in bytes.
pub const LINE_LIMIT: usize = 64 << 10;

/// Marks every further piece of a line that was cut.
pub const CONTINUED: &[u8] = b"[drwatch: line continued] ";

/// Cuts a stream of bytes into lines.
///
/// A terminal turns `\n` into `\r\n` and may put a `\r` before a line; both are taken off. A line
/// longer than [`LINE_LIMIT`] becomes several, every further one beginning with [`CONTINUED`].
#[derive(Debug, Default)]
pub struct LineSplitter {
    partial: Vec<u8>,
    continued: bool,
}

impl LineSplitter {
    /// Takes the next bytes and appends the lines that they complete to `lines`, each with its `\n`.
    pub fn push(&mut self, mut chunk: &[u8], lines: &mut Vec<Vec<u8>>) {
        while let Some(newline) = memchr::memchr(b'\n', chunk) {
            let (line, rest) = chunk.split_at(newline);
            self.append(line, lines);
            if self.partial.last() == Some(&b'\r') {
                self.partial.pop();
            }
            let whole = std::mem::take(&mut self.partial);
            self.emit(&whole, lines);
            self.continued = false;
            chunk = rest.get(1..).unwrap_or_default();
        }
        self.append(chunk, lines);
    }

    /// The line that has not ended yet.
    #[must_use]
    pub fn partial(&self) -> &[u8] {
        &self.partial
    }

    fn append(&mut self, bytes: &[u8], lines: &mut Vec<Vec<u8>>) {
        // A further piece of a cut line is not its start: there a `\r` is text.
        let at_start = self.partial.is_empty() && !self.continued;
        let skipped = bytes.iter().take_while(|byte| at_start && **byte == b'\r').count();
        self.partial.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        // One byte more may be the carriage return of the line's end.
        while self.partial.len() > LINE_LIMIT + 1 {
            let rest = self.partial.split_off(LINE_LIMIT);
            let piece = std::mem::replace(&mut self.partial, rest);
            self.emit(&piece, lines);
            self.continued = true;
        }
    }

    fn emit(&self, text: &[u8], lines: &mut Vec<Vec<u8>>) {
        let mark = if self.continued { CONTINUED } else { b"" };
        // The byte that was kept back for a carriage return was text after all, one more than the limit.
        let (text, rest) = text.split_at_checked(LINE_LIMIT).unwrap_or((text, b""));
        lines.push([mark, text, b"\n"].concat());
        if !rest.is_empty() {
            lines.push([CONTINUED, rest, b"\n"].concat());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, &mut lines);
        }
        lines
    }

    #[test]
    fn lines_are_the_same_wherever_the_stream_is_cut() {
        let stream: &[u8] = b"\rfirst\r\n\r\nin\rside\r\n\xff\0\x1b[2J\r\r\nlast\n";
        let expected: Vec<&[u8]> = vec![b"first\n", b"\n", b"in\rside\n", b"\xff\0\x1b[2J\r\n", b"last\n"];
        for cut in 0..stream.len() {
            let (head, tail) = stream.split_at(cut);
            assert_eq!(split(&[head, tail]), expected, "cut at {cut}");
        }
    }

    #[test]
    fn an_endless_line_is_cut_into_marked_pieces_without_loss_or_growth() {
        let line: Vec<u8> =
            (0..10_000_000_u32).map(|n| b'a' + u8::try_from(n % 26).expect("small")).collect();
        let mut splitter = LineSplitter::default();
        let mut lines = Vec::new();
        for chunk in line.chunks(7001) {
            splitter.push(chunk, &mut lines);
            assert!(splitter.partial().len() <= LINE_LIMIT + 1);
        }
        splitter.push(b"\r\nnext\r\n", &mut lines);
        assert_eq!(lines.pop().as_deref(), Some(&b"next\n"[..]));
        let mut whole = Vec::new();
        for (index, piece) in lines.iter().enumerate() {
            assert!(piece.len() <= LINE_LIMIT + CONTINUED.len() + 1);
            let text = piece.strip_suffix(b"\n").expect("whole lines");
            whole.extend_from_slice(if index == 0 {
                text
            } else {
                text.strip_prefix(CONTINUED).expect("marked")
            });
        }
        assert_eq!(whole, line);
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_one_piece() {
        let line = vec![b'x'; LINE_LIMIT];
        assert_eq!(split(&[&line, b"\r", b"\n"]), [[&line[..], b"\n"].concat()]);
        let longer = vec![b'x'; LINE_LIMIT + 1];
        assert_eq!(split(&[&longer, b"\n"]).len(), 2);
    }

    #[test]
    fn what_has_not_ended_is_no_line() {
        assert!(split(&[b"half a li"]).is_empty());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_bytes_give_the_same_lines_in_any_chunks(
            chunks in proptest::collection::vec(proptest::collection::vec(0_u8..20, 0..9), 0..20),
        ) {
            let whole = chunks.concat();
            let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
            proptest::prop_assert_eq!(split(&chunks), split(&[&whole]));
        }
    }
}
