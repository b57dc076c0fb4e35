//! Events caused only by time. Found here, recorded by the session, and only then part of the run.

use crate::run::state::Run;
use crate::run::values::{Elapsed, Link, Phase, Role, TimerEvent, Timestamp};

/// The timer events due at `now` that are not recorded yet. Each is due once, until its condition ends.
#[must_use]
pub fn timer_events(run: &Run, now: Timestamp) -> Vec<TimerEvent> {
    // A record that has ended is replayed long after; by now everything in it would be overdue.
    if run.ending.is_some() {
        return Vec::new();
    }
    let lost = |role| is_lost(run, role, now).then_some(TimerEvent::Lost { role });
    let edges = [
        is_stalled(run).then_some(TimerEvent::Stalled),
        budget_used(run, now).map(|percent| TimerEvent::BudgetUsed { percent }),
        lost(Role::Primary),
        lost(Role::Dr),
        lacks_info_lines(run, now).then_some(TimerEvent::NoInfoLines),
        log_is_silent(run, now).then_some(TimerEvent::LogSilent),
    ];
    edges.into_iter().flatten().collect()
}

/// Readings continue, and none has risen for the configured time.
fn is_stalled(run: &Run) -> bool {
    // Measured up to the last reading, not to now: without readings a stall looks like silence.
    let Some((_, read_at, _)) = run.download.counter else { return false };
    let started = run.phases.started_at(Phase::Stage1);
    let baseline = run.download.baseline.as_ref().map(|first| first.at);
    // Time without recording does not count as a stall. `None` is below every time, so that `max` gives the latest
    // known one.
    let since = run.download.last_rise.max(started).max(baseline).map(|at| at.max(run.watched_since));
    run.phase() == Phase::Stage1
        && run.reported.stalled.is_none()
        && since.is_some_and(|since| read_at.since(since) >= run.started.settings.stall_after)
}

fn budget_used(run: &Run, now: Timestamp) -> Option<u8> {
    let budget = run.started.settings.pause_budget?;
    run.replication.paused_for(now)?;
    let used = u128::from(run.replication.paused_total(now).millis()) * 100;
    let reached = |percent: &u8| used >= u128::from(*percent) * u128::from(budget.millis());
    // The highest first: after a suspend, several of them may have been passed at once.
    [100, 80, 50].into_iter().find(reached).filter(|percent| *percent > run.reported.budget_percent)
}

/// An appliance not heard from for this long is a finding.
// Four replication readings of the primary (one every 15 s) are missed first, and the keepalive of ssh takes
// 15 s to notice a lost connection.
pub(super) const LOST_AFTER: Elapsed = Elapsed::from_secs(60);

fn is_lost(run: &Run, role: Role, now: Timestamp) -> bool {
    // The primary matters beyond the end of the test: its replication has to be resumed.
    if !run.takes_part(role) || (role == Role::Dr && run.phase() == Phase::Ended) {
        return false;
    }
    // Time without recording does not count as silence.
    let watched = run.watched_since;
    let heard = run.appliance(role).heard_at.map_or(watched, |heard| heard.max(watched));
    let appliance = run.appliance(role);
    // A loss that the attempt under way may end at once would be reported and over in the same second.
    let is_trying = appliance.link == Link::Connecting && now.since(appliance.link_since) < ATTEMPT_TAKES;
    appliance.reported_lost.is_none() && now.since(heard) >= LOST_AFTER && !is_trying
}

/// An attempt to connect usually has an outcome within this time.
const ATTEMPT_TAKES: Elapsed = Elapsed::from_secs(15);

/// During stage 1 a healthy log is never silent for this long.
const LOG_SILENT_AFTER: Elapsed = Elapsed::from_secs(50);

/// The counter has to rise this long into the silence, which excludes a pause of the stage itself.
const COUNTER_RISE_AFTER: Elapsed = Elapsed::from_secs(30);

/// The counter rises and no log line arrives: the log is gone, rotated away, or stuck.
fn log_is_silent(run: &Run, now: Timestamp) -> bool {
    let is_by_file = run.started.log.is_some();
    let is_followed = is_by_file || run.dr.link == Link::Connected;
    if run.phase() != Phase::Stage1 || !is_followed || run.reported.log_silent.is_some() {
        return false;
    }
    let started = run.phases.started_at(Phase::Stage1);
    let known = run.tracking.download_known_at;
    let connected = Some(run.dr.link_since).filter(|_| !is_by_file);
    // Silence counts from the latest of these: before it there was nothing to follow, or nobody to follow it.
    let since = run.log.last_at.max(started).max(known).max(connected).max(Some(run.watched_since));
    let Some((since, rise)) = since.zip(run.download.last_rise) else { return false };
    now.since(since) >= LOG_SILENT_AFTER && rise.since(since) >= COUNTER_RISE_AFTER
}

/// A log that is followed shows at least one INFO line within this time.
const INFO_LINES_WITHIN: Elapsed = Elapsed::from_secs(600);

/// Stage 1 logs at least one INFO line within this time.
const INFO_LINES_IN_STAGE_1: Elapsed = Elapsed::from_secs(60);

/// The log is followed, and no INFO line has arrived since.
fn lacks_info_lines(run: &Run, now: Timestamp) -> bool {
    if run.dr.link != Link::Connected
        || run.phase() >= Phase::InUse
        || run.reported.no_info_lines.is_some()
        || run.tracking.info_seen
    {
        return false;
    }
    let followed = run.dr.link_since.max(run.watched_since);
    let started = run.phases.started_at(Phase::Stage1);
    let in_stage_1 = started.filter(|_| run.phase() == Phase::Stage1).map(|started| started.max(followed));
    now.since(followed) >= INFO_LINES_WITHIN
        || in_stage_1.is_some_and(|since| now.since(since) >= INFO_LINES_IN_STAGE_1)
}
