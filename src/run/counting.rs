//! Counting GETs: the baseline, stage 1 inferred from rises, epochs, and what a reading adds.
//!
//! The counter counts every GET of the appliance since rfsd started. A reading below the one before
//! it can only mean that it began again at zero, so all of that reading was counted since.

use super::{
    apply::LIST_LIMIT,
    apply_appliances::answered,
    count::GetCount,
    download::{Baseline, Epoch},
    event::Answer,
    facts::{Reading, Role},
    finding::Code,
    findings::Wording,
    pair,
    phase::{Change, Evidence, EvidenceSource, Phase, Precision},
    progress::{Progress, progress},
    rates::per_second,
    record::Record,
    stages,
    state::Run,
    time::{Elapsed, Timestamp},
    tracking::{Closing, CounterReading, RiseRun, ServiceSeen},
};

/// An answer is on record this much later than it came, at the most.
const ON_ITS_WAY: Elapsed = Elapsed::from_millis(500);

/// Rises in a row, while the service runs, from which the start of stage 1 is inferred.
const RISES_OF_A_START: u8 = 2;

pub(super) fn counter(run: &mut Run, record: &Record, answer: &Answer<GetCount>) {
    answered(run, record.at, Role::Dr, answer.took);
    run.tracking.counter_is_readable = !matches!(answer.reading, Reading::Unreadable | Reading::Refused(_));
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

fn last_reading(run: &Run) -> Option<CounterReading> {
    run.download.counter.map(|(value, at, record)| CounterReading { value, at, record })
}

fn count(
    run: &mut Run,
    record: &Record,
    before: Option<CounterReading>,
    now: CounterReading,
    asked_at: Timestamp,
) {
    match run.phases.current {
        Phase::Prepare => {
            prepare(run, record, before, now);
            infer_start(run, record);
        }
        Phase::Stage1 => {
            if let Some(rise) = extend(run, record, now) {
                note_rise(run, rise, now);
                run.tracking.meter.push(rise, now.at, &mut run.download);
                update_mean(run);
                keep_mean_of_all(run);
            }
        }
        // The last reading within stage 1 is up to a poll old when the stage ends, so one more counts.
        Phase::Stage2 | Phase::InUse
            if run.tracking.closing != Closing::Closed && run.download.baseline.is_some() =>
        {
            // One asked for before the stage ended may miss its last GETs. The one after it was surely asked
            // for later.
            let is_sure = stage_1_ended(run).is_none_or(|ended| asked_at >= ended + ON_ITS_WAY);
            run.tracking.closing = match run.tracking.closing {
                Closing::Open if !is_sure => Closing::Doubtful,
                Closing::Open | Closing::Doubtful | Closing::Closed => Closing::Closed,
            };
            if run.download.epochs.last().is_some_and(|epoch| epoch.last <= now.value) {
                extend(run, record, now);
                update_mean(run);
            }
        }
        Phase::Stage2 | Phase::InUse | Phase::Ended => {}
    }
}

fn stage_1_ended(run: &Run) -> Option<Timestamp> {
    run.phases.span(Phase::Stage1).and_then(|span| span.ended_at)
}

/// A reading before stage 1: it moves the baseline, unless rises are under way that may turn out
/// to be stage 1, or the engineer has chosen one.
fn prepare(run: &mut Run, record: &Record, before: Option<CounterReading>, now: CounterReading) {
    if run.tracking.service == ServiceSeen::Down {
        run.tracking.read_before_service = true;
    }
    let rose_from = match before {
        Some(before) if now.value > before.value => Some(before),
        Some(before) if now.value < before.value => Some(fallen(run, record, before, now)),
        _ => None,
    };
    if let Some(from) = rose_from.filter(|from| now.value > from.value) {
        let rises = run.tracking.rises.get_or_insert_with(|| RiseRun::new(from));
        rises.push(now);
        run.download.successive_rises = rises.count;
        run.download.last_rise = Some(now.at);
        set_candidate(run, rises_from(run).unwrap_or(from));
    } else {
        run.tracking.rises = None;
        run.download.successive_rises = 0;
        set_candidate(run, now);
    }
    if let Some(epoch) = run.download.epochs.last_mut() {
        epoch.last = now.value.max(epoch.first);
    }
}

/// The counter began again at zero before stage 1: nothing was counted yet, so nothing is lost,
/// but no earlier baseline holds.
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
    CounterReading { value: GetCount(0), at: before.at, record: now.record }
}

fn rises_from(run: &Run) -> Option<CounterReading> {
    run.tracking.rises.as_ref().map(|rises| rises.from)
}

