//! Linux: `/proc`, inotify(7), prctl(2) and its signals.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::{FutureExt as _, StreamExt as _};
use inotify::{EventStream, Inotify, WatchMask};
use nix::{
    fcntl::{PosixFadviseAdvice, posix_fadvise},
    libc::{self, c_int},
    sys::{
        prctl,
        signal::Signal,
        statfs::{BTRFS_SUPER_MAGIC, EXT4_SUPER_MAGIC, FsType, OVERLAYFS_SUPER_MAGIC, TMPFS_MAGIC, statfs},
    },
};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use tokio::net::unix::pipe;

/// The program that is running, even after another was installed in its place.
pub(crate) const THIS_PROGRAM: Option<&str> = Some("/proc/self/exe");

/// The clock that goes on while the machine sleeps, since Linux 2.6.39. `CLOCK_MONOTONIC` stops, `clock_gettime(2)`: each
/// sleep would look like a wall clock set forward.
pub(crate) const UPTIME_CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;

/// Whether that clock has counted the time in which the machine slept.
pub(crate) const UPTIME_COUNTS_SLEEP: bool = true;

/// The signals that end a process which does not catch them, beside those that every Unix has.
pub(crate) fn more_fatal_signals() -> Vec<(&'static str, c_int)> {
    let named = [("SIGIO", libc::SIGIO), ("SIGPWR", libc::SIGPWR), ("SIGSTKFLT", libc::SIGSTKFLT)];
    let real_time = (libc::SIGRTMIN()..=libc::SIGRTMAX()).map(|number| ("a real-time signal", number));
    named.into_iter().chain(real_time).collect()
}

/// The signals that this process ignores, as bits.
pub(crate) fn ignored_signals() -> u64 {
    // With room for all of it, as the system writes it anew for each read(2).
    let mut status = String::with_capacity(STATUS_CAPACITY);
    let read = File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    read.map_or(0, |_| ignored_in(&status))
}

/// More than the status of a process has.
const STATUS_CAPACITY: usize = 4 << 10;

/// The ignored signals in the text of `/proc/PID/status`.
fn ignored_in(status: &str) -> u64 {
    let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    bits.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or_default()
}

/// Lets the system begin to write a part of a file to disk, without waiting for it.
pub(crate) fn begin_write_back(file: &File, from: u64, to: u64) {
    let (Ok(start), Ok(length)) = (from.try_into(), to.saturating_sub(from).try_into()) else { return };
    // Pages that are to leave memory and are not on disk yet begin their way there, and stay until they are. Where a file
    // system does nothing of the kind, the next sync has more to do.
    let _ = posix_fadvise(file, start, length, PosixFadviseAdvice::POSIX_FADV_DONTNEED);
}

/// Has the system end this process with its parent. The setting survives `exec`, but not the fork with which ssh goes to
/// the background.
pub(crate) fn end_with_parent() {
    // Without it, ssh still ends by its own time limits.
    let _ = prctl::set_pdeathsig(Signal::SIGTERM);
}

/// Keeps the memory of this process out of core dumps, and away from other processes of the user.
pub(crate) fn keep_memory_private() {
    // Where the system refuses, a password is still erased after its use.
    let _ = prctl::set_dumpable(false);
}

/// More than a page of memory.
const LOCKS_CAPACITY: usize = 16 << 10;

/// Whether some process of this machine holds a lock on a file with that inode, by `/proc/locks`, `proc_locks(5)`.
///
/// # Errors
/// Where the list cannot be read.
pub(crate) fn is_locked(inode: u64) -> io::Result<bool> {
    // With room for a page: one read(2) then gives the locks of one moment, as far as they fill a page.
    let mut locks = String::with_capacity(LOCKS_CAPACITY);
    File::open("/proc/locks")?.read_to_string(&mut locks)?;
    Ok(locks.lines().any(|line| is_lock_on(line, inode)))
}

/// `1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF`; a process that waits has `->` behind the number.
fn is_lock_on(line: &str, inode: u64) -> bool {
    let mut fields = line.split_whitespace().skip(1);
    let held = fields.next() != Some("->");
    let place = fields.nth(3).and_then(|place| place.rsplit(':').next());
    held && place.and_then(|number| number.parse().ok()) == Some(inode)
}

