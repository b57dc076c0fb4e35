//! A file whose folder is deleted, whose disk is taken away, and what others put in its place.

use super::*;
use crate::durability::power::{self, nothing_else};
use crate::journal::{
    JournalError, JournalWriter, Placed, RunLock,
    format::samples::{at, folder, note, started},
    is_being_recorded, read_run, verify,
};

#[test]
fn a_deleted_folder_is_reported_and_made_again_with_all_that_was_in_it() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    writer.append(at(1), &note("before")).unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    let (_, placed) = writer.append_or_hold(at(2), &note("held"));
    let Placed::Held(error) = placed else { panic!("{placed:?}") };
    assert!(error.to_string().contains("deleted"), "{error}");
    assert!(writer.mend(at(3)).is_some(), "the hole is on record");
    writer.append(at(4), &note("after")).unwrap();
    let (run, _) = read_run(&folder).unwrap();
    assert_eq!(
        run.notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(),
        ["before", "held", "after"]
    );
    verify(&folder).unwrap();
    assert!(is_being_recorded(&folder), "the lock is there again as well");
    assert!(RunLock::take(&folder).is_err());
}

#[test]
fn a_deleted_folder_is_made_again_with_its_lock_although_no_record_waits() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    writer.ensure_exists(at(1)).unwrap_err();
    assert!(writer.mend(at(2)).is_some(), "the hole is on record");
    verify(&folder).unwrap();
    assert!(is_being_recorded(&folder));
    assert!(RunLock::take(&folder).is_err());
}

#[test]
fn what_the_folder_lay_in_is_made_again_with_it_but_on_the_same_disk_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("runs/run");
    fs::create_dir_all(&folder).unwrap();
    let file = File::options().read(true).write(true).create_new(true).open(folder.join("file")).unwrap();
    let mut kept = DurableFile::new(file, folder.join("file")).unwrap();
    kept.write_at(b"before", 0).unwrap();
    fs::remove_dir_all(home.path().join("runs")).unwrap();
    assert!(kept.ensure_exists().unwrap_err().to_string().contains("deleted"));
    let disk = kept.disk.replace(0);
    let error = kept.ensure_exists().unwrap_err();
    assert!(error.to_string().contains("disk it was on is not there"), "{error}");
    assert!(!home.path().join("runs").exists());
    kept.disk = disk;
    kept.ensure_exists().unwrap();
    assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "before");
    let mode = folder.parent().unwrap().metadata().unwrap().mode();
    assert_eq!(mode & 0o777, 0o700, "for the user's eyes only");
}

#[test]
fn the_run_folder_alone_is_made_again_on_whatever_disk_its_parent_is() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("run");
    fs::create_dir(&folder).unwrap();
    let file = File::options().read(true).write(true).create_new(true).open(folder.join("file")).unwrap();
    let mut kept = DurableFile::new(file, folder.join("file")).unwrap();
    kept.disk = Some(0);
    fs::remove_dir_all(&folder).unwrap();
    kept.ensure_exists().unwrap_err();
    kept.ensure_exists().unwrap();
    assert!(folder.join("file").exists());
}

#[test]
fn only_a_file_on_a_read_only_disk_is_let_go() {
    for (answer, is_away) in [(Errno::ENOSPC, false), (Errno::EIO, false), (Errno::EROFS, true)] {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        let file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
        let mut kept = DurableFile::new(file, path).unwrap();
        kept.answered::<()>(Err(answer.into())).unwrap_err();
        assert_eq!(kept.is_away(), is_away, "{answer}");
    }
}

/// A file that holds `synced` for sure and `more` perhaps, let go.
fn away(home: &Path, synced: &str, more: &str) -> DurableFile {
    let path = home.join("file");
    let file = File::options().read(true).write(true).create_new(true).open(&path).unwrap();
    let mut kept = DurableFile::new(file, path).unwrap();
    kept.write_at(synced.as_bytes(), 0).unwrap();
    kept.sync().unwrap();
    kept.write_at(more.as_bytes(), synced.len() as u64).unwrap();
    kept.let_go();
    assert!(kept.is_away());
    let refused = kept.write_at(b"x", 0).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::ReadOnlyFilesystem);
    kept
}

#[test]
fn what_a_mended_disk_is_given_back_survives_a_power_failure_at_once() {
    let home = tempfile::tempdir().unwrap();
    let _supply = power::on(home.path());
    let mut file = away(home.path(), "forced ", "fresh");
    force_names(home.path()).unwrap();
    file.open_again().unwrap();
    let left = tempfile::tempdir().unwrap();
    power::fail(left.path(), nothing_else);
    assert_eq!(fs::read_to_string(left.path().join("file")).unwrap(), "forced fresh");
}

#[test]
fn a_file_let_go_comes_back_with_what_its_disk_had_not_kept() {
    for kept_by_the_disk in [0, 1, 5] {
        let home = tempfile::tempdir().unwrap();
        let synced = "of a power failure nothing to fear. ".repeat(200);
        let mut file = away(home.path(), &synced, "fresh");
        let disk = OpenOptions::new().write(true).open(&file.path).unwrap();
        disk.set_len((synced.len() + kept_by_the_disk) as u64).unwrap();
        file.open_again().unwrap();
        file.write_at(b" and on", synced.len() as u64 + 5).unwrap();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), format!("{synced}fresh and on"));
    }
}

#[test]
fn a_file_let_go_is_not_taken_for_another_and_never_made_anew() {
    let home = tempfile::tempdir().unwrap();
    let mut file = away(home.path(), "synced", "fresh");
    fs::remove_file(&file.path).unwrap();
    assert_eq!(file.open_again().unwrap_err().kind(), io::ErrorKind::NotFound, "as if unmounted");
    assert!(!file.path.exists());
    for other in ["", "synce", "others and more"] {
        fs::write(&file.path, other).unwrap();
        let error = file.open_again().unwrap_err();
        assert!(error.to_string().contains("not what was written"), "{error}");
        assert_eq!(fs::read_to_string(&file.path).unwrap(), other);
        assert!(file.is_away());
    }
}

#[test]
fn a_run_that_another_took_over_while_its_disk_was_mended_is_written_no_more() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append_durably(at(0), &started()).unwrap();
    writer.let_go();
    let other = RunLock::take(&folder).unwrap();
    assert!(matches!(writer.open_again(), Err(JournalError::Locked { .. })));
    assert!(writer.is_away());
    assert!(matches!(writer.append_or_hold(at(1), &note("held")).1, Placed::Held(_)));
    drop(other);
    writer.open_again().unwrap();
    assert!(RunLock::take(&folder).is_err(), "the lock is ours again");
    assert!(writer.mend(at(2)).is_some());
    verify(&folder).unwrap();
}

#[test]
fn what_somebody_else_put_in_its_place_is_left_alone() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    fs::remove_file(folder.journal_path()).unwrap();
    fs::write(folder.journal_path(), "of somebody else").unwrap();
    for second in 1..5 {
        assert!(matches!(writer.append_or_hold(at(second), &note("x")).1, Placed::Held(_)));
        assert!(writer.mend(at(second)).is_none());
    }
    assert_eq!(fs::read_to_string(folder.journal_path()).unwrap(), "of somebody else");
}
