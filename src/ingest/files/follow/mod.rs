//! Following a log file by name: through growth, rotation, and being emptied.
//!
//! Everything is decided by polling: inotify sees nothing of what another machine does to a shared disk, and only says
//! when a poll of a local file is worth while. So each poll has to find out what came between, and no line may be lost,
//! or passed on twice, without a gap on record.

mod changes;
mod reading;
mod resume;
mod rotation;

#[cfg(test)]
mod tests;

use std::{io, os::unix::fs::MetadataExt as _, path::PathBuf, time::Duration};

use tokio::{
    sync::mpsc::Sender,
    time::{Instant, sleep_until},
};

use self::changes::Changes;
use super::{
    checkpoint::Checkpoint,
    history::{Rotation, is_followed},
    open_file::{Disk, FileChange, OpenFile, is_changed_meanwhile, not_a_file},
    outlet::Outlet,
    rotated::{Rotated, rotated_or_none},
    seen::Seen,
};
use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, Elapsed, Event, Timestamp},
};

const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Between two polls of a file whose changes are notified. Below [`ROTATION_INTERVAL`]: what is written after a longer
/// time to a file of which little was read may follow on other lines.
const IDLE_POLL_INTERVAL: Duration = Duration::from_secs(4);

/// The same where lines with timestamps were read, which prove whether it is still that file. Gaps reach back to a poll.
const SETTLED_POLL_INTERVAL: Duration = Duration::from_secs(15);

/// When a followed file is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looking {
    /// All the time.
    Polled,
    /// At each change that the system notifies, and seldom besides; all the time where it notifies none.
    Notified,
}

/// A log is assumed to be rotated at most once within this time, and a rotation to take no longer.
const ROTATION_INTERVAL: Elapsed = Elapsed::from_secs(5);

/// Further polls before an orderly end, while the log cannot be read.
const MAX_FINAL_POLLS: u8 = 8;

const MAX_ENDS: usize = 16;

/// Follows the file `path` from its start, or from where an earlier watch has `seen` it, until `closing` resolves: then
/// it is polled once more.
pub(crate) async fn follow(
    path: PathBuf,
    clock: Clock,
    out: Sender<Observation>,
    seen: Option<Seen>,
    looking: Looking,
    closing: impl Future<Output = ()> + Send,
) {
    let mut changes = match looking {
        Looking::Polled => Changes::unwatched(),
        Looking::Notified => Changes::of(&path),
    };
    let named = tokio::fs::metadata(&path).await;
    // A pipe gives its bytes only once, so that no later watch can find its place in it.
    let is_pipe = seen.is_none() && named.is_ok_and(|named| !named.is_file() && !named.is_dir());
    let mut follower = Follower::new(path, clock, Outlet::new(out));
    follower.is_pipe = is_pipe;
    if let Some(seen) = seen {
        // The record may end within a line, which has to be ended before lines of another place follow it.
        follower.outlet.is_between_lines = seen.last.is_empty() || seen.last.ends_with(b"\n");
        // Gaps of this watch reach back to the end of the earlier one.
        follower.polled_at = seen.left_at;
        follower.seen = Some(seen);
    }
    tokio::pin!(closing);
    let mut alarm = clock.alarm();
    let mut final_polls = None;
    loop {
        let now = clock.now();
        follower.disk = if changes.renew() { Disk::Local } else { Disk::Unknown };
        // A log that is written to all the time is polled no more often than without notice.
        let soonest = Instant::now() + clock.real(POLL_INTERVAL);
        let polled = follower.poll(now).await;
        // An error here means that the session has ended.
        if follower.report(polled, now).await.is_err() {
            return;
        }
        let next_poll = Instant::now() + clock.real(follower.poll_interval());
        match &mut final_polls {
            // Cancel-safe: `closing` is polled by reference, and a sleep loses only the wait.
            None => tokio::select! {
                () = &mut closing => final_polls = Some(MAX_FINAL_POLLS),
                () = alarm.until(next_poll) => {}
                // The second timer only after a change: each costs the idle watch wakeups.
                () = async { changes.next().await; sleep_until(soonest).await } => {}
            },
            // A log that is being rotated is readable again at one of the next polls.
            Some(left) if *left > 0 && follower.failing.is_some() => *left -= 1,
            Some(_) => {
                // An error means that the session has ended first.
                drop(follower.report_read_to_end().await);
                return;
            }
        }
    }
}

/// What is on record of the log being available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Availability {
    Unknown,
    /// It is read to its end.
    Followed,
    Lost,
}

/// When a file has lost its name.
#[derive(Clone, Copy, Debug)]
struct Unnamed {
    /// The last poll at which it had the name.
    last_named: Timestamp,
    /// The first at which it had not.
    noticed: Timestamp,
}

