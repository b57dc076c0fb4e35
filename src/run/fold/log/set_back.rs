//! The clock that the log's stamps are of was set back. How much time passed between a stamp before it and one behind it
//! is unknown.

use crate::run::state::{LIST_LIMIT, Run};
use crate::run::values::{
    Code, FindingSeverity, LogCitation, Phase, Precision, Record, Role, Sequence, Timestamp, Wording,
};

pub(in crate::run) fn seen(run: &mut Run, record: &Record, before: Timestamp, line: &LogCitation) {
    if line.stamp.is_some_and(|after| after >= before) {
        // Dated, it is no step back: years may have passed.
        return;
    }
    let list = &mut run.log.set_back;
    // The oldest and the latest matter: lengths from before the one to behind the other.
    if list.len() >= LIST_LIMIT {
        list.pop();
    }
    list.push(record.seq);
    let phase = run.phases.current;
    if phase == Phase::Prepare && run.started.imported.is_some() {
        // An imported record begins with a stamp of the clock as it was.
        let [prepare, ..] = &mut run.phases.spans;
        prepare.started_at = None;
    }
    if phase == Phase::Stage1 && run.started.imported.is_some() {
        // The counts given with it are dated by the stamps.
        run.tracking.meter.stop(&mut run.download);
    }
    let Some(after) = line.stamp else { return };
    let times = match run.log.set_back.len() {
        1 => String::new(),
        times => format!(" {times} times, at last"),
    };
    let text = format!(
        "The clock of the DR appliance's log was set back{times} by {}: behind a line of {} one of {} is at byte {} of \
         dr.log.",
        before.since(after),
        before.in_words(),
        after.in_words(),
        line.offset.0
    );
    let is_open = run.open_findings().any(|finding| {
        finding.code == Code::LogClockSetBack && finding.severity == FindingSeverity::Attention
    });
    let has_stamps_alone = run.started.imported.is_some() || is_by_stamp(run);
    let wording = match phase {
        Phase::Stage1 | Phase::Stage2 if has_stamps_alone => Wording::attention(format!(
            "{text} That was in {}, of which the length by these stamps is unknown, as is the time to recover.",
            phase.noun()
        )),
        // Of a stage there is more to say than of what came before or after it.
        _ if is_open => return,
        _ => {
            Wording::info(format!("{text} Lengths by such stamps from before that to behind it are unknown."))
        }
    };
    run.raise(record, Code::LogClockSetBack, Some(Role::Dr), wording);
}

/// Whether the clock was set back after stage 1 had begun and before `record`, or at all since then: a stamp behind that is
/// not of the clock by which it began.
pub(in crate::run) fn is_between(run: &Run, record: Option<Sequence>) -> bool {
    let [prepare, ..] = &run.phases.spans;
    let Some(begun) = prepare.evidence.as_ref().filter(|_| run.phases.current > Phase::Prepare) else {
        return false;
    };
    let is_before = |set_back: &Sequence| record.is_none_or(|record| *set_back < record);
    run.log.set_back.iter().any(|set_back| *set_back > begun.record && is_before(set_back))
}

/// Whether stage 1 began by a stamp of the log, and not by our own clock.
pub(in crate::run) fn is_by_stamp(run: &Run) -> bool {
    let [prepare, ..] = &run.phases.spans;
    prepare.end_precision == Precision::Estimated
}
