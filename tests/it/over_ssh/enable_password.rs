//! Appliances that ask for a password at `enable`: a watch of them behind a real sshd, with the command
//! of the settings that tells it, a wrong one, and none.

use std::{fs, path::Path, process::Command};

use drwatch::simulator::Scenario;

use crate::support::pair::{DRWATCH, Pair};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
const SECRET: &str = "open-sesame-4711";

/// A pair that asks for [`SECRET`], and a watch that is told `told` by its command.
fn pair(told: Option<&str>) -> Pair {
    let mut scenario = Scenario::named("procedure").unwrap();
    for machine in [&mut scenario.primary, &mut scenario.dr] {
        machine.enable_password = Some(SECRET.to_owned());
    }
    let pair = Pair::start_world(scenario, 20);
    if let Some(told) = told {
        let file = pair.settings().with_file_name("secret");
        fs::write(&file, format!("{told}\n")).unwrap();
        let command = format!("enable_password_command = [\"cat\", {:?}]", file.display().to_string());
        pair.write_settings(&format!("[primary]\n{command}\n[dr]\n{command}\n"));
    }
    pair
}

/// Every file below `folder` that holds the secret.
fn holding(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if fs::read(&path).unwrap().windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// How often an appliance was asked to enter enable mode.
fn enables(pair: &Pair) -> usize {
    pair.received().iter().filter(|received| received.line == "enable").count()
}

#[test]
fn with_its_command_the_appliances_are_watched_and_paused_and_the_secret_is_nowhere() {
    let pair = pair(Some(SECRET));
    let debug_log = pair.settings().with_file_name("debug.log");
    let flags = [&BOTH[..], &["--debug-log", debug_log.to_str().unwrap()]].concat();
    let mut terminal = pair.watch(&flags, 40, 120);
    terminal.pause();
    terminal.wait_for("10,412");
    terminal.type_keys("e");
    terminal.wait_for("written: ");
    terminal.type_keys("qQ");
    let (code, _) = terminal.wait_for_exit_with(|bytes| {
        assert!(!bytes.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()), "on the screen");
    });
    assert_eq!(code, 3);
    assert!(fs::read_dir(pair.run_folder()).unwrap().count() >= 3);
    assert_eq!(holding(&pair.runs()), [""; 0], "in the record");
    let logged = fs::read_to_string(debug_log).unwrap();
    assert!(!logged.contains(SECRET));
    for expected in [
        "appliance{role=primary}:connect: drwatch::appliance::supervisor: close time.busy=",
        "appliance{role=DR appliance}:question{kind=GetCounter}: drwatch::appliance::client: answered bytes=",
        "appliance{role=primary}:command{kind=Pause}: drwatch::appliance::client::change: close time.busy=",
        "frame: drwatch::console::screen_front: close time.busy=",
        "fsync: drwatch::durability: close time.busy=",
        "link=Connected",
    ] {
        assert!(logged.contains(expected), "{expected}");
    }
    assert!(pair.received().iter().all(|received| !received.line.contains(SECRET)), "typed as a command");
}

#[test]
fn a_wrong_password_is_said_and_not_tried_until_the_account_is_locked() {
    let pair = pair(Some("guessed"));
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_until("both refusals", |screen| screen.matches("down, needs you").count() == 2);
    let tried = enables(&pair);
    // One of the primary's questions, one of the DR appliance's, and its log: all at the same time.
    assert!((2..=3).contains(&tried), "{tried} tries on two appliances");
    terminal.drain(std::time::Duration::from_secs(8));
    assert_eq!(enables(&pair), tried, "tried again by itself");
    terminal.wait_for("not accepted");
    terminal.type_keys("qy");
    terminal.wait_for_exit();
}

#[test]
fn without_a_command_the_watch_says_that_a_password_is_wanted() {
    let pair = pair(None);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("enable_password_command");
    terminal.type_keys("qy");
    terminal.wait_for_exit();
}

#[test]
fn a_command_that_fails_or_tells_nothing_is_named_before_anything_is_recorded() {
    let pair = pair(None);
    for command in ["[\"false\"]", "[\"true\"]", "[\"/nonexistent/program\"]"] {
        pair.write_settings(&format!("[primary]\nenable_password_command = {command}\n"));
        let output = Command::new(DRWATCH)
            .args(["watch", "--headless"])
            .args(pair.flags())
            .args(BOTH)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}: {text}");
        assert!(text.contains("enable password") && text.contains("primary"), "{command}: {text}");
        assert!(text.contains("enable_password_command"), "{command}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
