//! Keys: in a file, with a passphrase, in the agent, in the usual place, and none.

use std::{os::unix::net::UnixStream, process::Child};

use super::*;
use crate::support::{PATIENCE, terminal::Terminal, wait_until};

/// An agent of this test, which ends with it.
struct Agent {
    process: Child,
    socket: PathBuf,
}

impl Agent {
    fn start(desk: &Desk) -> Self {
        let socket = desk.path("agent");
        let process =
            Command::new("ssh-agent").arg("-D").arg("-a").arg(&socket).stdout(Stdio::null()).spawn().unwrap();
        // The socket is there a moment before anybody listens.
        wait_until("the agent listens", PATIENCE, || UnixStream::connect(&socket).is_ok());
        Self { process, socket }
    }

    fn add(&self, key: &Path) {
        let added = Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &self.socket).status();
        assert!(added.unwrap().success());
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_key_in_the_agent_signs_by_itself_and_by_its_public_half() {
    let desk = Desk::new();
    let (kim, lee) = (desk.key("kim"), desk.key("lee"));
    let agent = Agent::start(&desk);
    agent.add(&kim);
    agent.add(&lee);
    // The private halves are in the agent alone.
    fs::remove_file(&kim).unwrap();
    fs::remove_file(&lee).unwrap();
    let words = ["sign", desk.id(), "--as", "operator", "--verdict", "passed", "--engineer", "Kim Berg"];
    let with_agent = |words: &[&str]| said(desk.command(words).env("SSH_AUTH_SOCK", &agent.socket));
    let (code, said) = with_agent(&words);
    assert!(code == Some(0) && said.contains("the first key of the ssh agent"), "{said}");
    let public = desk.path("lee.pub").display().to_string();
    let (code, said) = with_agent(&[
        "sign",
        desk.id(),
        "--as",
        "approver",
        "--verdict",
        "passed",
        "--engineer",
        "Lee",
        "--key",
        &public,
    ]);
    assert_eq!(code, Some(0), "{said}");
    let said = desk.is_sound(&["--allowed-signers", &desk.allowed(&["kim", "lee"])]);
    assert!(said.contains("by Kim Berg (") && said.contains("the key of lee@example.com"), "{said}");
    // Without the agent the public half is of no use.
    let before = desk.journal();
    let (code, said) = desk.drwatch(&["sign", desk.id(), "--as", "reviewer", "--key", &public]);
    assert!(code == Some(1) && said.contains("`ssh-keygen` refused"), "{said}");
    assert_eq!(desk.journal(), before);
}

#[test]
fn without_an_agent_the_usual_key_is_taken_and_without_any_it_is_said_how_to_make_one() {
    let desk = Desk::new();
    let words = ["sign", desk.id(), "--as", "operator", "--verdict", "passed"];
    let (code, said) = desk.drwatch(&words);
    assert!(code == Some(1) && said.contains("`ssh-keygen -t ed25519`"), "{said}");
    fs::create_dir(desk.path(".ssh")).unwrap();
    desk.key(".ssh/id_ed25519");
    let (code, said) = desk.drwatch(&words);
    assert!(code == Some(0) && said.contains(".ssh/id_ed25519"), "{said}");
    desk.is_sound(&[]);
}

#[test]
fn a_key_with_a_passphrase_and_nobody_to_ask_leaves_the_record_as_it_was() {
    let desk = Desk::new();
    desk.key_with("kim", "open sesame");
    let before = desk.journal();
    let (code, said) = desk.sign("operator", "kim");
    assert!(
        code == Some(1) && said.contains("`ssh-keygen` refused") && said.contains("passphrase"),
        "{said}"
    );
    assert_eq!(desk.journal(), before);
    assert!(!desk.run.join("signatures").exists());
}

#[test]
fn at_a_terminal_ssh_keygen_asks_for_the_passphrase() {
    let desk = Desk::new();
    let key = desk.key_with("kim", "open sesame").display().to_string();
    let home = desk.home.path().display().to_string();
    let words = ["sign", desk.id(), "--as", "operator", "--verdict", "passed", "--key", &key];
    let none = [("HOME", home.as_str()), ("SSH_AUTH_SOCK", "")];
    for (typed, expected) in [("wrong\r", 1), ("open sesame\r", 0)] {
        let before = desk.journal();
        let mut terminal = Terminal::start(DRWATCH, &words, &none, 24, 120);
        terminal.wait_for("Enter passphrase");
        terminal.type_keys(typed);
        let (code, shown) = terminal.wait_for_exit();
        assert_eq!(code, expected, "{shown}");
        assert_eq!(desk.journal() == before, code != 0, "{shown}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
    desk.is_sound(&[]);
}
