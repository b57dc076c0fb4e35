//! How one stretch of a log overlaps with another: where its lines end in the other one, and how sure that is.
//!
//! Both stretches are parts of one log, so where they overlap they agree, back to the beginning of either. That they
//! agree proves little by itself: lines are repeated, and files of a log begin alike. What counts is the number of
//! lines in the overlap that stand in both stretches exactly once, and that there are lines with a stamp among them:
//! those without one may be what is written whenever the appliance starts, however many they are.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};

use crate::parse;

/// Lines that have to agree where the overlap does not reach back to a beginning: an appliance may show a single line
/// differently in its log and in its follow.
const LONG_OVERLAP_LINES: usize = 20;

/// Weight that an overlap needs: two lines with a stamp, or one and two without.
const SURE_WEIGHT: usize = 4;

/// Weight where only lines with stamps count, as the overlap may be what every file begins with.
const SURE_WEIGHT_AT_HEAD: usize = 8;

/// The same where only the end of the log is at hand: there the next step is to fetch more.
const SURE_WEIGHT_AT_LOG_END: usize = 10;

/// Different lines with a stamp that identify the file they are from.
const LINES_OF_ONE_FILE: usize = 20;

/// The half of a line's SHA-256: enough that no line an appliance is made to log passes for another.
pub(super) type Digest = [u8; 16];

/// What lines are compared by: a digest, and whether there is a time stamp.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineKey {
    pub(super) digest: Digest,
    /// A line with a time stamp is hardly ever written twice.
    pub(super) is_stamped: bool,
}

impl LineKey {
    pub(super) fn of(line: &[u8]) -> Self {
        let hash = Sha256::digest(line);
        let digest = std::array::from_fn(|index| hash[index]);
        Self { digest, is_stamped: parse::is_stamped(line) }
    }

    pub(super) fn of_all(lines: &[Vec<u8>]) -> Vec<Self> {
        lines.iter().map(|line| Self::of(line)).collect()
    }

    pub(super) fn of_file(keys: &[Self]) -> Digest {
        let text: Vec<u8> = keys.iter().flat_map(|key| key.digest).collect();
        Self::of(&text).digest
    }
}

impl PartialEq for LineKey {
    fn eq(&self, other: &Self) -> bool {
        // The digest covers the whole line, so whether there is a stamp follows from it.
        self.digest == other.digest
    }
}

/// What the first line of a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Any line: only the end of the log is at hand.
    AnyLine,
    /// The first of the present file; an older one to compare it with may be had.
    OfFile,
    /// The first of a file; no older one can be had.
    OfOnlyFile,
    /// The first of one of several files: what they begin with alike stands in the stretch more than once.
    OfFiles,
}

/// An overlap: where in the other stretch the known lines end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overlap {
    /// How many lines stand before that.
    pub(super) end: usize,
    /// Whether the overlap reaches to the first line.
    pub(super) is_at_head: bool,
    /// Whether all known lines are in the overlap.
    is_whole: bool,
    /// Lines in the overlap that stand in both stretches once, with and without a stamp.
    stamped: usize,
    unstamped: usize,
}

impl Overlap {
    /// Whether the known lines surely end here, and nowhere else.
    pub(super) const fn is_sure(&self, head: Head) -> bool {
        let stamped = 2 * self.stamped;
        match head {
            Head::AnyLine => stamped >= SURE_WEIGHT_AT_LOG_END,
            // At their beginning files are alike, so it takes as many lines as identify one.
            Head::OfFile if self.is_at_head => self.stamped >= LINES_OF_ONE_FILE,
            Head::OfOnlyFile if self.is_at_head && self.is_whole => stamped >= SURE_WEIGHT,
            Head::OfOnlyFile if self.is_at_head => stamped >= SURE_WEIGHT_AT_HEAD,
            Head::OfFile | Head::OfOnlyFile | Head::OfFiles => {
                // Without a stamp among them, the lines may be those of any start of the appliance.
                self.stamped > 0 && stamped + self.unstamped >= SURE_WEIGHT
            }
        }
    }

    /// Whether at least one line in it is in both stretches exactly once.
    pub(super) const fn is_likely(&self) -> bool {
        self.stamped + self.unstamped > 0
    }
}

/// The place in `lines` where `known` ends; of several that of most weight, then of the longest agreement, then the
/// first. `None`: nowhere do they agree back to a beginning.
pub(super) fn find_overlap(known: &[LineKey], lines: &[LineKey]) -> Option<Overlap> {
    let agreements = agreements(known, lines);
    let weights = Weights::new(known, lines);
    let mut best: Option<(Overlap, usize)> = None;
    for (end, agreement) in overlaps(known, &agreements, &weights) {
        let (stamped, unstamped) = weights.of(end - agreement, end);
        let is_at_head = agreement == end;
        let overlap = Overlap { end, is_at_head, is_whole: agreement == known.len(), stamped, unstamped };
        // A stamped line counts double: without a stamp a line may be written each time the appliance starts.
        let rank = |overlap: &Overlap, agreement: usize| (2 * overlap.stamped + overlap.unstamped, agreement);
        // At a tie the first place stays: more lines count as new, and rather one twice than one lost.
        if best.is_none_or(|(before, longest)| rank(&overlap, agreement) > rank(&before, longest)) {
            best = Some((overlap, agreement));
        }
    }
    best.map(|(overlap, _)| overlap)
}

