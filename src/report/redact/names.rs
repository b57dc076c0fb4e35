//! The names of a run, and where they stand in a text.
//!
//! A name of letters alone, or of digits alone, is replaced where it stands as a whole word, so that a bucket `log` leaves
//! `login` alone; one that mixes them is replaced wherever it occurs. Ways of writing that look alike are not
//! distinguished (`folding`). A part of the name of a person or a place that is a plain word as well, such as `Data` or
//! `Long`, is replaced where it begins with a capital letter only, so that a report stays readable.

use std::{collections::HashMap, net::IpAddr};

use aho_corasick::{AhoCorasick, BuildError};

use super::{
    folding::{Folded, lower},
    kind::NameKind,
};
use crate::{
    run::Identity,
    text::{self, Charset},
};

/// Names shorter than this are replaced as whole words only.
const MIN_INNER_CHARS: usize = 4;

/// Parts of the name of a person or a place shorter than this are not replaced alone.
const MIN_PART_CHARS: usize = 3;

/// Shorter ones are replaced only where they begin with a capital letter: many are words of some language.
const MIN_LOWER_PART_CHARS: usize = 4;

/// Words of reports, of places and of the language that are parts of names as well, in lower case.
const PLAIN_WORDS: &str = include_str!("../../../assets/report/plain_words.txt");

/// The host name of every machine: it says nothing.
pub(super) const LOCALHOST: &str = "localhost";

/// What a field of a record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `user@host`, or the user alone.
    Account,
    /// What `ssh` is given: `user@host`, `host`, `ssh://user@host:port`.
    Destination,
    /// A host name.
    Host,
    /// A serial number.
    Serial,
    /// A path.
    Path,
    /// The name of a bucket.
    Bucket,
    /// A person or a team.
    Person,
    /// Where the test takes place, as somebody wrote it.
    Place,
}

#[derive(Clone, Copy, Debug)]
struct Name {
    kind: NameKind,
    /// Only where it begins with a capital letter, for it is a plain word as well.
    capital: bool,
    /// Also within a longer word.
    inner: bool,
}

/// The names of a run.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By their spelling, in the order found.
    list: Vec<(String, Name)>,
    /// Where each spelling is in the list.
    places: HashMap<String, usize>,
    /// In lower case, e.g. `corp.example`.
    domains: Vec<String>,
}

/// A part of a text that names something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: NameKind,
}

/// Finds the names of a run.
#[derive(Debug)]
pub(super) struct Finder {
    names: Names,
    automaton: AhoCorasick,
}

impl Names {
    /// Takes in what a field holds.
    pub(super) fn add(&mut self, field: Field, text: &str) {
        let text = text.trim();
        match field {
            Field::Account => self.account(text),
            Field::Destination => {
                let rest = text.strip_prefix("ssh://").unwrap_or(text);
                let (user, host) =
                    rest.rsplit_once('@').map_or((None, rest), |(user, host)| (Some(user), host));
                if let Some(user) = user {
                    self.name(user, NameKind::User);
                }
                self.host(without_port(host));
            }
            Field::Host => self.host(text),
            Field::Serial => {
                // A placeholder such as `N/A` stays: without it the appliance would seem to show a serial number.
                let identity = Identity { serial: Some(text.to_owned()), ..Identity::default() };
                if let Some(serial) = identity.usable_serial() {
                    self.name(serial, NameKind::Serial);
                }
            }
            Field::Path => self.name(text, NameKind::Path),
            Field::Bucket => self.name(text, NameKind::Bucket),
            Field::Person => self.person(text),
            Field::Place => self.place(text),
        }
    }

    /// Every name as spelled, with its kind.
    pub(super) fn kinds(&self) -> HashMap<String, NameKind> {
        self.list.iter().map(|(spelling, name)| (spelling.clone(), name.kind)).collect()
    }

    pub(super) fn finder(self) -> Result<Finder, BuildError> {
        let automaton = AhoCorasick::new(self.list.iter().map(|(spelling, _)| Folded::new(spelling).text))?;
        Ok(Finder { names: self, automaton })
    }

    fn account(&mut self, text: &str) {
        match text.rsplit_once('@') {
            Some((user, host)) => {
                self.name(user, NameKind::User);
                self.host(host);
            }
            None => self.name(text, NameKind::User),
        }
    }

    fn host(&mut self, host: &str) {
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if is_address(host) {
            return self.name(host, NameKind::Address);
        }
        self.name(host, NameKind::Host);
        if let Some((label, domain)) = host.trim_end_matches('.').split_once('.') {
            // Prompts and logs show the first part alone.
            self.name(label, NameKind::Host);
            let domain = lower(domain);
            if !domain.is_empty() && !self.domains.contains(&domain) {
                self.domains.push(domain);
            }
        }
    }

    /// `Kim Berg`: the whole and its parts. `Storage team` is no person: its words count only as far as they are not plain.
    fn person(&mut self, name: &str) {
        self.name(name, NameKind::Person);
        let parts: Vec<&str> = words(name).collect();
        let is_person = parts.len() > 1 && parts.iter().all(|part| part.starts_with(char::is_uppercase));
        // Of `Meyer-Schmidt` the halves as well.
        let all = parts.into_iter().flat_map(|part| std::iter::once(part).chain(part.split('-')));
        all.filter(|part| is_person || is_telling(part)).for_each(|part| self.part(part, NameKind::Person));
    }

