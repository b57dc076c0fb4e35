//! The lock of a run folder: at most one process records a run.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt},
    path::Path,
    process,
};

use nix::{errno::Errno, libc, sys::signal::kill, unistd::Pid};

use super::folder::RunFolder;
use crate::journal::error::JournalError;

/// The right to record a run, for as long as it lives.
///
/// The system gives it back when the process ends, however it ends: a `lock` file that nobody
/// holds any more is free to take.
#[derive(Debug)]
pub struct RunLock {
    /// `None` while its disk is read-only.
    file: Option<File>,
    folder: RunFolder,
    /// The disk has no locks: only processes of this machine are kept out.
    // Needed again when the lock is given back, which then has to remove the process id.
    is_weak: bool,
}

/// What a disk answers that has no locks: network file systems without a lock service.
fn has_no_locks(error: &io::Error) -> bool {
    let answer = error.raw_os_error().map(Errno::from_raw);
    matches!(answer, Some(Errno::ENOLCK | Errno::ENOSYS | Errno::EOPNOTSUPP | Errno::EINVAL))
}

impl RunLock {
    /// Takes the lock of `folder` and leaves this process's id in it.
    ///
    /// # Errors
    /// [`JournalError::Locked`] where another process holds it, [`JournalError::NoLock`] where something else
    /// than a plain file stands in its place, [`JournalError::Write`] where the system refuses.
    pub fn take(folder: &RunFolder) -> Result<Self, JournalError> {
        Self::take_by(folder, File::try_lock)
    }

    /// Whether [`Self::take`] would succeed, without a trace in the file: its disk may be slow to write.
    ///
    /// # Errors
    /// Those of [`Self::take`].
    pub(crate) fn could_be_taken(folder: &RunFolder) -> Result<(), JournalError> {
        let (file, _) = locked(folder, File::try_lock)?;
        // Not by closing alone, as in `give_back`.
        drop(file.unlock());
        Ok(())
    }

    /// As [`Self::take`], with what the disk answers to a lock given by `try_lock`.
    fn take_by(
        folder: &RunFolder,
        try_lock: impl FnOnce(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, JournalError> {
        let (mut file, is_weak) = locked(folder, try_lock)?;
        // Only once the lock is held: a refused process must not overwrite the id of the holder.
        leave_pid(&mut file, is_weak)
            .map_err(|source| JournalError::Write { path: folder.lock_path(), source })?;
        Ok(Self { file: Some(file), folder: folder.clone(), is_weak })
    }

    /// Takes the lock of `folder` as on a disk that answers `answer` to locks.
    #[cfg(test)]
    pub(in crate::journal) fn take_without_locks(
        folder: &RunFolder,
        answer: Errno,
    ) -> Result<Self, JournalError> {
        Self::take_by(folder, |_| Err(TryLockError::Error(answer.into())))
    }

    pub(in crate::journal) const fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// Closes the lock's file, so that its disk can be mended. While the disk is read-only nobody else can take
    /// the lock either, as that takes writing.
    pub(in crate::journal) fn let_go(&mut self) {
        self.give_back();
        self.file = None;
    }

    /// Takes the lock again after [`Self::let_go`].
    pub(in crate::journal) fn take_again(&mut self) -> Result<(), JournalError> {
        if self.file.is_none() {
            // Only the file is moved over. Dropping the new lock with its file would give back what this one
            // has just taken.
            self.file = Self::take(&self.folder)?.file.take();
        }
        Ok(())
    }

    /// Takes the lock anew where its file was deleted, so that nobody else takes it.
    pub(in crate::journal) fn ensure_exists(&mut self) {
        // A lock on a deleted file keeps nobody out: the next process makes a new file of that name and locks
        // that.
        let is_gone = |file: &File| file.metadata().is_ok_and(|about| about.nlink() == 0);
        if !self.file.as_ref().is_some_and(is_gone) {
            return;
        }
        // Without it the run is recorded all the same; who takes it meanwhile finds another file than ours.
        if let Ok(lock) = Self::take(&self.folder) {
            // The old lock is dropped here, and gives back only the deleted file.
            *self = lock;
        }
    }

    fn give_back(&self) {
        // A process that is being started holds a copy of the file for a moment; closing ours alone would leave
        // the lock with it.
        if let Some(file) = &self.file {
            if self.is_weak {
                // The process id alone would be somebody else's one day.
                drop(file.set_len(0));
            }
            drop(file.unlock());
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        self.give_back();
    }
}

/// The file of a lock, which is held now; and whether its disk has no locks.
fn locked(
    folder: &RunFolder,
    try_lock: impl FnOnce(&File) -> Result<(), TryLockError>,
) -> Result<(File, bool), JournalError> {
    let path = folder.lock_path();
    let refused = |source| JournalError::Write { path: path.clone(), source };
    let file = match open(&path) {
        Ok(file) if file.metadata().map_err(refused)?.is_file() => file,
        // O_NOFOLLOW makes opening a link an error, and a folder cannot be opened for writing. Only the
        // user can remove them.
        Err(error) if !is_something_else(&path) => return Err(refused(error)),
        _ => return Err(JournalError::NoLock { path }),
    };
    let locked = |pid| JournalError::Locked { run: folder.id().clone(), path: folder.path().to_owned(), pid };
    let is_weak = match try_lock(&file) {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => return Err(locked(read_pid(&file))),
        Err(TryLockError::Error(error)) if has_no_locks(&error) => true,
        Err(TryLockError::Error(error)) => return Err(refused(error)),
    };
    // The id of this process may still be there: on a read-only disk it cannot be removed when the lock
    // is given back.
    if is_weak && let Some(pid) = held_weakly(&path).filter(|pid| *pid != process::id()) {
        return Err(locked(Some(pid)));
    }
    Ok((file, is_weak))
}

/// Opens or makes the lock file itself, never what a link in its place leads to, and without waiting.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        // A refused process opens the file too, and must leave the id of the holder in it.
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
}

fn is_something_else(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| !about.is_file())
}

/// Behind the process id where the disk has no locks.
const WEAK: &str = "without a lock";

fn leave_pid(file: &mut File, is_weak: bool) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    let pid = process::id();
    if is_weak { writeln!(file, "{pid} {WEAK}") } else { writeln!(file, "{pid}") }
}

