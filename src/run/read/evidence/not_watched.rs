//! What was not observed.

use crate::run::state::Run;
use crate::run::values::Gap;

/// What was not observed, ordered by time: gaps of the log and of the watch itself.
pub(in crate::run) fn not_watched(run: &Run) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = run.log.gaps.iter().chain(&run.absences).cloned().collect();
    // A stable sort, so that gaps of one time stay in the order of the record and
    // equal runs give equal files.
    gaps.sort_by_key(|gap| (gap.from, gap.to));
    gaps
}

/// The longest of them.
pub(super) fn longest(run: &Run) -> Option<&Gap> {
    run.log.gaps.iter().chain(&run.absences).max_by_key(|gap| gap.to.since(gap.from))
}
