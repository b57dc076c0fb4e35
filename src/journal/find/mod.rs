//! Finding recorded runs: all of them, or the one the engineer means.

pub(in crate::journal) mod error;

use std::{fs, io, path::Path};

use self::error::FindError;
use super::disk::{RunFolder, is_run_id};

/// All runs in `runs_dir`, oldest first, copies under other names after them; in place of a folder that
/// cannot be read, why not. A directory that does not exist holds none.
///
/// # Errors
/// [`FindError::Unreadable`].
pub fn list_runs(runs_dir: &Path) -> Result<Vec<Result<RunFolder, FindError>>, FindError> {
    Ok(named_runs(runs_dir)?.into_iter().map(|(_, run)| run).collect())
}

/// The name of a folder, and the run in it.
pub(crate) type NamedRun = (String, Result<RunFolder, FindError>);

/// As [`list_runs`], with the name of each folder.
pub(crate) fn named_runs(runs_dir: &Path) -> Result<Vec<NamedRun>, FindError> {
    let refused = |source| FindError::Unreadable { path: runs_dir.to_owned(), source };
    let entries = match fs::read_dir(runs_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    // Once for all: before the first frame, and a year of tests leaves hundreds of folders.
    let real_dir = fs::canonicalize(runs_dir).map_err(refused)?;
    let mut runs = Vec::new();
    for entry in entries {
        let entry = entry.map_err(refused)?;
        // A run's id is ASCII, and a name that is not UTF-8 could not be typed to mean the run.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let run =
            if is_folder { RunFolder::open_in(&real_dir, &name) } else { RunFolder::open(&entry.path()) };
        match run {
            Err(FindError::NotARun { .. }) => {}
            run if is_run_id(&name) => runs.push((name, run)),
            // Whatever else stands there is no matter of ours, except for copies of run folders.
            Ok(copy) if copy.id().0 == name && !name.contains(char::is_control) => {
                runs.push((name, Ok(copy)));
            }
            _ => {}
        }
    }
    // By name: an id begins with the time at which the run began.
    runs.sort_by(|(a, _), (b, _)| (!is_run_id(a), a).cmp(&(!is_run_id(b), b)));
    Ok(runs)
}

/// The newest run; a copy under a name of its own only where nothing else is left.
fn newest(mut runs: Vec<NamedRun>) -> Option<NamedRun> {
    // A watch that fails at its start may leave an empty folder, which must not hide the last real run.
    runs.retain(|(_, run)| !is_unbegun(run));
    let place = runs.iter().rposition(|(name, _)| is_run_id(name)).or(runs.len().checked_sub(1))?;
    Some(runs.swap_remove(place))
}

/// The runs that `name` is the whole name or the beginning of the id of.
fn matching(mut runs: Vec<NamedRun>, name: &str) -> Vec<NamedRun> {
    // A complete name is never ambiguous, though the name of a copy may begin with it.
    if let Some(place) = runs.iter().position(|(known, _)| known == name) {
        return vec![runs.swap_remove(place)];
    }
    runs.retain(|(known, _)| !name.is_empty() && is_run_id(known) && known.starts_with(name));
    // Folders without a record count only where nothing else matches, so that the error can name them.
    if runs.iter().any(|(_, run)| !is_unbegun(run)) {
        runs.retain(|(_, run)| !is_unbegun(run));
    }
    runs
}

/// The fewest characters of an id that say when its run began, to the minute.
const SHORT_NAME: usize = 13;

/// The shortest beginning of `name`, to the minute at least, that means no other of `names` to [`find_run`].
pub(crate) fn short_name<'n>(name: &'n str, names: &[String]) -> &'n str {
    // `find_run` takes a beginning for an id alone; another folder name has to be typed whole.
    if !is_run_id(name) {
        return name;
    }
    let is_of_one =
        |start: &&str| names.iter().filter(|other| is_run_id(other) && other.starts_with(start)).count() <= 1;
    (SHORT_NAME..name.len()).map(|end| name.split_at(end).0).find(is_of_one).unwrap_or(name)
}

const fn is_unbegun(run: &Result<RunFolder, FindError>) -> bool {
    matches!(run, Err(FindError::Unbegun { .. }))
}

