//! The rotated files of a log, found by the names that logrotate and its like give them: `messages.1`,
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

use super::open_file::{Inode, OpenFile, changed_meanwhile, unless_changed};
use crate::run::Arrival;

/// Most listings of a folder until two in a row are equal.
// A folder in which files are renamed all the time gives no listing to rely on; the next poll tries again.
const MAX_LISTINGS: usize = 20;

/// The newest rotated file has this number, or 0.
const NEWEST: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rotated {
    pub(super) path: PathBuf,
    pub(super) inode: Inode,
    /// When it was last written; packing keeps that.
    pub(super) modified: SystemTime,
    length: u64,
    created: Option<SystemTime>,
    name: Name,
}

impl Rotated {
    /// Whether it is the file `before`, unchanged, whatever its name is now.
    fn is_still(&self, before: &Self) -> bool {
        let as_is = |file: &Self| (file.inode, file.length, file.created);
        // The inode alone proves nothing: that of a removed file is given to another. The time of writing proves it only
        // where the time of creation is unknown, as an unchanged file may be touched.
        as_is(self) == as_is(before) && (self.created.is_some() || self.modified == before.modified)
    }

    pub(super) fn is_packed(&self) -> bool {
        self.name.packing != Packing::None
    }

    /// Whether it may be a file last written at `modified`, packed since. gzip keeps that time in whole seconds.
    pub(super) fn is_packed_at(&self, modified: SystemTime) -> bool {
        let at = self.modified.duration_since(SystemTime::UNIX_EPOCH);
        let off = modified.duration_since(self.modified);
        let is_rounded = at.is_ok_and(|at| at.subsec_nanos() == 0);
        let is_equal =
            self.modified == modified || (is_rounded && off.is_ok_and(|off| off < Duration::from_secs(1)));
        self.is_packed() && is_equal
    }

    pub(super) const fn number(&self) -> Option<u32> {
        match self.name.age {
            Age::Number(Reverse(number)) => Some(number),
            Age::Date(_) => None,
        }
    }

