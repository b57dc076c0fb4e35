//! What one simulated appliance is at a moment: its service, replication, threads and log.

use chrono::TimeDelta;

use super::{
    super::{number::Moment, scenario::Scenario},
    background_log::{BackgroundLog, Speaker},
    log::{LogBook, severity},
};
use crate::run::{ReplicationState, Role, Severity, ThreadCount, Timestamp};
use crate::simulator::scenario::fault::LONGEST_PAST;

/// Threads an appliance starts with.
pub(in super::super) const FEWEST_THREADS: u32 = 16;
pub(in super::super) const MOST_THREADS: u32 = 128;
/// How far back the log of a new world reaches, in seconds.
const PAST_SECONDS: i64 = LONGEST_PAST as i64;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Appliance {
    role: Role,
    log_host: String,
    log_begins: String,
    /// How far its clock is ahead of the truth.
    ahead: TimeDelta,
    threshold: Severity,
    mgmtd: u32,
    rfsd: u32,
    pub(crate) service_runs: bool,
    pub(crate) replication: ReplicationState,
    pub(crate) threads: ThreadCount,
    pub(crate) recovery: bool,
    pub(crate) log: LogBook,
    pub(super) background_log: BackgroundLog,
    rng: fastrand::Rng,
    started_before: bool,
}

impl Appliance {
    pub(super) fn new(
        scenario: &Scenario,
        role: Role,
        seed: u64,
        start: Timestamp,
        replication: ReplicationState,
    ) -> Self {
        let machine = scenario.machine(role);
        let past = Moment(-PAST_SECONDS * 1_000_000);
        // Only production has a running service at first; that of the DR appliance is started by the
        // engineer, which begins stage 1.
        let runs = role == Role::Primary;
        let mut appliance = Self {
            role,
            log_host: machine.log_host.clone(),
            log_begins: format!("BUILD_PROD_VERSION: altavault {} {}", machine.release, machine.build),
            ahead: TimeDelta::zero(),
            threshold: machine.log_threshold,
            mgmtd: machine.mgmtd_pid,
            rfsd: machine.rfsd_pid,
            service_runs: runs,
            replication,
            threads: ThreadCount(FEWEST_THREADS),
            recovery: false,
            log: LogBook::default(),
            background_log: BackgroundLog::new(seed, machine.log_lines_per_minute, past),
            // Not the seed itself, which the background log uses: equal sequences would tie
            // process ids to log lines.
            rng: fastrand::Rng::with_seed(seed.wrapping_add(1)),
            started_before: runs,
        };
        appliance.begin_file(past.floor(start));
        appliance
    }

    /// Writes a line, unless it is below the log's threshold.
    fn write(&mut self, at: Timestamp, text: &str) {
        if severity(text).is_none_or(|severity| severity >= self.threshold) {
            self.log.write(at.shifted(self.ahead), &self.log_host, text);
        }
    }

    pub(super) fn set_clock(&mut self, seconds_ahead: i32) {
        self.ahead = TimeDelta::seconds(i64::from(seconds_ahead));
    }

    fn begin_file(&mut self, at: Timestamp) {
        self.log.write_bare(self.log_begins.clone());
        self.write(at, "syslogd 1.4.1: restart.");
    }

    pub(super) fn rotate_log(&mut self, at: Timestamp) {
        self.log.rotate();
        self.begin_file(at);
    }

    pub(super) fn write_of_rfsd(&mut self, at: Timestamp, text: &str) {
        let text = format!("rfsd[{}]: {text}", self.rfsd);
        self.write(at, &text);
    }

    /// Writes a line of pm, the process that starts and stops rfsd.
    fn write_of_pm(&mut self, at: Timestamp, text: &str) {
        let text = format!("pm[{}]: {text}", self.mgmtd.saturating_sub(40));
        self.write(at, &text);
    }

    /// Writes a line of rfsd's restore, with the process id as its thread.
    pub(super) fn write_of_restore(&mut self, at: Timestamp, module: &str, text: &str) {
        self.write_of_rfsd(at, &format!("[{module}.INFO] ({}) {text}", self.rfsd));
    }

    /// Writes that a command changed the configuration.
    pub(super) fn configuration_changed(&mut self, at: Timestamp, command: &str) {
        let cli = self.mgmtd.saturating_add(204);
        self.write(at, &format!("cli[{cli}]: [cli.INFO]: user admin: Executing command: {command}"));
        let text = format!("mgmtd[{}]: [mgmtd.NOTICE]: Configuration changed by user admin", self.mgmtd);
        self.write(at, &text);
    }

    /// Starts rfsd, under a new process id unless it is its first start.
    pub(super) fn launch(&mut self, at: Timestamp) {
        // A restart shows in the log as another process id of rfsd.
        if self.started_before {
            self.rfsd = self.rfsd.saturating_add(self.rng.u32(40..900));
        }
        self.started_before = true;
        self.service_runs = true;
        self.write_of_pm(at, &format!("[pm.NOTICE]: Launched rfsd with pid {}", self.rfsd));
    }

    pub(super) fn crash(&mut self, at: Timestamp) {
        self.service_runs = false;
        let text = format!("[pm.ERR]: rfsd with pid {} exited unexpectedly, will be relaunched", self.rfsd);
        self.write_of_pm(at, &text);
    }

    pub(super) fn halt(&mut self, at: Timestamp) {
        self.service_runs = false;
        self.write_of_pm(at, &format!("[pm.NOTICE]: Terminated rfsd with pid {}", self.rfsd));
    }

    pub(super) fn write_background_line(
        &mut self,
        moment: Moment,
        at: Timestamp,
        slabs: u64,
        millis_per_get: Option<u64>,
    ) {
        let speaker = Speaker {
            role: self.role,
            rfsd: self.rfsd,
            rfsd_runs: self.service_runs,
            mgmtd: self.mgmtd,
            slabs,
            millis_per_get,
        };
        let text = self.background_log.line(moment, &speaker);
        self.write(at, &text);
    }
}
