//! What a log file is called after it was rotated, as logrotate and its like name it: `messages.1`,
//! `messages.2.gz`, `messages-20260913`, `messages-20260913.log`.

use std::{
    cmp::Reverse,
    collections::HashSet,
    io,
    mem::discriminant,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use flate2::read::MultiGzDecoder;
use tokio::fs::File;

use super::open::Open;
use crate::run::Arrival;

/// So often a folder is listed until it is twice the same.
const LISTINGS: usize = 20;

/// What tells a file apart whatever it is called: device and inode.
pub(super) type Inode = (u64, u64);

/// A rotated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotated {
    pub(super) path: PathBuf,
    pub(super) inode: Inode,
    /// When it was last written; packing keeps that.
    pub(super) modified: SystemTime,
    length: u64,
    /// When it was made, where the file system tells.
    created: Option<SystemTime>,
    name: Name,
}

impl Rotated {
    /// Whether it is that one as it was, whatever it is called now.
    fn is_still(&self, before: &Self) -> bool {
        let as_is = |file: &Self| (file.inode, file.length, file.created);
        // A file may be touched, and the number of one that is gone given to another.
        as_is(self) == as_is(before) && (self.created.is_some() || self.modified == before.modified)
    }

    fn identity(&self) -> (&Path, Inode) {
        (&self.path, self.inode)
    }

    pub(super) fn is_packed(&self) -> bool {
        self.name.packing != Packing::None
    }

    /// Whether it is what was last written at `modified`, packed.
    pub(super) fn is_packed_at(&self, modified: SystemTime) -> bool {
        self.is_packed() && self.is_written_at(modified)
    }

    fn is_written_at(&self, modified: SystemTime) -> bool {
        let at = self.modified.duration_since(SystemTime::UNIX_EPOCH);
        let off = modified.duration_since(self.modified);
        let is_rounded = at.is_ok_and(|at| at.subsec_nanos() == 0);
        self.modified == modified || (is_rounded && off.is_ok_and(|off| off < Duration::from_secs(1)))
    }

    /// Whether it may be that one, packed since.
    fn is_packed_from(&self, before: &Self) -> bool {
        before.name.packing == Packing::None && self.is_packed_at(before.modified)
    }

    /// Its number, where it bears one.
    pub(super) const fn number(&self) -> Option<u32> {
        match self.name.age {
            Age::Number(Reverse(number)) => Some(number),
            Age::Date(_) => None,
        }
    }

    /// Opens it, unpacked where it was packed.
    ///
    /// # Errors
    /// It cannot be read or unpacked, or bears that name no more: [`is_changed_meanwhile`].
    pub(super) async fn open(&self, arrival: Arrival) -> io::Result<Open> {
        let opened = match self.name.packing {
            Packing::None => Open::new(&self.path, arrival).await,
            Packing::Gzip => match unpack(self.path.clone()).await {
                Ok((unpacked, inode)) => {
                    let unpacked = Open::over(unpacked, arrival).await?;
                    Ok(unpacked.unpacked(inode, self.modified))
                }
                Err(error) => Err(error),
            },
            Packing::Other => {
                let text = "only gzip can be unpacked here";
                Err(io::Error::new(io::ErrorKind::Unsupported, text))
            }
        };
        match opened {
            Ok(open) if open.inode != self.inode => Err(changed_meanwhile()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(changed_meanwhile()),
            opened => opened,
        }
    }

    /// Whether it is still there, under whatever name, among the files of the log at `path`.
    pub(super) async fn is_there(&self, path: &Path) -> bool {
        let beside = path.file_name().map(|log| self.path.with_file_name(log));
        for path in [Some(path), beside.as_deref()].into_iter().flatten() {
            if rotated(path, None).await.is_ok_and(|files| files.iter().any(|file| file.inode == self.inode))
            {
                return true;
            }
        }
        false
    }
}

/// Files were renamed or written anew while they were looked at.
#[derive(Debug, thiserror::Error)]
#[error("it was rotated or emptied while it was read")]
struct ChangedMeanwhile;

pub(super) fn changed_meanwhile() -> io::Error {
    io::Error::other(ChangedMeanwhile)
}

/// Whether that is why a look has failed: the next one finds what has become of the log.
pub(super) fn is_changed_meanwhile(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<ChangedMeanwhile>)
}

