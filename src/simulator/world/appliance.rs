//! What one simulated appliance is at a moment: its service, replication, threads and log.

use super::{
    super::{
        number::Moment,
        scenario::{Machine, Scenario},
    },
    chatter::{Chatter, Speaker},
    log::LogBook,
};
use crate::run::{At, ReplicationState, Role, ThreadCount};

/// Threads an appliance starts with, and to which its own tuning falls back while it is bound by
/// operations.
pub(in super::super) const FEWEST_THREADS: u32 = 16;
/// The most threads it takes.
pub(in super::super) const MOST_THREADS: u32 = 128;
/// How far back the log of a new world reaches, in seconds.
const PAST_SECONDS: i64 = 900;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Appliance {
    role: Role,
    log_host: String,
    mgmtd: u32,
    rfsd: u32,
    pub(super) service_runs: bool,
    pub(super) replication: ReplicationState,
    pub(super) threads: ThreadCount,
    pub(super) recovery: bool,
    pub(super) log: LogBook,
    pub(super) chatter: Chatter,
    rng: fastrand::Rng,
    started_before: bool,
}

impl Appliance {
    pub(super) fn new(
        scenario: &Scenario,
        role: Role,
        seed: u64,
        start: At,
        replication: ReplicationState,
    ) -> Self {
        let machine = scenario.machine(role);
        let past = Moment(-PAST_SECONDS * 1_000_000);
        let runs = role == Role::Primary;
        Self {
            role,
            log_host: machine.log_host.clone(),
            mgmtd: machine.mgmtd_pid,
            rfsd: machine.rfsd_pid,
            service_runs: runs,
            replication,
            threads: ThreadCount(FEWEST_THREADS),
            recovery: false,
            log: first_lines(machine, past.floor(start)),
            chatter: Chatter::new(seed, machine.log_lines_per_minute, past),
            rng: fastrand::Rng::with_seed(seed.wrapping_add(1)),
            started_before: runs,
        }
    }

    /// Writes a line of rfsd.
    pub(super) fn rfsd_says(&mut self, at: At, text: &str) {
        let text = format!("rfsd[{}]: {text}", self.rfsd);
        self.log.write(at, &self.log_host, &text);
    }

    /// Writes a line of rfsd's restore, with the process id as its thread.
    pub(super) fn restore_says(&mut self, at: At, module: &str, text: &str) {
        let text = format!("[{module}.INFO] ({}) {text}", self.rfsd);
        self.rfsd_says(at, &text);
    }

    /// Notes in the log that somebody changed the configuration.
    pub(super) fn configuration_changed(&mut self, at: At) {
        let text = format!("mgmtd[{}]: [mgmtd.NOTICE]: Configuration changed by user admin", self.mgmtd);
        self.log.write(at, &self.log_host, &text);
    }

    /// Starts rfsd, under a new process id unless it is its first start.
    pub(super) fn launch(&mut self, at: At) {
        if self.started_before {
            self.rfsd = self.rfsd.saturating_add(self.rng.u32(40..900));
        }
        self.started_before = true;
        self.service_runs = true;
        let text = format!(
            "pm[{}]: [pm.NOTICE]: Launched rfsd with pid {}",
            self.mgmtd.saturating_sub(40),
            self.rfsd
        );
        self.log.write(at, &self.log_host, &text);
    }

    /// Stops rfsd.
    pub(super) fn halt(&mut self, at: At) {
        self.service_runs = false;
        let text = format!(
            "pm[{}]: [pm.NOTICE]: Terminated rfsd with pid {}",
            self.mgmtd.saturating_sub(40),
            self.rfsd
        );
        self.log.write(at, &self.log_host, &text);
    }

    pub(super) fn chat(&mut self, moment: Moment, start: At, slabs: u64) {
        let speaker = Speaker {
            role: self.role,
            rfsd: self.rfsd,
            rfsd_runs: self.service_runs,
            mgmtd: self.mgmtd,
            slabs,
        };
        let text = self.chatter.speak(moment, &speaker);
        self.log.write(moment.floor(start), &self.log_host, &text);
    }
}

/// The lines with which a rotated log begins.
fn first_lines(machine: &Machine, at: At) -> LogBook {
    let mut log = LogBook::default();
    log.write_bare(format!("BUILD_PROD_VERSION: altavault {} {}", machine.release, machine.build));
    log.write(at, &machine.log_host, "syslogd 1.4.1: restart.");
    log
}
