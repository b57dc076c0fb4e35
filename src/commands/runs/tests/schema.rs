//! The summaries of recorded runs follow the shipped schema.

use std::{fs, path::Path};

use serde_json::Value;

use super::played;
use crate::{
    commands::runs::recorded,
    journal::RunFolder,
    report::{self, tests::schema::faults},
    short_or_long,
    simulator::Scenario,
};

fn summary(folder: &RunFolder, redact: bool) -> Value {
    let summary = recorded::report(folder, folder.path(), redact).unwrap().summary;
    serde_json::from_str(&report::json(&summary).unwrap()).unwrap()
}

#[test]
fn the_summary_of_each_scenario_follows_the_schema_redacted_or_not() {
    let short = ["procedure", "alarm", "counter-reset", "unreadable"];
    let scenarios = Scenario::all().unwrap().into_iter();
    let played_here = |scenario: &Scenario| short_or_long(short.contains(&scenario.name.as_str()), true);
    for scenario in scenarios.filter(played_here) {
        let (_home, folder) = played(&scenario.name);
        let exported: Value = serde_json::from_slice(&fs::read(folder.summary_path()).unwrap()).unwrap();
        for summary in [exported, summary(&folder, false), summary(&folder, true)] {
            assert_eq!(faults(&summary), Vec::<String>::new(), "{}", scenario.name);
        }
    }
}

#[test]
fn the_summaries_of_stored_runs_follow_the_schema() {
    for name in ["1.0", "1.0-interrupted"] {
        let run = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs").join(name);
        let stored = serde_json::from_slice(&fs::read(run.join("summary.json")).unwrap()).unwrap();
        for summary in [stored, summary(&RunFolder::open(&run).unwrap(), false)] {
            assert_eq!(faults(&summary), Vec::<String>::new(), "{name}");
        }
    }
}
