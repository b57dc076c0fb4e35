//! Why a login failed, from what `ssh` said about it. Pure: text in, [`ConnectError`] out.

use crate::{
    appliance::{ssh::destination::Destination, transport::ConnectError},
    text,
};

/// Longest excerpt of foreign text that an error carries, in characters.
const MAX_EXCERPT_CHARS: usize = 300;

/// How many of the last lines are shown when nothing is recognised.
const MAX_DETAIL_LINES: usize = 3;

/// How lines begin that have nothing to do with a failure.
// Banners frame their text with `@` or `*`; the rest is what ssh says on success too.
const UNINFORMATIVE_PREFIXES: [&str; 6] =
    ["Warning:", "@", "*", "Authenticated to ", "Transferred: ", "Bytes per second: "];

/// Finds the reason among the lines that `ssh` and the jump hosts' `ssh` wrote. Extra lines around
/// the decisive one, such as banners and warnings, do not matter.
///
/// Reasons that need a person come first: a banner cannot turn them into something to be retried. `configuration`
/// is the file that `ssh` reads; how an unknown key becomes known is left to `advice`.
pub(super) fn classify<'a>(
    destination: &Destination,
    configuration: &str,
    lines: impl Iterator<Item = &'a str> + Clone,
) -> ConnectError {
    let destination = destination.to_string();
    let configuration = configuration.to_owned();
    let any = |is_decisive: fn(&str) -> bool| lines.clone().any(is_decisive);
    if any(is_changed_key) {
        ConnectError::HostKeyChanged { destination, remedy: removal_of_old_key(&lines) }
    } else if any(is_unknown_key) {
        ConnectError::HostKeyUnknown { destination, remedy: String::new() }
    } else if let Some(offer) = lines.clone().find_map(legacy_offer) {
        ConnectError::LegacyAlgorithms { destination, offer: excerpt(offer), configuration }
    } else if any(is_refused_login) {
        ConnectError::Authentication { destination }
    } else if any(is_unknown_name) {
        ConnectError::NameUnknown { destination, configuration }
    } else if any(|line| line.ends_with(": Connection refused")) {
        ConnectError::Refused { destination }
    } else if any(is_timeout) {
        ConnectError::TimedOut { destination }
    } else {
        ConnectError::Other { destination, detail: last_words(lines) }
    }
}

fn is_changed_key(line: &str) -> bool {
    line.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") || line.contains("REVOKED HOST KEY DETECTED")
}

/// The command that removes the old key from the file in which `ssh` found it, as far as it named it.
fn removal_of_old_key<'a>(lines: &(impl Iterator<Item = &'a str> + Clone)) -> String {
    let host = lines.clone().find_map(|line| {
        line.trim_end()
            .strip_prefix("Host key for ")?
            .strip_suffix(" has changed and you have requested strict checking.")
    });
    let file = lines.clone().find_map(|line| {
        let (_, place) = line.trim_end().strip_prefix("Offending ")?.split_once(" key in ")?;
        // ssh writes `Offending ED25519 key in /home/u/.ssh/known_hosts:12`; a file's
        // name may hold a colon itself.
        place.rsplit_once(':').map(|(file, _)| file)
    });
    // These words go into a command that the engineer copies
    // into a shell; what quotes do not tame is left out.
    let is_plain = |text: &&str| !text.contains(['\'', '\\']) && !text.starts_with('-');
    let host = host.filter(is_plain).map_or_else(|| "HOST".to_owned(), |host| format!("'{}'", excerpt(host)));
    let file = file.filter(is_plain).map_or_else(String::new, |file| format!(" -f '{}'", excerpt(file)));
    format!("ssh-keygen -R {host}{file}")
}

fn is_unknown_key(line: &str) -> bool {
    (line.starts_with("No ") && line.contains("host key is known for"))
        || line.trim_end() == "Host key verification failed."
}

fn legacy_offer(line: &str) -> Option<&str> {
    if line.contains("Unable to negotiate with") {
        line.split_once("Their offer: ").map(|(_, offer)| offer)
    } else {
        // Newer versions refuse RSA keys below 1024 bits in these words, without an offer.
        line.ends_with("Invalid key length").then_some("a host key that is too short")
    }
}

fn is_refused_login(line: &str) -> bool {
    line.contains(": Permission denied (")
        || line.starts_with("Permission denied")
        || line.contains("Too many authentication failures")
}

fn is_unknown_name(line: &str) -> bool {
    line.contains("Could not resolve hostname")
        || line.contains("open failed: connect failed: Name or service not known")
        || line.contains("open failed: connect failed: Temporary failure in name resolution")
}

fn is_timeout(line: &str) -> bool {
    line.ends_with(": Connection timed out")
        // The words of the BSDs and of macOS for ETIMEDOUT.
        || line.ends_with(": Operation timed out")
        || line.contains("timed out during banner exchange")
        || line.starts_with("Timeout, server ")
}

fn last_words<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let informative: Vec<&str> = lines
        .map(str::trim)
        .filter(|line| {
            !line.is_empty() && !UNINFORMATIVE_PREFIXES.iter().any(|words| line.starts_with(words))
        })
        .collect();
    if informative.is_empty() {
        return "ssh ended without saying why".to_owned();
    }
    excerpt(&informative[informative.len().saturating_sub(MAX_DETAIL_LINES)..].join("; "))
}

/// Foreign text as it may be shown: one line, nothing that acts on a terminal, not too long.
pub(in crate::appliance::ssh) fn excerpt(text: &str) -> String {
    let mut shown = text::excerpt(text.trim(), MAX_EXCERPT_CHARS);
    if text.trim().chars().nth(MAX_EXCERPT_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
