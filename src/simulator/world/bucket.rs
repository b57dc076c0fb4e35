//! The cloud bucket, and what production makes of it: every file written becomes one map, one
//! rbtmd and data in slabs, as soon as replication lets it through.

use super::super::{
    number::{Moment, Speed, interval},
    scenario::{BucketPlan, GrowthPlan},
};

/// Mean sizes of a map and an rbtmd of the procedure's bucket, in bytes.
const MAP_BYTES: u64 = 146;
const RBTMD_BYTES: u64 = 172;
/// A full slab.
const SLAB_BYTES: u64 = 4 << 20;
/// Waiting files uploaded beside each new one once replication runs again.
const CATCH_UP: u64 = 25;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    plan: BucketPlan,
    open_slab: u64,
}

impl Bucket {
    pub(super) fn new(plan: &BucketPlan) -> Self {
        Self { plan: plan.clone(), open_slab: 0 }
    }

    pub(super) const fn contents(&self) -> &BucketPlan {
        &self.plan
    }

    /// Objects that stage 1 would download: one map and one rbtmd per file.
    pub(super) const fn metadata_objects(&self) -> u64 {
        self.plan.maps.saturating_add(self.plan.rbtmds)
    }

    fn add_file(&mut self, bytes: u64) {
        let plan = &mut self.plan;
        plan.maps += 1;
        plan.rbtmds += 1;
        plan.entries += 2;
        plan.map_bytes += MAP_BYTES;
        plan.rbtmd_bytes += RBTMD_BYTES;
        plan.bytes += MAP_BYTES + RBTMD_BYTES;
        self.open_slab += bytes;
        let full = self.open_slab / SLAB_BYTES;
        // A slab is uploaded once it is full; what is in the open one is counted with a later file.
        self.open_slab %= SLAB_BYTES;
        plan.slabs += full;
        plan.entries += full;
        plan.slab_bytes += full * SLAB_BYTES;
        plan.bytes += full * SLAB_BYTES;
    }

    /// Takes one file out, and a slab with it if `with_slab`. False if there is none.
    fn delete_file(&mut self, with_slab: bool) -> bool {
        let plan = &mut self.plan;
        if plan.maps == 0 || plan.rbtmds == 0 {
            return false;
        }
        let (map, rbtmd) = (MAP_BYTES.min(plan.map_bytes), RBTMD_BYTES.min(plan.rbtmd_bytes));
        plan.maps -= 1;
        plan.rbtmds -= 1;
        plan.entries -= 2;
        plan.map_bytes -= map;
        plan.rbtmd_bytes -= rbtmd;
        plan.bytes -= map + rbtmd;
        if with_slab && plan.slabs > 1 {
            let slab = SLAB_BYTES.min(plan.slab_bytes / plan.slabs);
            plan.slabs -= 1;
            plan.entries -= 1;
            plan.slab_bytes -= slab;
            plan.bytes -= slab;
        }
        true
    }
}

/// Whether writes of production reach the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uploads {
    Flow,
    /// Uploads under way when replication was paused still arrive until then.
    DrainUntil(Moment),
    Held,
}

/// Production's writes and deletions over time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Growth {
    rng: fastrand::Rng,
    plan: GrowthPlan,
    mean_seconds: f64,
    next: Option<Moment>,
    uploads: Uploads,
    quiet_until: Option<Moment>,
    waiting_files: u64,
    waiting_bytes: u64,
}

impl Growth {
    pub(super) fn new(seed: u64, plan: &GrowthPlan, speed: Speed) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mean_seconds = speed.seconds(60.0 / f64::from(plan.files_per_minute.max(1)));
        let first =
            (plan.files_per_minute > 0).then(|| Moment::START.after(interval(&mut rng, mean_seconds)));
        Self {
            rng,
            plan: plan.clone(),
            mean_seconds,
            next: first,
            uploads: Uploads::Held,
            quiet_until: Some(Moment::START.after(speed.seconds(f64::from(plan.quiet_minutes) * 60.0))),
            waiting_files: 0,
            waiting_bytes: 0,
        }
    }

    pub(super) const fn next(&self) -> Option<Moment> {
        self.next
    }

    pub(super) const fn waiting_bytes(&self) -> u64 {
        self.waiting_bytes
    }

    pub(super) fn resume(&mut self) {
        self.uploads = Uploads::Flow;
    }

    pub(super) fn end_quiet_time(&mut self) {
        self.quiet_until = None;
    }

    pub(super) fn pause(&mut self, now: Moment, speed: Speed) {
        self.end_quiet_time();
        // Called after every change in the world, so a pause under way must not drain a second time.
        if self.uploads == Uploads::Flow {
            self.uploads = match self.plan.drain_seconds {
                0 => Uploads::Held,
                drain => Uploads::DrainUntil(now.after(speed.seconds(f64::from(drain)))),
            };
        }
    }

    /// A file is written, perhaps another deleted. Returns a log line if the cloud lost objects.
    pub(super) fn happen(&mut self, moment: Moment, bucket: &mut Bucket) -> Option<String> {
        self.next = Some(moment.after(interval(&mut self.rng, self.mean_seconds)));
        // All numbers are drawn before anything is decided: the
        // sequence must not depend on what replication does.
        let bytes = self.rng.u64(0..=self.plan.bytes_per_file.saturating_mul(2));
        let deletes = self.rng.u8(0..100) < self.plan.delete_percent;
        let with_slab = self.rng.u8(0..4) == 0;
        let thread = self.rng.u32(14_000..15_000);
        if self.quiet_until.is_some_and(|end| moment < end) {
            return None;
        }
        let flows = match self.uploads {
            Uploads::Flow => true,
            Uploads::DrainUntil(end) => moment < end,
            Uploads::Held => false,
        };
        if !flows {
            self.waiting_files += 1;
            self.waiting_bytes = self.waiting_bytes.saturating_add(bytes);
            return None;
        }
        bucket.add_file(bytes);
        self.catch_up(bucket);
        let lost = deletes && bucket.delete_file(with_slab);
        lost.then(|| {
            let slabs = u8::from(with_slab);
            format!("[gc.INFO] ({thread}) reclaimed 1 map, 1 rbtmd, {slabs} slabs of deleted files")
        })
    }

    fn catch_up(&mut self, bucket: &mut Bucket) {
        for _ in 0..self.waiting_files.min(CATCH_UP) {
            // The last file takes what the division has left, so that no bytes stay behind.
            let bytes = self.waiting_bytes / self.waiting_files;
            self.waiting_files -= 1;
            self.waiting_bytes -= bytes;
            bucket.add_file(bytes);
        }
    }
}
