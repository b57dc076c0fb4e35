//! Searching the log for stage markers that were written before the watch.

use std::sync::Arc;

use super::{Client, RAW_LIMIT};
use crate::{
    appliance::{gate::Sendable, shell::ShellError},
    dialect::Dialect,
    parse,
    run::{Answer, Elapsed, FoundMarker, NearMiss, Reading, Timestamp},
    text,
};

/// Most markers of one search: the last ones, which most likely belong to the restore.
const MAX_MARKERS: usize = 16;

/// Longest reply to a search, in bytes: the module that logs the markers may log much else.
const SEARCH_LIMIT: usize = 32 << 20;

/// Longest excerpt of a marker's line, in bytes.
const MARKER_LINE_LIMIT: usize = 400;

impl Client {
    /// Asks for the log's lines that may be markers and picks those that are, in the order of the
    /// reply. `now` gives the year of their stamps.
    pub(crate) async fn search_log(
        &mut self,
        now: Timestamp,
    ) -> Result<Answer<Vec<FoundMarker>>, ShellError> {
        self.shell.set_reply_limit(SEARCH_LIMIT);
        let gate = Arc::clone(&self.gate);
        let mut all = Answer { reading: Reading::Known(Vec::new()), took: Elapsed::ZERO, raw: String::new() };
        let mut found = Vec::new();
        let lines = gate.questions(Sendable::SearchLog)?;
        for line in lines {
            let read = |dialect: &Dialect, text: &[u8]| Reading::Known(markers(dialect, text, now));
            let answer = self.answer_to(line, read).await?;
            all.took = all.took.saturating_add(answer.took);
            all.raw = text::printable_within(format!("{}{}\n", all.raw, answer.raw).as_bytes(), RAW_LIMIT);
            match answer.reading {
                Reading::Known(more) => found.extend(more),
                other => all.reading = other,
            }
        }
        // A single reply is in the order of the log; sorting would move markers without a stamp to its front.
        if lines.len() > 1 {
            found.sort_by_key(|marker| marker.stamp);
        }
        // One line of the log may be found by several searches.
        found.dedup();
        found.drain(..found.len().saturating_sub(MAX_MARKERS));
        // Where a part of the search was refused, finding nothing proves nothing.
        if !found.is_empty() || all.reading.known().is_some() {
            all.reading = Reading::Known(found);
        }
        Ok(all)
    }
}

fn markers(dialect: &Dialect, text: &[u8], now: Timestamp) -> Vec<FoundMarker> {
    let read = |bytes: &[u8]| {
        let words = parse::undecorated(bytes);
        let line = parse::log_line(&words);
        let near = || match dialect.near_miss(&words)? {
            NearMiss::Marker(marker) => Some((*marker, true)),
            NearMiss::Alarm(_) => None,
        };
        let marker = match (line.program, line.module) {
            (Some(program), Some(module)) => dialect.marker(program, module, line.message),
            _ => None,
        };
        let (marker, near) = marker.map(|marker| (marker, false)).or_else(near)?;
        let stamp = line.stamp.and_then(|stamp| stamp.resolve(now));
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        Some(FoundMarker { marker, stamp, raw: text::printable_line(text, MARKER_LINE_LIMIT), near })
    };
    text.split_inclusive(|byte| *byte == b'\n').filter_map(read).collect()
}
