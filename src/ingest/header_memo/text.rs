//! Short texts that lines are compared with.

/// A text of `MOST` bytes at most.
#[derive(Clone, Copy)]
pub(super) struct Text<const MOST: usize> {
    bytes: [u8; MOST],
    length: usize,
}

impl<const MOST: usize> Text<MOST> {
    pub(super) const EMPTY: Self = Self { bytes: [0; MOST], length: 0 };

    /// `None` where it has more bytes than fit.
    pub(super) fn of(parts: &[&[u8]]) -> Option<Self> {
        let mut text = Self::EMPTY;
        for part in parts {
            text.bytes.get_mut(text.length..text.length + part.len())?.copy_from_slice(part);
            text.length += part.len();
        }
        Some(text)
    }

    pub(super) fn get(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    #[inline]
    pub(super) fn is(&self, other: &[u8]) -> bool {
        self.length == other.len() && is_equal(self.get(), other)
    }
}

/// Compares two texts of one length by words: calling the C library for so few bytes takes longer.
#[inline]
pub(super) fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let word = |bytes: Option<&[u8; 16]>| bytes.map(|bytes| u128::from_ne_bytes(*bytes));
    match one.len() {
        // In fewer than 32 bytes the two words overlap, and cover all of them.
        16..=32 => {
            word(one.first_chunk()) == word(other.first_chunk())
                && word(one.last_chunk()) == word(other.last_chunk())
        }
        33..=48 => {
            let middle = |text: &[u8]| {
                text.get(16..).and_then(<[u8]>::first_chunk).map(|bytes| u128::from_ne_bytes(*bytes))
            };
            word(one.first_chunk()) == word(other.first_chunk())
                && middle(one) == middle(other)
                && word(one.last_chunk()) == word(other.last_chunk())
        }
        _ => one == other,
    }
}
