//! That a report is redacted, and the words in it.

use crate::report::escape::{code, prose};
use crate::report::table::{Flush::Left, table};
use crate::run::Summary;

/// What the top of a redacted report says; nothing for any other.
pub(in crate::report) fn redaction_notice(summary: &Summary) -> Option<String> {
    let notice = &summary.redacted.as_ref()?.notice;
    // The command as it is typed.
    let (words, command) = notice.split_once("compare: ")?;
    Some(format!("> **REDACTED.** {}compare:\n> {}\n", prose(words), code(command)))
}

/// The words with the digests of what they replace; nothing for a report that is not redacted.
pub(in crate::report) fn redacted_words(summary: &Summary) -> Option<String> {
    let redaction = summary.redacted.as_ref()?;
    let row = |word: &crate::run::RedactedWord| [word.word.clone(), word.hmac_sha256.clone()];
    let rows: Vec<_> = redaction.words.iter().map(row).collect();
    let table = table([("Word", Left), ("HMAC-SHA-256 of the name", Left)], &rows);
    Some(format!("## Redacted names\n\n{table}"))
}
