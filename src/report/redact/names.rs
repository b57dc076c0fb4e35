//! The names of a run, and where they stand in a text.
//!
//! A name of letters alone, or of digits alone, is replaced where it stands as a whole word, so that a bucket `log` leaves
//! `login` alone; one that mixes them is replaced wherever it occurs. Upper and lower case are not distinguished, nor are
//! the kinds of spaces, hyphens and wide letters that word processors put in place of plain ones.

use std::{collections::HashMap, net::IpAddr};

use aho_corasick::{AhoCorasick, BuildError};

use super::kind::NameKind;
use crate::{
    run::Identity,
    text::{self, Charset},
};

/// Names shorter than this are replaced as whole words only.
const MIN_INNER_CHARS: usize = 4;

/// Parts of the name of a person or a place shorter than this are not replaced alone.
const MIN_PART_CHARS: usize = 3;

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
    /// Only as spelled or in capitals, for a part of a person's name may be a common word.
    exact: bool,
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
        let automaton = AhoCorasick::new(self.list.iter().map(|(spelling, _)| folded(spelling).0))?;
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

    fn person(&mut self, name: &str) {
        self.name(name, NameKind::Person);
        let parts: Vec<&str> = name.split_whitespace().collect();
        // `Storage team` is no person, and its words are common.
        let is_person = parts.len() > 1 && parts.iter().all(|part| part.starts_with(char::is_uppercase));
        for part in parts.into_iter().filter(|_| is_person) {
            self.part(part, NameKind::Person);
        }
    }

    /// `Kiel, second data centre`: the whole, what stands between commas, and the words that begin with a capital letter.
    fn place(&mut self, text: &str) {
        self.name(text, NameKind::Place);
        let is_separator = |c: char| matches!(c, ',' | ';' | '/' | '(' | ')' | '\n');
        for part in text.split(is_separator).map(str::trim) {
            if part.chars().count() >= MIN_PART_CHARS {
                self.name(part, NameKind::Place);
            }
            let words = part.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
            words.for_each(|word| self.part(word, NameKind::Place));
        }
    }

    fn part(&mut self, word: &str, kind: NameKind) {
        if word.chars().count() >= MIN_PART_CHARS {
            self.push(word, Name { kind, exact: true, inner: false });
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
        self.push(spelling, Name { kind, exact: false, inner });
        // Replies and log lines are recorded with control characters escaped.
        let shown = text::line_in(spelling, Charset::Unicode);
        if shown != spelling {
            self.push(&shown, Name { kind, exact: false, inner });
        }
    }

    fn push(&mut self, spelling: &str, name: Name) {
        let says_nothing =
            !spelling.contains(char::is_alphanumeric) || spelling.eq_ignore_ascii_case(LOCALHOST);
        if says_nothing {
            return;
        }
        let place = *self.places.entry(spelling.to_owned()).or_insert(self.list.len());
        match self.list.get_mut(place) {
            // The part of a person's name is a name of its own as well.
            Some((_, known)) => {
                known.exact &= name.exact;
                known.inner |= name.inner;
            }
            None => self.list.push((spelling.to_owned(), name)),
        }
    }
}

impl Finder {
    /// Where the names of the run stand in `text`; they may overlap.
    pub(super) fn find(&self, text: &str) -> Vec<Span> {
        let (folded, places) = folded(text);
        let places = places.as_deref();
        let mut spans = Vec::new();
        for found in self.automaton.find_overlapping_iter(&folded) {
            let Some((spelling, name)) = self.names.list.get(found.pattern().as_usize()) else { continue };
            // Within a character that has several in lower case.
            let (Some(start), Some(end)) = (place(places, found.start()), place(places, found.end())) else {
                continue;
            };
            let Some(as_written) = text.get(start..end) else { continue };
            let whole = || !continues(text, start, as_written) && !goes_on(text, end, as_written);
            let is_spelled = || {
                let shape = |text: &str| plain(text.char_indices()).map(|(_, c)| c).collect::<String>();
                let (written, spelled) = (shape(as_written), shape(spelling));
                written == spelled || written == spelled.to_uppercase()
            };
            let is_name = (name.inner || whole()) && (!name.exact || is_spelled());
            if is_name {
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

pub(super) fn lower(text: &str) -> String {
    // Letter by letter: a whole word in lower case depends on where its letters stand (Σ).
    text.chars().flat_map(char::to_lowercase).collect()
}

/// `text` in lower case and with plain signs, and where each byte of that comes from; `None`: from the same place.
fn folded(text: &str) -> (String, Option<Vec<Option<usize>>>) {
    let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if text.bytes().all(is_plain) && !text.contains("  ") {
        return (text.to_ascii_lowercase(), None);
    }
    let (mut folded, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
    for (at, c) in plain(text.char_indices()) {
        folded.extend(c.to_lowercase());
        places.push(Some(at));
        places.resize(folded.len(), None);
    }
    places.push(Some(text.len()));
    (folded, Some(places))
}

/// Signs that are shown alike as one: one space for each run of white space, the hyphen, the letters of ASCII; without
/// what is not shown at all.
fn plain(signs: impl Iterator<Item = (usize, char)>) -> impl Iterator<Item = (usize, char)> {
    let mut is_behind_space = false;
    signs.filter_map(move |(at, c)| {
        let c = match c {
            // Soft hyphen, spaces of no width, joiners, byte order mark.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => return None,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
            // The wide letters of ASCII stand in its order.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c if c.is_whitespace() => ' ',
            c => c,
        };
        let repeats = c == ' ' && is_behind_space;
        is_behind_space = c == ' ';
        (!repeats).then_some((at, c))
    })
}

fn place(places: Option<&[Option<usize>]>, at: usize) -> Option<usize> {
    places.map_or(Some(at), |places| places.get(at).copied().flatten())
}

/// Whether the word that `name` begins with at `start` has begun before.
fn continues(text: &str, start: usize, name: &str) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    before.is_some_and(char::is_alphanumeric) && name.starts_with(char::is_alphanumeric)
}

/// Whether the word that `name` ends with goes on at `end`.
fn goes_on(text: &str, end: usize, name: &str) -> bool {
    let after = text.get(end..).and_then(|after| after.chars().next());
    after.is_some_and(char::is_alphanumeric) && name.ends_with(char::is_alphanumeric)
}
