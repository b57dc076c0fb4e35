//! What was found in a block.

use crate::{
    ingest::{import::blocks::Block, latest_stamp::LatestStamp},
    journal,
    parse::Stamp,
    run::LogTally,
};

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
    /// The latest stamp before it in this block, where the clock was set back in between.
    pub(crate) set_back_from: Option<Stamp>,
}

/// What was found in a block.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) notable: Vec<Notable>,
    pub(crate) lines: u64,
    /// The latest stamp since the clock was last set back.
    pub(crate) latest: LatestStamp,
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
pub(in crate::ingest::import) struct Job {
    pub(in crate::ingest::import) block: Block,
    pub(in crate::ingest::import) found: Scanned,
}

/// Makes the digests of the pieces of `bytes`, two at a time.
pub(super) fn digest(bytes: &[u8], pieces: &mut [Piece]) {
    let mut start = 0;
    let mut next =
        |piece: &Piece| bytes.get(std::mem::replace(&mut start, piece.end)..piece.end).unwrap_or_default();
    for pair in pieces.chunks_mut(2) {
        match pair {
            [one, other] => [one.sha256, other.sha256] = journal::digest_two([next(one), next(other)]),
            rest => rest.iter_mut().for_each(|piece| piece.sha256 = journal::digest(next(piece))),
        }
    }
}
