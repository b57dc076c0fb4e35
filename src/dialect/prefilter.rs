//! Which lines of a log may be an alarm or a near miss, found by one search over a whole block of lines. It only ever
//! passes too many lines: those it passes are read as every other line is.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind, packed};
use memchr::memmem::Finder;
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use super::{Dialect, pattern::BytesPattern};

/// A shorter text is found in too many lines to be worth a search.
const MIN_NEEDLE: usize = 3;

/// Texts that a line needs for each meaning; lines and texts are compared folded by [`fold`].
pub(crate) struct Prefilter {
    search: Search,
    /// Beginnings of the words of each phrase; a near miss has all of one phrase.
    phrases: Vec<Vec<Finder<'static>>>,
    alarms: Vec<BytesPattern>,
    /// Alarms of which no text is known that each of their lines has.
    unsearched: Vec<BytesPattern>,
}

enum Search {
    Nothing,
    /// Vectorised; not on every processor, and only for few texts.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

/// Maps capitals to small letters, and other bytes to one another: it may make different texts equal, never equal ones
/// different.
const fn folded(byte: u8) -> u8 {
    byte | 0x20
}

/// Folds lines; whether all of them are of printable ASCII.
pub(crate) fn fold(bytes: &[u8], into: &mut Vec<u8>) -> bool {
    into.resize(bytes.len(), 0);
    let mut odd = 0;
    // Each byte is looked at, so that the compiler makes vectors of it: a search that stops takes ten times as long.
    for (to, byte) in into.iter_mut().zip(bytes) {
        *to = folded(*byte);
        odd |= u8::from(!is_plain(*byte));
    }
    odd == 0
}

/// Whether all bytes are printable ASCII or ends of lines.
pub(crate) fn are_plain(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |odd, byte| odd | u8::from(!is_plain(*byte))) == 0
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n')
}

impl Prefilter {
    pub(crate) fn of(dialect: &Dialect) -> Self {
        let phrases: Vec<Vec<Vec<u8>>> = dialect
            .phrases
            .beginnings()
            // Only lines in ASCII are searched, which have no such word.
            .filter(|words| words.iter().all(|word| word.is_ascii()))
            .map(|words| words.iter().map(|word| fold_all(word)).collect())
            .collect();
        // One word of each phrase is searched for, the longest as the rarest; `may_matter` asks for all of them.
        let mut needles: Vec<Vec<u8>> =
            phrases.iter().filter_map(|words| words.iter().max_by_key(|word| word.len()).cloned()).collect();
        let (mut alarms, mut unsearched) = (Vec::new(), Vec::new());
        for alarm in &dialect.tables.alarms {
            match required_texts(&alarm.pattern) {
                Some(texts) => {
                    needles.extend(texts);
                    alarms.push(alarm.pattern.clone());
                }
                None => unsearched.push(alarm.pattern.clone()),
            }
        }
        needles.sort();
        needles.dedup();
        let finder = |word: &Vec<u8>| Finder::new(word).into_owned();
        let phrases = phrases.iter().map(|words| words.iter().map(finder).collect()).collect();
        Self { search: Search::of(&needles), phrases, alarms, unsearched }
    }

    /// Places in a folded block at which a line may matter, in their order.
    pub(crate) fn places<'a>(&'a self, folded: &'a [u8]) -> Places<'a> {
        match &self.search {
            Search::Nothing => Places::Nothing,
            Search::Packed(search) => Places::Packed(search.find_iter(folded)),
            Search::Automaton(search) => Places::Automaton(search.find_iter(folded)),
        }
    }

    /// Whether every line has to be looked at, wherever [`Self::places`] are.
    pub(crate) const fn has_unsearched(&self) -> bool {
        !self.unsearched.is_empty()
    }

    /// A closer look at a line at one of the places. `folded` is the same line.
    pub(crate) fn may_matter(&self, line: &[u8], folded: &[u8]) -> bool {
        let has_all = |words: &Vec<Finder<'_>>| words.iter().all(|word| word.find(folded).is_some());
        let is_alarm = |pattern: &BytesPattern| pattern.is_match(line);
        self.phrases.iter().any(has_all)
            || self.alarms.iter().any(is_alarm)
            || self.unsearched.iter().any(is_alarm)
    }
}

/// What [`Prefilter::places`] goes over.
pub(crate) enum Places<'a> {
    Nothing,
    Packed(packed::FindIter<'a, 'a>),
    Automaton(aho_corasick::FindIter<'a, 'a>),
}

impl Iterator for Places<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        match self {
            Self::Nothing => None,
            Self::Packed(found) => found.next().map(|found| found.range()),
            Self::Automaton(found) => found.next().map(|found| found.range()),
        }
    }
}

impl Search {
    fn of(needles: &[Vec<u8>]) -> Self {
        if needles.is_empty() {
            return Self::Nothing;
        }
        // Any hit marks its whole line, so that only the first of two that overlap matters.
        if let Some(search) = packed::Searcher::new(needles) {
            return Self::Packed(search);
        }
        let automaton = AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostFirst).build(needles);
        automaton.map_or(Self::Nothing, Self::Automaton)
    }
}

fn fold_all(text: &[u8]) -> Vec<u8> {
    text.iter().map(|byte| folded(*byte)).collect()
}

/// Texts of which every match of `pattern` in an ASCII line has one, folded; `None` where none are known.
fn required_texts(pattern: &BytesPattern) -> Option<Vec<Vec<u8>>> {
    // As `regex::bytes` reads a pattern.
    let hir = ParserBuilder::new().utf8(false).build().parse(pattern.as_str()).ok()?;
    required(&hir).filter(|texts| shortest(texts) >= MIN_NEEDLE)
}

