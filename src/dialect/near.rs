//! Near misses: log lines that have the words of a marker or of an alarm, but are none as the dialect knows them.

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use super::log::Alarm;
use crate::run::{Marker, NearMiss};

/// Letters by which two words of one stem are equal at least.
// Shorter beginnings are shared by unrelated words: `rest` by `restore`, `restart` and `restrict`.
const STEM: usize = 5;

/// Letters by which words of one stem may differ at their ends: `complete`, `completion`.
const ENDING: usize = 3;

/// Words that a sentence needs to be looked for outside its own module: fewer are too common.
const MIN_WORDS: usize = 3;

/// Other words that may stand between those of a marker.
// As in `The CLOUD RESTORE phase is complete`. With more room, words
// of several sentences would add up to a marker.
const BETWEEN_MARKER_WORDS: usize = 2;

/// Other words that may stand between those of an alarm, whose wording is not documented.
const BETWEEN_ALARM_WORDS: usize = 6;

/// A sentence of a marker, or the name of an alarm, with what lines of such words are near to.
#[derive(Clone, Debug)]
struct Phrase {
    words: Vec<Vec<u8>>,
    between: usize,
    /// Looked for in lines with these words only, where the phrase is short.
    module: Option<Vec<u8>>,
    of: NearMiss,
}

/// The phrases of a dialect.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases {
    phrases: Vec<Phrase>,
    /// Matches every line that has one of the stems; most lines have none.
    // Compiled with the first line that is compared, which may come long after the first frame.
    any_stem: Arc<OnceLock<Option<Regex>>>,
}

impl Phrases {
    pub(super) fn of<'a>(
        markers: impl Iterator<Item = (Marker, &'a str, &'a str)>,
        alarms: &[Alarm],
    ) -> Self {
        let of_markers = markers.flat_map(|(marker, module, message)| sentences(marker, module, message));
        let of_alarms = alarms.iter().map(|alarm| Phrase {
            words: words(alarm.name.as_bytes()).map(<[u8]>::to_ascii_lowercase).collect(),
            between: BETWEEN_ALARM_WORDS,
            module: None,
            of: NearMiss::Alarm(alarm.name.clone()),
        });
        let mut phrases: Vec<_> =
            // A single word is too common for a line with it to be near to anything.
            of_markers.chain(of_alarms).filter(|phrase| phrase.words.len() > 1).collect();
        // Of phrases that a line has, the one of most words is the likeliest.
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        Self { any_stem: Arc::default(), phrases }
    }

    fn any_stem(&self) -> Option<&Regex> {
        let compile = || {
            let stems: Vec<_> = self.phrases.iter().filter_map(Phrase::stem).collect();
            let any_stem = RegexBuilder::new(&stems.join("|")).case_insensitive(true).build();
            any_stem.ok().filter(|_| !stems.is_empty())
        };
        self.any_stem.get_or_init(compile).as_ref()
    }

    /// Of each phrase the beginnings of its words: a line near to the phrase has all of them, in letters of either case.
    pub(super) fn beginnings(&self) -> impl Iterator<Item = Vec<&[u8]>> {
        self.phrases.iter().map(|phrase| phrase.words.iter().map(|word| beginning(word)).collect())
    }

    pub(super) fn near(&self, line: &[u8]) -> Option<&NearMiss> {
        self.any_stem().filter(|any_stem| any_stem.is_match(line))?;
        let words: Vec<&[u8]> = words(line).collect();
        self.phrases.iter().find(|phrase| phrase.is_in(line, &words)).map(|phrase| &phrase.of)
    }
}

/// The sentences of a marker's message; each of them is near to it.
fn sentences(marker: Marker, module: &str, message: &str) -> Vec<Phrase> {
    let phrase = |text: &str| {
        let words: Vec<_> = words(text.as_bytes()).map(<[u8]>::to_ascii_lowercase).collect();
        let module = (words.len() < MIN_WORDS).then(|| module.as_bytes().to_vec());
        Phrase { words, between: BETWEEN_MARKER_WORDS, module, of: NearMiss::Marker(marker) }
    };
    let found: Vec<_> = message.split(['.', '!', '?', ';', ':']).map(phrase).collect();
    // A message is split because only a part of it may have changed between releases: one known
    // sentence of enough words is a near miss already.
    let long: Vec<_> = found.into_iter().filter(|phrase| phrase.module.is_none()).collect();
    if long.is_empty() { vec![phrase(message)] } else { long }
}

impl Phrase {
    /// The beginning of its longest word, as a pattern.
    fn stem(&self) -> Option<String> {
        // The longest word is the rarest in a log, so fewer lines pass the first look.
        let longest = self.words.iter().max_by_key(|word| word.len())?;
        let stem = longest.get(..STEM).unwrap_or(longest);
        Some(regex::escape(std::str::from_utf8(stem).ok()?))
    }

