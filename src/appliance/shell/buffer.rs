//! What a shell has received of a reply, bounded, with its last line at hand.

use super::ShellError;

/// A line longer than this, in bytes, is no prompt.
// The last line is cleaned and matched again after every read;
// without a bound, one endless line would take quadratic time.
pub(super) const MAX_PROMPT_BYTES: usize = 512;

/// How much of a banner is kept, in bytes: its end.
const MAX_BANNER_BYTES: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    /// Where the last line begins.
    line: usize,
    pub(super) limit: usize,
    lines: usize,
}

/// Bytes that the lines of a long reply must have on average: every line costs memory of its own.
const BYTES_PER_LINE: usize = 64;

/// Lines that any reply may have.
// A low limit in bytes must not forbid an ordinary reply of many short lines.
const MIN_LINES: usize = 10_000;

impl Buffer {
    pub(super) const fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), line: 0, limit, lines: 0 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets all, and gives back the memory of a long reply.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        // `clear` alone keeps the capacity, up to 64 MiB for the rest of the shell's life.
        self.bytes.shrink_to(MAX_BANNER_BYTES);
        self.line = 0;
        self.lines = 0;
    }

    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), ShellError> {
        self.lines += memchr::memchr_iter(b'\n', chunk).count();
        let most_lines = (self.limit / BYTES_PER_LINE).max(MIN_LINES);
        // Checked before anything is stored, so that the limit bounds the memory, too.
        if self.bytes.len() + chunk.len() > self.limit || self.lines > most_lines {
            return Err(ShellError::TooLong { limit: self.limit });
        }
        // Only the chunk is searched: what came before it may be 64 MiB long.
        if let Some(newline) = memchr::memrchr(b'\n', chunk) {
            self.line = self.bytes.len() + newline + 1;
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// Appends a part of a banner, of which only the end matters.
    pub(super) fn push_keeping_end(&mut self, chunk: &[u8]) {
        self.bytes.extend_from_slice(chunk);
        let excess = self.bytes.len().saturating_sub(MAX_BANNER_BYTES);
        self.bytes.drain(..excess);
        // The drain may have cut the last line, or moved it, so its beginning is searched anew.
        self.line = memchr::memrchr(b'\n', &self.bytes).map_or(0, |newline| newline + 1);
    }

    /// The unterminated last line, if it is short enough for a prompt.
    pub(super) fn last_line(&self) -> Option<&[u8]> {
        self.bytes.get(self.line..).filter(|line| line.len() <= MAX_PROMPT_BYTES)
    }

    pub(super) fn split_last_line(&self) -> (&[u8], &[u8]) {
        self.bytes.split_at_checked(self.line).unwrap_or((&self.bytes, &[]))
    }

    /// Drops the last line: a pager's status, or a question, answered now.
    pub(super) fn end_page(&mut self) {
        self.bytes.truncate(self.line);
    }
}
