//! The reply to one line.

use super::clean::clean;
use crate::run::Span;

/// The reply to one line, without echo and prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    raw: Vec<u8>,
    took: Span,
}

impl Reply {
    pub(super) const fn new(raw: Vec<u8>, took: Span) -> Self {
        Self { raw, took }
    }

    /// The bytes as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What a terminal would show, as bytes: the appliance may send what is no UTF-8.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        clean(&self.raw)
    }

    /// Time from the line to the last byte of its reply.
    #[must_use]
    pub const fn took(&self) -> Span {
        self.took
    }
}