fn set_candidate(run: &mut Run, reading: CounterReading) {
    let late = is_late(run);
    match &mut run.download.baseline {
        Some(baseline) if baseline.chosen => baseline.late = late,
        _ => set_baseline(run, reading, late, false),
    }
}

fn set_baseline(run: &mut Run, reading: CounterReading, late: bool, chosen: bool) {
    let CounterReading { value, at, record } = reading;
    run.download.baseline = Some(Baseline { value, at, record, late, chosen });
    run.download.epochs = vec![Epoch { first: value, last: value, reason: "baseline".to_owned() }];
}

impl Run {
    /// Whether the engineer may make the last reading the baseline. Once stage 1 is on, only a late
    /// one may still be replaced: a good one would take the count with it.
    #[must_use]
    pub fn may_choose_baseline(&self) -> bool {
        let is_replaceable = self.download.baseline.as_ref().is_none_or(|baseline| baseline.late);
        self.download.counter.is_some()
            && match self.phases.current {
                Phase::Prepare => true,
                Phase::Stage1 => is_replaceable,
                Phase::Stage2 | Phase::InUse | Phase::Ended => false,
            }
    }

    /// Whether the rises of the counter make a start of stage 1 likely, and only a reading of the DR
    /// appliance's service is wanting to tell.
    #[must_use]
    pub fn wants_service_reading(&self) -> bool {
        let rises = self.tracking.rises.as_ref();
        self.phases.current == Phase::Prepare
            && rises.is_some_and(|rises| rises.count >= RISES_OF_A_START)
            && !matches!(self.tracking.service, ServiceSeen::Running { .. })
    }
}

/// The engineer's key.
pub(super) fn choose_baseline(run: &mut Run) {
    let Some(last) = last_reading(run).filter(|_| run.may_choose_baseline()) else { return };
    let late = if run.phases.current == Phase::Prepare {
        run.tracking.rises = None;
        run.download.successive_rises = 0;
        is_late(run)
    } else {
        run.tracking.meter.begin(last.at, &mut run.download);
        run.download.mean_per_second = None;
        run.download.mean_of_all = None;
        true
    };
    set_baseline(run, last, late, true);
}

/// Whether readings so far were all made while the service ran.
const fn is_late(run: &Run) -> bool {
    !run.tracking.read_before_service && matches!(run.tracking.service, ServiceSeen::Running { .. })
}

/// The DR service was seen not to run: rises so far were no stage 1, and readings so far were made
/// before it.
pub(super) fn service_down(run: &mut Run) {
    run.tracking.service = ServiceSeen::Down;
    if run.phases.current != Phase::Prepare {
        return;
    }
    run.tracking.rises = None;
    run.download.successive_rises = 0;
    if let Some(last) = last_reading(run) {
        run.tracking.counter_before_service = Some(last.value);
        run.tracking.read_before_service = true;
        set_candidate(run, last);
    }
}

/// Infers that stage 1 has begun from successive rises while the service runs.
///
/// Never on a pair that looks swapped: the counter of a production appliance rises all the time.
pub(super) fn infer_start(run: &mut Run, record: &Record) {
    let ServiceSeen::Running { since } = run.tracking.service else { return };
    if run.phases.current != Phase::Prepare || pair::roles_swapped(run) || pair::same_machine(run) {
        return;
    }
    let Some(rises) = run.tracking.rises.as_ref().filter(|rises| rises.count >= RISES_OF_A_START) else {
        return;
    };
    let started = if run.tracking.read_before_service {
        Some(rises.from.at)
    } else {
        since.map(|since| since.min(rises.from.at))
    };
    let evidence = Evidence {
        record: rises.readings.last().map_or(record.seq, |reading| reading.record),
        source: EvidenceSource::Counter,
        raw: run.tracking.counter_raw.clone(),
    };
    let text = format!(
        "Stage 1 is taken to have begun: the service runs and the GET counter rose {} times in a row above {}. \
         No log line says so.",
        rises.count, rises.from.value
    );
    run.raise(record, Code::StageInferred, None, Wording::info(text));
    let at = started.map(|started| stages::placed(run, started, record.at));
    stages::begin_download(run, &Change { at, precision: Precision::Estimated, evidence });
}