struct Follower {
    path: PathBuf,
    disk: Disk,
    clock: Clock,
    /// What an earlier watch has read, until its place is found.
    seen: Option<Seen>,
    /// When that was last searched for: it may take reading every file there is.
    searched_at: Option<Timestamp>,
    open: Option<OpenFile>,
    missing_before: Option<(Timestamp, String)>,
    polled_at: Timestamp,
    /// Since when it cannot be read, and whether the gap is on record.
    failing: Option<(Timestamp, bool)>,
    /// Since when no file has the name.
    unnamed_since: Option<Timestamp>,
    /// Of the file that is read, if it has the name no more.
    unnamed: Option<Unnamed>,
    availability: Availability,
    /// Whether the log is a named pipe or a device, which is read only once.
    is_pipe: bool,
    first_arrival: Arrival,
    /// The rotated files listed just before the present file was opened: others are new.
    listed: Vec<Rotated>,
    /// Where the files ended that were read, the latest last.
    ends: Vec<Checkpoint>,
    outlet: Outlet,
}

impl Follower {
    fn new(path: PathBuf, clock: Clock, outlet: Outlet) -> Self {
        Self {
            path,
            disk: Disk::Unknown,
            clock,
            seen: None,
            searched_at: None,
            open: None,
            missing_before: None,
            polled_at: clock.now(),
            failing: None,
            unnamed_since: None,
            unnamed: None,
            availability: Availability::Unknown,
            is_pipe: false,
            first_arrival: Arrival::CaughtUp,
            listed: Vec::new(),
            ends: Vec::new(),
            outlet,
        }
    }

    /// How long after a poll the next is due, if no change is notified before.
    fn poll_interval(&self) -> Duration {
        let is_doubtful = self.failing.is_some() || self.unnamed.is_some() || self.unnamed_since.is_some();
        let is_settled = |open: &OpenFile| !is_doubtful && !open.is_unproven() && !open.is_short();
        match self.disk {
            Disk::Unknown => POLL_INTERVAL,
            Disk::Local if self.open.as_ref().is_some_and(is_settled) => SETTLED_POLL_INTERVAL,
            Disk::Local => IDLE_POLL_INTERVAL,
        }
    }

