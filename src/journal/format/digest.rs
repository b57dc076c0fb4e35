//! SHA-256 in hex.

use sha2::{Digest, Sha256, block_api::compress256};

/// `prev` of the first record.
pub(in crate::journal) const NO_DIGEST: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// FIPS 180-4, section 5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// The digests of two texts. Each step of SHA-256 waits for the one before it: block by block in turn, the processor works
/// on one text while the other waits, and both take little longer than one.
pub(crate) fn digest_two(texts: [&[u8]; 2]) -> [String; 2] {
    let [one, other] = texts.map(|text| text.as_chunks::<64>().0);
    let mut states = [INITIAL; 2];
    let [first, second] = &mut states;
    for (one, other) in one.iter().zip(other) {
        compress256(first, std::slice::from_ref(one));
        compress256(second, std::slice::from_ref(other));
    }
    let both = one.len().min(other.len());
    compress256(first, one.get(both..).unwrap_or_default());
    compress256(second, other.get(both..).unwrap_or_default());
    let [one, other] = texts;
    [end(*first, one), end(*second, other)]
}

/// The digest of a text, given the state behind its whole blocks (FIPS 180-4, section 5.1.1).
fn end(mut state: [u32; 8], text: &[u8]) -> String {
    let rest = text.as_chunks::<64>().1;
    let mut last = [0; 128];
    // A bit behind the text, and its length in bits at the end of a block.
    let length = if rest.len() < 56 { 64 } else { 128 };
    let bits = (text.len() as u64).wrapping_mul(8).to_be_bytes();
    let parts = [(0, rest), (rest.len(), &[0x80][..]), (length - bits.len(), &bits[..])];
    for (place, part) in parts {
        last.iter_mut().skip(place).zip(part).for_each(|(to, byte)| *to = *byte);
    }
    compress256(&mut state, last.as_chunks::<64>().0.get(..length / 64).unwrap_or_default());
    hex(&state.map(u32::to_be_bytes).concat())
}

pub(in crate::journal) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        hex.push(digit(byte >> 4));
        hex.push(digit(byte & 15));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_sha_256_in_hex() {
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn two_digests_made_together_are_those_made_one_by_one() {
        let text: Vec<u8> = (0..1000_u32).map(|number| ((number * 7919) >> 3).to_le_bytes()[0]).collect();
        let lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000];
        for one in lengths {
            for other in lengths {
                let texts = [&text[..one], &text[1000 - other..]];
                assert_eq!(digest_two(texts), texts.map(digest), "{one} {other}");
            }
        }
    }
}
