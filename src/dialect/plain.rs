//! Lines of printable ASCII, and how they are folded: searched whatever the case of their letters.

/// Maps capitals to small letters, and other bytes to one another: it may make different texts equal, never equal ones
/// different.
pub(super) const fn folded(byte: u8) -> u8 {
    byte | 0x20
}

/// Folds lines; whether all of them are of printable ASCII.
pub(crate) fn fold(bytes: &[u8], into: &mut Vec<u8>) -> bool {
    into.resize(bytes.len(), 0);
    let mut extremes = Extremes::NONE;
    // Each byte is looked at, so that the compiler makes vectors of it: a search that stops takes ten times as long.
    for (to, byte) in into.iter_mut().zip(bytes) {
        *to = folded(*byte);
        extremes = extremes.with(*byte);
    }
    extremes.are_plain()
}

/// Whether all bytes are printable ASCII or ends of lines.
pub(crate) fn are_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(Extremes::NONE, |extremes, byte| extremes.with(*byte)).are_plain()
}

/// What is noted of bytes to see whether all are plain: the processor has vectors of the greater and the lesser of two
/// bytes, and fewer steps lead to them than to a comparison of each byte with the bounds.
#[derive(Clone, Copy)]
struct Extremes {
    greatest: u8,
    /// Of the bytes so changed that an end of a line is the greatest, and a printable character stays above all others.
    least: u8,
}

impl Extremes {
    const NONE: Self = Self { greatest: 0, least: u8::MAX };

    fn with(self, byte: u8) -> Self {
        Self { greatest: self.greatest.max(byte), least: self.least.min(Self::changed(byte)) }
    }

    const fn changed(byte: u8) -> u8 {
        (byte ^ b'\n').wrapping_sub(1)
    }

    const fn are_plain(self) -> bool {
        // The control characters differ from an end of a line in their lower bits alone.
        self.greatest <= b'~' && self.least >= b' ' - 1
    }
}

pub(super) fn fold_all(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| folded(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn is_plain(byte: u8) -> bool {
        matches!(byte, b' '..=b'~' | b'\n')
    }

    #[test]
    fn every_byte_is_folded_and_judged_alike_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                let mut line = *b"Sep 13 16:03:38 h ~";
                line[place] = byte;
                let mut folded_line = Vec::new();
                assert_eq!(fold(&line, &mut folded_line), is_plain(byte), "{byte:#x} at {place}");
                assert_eq!(are_plain(&line), is_plain(byte), "{byte:#x} at {place}");
                assert_eq!(folded_line, line.map(folded));
            }
        }
    }
}
