//! Markers of the restore against the phase that drwatch came to.

use super::Model;
use crate::{
    appliance::continuity::{Item, Received},
    run::{Arrival, Phase, Run},
    simulator::Stage,
};

/// The stage that begins with `line`, written out here so that it shares nothing with the dialect.
pub(super) fn stage_after(line: &str) -> Option<Stage> {
    let is_of = |module: &str, words: &str| line.contains(module) && line.contains(words);
    if is_of("_restore.INFO]", "Starting namespace generation phase") {
        return Some(Stage::Generation);
    }
    is_of("_restore.INFO]", "Successfully restored user namespace").then_some(Stage::Restored)
}

impl Model {
    /// A marker that was taken in as a new line before the test was over has ended its phase.
    pub(super) fn markers_end_their_phases(&mut self, run: &Run, received: &Received) {
        let is_told_truly = !self.is_mixed[1] && !self.stated_phase && self.about[1].is_some();
        // On a full disk a marker may be held in memory alone, and is lost with the process.
        if !is_told_truly || self.disk_was_full {
            return;
        }
        let is_new = |arrival: Arrival| !matches!(arrival, Arrival::Earlier | Arrival::MayRepeat);
        let new: Vec<String> = received
            .items
            .iter()
            .filter_map(|item| match item {
                Item::Line(line, arrival) if is_new(*arrival) => {
                    Some(String::from_utf8_lossy(line).into_owned())
                }
                Item::Line(..) | Item::Gap { .. } => None,
            })
            .collect();
        let is_mounted = new
            .iter()
            .any(|line| line.contains("[megamount.INFO]") && line.contains("restore namespace successful!"));
        let reached = new
            .iter()
            .filter_map(|line| stage_after(line))
            // Stage 2 ends by two lines; one of them alone ends nothing.
            .filter(|stage| is_mounted || *stage < Stage::Restored)
            .max();
        let due = match reached {
            Some(Stage::Restored) => Phase::InUse,
            Some(_) => Phase::Stage2,
            None => return,
        };
        self.hit("markers compared");
        // Not `run.phase()`: a test that was declared over is in `Ended`, whatever it had reached.
        let begun = run.phases.spans.iter().filter(|span| span.evidence.is_some()).map(|span| span.phase);
        let came_to = begun.max().unwrap_or(Phase::Prepare);
        if came_to < due {
            let detail = format!("the run came to {came_to:?}, its log to {reached:?}");
            self.broken("a marker ends its phase", detail);
        }
    }
}
