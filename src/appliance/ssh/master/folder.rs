//! The short, private folder in which a master's control socket lives. Its name holds the process id, by which
//! folders left by a killed drwatch are recognised, and a random part, so that nobody can prepare one under that name.

use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
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
const MAX_BASE_BYTES: usize = 40;

/// Random characters of the name, each one of 62: nobody can guess it.
const RANDOM_CHARS: usize = 8;

/// The folder around a master's own, removed when dropped.
#[derive(Debug)]
pub(in crate::appliance::ssh) struct OwnFolder(PathBuf);

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // It fails while it is not empty, as it should.
        let _ = fs::remove_dir(&self.0);
    }
}

/// Creates an empty folder for one master, and removes what dead processes left. Drop the first
/// before the second.
pub(in crate::appliance::ssh) fn create(base: Option<&Path>) -> io::Result<(TempDir, OwnFolder)> {
    let base = base.map_or_else(default_base, Path::to_owned);
    sweep(&base);
    let private = || fs::Permissions::from_mode(0o700);
    // Never one that is there already, whoever made it.
    let own = tempfile::Builder::new()
        .prefix(&format!("{}{}-", prefix(), getpid()))
        .rand_bytes(RANDOM_CHARS)
        .permissions(private())
        .tempdir_in(&base)?;
    // `OwnFolder` removes it only when it is empty; a `TempDir` would take everything inside with it.
    let own = OwnFolder(own.keep());
    let folder =
        tempfile::Builder::new().prefix("m").rand_bytes(0).permissions(private()).tempdir_in(&own.0)?;
    Ok((folder, own))
}

fn default_base() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        // A relative path is invalid there and has to be ignored (XDG Base Directory Specification).
        .filter(|folder| folder.is_absolute() && is_usable(folder))
        .unwrap_or_else(|| PathBuf::from("/tmp"))
}

/// Whether control sockets can live there: short enough, ours, and without characters that `ssh`
/// expands in a control path.
fn is_usable(folder: &Path) -> bool {
    let name = folder.as_os_str().as_encoded_bytes();
    name.len() <= MAX_BASE_BYTES
        && !name.iter().any(|byte| matches!(byte, b'%' | b'$' | b'~' | b'"' | b'\'' | b'\\' | b' '))
        && is_ours(folder)
}

/// The user is part of the name because `/tmp` is shared.
fn prefix() -> String {
    format!("drwatch-{}-", getuid())
}

/// Whether it is a real folder of this user that nobody else may look into.
fn is_ours(folder: &Path) -> bool {
    // Links are not followed: in `/tmp` anybody may have made one.
    fs::symlink_metadata(folder).is_ok_and(|about| {
        // The six lowest bits are the permissions of group and others.
        about.is_dir() && about.uid() == getuid().as_raw() && about.mode().trailing_zeros() >= 6
    })
}

fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else { return };
    let prefix = prefix();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(&prefix));
        // Behind the process id comes the random part.
        let pid = rest.and_then(|rest| rest.split('-').next()).and_then(|pid| pid.parse().ok());
        if pid.is_some_and(is_dead) && is_ours(&entry.path()) {
            // A master that may still be in there ends by itself when idle.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_dead(pid: i32) -> bool {
    // EPERM means that the process lives and belongs to another user.
    pid > 0 && kill(Pid::from_raw(pid), None) == Err(Errno::ESRCH)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        os::unix::fs::PermissionsExt,
        path::{Path, PathBuf},
        process::Command,
    };

    use nix::unistd::getpid;

    use super::{create, is_usable, prefix};

    fn names(base: &Path) -> Vec<String> {
        let entries = fs::read_dir(base).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn own_name(pid: impl std::fmt::Display) -> String {
        format!("{}{pid}", prefix())
    }

    #[test]
    fn the_folder_is_private_and_nothing_is_left_when_it_is_dropped() {
        let base = tempfile::tempdir().unwrap();
        let first = create(Some(base.path())).unwrap();
        let second = create(Some(base.path())).unwrap();
        let parent =
            |(folder, _): &(tempfile::TempDir, _)| -> PathBuf { folder.path().parent().unwrap().to_owned() };
        assert_ne!(parent(&first), parent(&second));
        for folder in [first.0.path(), parent(&first).as_path()] {
            assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        drop(first);
        assert!(names(base.path())[0].starts_with(&own_name(getpid())));
        drop(second);
        assert!(names(base.path()).is_empty());
    }

    #[test]
    fn what_others_planted_under_the_name_of_the_process_neither_blocks_nor_is_followed() {
        let base = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let planted = base.path().join(own_name(getpid()));
        for plant in 0..3 {
            match plant {
                0 => std::os::unix::fs::symlink(elsewhere.path(), &planted).unwrap(),
                1 => fs::write(&planted, "").unwrap(),
                _ => {
                    fs::create_dir(&planted).unwrap();
                    fs::set_permissions(&planted, fs::Permissions::from_mode(0o777)).unwrap();
                }
            }
            let folder = create(Some(base.path())).unwrap();
            assert!(!folder.0.path().starts_with(&planted), "{plant}");
            drop(folder);
            assert_eq!(names(elsewhere.path()), Vec::<String>::new());
            drop(fs::remove_file(&planted));
        }
        assert_eq!(names(&planted), Vec::<String>::new());
    }

    #[test]
    fn nobody_can_guess_its_name() {
        let base = tempfile::tempdir().unwrap();
        let name = || {
            let folder = create(Some(base.path())).unwrap();
            folder.0.path().parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned()
        };
        let (one, other) = (name(), name());
        let known = own_name(getpid()) + "-";
        assert!(one.starts_with(&known) && one.len() >= known.len() + super::RANDOM_CHARS.max(8), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn its_control_socket_fits_the_longest_base() {
        let base = Path::new("/0123456789012345678901234567890123456789");
        assert_eq!(base.as_os_str().len(), super::MAX_BASE_BYTES + 1);
        let own = format!("drwatch-4294967295-4194304-{}", "x".repeat(super::RANDOM_CHARS));
        // The name that ssh creates it under is 17 bytes longer.
        let longest = base.join(own).join("m").join("master").as_os_str().len() - 1 + 17;
        assert!(longest < 104, "{longest}");
    }

    #[test]
    fn what_dead_processes_left_is_swept_and_what_the_living_and_others_have_is_not() {
        let base = tempfile::tempdir().unwrap();
        let mut child = Command::new("true").spawn().unwrap();
        let dead = [own_name(child.id()), format!("{}-Xx9", own_name(child.id()))];
        child.wait().unwrap();
        let living = format!("{}-Xx9", own_name(std::os::unix::process::parent_id()));
        for name in [dead[0].as_str(), &dead[1], &living, "drwatch-notes", "unrelated"] {
            fs::create_dir(base.path().join(name)).unwrap();
            fs::set_permissions(base.path().join(name), fs::Permissions::from_mode(0o700)).unwrap();
        }
        fs::write(base.path().join(&dead[1]).join("master"), "").unwrap();
        let folder = create(Some(base.path())).unwrap();
        let own = folder.0.path().parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let mut left = names(base.path());
        left.sort();
        let mut expected = [own, living, "drwatch-notes".to_owned(), "unrelated".to_owned()];
        expected.sort();
        assert_eq!(left, expected);
        drop(folder);
    }

    #[test]
    fn a_folder_that_others_may_enter_is_not_used_for_control_sockets() {
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(!is_usable(base.path()));
    }
}
