//! What was not observed.

use crate::run::state::Run;
use crate::run::values::{Gap, Length};

/// What was not observed, ordered by time: gaps of the log and of the watch itself.
pub(in crate::run) fn not_watched(run: &Run) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = run.log.gaps.iter().chain(&run.absences).cloned().collect();
    // A stable sort, so that gaps of one time stay in the order of the record and
    // equal runs give equal files.
    gaps.sort_by_key(|gap| (gap.from, gap.to));
    gaps
}

/// One before the end of the test of which nobody knows how long it was.
pub(super) fn of_unknown_length(run: &Run) -> Option<&Gap> {
    let over = run.test_over_at();
    run.log.gaps.iter().find(|gap| gap.length().is_none() && gap.before(over).is_some())
}

/// The one of them of which the longest part lies before the end of the test, and how long that part is.
pub(super) fn longest_in_test(run: &Run) -> Option<(&Gap, Length)> {
    let over = run.test_over_at();
    let in_test = |gap: &'_ Gap| gap.before(over).map(|(from, to)| to.length_since(from));
    let parts = run.log.gaps.iter().chain(&run.absences).filter_map(|gap| Some((gap, in_test(gap)?)));
    parts.max_by_key(|(_, length)| *length)
}
