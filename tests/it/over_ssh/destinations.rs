//! Destinations that hold a password or are none: refused at once, and nowhere shown or kept.

use std::{fs, path::Path, process::Command};

const DRWATCH: &str = env!("CARGO_BIN_EXE_drwatch");

fn said(home: &Path, words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(DRWATCH)
        .args(words)
        .env("XDG_CONFIG_HOME", home)
        .env("XDG_STATE_HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// Everything in the files below a folder.
fn kept(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all += &kept(&path);
        } else if !path.ends_with("settings.toml") {
            all += &String::from_utf8_lossy(&fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn a_password_in_a_destination_is_refused_and_neither_shown_nor_kept() {
    let home = tempfile::tempdir().unwrap();
    let settings = home.path().join("settings.toml");
    fs::write(&settings, "[primary]\ndestination = \"admin:hunter2@127.0.0.1\"\n").unwrap();
    let settings = settings.to_str().unwrap();
    for words in [
        &["watch", "--headless", "--primary", "admin:hunter2@127.0.0.1"][..],
        &["watch", "--headless", "--dr", "ssh://admin:hunter2@127.0.0.1:22"],
        &["watch", "--headless", "--settings", settings],
        &["check", "--primary", "admin:hunter2@127.0.0.1"],
        &["check", "--settings", settings],
        &["settings", "show", "--settings", settings],
    ] {
        let (code, text) = said(home.path(), words);
        assert_eq!(code, Some(2), "{words:?}: {text}");
        assert!(text.contains("it holds a password") && text.contains("admin:...@127.0.0.1"), "{text}");
        assert!(!text.contains("hunter2"), "{words:?}: {text}");
    }
    assert!(!kept(home.path()).contains("hunter2"));
}

#[test]
fn a_port_that_is_none_is_a_sentence_of_ours() {
    let home = tempfile::tempdir().unwrap();
    for destination in ["ssh://127.0.0.1:70000", "ssh://127.0.0.1:0", "ssh://[::1]:70000"] {
        let (code, text) = said(home.path(), &["check", "--primary", destination]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("its port is no number from 1 to 65535"), "{text}");
    }
}
