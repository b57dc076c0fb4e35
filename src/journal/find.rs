//! Finding recorded runs: all of them, or the one the engineer means.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::folder::RunFolder;

/// Why a run was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The runs directory could not be read.
    #[error("cannot look for runs in {}: {source}; name the right place with --runs-dir", path.display())]
    Unreadable {
        /// The runs directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A run folder could not be entered or read.
    #[error("the run folder {} cannot be read: {source}; make it readable, or name another run", path.display())]
    RunUnreadable {
        /// The run folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// No run was ever recorded there.
    #[error("no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place", path.display())]
    NoRuns {
        /// The runs directory.
        path: PathBuf,
    },
    /// Nothing there goes by that name.
    #[error("no run {name:?} in {}; `drwatch runs` lists those there are", path.display())]
    NotFound {
        /// What was asked for.
        name: String,
        /// The runs directory.
        path: PathBuf,
    },
    /// Several runs begin like that.
    #[error("{name:?} may be {}; give more of the name", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// All runs that begin like that.
        candidates: Vec<String>,
    },
    /// The path is none of a run folder.
    #[error("{} is no run folder, as it holds no journal.ndjson; `drwatch runs` lists the runs there are", path.display())]
    NotARun {
        /// The path.
        path: PathBuf,
    },
}

/// All runs in `runs_dir`, oldest first; in place of a folder that cannot be read, why not. A directory
/// that does not exist holds none.
///
/// # Errors
/// [`FindError::Unreadable`].
pub fn list_runs(runs_dir: &Path) -> Result<Vec<Result<RunFolder, FindError>>, FindError> {
    Ok(named_runs(runs_dir)?.into_iter().map(|(_, run)| run).collect())
}

/// A run's name, and its folder or why that cannot be read.
type NamedRun = (String, Result<RunFolder, FindError>);

fn named_runs(runs_dir: &Path) -> Result<Vec<NamedRun>, FindError> {
    let refused = |source| FindError::Unreadable { path: runs_dir.to_owned(), source };
    let entries = match fs::read_dir(runs_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    let mut runs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(refused)?;
        let Some(name) = entry.file_name().to_str().filter(|name| is_run_id(name)).map(str::to_owned) else {
            continue;
        };
        match RunFolder::open(&entry.path()) {
            Err(FindError::NotARun { .. }) => {}
            run => runs.push((name, run)),
        }
    }
    runs.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(runs)
}

/// The run that `name` means: `last`, an id, the unique beginning of one, or a path.
///
/// # Errors
/// [`FindError`], which says what was looked for where and what to do.
pub fn find_run(runs_dir: &Path, name: &str) -> Result<RunFolder, FindError> {
    if name.contains('/') || name == "." || name == ".." {
        return RunFolder::open(Path::new(name));
    }
    let mut runs = named_runs(runs_dir)?;
    if name == "last" {
        let none = || FindError::NoRuns { path: runs_dir.to_owned() };
        return runs.pop().ok_or_else(none)?.1;
    }
    runs.retain(|(id, _)| !name.is_empty() && id.starts_with(name));
    if runs.len() > 1 {
        let candidates = runs.into_iter().map(|(id, _)| id).collect();
        return Err(FindError::Ambiguous { name: name.to_owned(), candidates });
    }
    let not_found = || FindError::NotFound { name: name.to_owned(), path: runs_dir.to_owned() };
    match runs.pop() {
        Some((_, run)) => run,
        None => RunFolder::open(Path::new(name)).map_err(|_| not_found()),
    }
}

/// `<yyyymmddThhmmssZ>-<6 hex>`
fn is_run_id(name: &str) -> bool {
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
    use super::*;
    use crate::journal::JournalWriter;
    use crate::journal::samples::{at, started};

    /// A runs directory with three recorded runs, an empty folder and a stray file.
    fn runs() -> (tempfile::TempDir, Vec<String>) {
        let home = tempfile::tempdir().unwrap();
        let mut ids = Vec::new();
        for (seconds, seed) in [(0, 1), (0, 2), (90, 3)] {
            let folder = RunFolder::create(home.path(), at(seconds), seed).unwrap();
            JournalWriter::create(&folder).unwrap().append(at(seconds), &started()).unwrap();
            ids.push(folder.id().0.clone());
        }
        ids.sort();
        RunFolder::create(home.path(), at(200), 4).unwrap();
        fs::write(home.path().join("stray"), "").unwrap();
        (home, ids)
    }

    fn found(home: &Path, name: &str) -> String {
        find_run(home, name).unwrap().id().0.clone()
    }

    #[test]
    fn runs_are_listed_oldest_first_and_only_those_with_a_journal() {
        let (home, ids) = runs();
        let listed: Vec<_> =
            list_runs(home.path()).unwrap().into_iter().map(|run| run.unwrap().id().0.clone()).collect();
        assert_eq!(listed, ids);
        assert!(list_runs(&home.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn a_run_that_cannot_be_read_is_named_and_hides_no_other() {
        let (home, ids) = runs();
        let newest = "20991231T235959Z-00ffee";
        let journal = home.path().join(newest).join("journal.ndjson");
        fs::create_dir(home.path().join(newest)).unwrap();
        // A link to itself cannot be followed by anybody, not even by root.
        std::os::unix::fs::symlink(&journal, &journal).unwrap();
        let (read, unread): (Vec<_>, Vec<_>) =
            list_runs(home.path()).unwrap().into_iter().partition(Result::is_ok);
        assert_eq!((read.len(), unread.len()), (ids.len(), 1));
        for name in ["last", newest, "2099"] {
            let error = find_run(home.path(), name).unwrap_err().to_string();
            assert!(error.contains(newest) && error.contains("cannot be read"), "{name}: {error}");
        }
        assert_eq!(found(home.path(), &ids[2]), ids[2]);
    }

    #[test]
    fn a_run_is_found_by_id_unique_prefix_path_and_last() {
        let (home, ids) = runs();
        assert_eq!(found(home.path(), &ids[0]), ids[0]);
        assert_eq!(found(home.path(), &ids[0][..20]), ids[0]);
        assert_eq!(found(home.path(), &ids[2][..14]), ids[2]);
        assert_eq!(found(home.path(), "last"), ids[2]);
        let path = home.path().join(&ids[1]);
        assert_eq!(found(Path::new("/nowhere"), path.to_str().unwrap()), ids[1]);
    }

    #[test]
    fn an_ambiguous_prefix_lists_its_candidates() {
        let (home, ids) = runs();
        let error = find_run(home.path(), "20260913T160338Z").unwrap_err().to_string();
        assert!(error.contains(&ids[0]) && error.contains(&ids[1]) && !error.contains(&ids[2]), "{error}");
    }

    #[test]
    fn a_missing_run_says_where_it_was_looked_for_and_what_lists_them() {
        let (home, _) = runs();
        for name in ["2025", "", "\u{1b}[2J"] {
            let error = find_run(home.path(), name).unwrap_err().to_string();
            assert!(error.contains(home.path().to_str().unwrap()), "{error}");
            assert!(error.contains("drwatch runs") && !error.contains('\u{1b}'), "{error}");
        }
        let empty = home.path().join("none");
        let error = find_run(&empty, "last").unwrap_err().to_string();
        assert!(error.contains("none") && error.contains("--runs-dir"), "{error}");
        let error = find_run(&empty, "/etc").unwrap_err().to_string();
        assert!(error.contains("/etc is no run folder"), "{error}");
    }
}
