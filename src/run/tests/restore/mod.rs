//! The restore: phases, baseline, counts and rates.

mod baseline;
mod counting;
mod forecast_table;
mod phases;
mod predictions;
mod prior_markers;
mod rates;
mod set_back;
mod stage_1_start;
pub(in crate::run::tests) mod stage_2;

use super::*;

fn baseline(story: &Story) -> &Baseline {
    story.run.download.baseline.as_ref().unwrap()
}
