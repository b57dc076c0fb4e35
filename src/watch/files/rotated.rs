//! What a log file is called after it was rotated, as logrotate and its like name it: `messages.1`,
//! `messages-20260913`. Compressed files are none that can be read here.

use std::{
    ffi::OsStr,
    io,
    mem::discriminant,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What tells a file apart whatever it is called: device and inode.
pub(super) type Inode = (u64, u64);

/// A rotated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotated {
    pub(super) path: PathBuf,
    pub(super) inode: Inode,
    /// When it was last written.
    pub(super) modified: SystemTime,
    age: Age,
}

/// How old a rotated file is among its like, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// By its date: `-20260913`, `-20260913-1600`.
    Date(String),
    /// By its number, which grows as it ages.
    Number(std::cmp::Reverse<u32>),
}

impl Age {
    fn of(suffix: &str) -> Option<Self> {
        if let Some(number) = suffix.strip_prefix('.') {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            return is_number
                .then(|| number.parse().ok())
                .flatten()
                .map(|number| Self::Number(std::cmp::Reverse(number)));
        }
        let date = suffix.strip_prefix('-')?;
        let is_date = date.len() >= 8 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        is_date.then(|| Self::Date(date.to_owned()))
    }
}

/// The rotated files of the log at `path`, the oldest first.
pub(super) async fn rotated(path: &Path) -> io::Result<Vec<Rotated>> {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let entry_name = entry.file_name();
        let suffix = entry_name.to_str().and_then(|entry| entry.strip_prefix(name));
        let Some(age) = suffix.filter(|_| !name.is_empty()).and_then(Age::of) else { continue };
        // One that has gone meanwhile is none.
        let Ok(metadata) = entry.metadata().await else { continue };
        if metadata.is_file() {
            let (inode, modified) = ((metadata.dev(), metadata.ino()), metadata.modified()?);
            found.push(Rotated { path: entry.path(), inode, modified, age });
        }
    }
    found.sort_by(|a, b| a.age.cmp(&b.age));
    Ok(found)
}

/// Those of `files` that were the log after the one of that inode; `None` where that one is not among them.
/// Of two ways to name rotated files only its own tells which came later.
pub(super) fn after(files: &[Rotated], inode: Inode) -> Option<Vec<Rotated>> {
    let own = files.iter().find(|file| file.inode == inode)?;
    let is_alike = |file: &&Rotated| discriminant(&file.age) == discriminant(&own.age);
    Some(files.iter().filter(is_alike).filter(|file| file.age > own.age).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rotated_files_come_from_the_oldest_to_the_newest_and_nothing_else_does() {
        for (names, sorted) in [
            (
                ["m.1", "m.10", "m.2", "m.3.gz", "m.bak", "m", "mm.1", "m.1x"].as_slice(),
                ["m.10", "m.2", "m.1"].as_slice(),
            ),
            (&["m-20260914", "m-20260913", "m-20260912.gz", "m-old"], &["m-20260913", "m-20260914"]),
        ] {
            let home = tempfile::tempdir().unwrap();
            for name in names {
                std::fs::write(home.path().join(name), "").unwrap();
            }
            let found = rotated(&home.path().join("m")).await.unwrap();
            let found_names: Vec<_> =
                found.iter().map(|file| file.path.file_name().unwrap().to_str().unwrap()).collect();
            assert_eq!(found_names, sorted);
            assert_eq!(after(&found, found[0].inode).as_deref(), Some(&found[1..]));
            assert_eq!(after(&found, (0, 0)), None);
        }
    }
}
