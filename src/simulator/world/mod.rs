//! The simulated world: two appliances and the bucket they share.
//!
//! Its state at a time, logs included, is a pure function of scenario, seed, speed, start and
//! inputs: everything happens at its own exact moment, however often the world is looked at. It
//! reads no clock and does no input or output.

mod appliance;
mod background_log;
mod bucket;
mod faults;
mod log;
mod restore;
mod turns;

use std::sync::Arc;

use chrono::TimeDelta;

pub(super) use self::appliance::{FEWEST_THREADS, MOST_THREADS};
pub(crate) use self::restore::Stage;
use self::{
    appliance::Appliance,
    bucket::{Bucket, Growth},
    faults::Faults,
    restore::Restore,
};
use super::{
    change::{Change, Input},
    number::{Moment, Speed},
    scenario::{
        BucketPlan, Scenario,
        fault::{LONGEST_PAST, Past, Question},
    },
};
use crate::run::{Elapsed, ReplicationState, Role, Timestamp};

/// What a world grows from, besides its scenario and its inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Origin {
    /// Equal seeds give equal worlds.
    pub(crate) seed: u64,
    /// How much faster than real the workload is.
    pub(crate) speed: Speed,
    pub(crate) start: Timestamp,
    pub(crate) primary_starts: ReplicationState,
}

/// Two appliances and their bucket at the moment `now`, up to which everything has happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct World {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) origin: Origin,
    inputs: Vec<Input>,
    applied: usize,
    now: Moment,
    primary: Appliance,
    dr: Appliance,
    bucket: Bucket,
    growth: Growth,
    restore: Restore,
    faults: Faults,
    /// Whether rfsd of the DR appliance ended by itself and is to be started again.
    relaunch: bool,
}

impl World {
    pub(crate) fn new(scenario: Arc<Scenario>, origin: Origin) -> Self {
        let past = past(&scenario, origin);
        let mut world = Self::unborn(scenario, origin);
        world.inputs = past;
        world.advance(origin.start);
        world
    }

