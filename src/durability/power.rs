//! A power failure, for tests: what was not forced to disk is gone.
//!
//! From [`on`] on, nothing that this thread forces to disk goes there. It is noted instead: the bytes of a file, and
//! the names in a folder, as they are at that moment. [`fail`] copies what a power failure would leave, and the watch
//! itself goes on. Of what was never forced a disk may have written any part by itself: the test decides which.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    ffi::OsString,
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// Bytes before the end of a file that are read again when it is forced down once more. Those before them are taken
/// for unchanged: the record only appends, and a long run is forced down thousands of times.
const READ_AGAIN: u64 = 64 << 10;

/// A file or folder, whatever its name.
type Id = (u64, u64);

/// The names in a folder.
type Names = BTreeMap<OsString, Named>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named {
    id: Id,
    is_folder: bool,
}

/// A file as it was last forced down. Held open, so that its [`Id`] does not become another's.
struct Forced {
    file: File,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Disk {
    root: PathBuf,
    files: HashMap<Id, Forced>,
    folders: HashMap<Id, (File, Names)>,
}

/// Looks on whenever something is about to be forced down.
type Look = Box<dyn FnMut()>;

thread_local! {
    static IS_FULL: Cell<bool> = const { Cell::new(false) };
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
    static LOOK: RefCell<Option<Look>> = const { RefCell::new(None) };
}

/// Until it is dropped, what this thread forces down is noted.
pub(crate) struct Supply(());

impl Drop for Supply {
    fn drop(&mut self) {
        DISK.take();
        LOOK.take();
    }
}

/// What was written and never forced down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unforced {
    /// The bytes of a file.
    Bytes,
    /// Files that were made, renamed or removed in a folder.
    Names,
}

/// From now on the disk takes nothing that this thread writes, or takes it again.
pub(crate) fn fill(is_full: bool) {
    IS_FULL.set(is_full);
}

/// Whether it takes nothing.
pub(crate) fn is_full() -> bool {
    IS_FULL.get()
}

/// Begins to note what this thread forces down below `root`; what is there already survives.
pub(crate) fn on(root: &Path) -> Supply {
    let mut disk = Disk { root: root.to_owned(), ..Disk::default() };
    disk.force_all(root).unwrap();
    DISK.set(Some(disk));
    Supply(())
}

/// Calls `look` before each time that something is forced down; a power failure at that moment leaves what it finds.
pub(crate) fn before_each_force(look: impl FnMut() + 'static) {
    LOOK.set(Some(Box::new(look)));
}

/// Copies to `into` what a power failure leaves now. Of what was never forced down that is left which `is_kept`.
pub(crate) fn fail(into: &Path, mut is_kept: impl FnMut(Unforced, &Path) -> bool) {
    DISK.with_borrow(|disk| {
        let disk = disk.as_ref().expect("the power is on");
        let id = id_of(&disk.root.metadata().unwrap());
        disk.copy_folder(id, &disk.root, into, &mut is_kept).unwrap();
    });
}

/// The worst that a disk may do: nothing is left but what was forced down.
pub(crate) fn nothing_else(_: Unforced, _: &Path) -> bool {
    false
}

pub(super) fn note_file(file: &File) -> Option<io::Result<()>> {
    look_on();
    DISK.with_borrow_mut(|disk| Some(disk.as_mut()?.force_file(file)))
}

pub(super) fn note_names(folder: &Path) -> Option<io::Result<()>> {
    look_on();
    DISK.with_borrow_mut(|disk| Some(disk.as_mut()?.force_names(folder)))
}

fn look_on() {
    // Taken out during the call: a look that forces something itself must not be called again from within.
    if let Some(mut look) = LOOK.take() {
        look();
        LOOK.set(Some(look));
    }
}

fn id_of(about: &Metadata) -> Id {
    (about.dev(), about.ino())
}

/// The names that a folder has now; none where there is none.
fn names_in(folder: &Path) -> io::Result<Names> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Names::new()),
        entries => entries?,
    };
    let named = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        let about = entry.metadata()?;
        Ok((entry.file_name(), Named { id: id_of(&about), is_folder: about.is_dir() }))
    };
    entries.map(named).collect()
}

impl Disk {
    fn force_all(&mut self, folder: &Path) -> io::Result<()> {
        self.force_names(folder)?;
        for (name, named) in names_in(folder)? {
            let path = folder.join(name);
            if named.is_folder {
                self.force_all(&path)?;
            } else {
                self.force_file(&File::open(path)?)?;
            }
        }
        Ok(())
    }

