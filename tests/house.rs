//! The house keeps its order: no room imports a higher one, the pure rooms stay pure, and nothing
//! but the clock room reads the time.
#![expect(clippy::unwrap_used, reason = "a failure is the answer here")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each room with all it may import from this crate.
const ROOMS: &[(&str, &[&str])] = &[
    ("durability", &[]),
    ("outlet", &[]),
    ("run", &[]),
    ("clock", &["run"]),
    ("input", &[]),
    ("parse", &["outlet", "run"]),
    ("dialect", &["run", "input"]),
    ("appliance", &["outlet", "run", "parse", "dialect", "clock"]),
    ("simulator", &["run", "dialect", "clock"]),
    ("journal", &["durability", "outlet", "run"]),
    ("report", &["durability", "outlet", "run"]),
    ("screen", &["outlet", "run"]),
    ("settings", &["run", "input"]),
    (
        "watch",
        &[
            "durability",
            "outlet",
            "run",
            "clock",
            "input",
            "parse",
            "dialect",
            "appliance",
            "simulator",
            "journal",
            "report",
            "screen",
            "settings",
        ],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file without comments, so that prose may name what code may not.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Rooms named after `crate::`, also inside braces: `crate::{run::At, clock}`.
fn imported(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_i32;
            let mut word = String::new();
            let mut first = true;
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        rooms.push(std::mem::take(&mut word));
                        first = true;
                    }
                    ':' if depth == 0 => first = false,
                    _ if depth == 0 && first && (letter.is_alphanumeric() || letter == '_') => {
                        word.push(letter);
                    }
                    _ => {}
                }
            }
            rooms.push(word);
        } else {
            rooms
                .push(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

#[test]
fn the_import_scanner_sees_both_forms() {
    let found = imported("use crate::run::At; use crate::{clock::Clock, parse::{a, b}, screen};");
    assert_eq!(found, ["run", "clock", "parse", "screen"]);
}

#[test]
fn no_room_imports_a_higher_one() {
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for path in sources(&src().join(room)) {
            for used in imported(&code(&path)) {
                if used != *room && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} imports {used}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_folder_of_src_is_a_known_room() {
    for entry in fs::read_dir(src()).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().unwrap();
            assert!(ROOMS.iter().any(|(room, _)| *room == name), "{name} is no room of the house");
        }
    }
}

#[test]
fn the_run_room_is_pure() {
    for path in sources(&src().join("run")) {
        let code = code(&path);
        for forbidden in
            ["tokio", "std::fs", "std::net", "std::env", "std::process", "std::io", "ratatui", "crossterm"]
        {
            assert!(!code.contains(forbidden), "{} uses {forbidden}", path.display());
        }
    }
}

#[test]
fn only_the_clock_room_reads_the_wall_clock() {
    for path in sources(&src()) {
        let is_test =
            path.file_stem().is_some_and(|name| name == "tests") || path.iter().any(|part| part == "tests");
        if path.starts_with(src().join("clock")) || is_test {
            continue;
        }
        let code = code(&path);
        for forbidden in ["SystemTime::now", "Utc::now", "Local::now", "std::time::Instant"] {
            assert!(!code.contains(forbidden), "{} uses {forbidden}", path.display());
        }
    }
}

#[test]
fn every_file_opens_with_what_lives_there() {
    for path in sources(&src()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no opening `//!`", path.display());
    }
}