    fn unborn(scenario: Arc<Scenario>, origin: Origin) -> Self {
        // Each part has a random sequence of its own, so that what one draws does not change the others.
        let mut seeds = fastrand::Rng::with_seed(origin.seed);
        let mut seed = || seeds.u64(..);
        let (start, speed) = (origin.start, origin.speed);
        let primary = Appliance::new(&scenario, Role::Primary, seed(), start, origin.primary_starts);
        let dr = Appliance::new(&scenario, Role::Dr, seed(), start, ReplicationState::Paused);
        let mut growth = Growth::new(seed(), &scenario.growth, speed);
        if origin.primary_starts == ReplicationState::Running {
            growth.resume();
        }
        let restore = Restore::new(seed(), &scenario.download, scenario.generation.seconds, speed);
        let bucket = Bucket::new(&scenario.bucket);
        let faults = Faults::new(&scenario.fault, speed);
        Self {
            scenario,
            origin,
            inputs: Vec::new(),
            applied: 0,
            now: Moment(i64::MIN),
            primary,
            dr,
            bucket,
            growth,
            restore,
            faults,
            relaunch: false,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now.floor(self.origin.start)
    }

    /// Lets everything happen that is due up to and at `to`. Earlier times change nothing.
    pub(crate) fn advance(&mut self, to: Timestamp) {
        let to = Moment::of(to, self.origin.start);
        while let Some(input) = self.inputs.get(self.applied).copied() {
            let moment = Moment::of(input.at, self.origin.start);
            if moment > to {
                break;
            }
            self.pass_until(moment);
            self.applied += 1;
            self.change(moment.max(self.now), input);
        }
        self.pass_until(to);
    }

    /// Adds an input. One from the past is fitted in where it belongs: the world begins anew and
    /// comes back to the present.
    pub(crate) fn input(&mut self, input: Input) {
        // Behind inputs of the same time: they were made in that order.
        let place = self.inputs.partition_point(|other| other.at <= input.at);
        self.inputs.insert(place, input);
        if place < self.applied || Moment::of(input.at, self.origin.start) < self.now {
            let mut anew = Self::unborn(Arc::clone(&self.scenario), self.origin);
            anew.inputs = std::mem::take(&mut self.inputs);
            // Replayed from the start, since no state of the past is kept.
            anew.advance(self.now());
            *self = anew;
        }
    }

    /// When something happens next by itself or by an input already known.
    pub(crate) fn next_event(&self) -> Option<Timestamp> {
        // Rounded up: who waits until just before the moment finds that nothing has happened.
        let by_itself = self.next().map(|(moment, _)| moment.ceil(self.origin.start));
        let by_input = self.inputs.get(self.applied).map(|input| input.at);
        by_itself.into_iter().chain(by_input).min()
    }

    pub(crate) const fn bucket(&self) -> &BucketPlan {
        self.bucket.contents()
    }

    /// Bytes written on production that are not in the cloud yet.
    pub(crate) const fn unprotected_bytes(&self) -> u64 {
        self.growth.waiting_bytes()
    }

    pub(crate) const fn stage(&self) -> Stage {
        self.restore.stage()
    }

    /// The GET counter. Production reads nothing from the cloud.
    pub(crate) fn gets(&self, role: Role) -> u64 {
        match role {
            Role::Primary => 0,
            Role::Dr => self.restore.gets(self.now),
        }
    }

    pub(crate) fn is_reachable(&self, role: Role) -> bool {
        self.faults.is_reachable(role)
    }

    /// The words of a fault that replace the answer to a question now.
    pub(super) fn answer(&self, role: Role, question: Question) -> Option<&str> {
        self.faults.answer(role, question)
    }

    pub(crate) const fn appliance(&self, role: Role) -> &Appliance {
        match role {
            Role::Primary => &self.primary,
            Role::Dr => &self.dr,
        }
    }

    const fn appliance_mut(&mut self, role: Role) -> &mut Appliance {
        match role {
            Role::Primary => &mut self.primary,
            Role::Dr => &mut self.dr,
        }
    }

    fn pass_until(&mut self, to: Moment) {
        while let Some((moment, what)) = self.next().filter(|(moment, _)| *moment <= to) {
            self.happen(moment, what);
        }
        self.now = self.now.max(to);
    }

    fn change(&mut self, moment: Moment, Input { role, change, .. }: Input) {
        // Log lines carry the millisecond in which their moment falls, never a later one: a reader must not
        // see a stamp ahead of the clock.
        let at = moment.floor(self.origin.start);
        let appliance = self.appliance_mut(role);
        if let Some(command) = change.command() {
            appliance.configuration_changed(at, &command);
        }
        match change {
            Change::ReplicationOn => appliance.replication = ReplicationState::Running,
            Change::ReplicationOff => appliance.replication = ReplicationState::Paused,
            Change::Recovery(on) => appliance.recovery = on,
            Change::Threads(threads) => {
                appliance.threads = threads;
                if role == Role::Dr {
                    self.restore.retune(moment, threads);
                }
            }
            Change::ServiceOn => self.start_service(moment, at, role),
            Change::ServiceOff => self.stop_service(moment, at, role),
            // The command line refuses it while the service runs, but a past of a scenario may hold it.
            Change::Format if role == Role::Dr && !self.dr.service_runs => self.restore.format(),
            Change::Format => {}
            Change::ContactLost(seconds) => self.faults.lose_contact(role, seconds, moment),
        }
        self.settle_uploads(moment);
    }

    fn start_service(&mut self, moment: Moment, at: Timestamp, role: Role) {
        if !self.appliance(role).service_runs {
            self.appliance_mut(role).launch(at);
            if role == Role::Dr {
                // Started by hand while the fault lasts: the end of the fault must not start it again.
                self.relaunch = false;
                self.growth.end_quiet_time();
                self.restore.start(moment);
            }
        }
    }

    fn stop_service(&mut self, moment: Moment, at: Timestamp, role: Role) {
        if role == Role::Dr {
            self.relaunch = false;
        }
        if self.appliance(role).service_runs {
            self.appliance_mut(role).halt(at);
            if role == Role::Dr {
                self.restore.stop(moment);
            }
        }
    }

    /// Production reaches the cloud while its service runs and replication is on.
    fn settle_uploads(&mut self, moment: Moment) {
        if self.primary.service_runs && self.primary.replication == ReplicationState::Running {
            self.growth.resume();
        } else {
            self.growth.pause(moment, self.origin.speed);
        }
    }
}

/// What was done before the world began, in order.
fn past(scenario: &Scenario, origin: Origin) -> Vec<Input> {
    let longest = Elapsed::from_secs(u64::from(LONGEST_PAST));
    let input = |past: &Past| {
        let before = origin.speed.span(past.seconds).min(longest).millis();
        let before = TimeDelta::milliseconds(i64::try_from(before).unwrap_or_default());
        Input { at: origin.start.shifted(-before), role: past.role, change: past.change }
    };
    let mut inputs: Vec<Input> = scenario.past.iter().map(input).collect();
    inputs.sort_by_key(|input| input.at);
    inputs
}

#[cfg(test)]
mod tests;
