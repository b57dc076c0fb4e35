//! What an import says of its logs, as text and as JSON.

use std::{fmt::Write as _, path::Path};

use serde_json::{Map, Value, json};

use super::record::Finished;
use crate::{
    ingest::import::{Found, FoundKind, Interpreter, LEVELS, Modules, Overlap, Restore},
    report,
    run::{Marker, NearMiss, Severity, Timestamp},
    text::{grouped, iso, plural, printable_within, shell_word},
};

/// Lines of each kind that the text lists; the JSON lists all that are on record.
const MAX_LISTED: usize = 40;
/// Longest part of a line that the text shows.
const MAX_SHOWN: usize = 160;
const UNKNOWN: &str = "unknown";

/// All that was found in a reading.
pub(super) struct Reading {
    pub(super) interpreter: Interpreter,
    pub(super) modules: Modules,
    pub(super) names: Vec<String>,
}

/// `runs_dir`: where the runs are, if that was named.
pub(super) fn text(finished: &Finished, reading: &Reading, runs_dir: Option<&Path>) -> String {
    let id = finished.folder.id();
    let place = runs_dir
        .map_or_else(String::new, |dir| format!(" --runs-dir {}", shell_word(&dir.to_string_lossy())));
    let commands = [
        ("report", format!("drwatch report {id}{place}")),
        ("replay", format!("drwatch replay {id}{place}")),
    ];
    let totals = &reading.interpreter.totals;
    let (lines, unparsed) = (totals.tally.lines.0, totals.tally.unparsed.0);
    let mut text = report::text(&finished.summary, finished.folder.path(), &commands);
    _ = write!(
        text,
        "\n{} in {}: {} parsed, {} in no known form\nfirst {}, last {}\n\n",
        plural(lines, "line"),
        plural(reading.names.len() as u64, "log"),
        grouped(lines - unparsed.min(lines)),
        grouped(unparsed),
        moment(totals.first_at),
        moment(totals.last_at)
    );
    for overlap in reading.interpreter.overlaps() {
        _ = writeln!(text, "{}\n", overlap_text(overlap, reading));
    }
    text += &modules_text(reading);
    for (kind, title) in [(0, "markers"), (1, "alarms"), (2, "near misses"), (3, "starts of rfsd")] {
        let count = totals.counts.get(kind).copied().unwrap_or_default();
        _ = write!(text, "\n{title}: {count}\n");
        let found: Vec<_> =
            reading.interpreter.found.iter().filter(|found| index(&found.kind) == kind).collect();
        for found in found.iter().take(MAX_LISTED) {
            _ = writeln!(text, "  {}", found_text(found, reading));
        }
        let more = count.saturating_sub(MAX_LISTED.min(found.len()) as u64);
        if more > 0 {
            _ = writeln!(text, "  and {}", plural(more, "more line"));
        }
    }
    text
}

fn moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| UNKNOWN.to_owned(), iso)
}

const fn index(kind: &FoundKind) -> usize {
    match kind {
        FoundKind::Marker(_) => 0,
        FoundKind::Alarm(_) => 1,
        FoundKind::NearMiss(_) => 2,
        FoundKind::RfsdStarted => 3,
    }
}

fn found_text(found: &Found, reading: &Reading) -> String {
    let raw: String = found.raw.chars().take(MAX_SHOWN).collect();
    format!("{}:{} {}: {raw}", name(found.place.log, reading), found.place.line, what(&found.kind))
}

fn name(log: usize, reading: &Reading) -> String {
    named(log, &reading.names)
}

fn named(log: usize, names: &[String]) -> String {
    names.get(log).map_or_else(String::new, |name| printable_within(name.as_bytes(), 512))
}

fn marker(marker: Marker) -> &'static str {
    match marker {
        Marker::DownloadStarted => "stage 1 begins",
        Marker::DownloadComplete => "stage 1 ends",
        Marker::NamespaceComplete => "namespace generated",
        Marker::RestoreSuccessful => "namespace mounted",
        Marker::RestoreFailed => "restore failed",
    }
}

fn what(kind: &FoundKind) -> String {
    match kind {
        FoundKind::Marker(found) => marker(*found).to_owned(),
        FoundKind::Alarm(name) => name.clone(),
        FoundKind::NearMiss(NearMiss::Marker(near)) => format!("near to: {}", marker(*near)),
        FoundKind::NearMiss(NearMiss::Alarm(name)) => format!("near to: {name}"),
        FoundKind::RfsdStarted => "rfsd starts".to_owned(),
    }
}

fn level(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Debug) => "debug",
        Some(Severity::Info) => "info",
        Some(Severity::Notice) => "notice",
        Some(Severity::Warning) => "warning",
        Some(Severity::Error) => "error",
        Some(Severity::Critical) => "critical",
        Some(Severity::Alert) => "alert",
        Some(Severity::Emergency) => "emergency",
        None => "none",
    }
}

/// Modules by severity; columns without a line are left out.
fn modules_text(reading: &Reading) -> String {
    let rows = reading.modules.rows();
    let is_used =
        |column: usize| rows.iter().any(|(_, counts)| counts.get(column).is_some_and(|count| *count > 0));
    let used: Vec<usize> = (0..LEVELS.len()).filter(|column| is_used(*column)).collect();
    let mut text = format!("{:<24}", "module");
    for column in &used {
        _ = write!(text, " {:>13}", LEVELS.get(*column).map_or("", |severity| level(*severity)));
    }
    text.push('\n');
    for (module, counts) in rows {
        _ = write!(text, "{:<24}", printable_within(module, 48));
        for column in &used {
            _ = write!(text, " {:>13}", grouped(counts.get(*column).copied().unwrap_or_default()));
        }
        text.push('\n');
    }
    text
}

