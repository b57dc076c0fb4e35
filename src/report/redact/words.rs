//! Which word replaces which name.

use std::collections::{HashMap, HashSet};

use super::{folding::lower, kind::NameKind, names::Names};

/// The words given so far. Not to be printed: it holds the key and all names.
pub(super) struct Words {
    key: Vec<u8>,
    /// By the name as written.
    given: HashMap<String, String>,
    /// How many of each kind.
    counts: HashMap<NameKind, usize>,
    /// The kinds of the names that have fields of their own, by spelling.
    kinds: HashMap<String, NameKind>,
    /// The same names in lower case: no word may be one of them.
    taken: HashSet<String>,
    /// The names with their words, in the order given.
    list: Vec<(NameKind, usize, String)>,
}

impl Words {
    pub(super) fn new(key: &[u8], names: &Names) -> Self {
        let kinds = names.kinds();
        Self {
            key: key.to_owned(),
            given: HashMap::new(),
            counts: HashMap::new(),
            taken: kinds.keys().map(|name| lower(name)).collect(),
            kinds,
            list: Vec::new(),
        }
    }

    /// The word for a name. Each spelling has its own, so that texts that differ still do, and the fold of the run finds
    /// the same changes as in the originals.
    pub(super) fn of(&mut self, name: &str, kind: NameKind) -> &str {
        if !self.given.contains_key(name) {
            let kind = self.kinds.get(name).copied().unwrap_or(kind);
            let count = self.counts.entry(kind).or_default();
            let word = loop {
                *count += 1;
                let word = format!("{}-{count}", kind.word());
                if !self.taken.contains(&lower(&word)) {
                    break word;
                }
            };
            self.list.push((kind, *count, name.to_owned()));
            self.given.insert(name.to_owned(), word);
        }
        self.given.get(name).map_or("", String::as_str)
    }

    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }

    /// Every word with its name, by kind and number.
    pub(super) fn all(&self) -> Vec<(String, &str)> {
        let mut list: Vec<_> = self.list.iter().collect();
        list.sort();
        list.into_iter()
            .map(|(kind, count, name)| (format!("{}-{count}", kind.word()), name.as_str()))
            .collect()
    }
}
