//! What was said on one stream during a login: the host key, the algorithms offered, and the lines a person
//! would have seen. Bounded, whatever comes. What the lines mean is `failure`'s business.

use std::collections::VecDeque;

use crate::run::HostKey;

/// How many lines are kept, the last ones.
const MAX_LINES: usize = 100;

/// How much of one line is kept, in bytes.
const MAX_LINE_BYTES: usize = 1000;

/// How the lines begin that only a verbose `ssh` writes: debug messages and its own version.
const VERBOSE: [&str; 4] = ["debug1: ", "debug2: ", "debug3: ", "OpenSSH_"];

/// The words before the key's type and its fingerprint, in OpenSSH's debug messages.
const HOST_KEY: [&str; 2] = ["debug1: Server host key: ", "debug1: Server host certificate: "];

/// Collects one stream of one login.
#[derive(Debug, Default)]
pub(in crate::appliance::ssh) struct Transcript {
    lines: VecDeque<String>,
    current: Vec<u8>,
    /// How much of the current line has already been given out to be shown.
    shown: usize,
    host_key: SeenKey,
    /// The host key algorithms that the server offers, separated by commas.
    pub(super) algorithms: String,
}

/// The words before the host key algorithms: first those of this side, then those of the server.
const ALGORITHMS: &str = "debug2: host key algorithms: ";

#[derive(Debug, Default, PartialEq, Eq)]
enum SeenKey {
    #[default]
    None,
    One(HostKey),
    /// Different ones were shown, so none can be trusted to be the appliance's.
    Several,
}

impl Transcript {
    /// Takes in what was read; returns what of it a person should see, verbose lines left out.
    pub(in crate::appliance::ssh) fn take_in(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut visible = Vec::new();
        for &byte in bytes {
            if byte == b'\n' {
                self.end_line(&mut visible);
            } else if self.current.len() < MAX_LINE_BYTES {
                self.current.push(byte);
            }
        }
        // A prompt has no line end: show what cannot become a verbose line.
        if !self.may_be_verbose() {
            self.show_current(&mut visible);
        }
        visible
    }

    /// The lines kept so far, without verbose ones.
    pub(in crate::appliance::ssh) fn lines(&self) -> impl Iterator<Item = &str> + Clone {
        self.lines.iter().map(String::as_str)
    }

    /// The host key, if exactly one was shown.
    pub(in crate::appliance::ssh) const fn host_key(&self) -> Option<&HostKey> {
        match &self.host_key {
            SeenKey::One(key) => Some(key),
            SeenKey::None | SeenKey::Several => None,
        }
    }

    /// Ends a last line that has no line end.
    pub(in crate::appliance::ssh) fn finish(&mut self) -> Vec<u8> {
        let mut visible = Vec::new();
        if !self.current.is_empty() {
            self.end_line(&mut visible);
        }
        visible
    }

    fn may_be_verbose(&self) -> bool {
        VERBOSE.iter().any(|beginning| {
            let compared = self.current.len().min(beginning.len());
            self.current.get(..compared) == beginning.as_bytes().get(..compared)
        })
    }

    fn show_current(&mut self, visible: &mut Vec<u8>) {
        visible.extend_from_slice(self.current.get(self.shown..).unwrap_or_default());
        self.shown = self.current.len();
    }

    fn end_line(&mut self, visible: &mut Vec<u8>) {
        // ssh ends its messages with `\r\n`, for a terminal in raw mode.
        let text = String::from_utf8_lossy(&self.current).trim_end().to_owned();
        if VERBOSE.iter().any(|beginning| text.starts_with(beginning)) {
            self.note_host_key(&text);
        } else {
            self.show_current(visible);
            visible.push(b'\n');
            // The last lines are kept: why a login failed comes at its end.
            if self.lines.len() == MAX_LINES {
                self.lines.pop_front();
            }
            self.lines.push_back(text);
        }
        self.current.clear();
        self.shown = 0;
    }

