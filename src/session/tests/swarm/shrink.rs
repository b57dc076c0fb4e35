//! Leaves out steps of a plan for as long as it breaks the same promise.

use super::{plan::Plan, played};

/// Most plays of one shrinking.
const MOST_PLAYS: usize = 300;

/// The plan with as few steps as still break `promise`.
pub(super) fn shrunk(plan: &Plan, promise: &str) -> Plan {
    let mut plan = plan.clone();
    let mut plays = 0;
    // Halves first, then smaller pieces, down to single steps (delta debugging).
    let mut size = plan.steps.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        let mut is_shorter = false;
        while from < plan.steps.len() && plays < MOST_PLAYS {
            let mut less = plan.clone();
            less.steps.drain(from..(from + size).min(less.steps.len()));
            plays += 1;
            if played(&less).violations.iter().any(|violation| violation.promise == promise) {
                plan = less;
                is_shorter = true;
            } else {
                from += size;
            }
        }
        // Single steps are tried again until none can be left out: one may matter only beside another.
        if plays >= MOST_PLAYS || (size == 1 && !is_shorter) {
            return plan;
        }
        size = if size == 1 { 1 } else { size.div_ceil(2) };
    }
}
