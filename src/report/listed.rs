//! One run on one line, as `drwatch runs` lists it.

use serde_json::json;

use super::{escape::visible, figures::UNKNOWN, markdown::outcome_word};
use crate::{
    outlet::{self, Charset},
    run::Summary,
};

/// `name` of the run's folder, outcome, bucket, the lengths of the phases, and which run it is a copy of if
/// the folder is not that run's own. Ends with a newline.
#[must_use]
pub fn listed(name: &str, summary: &Summary) -> String {
    let bucket = summary.bucket.name.as_deref().map_or_else(|| UNKNOWN.to_owned(), visible);
    let phases: Vec<_> = summary
        .phases
        .iter()
        .filter_map(|phase| Some(format!("{} {}", phase.name, phase.seconds?)))
        .collect();
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let outcome = format!("{}{simulated}", outcome_word(summary.outcome));
    let copy = copied(name, summary).map(|run| format!("  (a copy of run {})", visible(run)));
    let copy = copy.unwrap_or_default();
    format!("{}  {outcome:<22}  {bucket:<16}  {}{copy}\n", visible(name), phases.join(", "))
}

/// The run that the folder called `name` holds a copy of; `None` where it is that run's own folder.
fn copied<'a>(name: &str, summary: &'a Summary) -> Option<&'a str> {
    Some(summary.run.0.as_str()).filter(|run| *run != name)
}

/// The same as a JSON object on one line. Ends with a newline.
#[must_use]
pub fn listed_json(name: &str, summary: &Summary) -> String {
    let line = json!({
        "run": name,
        "copy_of": copied(name, summary),
        "simulated": summary.simulated,
        "outcome": summary.outcome,
        "bucket": summary.bucket.name,
        "started_at": summary.started_at,
        "ended_at": summary.ended_at,
        "phases": summary.phases,
    });
    let line = line.to_string();
    format!("{}\n", outlet::json_in(&line, Charset::Unicode))
}