pub(super) fn json(finished: &Finished, reading: &Reading) -> String {
    let totals = &reading.interpreter.totals;
    let (lines, unparsed) = (totals.tally.lines.0, totals.tally.unparsed.0);
    let modules: Vec<Value> = reading.modules.rows().into_iter().map(module_json).collect();
    let found: Vec<Value> =
        reading.interpreter.found.iter().map(|found| found_json(found, reading)).collect();
    let overlaps: Vec<Value> =
        reading.interpreter.overlaps().iter().map(|overlap| overlap_json(overlap, reading)).collect();
    let [markers, alarms, near_misses, rfsd_starts] = totals.counts;
    let value = json!({
        "kind": "import",
        "run": finished.folder.id(),
        "folder": finished.folder.path().display().to_string(),
        "outcome": finished.summary.outcome,
        "exit": finished.exit.code(),
        "logs": reading.names,
        "bytes": totals.bytes,
        "lines": lines,
        "parsed": lines - unparsed.min(lines),
        "unparsed": unparsed,
        "first_at": totals.first_at,
        "last_at": totals.last_at,
        "modules": modules,
        "counts": {
            "markers": markers, "alarms": alarms, "near_misses": near_misses, "rfsd_starts": rfsd_starts,
        },
        "found": found,
        "overlaps": overlaps,
        "restores": reading.interpreter.restores().iter().map(|restore| restore_json(restore, reading)).collect::<Vec<_>>(),
    });
    format!("{value}\n")
}

fn overlap_text(overlap: &Overlap, reading: &Reading) -> String {
    format!(
        "{} begins at {}, where the logs before it go on to {}: its lines up to then may be on record twice",
        name(overlap.log, reading),
        iso(overlap.from),
        iso(overlap.until)
    )
}

fn overlap_json(overlap: &Overlap, reading: &Reading) -> Value {
    json!({ "log": name(overlap.log, reading), "from": overlap.from, "until": overlap.until })
}

fn module_json((module, counts): (&[u8], &[u64; LEVELS.len()])) -> Value {
    let mut row = Map::new();
    row.insert("module".to_owned(), printable_within(module, 256).into());
    row.extend(
        LEVELS.iter().zip(counts).map(|(severity, count)| (level(*severity).to_owned(), (*count).into())),
    );
    Value::Object(row)
}

fn found_json(found: &Found, reading: &Reading) -> Value {
    let kind = ["marker", "alarm", "near_miss", "rfsd_start"].get(index(&found.kind)).copied();
    let of = match &found.kind {
        FoundKind::Marker(marker) => json!(marker),
        FoundKind::Alarm(name) => json!(name),
        FoundKind::NearMiss(near) => json!(near),
        FoundKind::RfsdStarted => Value::Null,
    };
    json!({
        "kind": kind,
        "of": of,
        "log": name(found.place.log, reading),
        "line": found.place.line,
        "at": found.at,
        "raw": found.raw,
    })
}

fn outcome(restore: &Restore) -> &'static str {
    match (restore.has_failed(), restore.is_restored()) {
        (true, _) => "failed",
        (false, true) => "restored",
        (false, false) => "incomplete",
    }
}

fn restore_json(restore: &Restore, reading: &Reading) -> Value {
    json!({
        "log": name(restore.begins.log, reading),
        "line": restore.begins.line,
        "first_at": restore.first_at,
        "last_at": restore.last_at,
        "phases": restore.phases(),
        "outcome": outcome(restore),
    })
}

pub(super) fn restores_json(restores: &[Restore], reading: &Reading) -> String {
    let totals = &reading.interpreter.totals;
    let restores: Vec<_> = restores.iter().map(|restore| restore_json(restore, reading)).collect();
    let value = json!({
        "kind": "restores",
        "logs": reading.names,
        "lines": totals.tally.lines,
        "unparsed": totals.tally.unparsed,
        "restores": restores,
    });
    format!("{value}\n")
}

pub(super) fn restores_text(restores: &[Restore], names: &[String]) -> String {
    if restores.is_empty() {
        return "no line of these logs ends a stage of a restore\n".to_owned();
    }
    restores.iter().enumerate().map(|(at, restore)| restore_line(at + 1, restore, names) + "\n").collect()
}

fn restore_line(number: usize, restore: &Restore, names: &[String]) -> String {
    let phases: Vec<_> = restore.phases().into_iter().map(crate::run::Phase::name).collect();
    format!(
        "{number}  {} to {}  {} ({})  from {}:{}",
        moment(restore.first_at),
        moment(restore.last_at),
        outcome(restore),
        phases.join(", "),
        named(restore.begins.log, names),
        restore.begins.line
    )
}

/// The sentence where one restore has to be chosen.
pub(super) fn several(restores: &[Restore], names: &[String]) -> String {
    format!("{}; choose one with --pick N. Nothing is recorded", listed(restores, names))
}

pub(super) fn no_such_restore(pick: usize, restores: &[Restore], names: &[String]) -> String {
    format!("there is no restore {pick}: {}", listed(restores, names))
}

fn listed(restores: &[Restore], names: &[String]) -> String {
    let lines: Vec<_> =
        restores.iter().enumerate().map(|(at, restore)| restore_line(at + 1, restore, names)).collect();
    match lines.len() {
        0 => "no line of these logs ends a stage of a restore".to_owned(),
        count => format!("{} in these logs: {}", plural(count as u64, "restore"), lines.join("; ")),
    }
}
