//! The folder of one run, and where run folders are by default. Finding one by name is `find`'s.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use etcetera::{BaseStrategy, base_strategy::Xdg};

use super::leftover_files::LeftoverFiles;
use crate::journal::{error::JournalError, find::error::FindError};
use crate::{
    durability::{force_names, make_folder},
    run::{RunId, Timestamp},
};

/// Attempts at a name that is not taken yet.
const ATTEMPTS: u32 = 64;

/// The highest number of a run in its millisecond, and how far behind the last one the next is: they differ before their last
/// digit, so that the beginning of an id is soon unique.
const MAX_NUMBER: u32 = 0xfff;
const NEXT_WITHIN: std::ops::RangeInclusive<u32> = 0x11..=0x40;

#[derive(Debug, thiserror::Error)]
#[error("there is no place to keep runs, as there is no home directory; name a place with --runs-dir")]
pub(crate) struct NoStateDirectory;

/// The runs directory where none is named: `drwatch/runs` in the XDG state directory.
pub(crate) fn default_runs_dir() -> Result<PathBuf, NoStateDirectory> {
    let state = Xdg::new().ok().and_then(|base| base.state_dir()).ok_or(NoStateDirectory)?;
    Ok(state.join("drwatch").join("runs"))
}

/// The folder of one run. Named after the run and never renamed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
    id: RunId,
}

