//! The pre-flight of a watch: judged again at every beat while the test is prepared, and on record
//! where its verdict changed for good and where stage 1 begins. What is asked lives in `run`.

use crate::run::{
    ByteCount, Elapsed, Phase, Preflight, PreflightFacts, PreflightVerdict, Timestamp, preflight,
};

use super::{disk, state::Session};

/// A verdict goes on record once it has stood this long: while appliances connect it comes and goes.
const SETTLED: Elapsed = Elapsed::from_secs(10);

/// How often the disk is asked for its room.
const DISK_EVERY: Elapsed = Elapsed::from_secs(60);

/// What the watch remembers of its pre-flights.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    /// The last one whose verdict had stood for a while.
    settled: Option<Preflight>,
    /// The verdict that stands, and since when.
    standing: Option<(PreflightVerdict, Timestamp)>,
    recorded: Option<PreflightVerdict>,
    disk: Option<(Timestamp, Option<ByteCount>)>,
}

impl Judged {
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
        let has_settled = at.since(since) >= SETTLED;
        if has_settled {
            self.settled = Some(judged);
        }
        has_settled && self.recorded != Some(verdict)
    }
}

impl Session {
    /// Judges the pre-flight anew while the test is prepared.
    pub(crate) fn judge_preflight(&mut self, now: Timestamp) {
        let run = self.run();
        let both = run.started.primary.is_some() && run.started.dr.is_some();
        // Once the service was started, what was asked is decided: it is no longer to be judged as if it
        // were still to come.
        let is_decided = run.dr_service_runs() && self.judged.settled.is_some();
        if !both || run.phases.current != Phase::Prepare || run.ending.is_some() || is_decided {
            return;
        }
        // Where all is simulated, the machine's own disk is no part of the picture.
        let simulated = self.run().started.simulated;
        if !simulated && self.judged.disk.is_none_or(|(asked, _)| now.since(asked) >= DISK_EVERY) {
            self.judged.disk = Some((now, disk::free(self.recorder().folder().path())));
        }
        let facts =
            PreflightFacts { disk_free: self.judged.disk_free(), ask_past: true, plans: self.plans() };
        let judged = preflight(self.run(), now, &facts);
        if self.judged.take(judged) {
            self.record_preflight();
        }
    }

    /// Puts the last pre-flight on record that had stood for a while. One made while the appliances were
    /// still being asked would tell of nothing but that.
    pub(crate) fn record_preflight(&mut self) {
        let Some(judged) = self.judged.settled.clone() else { return };
        self.judged.recorded = Some(judged.verdict);
        self.record(&judged.into_event());
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
        let mut kept = Judged::default();
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
