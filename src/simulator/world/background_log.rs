//! The everyday lines of an appliance's log, in the forms seen in real logs: modules with a
//! slash, a colon after the bracket, connection tuples, repeated messages. None of them marks anything.

use super::super::number::{Moment, interval};
use crate::run::Role;

/// What a GET takes where no stage 1 is on.
const IDLE_MILLIS_PER_GET: u64 = 3_000;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct BackgroundLog {
    rng: fastrand::Rng,
    mean_seconds: f64,
    next: Option<Moment>,
}

pub(super) struct Speaker {
    pub(super) role: Role,
    pub(super) rfsd: u32,
    pub(super) rfsd_runs: bool,
    pub(super) mgmtd: u32,
    pub(super) slabs: u64,
    /// What a GET of stage 1 takes at this moment, in milliseconds.
    pub(super) millis_per_get: Option<u64>,
}

impl BackgroundLog {
    pub(super) fn new(seed: u64, lines_per_minute: u32, from: Moment) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mean_seconds = 60.0 / f64::from(lines_per_minute.max(1));
        let next = (lines_per_minute > 0).then(|| from.after(interval(&mut rng, mean_seconds)));
        Self { rng, mean_seconds, next }
    }

    pub(super) const fn next(&self) -> Option<Moment> {
        self.next
    }

    /// The line that is due at `moment`, without stamp and host.
    pub(super) fn line(&mut self, moment: Moment, speaker: &Speaker) -> String {
        self.next = Some(moment.after(interval(&mut self.rng, self.mean_seconds)));
        let pick = self.rng.u32(0..100);
        // The stopped service writes nothing; the rest writes as much more.
        if speaker.rfsd_runs && pick < 80 {
            self.line_of_rfsd(pick, speaker)
        } else {
            self.line_of_system(pick, speaker.mgmtd)
        }
    }

    fn line_of_rfsd(&mut self, pick: u32, speaker: &Speaker) -> String {
        let (rfsd, slabs) = (speaker.rfsd, speaker.slabs);
        let thread = rfsd.saturating_add(self.rng.u32(3..90));
        let serves_clients = speaker.role == Role::Primary;
        let mut number = |range| self.rng.u32(range);
        let text = match pick {
            0..6 => {
                let bytes = slabs.saturating_mul(128);
                format!("[gc.INFO] ({thread}) bitmaps set up for {slabs} slabs, using {bytes} bytes")
            }
            6..28 if serves_clients => {
                let tuple =
                    format!("{{10.20.4.{}:{} 10.20.1.11:445}}", number(2..250), number(49_152..65_000));
                let client = number(1..90_000);
                format!("[splice/client.INFO] {client} {tuple} connection closed by client")
            }
            28..36 if serves_clients => {
                format!("[megamount.NOTICE] ({thread}) share backup: {} open files", number(0..400))
            }
            36..44 => {
                format!("[dsfs.INFO] ({thread}) metadata cache: {} entries", number(2_000..90_000))
            }
            44..50 => format!("[backend.NOTICE] ({thread}) connection pool: {} idle", number(0..32)),
            50..52 => {
                // Slower than the others by the same factor, whatever those take.
                let usual = speaker.millis_per_get.unwrap_or(IDLE_MILLIS_PER_GET);
                let millis = u64::from(number(4_000..9_000)).saturating_mul(usual) / IDLE_MILLIS_PER_GET;
                format!("[backend.WARN] ({thread}) GET took {millis} ms, usually {usual} ms")
            }
            52..54 => return format!("last message repeated {} times", number(2..9)),
            _ => {
                let (active, waiting) = (number(0..128), number(0..40));
                format!("[replicator.INFO] ({thread}) {active} operations in flight, {waiting} waiting")
            }
        };
        format!("rfsd[{rfsd}]: {text}")
    }

    fn line_of_system(&mut self, pick: u32, mgmtd: u32) -> String {
        let mut number = |range| self.rng.u32(range);
        match pick % 10 {
            0..3 => {
                format!("mgmtd[{mgmtd}]: [mgmtd.INFO]: statistics sample {} stored", number(1_000..99_000))
            }
            3..5 => format!("statsd[{}]: [statsd.NOTICE]: alarm check complete", mgmtd.saturating_add(61)),
            5 => {
                let (process, host) = (number(20_000..32_000), number(2..250));
                format!("sshd[{process}]: Connection closed by 10.20.0.{host}")
            }
            6 => {
                format!("wsmd[{}]: [wsmd.NOTICE]: session expired for user monitor", mgmtd.saturating_add(88))
            }
            7 => format!("ntpd[{}]: synchronized to 10.20.0.5, stratum 3", mgmtd.saturating_add(17)),
            _ => format!("mgmtd[{mgmtd}]: [mgmtd.NOTICE]: hardware poll: all sensors in range"),
        }
    }
}
