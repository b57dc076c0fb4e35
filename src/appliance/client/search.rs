//! Searching the log for stage markers that were written before the watch.

use std::sync::Arc;

use super::{Client, RAW_LIMIT};
use crate::{
    appliance::{gate::Sendable, shell::ShellError},
    dialect::Dialect,
    parse,
    run::{Answer, At, FoundMarker, Reading, Span},
};

/// Markers kept of one search: the last ones, which are the likeliest to belong.
const KEPT: usize = 16;

/// Bytes kept of a marker's line.
const LINE_LIMIT: usize = 400;

impl Client {
    /// Asks for the log's lines that may be markers and picks those that are, in the order of the
    /// reply. `now` tells the year of their stamps.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn search_log(&mut self, now: At) -> Result<Answer<Vec<FoundMarker>>, ShellError> {
        let gate = Arc::clone(&self.gate);
        let dialect = Arc::clone(&self.dialect);
        let mut all = Answer { reading: Reading::Unreadable, took: Span::ZERO, raw: String::new() };
        let mut found = None;
        for line in gate.questions(Sendable::SearchLog)? {
            let answer = self.answer_to(line, |text| Reading::Known(markers(&dialect, text, now))).await?;
            all.took = all.took.saturating_add(answer.took);
            all.raw = parse::printable_within(format!("{}{}\n", all.raw, answer.raw).as_bytes(), RAW_LIMIT);
            match answer.reading {
                Reading::Known(more) => found.get_or_insert_with(Vec::new).extend(more),
                other => all.reading = other,
            }
        }
        if let Some(mut found) = found {
            found.sort_by_key(|marker| marker.stamp);
            found.dedup();
            found.drain(..found.len().saturating_sub(KEPT));
            all.reading = Reading::Known(found);
        }
        Ok(all)
    }
}

fn markers(dialect: &Dialect, text: &[u8], now: At) -> Vec<FoundMarker> {
    let read = |bytes: &[u8]| {
        let line = parse::log_line(bytes);
        let marker = dialect.marker(line.program?, line.module?, line.message)?;
        let stamp = line.stamp.and_then(|stamp| stamp.resolve(now));
        Some(FoundMarker { marker, stamp, raw: parse::printable_within(line.text(), LINE_LIMIT) })
    };
    text.split_inclusive(|byte| *byte == b'\n').filter_map(read).collect()
}