/// What is packed in the file at `path`, and which file that is.
async fn unpack(path: PathBuf) -> io::Result<(File, Inode)> {
    let unpacked = tokio::task::spawn_blocking(move || {
        let packed = std::fs::File::open(path)?;
        let metadata = packed.metadata()?;
        let mut unpacked = tempfile::tempfile()?;
        io::copy(&mut MultiGzDecoder::new(packed), &mut unpacked)?;
        io::Seek::rewind(&mut unpacked)?;
        Ok::<_, io::Error>((unpacked, (metadata.dev(), metadata.ino())))
    });
    let (unpacked, inode) = unpacked.await.map_err(io::Error::other)??;
    Ok((File::from_std(unpacked), inode))
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    age: Age,
    packing: Packing,
}

/// How old a rotated file is among its like, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// By the digits of its date.
    Date(String),
    /// By its number, which grows as it ages.
    Number(Reverse<u32>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Other,
}

impl Name {
    /// What `entry` tells, if it is a name for a rotated `log`.
    fn of(entry: &str, log: &str) -> Option<Self> {
        let (entry, packing) = Packing::split(entry);
        // `messages.log` becomes `messages.log-20260913` or `messages-20260913.log`.
        let inside =
            log.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).and_then(|(stem, extension)| {
                entry.strip_prefix(stem)?.strip_suffix(extension)?.strip_suffix('.')
            });
        // A number there makes it another log: `app-2.log`.
        let inside = || inside.and_then(Age::of).filter(|age| matches!(age, Age::Date(_)));
        let age = entry.strip_prefix(log).and_then(Age::of).or_else(inside)?;
        Some(Self { age, packing })
    }
}

impl Packing {
    fn split(entry: &str) -> (&str, Self) {
        const OTHERS: [&str; 6] = [".bz2", ".xz", ".zst", ".lz4", ".lzma", ".Z"];
        if let Some(name) = entry.strip_suffix(".gz") {
            return (name, Self::Gzip);
        }
        let other = OTHERS.iter().find_map(|packed| entry.strip_suffix(packed));
        other.map_or((entry, Self::None), |name| (name, Self::Other))
    }
}

impl Age {
    fn of(suffix: &str) -> Option<Self> {
        if suffix == ".old" {
            return Some(Self::Number(Reverse(1)));
        }
        let told = suffix.strip_prefix(['.', '-', '_'])?;
        let digits: String = told.chars().filter(char::is_ascii_digit).collect();
        let is_date = digits.len() >= 8 && told.chars().all(|letter| "0123456789-_.:TZ".contains(letter));
        if is_date {
            return Some(Self::Date(digits));
        }
        let is_number = digits.len() == told.len();
        is_number.then(|| digits.parse().ok()).flatten().map(|number| Self::Number(Reverse(number)))
    }
}

/// Those of `files` that were not among `before`, be it under another name or packed since.
pub(super) fn new_since(files: &[Rotated], before: &[Rotated]) -> Vec<Rotated> {
    // The inode of one that is gone may be that of another one by now.
    let is_there = |known: &&Rotated| files.iter().any(|file| file.is_still(known));
    let is_new = |file: &&Rotated| {
        let mut gone = before.iter().filter(|known| !is_there(known));
        !before.iter().any(|known| file.is_still(known)) && !gone.any(|known| file.is_packed_from(known))
    };
    files.iter().filter(is_new).cloned().collect()
}

/// The rotated files of the log at `path` besides the one that is `present`, the oldest first.
pub(super) async fn rotated(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let path = path.to_owned();
    let listed = tokio::task::spawn_blocking(move || {
        let mut found = list(&path)?;
        // A folder is not read at once: of files that are renamed meanwhile one may be missing.
        for _ in 0..LISTINGS {
            let before = std::mem::replace(&mut found, list(&path)?);
            if before.iter().map(Rotated::identity).eq(found.iter().map(Rotated::identity)) {
                return Ok(found);
            }
        }
        Err(changed_meanwhile())
    });
    let mut found = listed.await.map_err(io::Error::other)??;
    found.retain(|file| Some(file.inode) != present);
    Ok(found)
}