/// The highest number of the runs in `runs_dir` that began at that moment.
fn last_of(runs_dir: &Path, moment: &str) -> Option<u32> {
    let names =
        fs::read_dir(runs_dir).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let number = |name: String| u32::from_str_radix(name.strip_prefix(moment)?, 16).ok();
    names.filter_map(number).filter(|number| *number <= MAX_NUMBER).max()
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn unseen(path: &Path, source: io::Error) -> FindError {
    if is_missing(&source) {
        return FindError::NotARun { path: path.to_owned() };
    }
    FindError::RunUnreadable { path: path.to_owned(), source }
}

impl RunFolder {
    /// Makes a fresh folder in `runs_dir`, and `runs_dir` too where it is missing; both for the user's eyes only. The first
    /// three of the six hex digits are the milliseconds, so that names sort as runs began; `entropy` seeds the others, which
    /// follow on those of a run that began in the same millisecond.
    pub(crate) fn create(runs_dir: &Path, now: Timestamp, entropy: u64) -> Result<Self, JournalError> {
        let refused = |source| JournalError::Create { path: runs_dir.to_owned(), source };
        make_folder(runs_dir).map_err(refused)?;
        let stamp = now.utc().format("%Y%m%dT%H%M%SZ");
        // In a leap second chrono counts up to 1999.
        let millis = now.utc().timestamp_subsec_millis().min(999);
        let mut random = fastrand::Rng::with_seed(entropy);
        for _ in 0..ATTEMPTS {
            let moment = format!("{stamp}-{millis:03x}");
            let number = match last_of(runs_dir, &moment) {
                // In the lower half, so that many others have room behind it.
                None => random.u32(..=MAX_NUMBER / 2),
                Some(last) if last < MAX_NUMBER => MAX_NUMBER.min(last + random.u32(NEXT_WITHIN)),
                Some(_) => random.u32(..=MAX_NUMBER),
            };
            let id = RunId(format!("{moment}{number:03x}"));
            let path = runs_dir.join(&id.0);
            // `create` fails where the name is taken, so that two watches that begin at the same moment never
            // share a folder.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    // Before the first record: a power failure must not take the folder of records that count
                    // as durable.
                    if let Err(error) = force_names(runs_dir) {
                        // A run that cannot begin leaves nothing.
                        let _ = fs::remove_dir(&path);
                        return Err(refused(error));
                    }
                    return Ok(Self { path, id });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Err(refused(io::ErrorKind::AlreadyExists.into()))
    }

    /// The run folder at `path`.
    ///
    /// # Errors
    /// [`FindError::NotARun`] where no journal is in it; if it is named like a run, rather
    /// [`FindError::NoJournal`], or [`FindError::Unbegun`] where nothing else is in it either.
    /// [`FindError::RunUnreadable`] where the system does not let that be seen.
    pub fn open(path: &Path) -> Result<Self, FindError> {
        // A run is named after its own folder, whatever link leads to it.
        let real_path = fs::canonicalize(path).map_err(|source| unseen(path, source))?;
        let name = real_path.file_name().ok_or_else(|| FindError::NotARun { path: path.to_owned() })?;
        let id = RunId(name.to_string_lossy().into_owned());
        Self { path: real_path, id }.checked(path)
    }

    /// As [`Self::open`], for a folder of that name, no link, in a `runs_dir` whose path holds no links either.
    pub(in crate::journal) fn open_in(runs_dir: &Path, name: &str) -> Result<Self, FindError> {
        let path = runs_dir.join(name);
        Self { path: path.clone(), id: RunId(name.to_owned()) }.checked(&path)
    }

    /// The folder, if a run is in it; `path` is what it is called in errors.
    fn checked(self, path: &Path) -> Result<Self, FindError> {
        match fs::metadata(self.journal_path()) {
            Ok(journal) if journal.is_file() => Ok(self),
            Err(error) if !is_missing(&error) => Err(unseen(path, error)),
            _ if self.path.is_dir() && is_run_id(&self.id.0) => Err(self.without_journal()),
            _ => Err(FindError::NotARun { path: path.to_owned() }),
        }
    }

    fn without_journal(self) -> FindError {
        let remains = LeftoverFiles::of(&self.path);
        let is_something_else = fs::symlink_metadata(self.journal_path()).is_ok();
        if remains.is_empty() && !is_something_else {
            FindError::Unbegun { path: self.path }
        } else {
            FindError::NoJournal { path: self.path, remains }
        }
    }

    pub(crate) fn no_record(&self) -> JournalError {
        let (path, remains) = (self.journal_path(), LeftoverFiles::of(&self.path));
        if remains.is_empty() {
            JournalError::Empty { path }
        } else {
            JournalError::Emptied { path, remains }
        }
    }

    /// Name of the run.
    #[must_use]
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The journal.
    #[must_use]
    pub fn journal_path(&self) -> PathBuf {
        self.path.join("journal.ndjson")
    }

    /// The raw log of the DR appliance.
    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.path.join("dr.log")
    }

    /// The exported summary.
    #[must_use]
    pub fn summary_path(&self) -> PathBuf {
        self.path.join("summary.json")
    }

    /// The folder of the signatures over the record.
    #[must_use]
    pub fn signatures_path(&self) -> PathBuf {
        self.path.join("signatures")
    }

    /// The secret that the digests of redacted names are made with.
    #[must_use]
    pub fn redaction_key_path(&self) -> PathBuf {
        self.path.join("redaction.key")
    }

    /// Removes the folder of a run that could not begin: its empty files, and the folder once nothing else is in it.
    pub(crate) fn discard(&self) {
        for path in [self.log_path(), self.journal_path()] {
            // Not followed: a link in place of the file leads to something that is not ours to remove.
            if fs::symlink_metadata(&path).is_ok_and(|file| file.is_file() && file.len() == 0) {
                let _ = fs::remove_file(path);
            }
        }
        let others = fs::read_dir(&self.path).into_iter().flatten().flatten();
        if others.into_iter().all(|entry| entry.path() == self.lock_path()) {
            let _ = fs::remove_file(self.lock_path());
            let _ = fs::remove_dir(&self.path);
        }
    }

    /// Removes a run that was not finished and is to leave nothing: its record and log, and the folder once nothing else is
    /// in it.
    pub(crate) fn remove(&self) {
        for path in [self.log_path(), self.journal_path(), self.lock_path()] {
            let _ = fs::remove_file(path);
        }
        let _ = fs::remove_dir(&self.path);
    }

    /// Whether the disk forces the names of new files down when asked to.
    pub(crate) fn forces_names(&self) -> bool {
        // Asked directly, as `force_names` hides the answer of a file system that cannot do it.
        File::open(&self.path).and_then(|folder| folder.sync_all()).is_ok()
    }

    pub(in crate::journal) fn lock_path(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// Makes a file that must not exist yet, for the user's eyes only, its name on disk for good.
    pub(in crate::journal) fn create_file(&self, path: &Path) -> Result<File, JournalError> {
        let create = || {
            let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
            force_names(&self.path)?;
            Ok(file)
        };
        create().map_err(|source| JournalError::Write { path: path.to_owned(), source })
    }
}

/// Whether `path` is a file of the record of a run, which nothing else may be written to; also by way of a link.
pub(crate) fn is_of_record(path: &Path) -> bool {
    const NAMES: [&str; 6] =
        ["journal.ndjson", "dr.log", "summary.json", "summary.md", "lock", "redaction.key"];
    let there = path.canonicalize().or_else(|_| {
        // One that is missing is of it as well.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize()?;
        io::Result::Ok(folder.join(path.file_name().unwrap_or_default()))
    });
    let is_run = |folder: &Path| folder.join("journal.ndjson").is_file();
    there.is_ok_and(|there| {
        let Some(folder) = there.parent() else { return false };
        let is_named_so = NAMES.iter().any(|name| there.ends_with(name));
        (is_named_so && is_run(folder))
            || (folder.ends_with("signatures") && folder.parent().is_some_and(is_run))
    })
}

/// Opens a plain file for reading; opening anything else, such as a named pipe, may wait for ever.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"))
    }
}

