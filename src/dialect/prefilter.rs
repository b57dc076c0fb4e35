//! Which lines of a log may be an alarm or a near miss, found by one search over a whole block of lines. It only ever
//! passes too many lines: those it passes are read as every other line is.

use std::{cmp::Reverse, collections::BTreeSet};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Match, MatchKind, packed};
use memchr::memmem::{self, Finder};
use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind},
};

use super::{
    Dialect,
    pattern::BytesPattern,
    plain::{fold_all, folded},
};

/// A shorter text is found in too many lines to be worth a search.
const MIN_NEEDLE: usize = 3;

/// Texts that a line needs for each meaning; lines and texts are compared folded, as `fold` does it.
pub(crate) struct Prefilter {
    search: Search,
    meanings: Vec<Meaning>,
    /// By the number of each text that is searched for: the meanings of lines that it is found in.
    by_text: Vec<Vec<usize>>,
    /// Alarms of which no text is known that each of their lines has.
    unsearched: Vec<BytesPattern>,
}

/// What a line may be.
enum Meaning {
    /// Beginnings of the words of a phrase; a near miss has all of them.
    Near(Vec<Finder<'static>>),
    Alarm(BytesPattern),
}

enum Search {
    Nothing,
    /// Vectorised; not on every processor, and only for few texts.
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

impl Prefilter {
    pub(crate) fn of(dialect: &Dialect) -> Self {
        let modules: Vec<_> =
            dialect.tables.markers.messages().map(|(_, module, _)| fold_all(module.as_bytes())).collect();
        // A word of a module's name is in each of its lines.
        let is_rare =
            |word: &Vec<u8>| word.len() >= MIN_NEEDLE && !modules.iter().any(|module| has(module, word));
        let (mut meanings, mut choices, mut unsearched) = (Vec::new(), Vec::new(), Vec::new());
        // Only lines in ASCII are searched, which have no other word.
        for words in dialect.phrases.beginnings().filter(|words| words.iter().all(|word| word.is_ascii())) {
            let words: Vec<_> = words.iter().map(|word| fold_all(word)).collect();
            meanings.push(Meaning::Near(words.iter().map(|word| Finder::new(word).into_owned()).collect()));
            let rare: Vec<_> = words.iter().filter(|word| is_rare(word)).cloned().collect();
            choices.push((if rare.is_empty() { words } else { rare }, meanings.len() - 1));
        }
        for alarm in &dialect.tables.alarms {
            match required_texts(&alarm.pattern) {
                Some(texts) => {
                    choices.extend(texts.into_iter().map(|text| (vec![text], meanings.len())));
                    meanings.push(Meaning::Alarm(alarm.pattern.clone()));
                }
                None => unsearched.push(alarm.pattern.clone()),
            }
        }
        let needles = fewest(&choices);
        let texts: BTreeSet<_> = needles.iter().map(|(text, _)| *text).collect();
        let of_text = |text: &&[u8]| {
            let found =
                needles.iter().filter(|(other, _)| may_hide(text, other)).map(|(_, meaning)| *meaning);
            found.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let by_text = texts.iter().map(of_text).collect();
        Self { search: Search::of(&texts), by_text, meanings, unsearched }
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

    /// A closer look at a line at `place`, one of the places. `folded` is the same line.
    pub(crate) fn may_matter(&self, place: &Match, line: &[u8], folded: &[u8]) -> bool {
        let is = |meaning: &Meaning| match meaning {
            Meaning::Near(words) => words.iter().all(|word| word.find(folded).is_some()),
            Meaning::Alarm(pattern) => pattern.is_match(line),
        };
        let meanings = self.by_text.get(place.pattern().as_usize()).into_iter().flatten();
        meanings.filter_map(|meaning| self.meanings.get(*meaning)).any(is)
    }

    /// Whether a line may be an alarm that has no place.
    pub(crate) fn may_be_unsearched(&self, line: &[u8]) -> bool {
        self.unsearched.iter().any(|pattern| pattern.is_match(line))
    }
}

/// What [`Prefilter::places`] goes over.
pub(crate) enum Places<'a> {
    Nothing,
    Packed(packed::FindIter<'a, 'a>),
    Automaton(aho_corasick::FindIter<'a, 'a>),
}

impl Iterator for Places<'_> {
    type Item = Match;