    fn note_host_key(&mut self, line: &str) {
        if let Some(algorithms) = line.strip_prefix(ALGORITHMS) {
            // The line comes twice, for this side and then for the server: the later one stays.
            algorithms.clone_into(&mut self.algorithms);
        }
        let Some(words_after) = HOST_KEY.iter().find_map(|words| line.strip_prefix(words)) else { return };
        // In the line of a certificate, the fingerprint of its CA comes behind that of the key.
        let Some(fingerprint) = words_after.split([' ', ',']).find(|word| is_fingerprint(word)) else {
            return;
        };
        let kind = words_after.split(' ').next().unwrap_or_default();
        // A certificate is of the kind of key that it certifies, `ssh-ed25519-cert-v01@openssh.com` of `ssh-ed25519`.
        let kind = kind.split_once("-cert-").map_or(kind, |(kind, _)| kind);
        let key = HostKey { kind: kind.to_owned(), fingerprint: fingerprint.to_owned() };
        self.host_key = match std::mem::take(&mut self.host_key) {
            SeenKey::None => SeenKey::One(key),
            SeenKey::One(known) if known == key => SeenKey::One(known),
            SeenKey::One(_) | SeenKey::Several => SeenKey::Several,
        };
    }
}

/// `SHA256:` and 32 bytes in base 64 without padding.
fn is_fingerprint(word: &str) -> bool {
    word.strip_prefix("SHA256:").is_some_and(|digest| {
        digest.len() == 43
            && digest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE_BYTES, MAX_LINES, Transcript};

    const KEY: &str = "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDgb5Vt6JlnN8Gl0dE";
    const OTHER_KEY: &str = "SHA256:AAAAztksCsDhcc0u9e8BgrJXVGDgb5Vt6JlnN8Gl0dE";

    fn fingerprint(transcript: &Transcript) -> Option<&str> {
        transcript.host_key().map(|key| key.fingerprint.as_str())
    }

    fn after(text: &str) -> Transcript {
        let mut transcript = Transcript::default();
        transcript.take_in(text.as_bytes());
        transcript.finish();
        transcript
    }

    #[test]
    fn the_fingerprint_is_found_among_debug_messages_which_are_not_shown() {
        let text = format!(
            "debug1: Connecting to ava port 22.\r\ndebug1: Server host key: ssh-ed25519 {KEY}\r\nWelcome\r\n\
             debug1: Server host key: ssh-ed25519 {KEY}\r\nbye"
        );
        let transcript = after(&text);
        assert_eq!(fingerprint(&transcript), Some(KEY));
        assert_eq!(transcript.lines().collect::<Vec<_>>(), ["Welcome", "bye"]);
    }

    #[test]
    fn the_fingerprint_of_a_host_certificate_is_found() {
        let text = format!(
            "debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com {KEY}, serial 1 ID \"x\" CA ssh-rsa {OTHER_KEY}"
        );
        assert_eq!(fingerprint(&after(&text)), Some(KEY));
    }

    #[test]
    fn two_different_fingerprints_count_as_none() {
        let text = format!(
            "debug1: Server host key: ssh-ed25519 {OTHER_KEY}\ndebug1: Server host key: ssh-ed25519 {KEY}\n\
             debug1: Server host key: ssh-ed25519 {KEY}"
        );
        assert_eq!(after(&text).host_key(), None);
    }

    #[test]
    fn what_is_no_fingerprint_is_none() {
        for text in [
            "debug1: Server host key: ssh-ed25519 SHA256:short",
            "Server host key: x",
            "debug1: Server host key:",
        ] {
            assert_eq!(after(text).host_key(), None, "{text}");
        }
        assert_eq!(
            after(&format!("debug1: Server host key: x SHA256:{}", "\u{1b}".repeat(43))).host_key(),
            None
        );
    }

    #[test]
    fn a_person_sees_prompts_at_once_and_debug_messages_never_however_the_bytes_arrive() {
        let text = b"OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19\r\ndebug1: one\r\nEnter code: 12\r\ndebug2: two\r\ndeb\r\nlast";
        let expected = b"Enter code: 12\r\ndeb\r\nlast".to_vec();
        for cut in 0..text.len() {
            let mut transcript = Transcript::default();
            let mut visible = transcript.take_in(&text[..cut]);
            visible.extend(transcript.take_in(&text[cut..]));
            assert_eq!(String::from_utf8_lossy(&visible), String::from_utf8_lossy(&expected), "cut at {cut}");
        }
        assert_eq!(Transcript::default().take_in(b"Password: "), b"Password: ");
    }

    #[test]
    fn an_endless_line_and_endless_lines_are_bounded() {
        let mut transcript = Transcript::default();
        for _ in 0..10_000 {
            transcript.take_in(&[b'x'; 500]);
        }
        transcript.take_in(b"\n");
        assert!(transcript.lines().all(|line| line.len() == MAX_LINE_BYTES));
        for number in 0..10_000 {
            transcript.take_in(format!("line {number}\n").as_bytes());
        }
        assert_eq!(transcript.lines().count(), MAX_LINES);
        assert_eq!(transcript.lines().last(), Some("line 9999"));
    }
}
