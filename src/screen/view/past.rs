//! A view of the past beside the live one, and what the live run has come to while the engineer looks back.

use std::sync::Arc;

use super::View;
use crate::{
    run::{FindingSeverity, Known, Phase, Role, Run, Sequence, Timestamp},
    screen::log::LogView,
};

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

impl View {
    /// Whether the engineer is typing or has a question before him.
    pub(crate) const fn is_asking(&self) -> bool {
        self.dialog.is_some() || self.log.typing.is_some()
    }

    /// A view of another moment with the same panel and the same ways to show it: no dialog, no search, and the log at its
    /// end.
    pub(crate) fn beside(&self) -> Self {
        let mut log = LogView::default();
        (log.wraps, log.has_histogram) = (self.log.wraps, self.log.has_histogram);
        Self {
            log,
            zoom: self.zoom,
            keymap: Arc::clone(&self.keymap),
            run_folder: self.run_folder.clone(),
            zone: self.zone.clone(),
            takes_mouse: self.takes_mouse,
            shows_local_time: self.shows_local_time,
            ..Self::default()
        }
    }

    /// Takes over from `other` what belongs to the terminal and its reader.
    pub(crate) fn resume_from(&mut self, other: &Self) {
        self.takes_mouse = other.takes_mouse;
        self.shows_local_time = other.shows_local_time;
        self.message = None;
    }
}
