//! What a pre-flight rests on, in a form that shows whether it changed.

use crate::run::state::Run;
use crate::run::values::{Known, Link, Role, Sequence, ServiceState, ThreadCount};

/// The facts that a verdict rests on, without their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) struct Basis {
    connected: [bool; 2],
    identities: [Option<Sequence>; 2],
    services_up: [Option<bool>; 2],
    clocks_off: [bool; 2],
    replication: (Known, Option<Sequence>),
    listing: Option<Sequence>,
    buckets_agree: Option<bool>,
    baseline: Option<Sequence>,
    threads: Option<ThreadCount>,
    info_seen: bool,
    is_pair_confirmed: bool,
}

impl Basis {
    pub(in crate::run) fn of(run: &Run) -> Self {
        // A baseline that moves with every reading would make every verdict stale at once.
        let baseline = run.download.baseline.as_ref().filter(|baseline| baseline.chosen);
        let buckets = run.bucket_of(Role::Primary).zip(run.bucket_of(Role::Dr));
        Self {
            connected: Role::BOTH.map(|role| run.appliance(role).link == Link::Connected),
            // The record of the last change: to read an equal identity again changes nothing.
            identities: Role::BOTH.map(|role| run.appliance(role).facts.identity_changed),
            // Whether it runs, not the words: `starting` becomes `ready` without changing the verdict.
            services_up: Role::BOTH
                .map(|role| run.appliance(role).service_state().map(|state| *state != ServiceState::Stopped)),
            clocks_off: Role::BOTH.map(|role| run.clock_is_off(role)),
            replication: (run.replication_state(), run.replication.record),
            buckets_agree: buckets.map(|(primary, dr)| primary == dr),
            listing: run.listing.as_ref().map(|listing| listing.record),
            baseline: baseline.map(|baseline| baseline.record),
            threads: run.thread_count(),
            info_seen: run.tracking.info_seen,
            is_pair_confirmed: run.is_pair_confirmed(),
        }
    }
}