    fn next(&mut self) -> Option<Match> {
        match self {
            Self::Nothing => None,
            Self::Packed(found) => found.next(),
            Self::Automaton(found) => found.next(),
        }
    }
}

impl Search {
    fn of(needles: &BTreeSet<&[u8]>) -> Self {
        if needles.is_empty() {
            return Self::Nothing;
        }
        if let Some(search) = packed::Searcher::new(needles) {
            return Self::Packed(search);
        }
        let automaton = AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostFirst).build(needles);
        automaton.map_or(Self::Nothing, Self::Automaton)
    }
}

/// One text that each choice has, with the number that stands by it; texts that many have before others, as the fewer differ
/// the fewer lines have any.
fn fewest(choices: &[(Vec<Vec<u8>>, usize)]) -> Vec<(&[u8], usize)> {
    let has_text = |choice: &[Vec<u8>], part: &[u8]| choice.iter().any(|text| has(text, part));
    let uses = |text: &[u8]| choices.iter().filter(|(choice, _)| has_text(choice, text)).count();
    // Of those that are of equal use the longest, as the rarest.
    let ranked = |text| (Reverse(uses(text)), Reverse(text.len()), text);
    let ranked: BTreeSet<_> =
        choices.iter().flat_map(|(choice, _)| choice).map(|text| ranked(text)).collect();
    let best = |choice: &[Vec<u8>]| ranked.iter().find(|(.., text)| has_text(choice, text));
    choices.iter().filter_map(|(choice, number)| Some((best(choice)?.2, *number))).collect()
}

fn has(text: &[u8], part: &[u8]) -> bool {
    memmem::find(text, part).is_some()
}

/// Whether `other` may begin within a place of `text`, or at its start. The search goes on behind a place.
fn may_hide(text: &[u8], other: &[u8]) -> bool {
    (0..text.len())
        .filter_map(|start| text.get(start..))
        .any(|rest| rest.starts_with(other) || other.starts_with(rest))
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
    use crate::dialect::fold;

    fn passes(filter: &Prefilter, line: &str) -> bool {
        let mut folded = Vec::new();
        fold(line.as_bytes(), &mut folded);
        filter.may_be_unsearched(line.as_bytes())
            || filter.places(&folded).any(|place| filter.may_matter(&place, line.as_bytes(), &folded))
    }

    fn matters(dialect: &Dialect, line: &str) -> bool {
        dialect.alarm(line.as_bytes()).is_some() || dialect.near_miss(line.as_bytes()).is_some()
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

    #[test]
    fn a_text_hidden_by_another_place_is_found() {
        let own = ["lost power$", "power fan", "fan power is lost$"].map(|pattern| {
            format!("[[alarms]]\nname = \"x\"\npattern = '{pattern}'\ncertainty = \"unknown\"\n")
        });
        let dialect = Dialect::over_built_in(&own.concat(), "own.toml").unwrap();
        let filter = Prefilter::of(&dialect);
        for line in ["lost power fan", "x lost power", "power fan power is", "fan power is lost power fan"] {
            assert!(matters(&dialect, line) && passes(&filter, line), "{line}");
        }
        assert!(!passes(&filter, "lost power of"));
    }

    #[test]
    fn the_fewest_texts_are_searched_for() {
        let text = |text: &str| text.as_bytes().to_vec();
        let choices = [
            (vec![text("cloud"), text("phase")], 0),
            (vec![text("phases"), text("generation")], 1),
            (vec![text("bucket"), text("a phase")], 2),
            (vec![text("inconsistent"), text("gone")], 3),
        ];
        let some = [("phase", 0), ("phase", 1), ("phase", 2), ("inconsistent", 3)];
        assert_eq!(fewest(&choices), some.map(|(text, number)| (text.as_bytes(), number)));
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
