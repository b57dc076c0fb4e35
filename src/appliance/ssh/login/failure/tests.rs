//! Every reason, in the words of OpenSSH, alone and among other lines.

use super::{MAX_EXCERPT_CHARS, classify};
use crate::appliance::{ssh::destination::Destination, transport::ConnectError};

const BANNER: &str = "NOTICE TO USERS\r\nUse of this system is monitored. Connection refused to nobody.\n";

fn reason(text: &str) -> ConnectError {
    classify(&Destination::parse("admin@ava").unwrap(), "", text.lines())
}

fn table() -> Vec<(&'static str, ConnectError)> {
    let destination = || "admin@ava".to_owned();
    let offer = |offer: &str| ConnectError::LegacyAlgorithms {
        destination: destination(),
        offer: offer.to_owned(),
        configuration: String::new(),
    };
    let refused = ConnectError::Refused { destination: destination() };
    let name = ConnectError::NameUnknown { destination: destination(), configuration: String::new() };
    let login = ConnectError::Authentication { destination: destination() };
    let unknown = ConnectError::HostKeyUnknown { destination: destination(), remedy: String::new() };
    let changed =
        |remedy: &str| ConnectError::HostKeyChanged { destination: destination(), remedy: remedy.to_owned() };
    let silent = ConnectError::TimedOut { destination: destination() };
    vec![
        ("ssh: connect to host ava port 22: Connection refused", refused.clone()),
        (
            "channel 0: open failed: connect failed: Connection refused\nstdio forwarding failed\n\
             kex_exchange_identification: Connection closed by remote host",
            refused,
        ),
        ("ssh: Could not resolve hostname ava: Name or service not known", name.clone()),
        ("ssh: Could not resolve hostname ava: Temporary failure in name resolution", name.clone()),
        ("channel 0: open failed: connect failed: Name or service not known\nstdio forwarding failed", name),
        ("ssh: connect to host ava port 22: Connection timed out", silent.clone()),
        ("ssh: connect to host ava port 22: Operation timed out", silent.clone()),
        ("Connection timed out during banner exchange\nConnection to ava port 22 timed out", silent),
        ("admin@ava: Permission denied (publickey,password).", login.clone()),
        ("Permission denied, please try again.", login.clone()),
        ("Received disconnect from 10.0.0.7 port 22:2: Too many authentication failures", login),
        (
            "No ED25519 host key is known for [ava]:22 and you have requested strict checking.\n\
             Host key verification failed.",
            unknown.clone(),
        ),
        ("Host key verification failed.", unknown),
        (
            "@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@\n\
             IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\nHost key verification failed.",
            changed("ssh-keygen -R HOST"),
        ),
        (
            "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n\
             Offending ED25519 key in /home/kim/.ssh/known_hosts:3\n  remove with:\n\
             Host key for [ava]:2222 has changed and you have requested strict checking.\nHost key verification failed.",
            changed("ssh-keygen -R '[ava]:2222' -f '/home/kim/.ssh/known_hosts'"),
        ),
        ("@       WARNING: REVOKED HOST KEY DETECTED!               @", changed("ssh-keygen -R HOST")),
        (
            "Unable to negotiate with 10.0.0.7 port 22: no matching key exchange method found. \
             Their offer: diffie-hellman-group1-sha1",
            offer("diffie-hellman-group1-sha1"),
        ),
        (
            "Unable to negotiate with 10.0.0.7 port 22: no matching host key type found. Their offer: ssh-rsa,ssh-dss",
            offer("ssh-rsa,ssh-dss"),
        ),
        ("Bad server host key: Invalid key length", offer("a host key that is too short")),
    ]
}

#[test]
fn each_reason_is_recognised_alone_and_between_banners_and_warnings() {
    for (text, expected) in table() {
        assert_eq!(reason(text), expected, "{text}");
        let surrounded = format!(
            "{BANNER}Warning: Permanently added 'jump' (ED25519) to the list of known hosts.\r\n{text}\r\n\
             mux_client_request_session: read from master failed\nConnection closed by UNKNOWN port 65535"
        );
        assert_eq!(reason(&surrounded), expected, "{surrounded}");
    }
}

#[test]
fn a_reason_that_needs_a_person_is_never_hidden_by_one_that_is_retried() {
    let retried: Vec<_> = table().into_iter().filter(|(_, error)| error.is_retryable()).collect();
    for (text, expected) in table().into_iter().filter(|(_, error)| !error.is_retryable()) {
        for (other, _) in &retried {
            assert_eq!(reason(&format!("{other}\n{text}")), expected);
            assert_eq!(reason(&format!("{text}\n{other}")), expected);
        }
    }
}

#[test]
fn anything_else_is_told_in_the_last_words_of_ssh() {
    for (text, words) in [
        ("", "ssh ended without saying why"),
        ("Warning: something\n@@@@@\n** advice **\n", "ssh ended without saying why"),
        (
            "kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.7 port 22",
            "kex_exchange_identification: read: Connection reset by peer; Connection reset by 10.0.0.7 port 22",
        ),
        (
            "one\ntwo\nthree\nfour\nAuthenticated to jump ([10.0.0.1]:22) using \"publickey\".",
            "two; three; four",
        ),
        (
            "unix_listener: path \"/run/user/1000/x/master.abc\" too long for Unix domain socket",
            "unix_listener: path \"/run/user/1000/x/master.abc\" too long for Unix domain socket",
        ),
    ] {
        let expected = ConnectError::Other { destination: "admin@ava".to_owned(), detail: words.to_owned() };
        assert_eq!(reason(text), expected);
    }
}

#[test]
fn hostile_text_is_cut_and_loses_its_control_characters() {
    let endless = "x".repeat(100_000);
    for text in [
        format!("\u{1b}[2J\u{9b}5nConnection closed by \u{7}{endless}"),
        format!("Unable to negotiate with a port 1: no match. Their offer: \u{1b}]0;{endless}"),
    ] {
        let message = match reason(&text) {
            ConnectError::Other { detail, .. } => detail,
            ConnectError::LegacyAlgorithms { offer, .. } => offer,
            error => panic!("{error:?}"),
        };
        // Each of the few control characters becomes up to six.
        assert!(message.chars().count() <= MAX_EXCERPT_CHARS + 20, "{}", message.len());
        assert!(!message.chars().any(char::is_control), "{message:?}");
    }
}
