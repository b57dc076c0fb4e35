//! What the program says about itself: its version and its manual pages.

use std::{
    fs,
    process::{Command, Output},
};

use crate::support::pair::DRWATCH;

fn drwatch(words: &[&str]) -> Output {
    Command::new(DRWATCH).args(words).output().unwrap()
}

fn printed(words: &[&str]) -> String {
    let output = drwatch(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_version_is_one_line_and_in_detail_names_what_it_was_built_from() {
    let short = printed(&["--version"]);
    assert!(short.starts_with(concat!("drwatch ", env!("CARGO_PKG_VERSION"))), "{short}");
    assert_eq!((short.lines().count(), printed(&["-V"])), (1, short.clone()));
    let details = printed(&["-vV"]);
    for words in [["-V", "-v"], ["--verbose", "--version"]] {
        assert_eq!(printed(&words), details, "{words:?}");
    }
    assert!(details.starts_with(&short), "{details}");
    let value = |name: &str| {
        let line = details.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name}: {details}")).to_owned()
    };
    assert!(value("target").contains("linux"), "{details}");
    assert!(value("compiler").starts_with("rustc 1."), "{details}");
    let lock = include_str!("../../../Cargo.lock");
    for library in value("libraries").split(", ") {
        let (name, version) = library.split_once(' ').unwrap();
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"")), "{library}");
    }
    assert_eq!(drwatch(&["-v"]).status.code(), Some(2), "there is nothing else to be verbose about");
}

#[test]
fn the_notice_command_is_tried_before_it_is_needed() {
    let home = tempfile::tempdir().unwrap();
    let (settings, given) = (home.path().join("settings.toml"), home.path().join("given"));
    let tried = |command: &str| {
        fs::write(&settings, format!("[notice]\n{command}\n")).unwrap();
        let output = drwatch(&["settings", "test-notify", "--settings", settings.to_str().unwrap()]);
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = tried(&format!("command = [\"tee\", {given:?}]"));
    assert_eq!(code, Some(0), "{said}");
    let notice: serde_json::Value = serde_json::from_slice(&fs::read(&given).unwrap()).unwrap();
    assert_eq!(notice["event"], "test");
    let (code, said) = tried("command = [\"false\"]");
    assert!(code == Some(1) && said.contains("`false` ended with exit status: 1"), "{said}");
    let (code, said) = tried("command = [\"/no/such\"]");
    assert!(code == Some(1) && said.contains("`/no/such` cannot be run"), "{said}");
    let (code, said) = tried("bell = true");
    assert!(code == Some(2) && said.contains("no notice command is set"), "{said}");
}

#[test]
fn every_command_has_a_manual_page() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("share/man1");
    printed(&["man", "--to", folder.to_str().unwrap()]);
    let page = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|_| panic!("no {name}"));
    assert_eq!(page("drwatch.1"), printed(&["man"]));
    for command in ["watch", "demo", "settings", "settings-init", "man"] {
        assert!(page(&format!("drwatch-{command}.1")).contains(".TH"), "{command}");
    }
    assert!(!folder.join("drwatch-help.1").exists());
    let nowhere = drwatch(&["man", "--to", "/dev/null/here"]);
    let said = String::from_utf8(nowhere.stderr).unwrap();
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(said.starts_with("drwatch: the manual pages cannot be written to /dev/null/here: "), "{said}");
}
