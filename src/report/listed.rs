//! One run on one line, as `drwatch runs` lists it.

use serde_json::json;

use super::escape::visible;
use super::phrases::{accepted_dangers, outcome_word, paused_warning};
use super::table::known;
use crate::run::{Known, PhaseSummary, Summary};
use crate::text::{self, Charset};

/// The run in the folder `name` on one line that ends with a newline; `is_live`: it is being recorded.
#[must_use]
pub fn listed(name: &str, summary: &Summary, is_live: bool) -> String {
    let bucket = known(summary.bucket.name.as_deref(), visible);
    let length = |phase: &PhaseSummary| Some(format!("{} {}", phase.name.name(), phase.seconds?));
    let phases: Vec<_> = summary.phases.iter().filter_map(length).collect();
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let outcome = format!("{}{simulated}", outcome_word(summary.outcome));
    let copy = copied(name, summary).map(|run| format!("  (a copy of run {})", visible(run)));
    let copy = copy.unwrap_or_default();
    let marks = marks(summary, is_live).join("  ");
    let marks = if marks.is_empty() { marks } else { format!("  {marks}") };
    format!("{}  {outcome:<22}  {bucket:<16}  {}{marks}{copy}\n", visible(name), phases.join(", "))
}

/// What the reader of a list has to act on, in capitals.
fn marks(summary: &Summary, is_live: bool) -> Vec<String> {
    let mut marks = Vec::new();
    if is_live {
        marks.push("LIVE".to_owned());
    }
    match (paused_warning(summary), is_live, summary.replication.state) {
        (None, ..) => {}
        (Some(_), false, Known::Paused) => marks.push("LEFT PAUSED".to_owned()),
        (Some(_), false, _) => marks.push("LEFT PAUSED, perhaps".to_owned()),
        (Some(_), true, _) => marks.push("PAUSED".to_owned()),
    }
    match accepted_dangers(summary).count() {
        0 => {}
        count => marks.push(format!("{count} BLOCKING ACKNOWLEDGED")),
    }
    marks
}

/// The run that the folder called `name` holds a copy of; `None` where it is that run's own folder.
fn copied<'a>(name: &str, summary: &'a Summary) -> Option<&'a str> {
    Some(summary.run.0.as_str()).filter(|run| *run != name)
}

/// The same as a JSON object on one line. Ends with a newline.
#[must_use]
pub fn listed_json(name: &str, summary: &Summary, is_live: bool) -> String {
    let line = json!({
        "run": name,
        "copy_of": copied(name, summary),
        "simulated": summary.simulated,
        "outcome": summary.outcome,
        "bucket": summary.bucket.name,
        "started_at": summary.started_at,
        "ended_at": summary.ended_at,
        "phases": summary.phases,
        "live": is_live,
        "replication": summary.replication.state,
        "left_paused": !is_live && paused_warning(summary).is_some(),
        "blocking_acknowledged": accepted_dangers(summary).count(),
    });
    let line = line.to_string();
    format!("{}\n", text::json_in(&line, Charset::Unicode))
}
