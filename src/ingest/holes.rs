//! Long runs of NUL bytes in a log: holes, which are counted and not copied.

use crate::run::ByteCount;

/// NUL bytes of a run that are kept as they are: a page of memory, as a crash leaves it.
const KEPT: u64 = 4096;

const ZEROS: [u8; 4096] = [0; 4096];

/// Finds holes in a log that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    /// NUL bytes in a row up to here.
    run: u64,
    /// Of the hole that is not on record yet.
    untold: u64,
    /// The same, at the last look.
    seen: u64,
}

/// A part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'b> {
    /// What stands there.
    Log(&'b [u8]),
    /// So many NUL bytes more of a hole.
    Hole(usize),
}

impl Holes {
    /// The parts of the next `bytes`.
    pub(crate) fn split<'b>(&mut self, mut bytes: &'b [u8]) -> Vec<Part<'b>> {
        let mut parts = Vec::new();
        while !bytes.is_empty() {
            let (log, hole) = self.next(bytes);
            let (kept, rest) = bytes.split_at(log);
            if !kept.is_empty() {
                parts.push(Part::Log(kept));
            }
            if hole > 0 {
                parts.push(Part::Hole(hole));
            }
            bytes = rest.get(hole..).unwrap_or_default();
        }
        parts
    }

    /// The hole is so much longer.
    pub(crate) const fn add(&mut self, length: u64) {
        self.untold = self.untold.saturating_add(length);
    }

    /// The length of the hole that has come to its end.
    pub(crate) fn ended(&mut self) -> Option<ByteCount> {
        self.seen = 0;
        Some(ByteCount(std::mem::take(&mut self.untold))).filter(|length| length.0 > 0)
    }

    /// As [`Holes::ended`], for a hole that did not grow since the last look.
    pub(crate) fn at_rest(&mut self) -> Option<ByteCount> {
        if std::mem::replace(&mut self.seen, self.untold) == self.untold { self.ended() } else { None }
    }

    /// Lengths of the log up to the next hole, and of that hole.
    fn next(&mut self, bytes: &[u8]) -> (usize, usize) {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let nuls = nuls_at_start(rest);
            if nuls == 0 {
                self.run = 0;
                at += memchr::memchr(0, rest).unwrap_or(rest.len());
                continue;
            }
            let room = usize::try_from(KEPT.saturating_sub(self.run)).unwrap_or(usize::MAX);
            self.run = self.run.saturating_add(nuls as u64);
            if nuls > room {
                return (at + room, nuls - room);
            }
            at += nuls;
        }
        (at, 0)
    }
}

/// Whether these bytes are NUL alone, and so many that what follows may be a hole.
pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.len() as u64 >= KEPT && nuls_at_start(bytes) == bytes.len()
}

/// Block by block: a hole may be as long as a disk.
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
    fn a_short_run_stays_and_of_a_long_one_a_page() {
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
        fn it_does_not_matter_in_which_pieces_a_log_comes(
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
