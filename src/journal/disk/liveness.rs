//! Whether a run is being recorded at the moment, found out without touching its lock: a reader that took
//! the lock even for an instant could be in the way of a recorder that wants it.

use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
};

use nix::libc;

use super::{
    folder::{RunFolder, read_regular},
    lock::{held_weakly, process_lives},
};
use crate::platform::is_locked;

/// Whether some process holds the lock of `folder`.
///
/// Where the system lists no locks, the process that left its id in the lock file is looked for; so it is on a disk
/// without locks.
pub(crate) fn is_being_recorded(folder: &RunFolder) -> bool {
    let Ok(metadata) = fs::metadata(folder.lock_path()) else { return false };
    // Looked for first, as the system lists no such holder.
    if held_weakly(&folder.lock_path()).is_some() {
        return true;
    }
    // The list is not one moment's: a lock given back while it is read may hide one that is held all the time.
    for _ in 0..MAX_LOOKS {
        match is_locked(metadata.ino()) {
            Ok(true) => return true,
            Ok(false) => {}
            Err(_) => {
                return read_regular(&folder.lock_path())
                    .is_ok_and(|text| lives(&String::from_utf8_lossy(&text)));
            }
        }
    }
    false
}

/// How often a lock is looked for before it counts as not held.
const MAX_LOOKS: usize = 4;

/// Whether the disk of `folder` is read-only at the moment. A recorder then holds no lock: it has let its files go,
/// so that the disk can be mended.
pub(crate) fn is_on_a_read_only_disk(folder: &RunFolder) -> bool {
    // Whatever stands there, opening it must not wait.
    let opened = OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW)
        .open(folder.lock_path());
    opened.is_err_and(|error| error.kind() == ErrorKind::ReadOnlyFilesystem)
}

fn lives(text: &str) -> bool {
    // For kill(2) 0 and negative numbers are process groups, one of which always lives.
    text.trim().parse().is_ok_and(|process| process > 0 && process_lives(process))
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        thread,
    };

    use super::*;
    use crate::journal::{RunLock, format::samples::folder};

    #[test]
    fn a_run_is_being_recorded_exactly_while_its_lock_is_held() {
        let (_home, folder) = folder();
        assert!(!is_being_recorded(&folder));
        let held = RunLock::take(&folder).unwrap();
        assert!(is_being_recorded(&folder));
        drop(held);
        assert!(!is_being_recorded(&folder), "the lock file is left behind, but nobody holds it");
    }

    #[test]
    fn a_held_lock_is_found_while_others_are_taken_and_given_back() {
        let (_home, folder) = folder();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let other = tempfile::tempfile().unwrap();
                    while !is_over.load(Ordering::Relaxed) {
                        other.lock().unwrap();
                        other.unlock().unwrap();
                    }
                });
            }
            let missed = (0..200).filter(|_| {
                // Taken anew, so that it stands at many places of the list.
                let _held = RunLock::take(&folder).unwrap();
                !(0..20).all(|_| is_being_recorded(&folder))
            });
            let missed = missed.count();
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(missed, 0);
        });
    }

    #[test]
    fn looking_never_keeps_a_recorder_from_the_lock() {
        let (_home, folder) = folder();
        for _ in 0..50 {
            assert!(!is_being_recorded(&folder));
            drop(RunLock::take(&folder).unwrap());
        }
    }

    #[test]
    fn a_living_process_is_told_from_a_dead_one() {
        assert!(lives(&format!("{}\n", std::process::id())));
        assert!(!lives("4194304999\n") && !lives("") && !lives("-1") && !lives("0"));
    }
}
