//! The figures that are compared, and why one of a run cannot be.

use super::{
    phases::{gap_in, stage_length},
    values::{Better, Quantity, RecordedRun, Unit, Verdict},
};
use crate::run::{Bound, Known, Phase, PhaseSummary};

/// A value, or why there is none to compare, as a clause.
type Value = Result<Quantity, String>;

/// The same of a number that is no length of time.
type Number = Result<f64, String>;

/// Less than this is no difference, in percent.
const NEGLIGIBLE_PERCENT: f64 = 0.5;

impl Better {
    pub(super) fn verdict(self, change_percent: f64) -> Verdict {
        match (self, change_percent) {
            (_, change) if change.abs() < NEGLIGIBLE_PERCENT => Verdict::Equal,
            (Self::Higher, 0.0..) | (Self::Lower, ..0.0) => Verdict::Better,
            _ => Verdict::Worse,
        }
    }
}

pub(super) struct Definition {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) unit: Unit,
    pub(super) better: Option<Better>,
    pub(super) of: fn(&RecordedRun) -> Value,
}

const fn figure(
    name: &'static str,
    label: &'static str,
    unit: Unit,
    better: Option<Better>,
    of: fn(&RecordedRun) -> Value,
) -> Definition {
    Definition { name, label, unit, better, of }
}

pub(super) const FIGURES: [Definition; 11] = [
    figure("threads", "threads in stage 1", Unit::Count, None, |run| threads(run).map(Quantity::Number)),
    figure("metadata_objects", "metadata objects", Unit::Count, None, |run| {
        objects(run).map(Quantity::Number)
    }),
    figure("stage_1_seconds", "stage 1", Unit::Length, Some(Better::Lower), |run| {
        stage_length(run, Phase::Stage1).map(Quantity::Length)
    }),
    figure("objects_per_second", "objects per second", Unit::PerSecond, Some(Better::Higher), |run| {
        mean(run).map(Quantity::Number)
    }),
    figure("peak_objects_per_second", "peak", Unit::PerSecond, Some(Better::Higher), |run| {
        peak(run).map(Quantity::Number)
    }),
    figure(
        "objects_per_second_per_thread",
        "per thread",
        Unit::PerSecondAndThread,
        Some(Better::Higher),
        |run| per_thread(run).map(Quantity::Number),
    ),
    figure("seconds_per_get", "time per GET", Unit::Seconds, Some(Better::Lower), |run| {
        per_get(run).map(Quantity::Number)
    }),
    figure("stage_2_seconds", "stage 2", Unit::Length, Some(Better::Lower), |run| {
        stage_length(run, Phase::Stage2).map(Quantity::Length)
    }),
    figure(
        "stage_2_seconds_per_1000_objects",
        "per 1,000 objects",
        Unit::Seconds,
        Some(Better::Lower),
        |run| per_1000_objects(run).map(Quantity::Number),
    ),
    figure("recovery_seconds", "recovery, both stages", Unit::Length, Some(Better::Lower), recovery),
    figure("paused_seconds", "production paused", Unit::Length, Some(Better::Lower), paused),
];

fn threads(run: &RecordedRun) -> Number {
    let mut counts = run.threads.iter();
    match (counts.next(), counts.next()) {
        (Some(only), None) => Ok(f64::from(only.0)),
        (None, _) => Err("its threads were not read in stage 1".to_owned()),
        _ => {
            let all: Vec<_> = run.threads.iter().map(ToString::to_string).collect();
            Err(format!("its threads changed in stage 1 ({})", all.join(", ")))
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown in proportion, or to a few digits")]
fn objects(run: &RecordedRun) -> Number {
    let expected = run.summary.download.expected.ok_or("no bucket listing of it is on record")?;
    Ok(expected.0 as f64)
}

fn counted(run: &RecordedRun) -> Result<(), String> {
    match run.summary.download.epochs.len() {
        0 => Err("its downloads were not counted".to_owned()),
        1 => Ok(()),
        _ => Err("its GET counter was reset, so objects may have been downloaded twice".to_owned()),
    }
}

fn mean(run: &RecordedRun) -> Number {
    counted(run)?;
    let is_over = |phase: &PhaseSummary| phase.name == Phase::Stage1 && phase.ended_at.is_some();
    if run.summary.phases.iter().any(is_over) {
        // A mean over a time that is not known is none.
        stage_length(run, Phase::Stage1)?;
    }
    run.summary.download.mean_per_second.ok_or_else(|| "its downloads were not counted".to_owned())
}

fn peak(run: &RecordedRun) -> Number {
    counted(run)?;
    let is_seen = |phase: &PhaseSummary| phase.name == Phase::Stage1 && phase.started_at.is_some();
    if !run.summary.phases.iter().any(is_seen) {
        return Err("the beginning of stage 1 was not observed".to_owned());
    }
    if let Some(gap) = gap_in(run, Phase::Stage1) {
        return Err(format!("its peak may lie in the gap in stage 1 ({gap})"));
    }
    run.summary.download.peak_per_second.ok_or_else(|| "its rate was not measured".to_owned())
}

fn per_thread(run: &RecordedRun) -> Number {
    Ok(mean(run)? / threads(run)?)
}

/// By Little's law: threads ÷ rate.
fn per_get(run: &RecordedRun) -> Number {
    let (threads, rate) = (threads(run)?, mean(run)?);
    if rate > 0.0 { Ok(threads / rate) } else { Err("nothing was downloaded".to_owned()) }
}

fn per_1000_objects(run: &RecordedRun) -> Number {
    let seconds = stage_length(run, Phase::Stage2)?.exact().secs_f64();
    let objects = objects(run)?;
    if objects > 0.0 {
        Ok(seconds / objects * 1000.0)
    } else {
        Err("its bucket holds no metadata".to_owned())
    }
}

fn recovery(run: &RecordedRun) -> Value {
    let (stage_1, stage_2) = (stage_length(run, Phase::Stage1)?, stage_length(run, Phase::Stage2)?);
    Ok(Quantity::Length(stage_1.saturating_add(stage_2)))
}

fn paused(run: &RecordedRun) -> Value {
    let summary = &run.summary;
    let paused = summary.replication.paused_seconds.ok_or("replication on its primary was never read")?;
    let bound = Bound::new(summary.exposure.began_unseen, summary.exposure.at_most);
    if summary.replication.state == Known::Paused {
        return Err(format!(
            "production was still paused at the end of the record, after {}{paused}",
            bound.words()
        ));
    }
    if bound != Bound::Exact {
        return Err(format!(
            "production was paused for {}{paused}, as not all of it was seen",
            bound.words()
        ));
    }
    Ok(Quantity::Length(paused))
}
