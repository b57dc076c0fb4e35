//! Where to connect to, as the engineer wrote it: anything `ssh` takes. Only what could be mistaken
//! for an option or for shell text is refused here; what the name means is for `ssh` to find out.

use std::fmt;

use thiserror::Error;

/// Characters that `ssh` itself refuses in names since 9.6, because a `ProxyCommand` may hand them
/// to a shell.
const SHELL_CHARACTERS: &str = "'`\"$;&<>|(){}";

/// A checked destination: `admin@host`, a Host alias, or `ssh://user@host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(String);

impl Destination {
    /// Checks what the engineer wrote.
    ///
    /// # Errors
    /// If `ssh` could take it for something else than a destination.
    pub fn parse(text: &str) -> Result<Self, InvalidDestination> {
        let because = |reason| InvalidDestination { given: text.escape_debug().to_string(), reason };
        let rest = text.strip_prefix("ssh://").unwrap_or(text);
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        if text.is_empty() {
            Err(because("it is empty"))
        } else if text.starts_with('-') || host.starts_with('-') || user.is_some_and(|u| u.starts_with('-')) {
            Err(because("a name may not start with `-`"))
        } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Err(because("it contains a space or a control character"))
        } else if text.chars().any(|c| SHELL_CHARACTERS.contains(c)) || host.contains('\\') {
            Err(because("it contains a character that has a meaning to the shell"))
        } else if host.is_empty() || user.is_some_and(str::is_empty) {
            Err(because("the user or the host is missing"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// As the engineer wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A destination that `ssh` must not be given.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{given}` cannot be connected to: {reason}; write user@host, ssh://user@host:port, or a Host alias of ~/.ssh/config"
)]
pub struct InvalidDestination {
    given: String,
    reason: &'static str,
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn every_form_that_ssh_takes_is_accepted() {
        for text in [
            "ava-prod",
            "admin@10.0.0.7",
            "admin@ava.example.com",
            "ssh://admin@ava.example.com:2222",
            "ssh://[fe80::1%25eth0]:22",
            "admin@fe80::1%eth0",
            "CORP\\admin@ava",
            "first.last@corp@ava",
        ] {
            assert_eq!(Destination::parse(text).map(|d| d.as_str().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_could_be_an_option_or_shell_text_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("-oProxyCommand=id", "start with `-`"),
            ("admin@-oProxyCommand=id", "start with `-`"),
            ("ssh://-x", "start with `-`"),
            ("-l@host", "start with `-`"),
            ("admin@host uptime", "space"),
            ("host\u{a0}", "space"),
            ("host\n", "control"),
            ("\u{1b}[2Jhost", "control"),
            ("admin@`id`", "shell"),
            ("$(id)@host", "shell"),
            ("ho\\st", "shell"),
            ("admin@", "missing"),
            ("@host", "missing"),
            ("ssh://", "missing"),
        ] {
            let refused = Destination::parse(text).expect_err(text).to_string();
            assert!(refused.contains(reason), "{text:?}: {refused}");
            assert!(!refused.chars().any(char::is_control), "{refused:?}");
        }
    }
}