    /// Opens it, unpacked if it was packed; [`changed_meanwhile`] where the name is another file's by now.
    pub(super) async fn open(&self, arrival: Arrival) -> io::Result<OpenFile> {
        let opened = match self.name.packing {
            Packing::None => OpenFile::open(&self.path, arrival).await,
            Packing::Gzip => match unpack(self.path.clone()).await {
                Ok((file, inode)) => OpenFile::unpacked(file, arrival, inode, self.modified).await,
                Err(error) => Err(error),
            },
            Packing::Other => {
                Err(io::Error::new(io::ErrorKind::Unsupported, "only gzip can be unpacked here"))
            }
        };
        match opened {
            Ok(open) if open.inode() != self.inode => Err(changed_meanwhile()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(changed_meanwhile()),
            opened => opened,
        }
    }

    /// Whether it is still among the rotated files of the log at `path`, under whatever name.
    pub(super) async fn is_there(&self, path: &Path) -> bool {
        // The log may be rotated into another folder, which is searched as well.
        let beside = path.file_name().map(|log| self.path.with_file_name(log));
        for path in [Some(path), beside.as_deref()].into_iter().flatten() {
            let files = rotated(path, None).await.unwrap_or_default();
            if files.iter().any(|file| file.inode == self.inode) {
                return true;
            }
        }
        false
    }
}

/// What is packed in the file at `path`, and which file that is.
async fn unpack(path: PathBuf) -> io::Result<(File, Inode)> {
    // Unpacking takes long, and the runtime has one thread, which also has to answer keys.
    let unpacked = tokio::task::spawn_blocking(move || {
        let packed = std::fs::File::open(path)?;
        let metadata = packed.metadata()?;
        // A file without a name leaves nothing behind, however this process ends.
        let mut unpacked = tempfile::tempfile()?;
        // Several members in a row are one log: gzip files may be appended to each
        // other (RFC 1952, section 2.2).
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

/// The age of a rotated file by its name, ordered from the oldest to the newest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    Date(String),
    /// By its number, which is counted up at each rotation.
    Number(Reverse<u32>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Other,
}

impl Name {
    fn of(entry: &str, log: &str) -> Option<Self> {
        let (entry, packing) = Packing::split(entry);
        // `messages.log` becomes `messages.log-20260913` or `messages-20260913.log`.
        let inside =
            log.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).and_then(|(stem, extension)| {
                entry.strip_prefix(stem)?.strip_suffix(extension)?.strip_suffix('.')
            });
        // With a number there it is another log: `app-2.log`.
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
        // Some programs keep a single rotated file, under this name.
        if suffix == ".old" {
            return Some(Self::Number(Reverse(1)));
        }
        let age = suffix.strip_prefix(['.', '-', '_'])?;
        let digits: String = age.chars().filter(char::is_ascii_digit).collect();
        // Eight digits make a date; fewer are the number of a rotation.
        let is_date = digits.len() >= 8 && age.chars().all(|letter| "0123456789-_.:TZ".contains(letter));
        if is_date {
            return Some(Self::Date(digits));
        }
        let is_number = digits.len() == age.len();
        is_number.then(|| digits.parse().ok()).flatten().map(|number| Self::Number(Reverse(number)))
    }
}

/// What comes after a rotated file in the order of the log.
#[derive(Clone, Copy, Debug)]
pub(super) enum NextFile {
    Rotated(Option<u32>),
    /// The file that has the log's name.
    Present,
}

/// Whether a file is missing between the one of that number and the next one.
pub(super) const fn is_one_missing(number: Option<u32>, next: NextFile) -> bool {
    match (number, next) {
        (Some(number), NextFile::Rotated(Some(next))) => number != next + 1,
        (Some(number), NextFile::Present) => number > NEWEST,
        (None, _) | (Some(_), NextFile::Rotated(None)) => false,
    }
}

/// Those of `files` that were not among `before`, be it under another name or not yet packed.
pub(super) fn new_since(files: &[Rotated], before: &[Rotated]) -> Vec<Rotated> {
    let is_there = |known: &Rotated| files.iter().any(|file| file.is_still(known));
    let is_new = |file: &&Rotated| {
        // Packing gives a file another inode and length: only its time of writing identifies it.
        let is_packed_from = |known: &Rotated| !known.is_packed() && file.is_packed_at(known.modified);
        !before.iter().any(|known| file.is_still(known) || (!is_there(known) && is_packed_from(known)))
    };
    files.iter().filter(is_new).cloned().collect()
}

/// As [`rotated`], but none where the folder cannot be read.
pub(super) async fn rotated_or_none(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    Ok(unless_changed(rotated(path, present).await)?.unwrap_or_default())
}

/// The rotated files of the log at `path` besides the one that is `present`, the oldest first.
pub(super) async fn rotated(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let path = path.to_owned();
    let listed = tokio::task::spawn_blocking(move || {
        let identities =
            |files: &[Rotated]| files.iter().map(|file| (file.path.clone(), file.inode)).collect::<Vec<_>>();
        let mut found = list(&path)?;
        // A listing is not atomic: a file that is renamed meanwhile may be missing from it.
        for _ in 0..MAX_LISTINGS {
            let before = std::mem::replace(&mut found, list(&path)?);
            if identities(&before) == identities(&found) {
                return Ok(found);
            }
        }
        Err(changed_meanwhile())
    });
    let mut found = listed.await.map_err(io::Error::other)??;
    // The present file may have been renamed since it was opened, and is followed already.
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
        // It may have been removed since it was listed.
        let Some(metadata) = entry.metadata().ok().filter(std::fs::Metadata::is_file) else { continue };
        found.push(Rotated {
            path: entry.path(),
            inode: (metadata.dev(), metadata.ino()),
            modified: metadata.modified()?,
            length: metadata.len(),
            created: metadata.created().ok(),
            name,
        });
    }
    // While a file is being packed it is there twice: the packed one is not whole yet.
    let unpacked: Vec<_> = found.iter().map(|file| file.path.clone()).collect();
    found.retain(|file| !file.is_packed() || !unpacked.contains(&file.path.with_extension("")));
    sort(&mut found);
    // A file that is renamed meanwhile may be listed under both names.
    let mut listed = HashSet::new();
    // Behind the sort, so that of two names the older one stays.
    found.retain(|file| listed.insert(file.inode));
    Ok(found)
}

/// Sorts from the oldest to the newest: by name where all names are of one kind, as files may be touched after their
/// rotation; else by the time of writing.
fn sort(files: &mut [Rotated]) {
    let is_alike = files
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if discriminant(&a.name.age) == discriminant(&b.name.age)));
    files.sort_by(|a, b| {
        let by_time = if is_alike { std::cmp::Ordering::Equal } else { a.modified.cmp(&b.modified) };
        by_time.then_with(|| a.name.age.cmp(&b.name.age))
    });
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
    async fn rotated_files_are_listed_from_the_oldest_to_the_newest_and_no_others() {
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
                // Names of two kinds have no order.
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
    fn names_of_two_kinds_are_sorted_by_time_of_writing() {
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
    fn a_packed_file_is_recognised_though_its_inode_was_reused() {
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
