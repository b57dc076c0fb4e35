//! The findings about what has disturbed the restore: they stay open until they are acknowledged, as neither a pause nor
//! the end of a stage mends it.

use crate::run::state::Run;
use crate::run::values::{Bound, Code, Disturbance, Event, InStages, Record, Remedy, Role, Wording};

/// Opens a finding about what `record` adds, or rewords the one that is open. What was acknowledged covers no more than
/// was known then.
pub(in crate::run) fn settle(run: &mut Run, record: &Record) {
    // These come all the time and change nothing about it.
    if matches!(record.event, Event::LogChunk { .. } | Event::CounterRead(_)) {
        return;
    }
    let now = run.disturbance();
    let before = std::mem::replace(&mut run.reported.disturbance, now);
    let Disturbance { ran, unread } = now;
    let [primary, dr] = [Role::Primary, Role::Dr].map(|role| run.name(role));
    if let Some(stages) = added(before.ran, ran) {
        let (bound, total, at_most) = (run.bound_of_running(), ran.total(), run.ran_at_most());
        let length = match bound {
            Bound::Exact if at_most > total => format!("at least {total} and at most {at_most}"),
            Bound::AtMost => format!("{}{at_most}", bound.words()),
            _ => format!("{}{total}", bound.words()),
        };
        let text = format!(
            "Replication on {primary} ran for {length} during {stages}: files changed then may be missing on {dr}."
        );
        let to_do = format!("Compare each file that is read on {dr} with {primary}; acknowledge this.");
        let wording = Wording::attention(text).advising(to_do).with(Remedy::Acknowledge);
        run.raise(record, Code::ReplicationRanInRestore, Some(Role::Primary), wording);
    }
    if let Some(stages) = added(before.unread, unread) {
        let text = format!(
            "{primary} was not read for {} during {stages}: if replication ran then, files changed meanwhile may be \
             missing on {dr}.",
            unread.total()
        );
        // No more than that: a pause lasts until somebody ends it, and nothing read shows that anybody did.
        let wording =
            Wording::info(text).advising(format!("Compare files that matter on {dr} with {primary}."));
        run.raise(record, Code::ReplicationUnreadInRestore, Some(Role::Primary), wording);
    }
}

/// The stages concerned, where there is more than before.
fn added(before: InStages, now: InStages) -> Option<&'static str> {
    now.stages().filter(|_| now.total() > before.total())
}
