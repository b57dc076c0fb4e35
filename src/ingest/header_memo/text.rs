//! Short texts that lines are compared with.

/// Most bytes of a text.
pub(super) const MAX_TEXT_BYTES: usize = 48;

/// A text that the start of a line is compared with in one step: no branch depends on its length, which differs from line
/// to line.
#[derive(Clone, Copy)]
pub(super) struct Text {
    bytes: [u8; MAX_TEXT_BYTES],
    /// All bits of each byte of the text.
    mask: [u8; MAX_TEXT_BYTES],
    pub(super) length: usize,
}

impl Text {
    pub(super) const EMPTY: Self = Self { bytes: [0; MAX_TEXT_BYTES], mask: [0; MAX_TEXT_BYTES], length: 0 };

    /// `None` where it has more bytes than fit.
    pub(super) fn of(parts: &[&[u8]]) -> Option<Self> {
        let mut text = Self::EMPTY;
        for part in parts {
            let place = text.length..text.length + part.len();
            text.bytes.get_mut(place.clone())?.copy_from_slice(part);
            text.mask.get_mut(place)?.fill(u8::MAX);
            text.length += part.len();
        }
        Some(text)
    }

    pub(super) fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    #[inline]
    pub(super) fn begins(&self, bytes: &[u8; MAX_TEXT_BYTES]) -> bool {
        let pairs = self.bytes.iter().zip(&self.mask).zip(bytes);
        pairs.fold(0, |odd, ((own, mask), byte)| odd | (own ^ (byte & mask))) == 0
    }
}

/// Where `byte` is first, looked for eight bytes at a time: the vectors of `memchr` take longer for so few.
#[inline]
pub(super) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    const ONES: u64 = u64::MAX / 0xff;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let other = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
        // The lowest of these bits is at the first byte of `other` that is 0.
        let equal = other.wrapping_sub(ONES) & !other & (ONES << 7);
        if equal != 0 {
            return Some(at * 8 + equal.trailing_zeros() as usize / 8);
        }
    }
    Some(words.len() * 8 + rest.iter().position(|other| *other == byte)?)
}
