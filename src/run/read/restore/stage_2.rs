//! Stage 2 against past runs of the same kind. Nothing is counted in it, so there is no percentage: only the time that
//! it took before.

use std::fmt;

use serde::Serialize;

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
        past_runs_over_by_then: count(lengths.iter().filter(|length| Some(**length) < elapsed).count()),
        median: median(&lengths),
        shortest: lengths.first().copied(),
        longest: lengths.last().copied(),
        log_lines_per_10_minutes: steps.unwrap_or_default(),
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

    /// The comparison in a few words, and in still fewer: `median 11:42:00, 3 runs` and `median 11:42 of 3`.
    #[must_use]
    pub fn in_short(&self) -> [String; 2] {
        let to_the_minute = |length: Elapsed| {
            let length = length.to_string();
            length.rsplit_once(':').map_or_else(|| length.clone(), |(minutes, _)| minutes.to_owned())
        };
        match (self.past_runs, self.median) {
            (1, Some(length)) if self.past_runs_over_by_then == 1 => {
                [format!("longer than {length} before"), format!("longer than {}", to_the_minute(length))]
            }
            (1, Some(length)) => [format!("{length} in 1 past run"), format!("past run {length}")],
            (runs, Some(_)) if self.past_runs_over_by_then == runs => {
                [format!("longer than all {runs} past runs"), format!("longer than all {runs}")]
            }
            (runs, Some(median)) => [
                format!("median {median}, {runs} runs"),
                format!("median {} of {runs}", to_the_minute(median)),
            ],
            _ => ["no past run".to_owned(), "no past run".to_owned()],
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
        let Self { past_runs, past_runs_over_by_then, .. } = self;
        let (Some(median), Some(shortest), Some(longest)) = (self.median, self.shortest, self.longest) else {
            f.write_str("no past run of this size and release to compare with")?;
            return self.write_others(f);
        };
        match past_runs {
            1 => write!(f, "the one past run of this size and release took {median}")?,
            runs => write!(
                f,
                "{runs} past runs of this size and release took {shortest} to {longest}, median {median}"
            )?,
        }
        match (past_runs_over_by_then, past_runs) {
            (0, _) => {}
            (_, 1) => f.write_str("; this one takes longer")?,
            (over, runs) if over == runs => f.write_str("; this one takes longer than all of them")?,
            (over, _) => write!(f, "; this one takes longer than {over} of them")?,
        }
        self.write_others(f)
    }
}
