//! The one table of everything that may ever be typed into an appliance: to which of the two, in which
//! modes, how many lines, and the shapes a line may have. A line that has none of its shapes is refused,
//! whatever it says.

use super::{
    sendable::Sendable,
    switch::{Direction, Switch},
};
use crate::{
    dialect::{Command, Commands, Mode},
    run::Role,
};

/// Where the number goes in the words of [`Sendable::SetThreads`].
pub(super) const THREADS: &str = "{threads}";

/// Where the number goes in the words of [`Sendable::ArchivedLog`].
pub(super) const FILE: &str = "{file}";

/// Lines that one entry may have where it may have several.
const MAX_SEVERAL_LINES: usize = 4;

/// What lines of an entry look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One of these, word for word.
    Exactly(&'static [&'static str]),
    /// One of these, word for word, or with one or two of [`DETAILS`] behind it.
    Show(&'static [&'static str]),
    /// `rfsctl exec` and the name of a counter: its last part is one of `names`, the part before it `group`,
    /// if given.
    Counter { group: Option<&'static str>, names: &'static [&'static str] },
    /// One of these and one word to search for.
    Search(&'static [&'static str]),
    /// Switches replication in that direction.
    Switch(Direction),
}

/// Words that ask for more or less of what a `show` line prints.
pub(super) const DETAILS: &[&str] =
    &["all", "brief", "current", "detail", "details", "info", "state", "stats", "status", "summary"];

/// Which half of a gate holds an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    Read,
    /// Changes something, or leads to where things are changed.
    Change,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Spec {
    pub(super) kind: Sendable,
    pub(super) entry: &'static str,
    pub(super) command: fn(&Commands) -> &Command,
    /// The only appliance it may be sent to; `None`: either.
    pub(super) role: Option<Role>,
    pub(super) half: Half,
    /// The modes a dialect may give it.
    pub(super) modes: &'static [Mode],
    pub(super) max_lines: usize,
    pub(super) shape: Shape,
    pub(super) expected: &'static str,
}

const READING: &[Mode] = &[Mode::Normal, Mode::Enable];
const CHANGING: &[Mode] = &[Mode::Enable, Mode::Config];

macro_rules! spec {
    ($kind:ident, $field:ident, $role:expr, $half:ident, $modes:expr, $lines:expr, $shape:expr, $expected:expr) => {
        Spec {
            kind: Sendable::$kind,
            entry: concat!("commands.", stringify!($field)),
            command: |commands| &commands.$field,
            role: $role,
            half: Half::$half,
            modes: $modes,
            max_lines: $lines,
            shape: $shape,
            expected: $expected,
        }
    };
}

const PRIMARY: Option<Role> = Some(Role::Primary);
const DR: Option<Role> = Some(Role::Dr);
const EITHER: Option<Role> = None;

pub(super) const ROWS: usize = 20;

/// The table, a row per [`Sendable`] in its order.
#[rustfmt::skip]
pub(super) static SPECS: [Spec; ROWS] = [
    spec!(NoPaging, no_paging, EITHER, Read, READING, 1, Shape::Exactly(PAGING), "`no cli session paging enable` or `terminal length 0`"),
    spec!(NoPagingFallback, no_paging_fallback, EITHER, Read, READING, 1, Shape::Exactly(PAGING), "`no cli session paging enable` or `terminal length 0`"),
    spec!(NoAutoLogout, no_auto_logout, EITHER, Read, READING, 1, Shape::Exactly(&["cli session auto-logout 0", "no cli session auto-logout"]), "`cli session auto-logout 0` or `no cli session auto-logout`"),
    spec!(Enable, enable, EITHER, Read, &[Mode::Normal], 1, Shape::Exactly(&["enable"]), "`enable`"),
    spec!(Configure, configure, EITHER, Change, &[Mode::Enable], 1, Shape::Exactly(CONFIGURE), "`configure terminal`"),
    spec!(Leave, leave, EITHER, Read, &[Mode::Config], 1, Shape::Exactly(&["exit"]), "`exit`"),
    spec!(ShowVersion, show_version, EITHER, Read, READING, 1, Shape::Show(&["show version"]), "`show version`"),
    spec!(ShowInfo, show_info, EITHER, Read, READING, 1, Shape::Show(&["show info", "show hardware", "show system", "show version"]), "`show info`, `show hardware`, `show system` or `show version`"),
    spec!(ShowService, show_service, EITHER, Read, READING, 1, Shape::Show(&["show service"]), "`show service`"),
    spec!(ShowReplication, show_replication, EITHER, Read, READING, 1, Shape::Show(&["show replication"]), "`show replication`, also with a word such as `status` behind it"),
    spec!(BucketListing, bucket_listing, PRIMARY, Read, READING, 1, Shape::Show(&["show replication bucket"]), "`show replication bucket`"),
    spec!(GetCounter, get_counter, DR, Read, READING, 1, Shape::Counter { group: Some("ops"), names: GETS }, "`rfsctl exec …ops.get`"),
    spec!(ThreadCounter, thread_counter, DR, Read, READING, 1, Shape::Counter { group: None, names: THREAD_COUNTS }, "`rfsctl exec ….num_threads`"),
    spec!(ShowLog, show_log, DR, Read, READING, 1, Shape::Exactly(&["show log"]), "`show log`"),
    spec!(ArchivedLog, archived_log, DR, Read, READING, 1, Shape::Exactly(&["show log files {file}", "show log {file}"]), "`show log files {file}`"),
    spec!(FollowLog, follow_log, DR, Read, READING, 1, Shape::Exactly(&["show log continuous"]), "`show log continuous`"),
    spec!(SearchLog, search_log, DR, Read, READING, MAX_SEVERAL_LINES, Shape::Search(&["show log matching"]), "`show log matching` and one word"),
    spec!(Pause, pause, PRIMARY, Change, CHANGING, MAX_SEVERAL_LINES, Shape::Switch(Direction::Off), SWITCH_OFF),
    spec!(Resume, resume, PRIMARY, Change, CHANGING, MAX_SEVERAL_LINES, Shape::Switch(Direction::On), SWITCH_ON),
    spec!(SetThreads, set_threads, DR, Change, CHANGING, 1, Shape::Exactly(&["replication num-threads {threads}"]), "`replication num-threads {threads}`"),
];

