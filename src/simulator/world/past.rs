//! What was done on the appliances before the world began.

use chrono::TimeDelta;

use super::{
    super::{
        change::Input,
        fault::{LONGEST_PAST, Past},
        scenario::Scenario,
    },
    origin::Origin,
};
use crate::run::Elapsed;

/// What was done before the world began, in order.
pub(super) fn past(scenario: &Scenario, origin: Origin) -> Vec<Input> {
    let longest = Elapsed::from_secs(u64::from(LONGEST_PAST));
    let input = |past: &Past| {
        let before = origin.speed.span(past.seconds).min(longest).millis();
        let before = TimeDelta::milliseconds(i64::try_from(before).unwrap_or_default());
        Input { at: origin.start.shifted(-before), role: past.role, change: past.change }
    };
    let mut inputs: Vec<Input> = scenario.past.iter().map(input).collect();
    inputs.sort_by_key(|input| input.at);
    inputs
}
