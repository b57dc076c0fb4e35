//! What no line may hold, and the check of a line against the shapes of its kind. The words are a second
//! bar beside the shapes, and make the better message.

use super::{error::Problem, sendable::Sendable};

/// Longest line, in bytes.
const MAX_LINE_BYTES: usize = 200;

/// Words no line may hold, whole or as a part of a hyphenated or dotted word. An abbreviation of four
/// letters or more counts as the word, because the appliance would take it for it.
#[rustfmt::skip]
const FORBIDDEN: &[&str] = &[
    // What destroys data or takes it away.
    "datastore", "format", "recovery", "clear", "delete", "erase", "remove", "destroy", "purge", "flush", "drop", "wipe",
    "factory", "failover", "migrate", "unmount", "umount", "mount",
    // What stops the appliance, its service or a part of it, or starts it otherwise.
    "service", "reload", "reset", "halt", "reboot", "restart", "shutdown", "boot", "kill", "power",
    // What changes the software, the configuration or who may log in, and what carries files in or out.
    "image", "upgrade", "downgrade", "license", "write", "configuration", "set", "user", "username", "password", "aaa",
    "restore", "import", "export", "upload", "file",
    // What leads out of the command line.
    "shell", "expert", "debug",
];

/// Checks one line of a dialect against the shape of its kind.
pub(super) fn check(kind: Sendable, line: &str) -> Result<(), Problem> {
    check_characters(kind, line)?;
    let words: Vec<&str> = line.split(' ').collect();
    // Its words abbreviate the forbidden `configuration`; its shape lists every form word for word.
    if kind != Sendable::Configure {
        check_words(kind, &words)?;
    }
    let spec = kind.spec();
    if spec.shape.fits(&words) { Ok(()) } else { Err(Problem::Shape { expected: spec.expected }) }
}

fn check_characters(kind: Sendable, line: &str) -> Result<(), Problem> {
    if line.len() > MAX_LINE_BYTES {
        return Err(Problem::Length);
    }
    if line.is_empty() || line.starts_with(' ') || line.ends_with(' ') || line.contains("  ") {
        return Err(Problem::Spacing);
    }
    // The braces of a placeholder are never sent; digits take their place.
    let plain = match kind.spec().shape.placeholder() {
        Some(placeholder) => line.replace(placeholder, ""),
        None => line.to_owned(),
    };
    // Whatever a line editor or a shell could act on is not
    // in this set: `?`, `;`, `|`, quotes, control characters.
    let allowed = |character: char| character.is_ascii_alphanumeric() || " ._-".contains(character);
    match plain.chars().find(|character| !allowed(*character)) {
        Some(character) => Err(Problem::Character(character)),
        None => Ok(()),
    }
}

fn check_words(kind: Sendable, words: &[&str]) -> Result<(), Problem> {
    for (index, word) in words.iter().enumerate() {
        // `show service` only reads; as a command of its own, the word stops the service.
        if kind == Sendable::ShowService && index == 1 && *word == "service" {
            continue;
        }
        let whole = std::iter::once(*word);
        let mut parts = whole.chain(word.split(['-', '.', '_']));
        if let Some(forbidden) = parts.find_map(|part| forbidden(&part.to_ascii_lowercase())) {
            return Err(Problem::Forbidden(forbidden));
        }
    }
    Ok(())
}

fn forbidden(word: &str) -> Option<&'static str> {
    let means = |forbidden: &&&str| **forbidden == word || (word.len() >= 4 && forbidden.starts_with(word));
    FORBIDDEN.iter().find(means).copied()
}
