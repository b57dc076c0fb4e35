//! The baseline of the GET counter, and its readings before stage 1.

use crate::run::state::{BaselineChoice, CounterReading, RiseRun, Run, ServiceSeen};
use crate::run::values::{Baseline, Code, Epoch, GetCount, Phase, Record, Wording};

pub(super) fn last_reading(run: &Run) -> Option<CounterReading> {
    run.download.counter.map(|(value, at, record)| CounterReading { value, at, record })
}

/// A reading before stage 1: it moves the baseline, unless the counter rises or the engineer has chosen a baseline.
pub(in crate::run) fn prepare(
    run: &mut Run,
    record: &Record,
    before: Option<CounterReading>,
    now: CounterReading,
) {
    if run.tracking.service == ServiceSeen::Down {
        run.tracking.read_before_service = true;
    }
    let rose_from = match before {
        Some(before) if now.value > before.value => Some(before),
        Some(before) if now.value < before.value => Some(fallen(run, record, before, now)),
        _ => None,
    };
    // A rise may already be stage 1, so the baseline stays below it until the counter rests again.
    if let Some(from) = rose_from.filter(|from| now.value > from.value) {
        let rises = run.tracking.rises.get_or_insert_with(|| RiseRun::new(from));
        rises.push(now);
        let start = rises.from;
        run.download.successive_rises = rises.count;
        run.download.last_rise = Some(now.at);
        set_candidate(run, start);
    } else {
        run.tracking.rises = None;
        run.download.successive_rises = 0;
        set_candidate(run, now);
    }
    if let Some(epoch) = run.download.epochs.last_mut() {
        epoch.last = now.value.max(epoch.first);
        run.download.counted_at = Some(now.at);
    }
}

/// The counter restarted at zero before stage 1: nothing was counted yet, but no earlier baseline is valid.
fn fallen(run: &mut Run, record: &Record, before: CounterReading, now: CounterReading) -> CounterReading {
    if run.download.baseline.as_ref().is_some_and(|baseline| baseline.chosen) {
        run.raise(
            record,
            Code::CounterReset,
            None,
            Wording::info(format!(
                "The GET counter fell from {} to {} before stage 1: the baseline taken by key no longer holds, \
                 counting starts from the restart instead.",
                before.value, now.value
            )),
        );
        run.download.baseline = None;
    }
    run.tracking.rises = None;
    // The restart happened after the reading before, so the rise from zero is dated from there.
    CounterReading { value: GetCount(0), at: before.at, record: now.record }
}

fn set_candidate(run: &mut Run, reading: CounterReading) {
    let late = is_late(run);
    match &mut run.download.baseline {
        // Readings do not move a baseline that the engineer has chosen.
        Some(baseline) if baseline.chosen => baseline.late = late,
        // The candidate moves up with each reading at rest: GETs before stage 1 are not of the restore.
        _ => set_baseline(run, reading, late, false),
    }
}

pub(super) fn set_baseline(run: &mut Run, reading: CounterReading, late: bool, chosen: bool) {
    let CounterReading { value, at, record } = reading;
    run.download.baseline = Some(Baseline { value, at, record, late, chosen });
    run.download.epochs = vec![Epoch { first: value, last: value, reason: "baseline".to_owned() }];
    run.download.counted_at = Some(at);
}

pub(in crate::run) fn choose(run: &mut Run, record: &Record, user: &str) {
    let Some(last) = last_reading(run).filter(|_| run.may_choose_baseline()) else { return };
    let (user, engineer) = (user.to_owned(), run.engineer.clone());
    run.baseline_choice = Some(BaselineChoice { at: record.at, record: record.seq, user, engineer });
    let late = if run.phases.current == Phase::Prepare {
        run.tracking.rises = None;
        run.download.successive_rises = 0;
        is_late(run)
    } else {
        // Rates from before the new baseline belong to another count.
        run.tracking.meter.begin(last.at, &mut run.download);
        run.download.mean_per_second = None;
        run.download.mean_of_all = None;
        true
    };
    set_baseline(run, last, late, true);
}

/// Whether all readings so far were made while the service ran.
const fn is_late(run: &Run) -> bool {
    !run.tracking.read_before_service && matches!(run.tracking.service, ServiceSeen::Running { .. })
}

/// The DR service was seen stopped: rises so far were not stage 1, and readings so far were made before it.
pub(in crate::run) fn service_down(run: &mut Run) {
    run.tracking.service = ServiceSeen::Down;
    // During a stage a stopped service is a restart, and the count goes on after it.
    if run.phases.current != Phase::Prepare {
        return;
    }
    // A start that was seen before no longer counts.
    run.service_started = None;
    run.tracking.rises = None;
    run.download.successive_rises = 0;
    if let Some(last) = last_reading(run) {
        run.tracking.counter_before_service = Some(last.value);
        run.tracking.read_before_service = true;
        set_candidate(run, last);
    }
}
