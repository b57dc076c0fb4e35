//! Stage 2 against past runs of the same kind. Nothing is counted in it, so there is no percentage: only the time that
//! it took before.

use std::fmt;

use serde::Serialize;

use super::silence::{Silence, long_silences};
use crate::run::state::Run;
use crate::run::values::{ACTIVITY_STEP, Band, Elapsed, PastRun, Phase, Role, Timestamp};

/// A past run is of the same kind if it had at most so many times the objects, or so many times fewer.
const SIZE_FACTOR: u64 = 2;

/// From so many past runs on, their spread is a forecast.
const RUNS_FOR_A_FORECAST: usize = 3;

/// Most steps of activity in a summary: two days.
const MAX_STEPS: usize = 288;

/// Stage 2 of this run beside the past runs of the same kind: about as many objects, on the same release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stage2 {
    /// Its length so far, or in all; `None` where its beginning was not observed.
    #[serde(rename = "elapsed_seconds")]
    pub elapsed: Option<Elapsed>,
    /// Past runs of the same kind.
    pub past_runs: u32,
    /// Past runs of another size or release, or of which these are unknown.
    pub other_runs: u32,
    /// Past runs of the same kind that were over after that time.
    pub past_runs_over_by_then: u32,
    /// Median length of stage 2 in those of the same kind; `None` where there are none, as the two below.
    #[serde(rename = "median_seconds")]
    pub median: Option<Elapsed>,
    /// The shortest.
    #[serde(rename = "shortest_seconds")]
    pub shortest: Option<Elapsed>,
    /// The longest.
    #[serde(rename = "longest_seconds")]
    pub longest: Option<Elapsed>,
    /// Lines of the log in each ten minutes since the stage began.
    pub log_lines_per_10_minutes: Vec<u64>,
    /// The longest time without a line of the log, where that is long for this log.
    pub longest_silence: Option<Silence>,
    /// How far the stage has come.
    #[serde(skip)]
    pub course: Course,
}

/// How far stage 2 has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It lasts.
    UnderWay,
    /// It lasted when the record ended.
    LeftOff,
    /// Its end was seen.
    Over,
    /// The restore failed.
    Failed,
}

impl Course {
    const fn of(run: &Run, ended_at: Option<Timestamp>) -> Self {
        match (run.failed, ended_at, &run.ending) {
            (Some(_), ..) => Self::Failed,
            (None, Some(_), _) => Self::Over,
            (None, None, Some(_)) => Self::LeftOff,
            (None, None, None) => Self::UnderWay,
        }
    }
}

/// Stage 2 of `run` up to `now`; `None` before it has begun.
#[must_use]
pub fn stage_2(run: &Run, now: Timestamp) -> Option<Stage2> {
    let span = run.phases.span(Phase::Stage2)?;
    if run.phase() < Phase::Stage2 || (span.started_at.is_none() && span.ended_at.is_none()) {
        return None;
    }
    let elapsed = span.length(now);
    let mut lengths: Vec<Elapsed> = of_the_same_kind(run).map(|past| past.stage_2).collect();
    lengths.sort_unstable();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let steps = span
        .started_at
        .map(|from| run.log.activity.steps(from, span.ended_at.unwrap_or(now), ACTIVITY_STEP, MAX_STEPS));
    Some(Stage2 {
        elapsed,
        past_runs: count(lengths.len()),
        other_runs: count(run.started.history.len() - lengths.len()),
        // An unknown length of this stage leaves none behind: `None` is below every length.
        past_runs_over_by_then: count(lengths.iter().filter(|length| Some(**length) < elapsed).count()),
        median: median(&lengths),
        shortest: lengths.first().copied(),
        longest: lengths.last().copied(),
        log_lines_per_10_minutes: steps.unwrap_or_default(),
        longest_silence: long_silences(run, now).into_iter().max_by_key(|silence| silence.length),
        course: Course::of(run, span.ended_at),
    })
}

fn median(sorted: &[Elapsed]) -> Option<Elapsed> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get(sorted.len().saturating_sub(1) / 2)?;
    Some(Elapsed::from_millis(lower.millis().midpoint(upper.millis())))
}

