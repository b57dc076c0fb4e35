//! The build script: notes for `drwatch --version` which commit, compiler and libraries a program is made of.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, UNIX_EPOCH},
};

/// The libraries that `drwatch -vV` names.
const LIBRARIES: [&str; 12] = [
    "chrono",
    "clap",
    "crossterm",
    "inotify",
    "jiff",
    "nix",
    "nom",
    "openssh",
    "ratatui",
    "regex",
    "serde_json",
    "tokio",
];

fn main() {
    for path in ["src/build.rs", "Cargo.lock"] {
        println!("cargo:rerun-if-changed={path}");
    }
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    let variable = |name| env::var(name).unwrap_or_default();
    let profile = variable("PROFILE");
    // Otherwise each commit would have everything built again, tests included.
    let source = if profile == "debug" { Source::NotRecorded } else { Source::of_checkout() };
    let package = variable("CARGO_PKG_VERSION");
    let (version, commit) = match &source {
        Source::NotRecorded => (package, "not recorded in a debug build"),
        Source::Unknown { date } => (format!("{package} (unknown{date})"), "unknown"),
        Source::Commit { short, hash, date } => (format!("{package} ({short}{date})"), hash.as_str()),
    };
    let is_static = variable("CARGO_CFG_TARGET_FEATURE").split(',').any(|feature| feature == "crt-static");
    let linked = if is_static { ", statically linked" } else { "" };
    for (name, value) in [
        ("DRWATCH_VERSION", version.as_str()),
        ("DRWATCH_COMMIT", commit),
        ("DRWATCH_TARGET", &format!("{}{linked}", variable("TARGET"))),
        ("DRWATCH_PROFILE", &profile),
        (
            "DRWATCH_RUSTC",
            &output(&variable("RUSTC"), &["--version"]).unwrap_or_else(|| "unknown".to_owned()),
        ),
        ("DRWATCH_LIBRARIES", &libraries(&fs::read_to_string("Cargo.lock").unwrap_or_default())),
    ] {
        println!("cargo:rustc-env={name}={value}");
    }
}

/// What a program is built from; a date has a space before it, and is empty where it is not known.
enum Source {
    NotRecorded,
    /// No checkout of this repository, such as an unpacked archive.
    Unknown {
        date: String,
    },
    Commit {
        short: String,
        hash: String,
        date: String,
    },
}

impl Source {
    fn of_checkout() -> Self {
        // <https://reproducible-builds.org/specs/source-date-epoch/>
        let stated = env::var("SOURCE_DATE_EPOCH").ok().and_then(|seconds| day(&seconds));
        // Only where this folder is the top of the checkout: an unpacked archive may lie in another one.
        let is_checkout = output("git", &["rev-parse", "--show-cdup"]).is_some_and(|up| up.is_empty());
        let commit = is_checkout.then(|| output("git", &["show", "-s", "--format=%H %ct"])).flatten();
        let Some((hash, seconds)) = commit.as_deref().and_then(|commit| commit.split_once(' ')) else {
            return Self::Unknown { date: stated.unwrap_or_default() };
        };
        watch_head();
        let short = hash.get(..8).unwrap_or(hash).to_owned();
        let date = stated.or_else(|| day(seconds)).unwrap_or_default();
        Self::Commit { short, hash: hash.to_owned(), date }
    }
}

/// Has the script run again once another commit is checked out.
fn watch_head() {
    let branch = output("git", &["rev-parse", "--symbolic-full-name", "HEAD"]).unwrap_or_default();
    for name in ["HEAD", "logs/HEAD", "packed-refs", &branch] {
        // Cargo takes a missing file for a changed one.
        let path = output("git", &["rev-parse", "--git-path", name]).filter(|path| Path::new(path).is_file());
        if let Some(path) = path {
            println!("cargo:rerun-if-changed={path}");
        }
    }
}

/// The UTC day of a Unix time, with a space before it.
fn day(seconds: &str) -> Option<String> {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds.trim().parse().ok()?))?;
    humantime::format_rfc3339_seconds(time).to_string().get(..10).map(|day| format!(" {day}"))
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// The libraries with their versions by `lock`, the text of `Cargo.lock`.
fn libraries(lock: &str) -> String {
    let packages: Vec<_> = lock.split("[[package]]").collect();
    let package = |name: &str| {
        let head = format!("\nname = \"{name}\"\nversion = \"");
        packages.iter().find_map(|package| package.strip_prefix(&head))
    };
    let own = package("drwatch").unwrap_or_default();
    let version = |name: &str| {
        // Where the lock holds several versions of a library, the dependency names the one that is meant.
        let named =
            own.lines().find_map(|line| line.trim().strip_prefix(&format!("\"{name} "))?.strip_suffix("\","));
        named.or_else(|| package(name)?.split('"').next()).unwrap_or("unknown").to_owned()
    };
    LIBRARIES.map(|name| format!("{name} {}", version(name))).join(", ")
}
