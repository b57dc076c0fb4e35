//! What replies say about the state of replication and of the service.

use std::ops::Range;

use serde::Deserialize;

use super::pattern::Pattern;
use crate::run::{Certainty, ReplicationState, ServiceState};

/// Longest text of a state that is kept, in characters.
const WORDS_LIMIT: usize = 120;

/// Words for the state of replication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicationWords {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    /// Only lines that match are read.
    consider: Pattern,
    /// Lines that match are not read.
    ignore: Pattern,
    running: Vec<Pattern>,
    paused: Vec<Pattern>,
    /// What such a line may say besides: names of the state, and since when it is so.
    neutral: Pattern,
    /// Lines that name what waits to be sent, each with a group `size`.
    #[serde(default)]
    pub(super) backlog: Vec<Pattern>,
}

impl ReplicationWords {
    /// The size of what waits to be sent, as `reply` words it; `None` where it names none, or two that differ.
    #[must_use]
    pub fn backlog<'r>(&self, reply: &'r str) -> Option<&'r str> {
        let size = |line: &'r str| {
            let named = self.backlog.iter().find_map(|pattern| pattern.captures(line)?.name("size"));
            named.map(|size| size.as_str())
        };
        let mut named = reply.lines().filter_map(size);
        let first = named.next()?;
        named.all(|other| other == first).then_some(first)
    }

    /// The state that `reply` shows; `None` where it shows both, or nothing in known words, and where it says more of the
    /// state than is understood.
    #[must_use]
    pub fn read(&self, reply: &str) -> Option<ReplicationState> {
        let is_read = |line: &&str| self.consider.is_match(line) && !self.ignore.is_match(line);
        let mut read = None;
        // A wrong guess would take the bucket for static, or the pause for over.
        for line in reply.lines().filter(is_read) {
            for state in self.states_in(line)? {
                if *read.get_or_insert(state) != state {
                    return None;
                }
            }
        }
        read
    }

    /// The states that a line shows, which may be none; `None` where the line is about the state and not understood:
    /// "will be paused at 22:00" is no pause.
    fn states_in(&self, line: &str) -> Option<Vec<ReplicationState>> {
        let kinds = [
            (ReplicationState::Running, self.running.as_slice()),
            (ReplicationState::Paused, self.paused.as_slice()),
        ];
        let states = matches(line, &kinds);
        if !states.is_empty() {
            return (!says_more(line, &states, &self.neutral)).then(|| longest(&states));
        }
        // Of another thing of which it is no state, unless its key names nothing else.
        let named = line.split_once([':', '=']).filter(|(_, value)| !value.trim().is_empty());
        named.is_none_or(|(key, _)| says_more(key, &states, &self.neutral)).then(Vec::new)
    }
}

/// Whether `line` says more than these states and what is `neutral`.
fn says_more<K>(line: &str, states: &[(K, Range<usize>)], neutral: &Pattern) -> bool {
    let neutral: Vec<_> = neutral.find_iter(line).map(|found| found.range()).collect();
    let is_understood =
        |at: usize| states.iter().map(|(_, words)| words).chain(&neutral).any(|words| words.contains(&at));
    line.char_indices().any(|(at, character)| character.is_alphanumeric() && !is_understood(at))
}

/// Words for the state of the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceWords {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    running: Vec<Pattern>,
    /// It is on its way, or checks itself.
    busy: Vec<Pattern>,
    stopped: Vec<Pattern>,
    /// Beside these no state is read.
    #[serde(default)]
    failed: Vec<Pattern>,
    /// What a line that says `stopped` may say besides: names of the service, and since when it is so.
    neutral: Pattern,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ServiceKind {
    Running,
    Busy,
    Stopped,
}

impl ServiceWords {
    /// The state that `reply` shows; `None` where it contradicts itself, or shows nothing in known words, and where a line with
    /// a word for stopped says more than is understood, or any line that something has failed: "will be stopped at 22:00" is no
    /// stop, and `running` beside "restore failed" is not all of it.
    #[must_use]
    pub fn read(&self, reply: &str) -> Option<ServiceState> {
        let kinds = [
            (ServiceKind::Running, self.running.as_slice()),
            (ServiceKind::Busy, self.busy.as_slice()),
            (ServiceKind::Stopped, self.stopped.as_slice()),
        ];
        let mut seen = Vec::new();
        let mut words = Vec::new();
        for line in reply.lines() {
            let matches = matches(line, &kinds);
            let found = longest(&matches);
            let has_failed = self.failed.iter().any(|pattern| pattern.is_match(line));
            let is_stop = found.contains(&ServiceKind::Stopped);
            if has_failed || (is_stop && says_more(line, &matches, &self.neutral)) {
                return None;
            }
            if !found.is_empty() {
                words.push(value(line));
                seen.extend(found);
            }
        }
        // The appliance's own words are shown and journalled, so a
        // hostile or broken reply must not fill either.
        let words: String = words.join(" / ").chars().take(WORDS_LIMIT).collect();
        let has = |kind| seen.contains(&kind);
        match (has(ServiceKind::Stopped), has(ServiceKind::Busy), has(ServiceKind::Running)) {
            (true, false, false) => Some(ServiceState::Stopped),
            // `Status: replaying` stands beside `running` after a crash: the process is up, but serves
            // nobody until its transaction logs are verified.
            (false, true, _) => Some(ServiceState::Busy(words)),
            (false, false, true) => Some(ServiceState::Running(words)),
            _ => None,
        }
    }
}

/// What follows the key, with control characters left out.
fn value(line: &str) -> String {
    let value = line.split_once(':').map(|(_, value)| value.trim()).filter(|value| !value.is_empty());
    value.unwrap_or(line.trim()).chars().filter(|character| !character.is_control()).collect()
}

/// Each match of a kind in `line`, and where it is.
fn matches<K: Copy>(line: &str, kinds: &[(K, &[Pattern])]) -> Vec<(K, Range<usize>)> {
    let patterns =
        kinds.iter().flat_map(|(kind, patterns)| patterns.iter().map(move |pattern| (*kind, pattern)));
    patterns
        .flat_map(|(kind, pattern)| pattern.find_iter(line).map(move |found| (kind, found.range())))
        .collect()
}

/// The kinds of these matches, leaving out every match that lies within a longer one: in "not running" the word "running"
/// says nothing.
fn longest<K: Copy>(matches: &[(K, Range<usize>)]) -> Vec<K> {
    let overlap = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let counts = |range: &Range<usize>| {
        // Matches of equal length all count: two kinds that claim the same words
        // contradict each other, and the caller sees both.
        !matches.iter().any(|(_, other)| overlap(range, other) && other.len() > range.len())
    };
    matches.iter().filter(|(_, range)| counts(range)).map(|(kind, _)| *kind).collect()
}
