//! The pre-flight of a watch: judged again at every beat while the test is prepared, and on record
//! where its verdict changed for good and where stage 1 begins. What is asked lives in `run`.

use std::path::Path;

use crate::run::{
    ActionPlan, ByteCount, Elapsed, Event, Phase, Preflight, PreflightFacts, PreflightVerdict, Run,
    Timestamp, preflight,
};

use crate::session::record::disk;

/// A verdict goes on record once it has stood this long: while appliances connect it comes and goes.
const SETTLING_TIME: Elapsed = Elapsed::from_secs(10);

/// How often the disk is asked for its room.
const DISK_INTERVAL: Elapsed = Elapsed::from_secs(60);

/// What the watch remembers of its pre-flights.
#[derive(Debug, Default)]
pub(crate) struct PreflightHistory {
    /// The last one whose verdict had stood for a while.
    settled: Option<Preflight>,
    /// The verdict that stands, and since when.
    standing: Option<(PreflightVerdict, Timestamp)>,
    recorded: Option<PreflightVerdict>,
    disk: Option<(Timestamp, Option<ByteCount>)>,
}

impl PreflightHistory {
    /// Room on the disk as last asked.
    pub(crate) fn disk_free(&self) -> Option<ByteCount> {
        self.disk.and_then(|(_, free)| free)
    }

    /// Takes in a verdict; whether it has to go on record.
    fn take(&mut self, judged: Preflight) -> bool {
        let (verdict, at) = (judged.verdict, judged.at);
        let since = match self.standing {
            Some((standing, since)) if standing == verdict => since,
            _ => at,
        };
        self.standing = Some((verdict, since));
        let has_settled = at.since(since) >= SETTLING_TIME;
        if has_settled {
            self.settled = Some(judged);
        }
        has_settled && self.recorded != Some(verdict)
    }

    /// Judges the pre-flight anew while the test is prepared; whether the verdict has to go on record. `folder` is where
    /// the record is written.
    pub(crate) fn judge(&mut self, run: &Run, now: Timestamp, folder: &Path, plans: &[ActionPlan]) -> bool {
        let both = run.started.primary.is_some() && run.started.dr.is_some();
        // Once the service was started, what was asked is decided: it is no longer to be judged as if it were still to
        // come.
        let is_decided = run.dr_service_runs() && self.settled.is_some();
        if !both || run.phases.current != Phase::Prepare || run.ending.is_some() || is_decided {
            return false;
        }
        // Where all is simulated, the machine's own disk is no part of the picture.
        if !run.started.simulated && self.disk.is_none_or(|(asked, _)| now.since(asked) >= DISK_INTERVAL) {
            self.disk = Some((now, disk::free(folder)));
        }
        let facts = PreflightFacts { disk_free: self.disk_free(), ask_past: true, plans: plans.to_vec() };
        self.take(preflight(run, now, &facts))
    }

    /// The event of the last pre-flight that had stood for a while. One made while the appliances were still being asked
    /// would only say that they were.
    pub(crate) fn to_record(&mut self) -> Option<Event> {
        let settled = self.settled.clone()?;
        self.recorded = Some(settled.verdict);
        Some(settled.into_event())
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
    fn a_verdict_that_comes_and_goes_with_a_connection_is_not_the_one_kept() {
        let mut kept = PreflightHistory::default();
        assert!(!kept.take(judged(PreflightVerdict::Go, 0)));
        assert!(kept.take(judged(PreflightVerdict::Go, 10)));
        kept.recorded = Some(PreflightVerdict::Go);
        assert!(!kept.take(judged(PreflightVerdict::NoGo, 11)));
        assert!(!kept.take(judged(PreflightVerdict::NoGo, 20)));
        assert_eq!(kept.settled.as_ref().map(|kept| kept.verdict), Some(PreflightVerdict::Go));
        assert!(kept.take(judged(PreflightVerdict::NoGo, 21)), "now it has stood");
        assert_eq!(kept.settled.map(|kept| kept.verdict), Some(PreflightVerdict::NoGo));
    }
}
