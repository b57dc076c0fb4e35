//! One run on one line, as `drwatch runs` lists it.

use serde_json::json;

use super::{escape::visible, figures::UNKNOWN, markdown::outcome_word};
use crate::run::Summary;

/// Id, outcome, bucket, and the lengths of the phases. Ends with a newline.
#[must_use]
pub fn listed(summary: &Summary) -> String {
    let bucket = summary.bucket.name.as_deref().map_or_else(|| UNKNOWN.to_owned(), visible);
    let phases: Vec<_> = summary
        .phases
        .iter()
        .filter_map(|phase| Some(format!("{} {}", phase.name, phase.seconds?)))
        .collect();
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let outcome = format!("{}{simulated}", outcome_word(summary.outcome));
    format!("{}  {outcome:<22}  {bucket:<16}  {}\n", visible(&summary.run.0), phases.join(", "))
}

/// The same as a JSON object on one line. Ends with a newline.
#[must_use]
pub fn listed_json(summary: &Summary) -> String {
    let line = json!({
        "run": summary.run,
        "simulated": summary.simulated,
        "outcome": summary.outcome,
        "bucket": summary.bucket.name,
        "started_at": summary.started_at,
        "ended_at": summary.ended_at,
        "phases": summary.phases,
    });
    format!("{line}\n")
}
