//! How production becomes protected again after a pause: replication is read to run, and what waited meanwhile is sent.

use crate::run::values::{ByteCount, Sequence, Timestamp};

/// When something was read, and by which record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAt {
    /// When.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
}

/// What waits on the primary to be sent to the cloud, by its replies since the resume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backlog {
    /// Its replies name none, so that protection begins with replication.
    #[default]
    NotNamed,
    /// Replies during the pause named one, and none has since.
    Awaited,
    /// So much, by the latest reply that names it.
    Waiting(ByteCount),
    /// None any more.
    Gone(ReadAt),
}

/// The time after a pause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// When drwatch was asked to resume, or since when replication runs as the engineer stated; `None` if others resumed it.
    pub resumed_at: Option<Timestamp>,
    /// The first reading by which it runs again; `None` while that is only stated.
    pub running: Option<ReadAt>,
    /// What waits to be sent.
    pub backlog: Backlog,
    /// The first and the latest reading that name what waits, with their times.
    pub(in crate::run) waits: Option<[(Timestamp, ByteCount); 2]>,
}

/// A shorter time between two readings gives no rate.
const MIN_RATE_SECONDS: u64 = 30;

impl Protection {
    /// How much of the backlog was sent in a minute, as a mean between the first and the latest reading of it; `None` where
    /// it was read once, or has not become less.
    #[must_use]
    pub fn sent_per_minute(&self) -> Option<ByteCount> {
        let [(from, before), (to, now)] = self.waits?;
        let seconds = Some(to.since(from).secs()).filter(|seconds| *seconds >= MIN_RATE_SECONDS)?;
        let sent = before.0.checked_sub(now.0).filter(|sent| *sent > 0)?;
        let per_minute = u128::from(sent) * 60 / u128::from(seconds);
        u64::try_from(per_minute).ok().filter(|bytes| *bytes > 0).map(ByteCount)
    }

    /// The reading by which production is protected again: replication runs, and nothing waits where a backlog is named.
    #[must_use]
    pub fn protected(&self) -> Option<ReadAt> {
        let running = self.running?;
        match self.backlog {
            Backlog::NotNamed => Some(running),
            Backlog::Gone(gone) => Some(if gone.at < running.at { running } else { gone }),
            Backlog::Awaited | Backlog::Waiting(_) => None,
        }
    }

    /// Takes in a reply of a primary that replicates, and the backlog that it names. Once production is protected, new
    /// data that waits for its turn is no exposure any more.
    pub(in crate::run) fn read(&mut self, now: ReadAt, state_was_read: bool, backlog: Option<ByteCount>) {
        if self.protected().is_some() {
            return;
        }
        if state_was_read {
            self.running.get_or_insert(now);
        }
        match (backlog, self.backlog) {
            (_, Backlog::Gone(_)) | (None, _) => {}
            (Some(ByteCount(0)), _) => self.backlog = Backlog::Gone(now),
            (Some(bytes), _) => {
                self.backlog = Backlog::Waiting(bytes);
                let latest = (now.at, bytes);
                self.waits = Some([self.waits.map_or(latest, |[first, _]| first), latest]);
            }
        }
    }
}
