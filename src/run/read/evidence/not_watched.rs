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

/// The longest of them that began before the test was over.
pub(super) fn longest_in_test(run: &Run) -> Option<&Gap> {
    let is_in_test = |gap: &&Gap| run.test_over_at().is_none_or(|over| gap.from < over);
    run.log.gaps.iter().chain(&run.absences).filter(is_in_test).max_by_key(|gap| gap.to.since(gap.from))
}
