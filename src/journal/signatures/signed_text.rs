//! The short text that a signature covers.

use crate::{
    run::{JournalHead, RunId, SignedStatement},
    text::{Charset, line_in},
};

/// The text that is signed for `statement`, where `head` is the end of the chain with its record.
///
/// One field a line, always all of them in this order, so that equal statements give equal bytes:
///
/// ```text
/// drwatch signature 1
/// run: 20260913T160338Z-a1b2c3
/// simulated: no
/// records: 412
/// head: <SHA-256 of the last of them, in hex>
/// role: operator
/// verdict: passed
/// name: Kim Berg
/// ```
///
/// Notes are not in it: they are in the record of the statement, which the head covers.
pub(crate) fn signed_text(
    run: &RunId,
    simulated: bool,
    head: &JournalHead,
    statement: &SignedStatement,
) -> String {
    let simulated = if simulated { "yes" } else { "no" };
    let verdict = statement.verdict.map_or("none", |verdict| verdict.name());
    // Run and name may come from a journal that somebody has written by hand: neither can begin a line of its own.
    let (run, name) = (line_in(&run.0, Charset::Unicode), line_in(&statement.name, Charset::Unicode));
    format!(
        "drwatch signature 1\nrun: {run}\nsimulated: {simulated}\nrecords: {}\nhead: {}\nrole: {}\nverdict: {verdict}\n\
         name: {name}\n",
        head.records,
        head.head,
        statement.role.name(),
    )
}

/// Where a text beside a signature differs from the one that the record gives: both lines, the first that differ.
pub(super) fn first_difference(found: &[u8], expected: &str) -> Option<(String, String)> {
    if found == expected.as_bytes() {
        return None;
    }
    let found = String::from_utf8_lossy(found);
    let (mut found, mut expected) = (found.split('\n'), expected.split('\n'));
    loop {
        match (found.next(), expected.next()) {
            (Some(found), Some(expected)) if found == expected => {}
            (None, None) => return Some(("bytes that are no text".to_owned(), "none".to_owned())),
            (found, expected) => return Some((shown(found), shown(expected))),
        }
    }
}

fn shown(line: Option<&str>) -> String {
    match line {
        None => "nothing".to_owned(),
        Some("") => "an empty line".to_owned(),
        Some(line) => format!("\"{}\"", crate::text::excerpt(line, 100)),
    }
}
