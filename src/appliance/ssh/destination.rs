//! Where to connect to, as the engineer wrote it: anything `ssh` takes, and IPv6 addresses in brackets, which it
//! does not. Only what could be mistaken for an option, for shell text or for another place, or holds a password,
//! is refused here; what the name means is for `ssh` to find out.

use std::{ffi::OsString, fmt};

use thiserror::Error;

use crate::text::{self, Charset};

/// Characters that `ssh` itself refuses in names since 9.6, because a `ProxyCommand` may hand them
/// to a shell.
const SHELL_CHARACTERS: &str = "'`\"$;&<>|(){}";

/// A checked destination: `admin@host`, a Host alias, or `ssh://user@host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    given: String,
    /// What `ssh` is given in its place where it does not understand it: the target, and the port.
    target_override: Option<(String, Option<u16>)>,
}

impl Destination {
    /// Refuses what `ssh` could take for something else than a destination, and what holds a password.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidDestination> {
        let because =
            |reason| InvalidDestination { given: text::line(&without_password(text)).into_owned(), reason };
        let uri = text.strip_prefix("ssh://");
        let rest = uri.unwrap_or(text);
        // A user name may hold an `@`, as in `first.last@corp@ava`, so the last one separates the host.
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        if user.is_some_and(|user| user.contains(':')) {
            // First of all, so that no other reason cites it.
            Err(because(
                "it holds a password, which other users could see and the record would keep; use a key, or password_command in the settings, and change that password",
            ))
        } else if text.is_empty() {
            Err(because("it is empty"))
        } else if text.starts_with('-') || host.starts_with('-') || user.is_some_and(|u| u.starts_with('-')) {
            Err(because("a name may not start with `-`"))
        } else if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Err(because("it contains a space or a control character"))
        } else if !text::is_printable(text, Charset::Unicode) {
            Err(because("it contains a character that cannot be seen or changes how others are seen"))
        // A backslash separates a Windows domain from its user, as in `CORP\admin`; no host name has one.
        } else if text.chars().any(|c| SHELL_CHARACTERS.contains(c)) || host.contains('\\') {
            Err(because("it contains a character that has a meaning to the shell"))
        } else if host.is_empty() || user.is_some_and(str::is_empty) {
            Err(because("the user or the host is missing"))
        } else {
            let target_override = ssh_target(user, host, uri.is_some()).map_err(because)?;
            Ok(Self { given: text.to_owned(), target_override })
        }
    }

    /// The last arguments of an `ssh` that goes there.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let (target, port) =
            self.target_override.as_ref().map_or((&self.given, None), |(target, port)| (target, *port));
        let port = port.into_iter().flat_map(|port| ["-p".to_owned(), port.to_string()]);
        // `--` ends the options, so that nothing behind it can be taken for one (ssh(1) uses getopt).
        port.chain(["--".to_owned(), target.clone()]).map(OsString::from).collect()
    }
}

/// Host and port: what `ssh` is to be given in their place, or why they cannot be a host and a port.
fn ssh_target(
    user: Option<&str>,
    host: &str,
    is_uri: bool,
) -> Result<Option<(String, Option<u16>)>, &'static str> {
    const INVALID_PORT: &str = "its port is no number from 1 to 65535";
    if let Some(inside) = host.strip_prefix('[') {
        let (address, rest) = inside.split_once(']').ok_or("the bracket of its address is not closed")?;
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => None,
            None => return Err("behind the bracket of its address only a port may stand"),
            Some(digits) => Some(port(digits).ok_or(INVALID_PORT)?),
        };
        // In a URI the percent sign before a zone is written
        // `%25` (RFC 6874); outside of one, `ssh` wants it bare.
        let address = if is_uri { address.replace("%25", "%") } else { address.to_owned() };
        let target = user.map_or_else(|| address.clone(), |user| format!("{user}@{address}"));
        return if address.is_empty() || address.starts_with('-') {
            Err("the host is missing")
        } else {
            Ok(Some((target, port)))
        };
    }
    match host.split_once(':') {
        // As `ssh` has it, one that is left out is the usual one.
        Some((name, digits)) if is_uri && !digits.contains(':') => {
            if name.is_empty() {
                Err("the host is missing")
            } else if !digits.is_empty() && port(digits).is_none() {
                Err(INVALID_PORT)
            } else {
                Ok(None)
            }
        }
        Some(_) if is_uri => Err("an IPv6 address stands in brackets there, as in ssh://[::1]:22"),
        // `ssh` would take the port for a part of the name, and report a host name that cannot be resolved.
        Some((_, digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err("a port is written as in ssh://host:22")
        }
        _ if is_uri && host.contains('/') => Err("it holds a path, which ssh:// does not take"),
        _ => Ok(None),
    }
}