fn read_pid(file: &File) -> Option<u32> {
    let mut text = String::new();
    // Bounded, because anybody may have written the file; a process id has ten digits at most.
    file.take(16).read_to_string(&mut text).ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// The living process of this machine that has left its id in that file without a lock.
pub(in crate::journal) fn held_weakly(path: &Path) -> Option<u32> {
    let mut text = String::new();
    open_to_read(path).ok()?.take(64).read_to_string(&mut text).ok()?;
    let pid: i32 = text.trim().strip_suffix(WEAK)?.trim().parse().ok().filter(|pid| *pid > 0)?;
    u32::try_from(pid).ok().filter(|_| process_lives(pid))
}

pub(super) fn process_lives(process: i32) -> bool {
    // Signal 0 only checks, kill(2). EPERM means that the process lives and belongs to another user.
    matches!(kill(Pid::from_raw(process), None), Ok(()) | Err(Errno::EPERM))
}

fn open_to_read(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::journal::format::samples::folder;

    #[test]
    fn a_second_recorder_is_refused_by_the_pid_of_the_first_and_told_what_to_do() {
        let (_home, folder) = folder();
        let held = RunLock::take(&folder).unwrap();
        let error = RunLock::take(&folder).unwrap_err();
        assert!(matches!(error, JournalError::Locked { pid: Some(pid), .. } if pid == process::id()));
        let text = error.to_string();
        assert!(text.contains(&process::id().to_string()) && text.contains("drwatch view"), "{text}");
        drop(held);
        RunLock::take(&folder).unwrap();
    }

    #[test]
    fn asking_whether_a_lock_could_be_taken_leaves_no_trace() {
        let (_home, folder) = folder();
        drop(RunLock::take(&folder).unwrap());
        fs::write(folder.lock_path(), "77\n").unwrap();
        RunLock::could_be_taken(&folder).unwrap();
        assert_eq!(fs::read_to_string(folder.lock_path()).unwrap(), "77\n");
        let _held = RunLock::take(&folder).unwrap();
        let error = RunLock::could_be_taken(&folder).unwrap_err();
        assert!(matches!(error, JournalError::Locked { pid: Some(pid), .. } if pid == process::id()));
        assert_eq!(fs::read_to_string(folder.lock_path()).unwrap(), format!("{}\n", process::id()));
    }

    #[test]
    fn a_lock_held_by_another_process_is_respected() {
        let (_home, folder) = folder();
        let mut other = process::Command::new("flock")
            .arg(folder.lock_path())
            .args(["sh", "-c", "echo held; read line"])
            .stdin(process::Stdio::piped())
            .stdout(process::Stdio::piped())
            .spawn()
            .expect("flock of util-linux is installed");
        let mut word = [0; 5];
        other.stdout.as_mut().unwrap().read_exact(&mut word).unwrap();
        assert!(matches!(RunLock::take(&folder), Err(JournalError::Locked { pid: None, .. })));
        drop(other.stdin.take());
        other.wait().unwrap();
        RunLock::take(&folder).unwrap();
    }

    #[test]
    fn a_lock_file_left_by_a_dead_process_is_taken_over() {
        let (_home, folder) = folder();
        fs::write(folder.lock_path(), "4194304999\n").unwrap();
        let _held = RunLock::take(&folder).unwrap();
        assert_eq!(fs::read_to_string(folder.lock_path()).unwrap(), format!("{}\n", process::id()));
    }

    #[test]
    fn what_stands_in_the_place_of_the_lock_is_neither_followed_nor_written() {
        let (home, folder) = folder();
        let target = home.path().join("target");
        fs::write(&target, "of somebody else").unwrap();
        let refused = || {
            let error = RunLock::take(&folder).unwrap_err();
            assert!(matches!(error, JournalError::NoLock { .. }), "{error}");
            assert!(error.to_string().contains("remove it"), "{error}");
        };
        std::os::unix::fs::symlink(&target, folder.lock_path()).unwrap();
        refused();
        assert_eq!(fs::read_to_string(&target).unwrap(), "of somebody else");
        fs::remove_file(folder.lock_path()).unwrap();
        std::os::unix::fs::symlink(home.path().join("none"), folder.lock_path()).unwrap();
        refused();
        assert!(!home.path().join("none").exists());
        fs::remove_file(folder.lock_path()).unwrap();
        fs::create_dir(folder.lock_path()).unwrap();
        refused();
        fs::remove_dir(folder.lock_path()).unwrap();
        nix::unistd::mkfifo(&folder.lock_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        refused();
        assert!(!crate::journal::is_on_a_read_only_disk(&folder), "nor is it waited for by a viewer");
    }

    #[test]
    fn a_copy_of_the_lock_in_a_process_being_started_does_not_keep_it() {
        let (_home, folder) = folder();
        let held = RunLock::take(&folder).unwrap();
        let copy = held.file.as_ref().unwrap().try_clone().unwrap();
        drop(held);
        RunLock::take(&folder).unwrap();
        drop(copy);
    }

    #[test]
    fn a_lock_file_that_cannot_be_opened_is_named_with_the_reason() {
        let (_home, folder) = folder();
        fs::remove_dir_all(folder.path()).unwrap();
        let error = RunLock::take(&folder).unwrap_err();
        assert!(
            matches!(&error, JournalError::Write { source, .. } if source.kind() == io::ErrorKind::NotFound),
            "{error}"
        );
    }

    #[test]
    fn only_a_disk_that_says_it_has_no_locks_is_recorded_on_without_one() {
        let (_home, folder) = folder();
        for answer in [Errno::ENOLCK, Errno::ENOSYS, Errno::EOPNOTSUPP, Errno::EINVAL] {
            let held = RunLock::take_without_locks(&folder, answer).unwrap();
            assert!(held.is_weak(), "{answer}");
            let left = || fs::read_to_string(folder.lock_path()).unwrap();
            assert_eq!(left(), format!("{} {WEAK}\n", process::id()));
            drop(held);
            assert_eq!(left(), "", "the process id is somebody else's one day");
        }
        for answer in [Errno::EIO, Errno::EINTR, Errno::EACCES] {
            let error = RunLock::take_without_locks(&folder, answer).unwrap_err();
            assert!(matches!(error, JournalError::Write { .. }), "{error}");
        }
        assert!(!RunLock::take(&folder).unwrap().is_weak());
    }

    #[test]
    fn without_locks_another_living_process_keeps_its_run_and_a_dead_one_does_not() {
        let (_home, folder) = folder();
        let take = || RunLock::take_without_locks(&folder, Errno::ENOLCK);
        fs::write(folder.lock_path(), format!("1 {WEAK}\n")).unwrap();
        assert!(matches!(take(), Err(JournalError::Locked { pid: Some(1), .. })));
        fs::write(folder.lock_path(), format!("{} {WEAK}\n", i32::MAX)).unwrap();
        let held = take().unwrap();
        take().expect("a process is not in its own way");
        drop(held);
    }

    #[test]
    fn only_the_id_of_one_living_process_says_that_a_run_is_held_without_a_lock() {
        let (home, folder) = folder();
        let path = folder.lock_path();
        for (left, holder) in [
            (format!("1 {WEAK}\n"), Some(1)),
            (format!("0 {WEAK}\n"), None),
            (format!("-1 {WEAK}\n"), None),
            (format!("{} {WEAK}\n", i32::MAX), None),
            ("1\n".to_owned(), None),
        ] {
            fs::write(&path, &left).unwrap();
            assert_eq!(held_weakly(&path), holder, "{left}");
        }
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, format!("1 {WEAK}\n")).unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
        assert_eq!(held_weakly(&path), None, "a link is not followed");
    }
}