fn list(path: &Path) -> io::Result<Vec<Rotated>> {
    let Some(log) = path.file_name().and_then(|name| name.to_str()) else { return Ok(Vec::new()) };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().and_then(|entry| Name::of(entry, log)) else { continue };
        // One that has gone meanwhile is none.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            found.push(Rotated {
                path: entry.path(),
                inode: (metadata.dev(), metadata.ino()),
                modified: metadata.modified()?,
                length: metadata.len(),
                created: metadata.created().ok(),
                name,
            });
        }
    }
    // While a file is being packed both are there.
    let unpacked: Vec<_> = found.iter().map(|file| file.path.clone()).collect();
    found.retain(|file| {
        file.name.packing == Packing::None || !unpacked.contains(&file.path.with_extension(""))
    });
    sort(&mut found);
    // One that is renamed meanwhile may be listed under both names.
    let mut listed = HashSet::new();
    found.retain(|file| listed.insert(file.inode));
    Ok(found)
}

/// Names of one kind tell which file is older, whatever touched them since; names of two kinds do not.
fn sort(files: &mut [Rotated]) {
    let is_alike = files
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if discriminant(&a.name.age) == discriminant(&b.name.age)));
    if is_alike {
        files.sort_by(|a, b| a.name.age.cmp(&b.name.age));
    } else {
        files.sort_by(|a, b| a.modified.cmp(&b.modified).then_with(|| a.name.age.cmp(&b.name.age)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn found(names: &[&str], log: &str) -> Vec<String> {
        let home = tempfile::tempdir().unwrap();
        for name in names {
            std::fs::write(home.path().join(name), "").unwrap();
        }
        let present = std::fs::metadata(home.path().join(names[0])).unwrap();
        let found = rotated(&home.path().join(log), Some((present.dev(), present.ino()))).await.unwrap();
        let name = |file: &Rotated| file.path.file_name().unwrap().to_str().unwrap().to_owned();
        found.iter().map(name).collect()
    }

    #[tokio::test]
    async fn rotated_files_come_from_the_oldest_to_the_newest_and_nothing_else_does() {
        for (names, log, sorted) in [
            (
                ["m", "m.1", "m.10", "m.2", "m.3.gz", "m.bak", "mm.1", "m.1x", "m.4.xz", "n.1"].as_slice(),
                "m",
                ["m.10", "m.4.xz", "m.3.gz", "m.2", "m.1"].as_slice(),
            ),
            (
                &["m", "m-20260914", "m-20260913", "m-20260912.gz", "m-old", "m-2026"],
                "m",
                &["m-2026", "m-20260912.gz", "m-20260913", "m-20260914"],
            ),
            (&["m", "m.2026-09-14", "m.20260913-1600"], "m", &["m.20260913-1600", "m.2026-09-14"]),
            (&["m.log", "m.log.1", "m.1.log", "m-2.log", "m.log.2"], "m.log", &["m.log.2", "m.log.1"]),
            (
                &["m.log", "m-20260914.log", "m-20260913.log.gz"],
                "m.log",
                &["m-20260913.log.gz", "m-20260914.log"],
            ),
            (&["m-20260914", "m-20260913"], "m", &["m-20260913"]),
            (&["m", "m.old"], "m", &["m.old"]),
        ] {
            let mut found = found(names, log).await;
            if names.contains(&"m-2026") {
                // Two kinds of names: nothing tells which was first.
                found.sort();
                let mut sorted = sorted.to_vec();
                sorted.sort_unstable();
                assert_eq!(found, sorted);
            } else {
                assert_eq!(found, sorted);
            }
        }
    }

    #[test]
    fn names_of_two_kinds_are_told_apart_by_when_they_were_written() {
        let file = |name: &str, seconds: u64| Rotated {
            path: name.into(),
            inode: (0, 0),
            modified: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            length: 0,
            created: None,
            name: Name::of(name, "m").unwrap(),
        };
        let mut mixed = [file("m-20260914", 3), file("m.1", 2), file("m.2", 1)];
        sort(&mut mixed);
        assert!(mixed.is_sorted_by_key(|file| file.modified));
        let mut touched = [file("m.1", 1), file("m.2.gz", 5)];
        sort(&mut touched);
        assert_eq!(touched[1].path, Path::new("m.1"));
    }

    #[test]
    fn a_packed_file_is_known_though_another_one_was_given_its_inode() {
        let file = |name: &str, inode: u64, length: u64, seconds: u64| Rotated {
            path: name.into(),
            inode: (0, inode),
            modified: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
            length,
            created: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
            name: Name::of(name, "m").unwrap(),
        };
        let files = [file("m.2.gz", 6, 40, 1), file("m.1", 5, 70, 2)];
        assert_eq!(new_since(&files, &[file("m.1", 5, 100, 1)]), files[1..]);
    }
}