/// Every place in `lines` where `known` may end, the first first: those that hold all of it, if any does.
pub(super) fn possible_ends(known: &[LineKey], lines: &[LineKey]) -> Vec<usize> {
    let agreements = agreements(known, lines);
    let weights = Weights::new(known, lines);
    let all: Vec<_> = overlaps(known, &agreements, &weights).collect();
    let is_whole = |&(_, agreement): &(usize, usize)| agreement == known.len();
    let any_whole = all.iter().any(is_whole);
    all.iter().filter(|overlap| !any_whole || is_whole(overlap)).map(|(end, _)| *end).collect()
}

/// The ends of all overlaps there may be, with their lengths.
fn overlaps<'a>(
    known: &'a [LineKey],
    agreements: &'a [usize],
    weights: &'a Weights,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let is_overlap = move |&(end, agreement): &(usize, usize)| {
        let is_long = || {
            let (stamped, _) = weights.of(end - agreement, end);
            agreement >= LONG_OVERLAP_LINES && 2 * stamped >= SURE_WEIGHT_AT_HEAD
        };
        // Back to the first line of either stretch, or long enough that one differing line must not end it.
        agreement > 0 && (agreement == end.min(known.len()) || is_long())
    };
    (1..).zip(agreements.iter().copied()).filter(is_overlap)
}

/// Which lines are no repetition, as sums from the first line on.
struct Weights(Vec<(usize, usize)>);

impl Weights {
    fn new(known: &[LineKey], lines: &[LineKey]) -> Self {
        let (in_known, in_lines) = (count_lines(known), count_lines(lines));
        let is_single =
            |counts: &HashMap<Digest, usize>, line: &LineKey| counts.get(&line.digest) == Some(&1);
        let mut sum = (0, 0);
        let mut sums = vec![sum];
        for line in lines {
            // A line that is repeated in either stretch fits in several places and proves none of them.
            if is_single(&in_known, line) && is_single(&in_lines, line) {
                *(if line.is_stamped { &mut sum.0 } else { &mut sum.1 }) += 1;
            }
            sums.push(sum);
        }
        Self(sums)
    }

    fn of(&self, from: usize, to: usize) -> (usize, usize) {
        let at = |index: usize| self.0.get(index).copied().unwrap_or_default();
        (at(to).0 - at(from).0, at(to).1 - at(from).1)
    }
}

pub(super) fn count_lines(lines: &[LineKey]) -> HashMap<Digest, usize> {
    let mut counts = HashMap::with_capacity(lines.len());
    for line in lines {
        *counts.entry(line.digest).or_default() += 1;
    }
    counts
}

/// Whether the lines identify their file: enough different ones have a stamp.
pub(super) fn is_one_file_alone(lines: &[LineKey]) -> bool {
    distinct_stamped(lines) >= LINES_OF_ONE_FILE
}

pub(super) fn distinct_stamped<'a>(lines: impl IntoIterator<Item = &'a LineKey>) -> usize {
    lines.into_iter().filter(|line| line.is_stamped).map(|line| line.digest).collect::<HashSet<_>>().len()
}

/// Whether one of the lines has a stamp, so that not every file begins with it.
pub(super) fn has_stamped_line(lines: &[LineKey]) -> bool {
    lines.iter().any(|line| line.is_stamped)
}

