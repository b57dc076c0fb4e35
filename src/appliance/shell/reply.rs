//! The reply to one line.

use super::clean::clean;
use crate::{parse, run::Elapsed, text};

/// Longest excerpt of an appliance's refusal, in bytes.
pub(super) const REFUSAL_LIMIT: usize = 400;

/// The reply to one line, without echo and prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    raw: Vec<u8>,
    took: Elapsed,
}

impl Reply {
    pub(super) const fn new(raw: Vec<u8>, took: Elapsed) -> Self {
        Self { raw, took }
    }

    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What a terminal would show, as bytes: the appliance may send what is no UTF-8.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        clean(&self.raw)
    }

    /// The bytes as received but for the carriage return that a terminal puts before each line end: what
    /// a record keeps.
    pub(crate) fn as_sent(&self) -> Vec<u8> {
        let follows = self.raw.iter().copied().skip(1).map(Some).chain([None]);
        let pairs = self.raw.iter().copied().zip(follows);
        pairs.filter(|pair| *pair != (b'\r', Some(b'\n'))).map(|(byte, _)| byte).collect()
    }

    /// Time from the line to the last byte of its reply.
    pub(crate) const fn took(&self) -> Elapsed {
        self.took
    }

    /// The words with which the appliance refused the line, printable; `None` where it did not.
    pub(crate) fn refusal(&self) -> Option<String> {
        parse::error_text(&self.text()).map(|words| text::printable_within(words, REFUSAL_LIMIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_record_keeps_is_all_but_the_terminals_line_ends() {
        let reply = Reply::new(b"a\x1b[31m\x07\r\nb\rc\r\r\n\r\n".to_vec(), Elapsed::ZERO);
        assert_eq!(reply.as_sent(), b"a\x1b[31m\x07\nb\rc\r\n\n");
    }
}
