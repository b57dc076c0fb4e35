//! Bytes of ASCII looked at eight at a time, in a word. A program built for its size has no vectors made of loops over
//! bytes, and single bytes take ten times as long.
//!
//! What is found of a byte is in its highest bit; another byte than of ASCII may carry into those beside it.

/// The bytes in words, and those that are left.
pub(crate) fn words(bytes: &[u8]) -> (impl Iterator<Item = u64>, &[u8]) {
    let (words, rest) = bytes.as_chunks();
    (words.iter().map(|word| u64::from_ne_bytes(*word)), rest)
}

/// The same byte eight times.
pub(crate) const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The bytes that are not printable, those that are not ASCII among them.
pub(crate) const fn unprintable(word: u64) -> u64 {
    let from_blank_on = (word & eight(0x60)).wrapping_add(eight(0x60));
    let delete = word.wrapping_add(eight(1));
    word | delete | !from_blank_on
}

/// The bytes that are not `byte`.
pub(crate) const fn other_than(byte: u8, word: u64) -> u64 {
    (word ^ eight(byte)).wrapping_add(eight(0x7f))
}

/// Where `byte` stands first, whatever the bytes are: for texts so short that calling a search by vectors takes longer.
#[inline]
pub(crate) fn position(byte: u8, bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks();
    let before = bytes.len() - rest.len();
    for (word, start) in words.iter().zip((0..).step_by(8)) {
        let others = u64::from_le_bytes(*word) ^ eight(byte);
        // Carries go upwards, so the lowest bit is that of the first one.
        let found = others.wrapping_sub(eight(1)) & !others & eight(0x80);
        if found != 0 {
            return Some(start + found.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|other| *other == byte).map(|at| before + at)
}

/// Whether something was found of any byte.
pub(crate) const fn any(found: u64) -> bool {
    found & eight(0x80) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_judged_by_itself() {
        for byte in 0..0x80_u8 {
            for place in 0..8 {
                let mut text = *b"Sep 13 ~";
                text[place] = byte;
                let word = u64::from_ne_bytes(text);
                assert_eq!(any(unprintable(word)), !matches!(byte, b' '..=b'~'), "{byte:#x} at {place}");
                let others = other_than(byte, word).to_ne_bytes();
                let expected = text.map(|other| if other == byte { 0 } else { 0x80 });
                assert_eq!(others.map(|found| found & 0x80), expected, "{byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn the_first_of_several_is_found_whatever_stands_beside_it() {
        let filler = [0, 1, b'\t', b'!', b' ' - 1, 0x7f, 0x80, 0xa0, 0xff];
        for (length, other) in (0..20_usize).flat_map(|length| filler.map(|other| (length, other))) {
            let text = vec![other; length];
            assert_eq!(position(b' ', &text), None, "{length} of {other:#x}");
            for (first, second) in
                (0..length).flat_map(|first| (first..length).map(move |second| (first, second)))
            {
                let mut text = text.clone();
                (text[first], text[second]) = (b' ', b' ');
                assert_eq!(position(b' ', &text), Some(first), "{length} of {other:#x}, {second}");
            }
        }
    }

    #[test]
    fn what_is_not_ascii_is_not_printable_whatever_stands_beside_it() {
        for (byte, beside) in
            (0x80..=u8::MAX).flat_map(|byte| (0..=u8::MAX).map(move |beside| (byte, beside)))
        {
            let word = u64::from_ne_bytes([beside, byte, beside, b'a', b'a', b'a', b'a', b'a']);
            assert!(any(unprintable(word)), "{byte:#x} beside {beside:#x}");
        }
    }
}
