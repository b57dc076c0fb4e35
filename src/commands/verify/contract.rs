//! What every version of drwatch makes alike of the same records, and so holds another's summary to.

/// Fields, as [`general`] writes them, with all that is below them. What another version may lack, or say in
/// other words, is not among them.
const CONTRACT: &[&str] = &[
    "schema",
    "run",
    "simulated",
    "outcome",
    "started_at",
    "ended_at",
    "recorder",
    "bucket.name",
    "bucket.entries",
    "bucket.bytes",
    "bucket.slabs",
    "bucket.maps",
    "bucket.rbtmds",
    "bucket.other",
    "bucket.unclassified",
    "bucket.provisional",
    "download.baseline",
    "download.counter",
    "download.downloaded",
    "download.expected",
    "download.epochs[].first",
    "download.epochs[].last",
    "download.epochs[].reason",
    "download.mean_per_second",
    "download.peak_per_second",
    "phases[].name",
    "phases[].started_at",
    "phases[].ended_at",
    "phases[].seconds",
    "phases[].precision",
    "phases[].evidence.record",
    "phases[].evidence.source",
    "phases[].evidence.raw",
    "replication.state",
    "replication.attested",
    "replication.policy",
    "replication.paused_seconds",
    "replication.intervals[].from",
    "replication.intervals[].to",
    "replication.intervals[].by",
    "threads",
    "actions[].kind",
    "actions[].state",
    "actions[].requested_at",
    "actions[].sent",
    "actions[].answer",
    "actions[].reason",
    "actions[].user",
    "actions[].record",
    "findings[].code",
    "findings[].severity",
    "findings[].opened_at",
    "findings[].closed_at",
    "findings[].acknowledged",
    "findings[].record",
    "gaps[].from",
    "gaps[].to",
    "gaps[].offset",
    "gaps[].reason",
    "notes[].at",
    "notes[].user",
    "notes[].text",
    "log.lines",
    "log.unparsed",
    "log.bytes",
    "versions.drwatch",
    "versions.dialect",
    "versions.primary.hostname",
    "versions.primary.serial",
    "versions.dr.hostname",
    "versions.dr.serial",
    "journal.records",
    "journal.head",
];

/// Whether `field` is one of the contract, holds one, or is part of one.
pub(super) fn names(field: &str) -> bool {
    let field = general(field);
    CONTRACT.iter().any(|of_contract| is_within(&field, of_contract) || is_within(of_contract, &field))
}

fn is_within(field: &str, outer: &str) -> bool {
    let rest = field.strip_prefix(outer);
    outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The path of a field without places in lists: `phases[].seconds` for `phases[1].seconds`.
pub(super) fn general(field: &str) -> String {
    let mut parts = field.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |path, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{path}[{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_held_to_with_what_holds_it_and_what_it_holds() {
        for field in
            ["", "outcome", "phases", "phases[1]", "phases[1].seconds", "bucket.other.tombs", "actions"]
        {
            assert!(names(field), "{field}");
        }
        for field in [
            "outcomes",
            "bucket.record",
            "findings[2].text",
            "exposure",
            "exposure.at_most",
            "actions[0].typed",
        ] {
            assert!(!names(field), "{field}");
        }
    }
}
