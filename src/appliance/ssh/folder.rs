//! The short, private folder in which a master's control socket lives. One per process, named after
//! its process id, so that what a killed drwatch left behind can be told from what is in use.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::{
    errno::Errno,
    sys::signal::kill,
    unistd::{Pid, getpid, getuid},
};
use tempfile::TempDir;

/// A socket's path holds 108 bytes on Linux and 104 elsewhere; `ssh` adds 17 while it creates one,
/// and our own names take up to 40.
const LONGEST_BASE: usize = 40;

/// How often to try again when another connection of this process removes the common folder at the
/// very moment a new one is to be created in it.
const ATTEMPTS: usize = 5;

/// A process's own folder, in which each master has one. Removed when dropped, unless another
/// master still has its folder in there.
#[derive(Debug)]
pub(super) struct OwnFolder(PathBuf);

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // It fails while it is not empty, as it should.
        let _ = fs::remove_dir(&self.0);
    }
}

/// Creates an empty folder for one master, and removes what dead processes left. Drop the first
/// before the second.
pub(super) fn create(base: Option<&Path>) -> io::Result<(TempDir, OwnFolder)> {
    let base = base.map_or_else(default_base, Path::to_owned);
    sweep(&base);
    let own = OwnFolder(base.join(own_name(getpid())));
    let mut attempt = 1;
    loop {
        claim(&own.0)?;
        let folder = tempfile::Builder::new()
            .prefix("m")
            .rand_bytes(6)
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&own.0);
        match folder {
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < ATTEMPTS => attempt += 1,
            other => return Ok((other?, own)),
        }
    }
}

fn default_base() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute() && is_usable(folder))
        .unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// Whether control sockets can live there: short enough, ours, and without characters that `ssh`
/// expands in a control path.
fn is_usable(folder: &Path) -> bool {
    let name = folder.as_os_str().as_encoded_bytes();
    name.len() <= LONGEST_BASE
        && !name.iter().any(|byte| matches!(byte, b'%' | b'$' | b'~' | b'"' | b'\'' | b'\\' | b' '))
        && is_ours(folder)
}

fn own_name(pid: Pid) -> String {
    format!("{}{pid}", prefix())
}

/// The user is part of the name because `/tmp` is shared.
fn prefix() -> String {
    format!("drwatch-{}-", getuid())
}

fn claim(own: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(own) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_ours(own) => Ok(()),
        other => other,
    }
}

/// Whether it is a real folder of this user that nobody else may look into.
fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|about| {
        about.is_dir() && about.uid() == getuid().as_raw() && about.mode().trailing_zeros() >= 6
    })
}

fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    let prefix = prefix();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix(&prefix)).and_then(|pid| pid.parse().ok());
        if pid.is_some_and(is_dead) && is_ours(&entry.path()) {
            // A master that may still be in there ends by itself when idle.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_dead(pid: i32) -> bool {
    pid > 0 && kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

    use nix::unistd::{Pid, getpid};

    use super::{create, is_usable, own_name};

    fn names(base: &Path) -> Vec<String> {
        let entries = fs::read_dir(base).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_folder_is_private_and_nothing_is_left_when_the_last_one_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let first = create(Some(base.path())).unwrap();
        let second = create(Some(base.path())).unwrap();
        for folder in [first.0.path(), first.0.path().parent().unwrap()] {
            assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        drop(first);
        assert_eq!(names(base.path()), [own_name(getpid())]);
        drop(second);
        assert!(names(base.path()).is_empty());
    }

    #[test]
    fn what_dead_processes_left_is_swept_and_what_the_living_and_others_have_is_not() {
        let base = tempfile::tempdir().unwrap();
        let mut child = Command::new("true").spawn().unwrap();
        let dead = own_name(Pid::from_raw(child.id().try_into().unwrap()));
        child.wait().unwrap();
        let living = own_name(Pid::from_raw(std::os::unix::process::parent_id().try_into().unwrap()));
        for name in [dead.as_str(), &living, "drwatch-notes", "unrelated"] {
            fs::create_dir(base.path().join(name)).unwrap();
            fs::set_permissions(base.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        fs::write(base.path().join(&dead).join("master"), "").unwrap();
        let folder = create(Some(base.path())).unwrap();
        let mut left = names(base.path());
        left.sort();
        let mut expected = [own_name(getpid()), living, "drwatch-notes".to_owned(), "unrelated".to_owned()];
        expected.sort();
        assert_eq!(left, expected);
        drop(folder);
    }

    #[test]
    fn a_folder_that_others_may_enter_is_not_used_for_control_sockets() {
        let base = tempfile::tempdir().unwrap();
        let own = base.path().join(own_name(getpid()));
        fs::create_dir(&own).unwrap();
        fs::set_permissions(&own, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(create(Some(base.path())).is_err());
        assert!(!is_usable(&own));
    }
}
