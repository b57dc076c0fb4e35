//! The digests by which a name is checked.
//!
//! Names are short, and whoever holds a plain digest finds the name by trying; the same digest in two reports would
//! also show that both are about one host. So the digests are keyed (HMAC, RFC 2104) with a secret that stays in the run
//! folder. Who is to check a name is given the key.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::words::Words;
use crate::run::{RedactedWord, Redaction, RunId};

pub(super) fn redaction(words: &Words, run: &RunId) -> Redaction {
    let words = words
        .all()
        .into_iter()
        .map(|(word, name)| RedactedWord { word, hmac_sha256: digest(words.key(), name) });
    Redaction { notice: notice(run), words: words.collect() }
}

fn notice(run: &RunId) -> String {
    format!(
        "This report is redacted: the names of hosts, users, addresses, serial numbers, paths, buckets, people and the place \
         are replaced by words. Free text (the test sheet, notes, reasons, statements) is its authors' own words: only the \
         names that the record knows, and what has the form of one, were replaced in it. Somebody who is named nowhere else \
         is still named there, so read it before you hand it on. \
         The report cannot be verified against the journal itself. Whoever holds the run folder can: `drwatch verify \
         {run}`, then the same report again. To check that a word replaces a name you know, ask them for the key in \
         `redaction.key` and compare: printf %s NAME | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY"
    )
}

fn digest(key: &[u8], name: &str) -> String {
    // A key of any length is accepted (RFC 2104, section 2).
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(name.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_rfc_4231() {
        // Test case 2 of section 4.
        assert_eq!(
            digest(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