/// The path that an open file has now; ` (deleted)` is appended to that of a removed one.
pub(crate) fn path_of(file: &impl AsRawFd) -> Option<PathBuf> {
    fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
}

/// Room for the notifications read at once; the rest is read the next time.
const EVENT_BYTES: usize = 4096;

/// Of XFS, statfs(2); nix has it for glibc alone.
const XFS_MAGIC: FsType = FsType(0x5846_5342);

/// File systems to which nobody but this machine writes. Of what another machine writes to a shared disk inotify(7) sees
/// nothing.
const LOCAL: [FsType; 5] =
    [EXT4_SUPER_MAGIC, XFS_MAGIC, BTRFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC];

fn is_local(path: &Path) -> bool {
    statfs(path).is_ok_and(|system| LOCAL.contains(&system.filesystem_type()))
}

/// The system's word that a file in a folder, or a file itself, has changed.
pub(crate) struct FileWatch(EventStream<Vec<u8>>);

impl FileWatch {
    /// Watches for files that get or lose a name in `folder`; `None` where changes of `path` in it may go unseen.
    pub(crate) fn of(folder: &Path, path: &Path) -> Option<Self> {
        // The file may be a link to another disk.
        if !is_local(folder) || !is_local(path) {
            return None;
        }
        let watched = Inotify::init().ok()?;
        let named = WatchMask::CREATE | WatchMask::MOVE | WatchMask::DELETE;
        watched.watches().add(folder, named).ok()?;
        watched.into_event_stream(vec![0; EVENT_BYTES]).ok().map(Self)
    }

    /// Also watches for writes to the file that has the name `path` now; whether there is one.
    pub(crate) fn add(&self, path: &Path) -> bool {
        // The same file again changes nothing; a renamed one is still watched.
        self.0.watches().add(path, WatchMask::MODIFY | WatchMask::ATTRIB).is_ok()
    }

    /// Comes back once something has changed, with `false` where no more will come. Cancel-safe: what was not taken comes
    /// the next time.
    pub(crate) async fn next(&mut self) -> bool {
        if !matches!(self.0.next().await, Some(Ok(_))) {
            return false;
        }
        // Once is enough for all notifications so far.
        while let Some(Some(Ok(_))) = self.0.next().now_or_never() {}
        true
    }
}

/// A timer of the system, `timerfd_create(2)`. The runtime's own wakes two or three times for each long wait, as it gets
/// to the deadline in coarse steps first.
// Read like a pipe, the one kind of file that the runtime reads from any descriptor.
pub(crate) struct Timer(pipe::Receiver);

impl Timer {
    /// `None` where the system gives none; to be called within a runtime.
    pub(crate) fn new() -> Option<Self> {
        // The clock of `Instant`; it stops while the machine sleeps, as that does.
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags).ok()?;
        pipe::Receiver::from_owned_fd_unchecked(timer).ok().map(Self)
    }

    /// Goes off once after `wait`, which is above zero (zero would switch it off), and not for what was set before.
    ///
    /// # Errors
    /// Where the system refuses.
    pub(crate) fn set(&self, wait: Duration) -> io::Result<()> {
        let it_value = Timespec::try_from(wait).map_err(io::Error::other)?;
        let once = Itimerspec { it_interval: Timespec::default(), it_value };
        timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
        Ok(())
    }

    /// Comes back once it has gone off. Cancel-safe: until that is taken it stays.
    ///
    /// # Errors
    /// Where the system has none to read.
    pub(crate) async fn gone_off(&self) -> io::Result<()> {
        // How often it has gone off, as a number of 64 bits.
        let mut times = [0; 8];
        loop {
            self.0.readable().await?;
            match self.0.try_read(&mut times) {
                // Set again after it had gone off, it is ready no more.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read.map(drop),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_signals_are_read_from_the_status_of_the_process() {
        let status = "Name:\tdrwatch\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000440\n";
        assert_eq!(ignored_in(status), 1 << (libc::SIGHUP - 1) | 1 << (libc::SIGPIPE - 1));
        assert_eq!(ignored_in("Name:\tdrwatch\n"), 0);
    }

    #[test]
    fn a_process_that_only_waits_for_a_lock_holds_none() {
        assert!(is_lock_on("1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 393_225));
        assert!(!is_lock_on("1: -> FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 393_225));
        assert!(!is_lock_on("1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 5));
        assert!(!is_lock_on("", 0));
    }
}