fn shortest(texts: &[Vec<u8>]) -> usize {
    texts.iter().map(Vec::len).min().unwrap_or_default()
}

fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => only_text(hir).map(|text| vec![text]),
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            // With one branch without a text a line may match that has none of the others'.
            let texts: Option<Vec<_>> = branches.iter().map(required).collect();
            texts.map(|texts| texts.concat())
        }
        HirKind::Concat(parts) => {
            let (mut candidates, mut run) = (Vec::new(), Vec::new());
            for part in parts {
                // An anchor or a word boundary takes no byte: the texts around it still follow on each other.
                if matches!(part.kind(), HirKind::Look(_)) {
                    continue;
                }
                if let Some(text) = only_text(part) {
                    run.extend(text);
                    continue;
                }
                candidates.push(vec![std::mem::take(&mut run)]);
                candidates.extend(required(part));
            }
            candidates.push(vec![run]);
            // A match has each of the parts, so that one is enough to search for: that with the longest text, which the
            // fewest lines have.
            candidates.into_iter().max_by_key(|texts| shortest(texts))
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

/// The folded text, where all that matches in ASCII is the same one when folded.
fn only_text(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Literal(literal) if literal.0.is_ascii() => Some(fold_all(&literal.0)),
        HirKind::Class(class) => {
            let ranges: Vec<(u32, u32)> = match class {
                Class::Unicode(class) => {
                    class.iter().map(|range| (range.start().into(), range.end().into())).collect()
                }
                Class::Bytes(class) => {
                    class.iter().map(|range| (range.start().into(), range.end().into())).collect()
                }
            };
            // Of `[sSſ]` only the first two can stand in an ASCII line.
            let mut ascii = ranges.into_iter().filter(|(start, _)| *start < 0x80).map(|(start, end)| {
                let byte = u8::try_from(start).ok().filter(|_| start == end);
                byte.map(folded)
            });
            let first = ascii.next()??;
            ascii.all(|byte| byte == Some(first)).then(|| vec![first])
        }
        HirKind::Capture(capture) => only_text(&capture.sub),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passes(filter: &Prefilter, line: &str) -> bool {
        let mut folded = Vec::new();
        fold(line.as_bytes(), &mut folded);
        let is_placed = filter.has_unsearched() || filter.places(&folded).next().is_some();
        is_placed && filter.may_matter(line.as_bytes(), &folded)
    }

    fn matters(dialect: &Dialect, line: &str) -> bool {
        dialect.alarm(line.as_bytes()).is_some() || dialect.near_miss(line.as_bytes()).is_some()
    }

    #[test]
    fn every_byte_is_folded_and_judged_alike_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                let mut line = *b"Sep 13 16:03:38 h ~";
                line[place] = byte;
                let mut folded_line = Vec::new();
                assert_eq!(fold(&line, &mut folded_line), is_plain(byte), "{byte:#x} at {place}");
                assert_eq!(are_plain(&line), is_plain(byte), "{byte:#x} at {place}");
                assert_eq!(folded_line, line.map(folded));
            }
        }
    }

    #[test]
    fn the_texts_of_the_built_in_alarms_are_found() {
        let filter = Prefilter::of(&Dialect::built_in());
        assert!(!filter.has_unsearched());
        assert!(matches!(filter.search, Search::Packed(_)));
        let texts = |pattern: &str| {
            let pattern = BytesPattern::try_from(pattern.to_owned()).unwrap();
            required_texts(&pattern)
                .map(|texts| texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect())
        };
        let some = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(texts(r"(?i)\bno space (?:left )?on disk\b"), some(&["no space "]));
        assert_eq!(texts("fan|power (?:lost|gone)"), some(&["fan", "power "]));
        assert_eq!(texts("ab|power"), None);
        assert_eq!(texts(".*"), None);
    }

    #[test]
    fn ordinary_lines_are_not_looked_at_twice() {
        let filter = Prefilter::of(&Dialect::built_in());
        for line in [
            "Sep 13 16:03:38 h rfsd[1]: [a.INFO] (1) connection to cloud endpoint 10.0.0.1:443",
            "Sep 13 16:03:38 h rfsd[1]: [namespace_restore.INFO] (1) Namespace generation: 7 inodes processed",
            "Sep 13 16:03:38 h statsd[4772]: [statsd.NOTICE]: alarm check complete, 0 raised",
        ] {
            assert!(!passes(&filter, line), "{line}");
        }
    }

    #[test]
    fn an_alarm_of_no_known_text_is_looked_for_in_every_line() {
        let own = "[[alarms]]\nname = \"x\"\npattern = '^[0-9]+$'\ncertainty = \"unknown\"\n";
        let dialect = Dialect::over_built_in(own, "own.toml").unwrap();
        let filter = Prefilter::of(&dialect);
        assert!(filter.has_unsearched());
        assert!(passes(&filter, "123") && !passes(&filter, "x123"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_line_that_matters_is_passed_over(
            words in prop::collection::vec(prop_oneof![
                Just("Cloud"), Just("restore"), Just("RESTORED"), Just("phase"), Just("complete."), Just("completed"),
                Just("Starting"), Just("namespace"), Just("generation"), Just("Successfully"), Just("user"),
                Just("successful!"), Just("bucket"), Just("inconsistent"), Just("INCONSISTENCY"), Just("no"),
                Just("space"), Just("left"), Just("on"), Just("filesystem"), Just("device"), Just("is"), Just("x-7"),
            ], 0..12),
            capitals in any::<bool>(),
        ) {
            let line = words.join(" ");
            let line = if capitals { line.to_uppercase() } else { line };
            let dialect = Dialect::built_in();
            if matters(&dialect, &line) {
                prop_assert!(passes(&Prefilter::of(&dialect), &line), "{}", line);
            }
        }
    }
}