/// Past runs with about as many objects on the same release of the DR appliance, the newest first.
fn of_the_same_kind(run: &Run) -> impl Iterator<Item = &PastRun> {
    let identity = run.appliance(Role::Dr).identity.as_ref();
    let release = identity.and_then(|identity| identity.release.as_ref());
    let objects = run.expected();
    run.started.history.iter().filter(move |past| {
        let sizes = objects.zip(past.objects).map(|(one, other)| (one.0.min(other.0), one.0.max(other.0)));
        let has_size = sizes.is_some_and(|(less, more)| more <= less.saturating_mul(SIZE_FACTOR));
        has_size && release.is_some() && past.release.as_ref() == release
    })
}

/// The newest past run of the same kind, and the lines per minute that its log had when its stage 2 was as old as that of
/// `run` is now.
#[must_use]
pub fn activity_then(run: &Run, now: Timestamp) -> Option<(&PastRun, u64)> {
    let elapsed = run.phases.span(Phase::Stage2)?.length(now)?;
    let step = usize::try_from(elapsed.millis() / ACTIVITY_STEP.millis()).ok()?;
    let with_log = |past: &&PastRun| !past.log_lines_per_10_minutes.is_empty();
    let past = of_the_same_kind(run).find(with_log)?;
    // The step in which its stage 2 ended counts less than ten minutes.
    let ended_in = past.stage_2.millis() / ACTIVITY_STEP.millis();
    let past = Some(past).filter(|_| step < usize::try_from(ended_in).unwrap_or(usize::MAX))?;
    let lines = *past.log_lines_per_10_minutes.get(step)?;
    // Rounded, as the rate of this run is.
    Some((past, lines.saturating_mul(60).saturating_add(ACTIVITY_STEP.secs() / 2) / ACTIVITY_STEP.secs()))
}

impl Stage2 {
    /// When it may end: between the shortest and the longest of the past runs that took longer than it has lasted. `None`
    /// without enough past runs, or once it has lasted longer than all of them.
    pub(super) fn end(&self, run: &Run, now: Timestamp) -> Option<Band> {
        let begun = run.phases.started_at(Phase::Stage2)?;
        let elapsed = self.elapsed?;
        let mut lengths: Vec<Elapsed> = of_the_same_kind(run).map(|past| past.stage_2).collect();
        if lengths.len() < RUNS_FOR_A_FORECAST {
            return None;
        }
        lengths.retain(|length| *length > elapsed);
        lengths.sort_unstable();
        let at = |length: Elapsed| (begun + length).max(now);
        let (earliest, latest) = lengths.first().zip(lengths.last())?;
        Some(Band { earliest: at(*earliest), likely: at(median(&lengths)?), latest: at(*latest) })
    }

    /// How this run stands among the past ones.
    fn write_rank(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, when) = match self.course {
            Course::UnderWay => ("has lasted longer", ""),
            Course::LeftOff => ("had lasted longer", " when the record ended"),
            Course::Over => ("took longer", ""),
            Course::Failed => return Ok(()),
        };
        let is_shortest = self.elapsed.zip(self.shortest).is_some_and(|(length, shortest)| length < shortest);
        match (self.past_runs_over_by_then, self.past_runs) {
            (0, 1) if self.course == Course::Over && is_shortest => f.write_str("; this one took less"),
            (0, _) if self.course == Course::Over && is_shortest => {
                f.write_str("; this one took less than all of them")
            }
            (0, _) => Ok(()),
            (_, 1) => write!(f, "; this one {verb}{when}"),
            (over, runs) if over == runs => write!(f, "; this one {verb} than all of them{when}"),
            (over, _) => write!(f, "; this one {verb} than {over} of them{when}"),
        }
    }

    /// How many past runs are left out of the comparison, and why.
    fn write_others(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.other_runs {
            0 => Ok(()),
            1 => f.write_str("; 1 of another or unknown size or release is left out"),
            others => write!(f, "; {others} of another or unknown size or release are left out"),
        }
    }
}

/// The comparison as a sentence, without a percentage.
impl fmt::Display for Stage2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(median), Some(shortest), Some(longest)) = (self.median, self.shortest, self.longest) else {
            f.write_str("no past run of this size and release to compare with")?;
            return self.write_others(f);
        };
        match self.past_runs {
            1 => write!(f, "the one past run of this size and release took {median}")?,
            runs => write!(
                f,
                "{runs} past runs of this size and release took {shortest} to {longest}, median {median}"
            )?,
        }
        self.write_rank(f)?;
        self.write_others(f)
    }
}
