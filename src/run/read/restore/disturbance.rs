//! How long replication ran while the restore was under way, and how long nobody could see whether it did: the bucket may
//! have changed meanwhile, and what stage 1 or stage 2 missed by that is not mended by the next pause.

use super::grounds::download_over_at;
use crate::run::state::Run;
use crate::run::values::{
    Bound, Code, Disturbance, Elapsed, EvidenceSource, Finding, FindingSeverity, InStages, Known, Phase,
    ResumePolicy, Timestamp,
};

/// When a stage began, and when it ended, if it did.
type Window = (Timestamp, Option<Timestamp>);

/// What of the time from `from` on is within the stage; `to` is `None` for what goes on.
fn part(stage: Option<Window>, from: Timestamp, to: Option<Timestamp>) -> Elapsed {
    let Some((began, ended)) = stage else { return Elapsed::ZERO };
    let end = [to, ended].into_iter().flatten().min();
    end.map_or(Elapsed::ZERO, |end| end.since(from.max(began)))
}

/// Shorter is no more than what the time of a start that was inferred may be off by.
const MIN_RAN: Elapsed = Elapsed::from_secs(5);

impl Run {
    fn window(&self, stage: Phase) -> Option<Window> {
        let span = self.phases.span(stage)?;
        // What was stated as over before its line was logged went on until then.
        let refuted = self.final_lines.download.and_then(|_| download_over_at(self));
        match stage {
            Phase::Stage1 => Some((span.started_at?, refuted.or(span.ended_at))),
            Phase::Stage2 => Some((refuted.or(span.started_at)?, span.ended_at)),
            _ => Some((span.started_at?, span.ended_at)),
        }
    }

    /// By when stage 1 had begun: of a start that is inferred from the counter, the first sign of it. `None` where its
    /// start is not known.
    pub(in crate::run) fn stage_1_begun_by(&self) -> Option<Timestamp> {
        let began = self.phases.started_at(Phase::Stage1)?;
        let start = self.phases.span(Phase::Prepare)?.evidence.as_ref();
        let is_inferred = start.is_some_and(|start| start.source == EvidenceSource::Counter);
        let by = self.tracking.stage_1_by.filter(|_| is_inferred);
        Some(by.map_or(began, |by| by.max(began)))
    }

    /// What has certainly disturbed the restore so far.
    pub(in crate::run) fn disturbance(&self) -> Disturbance {
        let mut found = self.disturbance_since(self.stage_1_begun_by());
        if found.ran.total() < MIN_RAN {
            found.ran = InStages::default();
        }
        found
    }

    /// How long replication ran during the stages if stage 1 began as early as it may have.
    pub(in crate::run) fn ran_at_most(&self) -> Elapsed {
        self.disturbance_since(self.phases.started_at(Phase::Stage1)).ran.total()
    }

    fn disturbance_since(&self, began: Option<Timestamp>) -> Disturbance {
        let mut found = Disturbance::default();
        if self.phase() < Phase::Stage1 {
            return found;
        }
        let stage_1 = began.zip(self.window(Phase::Stage1)).map(|(began, (_, ended))| (began, ended));
        // With that statement the policy lets it run in stage 2.
        let may_run = self.started.settings.resume_policy == ResumePolicy::ResumeAfterStage1
            && self.deleted_files_not_read.is_some();
        let stage_2 = self.window(Phase::Stage2).filter(|_| !may_run);
        let add = |sum: &mut InStages, from, to| {
            sum.stage_1 = sum.stage_1.saturating_add(part(stage_1, from, to));
            sum.stage_2 = sum.stage_2.saturating_add(part(stage_2, from, to));
        };
        let pauses = &self.replication.intervals;
        // What came before pauses that were dropped is not known any more.
        match pauses.first().filter(|_| self.dropped.intervals == 0) {
            Some(first) if first.from_known || self.was_seen_to_run_in_stage_1() => {
                add(&mut found.ran, self.started_at, Some(first.from));
            }
            Some(first) => add(&mut found.unread, self.started_at, Some(first.from)),
            None if pauses.is_empty() && self.replication.state == Known::Running => {
                add(&mut found.ran, self.started_at, None);
            }
            None => {}
        }
        for (index, pause) in pauses.iter().enumerate() {
            if let Some(to) = pause.to {
                add(&mut found.ran, to, pauses.get(index + 1).map(|next| next.from));
            }
            for (from, to) in pause.unseen.iter().flat_map(|unseen| &unseen.spans) {
                add(&mut found.unread, *from, Some(*to));
            }
        }
        found
    }

    fn was_seen_to_run_in_stage_1(&self) -> bool {
        let is_of_running = |finding: &Finding| {
            finding.code == Code::ReplicationRunsInStage1 && finding.severity == FindingSeverity::Blocking
        };
        self.findings.iter().any(is_of_running)
    }

    /// How the time in which replication ran relates to the true one: the ends of the pauses may not have been observed.
    pub(in crate::run) fn bound_of_running(&self) -> Bound {
        let pauses = &self.replication.intervals;
        let at_least = pauses.iter().any(|pause| pause.ended_unseen);
        let at_most = pauses.iter().skip(1).any(|pause| !pause.from_known);
        Bound::new(at_least, at_most)
    }
}
