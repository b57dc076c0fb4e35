//! Past runs from which the length of stage 2 can be judged, read from the summaries beside their records. What is of the
//! same kind is decided in `run`.

use std::{fs, path::Path};

use serde::Deserialize;

use crate::{
    journal::{RunFolder, list_runs},
    run::{ByteCount, Elapsed, ObjectCount, PastRun, Phase, RunId},
};

/// The latest runs are looked at, simulated ones included.
// Read before the screen at each start, which a folder of many runs must not hold up.
const MAX_LOOKED_AT: usize = 200;

/// Past runs that the first record holds.
const MAX_RUNS: usize = 20;

/// A summary larger than this is passed over.
const MAX_SUMMARY: ByteCount = ByteCount(8 << 20);

/// The fields of a summary that matter here.
#[derive(Deserialize)]
struct Summary {
    run: RunId,
    simulated: bool,
    outcome: String,
    download: Download,
    phases: Vec<Span>,
    versions: Versions,
    /// Missing in summaries of earlier versions.
    stage_2: Option<Activity>,
}

#[derive(Deserialize)]
struct Download {
    expected: Option<ObjectCount>,
}

#[derive(Deserialize)]
struct Span {
    name: Phase,
    ended_at: Option<String>,
    seconds: Option<Elapsed>,
}

#[derive(Deserialize)]
struct Versions {
    dr: Option<Appliance>,
}

#[derive(Deserialize)]
struct Appliance {
    release: Option<String>,
}

#[derive(Deserialize)]
struct Activity {
    log_lines_per_10_minutes: Vec<u64>,
}

/// The latest runs in `runs_dir` whose stage 2 was seen from beginning to end, the newest first. Simulated runs and those
/// without a readable summary are skipped.
pub(crate) fn history(runs_dir: &Path) -> Vec<PastRun> {
    let folders = list_runs(runs_dir).unwrap_or_default();
    folders.iter().flatten().rev().take(MAX_LOOKED_AT).filter_map(past_run).take(MAX_RUNS).collect()
}

fn past_run(folder: &RunFolder) -> Option<PastRun> {
    let path = folder.summary_path();
    // Anything else than a file could block the start.
    let file = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    if file.len() > MAX_SUMMARY.0 {
        return None;
    }
    let summary: Summary = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
    // A copy under another name counts once, as the run that it is of.
    if summary.simulated || summary.outcome != "restored" || summary.run != *folder.id() {
        return None;
    }
    let over = |span: &&Span| span.name == Phase::Stage2 && span.ended_at.is_some();
    Some(PastRun {
        run: summary.run,
        release: summary.versions.dr.and_then(|dr| dr.release),
        objects: summary.download.expected,
        stage_2: summary.phases.iter().find(over)?.seconds?,
        log_lines_per_10_minutes: summary
            .stage_2
            .map(|stage| stage.log_lines_per_10_minutes)
            .unwrap_or_default(),
    })
}
