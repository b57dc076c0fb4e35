//! Room on the disk of a record, and what that disk does not guarantee.

use std::path::Path;

use crate::{journal::RunFolder, run::ByteCount};

/// Bytes free for us on the disk that holds `folder`, or would hold it once it is made; `None` where that is unknown.
pub(crate) fn free(folder: &Path) -> Option<ByteCount> {
    let existing = folder.ancestors().find(|folder| folder.is_dir());
    let disk = nix::sys::statvfs::statvfs(existing.unwrap_or(Path::new("."))).ok()?;
    // `f_bavail` counts units of `f_frsize`, and not of `f_bsize`, statvfs(3).
    // Both are of 32 or 64 bits, by the system.
    let bytes = u128::from(disk.blocks_available()) * u128::from(disk.fragment_size());
    u64::try_from(bytes).ok().map(ByteCount)
}

pub(crate) fn warnings(folder: &RunFolder, has_weak_lock: bool) -> Vec<String> {
    let place = folder.path().display();
    let mut warnings = Vec::new();
    if has_weak_lock {
        warnings.push(format!(
            "the disk of {place} has no locks: make sure that no drwatch on another machine goes on with this run"
        ));
    }
    if !folder.forces_names() {
        warnings.push(format!(
            "the disk of {place} does not force the names of new files down: a power failure in the first moments may \
             take the whole record"
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_not_made_yet_has_the_room_of_its_future_disk() {
        let folder = tempfile::tempdir().unwrap();
        let free = free(&folder.path().join("not/there/yet")).unwrap();
        assert!(free.0 > 0);
    }
}
