//! What was found in a block.

use super::blocks::Block;
use crate::{parse::Stamp, run::LogTally};

/// Whole lines in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Where it ends in the block.
    pub(crate) end: usize,
    pub(crate) tally: LogTally,
    /// The first and the last stamp in it.
    pub(crate) first: Option<Stamp>,
    pub(crate) last: Option<Stamp>,
    /// SHA-256 in hex, where it is wanted.
    pub(crate) sha256: String,
}

/// A line that is to be read closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notable {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Lines before it in the block.
    pub(crate) lines_before: u64,
    /// The process id, where rfsd wrote it under another one than the line of rfsd before it in this block.
    pub(crate) rfsd: Option<u32>,
}

/// What was found in a block.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) notable: Vec<Notable>,
    pub(crate) lines: u64,
    /// A stamp of the 29th of February without a year.
    pub(crate) leap_day: Option<Stamp>,
}

impl Scanned {
    pub(crate) fn first_stamp(&self) -> Option<Stamp> {
        self.pieces.iter().find_map(|piece| piece.first.or(piece.last))
    }
}

/// A block with what was found in it.
#[derive(Default)]
pub(super) struct Job {
    pub(super) block: Block,
    pub(super) found: Scanned,
}