    /// `Kiel, second data centre`: the whole, what stands between commas, and the words that begin with a capital letter or
    /// are not plain.
    fn place(&mut self, text: &str) {
        self.name(text, NameKind::Place);
        let is_separator = |c: char| matches!(c, ',' | ';' | '/' | '(' | ')' | '\n');
        for part in text.split(is_separator).map(str::trim) {
            if words(part).count() > 1 || is_telling(part) {
                self.name(part, NameKind::Place);
            }
            let is_name = |word: &&str| word.starts_with(char::is_uppercase) || is_telling(word);
            words(part).filter(is_name).for_each(|word| self.part(word, NameKind::Place));
        }
    }

    fn part(&mut self, word: &str, kind: NameKind) {
        if word.chars().count() >= MIN_PART_CHARS {
            self.push(word, Name { kind, capital: !is_telling(word), inner: false });
        }
    }

    fn name(&mut self, spelling: &str, kind: NameKind) {
        let count = |of: fn(char) -> bool| spelling.chars().filter(|c| of(*c)).count();
        let (all, letters, digits) = (
            count(|_| true),
            count(char::is_alphabetic),
            count(|c| c.is_alphanumeric() && !c.is_alphabetic()),
        );
        let inner = all >= MIN_INNER_CHARS && letters < all && digits < all;
        self.push(spelling, Name { kind, capital: false, inner });
        // Replies and log lines are recorded with control characters escaped.
        let shown = text::line_in(spelling, Charset::Unicode);
        if shown != spelling {
            self.push(&shown, Name { kind, capital: false, inner });
        }
    }

    fn push(&mut self, spelling: &str, name: Name) {
        // As it is compared: an accent alone counts as a letter, and is found everywhere.
        let folded = Folded::new(spelling).text;
        let says_nothing = !folded.contains(char::is_alphanumeric) || folded == LOCALHOST;
        if says_nothing {
            return;
        }
        // How keyboards and accounts without these letters write them.
        if let Some(plain) = transcribed(spelling) {
            self.push(&plain, name);
        }
        let place = *self.places.entry(spelling.to_owned()).or_insert(self.list.len());
        match self.list.get_mut(place) {
            // The part of a person's name is a name of its own as well.
            Some((_, known)) => {
                known.capital &= name.capital;
                known.inner |= name.inner;
            }
            None => self.list.push((spelling.to_owned(), name)),
        }
    }
}

impl Finder {
    /// Where the names of the run stand in `text`; they may overlap.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let folded = Folded::new(text);
        let mut spans = Vec::new();
        for found in self.automaton.find_overlapping_iter(&folded.text) {
            let Some((_, name)) = self.names.list.get(found.pattern().as_usize()) else { continue };
            // Within a letter that became several.
            let (Some(start), Some(end)) = (folded.place(found.start()), folded.place(found.end())) else {
                continue;
            };
            let Some(as_written) = text.get(start..end) else { continue };
            let is_whole = name.inner || folded.is_whole(found.start(), found.end());
            if is_whole && (!name.capital || as_written.starts_with(char::is_uppercase)) {
                spans.push(Span { start, end, kind: name.kind });
            }
        }
        spans
    }

    /// Whether `host` lies in a domain of the run's hosts, or is one.
    pub(super) fn is_in_known_domain(&self, host: &str) -> bool {
        let host = lower(host);
        let lies_in = |domain: &String| {
            let label = host.strip_suffix(domain.as_str());
            label.is_some_and(|label| label.ends_with('.') || (label.is_empty() && domain.contains('.')))
        };
        self.names.domains.iter().any(lies_in)
    }
}

/// Overlapping spans made one, in the order of the text. One has the kind of its longest part.
pub(super) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut joined: Vec<(Span, usize)> = Vec::new();
    for span in spans {
        let length = span.end - span.start;
        match joined.last_mut() {
            Some((last, longest)) if span.start < last.end => {
                last.end = last.end.max(span.end);
                if length > *longest {
                    (last.kind, *longest) = (span.kind, length);
                }
            }
            _ => joined.push((span, length)),
        }
    }
    joined.into_iter().map(|(span, _)| span).collect()
}

/// The words of a name, without the signs around them.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a word is long enough and no plain one, so that it names somebody or something in lower case as well.
fn is_telling(word: &str) -> bool {
    let word = lower(word);
    word.chars().count() >= MIN_LOWER_PART_CHARS && !PLAIN_WORDS.lines().any(|plain| plain == word)
}

/// `Müller` as `Mueller`; `None` where nothing is to be written otherwise.
fn transcribed(name: &str) -> Option<String> {
    let plain = |c: char| match c {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'å' => "aa",
        _ => "",
    };
    let is_one = |c: char| !plain(c).is_empty();
    let name = lower(name);
    name.contains(is_one)
        .then(|| name.chars().map(|c| if is_one(c) { plain(c).to_owned() } else { c.to_string() }).collect())
}

pub(super) fn is_address(text: &str) -> bool {
    text.split('%').next().unwrap_or_default().parse::<IpAddr>().is_ok()
}

fn without_port(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        return address;
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
