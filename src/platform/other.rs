//! Any other Unix: what it does in place of what only Linux has.

use std::{
    fs::File,
    future::Ready,
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::libc::{self, c_int};

/// No name leads to the running program for certain: what is at its path may be another one by now.
pub(crate) const THIS_PROGRAM: Option<&str> = None;

/// Sleep may count or not.
pub(crate) const UPTIME_CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;

/// Whether that clock has counted the time in which the machine slept, for certain.
pub(crate) const UPTIME_COUNTS_SLEEP: bool = false;

/// None beside those that every Unix has.
pub(crate) fn more_fatal_signals() -> Vec<(&'static str, c_int)> {
    Vec::new()
}

/// Not known, so none: `nohup` does not keep such a watch.
pub(crate) fn ignored_signals() -> u64 {
    0
}

/// Cannot be asked of the system: the next sync has more to do.
pub(crate) const fn begin_write_back(_file: &File, _from: u64, _to: u64) {}

/// Cannot be asked of the system: an ssh ends by its own time limits.
pub(crate) fn end_with_parent() {}

/// Cannot be asked of the system: a password is still erased after its use.
pub(crate) fn keep_memory_private() {}

/// # Errors
/// Always: no list of the locks of all processes can be read.
pub(crate) fn is_locked(_inode: u64) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Not known.
pub(crate) fn path_of(_file: &impl AsRawFd) -> Option<PathBuf> {
    None
}

/// Of no file: all are polled.
pub(crate) enum FileWatch {}

impl FileWatch {
    /// `None`.
    pub(crate) fn of(_folder: &Path, _path: &Path) -> Option<Self> {
        None
    }

    /// Never called, as there is no watch.
    pub(crate) fn add(&self, _path: &Path) -> bool {
        match *self {}
    }

    /// Never called, as there is no watch.
    pub(crate) fn next(&mut self) -> Ready<bool> {
        match *self {}
    }
}

/// None: the runtime's timer has to do.
pub(crate) enum Timer {}

impl Timer {
    /// `None`.
    pub(crate) const fn new() -> Option<Self> {
        None
    }

    /// Never called, as there is no timer.
    pub(crate) fn set(&self, _wait: Duration) -> io::Result<()> {
        match *self {}
    }

    /// Never called, as there is no timer.
    pub(crate) fn gone_off(&self) -> Ready<io::Result<()>> {
        match *self {}
    }
}
