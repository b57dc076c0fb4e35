//! The pre-flight of a watch: judged at each change while the test is prepared, and recorded where its verdict has
//! changed for a while and where stage 1 begins. The questions are in `run`.

use std::path::Path;

use crate::run::{
    ActionPlan, ByteCount, Elapsed, Event, Phase, Preflight, PreflightFacts, PreflightVerdict, Run, Sequence,
    Timestamp, preflight,
};

use crate::session::record::disk;

/// A verdict is recorded once it has not changed for this long: while appliances connect it comes and goes.
const SETTLING_TIME: Elapsed = Elapsed::from_secs(10);

// statvfs(3) asks the file system, and one on a network may answer slowly.
const DISK_INTERVAL: Elapsed = Elapsed::from_secs(60);

#[derive(Debug, Default)]
pub(crate) struct PreflightHistory {
    /// The last one whose verdict had settled.
    settled: Option<Preflight>,
    /// The last one of all.
    latest: Option<Preflight>,
    current: Option<(PreflightVerdict, Timestamp)>,
    recorded: Option<PreflightVerdict>,
    /// The last record of the run that was judged, and when.
    judged: Option<(Sequence, Timestamp)>,
    disk: Option<(Timestamp, Option<ByteCount>)>,
}

impl PreflightHistory {
    pub(crate) fn disk_free(&self) -> Option<ByteCount> {
        self.disk.and_then(|(_, free)| free)
    }

    /// Whether the verdict settles now that has not yet.
    fn settles_at(&self, now: Timestamp) -> bool {
        let settled = self.settled.as_ref().map(|settled| settled.verdict);
        self.current
            .is_some_and(|(verdict, since)| settled != Some(verdict) && now.since(since) >= SETTLING_TIME)
    }

    fn take(&mut self, judged: Preflight) -> bool {
        let (verdict, at) = (judged.verdict, judged.at);
        let since = match self.current {
            Some((current, since)) if current == verdict => since,
            _ => at,
        };
        self.current = Some((verdict, since));
        self.latest = Some(judged.clone());
        let has_settled = at.since(since) >= SETTLING_TIME;
        if has_settled {
            self.settled = Some(judged);
        }
        has_settled && self.recorded != Some(verdict)
    }

    /// Judges the pre-flight anew while the test is prepared; whether the verdict has to be recorded. `folder` is where
    /// the record is written.
    pub(crate) fn judge(&mut self, run: &Run, now: Timestamp, folder: &Path, plans: &[ActionPlan]) -> bool {
        let both = run.started.primary.is_some() && run.started.dr.is_some();
        // Once the service was started, what was asked is decided: it is no longer to be judged as if it were still to
        // come.
        let is_decided = run.dr_service_runs() && self.settled.is_some();
        if !both || run.phases.current != Phase::Prepare || run.ending.is_some() || is_decided {
            return false;
        }
        // Without a record between only time has passed: that settles a verdict, and makes answers old.
        let is_judged = |(last, at)| last == run.last && now.since(at) < SETTLING_TIME;
        if self.judged.is_some_and(is_judged) && !self.settles_at(now) {
            return false;
        }
        self.judged = Some((run.last, now));
        // The disk of this machine does not matter to a simulated run.
        if !run.started.demo && self.disk.is_none_or(|(asked, _)| now.since(asked) >= DISK_INTERVAL) {
            self.disk = Some((now, disk::free(folder)));
        }
        let facts = PreflightFacts { disk_free: self.disk_free(), ask_past: true, plans: plans.to_vec() };
        self.take(preflight(run, now, &facts))
    }

    /// The event of the last pre-flight, once any had settled: one made while the appliances are still being asked says
    /// only that they are. Where the service is started soon after a change, the verdict before that change is outdated.
    pub(crate) fn settled_event(&mut self) -> Option<Event> {
        let latest = self.latest.clone().filter(|_| self.settled.is_some())?;
        self.recorded = Some(latest.verdict);
        Some(latest.into_event())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(verdict: PreflightVerdict, seconds: u64) -> Preflight {
        let start = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        Preflight { verdict, at: start + Elapsed::from_secs(seconds), items: Vec::new() }
    }

    #[test]
    fn a_verdict_settles_by_time_alone_and_only_once() {
        let mut history = PreflightHistory::default();
        let at = |seconds| judged(PreflightVerdict::Go, seconds).at;
        assert!(!history.settles_at(at(60)), "nothing was judged");
        history.take(judged(PreflightVerdict::Go, 0));
        assert!(!history.settles_at(at(9)) && history.settles_at(at(10)));
        history.take(judged(PreflightVerdict::Go, 10));
        assert!(!history.settles_at(at(60)), "it has settled");
        history.take(judged(PreflightVerdict::NoGo, 61));
        assert!(!history.settles_at(at(62)) && history.settles_at(at(71)));
    }

    #[test]
    fn a_verdict_that_lasts_less_than_the_settling_time_is_not_recorded() {
        let mut history = PreflightHistory::default();
        assert!(!history.take(judged(PreflightVerdict::Go, 0)));
        assert!(history.take(judged(PreflightVerdict::Go, 10)));
        history.recorded = Some(PreflightVerdict::Go);
        assert!(!history.take(judged(PreflightVerdict::NoGo, 11)));
        assert!(!history.take(judged(PreflightVerdict::NoGo, 20)));
        assert_eq!(history.settled.as_ref().map(|settled| settled.verdict), Some(PreflightVerdict::Go));
        assert!(history.take(judged(PreflightVerdict::NoGo, 21)), "it has settled");
        assert_eq!(history.settled.map(|settled| settled.verdict), Some(PreflightVerdict::NoGo));
    }
}
