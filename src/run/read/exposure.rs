//! The exposure of production by the pause: its length, the budget used, the earliest safe resume, what resuming after
//! stage 1 would have saved, and when production was protected again.
//!
//! Time *paused* ends when replication is read to run. Time *exposed* ends when production is protected again: where the
//! replies of the primary name a backlog, that is once it is gone. The budget is one of time paused.

use serde::Serialize;

use crate::run::read::control::unsettled_alarm;
use crate::run::read::restore::{download_over_against, download_over_at, forecast};
use crate::run::state::Run;
use crate::run::values::{
    ActionKind, Backlog, Bound, ByteCount, Elapsed, Known, Length, PauseInterval, Phase, ResumePolicy,
    Sequence, Timestamp,
};

/// The exposure of production up to some moment. Lengths of time are written in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Exposure {
    /// Length of the present pause; `None` while replication runs or is unknown.
    #[serde(rename = "present_pause_seconds")]
    pub present_pause: Option<Length>,
    /// Total time in which production was not protected: the pauses, and after each the time until what waited was sent.
    /// At least the time paused, which `replication.paused_seconds` has. `None` if the state was never known.
    #[serde(rename = "total_seconds")]
    pub total: Option<Length>,
    /// Whether the total may be too short: a pause began before it was first seen, or the exposure goes on.
    pub at_least: bool,
    /// Whether a pause began before it was first seen, so that the lengths of both are lower bounds.
    #[serde(skip)]
    pub began_unseen: bool,
    /// Whether a pause may have ended before replication was first seen to run again: the total is an upper bound.
    pub at_most: bool,
    /// How long replication may stay paused in total; `None`: no budget was set.
    #[serde(rename = "budget_seconds")]
    pub budget: Option<Elapsed>,
    /// Part of the budget used by the time paused, in percent, rounded down; may pass 100. `None` if it cannot be computed.
    pub used_percent: Option<u64>,
    /// When a resume is safe at the earliest.
    pub earliest_safe_resume: EarliestResumes,
    /// Time paused since stage 1 ended, which resuming then would have saved; grows while the pause lasts. `None` if
    /// the end of stage 1 or the pauses are not known.
    #[serde(rename = "saved_by_resuming_after_stage_1_seconds")]
    pub saved_by_resuming_after_stage_1: Option<Length>,
    /// What it will be by forecast when the policy in force first lets replication be resumed; `None` without a pause or
    /// without a forecast.
    pub expected: Option<ExpectedExposure>,
}

/// The exposure by forecast. Lengths of time are written in seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ExpectedExposure {
    /// When the stage ends after which the policy lets replication be resumed; the latest end of the forecast.
    pub until: Timestamp,
    /// Total time exposed by then.
    #[serde(rename = "total_seconds")]
    pub total: Elapsed,
    /// Whether the time in which the DR appliance is used comes on top.
    pub at_least: bool,
}

/// The earliest safe resume under each policy; `None` if replication is not paused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EarliestResumes {
    /// Under the policy that keeps replication paused until the test is over.
    pub paused_throughout: Option<EarliestResume>,
    /// Under the policy that lets it be resumed after stage 1.
    pub resume_after_stage_1: Option<EarliestResume>,
}

/// When a resume is safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EarliestResume {
    /// The condition, as a phrase.
    pub condition: String,
    /// Since when it has been safe, or when it will be by forecast; `None` if unknown.
    pub at: Option<Timestamp>,
    /// Whether `at` is a forecast (its latest end).
    pub forecast: bool,
    /// Why it is not called safe all the same; `None` where nothing is known against it.
    pub unsafe_because: Option<Unsafe>,
}

/// An alarm that is not settled: production changes the bucket in which the DR appliance missed data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Unsafe {
    /// The alarm, in a few words.
    pub alarm: String,
    /// When it opened.
    pub since: Timestamp,
    /// The record that opened it.
    pub record: Sequence,
}

impl EarliestResume {
    fn new(condition: &str, at: Option<Timestamp>) -> Self {
        Self { condition: condition.to_owned(), at, forecast: false, unsafe_because: None }
    }

    /// Not safe, whatever the policy, while an alarm is not settled.
    fn while_alarmed(self, run: &Run) -> Self {
        let unsafe_because = unsettled_alarm(run).map(|alarm| Unsafe {
            alarm: alarm.headline().to_owned(),
            since: alarm.opened_at,
            record: alarm.record,
        });
        Self { unsafe_because, ..self }
    }
}

