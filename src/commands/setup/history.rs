//! Past runs from which the length of stage 2 can be judged, read from the summaries beside their records. What is of the
//! same kind is decided in `run`.

use std::{fs, path::Path};

use serde::{Deserialize, de::IgnoredAny};

use crate::{
    journal::{self, RunFolder, list_runs},
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
    /// So are its fields.
    #[serde(default)]
    recovery: Recovery,
}

#[derive(Default, Deserialize)]
struct Recovery {
    stated_restored: Option<Stated>,
}

#[derive(Deserialize)]
struct Stated {
    against: Vec<IgnoredAny>,
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

/// The latest runs in `runs_dir` whose stage 2 was seen from beginning to end, the newest first. Simulated runs, those whose
/// restore is in doubt and those without a readable summary are skipped.
pub(crate) fn history(runs_dir: &Path) -> Vec<PastRun> {
    let folders = list_runs(runs_dir).unwrap_or_default();
    folders.iter().flatten().rev().take(MAX_LOOKED_AT).filter_map(past_run).take(MAX_RUNS).collect()
}

fn past_run(folder: &RunFolder) -> Option<PastRun> {
    let path = folder.summary_path();
    // A long one would hold up the start.
    let file = fs::symlink_metadata(&path).ok().filter(fs::Metadata::is_file)?;
    if file.len() > MAX_SUMMARY.0 {
        return None;
    }
    let summary: Summary = serde_json::from_slice(&journal::read_regular(&path).ok()?).ok()?;
    // A copy under another name counts once, as the run that it is of.
    if summary.simulated || summary.outcome != "restored" || summary.run != *folder.id() {
        return None;
    }
    // How long a restore took that was stated against what was read, shows nothing.
    if summary.recovery.stated_restored.is_some_and(|stated| !stated.against.is_empty()) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::run::Timestamp;

    /// A run with that summary, `second` by second newer.
    fn run(runs: &Path, second: i64, change: impl FnOnce(&mut serde_json::Value)) {
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400 + second, 0).unwrap());
        let folder = RunFolder::create(runs, now, 1).unwrap();
        fs::write(folder.path().join("journal.ndjson"), "").unwrap();
        let mut summary = json!({
            "run": folder.id(), "simulated": false, "outcome": "restored",
            "download": {"expected": 2662},
            "phases": [{"name": "stage-2", "ended_at": "2026-03-02T08:00:00Z", "seconds": 3600.5}],
            "versions": {"dr": {"release": "4.4.1"}},
        });
        change(&mut summary);
        fs::write(folder.summary_path(), summary.to_string()).unwrap();
    }

    #[test]
    fn real_restored_runs_with_a_timed_stage_2_are_the_history_the_newest_first() {
        let runs = tempfile::tempdir().unwrap();
        run(runs.path(), 0, |_| {});
        run(runs.path(), 1, |summary| summary["simulated"] = true.into());
        run(runs.path(), 2, |summary| summary["outcome"] = "incomplete".into());
        run(runs.path(), 3, |summary| summary["phases"][0]["seconds"] = serde_json::Value::Null);
        run(runs.path(), 4, |summary| summary["phases"][0]["ended_at"] = serde_json::Value::Null);
        run(runs.path(), 5, |summary| summary["run"] = "20260101T000000Z-abcdef".into());
        run(runs.path(), 6, |summary| *summary = json!({"run": 7}));
        run(runs.path(), 7, |summary| summary["stage_2"] = json!({"log_lines_per_10_minutes": [5, 7]}));
        run(runs.path(), 8, |summary| {
            summary["recovery"] =
                json!({"stated_restored": {"against": [{"text": "0 of 2,662", "record": 1}]}});
        });
        let found = history(runs.path());
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0].log_lines_per_10_minutes, [5, 7]);
        assert_eq!((found[1].objects, found[1].release.as_deref()), (Some(ObjectCount(2662)), Some("4.4.1")));
        assert_eq!(found[1].stage_2, Elapsed::from_millis(3_600_500));
        assert_eq!(history(&runs.path().join("none")), []);
    }

    #[test]
    fn a_crowd_of_runs_is_bounded() {
        let runs = tempfile::tempdir().unwrap();
        (0..25).for_each(|second| run(runs.path(), second, |_| {}));
        assert_eq!(history(runs.path()).len(), MAX_RUNS);
    }
}
