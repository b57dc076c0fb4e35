//! Whether a run is being recorded at the moment, found out without touching its lock: a reader that took
//! the lock even for an instant could be in the way of a recorder that wants it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
};

use nix::libc;

use super::{
    folder::RunFolder,
    lock::{held_weakly, process_lives},
};

/// Whether some process holds the lock of `folder`.
///
/// Linux lists all locks in `/proc/locks` (see `proc_locks(5)`). Elsewhere the process that left its id in the lock
/// file is looked for; so it is on a disk without locks.
pub(crate) fn is_being_recorded(folder: &RunFolder) -> bool {
    let Ok(metadata) = fs::metadata(folder.lock_path()) else { return false };
    // Looked for first, as such a holder has no entry in `/proc/locks`.
    if held_weakly(&folder.lock_path()).is_some() {
        return true;
    }
    // The list is not one moment's: a lock given back while it is read may hide one that is held all the time.
    for _ in 0..MAX_LOOKS {
        match locks() {
            Ok(locks) if locks.lines().any(|line| is_lock_on(line, metadata.ino())) => return true,
            Ok(_) => {}
            Err(_) => return fs::read_to_string(folder.lock_path()).is_ok_and(|text| lives(&text)),
        }
    }
    false
}

/// How often a lock is looked for before it counts as not held.
const MAX_LOOKS: usize = 4;

/// All locks of this machine, as Linux lists them.
fn locks() -> io::Result<String> {
    // With room for a page: one read(2) then gives the locks of one moment, as far as they fill a page.
    let mut locks = String::with_capacity(LOCKS_CAPACITY);
    File::open("/proc/locks")?.read_to_string(&mut locks)?;
    Ok(locks)
}

/// More than a page of memory.
const LOCKS_CAPACITY: usize = 16 << 10;

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

/// `1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF`; a process that waits has `->` behind the number.
fn is_lock_on(line: &str, inode: u64) -> bool {
    let mut fields = line.split_whitespace().skip(1);
    let held = fields.next() != Some("->");
    let place = fields.nth(3).and_then(|place| place.rsplit(':').next());
    held && place.and_then(|number| number.parse().ok()) == Some(inode)
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
    fn a_process_that_only_waits_for_a_lock_holds_none() {
        assert!(is_lock_on("1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 393_225));
        assert!(!is_lock_on("1: -> FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 393_225));
        assert!(!is_lock_on("1: FLOCK  ADVISORY  WRITE 708 08:03:393225 0 EOF", 5));
        assert!(!is_lock_on("", 0));
    }

    #[test]
    fn a_living_process_is_told_from_a_dead_one() {
        assert!(lives(&format!("{}\n", std::process::id())));
        assert!(!lives("4194304999\n") && !lives("") && !lives("-1") && !lives("0"));
    }
}