/// Bytes of a file that is read whole; none that drwatch writes has more.
const MAX_WHOLE_BYTES: u64 = 256 << 20;

/// The bytes of a plain file other than journal and log.
pub(crate) fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(MAX_WHOLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_WHOLE_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than any file of a run is"));
    }
    Ok(bytes)
}

/// `<yyyymmddThhmmssZ>-<6 hex>`
pub(in crate::journal) fn is_run_id(name: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        16 => byte == b'-',
        0..16 => byte.is_ascii_digit(),
        _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
    };
    name.len() == 23 && name.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::journal::format::samples::{at, folder};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_run_folder_is_named_by_time_and_six_hex_digits_and_is_private() {
        let home = tempfile::tempdir().unwrap();
        let runs = home.path().join("state/drwatch/runs");
        let folder = RunFolder::create(&runs, at(0), 7).unwrap();
        let (stamp, hex) = folder.id().0.split_once('-').unwrap();
        assert_eq!(stamp, "20260913T160338Z");
        assert!(hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()), "{hex}");
        assert_eq!(folder.path(), runs.join(&folder.id().0));
        assert_eq!((mode(&runs), mode(folder.path())), (0o700, 0o700));
    }

    #[test]
    fn a_file_of_a_record_is_known_by_whatever_path() {
        let (_home, run) = folder();
        fs::write(run.journal_path(), "").unwrap();
        std::os::unix::fs::symlink(run.journal_path(), run.path().join("report.html")).unwrap();
        for name in ["journal.ndjson", "dr.log", "signatures/../redaction.key", "report.html"] {
            fs::create_dir_all(run.signatures_path()).unwrap();
            assert!(is_of_record(&run.path().join(name)), "{name}");
        }
        assert!(is_of_record(&run.signatures_path().join("1-operator.txt")));
        assert!(!is_of_record(&run.path().join("report.md")));
        assert!(!is_of_record(&run.path().with_file_name("summary.json")), "of no run");
    }

    #[test]
    fn names_sort_as_runs_began_within_a_second_too() {
        let home = tempfile::tempdir().unwrap();
        let names: Vec<_> = (0..1000)
            .step_by(9)
            .map(|millis| {
                let began = at(0).shifted(chrono::TimeDelta::milliseconds(millis));
                RunFolder::create(home.path(), began, 99 - millis.unsigned_abs() % 99).unwrap().id().0.clone()
            })
            .collect();
        assert!(names.is_sorted(), "{names:?}");
    }

    #[test]
    fn names_sort_as_runs_of_one_moment_began() {
        let home = tempfile::tempdir().unwrap();
        let make = |entropy| RunFolder::create(home.path(), at(0), entropy).unwrap().id().0.clone();
        let names: Vec<_> = (0..25).map(make).collect();
        assert!(names.is_sorted(), "{names:?}");
        fs::create_dir(home.path().join("20260913T160338Z-000fff")).unwrap();
        let behind_the_last = RunFolder::create(home.path(), at(0), 1).unwrap();
        assert!(behind_the_last.path().is_dir());
    }

    #[test]
    fn a_taken_name_is_never_reused() {
        let home = tempfile::tempdir().unwrap();
        let first = RunFolder::create(home.path(), at(0), 7).unwrap();
        let second = RunFolder::create(home.path(), at(0), 7).unwrap();
        assert_ne!(first.path(), second.path());
        assert!(second.path().is_dir());
    }

    #[test]
    fn the_files_of_a_run_are_private() {
        let (_home, folder) = folder();
        folder.create_file(&folder.journal_path()).unwrap();
        assert_eq!(mode(&folder.journal_path()), 0o600);
        let again = folder.create_file(&folder.journal_path());
        assert!(matches!(again, Err(JournalError::Write { .. })), "{again:?}");
    }

    #[test]
    fn an_impossible_runs_directory_is_named_with_the_remedy() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        let error = RunFolder::create(&file.join("runs"), at(0), 7).unwrap_err().to_string();
        assert!(error.contains("file/runs") && error.contains("--runs-dir"), "{error}");
    }
}
