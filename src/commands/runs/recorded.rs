//! A recorded run as a report needs it: what its journal adds up to, the earlier runs of its bucket, the records cited.

use std::{collections::BTreeSet, path::Path};

use super::{
    compare::recorded,
    redacted::{ShownRecords, Unshown},
};
use crate::{
    commands::command_line::messages::complain,
    journal::{self, RunFolder},
    report::{self, Quote, RecordedRun, Report, Trail},
    run::{Record, Sequence, Summary, summarise},
};

/// So many earlier runs are compared.
const MAX_EARLIER: usize = 3;

/// Reads a run, and the latest earlier ones in `runs_dir` of the same bucket; without its names where `redact`.
pub(super) fn report(folder: &RunFolder, runs_dir: &Path, redact: bool) -> Result<Report, Unshown> {
    let mut records = ShownRecords::open(folder, redact)?;
    let mut trail = Trail::default();
    let (mut run, read) = records.run(|run, record| trail.see(run, record))?;
    let is_live = journal::is_being_recorded(folder);
    if !is_live {
        run.cut_short();
    }
    if let Some(missing) = journal::missing_of_log(folder, run.log.end) {
        // The record is whole, and so is a report of it; what it quotes of the log is in the record as well.
        complain(&format!(
            "dr.log of {} lacks {missing} bytes that its record cites; this is the report of the record alone. Verify the \
             run to learn what is damaged.",
            folder.id()
        ));
    }
    let summary = summarise(&run, run.last_at, read.head);
    let mut report = Report::of_run(&run, summary, trail);
    if !is_live {
        report.cut_short();
    }
    // The names of another run are not replaced.
    if !records.is_redacted() {
        report.compare_with(earlier(&report.summary, runs_dir));
    }
    let cited = report::cited_records(&report);
    quote(&mut report, &mut records, &cited)?;
    // Last, as it holds the words for all that was given.
    report.summary.redacted = records.redaction(&report.summary.run);
    Ok(report)
}

/// The latest runs before it of the same bucket, the earliest first. What cannot be read is no reason for no report.
fn earlier(summary: &Summary, runs_dir: &Path) -> Vec<RecordedRun> {
    let Some(bucket) = &summary.bucket.name else { return Vec::new() };
    let folders = journal::list_runs(runs_dir).unwrap_or_default();
    // The names of runs begin with their time.
    let before = |folder: &RunFolder| folder.id().0 < summary.run.0;
    let mut folders: Vec<_> = folders.into_iter().flatten().filter(before).collect();
    folders.sort_by(|one, other| other.id().0.cmp(&one.id().0));
    let is_like_it = |run: &RecordedRun| {
        run.summary.bucket.name.as_ref() == Some(bucket) && run.summary.simulated == summary.simulated
    };
    // Lazily: the newest come first, and no more journals are read than runs are taken.
    let runs = folders.iter().filter_map(|folder| recorded(folder).ok());
    let mut runs: Vec<_> = runs.filter(is_like_it).take(MAX_EARLIER).collect();
    runs.reverse();
    runs
}

/// Puts the cited records into the report, as they stand in the journal.
fn quote(
    report: &mut Report,
    records: &mut ShownRecords<'_>,
    cited: &BTreeSet<Sequence>,
) -> Result<(), Unshown> {
    records.each(|record| {
        if cited.contains(&record.seq) {
            fill(report.quotes.entry(record.seq).or_default(), record);
        }
    })
}

fn fill(quote: &mut Quote, record: &Record) {
    quote.at = Some(record.at);
    let Ok(value) = serde_json::to_value(&record.event) else { return };
    let words = |value: Option<&serde_json::Value>| value.and_then(|value| value.as_str()).map(str::to_owned);
    quote.kind = words(value.get("kind")).unwrap_or_default();
    let line = value.get("line");
    let raw = words(line.and_then(|line| line.get("raw"))).or_else(|| words(value.get("raw")));
    quote.raw = raw.or_else(|| quote.raw.take());
    let offset = line.and_then(|line| line.get("offset")).and_then(serde_json::Value::as_u64);
    quote.offset = offset.map(crate::run::LogOffset).or(quote.offset);
    quote.line = serde_json::to_string(&record.event).ok();
}
