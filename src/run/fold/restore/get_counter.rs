//! The GET counter: what a reading adds to the download, its epochs and its rates. It counts every GET of the appliance
//! since rfsd started: a reading below the one before it means that it began again at zero.

use super::baseline::{last_reading, prepare, service_down, set_baseline};
use crate::run::fold::log::set_back;
use crate::run::read::restore::{Progress, progress, short_of_stated};
use crate::run::state::{Closing, CounterReading, LIST_LIMIT, RiseRun, Run};
use crate::run::values::{
    Answer, Code, Elapsed, Epoch, GetCount, Phase, Reading, Record, Timestamp, Wording, per_second,
};

/// An answer is recorded at most this much later than it arrived.
// The time of the request is the time of the record less the duration of the reply, so a record that
// waited makes it too late.
const MAX_RECORDING_DELAY: Elapsed = Elapsed::from_millis(500);

pub(in crate::run) fn read(run: &mut Run, record: &Record, answer: &Answer<GetCount>) {
    run.tracking.counter_is_unreadable = matches!(answer.reading, Reading::Unreadable | Reading::Refused(_));
    match &answer.reading {
        Reading::Known(value) => {
            let before = last_reading(run);
            let now = CounterReading { value: *value, at: record.at, record: record.seq };
            run.download.counter = Some((now.value, now.at, now.record));
            run.tracking.counter_raw.clone_from(&answer.raw);
            let asked_at = record.at.before(answer.took);
            count(run, record, before, now, asked_at);
        }
        Reading::ServiceDown => service_down(run),
        Reading::Unreadable | Reading::Refused(_) => {}
    }
}

fn count(
    run: &mut Run,
    record: &Record,
    before: Option<CounterReading>,
    now: CounterReading,
    asked_at: Timestamp,
) {
    match run.phases.current {
        Phase::Prepare => prepare(run, record, before, now),
        Phase::Stage1 => {
            if let Some(rise) = extend(run, record, now) {
                note_rise(run, rise, now);
                run.tracking.meter.push(rise, now.at, &mut run.download);
                update_mean(run);
                keep_mean_of_all(run);
            }
        }
        // The last reading within stage 1 is up to one poll old when the stage ends, so one more counts.
        Phase::Stage2 | Phase::InUse
            if run.tracking.closing != Closing::Closed && run.download.baseline.is_some() =>
        {
            // A reading requested before the stage ended may miss its last GETs. The one after it was certainly
            // requested later.
            let is_sure = run
                .phases
                .ended_at(Phase::Stage1)
                .is_none_or(|ended| asked_at >= ended + MAX_RECORDING_DELAY);
            run.tracking.closing = match run.tracking.closing {
                Closing::Open if !is_sure => Closing::Doubtful,
                Closing::Open | Closing::Doubtful | Closing::Closed => Closing::Closed,
            };
            // A counter that fell began again at zero after the stage, and counts nothing of it.
            if run.download.epochs.last().is_some_and(|epoch| epoch.last <= now.value) {
                extend(run, record, now);
                update_mean(run);
            }
        }
        // The statement was of before its time: what comes is counted until all is there.
        Phase::Stage2 | Phase::InUse
            if short_of_stated(run).is_some()
                && run.download.epochs.last().is_some_and(|epoch| epoch.last <= now.value) =>
        {
            extend(run, record, now);
        }
        Phase::Stage2 | Phase::InUse | Phase::Ended => {}
    }
}

/// Starts the count of stage 1 from the present baseline; called once the phase has changed.
pub(in crate::run) fn begin(run: &mut Run) {
    let rises = run.tracking.rises.take();
    let started = run.phases.started_at(Phase::Stage1);
    let inferred = rises.as_ref().is_some_and(RiseRun::suggests_start);
    let Some(from) = rises.as_ref().map(|rises| rises.from).or_else(|| last_reading(run)) else { return };
    let read_before_service = run.tracking.read_before_service;
    if let Some(baseline) = &mut run.download.baseline {
        baseline.late =
            !read_before_service && (inferred || started.is_none_or(|started| baseline.at > started));
    }
    // Of a count that was given with an imported log, only the stage is known that followed on it.
    match started.filter(|_| run.started.imported.is_some()) {
        Some(started) => run.tracking.meter.begin(from.at.max(started), &mut run.download),
        None => run.tracking.meter.begin(from.at, &mut run.download),
    }
    let mut last = from.value;
    // The rises that showed the start belong to the stage, but the meter has not seen them.
    for reading in rises.iter().flat_map(|rises| &rises.readings) {
        let rise = reading.value.0.saturating_sub(last.0);
        run.tracking.meter.push(rise, reading.at, &mut run.download);
        last = reading.value;
    }
    update_mean(run);
}

/// Ends the rates of stage 1; called once the phase has changed.
pub(in crate::run) fn end(run: &mut Run) {
    run.download.current_per_second = None;
    run.reported.stalled = None;
    // Before the mean: a baseline that is dropped must not give one.
    forget_what_came_after(run);
    // Decided now, as an answer long after the stage says nothing of it. A reading that shows all of the stage takes it back.
    let is_unread = run.tracking.counter_is_unreadable || is_read_long_before(run);
    run.tracking.uncounted_from = run.download.counted_at.filter(|_| is_unread);
    update_mean(run);
}

/// The counter is read several times in this time, or as often as the settings say.
const READ_WITHIN: Elapsed = Elapsed::from_secs(60);

/// Whether the last reading was made so long before the end of stage 1 that others have failed since.
fn is_read_long_before(run: &Run) -> bool {
    let ended = run.phases.ended_at(Phase::Stage1).zip(run.download.counted_at);
    let within = READ_WITHIN.max(run.tracking.counter_interval.saturating_add(run.tracking.counter_interval));
    ended.is_some_and(|(ended, counted)| ended.since(counted) > within)
}

