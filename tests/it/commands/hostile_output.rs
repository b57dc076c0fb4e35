//! Hostile text in everything that drwatch reads or is told, and every output that may show it: nothing that
//! acts on a terminal, hides, reorders or piles up comes out, and in a locale that is not UTF-8 nothing beyond
//! ASCII.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::support::{PATIENCE, pair::DRWATCH, terminal::Terminal, wait_until};

/// The title of the dialog that a watch opens where markers stand in the log before it begins.
const EARLIER_MARKERS: &str = "Markers of an earlier time";

/// The key as a terminal sends it that leaves no doubt where its sequence ends.
const ESCAPE: &str = "\x1b[27u";

/// What a terminal, a pager or an eye could be fooled by: an escape sequence, C1 controls, a direction override
/// and an isolate, zero-width characters, tag characters, a filler, a pile of combining marks. No slash, so that it
/// can be a file's name.
const EVIL: &str = "a\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}b\u{2066}c\u{200b}\u{200d}\u{feff}d\u{e0041}\u{e0042}\
                    \u{3164}z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{20dd}é日";

/// Locales, and whether only ASCII may come out in them.
const LOCALES: [(&str, bool); 2] = [("C.UTF-8", false), ("C", true)];

/// Why `shown` must not reach a terminal; written apart from the program's own rules.
fn trouble(shown: &str) -> Option<String> {
    let mut marks = 0;
    for c in shown.chars() {
        let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}');
        marks = if is_mark { marks + 1 } else { 0 };
        let is_hidden = matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
        if (c.is_control() && c != '\n') || is_hidden || marks > 2 {
            return Some(format!("U+{:04X}", u32::from(c)));
        }
    }
    None
}

#[track_caller]
fn harmless(what: &str, said: &[u8], ascii: bool) {
    let text = std::str::from_utf8(said);
    assert!(text.is_ok(), "{what}: not UTF-8: {}", said.escape_ascii());
    let text = text.unwrap();
    assert_eq!(trouble(text), None, "{what}: {}", said.escape_ascii());
    let beyond = said.iter().find(|byte| ascii && **byte > 0x7e);
    assert_eq!(beyond, None, "{what}: {}", said.escape_ascii());
}

struct World {
    home: TempDir,
    locale: (&'static str, bool),
}

impl World {
    /// A home whose very files are named by evil text and hold it.
    fn new(locale: (&'static str, bool)) -> Self {
        let world = Self { home: tempfile::tempdir().unwrap(), locale };
        let line =
            |module: &str, text: &str| format!("Sep 13 16:03:38 {EVIL} rfsd[13852]: [{module}] (1) {text}\n");
        let mut log = line("gc.NOTICE", EVIL).into_bytes();
        log.extend(line(&format!("{EVIL}.ERR"), EVIL).bytes());
        log.extend(b"Sep 13 16:03:38 localhost rfsd[13852]: [gc.NOTICE] (1) share \xdb\x9b2J\xdb\x9b1;1HREPLICATION RUNNING \xff\n");
        log.extend(line("rfsd.ALERT", &format!("cloud bucket inconsistent {EVIL}")).bytes());
        log.extend(
            format!(
                "Sep 13 16:03:38 {EVIL} rfsd[1]: [namespace_restore.INFO] (1) Cloud restore phase complete. \
                 Starting namespace generation phase\n"
            )
            .bytes(),
        );
        fs::write(world.path("log"), log).unwrap();
        let bucket = format!("bu{}", EVIL.replace([' ', '\n'], ""));
        let listing = format!(
            "listing entries from bucket {bucket}\n2927 entries in bucket {bucket}\n883.7MiB (926580933 bytes) in \
             bucket {bucket}:\n* 883.3MiB in 261 slabs\n* 189.2KiB in 1331 maps {EVIL}\n* 223.2KiB in 1331 rbtmds\n\
             * 1.0KiB in 4 {EVIL}\n"
        );
        fs::write(world.path("bucket"), listing).unwrap();
        fs::write(world.path("no-listing"), format!("{EVIL}\n")).unwrap();
        fs::write(world.path("settings"), format!("dialect = \"{}\"\n", "none\u{202e}")).unwrap();
        fs::write(world.path("no-settings"), format!("\"{}\" = 1\n", EVIL.replace(['\u{1b}', '\u{7}'], "")))
            .unwrap();
        fs::write(world.path("no-toml"), format!("{EVIL}\n")).unwrap();
        fs::write(world.path("no-dialect"), format!("[{}]\n", EVIL.replace(['\u{1b}', '\u{7}'], "")))
            .unwrap();
        fs::write(
            world.path("uses-no-dialect"),
            format!("dialect = {}\n", toml_string(&world.path("no-dialect"))),
        )
        .unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(format!("{name} {EVIL}"))
    }

    fn runs(&self) -> PathBuf {
        self.path("runs")
    }

    /// What that call says on standard output and on standard error.
    fn said(&self, words: &[&OsStr]) -> (Vec<u8>, Vec<u8>) {
        let output = Command::new(DRWATCH)
            .args(words)
            .env("LC_ALL", self.locale.0)
            .env("XDG_CONFIG_HOME", self.home.path())
            .env("XDG_STATE_HOME", self.path("state"))
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.stdout, output.stderr)
    }

