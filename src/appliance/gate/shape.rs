//! The compiled-in shapes of lines: what a line of each kind must look like, and what none may hold.

use super::{FILE, Problem, Sendable, THREADS};

/// Longest line, in bytes.
const LENGTH_LIMIT: usize = 200;

/// Words no line may hold, whole or as a part of a hyphenated or dotted word. An abbreviation of four
/// letters or more counts as the word, because the appliance would take it for it.
const FORBIDDEN: &[&str] = &[
    "datastore",
    "format",
    "recovery",
    "service",
    "reload",
    "write",
    "reset",
    "clear",
    "delete",
    "image",
    "halt",
    "reboot",
    "restart",
    "configuration",
    "shutdown",
    "upgrade",
    "downgrade",
    "erase",
    "remove",
    "restore",
    "import",
    "export",
    "upload",
    "boot",
    "user",
    "username",
    "password",
    "aaa",
    "license",
    "kill",
    "destroy",
    "purge",
    "flush",
    "drop",
    "set",
    "stop-all",
    "shell",
    "expert",
    "factory",
    "wipe",
    "power",
    "debug",
    "file",
    "failover",
    "migrate",
    "unmount",
    "umount",
    "mount",
];

/// Words that may follow `replication` in a pause or resume.
const REPLICATION_WORDS: &[&str] =
    &["enable", "disable", "pause", "resume", "suspend", "unsuspend", "start", "stop"];

/// Checks one line of a dialect against the shape of its kind.
pub(super) fn check(kind: Sendable, line: &str) -> Result<(), Problem> {
    check_characters(kind, line)?;
    let words: Vec<&str> = line.split(' ').collect();
    if kind != Sendable::Configure {
        check_words(kind, &words)?;
    }
    if has_shape(kind, &words) { Ok(()) } else { Err(Problem::Shape { expected: expected(kind) }) }
}

fn check_characters(kind: Sendable, line: &str) -> Result<(), Problem> {
    if line.len() > LENGTH_LIMIT {
        return Err(Problem::Length);
    }
    if line.is_empty() || line.starts_with(' ') || line.ends_with(' ') || line.contains("  ") {
        return Err(Problem::Spacing);
    }
    let plain = match kind {
        Sendable::SetThreads => line.replace(THREADS, ""),
        Sendable::ArchivedLog => line.replace(FILE, ""),
        _ => line.to_owned(),
    };
    let allowed = |character: char| character.is_ascii_alphanumeric() || " ._-".contains(character);
    match plain.chars().find(|character| !allowed(*character)) {
        Some(character) => Err(Problem::Character(character)),
        None => Ok(()),
    }
}

fn check_words(kind: Sendable, words: &[&str]) -> Result<(), Problem> {
    for (index, word) in words.iter().enumerate() {
        let whole = std::iter::once(*word);
        for part in whole.chain(word.split(['-', '.', '_'])) {
            let part = part.to_ascii_lowercase();
            let own_service = kind == Sendable::ShowService && index == 1 && *word == "service";
            if let Some(forbidden) = forbidden(&part).filter(|_| !own_service) {
                return Err(Problem::Forbidden(forbidden));
            }
        }
    }
    Ok(())
}

fn forbidden(word: &str) -> Option<&'static str> {
    let means = |forbidden: &&&str| **forbidden == word || (word.len() >= 4 && forbidden.starts_with(word));
    FORBIDDEN.iter().find(means).copied()
}

fn has_shape(kind: Sendable, words: &[&str]) -> bool {
    match kind {
        Sendable::NoPaging | Sendable::NoPagingFallback | Sendable::NoAutoLogout => is_session_line(words),
        Sendable::Enable => words == ["enable"],
        Sendable::Configure => {
            matches!(words, ["configure" | "config" | "conf", "terminal" | "term" | "t"])
        }
        Sendable::Leave => words == ["exit"],
        Sendable::ShowService => words == ["show", "service"],
        Sendable::ShowVersion
        | Sendable::ShowInfo
        | Sendable::ShowReplication
        | Sendable::BucketListing
        | Sendable::GetCounter
        | Sendable::ThreadCounter
        | Sendable::ShowLog
        | Sendable::FollowLog
        | Sendable::SearchLog => is_read(words),
        Sendable::ArchivedLog => matches!(words, ["show", .., FILE]) && once(words, FILE),
        Sendable::Pause | Sendable::Resume => is_replication_switch(words),
        Sendable::SetThreads => words == ["replication", "num-threads", THREADS],
    }
}

fn is_session_line(words: &[&str]) -> bool {
    match words {
        ["no", "cli", "session", rest @ ..] | ["cli", "session", rest @ ..] | ["terminal", rest @ ..] => {
            !rest.is_empty()
        }
        _ => false,
    }
}

fn is_read(words: &[&str]) -> bool {
    match words {
        ["show", rest @ ..] => !rest.is_empty(),
        ["rfsctl", "exec", name] => {
            name.contains('.')
                && name.split('.').all(|part| part.starts_with(|c: char| c.is_ascii_lowercase()))
        }
        _ => false,
    }
}

fn once(words: &[&str], wanted: &str) -> bool {
    words.iter().filter(|word| word.contains(wanted)).count() == 1
}

fn is_replication_switch(words: &[&str]) -> bool {
    let words = words.strip_prefix(&["no"]).unwrap_or(words);
    match words {
        ["replication", rest @ ..] => {
            (1..=2).contains(&rest.len()) && rest.iter().all(|word| REPLICATION_WORDS.contains(word))
        }
        _ => false,
    }
}

const fn expected(kind: Sendable) -> &'static str {
    match kind {
        Sendable::NoPaging | Sendable::NoPagingFallback | Sendable::NoAutoLogout => {
            "`cli session …`, `no cli session …` or `terminal …`"
        }
        Sendable::Enable => "`enable`",
        Sendable::Configure => "`configure terminal`",
        Sendable::Leave => "`exit`",
        Sendable::ShowService => "`show service`",
        Sendable::ShowVersion
        | Sendable::ShowInfo
        | Sendable::ShowReplication
        | Sendable::BucketListing
        | Sendable::GetCounter
        | Sendable::ThreadCounter
        | Sendable::ShowLog
        | Sendable::FollowLog
        | Sendable::SearchLog => "`show …` or `rfsctl exec <dotted.name>`",
        Sendable::ArchivedLog => "`show … {file}`",
        Sendable::Pause | Sendable::Resume => {
            "`replication …` or `no replication …` with enable, disable, pause, resume, suspend, unsuspend, start or stop"
        }
        Sendable::SetThreads => "`replication num-threads {threads}`",
    }
}