/// The exposure of `run` up to `now`, or up to the end of the record if it has ended.
#[must_use]
pub fn exposure(run: &Run, now: Timestamp) -> Exposure {
    // A record that has ended does not grow older.
    let now = run.ending.as_ref().map_or(now, |_| run.last_at);
    let was_known = run.tracking.replication.is_some();
    let total = was_known.then(|| run.replication.exposed_total(now));
    let paused = was_known.then(|| run.replication.paused_total(now));
    let budget = run.started.settings.pause_budget;
    let last_pause = run.replication.present_pause(now);
    let present_pause = last_pause.filter(|_| run.change_in_doubt().is_none());
    let bound = pause_bound(run, now);
    let began_unseen = matches!(bound, Bound::AtLeast | Bound::About);
    let lasts = run.replication.open_pause().is_some() || run.replication.recovery_under_way().is_some();
    Exposure {
        present_pause,
        total,
        // What goes on does so where nobody counts, too.
        at_least: was_known && (began_unseen || lasts),
        began_unseen,
        at_most: matches!(bound, Bound::AtMost | Bound::About),
        budget,
        used_percent: paused.zip(budget).and_then(|(paused, budget)| percent(paused, budget)),
        // Kept while it may last: an alarm speaks against a further resume, too.
        earliest_safe_resume: last_pause.map_or_else(EarliestResumes::default, |_| EarliestResumes {
            paused_throughout: Some(paused_throughout(run).while_alarmed(run)),
            resume_after_stage_1: Some(resume_after_stage_1(run, now).while_alarmed(run)),
        }),
        saved_by_resuming_after_stage_1: saved(run, now).filter(|_| was_known),
        expected: present_pause.zip(total).and_then(|(_, total)| expected(run, now, total.exact())),
    }
}

/// The bound of the time paused at `now`: a pause in doubt may have begun, a resume in doubt may have ended one.
#[must_use]
pub fn pause_bound(run: &Run, now: Timestamp) -> Bound {
    let bound = run.replication.bound(now);
    let in_doubt = |kind| run.change_in_doubt().is_some_and(|change| change.plan.action == kind);
    let may_have_begun = in_doubt(ActionKind::Pause) && run.replication.open_pause().is_none();
    let may_have_ended = in_doubt(ActionKind::Resume) && run.replication.open_pause().is_some();
    Bound::new(
        matches!(bound, Bound::AtLeast | Bound::About) || may_have_begun,
        matches!(bound, Bound::AtMost | Bound::About) || may_have_ended,
    )
}

/// The part of the exposure that is certain: without the times in which nobody could see whether a pause held, and without
/// what came after the last reading of one whose end was not observed.
pub(in crate::run) fn certain_exposure(run: &Run, now: Timestamp) -> Elapsed {
    let now = run.ending.as_ref().map_or(now, |_| run.last_at);
    let replication = &run.replication;
    let is_read = replication.attested || replication.unobserved_since.is_none();
    let lasts = run.replication_state() == Known::Paused && is_read;
    let known_at = run.tracking.replication_known_at.unwrap_or(now);
    let certain = |(pause, limit): (&PauseInterval, Timestamp)| {
        let until = match pause.to {
            Some(_) if pause.ended_unseen => pause.seen_until.unwrap_or(pause.from),
            Some(_) => pause.exposed_until().unwrap_or(limit),
            None if lasts => now,
            None => known_at,
        };
        let unseen = pause.unseen.as_ref().map_or(Elapsed::ZERO, |unseen| unseen.total);
        until.min(limit).since(pause.from).saturating_sub(unseen)
    };
    let limits = replication.intervals.iter().skip(1).map(|next| next.from).chain(std::iter::once(now));
    let lengths = replication.intervals.iter().zip(limits).map(certain);
    lengths.fold(replication.earlier_exposed.exact(), Elapsed::saturating_add)
}