    /// That call says something, all of it harmless.
    #[track_caller]
    fn walk(&self, words: &[&OsStr]) -> String {
        let what =
            words.iter().map(|word| word.to_string_lossy().escape_default().to_string()).collect::<Vec<_>>();
        let what = format!("{} in {}", what.join(" "), self.locale.0);
        let (out, error) = self.said(words);
        assert!(!out.is_empty() || !error.is_empty(), "{what} says nothing");
        harmless(&what, &out, self.locale.1);
        harmless(&what, &error, self.locale.1);
        assert!(!String::from_utf8_lossy(&error).contains("panicked"), "{what}");
        String::from_utf8(out).unwrap() + &String::from_utf8(error).unwrap()
    }

    /// A call with `--runs-dir`.
    #[track_caller]
    fn walk_runs(&self, words: &[&str]) -> String {
        let runs = self.runs();
        let mut words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        words.extend([OsStr::new("--runs-dir"), runs.as_os_str()]);
        self.walk(&words)
    }

    fn recorded(&self) -> Vec<PathBuf> {
        fs::read_dir(self.runs()).into_iter().flatten().flatten().map(|run| run.path()).collect()
    }

    /// A watch of the evil log with the evil listing, ended once it has taken in all.
    fn watch(&self, more: &[&str]) -> String {
        let (log, bucket) = (self.path("log"), self.path("bucket"));
        let before = self.recorded();
        let mut child = Command::new(DRWATCH)
            .arg("watch")
            .arg("--log")
            .arg(log)
            .arg("--bucket")
            .arg(bucket)
            .arg("--runs-dir")
            .arg(self.runs())
            .arg("--headless")
            .args(more)
            .env("LC_ALL", self.locale.0)
            .env("XDG_CONFIG_HOME", self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let marker = |run: &Path| {
            fs::read_to_string(run.join("journal.ndjson")).is_ok_and(|text| text.contains("\"marker_seen\""))
        };
        wait_until("the marker is on record", PATIENCE, || {
            self.recorded().iter().any(|run| !before.contains(run) && marker(run))
        });
        nix::sys::signal::kill(
            nix::unistd::Pid::from_raw(child.id().try_into().unwrap()),
            nix::sys::signal::Signal::SIGTERM,
        )
        .unwrap();
        let mut said = String::new();
        let mut error = String::new();
        std::io::Read::read_to_string(child.stdout.as_mut().unwrap(), &mut said).unwrap();
        std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut error).unwrap();
        child.wait().unwrap();
        harmless("watch", said.as_bytes(), self.locale.1);
        harmless("watch", error.as_bytes(), self.locale.1);
        said
    }

    /// What the screen of that call shows, once it shows `shown`; a watch opens a dialog by itself besides.
    fn screen(&self, words: &[&str], shown: &str) {
        let runs = self.runs();
        let (config, runs) = (self.home.path().to_str().unwrap(), runs.to_str().unwrap());
        let words = [words, &["--runs-dir", runs]].concat();
        let environment = [("LC_ALL", self.locale.0), ("XDG_CONFIG_HOME", config)];
        for (rows, columns) in [(24, 80), (40, 120)] {
            let mut terminal = Terminal::start(DRWATCH, &words, &environment, rows, columns);
            terminal.wait_for(shown);
            if words[0] == "watch" {
                terminal.wait_for(EARLIER_MARKERS);
                let contents = terminal.shown_now();
                harmless("the dialog of the earlier markers", contents.as_bytes(), self.locale.1);
                terminal.type_keys(ESCAPE);
                terminal.wait_until("the dialog is closed", |screen| !screen.contains(EARLIER_MARKERS));
            }
            // Every panel once, and the log at its start.
            for key in ["z", "z", "z", "z", "z", "z", "z", "g", "?", ESCAPE] {
                terminal.type_keys(key);
                terminal.drain(Duration::from_millis(60));
                let contents = terminal.shown_now();
                harmless(&format!("the screen of {words:?} after {key}"), contents.as_bytes(), self.locale.1);
            }
            terminal.type_keys("qy");
            let ascii = self.locale.1;
            terminal.wait_for_exit_with(|raw| {
                assert_eq!(raw.iter().find(|byte| ascii && **byte > 0x7e), None, "{words:?}");
                // What sets a title, and C1 controls in UTF-8.
                for act in [&b"\x1b]0;owned"[..], b"\xc2\x9b", b"\xe2\x80\xae", b"\xf3\xa0\x81\x81"] {
                    assert!(
                        !raw.windows(act.len()).any(|bytes| bytes == act),
                        "{words:?}: {}",
                        act.escape_ascii()
                    );
                }
            });
        }
    }
}

fn toml_string(path: &Path) -> String {
    let mut text = String::from("\"");
    for c in path.to_str().unwrap().chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => write!(text, "\\u{:04X}", u32::from(c)).unwrap(),
            c => text.push(c),
        }
    }
    text + "\""
}