/// For every `lines[..end]`, how many lines at its end are the last ones of `known`: the Z function of
/// both, read backwards, in time proportional to their length whatever they hold.
fn agreements(known: &[LineKey], lines: &[LineKey]) -> Vec<usize> {
    // `None` equals no line, so that no agreement runs across the border of the two.
    let text: Vec<Option<&LineKey>> =
        known.iter().rev().map(Some).chain([None]).chain(lines.iter().rev().map(Some)).collect();
    let mut common = vec![0_usize; text.len()];
    let (mut left, mut right) = (0, 0);
    for at in 1..text.len() {
        // The Z function: inside the window `left..right`, which equals a beginning of the text, the value
        // at the mirrored place is known up to the window's end.
        let mut length =
            if at < right { common.get(at - left).copied().unwrap_or(0).min(right - at) } else { 0 };
        while let (Some(a), Some(b)) = (text.get(length), text.get(at + length)) {
            if a != b {
                break;
            }
            length += 1;
        }
        if at + length > right {
            (left, right) = (at, at + length);
        }
        if let Some(slot) = common.get_mut(at) {
            *slot = length;
        }
    }
    // The part behind the border, turned back into the order of the log.
    common.split_off((known.len() + 1).min(common.len())).into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of one letter each; capital ones have a stamp.
    fn keys(names: &str) -> Vec<LineKey> {
        let stamp = |name: u8| if name.is_ascii_uppercase() { "Sep 13 16:03:38 " } else { "" };
        names
            .bytes()
            .map(|name| LineKey::of(format!("{}{}\n", stamp(name), char::from(name)).as_bytes()))
            .collect()
    }

    #[test]
    fn the_place_is_where_the_known_lines_end() {
        for (known, lines, end) in [
            ("abcdef", "defgh", Some(3)),
            ("abcdef", "abcdef", Some(6)),
            ("def", "abcdefgh", Some(6)),
            ("abcdef", "ghi", None),
            ("abcdef", "", None),
            ("", "abc", None),
            ("abcdef", "efxgh", Some(2)),
            ("aab", "aabaab", Some(3)),
            ("abcdef", "cdex", None),
            ("abxxx", "abxxxxx", Some(5)),
            ("abcdefx", "xabcdefxgh", Some(8)),
            ("a", "bab", Some(2)),
        ] {
            assert_eq!(
                find_overlap(&keys(known), &keys(lines)).map(|overlap| overlap.end),
                end,
                "{known} {lines}"
            );
        }
    }

    #[test]
    fn an_overlap_of_equal_lines_alone_is_not_sure_and_every_possible_end_is_found() {
        let (known, lines) = (keys("xxxxx"), keys("xxxxxxxxxxxx"));
        let found = find_overlap(&known, &lines).expect("some overlap");
        assert!(!found.is_likely());
        for head in [Head::AnyLine, Head::OfFile, Head::OfOnlyFile, Head::OfFiles] {
            assert!(!found.is_sure(head), "{head:?}");
        }
        assert_eq!(possible_ends(&known, &lines), (5..=12).collect::<Vec<_>>());
    }

    #[test]
    fn how_sure_a_place_is_depends_on_what_is_at_hand() {
        let sure = |known: &str, lines: &str| {
            let found = find_overlap(&keys(known), &keys(lines)).expect("an overlap");
            [Head::AnyLine, Head::OfFile, Head::OfOnlyFile, Head::OfFiles].map(|head| found.is_sure(head))
        };
        // A banner that every file begins with.
        assert_eq!(sure("ABCDxyz", "xyzMNO"), [false, false, false, false]);
        assert_eq!(sure("ABCDwxyz", "wxyzMNO"), [false, false, false, false]);
        assert_eq!(sure("wxyz", "MNOwxyz"), [false, false, false, false], "written whenever it starts");
        let long = "abcdefghijklmnopqrstuvwxyz0123456789";
        assert_eq!(sure(&format!("ABCD{long}"), &format!("{long}MNO")), [false; 4]);
        assert_eq!(sure(long, &format!("MNO{long}")), [false; 4]);
        assert_eq!(find_overlap(&keys(&format!("ABCD{long}")), &keys(&format!("MNO{long}"))), None);
        // Lines with stamps, at the head of a file and in its midst.
        assert_eq!(sure("ABCDEFG", "CDEFGHI"), [true, false, true, true]);
        assert_eq!(sure("ABC", "ABCD"), [false, false, true, true]);
        assert_eq!(sure("ABC", "xABCD"), [false, true, true, true]);
        assert_eq!(sure("xA", "wxAB"), [false, false, false, false]);
        // The known lines end within a run of equal lines.
        assert_eq!(sure("ABxxx", "ABxxxxxx"), [false, false, true, true]);
        assert_eq!(sure("CCCCxxx", "xxxxxx"), [false, false, false, false]);
    }

    #[test]
    fn a_flood_of_equal_lines_is_placed_in_time() {
        let flood = |count: usize| vec![LineKey::of(b"x"); count];
        let known = [keys("AB"), flood(4000)].concat();
        let lines = [keys("AB"), flood(400_000)].concat();
        assert_eq!(
            find_overlap(&known, &lines).map(|overlap| (overlap.end, overlap.is_sure(Head::OfFiles))),
            Some((4002, true))
        );
    }

    #[test]
    fn a_line_shown_otherwise_does_not_hide_a_long_overlap() {
        let many: Vec<LineKey> =
            (0..60).map(|n| LineKey::of(format!("Sep 13 16:03:38 line {n}\n").as_bytes())).collect();
        let mut known = many.clone();
        if let Some(line) = known.get_mut(20) {
            *line = LineKey::of(b"Sep 13 16:03:38 shown otherwise\n");
        }
        let known = known.get(..50).unwrap_or_default();
        assert_eq!(
            find_overlap(known, &many).map(|overlap| (overlap.end, overlap.is_sure(Head::OfFile))),
            Some((50, true))
        );
    }
}
