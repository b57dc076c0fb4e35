//! What a report needs of a journal besides the run: the course of the download, the records in which something ended,
//! and the read-back of each action.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::{ActionId, Elapsed, Event, ObjectCount, Phase, Record, Role, Run, Sequence, ThreadCount};

/// The reply by which an action was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadBack {
    pub(crate) record: Sequence,
    pub(crate) raw: String,
}

/// What became of an action, by record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ActionTrail {
    pub(crate) requested: Option<Sequence>,
    pub(crate) sent: Option<Sequence>,
    pub(crate) read_back: Option<ReadBack>,
    pub(crate) settled: Option<Sequence>,
}

/// Collected while a journal is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trail {
    /// Objects downloaded since the baseline, by the time since stage 1 began; thinned out.
    pub(crate) downloads: Vec<(Elapsed, ObjectCount)>,
    /// The record of the last reading that counts as one of stage 1.
    pub(crate) last_counted: Option<Sequence>,
    /// Of so many readings one is kept.
    stride: u32,
    skipped: u32,
    threads: BTreeSet<ThreadCount>,
    threads_before: Option<ThreadCount>,
    pub(crate) actions: BTreeMap<ActionId, ActionTrail>,
    /// The records by which the primary and the DR appliance were last identified.
    pub(crate) identified: (Option<Sequence>, Option<Sequence>),
}

/// Enough for a curve as wide as a page.
const MAX_POINTS: usize = 1024;

impl Trail {
    /// Takes in a record; `run` is the run as of it.
    pub(crate) fn see(&mut self, run: &Run, record: &Record) {
        self.see_download(run, record);
        self.see_action(run, record);
        match &record.event {
            Event::Identified { role: Role::Primary, .. } => self.identified.0 = Some(record.seq),
            Event::Identified { role: Role::Dr, .. } => self.identified.1 = Some(record.seq),
            _ => {}
        }
    }

    /// The numbers of threads in stage 1; where none was read in it, the one before holds.
    pub(crate) fn threads_in_stage_1(&self) -> BTreeSet<ThreadCount> {
        if self.threads.is_empty() { self.threads_before.into_iter().collect() } else { self.threads.clone() }
    }

    fn see_download(&mut self, run: &Run, record: &Record) {
        match (run.phase(), &record.event) {
            (Phase::Prepare, _) => self.threads_before = run.thread_count(),
            (Phase::Stage1, Event::ThreadsRead(answer)) => self.threads.extend(answer.reading.known()),
            _ => {}
        }
        let began = run.phases.span(Phase::Stage1).and_then(|span| span.started_at);
        let (Event::CounterRead(_), Some(began), Some(count)) =
            (&record.event, began, run.download.downloaded())
        else {
            return;
        };
        // What is counted after stage 1 is no part of it.
        if run.phase() > Phase::Stage1 && self.downloads.last().is_some_and(|(_, last)| *last == count) {
            return;
        }
        self.last_counted = Some(record.seq);
        let at = record.at.since(began);
        let is_whole = run.download.baseline.as_ref().is_some_and(|baseline| !baseline.late);
        if self.downloads.is_empty() && is_whole && at > Elapsed::ZERO {
            self.downloads.push((Elapsed::ZERO, ObjectCount(0)));
        }
        let is_rise = self.downloads.last().is_none_or(|(_, last)| *last != count);
        self.skipped += 1;
        if self.skipped >= self.stride.max(1) || !is_rise || run.phase() > Phase::Stage1 {
            self.downloads.push((at, count));
            self.skipped = 0;
        }
        // Thinned by half and noted half as often from then on, so that all points have about the same distance.
        if self.downloads.len() >= MAX_POINTS {
            let mut place = 0;
            self.downloads.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.stride = self.stride.max(1).saturating_mul(2);
        }
    }

    fn see_action(&mut self, run: &Run, record: &Record) {
        let seq = record.seq;
        match &record.event {
            Event::ActionRequested { id, .. } => {
                self.actions.entry(*id).or_default().requested = Some(seq);
            }
            Event::ActionSent { id, .. } => self.actions.entry(*id).or_default().sent = Some(seq),
            Event::ActionSettled { id, .. } => self.actions.entry(*id).or_default().settled = Some(seq),
            Event::ReplicationRead { answer, .. } => self.read_back(run, Role::Primary, seq, &answer.raw),
            Event::ThreadsRead(answer) => self.read_back(run, Role::Dr, seq, &answer.raw),
            _ => {}
        }
    }

    /// A reply is the read-back of what was sent before it and is not settled yet: the last one counts.
    fn read_back(&mut self, run: &Run, role: Role, record: Sequence, raw: &str) {
        let Some(action) = run.unsettled_action().filter(|action| action.plan.action.role() == role) else {
            return;
        };
        if let Some(trail) = self.actions.get_mut(&action.id).filter(|trail| trail.sent.is_some()) {
            trail.read_back = Some(ReadBack { record, raw: raw.to_owned() });
        }
    }
}
