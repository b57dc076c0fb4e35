//! What is open, and how much of it.

use crate::{
    run::{Code, Finding, FindingSeverity, Role, Run, Timestamp},
    screen::scene::RecordingState,
};

/// The appliances that are away, without those whose loss the engineer has acknowledged and those that another machine
/// answers for: each of these has a finding of its own.
pub(super) fn away_roles(run: &Run) -> Vec<Role> {
    let is_shown = |role: &Role| {
        let is_known = |finding: &Finding| {
            finding.code == Code::ApplianceLost
                && finding.role == Some(*role)
                && finding.closed_at.is_none()
                && finding.acknowledged.is_some()
        };
        let appliance = run.appliance(*role);
        appliance.away().is_some() && !appliance.is_stranger() && !run.findings.iter().any(is_known)
    };
    Role::BOTH.into_iter().filter(is_shown).collect()
}

/// Whether a finding says of an appliance what a row of the moment says already.
pub(super) fn is_row_of_the_moment(run: &Run, finding: &Finding) -> bool {
    let is_loss = finding.code == Code::ApplianceLost && finding.is_open();
    is_loss && finding.role.is_some_and(|role| away_roles(run).contains(&role))
}

/// Whether a finding for information is of a phase that is over: it is in the view of findings alone.
pub(super) fn is_past_news(run: &Run, finding: &Finding) -> bool {
    let is_news = finding.severity == FindingSeverity::Info && finding.is_open();
    let began = match run.phases.span(run.phase()) {
        Some(span) => span.started_at,
        None => run.phases.spans.last().and_then(|last| last.ended_at),
    };
    is_news && began.is_some_and(|began| finding.opened_at < began)
}

/// How many things are open, each counted once: findings, appliances that are away, a record that does not reach the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::screen::panels) struct OpenCounts {
    pub(in crate::screen::panels) blocking: usize,
    pub(in crate::screen::panels) attention: usize,
    pub(in crate::screen::panels) info: usize,
    /// Dangers that were acknowledged and are not settled: they are not open, and go on to endanger the test.
    pub(in crate::screen::panels) accepted: usize,
}

pub(in crate::screen::panels) fn open_counts(
    run: &Run,
    now: Timestamp,
    journal: &RecordingState,
) -> OpenCounts {
    let findings: Vec<&Finding> =
        run.open_findings().filter(|finding| !is_row_of_the_moment(run, finding)).collect();
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let failing = usize::from(matches!(journal, RecordingState::Failing(_)));
    let away = away_roles(run);
    let lasting = away.iter().filter(|role| run.appliance(**role).needs_hand(now)).count();
    OpenCounts {
        blocking: count(FindingSeverity::Blocking) + lasting + failing,
        attention: count(FindingSeverity::Attention) + away.len() - lasting,
        info: count(FindingSeverity::Info),
        accepted: run.accepted_dangers().count(),
    }
}