/// The run that `name` means: `last`, the name of a folder, the unique beginning of an id, or a path.
///
/// # Errors
/// [`FindError`], which says what was looked for where and what to do.
pub fn find_run(runs_dir: &Path, name: &str) -> Result<RunFolder, FindError> {
    // Before `last` and the ids: `./last` is a folder of that name.
    if name.contains('/') || name == "." || name == ".." {
        return RunFolder::open(Path::new(name));
    }
    let runs = named_runs(runs_dir)?;
    if name == "last" {
        let none = || FindError::NoRuns { path: runs_dir.to_owned() };
        return newest(runs).ok_or_else(none)?.1;
    }
    let mut runs = matching(runs, name);
    if runs.len() > 1 {
        let candidates = runs.into_iter().map(|(id, _)| id).collect();
        return Err(FindError::Ambiguous { name: name.to_owned(), candidates });
    }
    let not_found = || FindError::NotFound { name: name.to_owned(), path: runs_dir.to_owned() };
    match runs.pop() {
        Some((_, run)) => run,
        // The name of a folder in the current directory is a path without a slash.
        None => RunFolder::open(Path::new(name)).map_err(|_| not_found()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::JournalWriter;
    use crate::journal::format::samples::{at, started};

    /// A runs directory with three recorded runs, an empty folder and a stray file.
    fn runs() -> (tempfile::TempDir, Vec<String>) {
        let home = tempfile::tempdir().unwrap();
        let mut ids = Vec::new();
        for (millis, seed) in [(0, 1), (1, 2), (90_000, 3)] {
            let began = at(0).shifted(chrono::TimeDelta::milliseconds(millis));
            let folder = RunFolder::create(home.path(), began, seed).unwrap();
            JournalWriter::create(&folder).unwrap().append(began, &started()).unwrap();
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
        let (listed, others): (Vec<_>, Vec<_>) =
            list_runs(home.path()).unwrap().into_iter().partition(Result::is_ok);
        let listed: Vec<_> = listed.into_iter().map(|run| run.unwrap().id().0.clone()).collect();
        assert_eq!(listed, ids);
        assert!(matches!(others.as_slice(), [Err(FindError::Unbegun { .. })]), "{others:?}");
        assert!(list_runs(&home.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn links_make_no_second_run_and_a_run_goes_by_its_real_path() {
        let (home, ids) = runs();
        std::os::unix::fs::symlink(home.path().join(&ids[0]), home.path().join("evidence")).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let linked = elsewhere.path().join("runs");
        std::os::unix::fs::symlink(home.path(), &linked).unwrap();
        let listed: Vec<_> = list_runs(&linked).unwrap().into_iter().filter_map(Result::ok).collect();
        let real_dir = fs::canonicalize(home.path()).unwrap();
        let expected: Vec<_> = ids.iter().map(|id| real_dir.join(id)).collect();
        assert_eq!(listed.iter().map(RunFolder::path).collect::<Vec<_>>(), expected);
        let by_link = RunFolder::open(&home.path().join("evidence")).unwrap();
        assert_eq!((by_link.id().0.as_str(), by_link.path()), (ids[0].as_str(), expected[0].as_path()));
    }

    #[test]
    fn a_run_that_cannot_be_read_is_named_and_hides_no_other() {
        let (home, ids) = runs();
        let newest = "20991231T235959Z-00ffee";
        let journal = home.path().join(newest).join("journal.ndjson");
        fs::create_dir(home.path().join(newest)).unwrap();
        // A link to itself cannot be followed by anybody, not even by root.
        std::os::unix::fs::symlink(&journal, &journal).unwrap();
        let (read, mut unread): (Vec<_>, Vec<_>) =
            list_runs(home.path()).unwrap().into_iter().partition(Result::is_ok);
        unread.retain(|run| matches!(run, Err(FindError::RunUnreadable { .. })));
        assert_eq!((read.len(), unread.len()), (ids.len(), 1));
        for name in ["last", newest, "2099"] {
            let error = find_run(home.path(), name).unwrap_err().to_string();
            assert!(error.contains(newest) && error.contains("cannot be read"), "{name}: {error}");
        }
        assert_eq!(found(home.path(), &ids[2]), ids[2]);
    }

    #[test]
    fn a_run_folder_without_its_journal_is_named_with_what_is_left_in_it() {
        let (home, ids) = runs();
        let newest = "20991231T235959Z-00ffee";
        let folder = home.path().join(newest);
        let told = |name: &str| find_run(home.path(), name).unwrap_err().to_string();
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("lock"), "1\n").unwrap();
        for name in [newest, "2099", folder.to_str().unwrap()] {
            let error = told(name);
            assert!(error.contains(newest) && error.contains("can be deleted"), "{name}: {error}");
        }
        assert_eq!(found(home.path(), "last"), ids[2], "nothing was recorded there");

        fs::write(folder.join("dr.log"), "line\n").unwrap();
        for is_folder in [false, true] {
            if is_folder {
                fs::create_dir(folder.join("journal.ndjson")).unwrap();
            }
            for name in [newest, "2099", folder.to_str().unwrap(), "last"] {
                let error = told(name);
                assert!(error.contains(newest) && error.contains("holds no journal"), "{name}: {error}");
                assert!(error.contains("dr.log (5 bytes)") && !error.contains("delete"), "{name}: {error}");
            }
        }
        let listed = list_runs(home.path()).unwrap();
        assert_eq!(listed.iter().filter(|run| run.is_ok()).count(), ids.len());
        assert!(matches!(listed.last(), Some(Err(FindError::NoJournal { .. }))), "{listed:?}");
    }

    #[test]
    fn a_copy_of_a_run_goes_by_the_name_of_its_own_folder() {
        let (home, ids) = runs();
        let copies = [format!("{}-copy", ids[0]), "20260913T170000Z-c0ffee".to_owned(), "before".to_owned()];
        for copy in &copies {
            fs::create_dir(home.path().join(copy)).unwrap();
            let journal = |name: &str| home.path().join(name).join("journal.ndjson");
            fs::copy(journal(&ids[0]), journal(copy)).unwrap();
            assert_eq!(found(home.path(), copy), *copy);
        }
        // Neither an id nor its beginning comes to mean two because of it.
        assert_eq!(found(home.path(), &ids[0]), ids[0]);
        assert_eq!(found(home.path(), &ids[0][..22]), ids[0]);
        assert_eq!(found(home.path(), "last"), copies[1]);
        let listed: Vec<_> =
            list_runs(home.path()).unwrap().into_iter().flatten().map(|run| run.id().0.clone()).collect();
        let expected = [ids.as_slice(), &[copies[1].clone(), copies[0].clone(), copies[2].clone()]].concat();
        assert_eq!(listed, expected);
    }

    #[test]
    fn a_run_is_found_by_id_unique_prefix_path_and_last() {
        let (home, ids) = runs();
        assert_eq!(found(home.path(), &ids[0]), ids[0]);
        assert_eq!(found(home.path(), &ids[0][..21]), ids[0]);
        assert_eq!(found(home.path(), &ids[2][..14]), ids[2]);
        assert_eq!(found(home.path(), "last"), ids[2]);
        let path = home.path().join(&ids[1]);
        assert_eq!(found(Path::new("/nowhere"), path.to_str().unwrap()), ids[1]);
    }

    #[test]
    fn the_short_name_of_a_run_means_it_and_no_other() {
        let (home, ids) = runs();
        let copy = format!("{}-copy", ids[2]);
        fs::create_dir(home.path().join(&copy)).unwrap();
        fs::copy(
            home.path().join(&ids[2]).join("journal.ndjson"),
            home.path().join(&copy).join("journal.ndjson"),
        )
        .unwrap();
        let names: Vec<_> = named_runs(home.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        for id in &ids {
            let short = short_name(id, &names);
            assert!(short.len() >= SHORT_NAME && found(home.path(), short) == *id, "{short}");
        }
        assert_eq!(short_name(&ids[2], &names), &ids[2][..SHORT_NAME], "no other began in that minute");
        assert_eq!(short_name(&copy, &names), copy, "no beginning of it would do");
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