/// Drops a baseline that was read after stage 1: it counts nothing of it.
fn forget_what_came_after(run: &mut Run) {
    let baseline = run.download.baseline.as_ref();
    if run.phases.ended_at(Phase::Stage1).zip(baseline).is_some_and(|(over, baseline)| over < baseline.at) {
        run.download.baseline = None;
        run.download.epochs.clear();
        run.download.mean_per_second = None;
    }
}

/// Adds a reading of stage 1 to the epochs. Returns the rise; `None` for the very first reading.
fn extend(run: &mut Run, record: &Record, now: CounterReading) -> Option<u64> {
    let before = run.download.counted_at.replace(now.at);
    run.tracking.counter_interval = before.map_or(Elapsed::default(), |before| now.at.since(before));
    run.tracking.uncounted_from = None;
    let Some(last) = run.download.epochs.last_mut() else {
        // The first reading of all came in stage 1: counting starts here, late.
        set_baseline(run, now, true, false);
        run.tracking.restart = None;
        run.tracking.meter.begin(now.at, &mut run.download);
        return None;
    };
    let before = last.last;
    if now.value < before {
        let reason = run.tracking.restart.take();
        reset(run, record, before, now, reason);
        // It began again at zero, so all of this reading was counted since.
        return Some(now.value.0);
    }
    let rise = now.value.0 - before.0;
    // Between two readings, a restarted counter may pass its old value; only the log shows that restart.
    if let Some(reason) = run.tracking.restart.take() {
        push_epoch(run, Epoch { first: before, last: now.value, reason });
    } else {
        last.last = now.value;
    }
    Some(rise)
}

fn reset(run: &mut Run, record: &Record, before: GetCount, now: CounterReading, reason: Option<String>) {
    // Only the log shows a restart; without it one of the two answers may be wrong as well.
    let doubt = if reason.is_some() { "" } else { " If it was not, one of the two answers was wrong." };
    let reason = reason.unwrap_or_else(|| {
        // The line about the restart may come later and replace this reason.
        run.tracking.fell_at = Some(now.at);
        format!("the counter fell from {before} to {}", now.value)
    });
    push_epoch(run, Epoch { first: GetCount(0), last: now.value, reason });
    run.raise(
        record,
        Code::CounterReset,
        None,
        Wording::attention(format!(
            "The GET counter fell from {before} to {} during stage 1: rfsd was restarted and may download objects \
             again, so no percentage can be given from here on.{doubt}",
            now.value
        )),
    );
}

/// Appends an epoch; at the limit the two oldest are merged into one with the rise of both.
fn push_epoch(run: &mut Run, epoch: Epoch) {
    let epochs = &mut run.download.epochs;
    if epochs.len() >= LIST_LIMIT {
        // Merged, not dropped: the total must not lose what the oldest epoch counted.
        let oldest = epochs.remove(0);
        if let Some(next) = epochs.first_mut() {
            let both = oldest.rise().saturating_add(next.rise());
            let last = GetCount(oldest.first.0.saturating_add(both));
            *next = Epoch { first: oldest.first, last, reason: "several restarts".to_owned() };
        }
        run.dropped.epochs = run.dropped.epochs.saturating_add(1);
    }
    run.download.epochs.push(epoch);
}

fn note_rise(run: &mut Run, rise: u64, now: CounterReading) {
    if rise == 0 {
        run.download.successive_rises = 0;
        return;
    }
    run.download.last_rise = Some(now.at);
    run.download.successive_rises = run.download.successive_rises.saturating_add(1);
    run.reported.stalled = None;
}

/// Keeps the mean at the moment when the last object arrived, as far as readings show it.
fn keep_mean_of_all(run: &mut Run) {
    let has_all = matches!(progress(run), Progress::AwaitingMarker { .. });
    run.download.mean_of_all = match (has_all, run.download.mean_of_all) {
        (false, _) => None,
        (true, Some(mean)) => Some(mean),
        (true, None) => run.download.last_rise.and_then(|rise| mean_until(run, rise)),
    };
}

/// Mean rate from the start of stage 1 (or the baseline, if later) to its end (or the last reading).
fn update_mean(run: &mut Run) {
    let ended = run.phases.ended_at(Phase::Stage1).or_else(|| run.download.counter.map(|(_, at, _)| at));
    let (Some(to), Some(_), Some(_)) = (ended, &run.download.baseline, run.download.downloaded()) else {
        return;
    };
    // The count given with a saved log is of the end of stage 1, which the log has to show.
    let is_known = run.started.imported.is_none() || run.phases.ended_at(Phase::Stage1).is_some();
    let mean = mean_until(run, to).filter(|_| is_known);
    run.download.mean_per_second = mean;
    // Readings far apart flatten a peak, which cannot be lower than the mean.
    run.download.peak_per_second =
        run.download.peak_per_second.map(|peak| mean.map_or(peak, |mean| peak.max(mean)));
}

fn mean_until(run: &Run, to: Timestamp) -> Option<f64> {
    let baseline = run.download.baseline.as_ref()?;
    let stage_1 = run.phases.span(Phase::Stage1)?;
    let from = match stage_1.started_at {
        Some(started) => started.max(baseline.at),
        // The mean of what was watched of it: all GETs since the baseline are of the stage.
        None if baseline.late => baseline.at,
        None => return None,
    };
    let ended_by = stage_1.evidence.as_ref().filter(|_| run.phases.current > Phase::Stage1);
    if set_back::is_by_stamp(run) && set_back::is_between(run, ended_by.map(|end| end.record)) {
        return None;
    }
    per_second(run.download.downloaded()?.0, to.since(from))
}
