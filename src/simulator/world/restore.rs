//! The restore on the DR appliance: the stages, and the GET counter that rises while the first
//! one lasts. Bound by operations: threads over time per GET, with queueing.

use super::super::{
    number::{Moment, Speed, fraction, whole},
    scenario::DownloadPlan,
};
use crate::run::ThreadCount;

/// How far the restore has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Stopped,
    /// The service runs, but downloads nothing yet.
    Starting,
    Download,
    Generation,
    Restored,
}

/// What survives a stop of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    Nothing,
    Metadata,
    Namespace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Stage 1 can begin: how much there is to download is up to the bucket.
    DownloadBegins,
    DownloadEnds,
    GenerationEnds,
    /// A restored appliance is up again.
    Mounted,
}

#[derive(Clone, Debug, PartialEq)]
enum Now {
    Stopped,
    Starting { until: Moment },
    Downloading(Download),
    Generating { until: Moment },
    Restored,
}

/// A stretch of stage 1 with one rate.
#[derive(Clone, Debug, PartialEq)]
struct Download {
    total: u64,
    /// Of the total, what was there before rfsd started.
    before: u64,
    done: f64,
    since: Moment,
    per_second: f64,
    variation: f64,
    changes: Moment,
    ends: Moment,
}

impl Download {
    fn done_at(&self, moment: Moment) -> f64 {
        let passed = moment.seconds_since(self.since);
        // The end is rounded up to a microsecond, so the rate may lead a little past the total.
        self.per_second.mul_add(passed, self.done).min(fraction(self.total))
    }

    fn go_on(&mut self, moment: Moment, per_second: f64) {
        self.done = self.done_at(moment);
        self.since = moment;
        self.per_second = per_second;
        // At a rate of zero the end is infinitely far away; `after` saturates.
        self.ends = moment.after((fraction(self.total) - self.done) / per_second);
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Restore {
    rng: fastrand::Rng,
    plan: DownloadPlan,
    speed: Speed,
    generation_seconds: f64,
    kept: Kept,
    now: Now,
    gets: u64,
    /// Metadata objects of an unfinished stage 1 that survived the end of rfsd.
    fetched: u64,
    stands_still: bool,
    started_before: bool,
}

/// GETs per second that `threads` reach: Little's law, with a time per GET that grows with the
/// queue at the cloud.
pub(super) fn gets_per_second(plan: &DownloadPlan, threads: ThreadCount) -> f64 {
    let threads = f64::from(threads.0);
    let idle = f64::from(plan.milliseconds_per_get) / 1000.0;
    // At `saturation_threads` a GET takes twice its idle time, so eightfold threads give far less
    // than eight times the rate.
    threads / (idle * (1.0 + threads / plan.saturation_threads))
}

impl Restore {
    pub(super) fn new(seed: u64, plan: &DownloadPlan, generation_seconds: u32, speed: Speed) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            plan: plan.clone(),
            speed,
            generation_seconds: f64::from(generation_seconds),
            kept: Kept::Nothing,
            now: Now::Stopped,
            gets: plan.counter_baseline,
            fetched: 0,
            stands_still: false,
            started_before: false,
        }
    }

    pub(super) const fn stage(&self) -> Stage {
        match self.now {
            Now::Stopped => Stage::Stopped,
            Now::Starting { .. } => Stage::Starting,
            Now::Downloading(_) => Stage::Download,
            Now::Generating { .. } => Stage::Generation,
            Now::Restored => Stage::Restored,
        }
    }

    pub(super) fn gets(&self, moment: Moment) -> u64 {
        match &self.now {
            Now::Downloading(download) => {
                let done = whole(download.done_at(moment));
                self.gets.saturating_add(done.saturating_sub(download.before))
            }
            _ => self.gets,
        }
    }

    /// What a GET takes with `threads` at this moment, in milliseconds; `None` while none is under way.
    pub(super) fn millis_per_get(&self, threads: ThreadCount) -> Option<u64> {
        match &self.now {
            Now::Downloading(download) if download.per_second > 0.0 => {
                Some(whole(f64::from(threads.0) * 1000.0 / download.per_second))
            }
            _ => None,
        }
    }

    pub(super) fn next(&self) -> Option<Moment> {
        match &self.now {
            Now::Stopped | Now::Restored => None,
            Now::Starting { until } | Now::Generating { until } => Some(*until),
            Now::Downloading(download) => Some(download.changes.min(download.ends)),
        }
    }

    /// The service starts. A restarted one counts its GETs from zero.
    pub(super) fn start(&mut self, moment: Moment) {
        // The first start keeps the scenario's baseline: a real counter is seldom at zero before the test.
        if self.started_before {
            self.gets = 0;
        }
        self.started_before = true;
        let wait = self.speed.seconds(f64::from(self.plan.start_seconds));
        self.now = Now::Starting { until: moment.after(wait) };
    }