const PAGING: &[&str] = &["no cli session paging enable", "no cli session paging", "terminal length 0"];
#[rustfmt::skip]
const CONFIGURE: &[&str] = &[
    "configure terminal", "configure term", "configure t",
    "config terminal", "config term", "config t",
    "conf terminal", "conf term", "conf t",
];
const GETS: &[&str] = &["get", "gets", "get_count", "get_total", "num_gets", "total_gets"];
const THREAD_COUNTS: &[&str] = &["num_threads", "threads", "thread_count"];
const SWITCH_OFF: &str =
    "a line that pauses: `no replication enable`, or `replication` with disable, pause, suspend or stop";
const SWITCH_ON: &str = "a line that undoes commands.pause: `replication enable`, or `replication` with resume, unsuspend or start, or `no replication` with \
                         disable, pause, suspend or stop";

impl Sendable {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        SPECS.iter().map(|spec| spec.kind)
    }

    pub(crate) fn role(self) -> Option<Role> {
        self.spec().role
    }

    /// Whether it belongs to the writing half. Entering config mode does: there nothing is read.
    pub(crate) fn is_change(self) -> bool {
        self.spec().half == Half::Change
    }

    /// Name of the dialect's entry, e.g. `commands.pause`.
    pub(crate) fn entry(self) -> &'static str {
        self.spec().entry
    }

    /// Its row of the table. The table is in the order of the variants, which a test holds.
    pub(super) fn spec(self) -> &'static Spec {
        &SPECS[self as usize]
    }
}

impl Shape {
    pub(super) fn fits(self, words: &[&str]) -> bool {
        match self {
            Self::Exactly(lines) => lines.iter().any(|line| words.iter().copied().eq(line.split(' '))),
            Self::Show(lines) => lines.iter().any(|line| {
                after(words, line)
                    .is_some_and(|rest| rest.len() <= 2 && rest.iter().all(|word| DETAILS.contains(word)))
            }),
            Self::Search(lines) => {
                // This family of appliances takes one word to search for, and refuses a second.
                lines.iter().any(|line| after(words, line).is_some_and(|rest| rest.len() == 1))
            }
            Self::Counter { group, names } => match words {
                ["rfsctl", "exec", name] => is_counter(name, group, names),
                _ => false,
            },
            Self::Switch(direction) => {
                Switch::read(words).is_some_and(|switch| switch.direction == direction)
            }
        }
    }

    /// The placeholder that a line of this kind holds.
    pub(super) fn placeholder(self) -> Option<&'static str> {
        let Self::Exactly(lines) = self else { return None };
        [FILE, THREADS].into_iter().find(|placeholder| lines.iter().any(|line| line.contains(placeholder)))
    }
}

/// What of `words` comes after those of `line`.
fn after<'a, 'b>(words: &'a [&'b str], line: &str) -> Option<&'a [&'b str]> {
    let beginning = line.split(' ').count();
    let (head, rest) = words.split_at_checked(beginning)?;
    head.iter().copied().eq(line.split(' ')).then_some(rest)
}

/// Whether `name` is that of a counter: parts of lower-case letters, digits and underscores.
fn is_counter(name: &str, group: Option<&str>, names: &[&str]) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let is_part = |part: &&str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let [.., before, last] = parts.as_slice() else { return false };
    // At least two parts, each beginning with a letter: `rfsctl exec "-c …"` acts, and
    // no option passes as a name.
    parts.iter().all(is_part) && names.contains(last) && group.is_none_or(|group| group == *before)
}
