//! A count that tasks wait on. Unlike `tokio::sync::watch`, whose waiters are woken in random order, all are woken in the
//! order in which they began to wait: equal seeds give equal worlds.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;

/// The count; clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    count: AtomicU64,
    notify: Notify,
}

#[derive(Debug)]
pub(crate) struct Follower {
    pulse: Pulse,
    seen: u64,
}

impl Pulse {
    /// Counts one more and wakes all who wait.
    pub(crate) fn beat(&self) {
        // Counted before anybody is woken: whoever wakes compares the count.
        self.0.count.fetch_add(1, Ordering::AcqRel);
        self.0.notify.notify_waiters();
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.count.load(Ordering::Acquire)
    }

    pub(crate) fn follow(&self) -> Follower {
        Follower { pulse: self.clone(), seen: self.count() }
    }
}

impl Follower {
    /// Waits until the count has changed since the last wait.
    pub(crate) async fn changed(&mut self) {
        loop {
            let mut waits = pin!(self.pulse.0.notify.notified());
            // Registered before the look, so that a beat in between is not missed.
            waits.as_mut().enable();
            let count = self.pulse.count();
            if count != self.seen {
                self.seen = count;
                return;
            }
            waits.await;
        }
    }
}
