//! Forces files and the names of files to disk: the one place that does, so that tests can let the power fail.

use std::{
    fs::{DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use nix::errno::Errno;

#[cfg(test)]
pub(crate) mod power;

/// Forces the bytes of a file to disk, and its length.
pub(crate) fn force_file(file: &File) -> io::Result<()> {
    #[cfg(test)]
    if let Some(answer) = power::note_file(file) {
        return answer;
    }
    // A slow disk holds up everything else, which the debug log shows by this span.
    let _span = tracing::debug_span!("fsync").entered();
    // fdatasync(2) forces the length as well. fsync(2) would also write the time stamps, which nobody needs
    // after a crash.
    file.sync_data()
}

/// Fails where a test has filled the disk.
#[cfg_attr(not(test), expect(clippy::unnecessary_wraps, reason = "a test fills the disk"))]
pub(crate) fn room() -> io::Result<()> {
    #[cfg(test)]
    if power::is_full() {
        return Err(Errno::ENOSPC.into());
    }
    Ok(())
}

/// Forces the names in a folder to disk, where its file system can do that: network ones refuse it.
pub(crate) fn force_names(folder: &Path) -> io::Result<()> {
    #[cfg(test)]
    if let Some(answer) = power::note_names(folder) {
        return answer;
    }
    // Syncing a file does not sync its name: fsync(2) asks for a sync of the folder as well.
    match File::open(folder)?.sync_all() {
        Err(error) if is_impossible(&error) => Ok(()),
        answer => answer,
    }
}

/// What is answered to the syncing of a folder by file systems that have no such thing.
fn is_impossible(error: &io::Error) -> bool {
    let answer = error.raw_os_error().map(Errno::from_raw);
    matches!(answer, Some(Errno::EINVAL | Errno::EOPNOTSUPP | Errno::ENOSYS | Errno::EBADF))
}

/// Makes a folder and those it lies in, where they are missing: for the user's eyes only, their names on disk.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The current folder is its own parent here: where it is stale or may not be searched, there is nothing to make.
    if parent != path {
        make_folder(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        // Another process may make the same folder at this moment; it only matters that it is there.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => return Err(error),
        _ => {}
    }
    match force_names(parent) {
        // A folder that may be written to but not listed cannot be opened for it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_below_what_is_no_folder_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("file"), "").unwrap();
        assert!(make_folder(&home.path().join("file/runs")).is_err());
        assert!(make_folder(Path::new("/")).is_ok());
    }
}