/// How production became protected again after the latest pause. While that lasts, all is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ProtectedAgain {
    /// When drwatch was asked to resume, or since when replication runs as the engineer stated; `None` if others resumed it.
    pub resumed_at: Option<Timestamp>,
    /// When replication was first read to run again.
    pub running_at: Option<Timestamp>,
    /// When a reply first named no backlog any more; `None` also where the replies never name one.
    pub backlog_gone_at: Option<Timestamp>,
    /// Bytes still to be sent, by the latest reply that names them until they were gone.
    pub backlog: Option<ByteCount>,
    /// From `resumed_at` until production was protected: replication runs, and nothing waits where a backlog is named.
    #[serde(rename = "seconds")]
    pub took: Option<Length>,
    /// The record by which it is protected; `None` while it is not.
    pub record: Option<Sequence>,
}

/// How production became protected again; `None` if replication was never paused.
#[must_use]
pub fn protected_again(run: &Run) -> Option<ProtectedAgain> {
    let pause = run.replication.intervals.last()?;
    let Some(recovery) = &pause.recovery else { return Some(ProtectedAgain::default()) };
    let protected = recovery.protected();
    let (backlog, gone_at) = match recovery.backlog {
        Backlog::NotNamed | Backlog::Awaited => (None, None),
        Backlog::Waiting(bytes) => (Some(bytes), None),
        Backlog::Gone(gone) => (Some(ByteCount(0)), Some(gone.at)),
    };
    Some(ProtectedAgain {
        resumed_at: recovery.resumed_at,
        running_at: recovery.running.map(|running| running.at),
        backlog_gone_at: gone_at,
        backlog,
        took: protected
            .zip(recovery.resumed_at)
            .map(|(protected, resumed)| protected.at.length_since(resumed)),
        record: protected.map(|protected| protected.record),
    })
}

fn expected(run: &Run, now: Timestamp, total: Elapsed) -> Option<ExpectedExposure> {
    let keeps_paused = run.started.settings.resume_policy == ResumePolicy::PausedThroughout;
    // After stage 1 the other policy already allows it.
    let until = forecast(run, now).end.filter(|_| keeps_paused || run.phase() == Phase::Stage1)?.latest;
    let more = until.since(now);
    Some(ExpectedExposure { until, total: total.saturating_add(more), at_least: keeps_paused })
}

fn percent(part: Elapsed, whole: Elapsed) -> Option<u64> {
    // A record may hold any length of time, and a hundredfold may pass 64 bits.
    let percent = (u128::from(part.millis()) * 100).checked_div(u128::from(whole.millis()))?;
    Some(u64::try_from(percent).unwrap_or(u64::MAX))
}

fn paused_throughout(run: &Run) -> EarliestResume {
    if run.phase() != Phase::Ended {
        return EarliestResume::new("once the test is declared over", None);
    }
    let over = run.phases.spans.iter().rev().find_map(|span| span.ended_at);
    EarliestResume::new("now: the test is over", over)
}

fn resume_after_stage_1(run: &Run, now: Timestamp) -> EarliestResume {
    if run.phase() == Phase::Ended {
        return paused_throughout(run);
    }
    let is_over = run.phase() >= Phase::Stage2;
    if is_over && !download_over_against(run).is_empty() {
        return EarliestResume::new("once stage 1 is seen to be over: what was read speaks against it", None);
    }
    let condition = match (is_over, run.deleted_files_not_read.is_some()) {
        (false, true) => "once stage 1 is over",
        (false, false) => {
            "once stage 1 is over, if files deleted on production will not be read on the DR appliance"
        }
        (true, true) => {
            "now: stage 1 is over, and files deleted on production will not be read on the DR appliance"
        }
        (true, false) => {
            "now that stage 1 is over, if files deleted on production will not be read on the DR appliance"
        }
    };
    if is_over {
        return EarliestResume::new(condition, download_over_at(run));
    }
    // The latest end: a resume that is too early breaks the test, one that is late
    // costs minutes of exposure.
    let at = forecast(run, now).end.map(|end| end.latest);
    EarliestResume { forecast: at.is_some(), ..EarliestResume::new(condition, at) }
}

fn saved(run: &Run, now: Timestamp) -> Option<Length> {
    // Of pauses dropped to stay bounded it is unknown how much came after stage 1.
    let end = download_over_at(run).filter(|_| run.dropped.intervals == 0)?;
    // A pause that ended before stage 1 did has no length here, as that never goes below zero.
    let after = |pause: &PauseInterval| pause.to.unwrap_or(now).length_since(pause.from.max(end));
    Some(run.replication.intervals.iter().map(after).fold(Length::ZERO, Length::saturating_add))
}
