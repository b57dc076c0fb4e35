//! Names found in free text by their form: addresses, paths, `user@host`, URLs, hosts of known domains, and the host and
//! user that a line of a system log names.

use std::net::{IpAddr, Ipv4Addr};

use regex::Regex;

use super::{
    kind::NameKind,
    names::{Finder, LOCALHOST, Span, is_address},
};

/// Each with the groups `user`, `host`, `path`, `mac`, `v4` and `v6` for what is replaced.
const PATTERNS: [&str; 12] = [
    // `ssh://user@host:22/path`
    r#"\b[A-Za-z][A-Za-z0-9+.-]*://(?:(?<user>[^\s/@"'<>]+)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@"'`<>|,;()\[\]]+)(?::\d+)?(?<path>/[^\s"'`<>|]+)?"#,
    // `user@host`, mail addresses
    r"(?<user>[\w.%+\\-]+)@(?<host>[\w-]+(?:\.[\w-]+)*|\[[0-9A-Fa-f:.]+\])",
    // An absolute path; one of the home directory.
    r#"(?:^|[\s"'`(\[{<=:,;|>])(?<path>~?/[^\s"'`<>|/][^\s"'`<>|]+)"#,
    // `\\server\share`, `C:\folder`
    r#"(?<path>\\\\[\w.$-]+\\[^\s"'`<>|]+)"#,
    r#"\b(?<path>[A-Za-z]:\\[^\s"'`<>|]+)"#,
    // The host of a syslog line (RFC 3164, RFC 5424)
    r"\b[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d (?:\d{4} )?(?<host>[\w.:-]+) [^\s:]+:",
    r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d) (?<host>[\w.:-]+) \S",
    // What the appliances and sshd log of users
    r"\b[Uu]ser (?<user>[\w.\\-]*\w):",
    r"(?:\bby user|\b(?:Accepted|Failed) [\w/-]+ for(?: invalid user)?) (?<user>[\w.\\-]*\w)",
    r"(?<mac>(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})",
    r"(?<v4>\d{1,3}(?:\.\d{1,3}){3})",
    r"(?<v6>[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)",
];

/// A name with its domain.
const FULL_NAME: &str = r"[\w-]+(?:\.[\w-]+)+";

/// What a sentence puts behind a path.
const PUNCTUATION: &[char] = &['.', ',', ':', ';', '!', '?', ')', ']', '}'];

/// The patterns, compiled.
#[derive(Debug)]
pub(super) struct Forms {
    patterns: Vec<Regex>,
    full_name: Regex,
}

impl Forms {
    pub(super) fn new() -> Result<Self, regex::Error> {
        let patterns = PATTERNS.iter().map(|pattern| Regex::new(pattern)).collect::<Result<_, _>>()?;
        Ok(Self { patterns, full_name: Regex::new(FULL_NAME)? })
    }

    /// Adds what looks like a name in `text` to `spans`.
    pub(super) fn find(&self, text: &str, names: &Finder, spans: &mut Vec<Span>) {
        for pattern in &self.patterns {
            for found in pattern.captures_iter(text) {
                let group = |name| found.name(name).map(|group| (group.start(), group.as_str()));
                let place =
                    |(start, part): (usize, &str), kind| Span { start, end: start + part.len(), kind };
                spans.extend(group("user").map(|user| place(user, NameKind::User)));
                spans.extend(group("host").and_then(host).map(|(host, kind)| place(host, kind)));
                let path = group("path").map(|(start, path)| (start, path.trim_end_matches(PUNCTUATION)));
                spans.extend(path.map(|path| place(path, NameKind::Path)));
                let address = group("v4").filter(|(_, address)| address.parse::<Ipv4Addr>().is_ok());
                let address = address.or_else(|| group("v6").and_then(ipv6)).or_else(|| group("mac"));
                let address = address.filter(|(start, address)| stands_alone(text, *start, address));
                spans.extend(address.map(|address| place(address, NameKind::Address)));
            }
        }
        let hosts = self.full_name.find_iter(text).filter(|host| names.is_in_known_domain(host.as_str()));
        spans.extend(hosts.map(|host| Span { start: host.start(), end: host.end(), kind: NameKind::Host }));
    }
}

type Part<'t> = (usize, &'t str);

fn host((start, host): Part<'_>) -> Option<(Part<'_>, NameKind)> {
    let (start, host) = host.strip_prefix('[').map_or((start, host), |inside| (start + 1, inside));
    let host = host.trim_end_matches(']').trim_end_matches([':', '.']);
    let kind = if is_address(host) { NameKind::Address } else { NameKind::Host };
    (!host.is_empty() && !host.eq_ignore_ascii_case(LOCALHOST)).then_some(((start, host), kind))
}

/// The address in a run of hexadecimal digits and colons, which a sentence may have put a colon or a full stop to.
fn ipv6((start, text): Part<'_>) -> Option<Part<'_>> {
    let (start, text) = match text.strip_prefix(':') {
        Some(rest) if !rest.starts_with(':') => (start + 1, rest),
        _ => (start, text),
    };
    let ends = [text, text.trim_end_matches('.'), text.trim_end_matches([':', '.'])];
    let address = ends.into_iter().find(|text| text.parse::<IpAddr>().is_ok())?;
    Some((start, address))
}

/// Whether no longer number, version or fingerprint goes on around an address.
fn stands_alone(text: &str, start: usize, address: &str) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start + address.len()..).unwrap_or_default();
    let is_inside = |c: char| c.is_alphanumeric();
    // `1.10.0.0.1` and `10.0.0.1.5` are versions; `10.0.0.1.` ends a sentence.
    let is_longer = |separator: char, rest: &mut dyn Iterator<Item = char>| {
        let next = rest.next();
        next.is_some_and(is_inside) || (next == Some(separator) && rest.next().is_some_and(is_inside))
    };
    let separator = if address.contains('.') { '.' } else { ':' };
    let is_v6_or_v4 = is_address(address);
    let mut behind = before.chars().rev();
    // `address:fe80::1`
    let begins = if is_v6_or_v4 && separator == ':' {
        !behind.next().is_some_and(is_inside)
    } else {
        !is_longer(separator, &mut behind)
    };
    begins && !is_longer(separator, &mut after.chars())
}
