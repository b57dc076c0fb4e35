//! How much room there is for a record.

use std::path::Path;

use crate::run::ByteCount;

/// Bytes free for us on the disk that holds `folder`, or would hold it once it is made; `None` where
/// the system does not tell.
pub(super) fn free(folder: &Path) -> Option<ByteCount> {
    let existing = folder.ancestors().find(|folder| folder.is_dir());
    let disk = nix::sys::statvfs::statvfs(existing.unwrap_or(Path::new("."))).ok()?;
    Some(ByteCount(u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_not_made_yet_has_the_room_of_the_disk_it_will_lie_on() {
        let folder = tempfile::tempdir().unwrap();
        let free = free(&folder.path().join("not/there/yet")).unwrap();
        assert!(free.0 > 0);
    }
}