    /// Whether its words stand close together among `words`, in any order.
    fn is_in(&self, line: &[u8], words: &[&[u8]]) -> bool {
        if self.module.as_ref().is_some_and(|module| memchr::memmem::find(line, module).is_none()) {
            return false;
        }
        let reach = (self.words.len() + self.between).min(words.len());
        // `windows(0)` panics, and a line without words gives 0.
        words.windows(reach.max(1)).any(|window| {
            self.words.iter().all(|wanted| window.iter().any(|word| is_of_one_stem(wanted, word)))
        })
    }
}

/// The letters of `word`, which is in lower case, that all words of its stem begin with.
fn beginning(word: &[u8]) -> &[u8] {
    if word.len() < STEM { word } else { word.get(..STEM.max(word.len() - ENDING)).unwrap_or(word) }
}

/// Words of letters, digits and underscores: `namespace_restore` is one.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    // Bytes above ASCII are parts of words: a message need not be English, and splitting inside a
    // character of UTF-8 would make words of halves.
    text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_' && byte.is_ascii())
        .filter(|word| !word.is_empty())
}

/// Whether `word` differs from `wanted`, which is in lower case, in its ending at most.
fn is_of_one_stem(wanted: &[u8], word: &[u8]) -> bool {
    let equal =
        wanted.iter().zip(word).take_while(|(one, other)| **one == other.to_ascii_lowercase()).count();
    let (wanted, word) = (wanted.len() - equal, word.len() - equal);
    // A word shorter than the stem must be equal, since too few letters are left to judge by.
    (wanted == 0 && word == 0) || (equal >= STEM && wanted <= ENDING && word <= ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    fn near(text: &str) -> Option<NearMiss> {
        Dialect::built_in().near_miss(text.as_bytes()).cloned()
    }

    #[test]
    fn a_line_with_the_words_of_a_marker_comes_near_to_it() {
        use Marker::{DownloadComplete, NamespaceComplete, RestoreSuccessful};
        for (text, marker) in [
            (
                "rfsd2[1]: [ns.INFO] Cloud restore phase complete. Starting namespace generation phase",
                DownloadComplete,
            ),
            ("cloud restore phase completed, starting the namespace generation phase", DownloadComplete),
            ("Cloud restore phase complete. Sta", DownloadComplete),
            ("Starting namespace generation phase", DownloadComplete),
            ("The CLOUD RESTORE phase is complete", DownloadComplete),
            (
                "{\"msg\":\"Cloud restore phase complete. Starting namespace generation phase\"}",
                DownloadComplete,
            ),
            ("Namespace generation phase complete.", NamespaceComplete),
            ("namespace generation phase has completed", NamespaceComplete),
            ("Successfully restored user namespace", NamespaceComplete),
            ("restore namespace successful", RestoreSuccessful),
            ("Restore of namespace was successful!", RestoreSuccessful),
            ("namespace restored successfully", RestoreSuccessful),
        ] {
            assert_eq!(near(text), Some(NearMiss::Marker(marker)), "{text}");
        }
    }

    #[test]
    fn lines_of_other_words_come_near_to_nothing() {
        for text in [
            "",
            "Sep 13 16:03:38 localhost rfsd[1]: [namespace_restore.INFO] (1) mapped 5 entries successfully",
            "Sep 13 16:03:38 localhost rfsd[1]: [namespace_restore.INFO] (1) restoring user data, phase 1",
            "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) deleting metadata from cloud",
            "Namespace generation phase: 10 %",
            "cloud bucket opened, one restart; space on filesystem: 10 GiB",
            "Executing command: show log matching Cloud restore phase complete",
            "the namespace is large. It took long to restore. In the end that went well, and we call it successful",
            "alarm cloud bucket, cleared: it was inconsistent",
        ] {
            assert_eq!(near(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_with_the_words_of_an_alarm_comes_near_to_it() {
        for (text, alarm) in [
            ("the bucket in the cloud was found to be inconsistent", "cloud bucket inconsistent"),
            ("CLOUD: inconsistency, bucket ava400-ks", "cloud bucket inconsistent"),
            ("on this filesystem there is no space", "no space on filesystem"),
        ] {
            assert_eq!(near(text), Some(NearMiss::Alarm(alarm.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_short_marker_of_an_own_dialect_is_looked_for_in_its_module_only() {
        let own = "[[markers.restore_failed]]\nprogram = \"rfsd\"\nmodule = \"megamount\"\n\
                   message = \"mount failed\"\ncertainty = \"documented\"\n";
        let dialect = Dialect::over_built_in(own, "own.toml").unwrap();
        let near = |text: &str| dialect.near_miss(text.as_bytes()).cloned();
        assert_eq!(near("[megamount.ERR] failed to mount"), Some(NearMiss::Marker(Marker::RestoreFailed)));
        assert_eq!(near("[nfs.ERR] mount failed"), None);
    }
}
