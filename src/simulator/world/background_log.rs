//! The everyday lines of an appliance's log, in the forms seen in real logs: modules with a
//! slash, a colon after the bracket, connection tuples, repeated messages. None of them marks anything.

use super::super::number::{Moment, interval};
use crate::run::Role;

/// The source of everyday lines of one appliance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BackgroundLog {
    rng: fastrand::Rng,
    mean_seconds: f64,
    next: Option<Moment>,
}

/// What a line needs to know of its appliance.
pub(super) struct Speaker {
    pub(super) role: Role,
    pub(super) rfsd: u32,
    pub(super) rfsd_runs: bool,
    pub(super) mgmtd: u32,
    pub(super) slabs: u64,
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
    pub(super) fn speak(&mut self, moment: Moment, speaker: &Speaker) -> String {
        self.next = Some(moment.after(interval(&mut self.rng, self.mean_seconds)));
        let pick = self.rng.u32(0..100);
        // The stopped service says nothing; what it would have said is said by the rest.
        if speaker.rfsd_runs && pick < 80 { self.rfsd(pick, speaker) } else { self.system(pick, speaker) }
    }

    fn rfsd(&mut self, pick: u32, speaker: &Speaker) -> String {
        let rfsd = speaker.rfsd;
        let thread = rfsd.saturating_add(self.rng.u32(3..90));
        let serves_clients = speaker.role == Role::Primary;
        match pick {
            0..6 => format!(
                "rfsd[{rfsd}]: [gc.INFO] ({thread}) bitmaps set up for {} slabs, using {} bytes",
                speaker.slabs,
                speaker.slabs.saturating_mul(128)
            ),
            6..28 if serves_clients => {
                let (host, port) = (self.rng.u32(2..250), self.rng.u32(49_152..65_000));
                let tuple = format!("{{10.20.4.{host}:{port} 10.20.1.11:445}}");
                format!(
                    "rfsd[{rfsd}]: [splice/client.INFO] {} {tuple} connection closed by client",
                    self.rng.u32(1..90_000)
                )
            }
            28..36 if serves_clients => {
                format!(
                    "rfsd[{rfsd}]: [megamount.NOTICE] ({thread}) share backup: {} open files",
                    self.rng.u32(0..400)
                )
            }
            36..44 => format!(
                "rfsd[{rfsd}]: [dsfs.INFO] ({thread}) metadata cache: {} entries",
                self.rng.u32(2_000..90_000)
            ),
            44..50 => format!(
                "rfsd[{rfsd}]: [backend.NOTICE] ({thread}) connection pool: {} idle",
                self.rng.u32(0..32)
            ),
            50..52 => format!(
                "rfsd[{rfsd}]: [backend.WARN] ({thread}) GET took {} ms, above the usual",
                self.rng.u32(4_000..9_000)
            ),
            52..54 => format!("last message repeated {} times", self.rng.u32(2..9)),
            _ => format!(
                "rfsd[{rfsd}]: [replicator.INFO] ({thread}) {} operations in flight, {} waiting",
                self.rng.u32(0..128),
                self.rng.u32(0..40)
            ),
        }
    }

    fn system(&mut self, pick: u32, speaker: &Speaker) -> String {
        let mgmtd = speaker.mgmtd;
        match pick % 10 {
            0..3 => format!(
                "mgmtd[{mgmtd}]: [mgmtd.INFO]: statistics sample {} stored",
                self.rng.u32(1_000..99_000)
            ),
            3..5 => format!(
                "statsd[{}]: [statsd.NOTICE]: alarm check complete, 0 raised",
                mgmtd.saturating_add(61)
            ),
            5 => format!(
                "sshd[{}]: Connection closed by 10.20.0.{}",
                self.rng.u32(20_000..32_000),
                self.rng.u32(2..250)
            ),
            6 => {
                format!("wsmd[{}]: [wsmd.NOTICE]: session expired for user monitor", mgmtd.saturating_add(88))
            }
            7 => format!("ntpd[{}]: synchronized to 10.20.0.5, stratum 3", mgmtd.saturating_add(17)),
            _ => format!("mgmtd[{mgmtd}]: [mgmtd.NOTICE]: hardware poll: all sensors in range"),
        }
    }
}
