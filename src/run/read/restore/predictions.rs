//! Predictions for the record: when one is due, and how those on record came out.

use serde::Serialize;

use super::{forecast::forecast, progress::progress, stage_2::stage_2};
use crate::run::state::{MadePrediction, Run};
use crate::run::values::{Basis, Elapsed, Phase, Prediction, Sequence, Timestamp};

/// The first prediction of stage 1 waits for so much of it.
const FIRST_AFTER: Elapsed = Elapsed::from_secs(60);

/// Stage 1 is predicted at its beginning and whenever another part of this size is counted.
const EACH_PERCENT: u8 = 25;

/// Stage 2 is predicted at its beginning and each hour.
const EACH_HOUR: Elapsed = Elapsed::from_secs(3600);

/// A prediction beside what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScoredPrediction {
    /// When it was made.
    pub made_at: Timestamp,
    /// The stage.
    pub phase: Phase,
    /// What it rests on.
    pub basis: Basis,
    /// The end at the earliest; `None` where no end could be given, as the two below.
    pub earliest: Option<Timestamp>,
    /// The most likely end.
    pub likely: Option<Timestamp>,
    /// The end at the latest.
    pub latest: Option<Timestamp>,
    /// The end of the stage, once it was observed.
    pub actual: Option<Timestamp>,
    /// The likely end less the actual one, in seconds: positive where the stage ended sooner.
    pub error_seconds: Option<f64>,
    /// Whether the actual end lies between the earliest and the latest.
    pub within: Option<bool>,
    /// The record of the prediction.
    pub record: Sequence,
}

/// The prediction that is due at `now` and not on record yet.
#[must_use]
pub fn prediction_due(run: &Run, now: Timestamp) -> Option<Prediction> {
    let phase = run.phase();
    let begun = run.phases.started_at(phase).filter(|_| run.ending.is_none())?;
    let last = run.predictions.iter().rev().find(|made| made.prediction.phase == phase);
    let basis = match phase {
        Phase::Stage1 => {
            let percent = u8::try_from(progress(run).percent()?).ok()?;
            let passed = match last.map(|made| made.prediction.basis) {
                Some(Basis::Counted { percent: before }) => before / EACH_PERCENT < percent / EACH_PERCENT,
                _ => now.since(begun) >= FIRST_AFTER,
            };
            passed.then_some(Basis::Counted { percent })?
        }
        Phase::Stage2 => {
            let hours = |at: Timestamp| at.since(begun).millis() / EACH_HOUR.millis();
            if last.is_some_and(|made| hours(made.at) >= hours(now)) {
                return None;
            }
            // Only here: this is asked each second, and the comparison adds up the whole log of the stage.
            Basis::PastRuns { runs: stage_2(run, now)?.past_runs }
        }
        Phase::Prepare | Phase::InUse | Phase::Ended => return None,
    };
    let end = forecast(run, now).end;
    // In stage 2 it is worth a record that no end can be given; in stage 1 a finding says so.
    (end.is_some() || phase == Phase::Stage2).then_some(Prediction { phase, end, basis })
}

/// The predictions of `run` beside the ends of their stages.
#[must_use]
pub fn scored_predictions(run: &Run) -> Vec<ScoredPrediction> {
    run.predictions.iter().map(|made| scored(run, made)).collect()
}

fn scored(run: &Run, made: &MadePrediction) -> ScoredPrediction {
    let Prediction { phase, end, basis } = made.prediction;
    let actual = run.phases.ended_at(phase);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of less than 285,000 years")]
    let error =
        |likely: Timestamp| actual.map(|at| likely.offset_from(at).num_milliseconds() as f64 / 1000.0);
    ScoredPrediction {
        made_at: made.at,
        phase,
        basis,
        earliest: end.map(|end| end.earliest),
        likely: end.map(|end| end.likely),
        latest: end.map(|end| end.latest),
        actual,
        error_seconds: end.and_then(|end| error(end.likely)),
        within: end.zip(actual).map(|(end, at)| end.earliest <= at && at <= end.latest),
        record: made.record,
    }
}