fn port(digits: &str) -> Option<u16> {
    // `parse` alone would take a sign, as in `+22`.
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| is_number && *port > 0)
}

/// `text` as it may be cited: what stands between the first colon and the host is left out.
fn without_password(text: &str) -> String {
    // Any scheme counts: a pasted `https://` address holds its password all the same.
    let scheme = text.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = text.split_at(scheme);
    let parts = rest.rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?.0, host)));
    parts.map_or_else(|| text.to_owned(), |(user, host)| format!("{scheme}{user}:...@{host}"))
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}

/// A destination that `ssh` must not be given.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "`{given}` cannot be connected to: {reason}; write user@host, ssh://user@host:port, or a Host alias of your ssh configuration"
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
            "ssh://ava:",
            "fe80::1",
            "admin@fe80::1%eth0",
            "CORP\\admin@ava",
            "first.last@corp@ava",
        ] {
            assert_eq!(Destination::parse(text).map(|d| d.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn an_address_in_brackets_is_taken_apart_for_ssh() {
        for (text, arguments) in [
            ("ava-prod", "-- ava-prod"),
            ("ssh://admin@ava:2222", "-- ssh://admin@ava:2222"),
            ("ssh://[::1]:22", "-p 22 -- ::1"),
            ("ssh://admin@[::1]:2222", "-p 2222 -- admin@::1"),
            ("ssh://admin@[fe80::1%25eth0]", "-- admin@fe80::1%eth0"),
            ("admin@[::1]", "-- admin@::1"),
            ("[::1]:22", "-p 22 -- ::1"),
        ] {
            let given = Destination::parse(text).unwrap().arguments();
            let given: Vec<_> = given.iter().map(|argument| argument.to_str().unwrap()).collect();
            assert_eq!(given.join(" "), arguments, "{text}");
        }
    }

    #[test]
    fn a_password_is_refused_and_never_cited() {
        for text in [
            "admin:hunter2@ava",
            "ssh://admin:hunter2@ava:22",
            "ssh://admin:hunter2@[::1]:22",
            "SSH://admin:hunter2@ava",
            "https://admin:hunter2@ava",
            "admin:hunter2@ava ",
            "admin:hun@ter2@ava",
            "-x:hunter2@ava",
            ":hunter2@ava",
            "admin:$(hunter2)@",
        ] {
            let refused = Destination::parse(text).expect_err(text).to_string();
            assert!(refused.contains("holds a password"), "{refused}");
            assert!(!refused.contains("hunter") && !refused.contains("hun@"), "{refused}");
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
            ("ssh://:22", "missing"),
            ("ssh://[]:22", "missing"),
            ("ssh://ava:0", "1 to 65535"),
            ("ssh://ava:65536", "1 to 65535"),
            ("ssh://ava:-1", "1 to 65535"),
            ("ssh://ava:22/path", "1 to 65535"),
            ("ssh://[::1]:70000", "1 to 65535"),
            ("[::1]:", "1 to 65535"),
            ("ssh://[::1", "not closed"),
            ("ssh://[::1]x", "only a port"),
            ("ssh://::1:22", "in brackets"),
            ("ssh://ava/path", "path"),
            ("ava:22", "ssh://host:22"),
            ("ava:70000", "ssh://host:22"),
            ("ava\u{202e}prod", "cannot be seen"),
            ("ava\u{200b}", "cannot be seen"),
        ] {
            let refused = Destination::parse(text).expect_err(text).to_string();
            assert!(refused.contains(reason), "{text:?}: {refused}");
            assert!(!refused.chars().any(char::is_control), "{refused:?}");
        }
    }
}
