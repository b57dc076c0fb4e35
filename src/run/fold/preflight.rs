//! Pre-flights on record, and when one no longer holds.

use crate::run::read::preflight::Basis;
use crate::run::state::Run;
use crate::run::values::{Phase, PreflightItem, PreflightRecord, PreflightVerdict, Sequence, Timestamp};

/// Bound of the items of a recorded pre-flight; there are far fewer.
const MAX_PREFLIGHT_ITEMS: usize = 64;

pub(in crate::run) fn judged(
    run: &mut Run,
    at: Timestamp,
    record: Sequence,
    verdict: PreflightVerdict,
    items: &[PreflightItem],
) {
    let items = items.iter().take(MAX_PREFLIGHT_ITEMS).cloned().collect();
    run.preflight = Some(PreflightRecord { verdict, at, record, stale_since: None, items });
}

/// Marks the verdict on record as stale where `record` changed what it rests on.
pub(in crate::run) fn mark_stale(run: &mut Run, before: Basis, record: Sequence) {
    // The start of the DR service, and what follows from it, does not count: it is what the verdict was for.
    if has_begun(run) || Basis::of(run) == before {
        return;
    }
    // Not by the record of the verdict itself, which has just been applied.
    if let Some(preflight) = run.preflight.as_mut().filter(|preflight| preflight.record < record) {
        // The first change counts: a verdict does not become valid again when the fact changes back.
        preflight.stale_since.get_or_insert(record);
    }
}

fn has_begun(run: &Run) -> bool {
    run.phases.current > Phase::Prepare || run.saw_service_start()
}