    /// Passes on what was written; goes on in the file that now has the name once the old one is read.
    async fn poll(&mut self, now: Timestamp) -> io::Result<()> {
        if self.seen.is_some() {
            self.find_place(now).await?;
        }
        let named = if self.disk == Disk::Local {
            std::fs::metadata(&self.path)
        } else {
            tokio::fs::metadata(&self.path).await
        };
        let Some(open) = &mut self.open else { return self.open_first().await };
        let is_file = open.is_file;
        open.disk = self.disk;
        let checked = open.check().await;
        let read = match checked {
            Ok(FileChange::None) => Ok(()),
            Ok(FileChange::Grown) => self.read_to_end().await,
            Ok(FileChange::Unproven) => match self.read_unproven(now).await {
                Ok(Some(rotation)) => return self.catch_up(rotation).await,
                other => other.map(|_| ()),
            },
            Ok(FileChange::Rewritten) => return self.catch_up(Rotation::Emptied).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(()) => {}
            Err(error) if is_changed_meanwhile(&error) => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe || named.is_err() => return Err(error),
            // On a network disk an open handle may become stale though the file still has its name.
            Err(_) => return self.reopen().await,
        }
        let named = match named {
            Ok(named) if is_file && !named.is_file() => return Err(not_a_file()),
            Ok(named) => Some(((named.dev(), named.ino()), named.len())),
            // Between two files of a rotation there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let Some(open) = &self.open else { return Ok(()) };
        self.unnamed_since = if named.is_some() { None } else { self.unnamed_since.or(Some(now)) };
        if named.is_some_and(|(inode, _)| inode == open.inode()) {
            self.unnamed = None;
            return Ok(());
        }
        // The file may have lost its name at any time since the poll before, and lines may be missing since
        // then.
        let unnamed = *self.unnamed.get_or_insert(Unnamed { last_named: self.polled_at, noticed: now });
        // Until the new file is written to, the writer may still hold the old one open.
        let is_over = match named {
            Some((_, length)) if length > 0 => true,
            _ => match is_followed(&self.path, open, named.map(|(inode, _)| inode)).await? {
                Some(is_followed) => is_followed,
                // The old file is gone, and so may be others that came after it.
                None if named.is_some() => now.since(unnamed.noticed) > ROTATION_INTERVAL,
                None => false,
            },
        };
        if is_over { self.catch_up(Rotation::Renamed).await } else { Ok(()) }
    }

    async fn open_first(&mut self) -> io::Result<()> {
        // Listed before the file is opened: one that is rotated in between then counts as new, and is read.
        let listed = rotated_or_none(&self.path, None).await?;
        let open = if self.is_pipe {
            OpenFile::open_pipe(&self.path, self.first_arrival).await?
        } else {
            OpenFile::open(&self.path, self.first_arrival).await?
        };
        self.unnamed_since = None;
        if let Some((from, reason)) = self.missing_before.take() {
            self.gap_since(from, reason).await?;
        } else if self.failing.is_some() {
            let reason = "could not be read before, and what was in it meanwhile is unknown";
            self.gap(format!("{} {reason}", self.path.display())).await?;
        }
        self.listed = listed;
        self.go_on_in(open).await
    }

    /// Goes on in the file that has the name, if it is the one that was read.
    async fn reopen(&mut self) -> io::Result<()> {
        // Another file may have the name by now, so the bytes that were read last have to be found in it.
        let mut anew = OpenFile::open(&self.path, Arrival::Live).await?;
        match self.open.as_ref().and_then(OpenFile::end).cloned() {
            Some(end) if anew.find(&end.checkpoint).await? => self.go_on_in(anew).await,
            _ => self.catch_up(Rotation::Emptied).await,
        }
    }

    /// Reads `open`, which has the log's name, on from its place.
    async fn go_on_in(&mut self, mut open: OpenFile) -> io::Result<()> {
        // Replaced even where its state cannot be read: the next poll would otherwise go back to the old
        // file.
        let noted = open.note_state().await;
        self.replace(open);
        noted?;
        self.read_to_end().await
    }

    fn replace(&mut self, open: OpenFile) {
        // What was read of the file before stays known: a packed copy of it that appears later is not read again.
        if let Some(end) = self.open.replace(open).as_ref().and_then(OpenFile::end) {
            self.ends.push(end.checkpoint.clone());
            self.ends.drain(..self.ends.len().saturating_sub(MAX_ENDS));
        }
    }

    /// Records what came of a poll. A file that stays unreadable is a gap, recorded while it can still be mended.
    async fn report(&mut self, polled: io::Result<()>, now: Timestamp) -> io::Result<()> {
        match polled {
            Ok(()) => {
                // The time at which the poll began, as it may miss what was written while it went on.
                (self.polled_at, self.failing) = (now, None);
                self.report_availability(now).await?;
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            Err(error) => {
                let (since, is_recorded) = *self.failing.get_or_insert((now, false));
                // A log that is being rotated has no file for a moment, in which nothing is lost.
                if !is_recorded && now.since(since) > ROTATION_INTERVAL {
                    let path = self.path.display();
                    let reason = format!("{path} cannot be read ({error}); it is tried again all the time");
                    self.gap(reason.clone()).await?;
                    self.report_lost(reason).await?;
                    self.failing = Some((since, true));
                }
            }
        }
        Ok(())
    }

    /// Reports, where the last poll could read the log, that all of it was passed on.
    async fn report_read_to_end(&self) -> io::Result<()> {
        let is_read = self.failing.is_none() && self.availability == Availability::Followed;
        if self.open.is_none() || !is_read {
            return Ok(());
        }
        self.outlet.observe(Observation::LogReadToEnd).await
    }

    /// Records once that the log is read to its end, or that it is gone for longer than a rotation takes.
    async fn report_availability(&mut self, now: Timestamp) -> io::Result<()> {
        match self.unnamed_since {
            Some(since) if now.since(since) > ROTATION_INTERVAL => {
                let reason = format!("no file is called {}", self.path.display());
                self.report_lost(reason).await
            }
            None if self.availability != Availability::Followed && self.open.is_some() => {
                self.availability = Availability::Followed;
                self.outlet.observe(Observation::Event(Event::LogFollowed)).await
            }
            _ => Ok(()),
        }
    }

    async fn report_lost(&mut self, reason: String) -> io::Result<()> {
        if std::mem::replace(&mut self.availability, Availability::Lost) == Availability::Lost {
            return Ok(());
        }
        self.outlet.observe(Observation::Event(Event::LogLost { reason })).await
    }

    /// Records that lines since the last poll are missing, or since the last one that found the file by its name.
    async fn gap(&self, reason: String) -> io::Result<()> {
        self.gap_since(self.unnamed.map_or(self.polled_at, |unnamed| unnamed.last_named), reason).await
    }

    /// Until now, as the poll may have begun long ago: what was written meanwhile is missing, too.
    async fn gap_since(&self, from: Timestamp, reason: String) -> io::Result<()> {
        self.outlet.observe(Observation::LogGap { from, to: self.clock.now(), reason }).await
    }
}