    /// The service stops. What stage 1 has not finished is lost.
    pub(super) fn stop(&mut self, moment: Moment) {
        self.gets = self.gets(moment);
        self.fetched = 0;
        self.now = Now::Stopped;
    }

    /// rfsd ends by itself. Of what stage 1 has fetched so far, `lost_percent` are fetched again.
    pub(super) fn crash(&mut self, moment: Moment, lost_percent: u8) {
        let fetched = match &self.now {
            Now::Downloading(download) => {
                whole(download.done_at(moment) * f64::from(100 - lost_percent.min(100)) / 100.0)
            }
            _ => self.fetched,
        };
        self.stop(moment);
        self.fetched = fetched;
    }

    pub(super) fn stand_still(&mut self, moment: Moment, stands_still: bool, threads: ThreadCount) {
        self.stands_still = stands_still;
        self.retune(moment, threads);
    }

    fn base_rate(&self, threads: ThreadCount) -> f64 {
        if self.stands_still { 0.0 } else { gets_per_second(&self.plan, threads) * self.speed.factor() }
    }

    pub(super) fn format(&mut self) {
        self.kept = Kept::Nothing;
    }

    pub(super) fn retune(&mut self, moment: Moment, threads: ThreadCount) {
        let base = self.base_rate(threads);
        if let Now::Downloading(download) = &mut self.now {
            let per_second = base * download.variation;
            download.go_on(moment, per_second);
        }
    }

    pub(super) fn happen(&mut self, moment: Moment, threads: ThreadCount) -> Option<Turn> {
        match &self.now {
            Now::Stopped | Now::Restored => None,
            Now::Starting { .. } => match self.kept {
                Kept::Nothing => Some(Turn::DownloadBegins),
                // The metadata is on the appliance, so a restarted service goes on with stage 2.
                Kept::Metadata => {
                    self.generate(moment);
                    None
                }
                Kept::Namespace => {
                    self.now = Now::Restored;
                    Some(Turn::Mounted)
                }
            },
            // The end before a change of the rate: both may fall on one moment, and a
            // further rate would move the end.
            Now::Downloading(download) if download.ends <= moment => {
                // The whole count, and not the fraction reached, which is rounded.
                self.gets = self.gets.saturating_add(download.total - download.before);
                self.fetched = 0;
                self.kept = Kept::Metadata;
                self.generate(moment);
                Some(Turn::DownloadEnds)
            }
            Now::Downloading(_) => {
                self.vary(moment, threads);
                None
            }
            Now::Generating { .. } => {
                self.kept = Kept::Namespace;
                self.now = Now::Restored;
                Some(Turn::GenerationEnds)
            }
        }
    }

    /// Stage 1 begins over `objects` maps and rbtmds.
    pub(super) fn download(&mut self, moment: Moment, objects: u64, threads: ThreadCount) {
        let total = objects.saturating_add(self.plan.extra_gets);
        let before = self.fetched.min(total);
        self.now = Now::Downloading(Download {
            total,
            before,
            done: fraction(before),
            since: moment,
            // `vary` sets the rate, its next change and the end right below; these values are never seen.
            per_second: 0.0,
            variation: 1.0,
            changes: moment,
            ends: moment,
        });
        self.vary(moment, threads);
    }

    fn vary(&mut self, moment: Moment, threads: ThreadCount) {
        let base = self.base_rate(threads);
        let spread = f64::from(self.plan.variation_percent) / 100.0;
        let variation = 1.0 + spread * (self.rng.f64() * 2.0 - 1.0);
        let lasts = self.speed.seconds(f64::from(self.plan.variation_seconds));
        if let Now::Downloading(download) = &mut self.now {
            download.variation = variation;
            download.changes = moment.after(lasts);
            download.go_on(moment, base * variation);
        }
    }

    fn generate(&mut self, moment: Moment) {
        let lasts = self.speed.seconds(self.generation_seconds);
        self.now = Now::Generating { until: moment.after(lasts) };
    }
}

#[cfg(test)]
mod tests {
    use super::{super::super::scenario::Scenario, *};

    #[test]
    fn going_from_16_to_128_threads_gains_what_was_measured() {
        for scenario in Scenario::all().unwrap() {
            let rate = |threads| gets_per_second(&scenario.download, ThreadCount(threads));
            let gain = rate(128) / rate(16);
            assert!((2.5..=3.5).contains(&gain), "{}: {gain}", scenario.name);
        }
    }

    #[test]
    fn four_milliseconds_per_get_stay_below_what_littles_law_allows() {
        let plan = Scenario::named("large").unwrap().download;
        assert!(gets_per_second(&plan, ThreadCount(16)) < 4_000.0);
        assert!(gets_per_second(&plan, ThreadCount(128)) < 32_000.0);
    }
}
