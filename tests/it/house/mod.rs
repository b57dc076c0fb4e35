//! The house keeps its order: no room imports a higher one, the pure rooms stay pure, and nothing
//! but the clock room reads the time.

mod floors;
mod names;
mod pages;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    UseTree,
    visit::{self, Visit},
};

use self::names::Names;

/// Each room with all it may import from this crate.
const ROOMS: &[(&str, &[&str])] = &[
    ("durability", &[]),
    ("timed_write", &[]),
    ("platform", &[]),
    ("run", &[]),
    ("text", &["run"]),
    ("clock", &["platform", "run"]),
    ("input", &[]),
    ("parse", &["text", "run"]),
    ("dialect", &["text", "run", "input"]),
    ("appliance", &["platform", "text", "run", "parse", "dialect", "clock"]),
    ("simulator", &["run", "dialect", "clock"]),
    ("journal", &["platform", "durability", "text", "run"]),
    ("report", &["durability", "text", "run"]),
    ("screen", &["timed_write", "text", "run"]),
    ("settings", &["run", "input"]),
    ("cli", &["run"]),
    (
        "ingest",
        &["platform", "text", "run", "clock", "input", "parse", "dialect", "appliance", "journal", "screen"],
    ),
    ("console", &["timed_write", "text", "run", "input", "report", "screen"]),
    (
        "session",
        &[
            "platform",
            "durability",
            "timed_write",
            "text",
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
            "ingest",
            "console",
        ],
    ),
    (
        "playback",
        &[
            "durability",
            "timed_write",
            "text",
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
            "ingest",
            "console",
            "session",
        ],
    ),
    ("benchmarks", &["run", "dialect", "journal", "screen", "ingest", "session", "playback"]),
    (
        "commands",
        &[
            "durability",
            "timed_write",
            "text",
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
            "ingest",
            "console",
            "session",
            "playback",
            "cli",
        ],
    ),
];

/// What the pure rooms may not use.
const IMPURE: &[&str] = &[
    "tokio",
    "ratatui",
    "crossterm",
    "nix",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::io",
    "std::thread",
    "std::os",
    "tracing",
];

