//! Long runs of NUL bytes in a log: holes, which are counted and not copied.

use crate::run::ByteCount;

/// NUL bytes copied of each run: a page of memory, as a crash leaves it. More than that is a hole.
const MAX_NUL_RUN: usize = 4096;

const ZEROS: [u8; MAX_NUL_RUN] = [0; MAX_NUL_RUN];

/// Finds holes in a log that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    /// NUL bytes in a row up to here.
    run: usize,
    /// Length of the hole that is not on record yet.
    pending: u64,
    /// The same at the last call of [`Holes::at_rest`].
    pending_before: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'b> {
    Log(&'b [u8]),
    /// So many more NUL bytes of a hole.
    Hole(usize),
}

impl Holes {
    pub(crate) fn split<'b>(&mut self, bytes: &'b [u8]) -> Vec<Part<'b>> {
        let mut parts = Vec::new();
        let (mut begin, mut at) = (0, 0);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let nuls = nuls_at_start(rest);
            if nuls == 0 {
                self.run = 0;
                at += memchr::memchr(0, rest).unwrap_or(rest.len());
                continue;
            }
            // The run may have begun in earlier pieces, and what is copied must not depend on where the log
            // is cut into pieces.
            let copied = nuls.min(MAX_NUL_RUN.saturating_sub(self.run));
            self.run = self.run.saturating_add(nuls);
            at += copied;
            if nuls > copied {
                parts
                    .extend([Part::Log(bytes.get(begin..at).unwrap_or_default()), Part::Hole(nuls - copied)]);
                at += nuls - copied;
                begin = at;
            }
        }
        parts.push(Part::Log(bytes.get(begin..).unwrap_or_default()));
        parts.retain(|part| *part != Part::Log(&[]));
        parts
    }

    /// Notes that log was passed by that ends in no NUL byte.
    pub(crate) const fn break_run(&mut self) {
        self.run = 0;
    }

    pub(crate) const fn add(&mut self, length: u64) {
        self.pending = self.pending.saturating_add(length);
    }

    pub(crate) fn ended(&mut self) -> Option<ByteCount> {
        self.pending_before = 0;
        Some(ByteCount(std::mem::take(&mut self.pending))).filter(|length| length.0 > 0)
    }

    /// As [`Holes::ended`], for a hole that has not grown since the last call.
    pub(crate) fn at_rest(&mut self) -> Option<ByteCount> {
        let before = std::mem::replace(&mut self.pending_before, self.pending);
        if before == self.pending { self.ended() } else { None }
    }
}

/// Whether these bytes are NUL bytes alone, and as many as a hole begins with.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.len() >= MAX_NUL_RUN && nuls_at_start(bytes) == bytes.len()
}

/// Compares block by block, as a hole may be as long as a disk.
fn nuls_at_start(bytes: &[u8]) -> usize {
    let blocks = bytes.chunks(ZEROS.len());
    let whole: usize = blocks.take_while(|block| ZEROS.starts_with(block)).map(<[u8]>::len).sum();
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_run_is_copied_and_a_long_one_up_to_a_page() {
        for (nuls, hole) in [(1, 0), (4096, 0), (4097, 1), (20_000, 15_904)] {
            let bytes = [b"a\n".to_vec(), vec![0; nuls], b"b\n".to_vec()].concat();
            let parts = Holes::default().split(&bytes);
            let kept: Vec<u8> = parts
                .iter()
                .flat_map(|part| match part {
                    Part::Log(bytes) => bytes.to_vec(),
                    Part::Hole(_) => Vec::new(),
                })
                .collect();
            let holes: usize = parts
                .iter()
                .map(|part| match part {
                    Part::Log(_) => 0,
                    Part::Hole(length) => *length,
                })
                .sum();
            assert_eq!(kept, [b"a\n".to_vec(), vec![0; nuls - hole], b"b\n".to_vec()].concat());
            assert_eq!(holes, hole);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_log_is_split_alike_in_whatever_pieces_it_comes(
            runs in prop::collection::vec((0_usize..9000, "[a-z\n]{1,9}"), 0..6),
            cuts in prop::collection::vec(1_usize..6000, 1..9),
        ) {
            let bytes: Vec<u8> =
                runs.into_iter().flat_map(|(nuls, text)| [vec![0; nuls], text.into_bytes()].concat()).collect();
            let sum = |parts: Vec<Part<'_>>, log: &mut Vec<u8>, holes: &mut usize| {
                for part in parts {
                    match part {
                        Part::Log(bytes) => log.extend_from_slice(bytes),
                        Part::Hole(length) => *holes += length,
                    }
                }
            };
            let (mut whole, mut holes) = (Vec::new(), 0);
            sum(Holes::default().split(&bytes), &mut whole, &mut holes);
            prop_assert_eq!(whole.len() + holes, bytes.len());
            let (mut pieces, mut holes_of_pieces) = (Vec::new(), 0);
            let (mut split, mut rest) = (Holes::default(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (piece, behind) = rest.split_at((*cut).min(rest.len()));
                sum(split.split(piece), &mut pieces, &mut holes_of_pieces);
                rest = behind;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!((whole, holes), (pieces, holes_of_pieces));
        }
    }
}