/// Starts the count of stage 1 from the baseline at hand; called once the phase has changed.
pub(super) fn begin(run: &mut Run) {
    let rises = run.tracking.rises.take();
    let started = run.phases.span(Phase::Stage1).and_then(|span| span.started_at);
    let inferred = rises.as_ref().is_some_and(|rises| rises.count >= RISES_OF_A_START);
    let Some(from) = rises.as_ref().map(|rises| rises.from).or_else(|| last_reading(run)) else { return };
    let read_before_service = run.tracking.read_before_service;
    if let Some(baseline) = &mut run.download.baseline {
        baseline.late =
            !read_before_service && (inferred || started.is_none_or(|started| baseline.at > started));
    }
    run.tracking.meter.begin(from.at, &mut run.download);
    let mut last = from.value;
    for reading in rises.iter().flat_map(|rises| &rises.readings) {
        let rise = reading.value.0.saturating_sub(last.0);
        run.tracking.meter.push(rise, reading.at, &mut run.download);
        last = reading.value;
    }
    update_mean(run);
}

/// Ends the rates of stage 1; called once the phase has changed.
pub(super) fn end(run: &mut Run) {
    run.download.current_per_second = None;
    run.reported.stalled = None;
    forget_what_came_after(run);
    update_mean(run);
}

/// A baseline read when stage 1 was over already counts nothing of it.
fn forget_what_came_after(run: &mut Run) {
    let over = run.phases.span(Phase::Stage1).and_then(|span| span.ended_at);
    let baseline = run.download.baseline.as_ref();
    if over.zip(baseline).is_some_and(|(over, baseline)| over < baseline.at) {
        run.download.baseline = None;
        run.download.epochs.clear();
        run.download.mean_per_second = None;
    }
}

/// Adds a reading of stage 1 to the epochs; how far it rose, or `None` for the first reading of
/// all, from which counting starts late.
fn extend(run: &mut Run, record: &Record, now: CounterReading) -> Option<u64> {
    let Some(last) = run.download.epochs.last_mut() else {
        set_baseline(run, now, true, false);
        run.tracking.restart = None;
        run.tracking.meter.begin(now.at, &mut run.download);
        return None;
    };
    let before = last.last;
    if now.value < before {
        let reason = run.tracking.restart.take();
        reset(run, record, before, now, reason);
        return Some(now.value.0);
    }
    let rise = now.value.0 - before.0;
    if let Some(reason) = run.tracking.restart.take() {
        push_epoch(run, Epoch { first: before, last: now.value, reason });
    } else {
        last.last = now.value;
    }
    Some(rise)
}

fn reset(run: &mut Run, record: &Record, before: GetCount, now: CounterReading, reason: Option<String>) {
    let reason = reason.unwrap_or_else(|| {
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
             again, so no percentage can be given from here on.",
            now.value
        )),
    );
}

/// Appends an epoch; beyond the limit the two oldest become one with the rise of both.
fn push_epoch(run: &mut Run, epoch: Epoch) {
    let epochs = &mut run.download.epochs;
    if epochs.len() >= LIST_LIMIT {
        let oldest = epochs.remove(0);
        if let Some(next) = epochs.first_mut() {
            let rise = |epoch: &Epoch| epoch.last.0.saturating_sub(epoch.first.0);
            let both = rise(&oldest).saturating_add(rise(next));
            *next = Epoch {
                first: oldest.first,
                last: GetCount(oldest.first.0.saturating_add(both)),
                reason: "several restarts".to_owned(),
            };
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

/// Keeps the mean of the moment in which the last object came, as far as readings show it.
fn keep_mean_of_all(run: &mut Run) {
    let has_all = matches!(progress(run), Progress::AwaitingMarker { .. });
    run.download.mean_of_all = match (has_all, run.download.mean_of_all) {
        (false, _) => None,
        (true, Some(mean)) => Some(mean),
        (true, None) => run.download.last_rise.and_then(|rise| mean_until(run, rise)),
    };
}

/// Mean rate of stage 1: what was downloaded, over the time from its start (or the baseline, if
/// that is later) to its end (or the last reading).
fn update_mean(run: &mut Run) {
    let ended = stage_1_ended(run).or_else(|| run.download.counter.map(|(_, at, _)| at));
    let (Some(to), Some(_), Some(_)) = (ended, &run.download.baseline, run.download.downloaded()) else {
        return;
    };
    let mean = mean_until(run, to);
    run.download.mean_per_second = mean;
    // Readings far apart flatten a peak; it was no lower than the mean.
    run.download.peak_per_second =
        run.download.peak_per_second.map(|peak| mean.map_or(peak, |mean| peak.max(mean)));
}

fn mean_until(run: &Run, to: Timestamp) -> Option<f64> {
    let baseline = run.download.baseline.as_ref()?;
    let started = run.phases.span(Phase::Stage1)?.started_at;
    let from = started.map_or(baseline.at, |started| started.max(baseline.at));
    per_second(run.download.downloaded()?.0, to.since(from))
}