/// What reads the time. The runtime's own time is none of it: tests set that.
const CLOCKS: &[&str] = &[
    "std::time::Instant",
    "std::time::SystemTime::now",
    "chrono::Utc::now",
    "chrono::Local",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "nix::time",
    "nix::libc::clock_gettime",
    "nix::libc::time",
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

/// The files of a room: a folder, a file, or both.
fn room_sources(room: &str) -> Vec<PathBuf> {
    let (folder, file) = (src().join(room), src().join(room).with_extension("rs"));
    let mut found = if folder.is_dir() { sources(&folder) } else { Vec::new() };
    found.extend(file.is_file().then_some(file));
    assert!(!found.is_empty(), "{room} has no file");
    found
}

fn is_test(path: &Path) -> bool {
    path.with_extension("").iter().any(|part| part == "tests")
}

fn module_of(path: &Path) -> Vec<String> {
    let place = path.strip_prefix(src()).unwrap().with_extension("");
    let mut module: Vec<_> = place.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    module.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
    module
}

fn names_of(path: &Path) -> Names {
    let module = module_of(path);
    let module: Vec<_> = module.iter().map(String::as_str).collect();
    Names::of(&fs::read_to_string(path).unwrap(), &module)
}

/// Complaints about files, one a line.
fn wrong(paths: &[PathBuf], complaints: impl Fn(&Names) -> Vec<String>) -> String {
    let about = |path: &PathBuf| {
        let path = path.strip_prefix(src()).unwrap().display().to_string();
        complaints(&names_of(&src().join(&path))).into_iter().map(move |what| format!("{path}: {what}\n"))
    };
    paths.iter().flat_map(about).collect()
}

/// Ways to say `crate::session` in the module `run::state` and its own.
const WATCH_IN_RUN: &[&str] = &[
    "use crate::session;",
    "use crate::{state::x, session::event_loop};",
    "use crate::{run::At, session};",
    "use crate::{run::{self, At}, session::{self, event_loop::{EventLoop}}};",
    "use super::super::session;",
    "use super::super::{session::event_loop};",
    "use super::{At, super::session};",
    "use self::super::super::session as w;",
    "use crate as x; fn f() { x::session::run(); }",
    "use crate as x;",
    "use super::super as x;",
    "use crate::*;",
    "use super::super::*;",
    "extern crate self as x;",
    "extern crate self as x; use x::session;",
    "use drwatch::session;",
    "fn f() { crate::session::run(); }",
    "fn f() { super::super::session::run(); }",
    "fn f() -> crate::session::Exit { todo!() }",
    "fn f(x: Vec<Option<crate::session::Exit>>) {}",
    "fn f(x: u8) { match x { crate::session::LIMIT => {} _ => {} } }",
    "impl crate::session::Front for X {}",
    "mod tests { use super::super::super::session; }",
    "mod tests { use crate::session; }",
    "fn f() { println!(\"{}\", crate::session::NAME); }",
    "fn f() { tokio::select! { x = super::super::session::next() => {} } }",
    "macro_rules! m { () => { $crate::session::run() } }",
    "fn f() { use crate::session as w; w::run(); }",
    "#[derive(crate::session::Derived)] struct X;",
];

/// Ways to read the time, and of impurity.
const IMPURE_IN_RUN: &[&str] = &[
    "use std::{fs, time::{self, Instant}};",
    "use std::{collections::BTreeMap, io::{self, Read as _}};",
    "use std as s; fn f() { s::fs::read(\"x\"); }",
    "fn f() { std::fs::read(\"x\"); }",
    "fn f() { ::std::env::var(\"x\"); }",
    "use ::std::{net};",
    "use tokio::time;",
    "fn f() { vec![std::process::id()]; }",
    "use std::*;",
];

const TIME: &[&str] = &[
    "use std::time::Instant;",
    "use std::time::{Duration, Instant};",
    "use std::{fs, time::{self, Instant}};",
    "use std::time::Instant as Moment;",
    "use std::time; fn f() { time::Instant::now(); }",
    "use std::{time as t}; fn f() { t::SystemTime::now(); }",
    "use std::time::{self as t, Duration}; fn f() { let x: t::Instant; }",
    "use std::time::*;",
    "use std::time::SystemTime; fn f(x: SystemTime) { x.elapsed(); }",
    "fn f() { std::time::Instant::now(); }",
    "fn f() { let now = std::time::SystemTime::now; }",
    "fn f() { std::time::UNIX_EPOCH.elapsed(); }",
    "fn f() { println!(\"{:?}\", std::time::Instant::now()); }",
    "use chrono::Utc; fn f() { Utc::now(); }",
    "use chrono::{DateTime, Utc as Z}; fn f() { Z::now(); }",
    "fn f() { chrono::Utc::now(); }",
    "fn f() { nix::time::clock_gettime(x); }",
];

/// What is all right in the module `run::state`.
const IN_ORDER: &[&str] = &[
    "use crate::run::{At, state}; use super::{At, log::{self, Line}}; use self::part::X;",
    "use std::{collections::BTreeMap, fmt, time::{self, Duration}}; fn f() -> time::Duration { todo!() }",
    "use chrono::{DateTime, Utc}; fn f(x: DateTime<Utc>) {}",
    "fn f(x: std::time::SystemTime, y: chrono::TimeDelta) { std::time::SystemTime::UNIX_EPOCH; }",
    "fn f(drwatch: Figures) { drwatch }",
    "pub(in crate::session) fn f() {} // crate::session",
    "mod tests { use super::super::At; fn f() { println!(\"crate::session std::fs\"); } }",
];

#[test]
fn every_way_to_name_another_room_or_the_clock_is_seen() {
    let state = |code: &&str| Names::of(code, &["run", "state"]);
    for code in WATCH_IN_RUN {
        assert!(!state(code).too_high("run", &[]).is_empty(), "not seen: {code}");
    }
    for code in IMPURE_IN_RUN {
        assert!(!state(code).forbidden(IMPURE).is_empty(), "not seen: {code}");
    }
    for code in TIME {
        assert!(!state(code).clocks().is_empty(), "not seen: {code}");
    }
    for code in IN_ORDER {
        let names = state(code);
        let found = [names.too_high("run", &[]), names.forbidden(IMPURE), names.clocks()];
        assert_eq!(found, [const { Vec::<String>::new() }; 3], "{code}");
    }
}

#[test]
fn no_room_imports_a_higher_one() {
    let mut complaints = String::new();
    for (room, allowed) in ROOMS {
        let (tests, code): (Vec<_>, Vec<_>) = room_sources(room).into_iter().partition(|path| is_test(path));
        complaints += &wrong(&code, |names| names.too_high(room, allowed));
        // A test may put a whole watch together, as the commands do, and has a short and a long variant.
        let all = [*allowed, &["session", "commands", "short_or_long"]].concat();
        complaints += &wrong(&tests, |names| names.too_high(room, &all));
    }
    assert!(complaints.is_empty(), "imported, and higher:\n{complaints}");
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
    let complaints = wrong(&room_sources("run"), |names| names.forbidden(IMPURE));
    assert!(complaints.is_empty(), "used in the run room:\n{complaints}");
}

#[test]
fn only_the_clock_room_reads_the_wall_clock() {
    let mut paths = sources(&src());
    paths.retain(|path| !path.starts_with(src().join("clock")) && !is_test(path));
    let complaints = wrong(&paths, Names::clocks);
    assert!(complaints.is_empty(), "clocks read elsewhere:\n{complaints}");
}

#[test]
fn every_file_opens_with_what_lives_there() {
    for path in sources(&src()) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} has no opening `//!`", path.display());
    }
}