    fn force_file(&mut self, file: &File) -> io::Result<()> {
        let about = file.metadata()?;
        let known = match self.files.entry(id_of(&about)) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(Forced { file: file.try_clone()?, bytes: Vec::new() })
            }
        };
        let from = about.len().min(known.bytes.len() as u64).saturating_sub(READ_AGAIN);
        known.bytes.resize(usize::try_from(about.len()).unwrap(), 0);
        file.read_exact_at(&mut known.bytes[usize::try_from(from).unwrap()..], from)
    }

    fn force_names(&mut self, folder: &Path) -> io::Result<()> {
        let names = names_in(folder)?;
        let opened = File::open(folder)?;
        // The open folder is kept with its names, so that its inode is not given to another one.
        self.folders.insert(id_of(&opened.metadata()?), (opened, names));
        Ok(())
    }

    fn copy_folder(
        &self,
        id: Id,
        path: &Path,
        into: &Path,
        is_kept: &mut dyn FnMut(Unforced, &Path) -> bool,
    ) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(into)?;
        let forced = self.folders.get(&id).map(|(_, names)| names.clone()).unwrap_or_default();
        let is_here = path.metadata().is_ok_and(|about| id_of(&about) == id);
        // Another folder may have the name by now; of this one only the forced names are known then.
        let now = if is_here { names_in(path)? } else { forced.clone() };
        let left = if now != forced && is_kept(Unforced::Names, path) { now } else { forced };
        for (name, named) in left {
            let (path, into) = (path.join(&name), into.join(&name));
            if named.is_folder {
                self.copy_folder(named.id, &path, &into, is_kept)?;
            } else {
                let bytes = self.bytes_left(named.id, &path, is_kept);
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(into)?;
                file.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    fn bytes_left(&self, id: Id, path: &Path, is_kept: &mut dyn FnMut(Unforced, &Path) -> bool) -> Vec<u8> {
        let forced = self.files.get(&id);
        let bytes = forced.map(|forced| forced.bytes.clone()).unwrap_or_default();
        let is_here = path.metadata().is_ok_and(|about| id_of(&about) == id);
        let now = match forced {
            _ if is_here => fs::read(path).ok(),
            // Renamed or removed since: read through the handle that was kept.
            Some(Forced { file, .. }) => {
                let mut now =
                    vec![0; usize::try_from(file.metadata().map_or(0, |about| about.len())).unwrap()];
                file.read_exact_at(&mut now, 0).is_ok().then_some(now)
            }
            None => None,
        };
        match now {
            Some(now) if now != bytes && is_kept(Unforced::Bytes, path) => now,
            _ => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durability::{force_file, force_names, make_folder};

    fn left(root: &Path, is_kept: impl FnMut(Unforced, &Path) -> bool) -> Vec<(String, String)> {
        let home = tempfile::tempdir().unwrap();
        fail(home.path(), is_kept);
        assert!(root.is_dir(), "nothing is changed where the power goes on");
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut left: Vec<_> = fs::read_dir(home.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| {
                let text = fs::read_to_string(entry.path()).unwrap_or_else(|_| "folder".to_owned());
                (name(entry), text)
            })
            .collect();
        left.sort();
        left
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn only_what_was_forced_down_survives() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("before"), "old").unwrap();
        let _supply = on(home.path());
        fs::write(home.path().join("before"), "new").unwrap();
        assert_eq!(left(home.path(), nothing_else), pairs(&[("before", "old")]));
        assert_eq!(left(home.path(), |_, _| true), pairs(&[("before", "new")]));

        let path = home.path().join("made");
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
        file.write_all(b"one").unwrap();
        force_file(&file).unwrap();
        assert_eq!(left(home.path(), nothing_else), pairs(&[("before", "old")]), "its name is not on disk");
        force_names(home.path()).unwrap();
        file.write_all(b" two").unwrap();
        assert_eq!(left(home.path(), nothing_else), pairs(&[("before", "old"), ("made", "one")]));
    }

    #[test]
    fn a_name_may_survive_without_the_bytes_and_a_file_removed_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let _supply = on(home.path());
        let path = home.path().join("made");
        fs::write(&path, "one").unwrap();
        let names_alone = |what, _: &Path| what == Unforced::Names;
        assert_eq!(left(home.path(), names_alone), pairs(&[("made", "")]));
        force_file(&File::open(&path).unwrap()).unwrap();
        force_names(home.path()).unwrap();
        fs::rename(&path, home.path().join("renamed")).unwrap();
        assert_eq!(left(home.path(), nothing_else), pairs(&[("made", "one")]));
        assert_eq!(left(home.path(), names_alone), pairs(&[("renamed", "one")]));
        fs::remove_file(home.path().join("renamed")).unwrap();
        assert_eq!(left(home.path(), nothing_else), pairs(&[("made", "one")]));
    }

    #[test]
    fn every_folder_that_is_made_survives() {
        let home = tempfile::tempdir().unwrap();
        let _supply = on(home.path());
        make_folder(&home.path().join("a/b/c")).unwrap();
        let after = tempfile::tempdir().unwrap();
        fail(after.path(), nothing_else);
        assert!(after.path().join("a/b/c").is_dir());
    }

    #[test]
    fn a_failure_can_be_looked_at_before_anything_is_forced_down() {
        let home = tempfile::tempdir().unwrap();
        let _supply = on(home.path());
        let path = home.path().join("file");
        fs::write(&path, "one").unwrap();
        let seen = std::rc::Rc::new(RefCell::new(Vec::new()));
        let (told, root) = (seen.clone(), home.path().to_owned());
        before_each_force(move || told.borrow_mut().push(left(&root, nothing_else).len()));
        force_names(home.path()).unwrap();
        force_file(&File::open(&path).unwrap()).unwrap();
        assert_eq!(*seen.borrow(), [0, 1]);
    }
}
