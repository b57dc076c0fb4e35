//! What the live run has come to while the engineer looks back.

use crate::run::{FindingSeverity, Known, Phase, Role, Run, Sequence, Timestamp};

/// The live run at the moment at which the engineer began to look back.
#[derive(Clone, Debug)]
pub(crate) struct LiveMark {
    last: Sequence,
    away: [bool; 2],
    replication: Known,
    phase: Phase,
}

/// What the live run has come to since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LiveNews {
    pub(crate) now: Timestamp,
    /// Findings opened since, whether or not they are still open.
    pub(crate) blocking: usize,
    pub(crate) attention: usize,
    pub(crate) lost: Vec<Role>,
    pub(crate) has_other_replication: bool,
    pub(crate) has_other_phase: bool,
}

impl LiveMark {
    pub(crate) fn of(run: &Run) -> Self {
        let away = Role::BOTH.map(|role| run.appliance(role).away().is_some());
        Self { last: run.last, away, replication: run.replication.state, phase: run.phase() }
    }

    pub(crate) fn news(&self, run: &Run, now: Timestamp) -> LiveNews {
        let opened = |severity| {
            let new = run.findings.iter().filter(|finding| finding.record > self.last);
            new.filter(|finding| finding.severity == severity).count()
        };
        let is_lost = |(role, was_away): (Role, bool)| {
            (!was_away && run.appliance(role).away().is_some()).then_some(role)
        };
        LiveNews {
            now,
            blocking: opened(FindingSeverity::Blocking),
            attention: opened(FindingSeverity::Attention),
            lost: Role::BOTH.into_iter().zip(self.away).filter_map(is_lost).collect(),
            has_other_replication: run.replication.state != self.replication,
            has_other_phase: run.phase() != self.phase,
        }
    }
}