#[test]
fn no_output_of_a_run_passes_hostile_text_on() {
    for locale in LOCALES {
        let world = World::new(locale);
        let lines = world.watch(&[]);
        assert!(lines.contains("log: ") && lines.contains("ALARM"), "{lines}");
        let json = world.watch(&["--json"]);
        let marker = json.lines().find(|line| line.contains("\"marker_seen\"")).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(marker).unwrap().to_string().contains("Cloud restore")
        );
        for run in fs::read_dir(world.runs()).unwrap() {
            for file in ["journal.ndjson", "summary.json", "summary.md"] {
                let text = fs::read(run.as_ref().unwrap().path().join(file)).unwrap();
                harmless(file, &text, false);
            }
        }
        for words in [
            &["runs"][..],
            &["runs", "--json"],
            &["runs", "--programme"],
            &["runs", "--programme", "--json"],
            &["compare", "last", "last"],
            &["compare", "last", "last", "--json"],
            &["compare", EVIL, EVIL],
            &["report", "last"],
            &["report", "last", "--format", "json"],
            &["report", "last", "--format", "html"],
            &["verify", "last"],
            &["report", EVIL],
            &["verify", EVIL],
            &["replay", EVIL],
            &["view", EVIL],
            &["replay", "last"],
        ] {
            world.walk_runs(words);
        }
        let (log, bucket) = (world.path("log"), world.path("bucket"));
        let source = ["--log", log.to_str().unwrap(), "--bucket", bucket.to_str().unwrap()];
        for more in [&["check"][..], &["check", "--json"]] {
            world.walk_runs(&[more, &source].concat());
        }
        world.screen(&["replay", "last"], "REPLAY");
        world.screen(&["view", "last"], "VIEW");
        world.screen(&[&["watch"][..], &source].concat(), "recording");
    }
}

#[test]
fn no_error_passes_hostile_words_or_paths_on() {
    for locale in LOCALES {
        let world = World::new(locale);
        let evil = OsStr::new(EVIL);
        let bytes = OsStr::from_bytes(b"/tmp/\xdb\x9b2J\xff \x1b[2J");
        let file = |name: &str| world.path(name).into_os_string();
        let (log, listing) = (file("log"), file("no-listing"));
        let inside = world.path("log").join("runs").into_os_string();
        let settings = ["no-settings", "no-toml", "uses-no-dialect", "settings", "missing"].map(file);
        let new = file("new");
        let w = OsStr::new;
        let mut calls = vec![
            vec![evil],
            vec![w("demo"), evil],
            vec![w("demo"), w("--speed"), evil],
            vec![w("demo"), w("--scenario"), evil],
            vec![w("report"), w("last"), w("--format"), evil],
            vec![w("verify"), w("last"), w("--anchor"), evil],
            vec![w("verify"), w("last"), w("--allowed-signers"), evil],
            vec![w("sign"), w("last"), w("--as"), evil],
            vec![w("sign"), evil, w("--as"), w("reviewer"), w("--engineer"), evil],
            vec![w("completions"), evil],
            vec![w("guide"), evil],
            vec![w("watch"), w("--log"), evil, w("--headless")],
            vec![w("watch"), w("--log"), bytes, w("--headless")],
            vec![w("watch"), w("--settings"), bytes, w("--headless")],
            vec![w("watch"), w("--primary"), evil, w("--headless")],
            vec![w("watch"), w("--dr"), evil, w("--headless")],
            vec![w("watch"), w("--resume"), evil, w("--headless")],
            vec![w("watch"), w("--log"), &log, w("--bucket"), &listing, w("--headless")],
            vec![w("watch"), w("--log"), &log, w("--bucket"), evil, w("--headless")],
            vec![w("watch"), w("--log"), &log, w("--headless"), w("--runs-dir"), &inside],
            vec![w("check"), w("--primary"), evil],
            vec![w("check"), w("--log"), evil],
            vec![w("check"), w("--run"), evil],
            vec![w("appliance"), w("--role"), w("dr"), w("--scenario"), evil],
            vec![w("appliance"), w("--role"), w("dr"), w("--state"), &inside],
            vec![w("runs"), w("--runs-dir"), evil],
            vec![w("runs"), w("--runs-dir"), &inside],
            vec![w("runs"), w("--runs-dir"), bytes],
            vec![w("settings"), w("path"), w("--settings"), evil],
            vec![w("settings"), w("init"), w("--settings"), &new],
            vec![w("settings"), w("init"), w("--settings"), &new],
            vec![w("settings"), w("show"), w("--settings"), &settings[3]],
        ];
        for settings in &settings {
            calls.push(vec![w("watch"), w("--log"), &log, w("--headless"), w("--settings"), settings]);
            calls.push(vec![w("settings"), w("show"), w("--settings"), settings]);
        }
        for call in &calls {
            // Those that would begin a watch in spite of all are bounded by what they lack.
            world.walk(call);
        }
    }
}
