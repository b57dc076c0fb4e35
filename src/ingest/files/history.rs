//! What bore a log's name between what was read last and what bears it now.

use std::{io, path::Path, time::Duration};

use super::{
    open::{Open, Place},
    rotated::{Inode, Rotated, is_changed_meanwhile, new_since, rotated},
    seen::starts_with,
};
use crate::run::Arrival;

/// Packed files keep the time of writing, some only in whole seconds.
const COARSENESS: Duration = Duration::from_secs(2);

/// The newest rotated file bears this number, or 0.
const NEWEST: u32 = 1;

/// The files that came after the one that was read last, the oldest first.
pub(super) struct Since {
    pub(super) later: Vec<Rotated>,
    /// Those of them that may have been read before.
    pub(super) unsure: Vec<Inode>,
    pub(super) place: Found,
    /// The number of the file that holds the place, where it bears one.
    pub(super) number: Option<u32>,
}

/// Where the place stands now up to which the log was read.
pub(super) enum Found {
    /// In the same file, under another name.
    Own,
    /// In a copy: packed, or made before the file was emptied. It stands open there.
    Copy(Box<Open>),
    /// Nowhere; `later` are those written since.
    Nowhere,
}

/// How the file that was read came to be no longer what bears the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// Another file bears it.
    Renamed,
    /// It was emptied, and may have been renamed as well.
    Emptied,
}

/// The log's folder as of the last look.
#[derive(Default)]
pub(super) struct Folder {
    /// The rotated files that were there.
    pub(super) files: Vec<Rotated>,
}

impl Folder {
    /// The folder of the log at `path`, as it is now.
    ///
    /// # Errors
    /// It changes all the time.
    pub(super) async fn of(path: &Path) -> io::Result<Self> {
        Ok(Self { files: listed(path, None).await? })
    }
}

/// The rotated files of the log, none where the folder cannot be read.
async fn listed(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    match rotated(path, present).await {
        Err(error) if !is_changed_meanwhile(&error) => Ok(Vec::new()),
        files => files,
    }
}

/// What followed on `read` in the log at `path`, before the file that is `present`; those that were in the `folder`
/// before, or were read to one of `ends`, are known.
///
/// # Errors
/// Files are renamed meanwhile.
pub(super) async fn since(
    path: &Path,
    read: &Open,
    turn: Turn,
    present: Option<Inode>,
    folder: &Folder,
    ends: &[Place],
) -> io::Result<Since> {
    let files = rotated_before(path, present).await?;
    if turn == Turn::Renamed {
        let moved = if files.iter().any(|file| file.inode == read.inode) {
            files.clone()
        } else {
            beside(path, read, present).await?
        };
        if let Some(own) = moved.iter().position(|file| file.inode == read.inode) {
            let later = behind(&moved, own);
            let number = moved.get(own).and_then(Rotated::number);
            return Ok(Since { later, unsure: Vec::new(), place: Found::Own, number });
        }
    }
    let new = new_since(&files, &folder.files);
    if let Some(end) = read.end() {
        let recent = |file: &Rotated| file.modified + COARSENESS >= read.end_modified() && !end.is_weak();
        // Of several copies that begin alike the oldest is the first.
        let is_own = |file: &Rotated| file.inode == read.end_inode();
        let own = files.iter().enumerate().filter(|(_, file)| is_own(file));
        // What a renamed file begins with may stand in any other; in a copy that was made just now it is its own.
        // Only the oldest new one can be that, unless one is missing before it.
        let is_first = |index: usize| {
            let older = index.checked_sub(1).and_then(|older| files.get(older));
            let (Some(older), Some(file)) = (older, files.get(index)) else { return true };
            !new.contains(older) && !is_hole(older.number(), Next::Rotated(file.number()))
        };
        let tells = |index: usize, file: &Rotated| {
            let is_own = turn == Turn::Emptied && is_first(index);
            is_own || !end.is_weak() || file.is_packed_at(read.end_modified())
        };
        let copies =
            files.iter().enumerate().filter(|(index, file)| new.contains(file) && tells(*index, file));
        let others = files.iter().enumerate().rev().filter(|(_, file)| !new.contains(file) && recent(file));
        for (index, file) in own.chain(copies).chain(others) {
            if let Some(copy) = unless_changed(holding(end, file).await)?.flatten() {
                let later = behind(&files, index);
                let number = file.number();
                let place = Found::Copy(Box::new(copy));
                return Ok(Since { later, unsure: Vec::new(), place, number });
            }
        }
    }
    let (mut later, mut unsure) = (Vec::new(), Vec::new());
    for file in new {
        match is_known(&file, ends).await? {
            Known::Yes => continue,
            Known::Unclear => unsure.push(file.inode),
            Known::No => {}
        }
        later.push(file);
    }
    Ok(Since { later, unsure, place: Found::Nowhere, number: None })
}

/// The rotated files of the log beside the one that was read, where that was moved into another folder.
async fn beside(path: &Path, read: &Open, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let (Some(now), Some(log)) = (read.path_now(), path.file_name()) else { return Ok(Vec::new()) };
    rotated_before(&now.with_file_name(log), present).await
}

/// The rotated files before the one that was `present` a moment ago: it may be one of them by now, with others behind it.
async fn rotated_before(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let mut files = listed(path, None).await?;
    let end = files.iter().position(|file| Some(file.inode) == present);
    files.truncate(end.unwrap_or(files.len()));
    Ok(files)
}

fn behind(files: &[Rotated], index: usize) -> Vec<Rotated> {
    files.get(index + 1..).unwrap_or_default().to_vec()
}

/// The file that comes next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next {
    /// One that was rotated, and its number.
    Rotated(Option<u32>),
    /// The present one.
    Present,
}

/// Whether a file is missing between one of that number and the next one.
pub(super) const fn is_hole(number: Option<u32>, next: Next) -> bool {
    match (number, next) {
        (Some(number), Next::Rotated(Some(next))) => number != next + 1,
        (Some(number), Next::Present) => number > NEWEST,
        (None, _) | (Some(_), Next::Rotated(None)) => false,
    }
}

/// Whether `read` was renamed and another file rotated after it, before the one that is `present`. `None`: it is not to
/// be found.
pub(super) async fn is_followed(
    path: &Path,
    read: &Open,
    present: Option<Inode>,
) -> io::Result<Option<bool>> {
    let mut files = rotated_before(path, present).await?;
    if !files.iter().any(|file| file.inode == read.inode) {
        files = beside(path, read, present).await?;
    }
    let own = files.iter().position(|file| file.inode == read.inode);
    Ok(own.map(|own| own + 1 < files.len()))
}

/// Whether a file was emptied after it was copied, as far as its copies tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copied {
    No,
    Yes,
    /// A copy holds what the file begins with, and any file may begin with that.
    Unclear,
}

/// Whether a copy of `read` was made since it was opened and it was emptied then: the copy is more than the beginning
/// of what stands in it now. With the folder in which that was seen.
pub(super) async fn was_copied(path: &Path, read: &Open, folder: &Folder) -> io::Result<(Copied, Folder)> {
    let seen = Folder { files: listed(path, Some(read.inode)).await? };
    let path = read.path_now().filter(|now| now.exists()).unwrap_or_else(|| path.to_owned());
    let mut copied = Copied::No;
    for file in new_since(&seen.files, &folder.files) {
        // What cannot be read may be a copy.
        let compared = unless_changed(compare(&file, &path).await)?;
        match compared.unwrap_or((false, false)) {
            (false, _) => return Ok((Copied::Yes, seen)),
            (true, true) => copied = Copied::Unclear,
            (true, false) => {}
        }
    }
    Ok((copied, seen))
}

/// Whether the file at `path` begins with all that is in `file`, and whether that is what any file may begin with.
async fn compare(file: &Rotated, path: &Path) -> io::Result<(bool, bool)> {
    let mut copy = file.open(Arrival::Live).await?;
    let mut whole = Open::new(path, Arrival::Live).await?;
    let is_beginning = starts_with(&mut whole.file, &mut copy.file).await?;
    let length = copy.file.metadata().await?.len();
    copy.go_to(length).await?;
    Ok((is_beginning, copy.end().is_none_or(Place::is_weak)))
}

/// Whether another file that was there before holds what was read of this one: such a beginning proves nothing.
pub(super) async fn is_common(read: &Open, folder: &Folder) -> bool {
    let Some(end) = read.end() else { return false };
    for file in &folder.files {
        if holding(end, file).await.is_ok_and(|held| held.is_some()) {
            return true;
        }
    }
    false
}

/// Whether a file was read before.
enum Known {
    No,
    Yes,
    /// It begins as one that was read, and any file may begin with that.
    Unclear,
}

async fn is_known(file: &Rotated, ends: &[Place]) -> io::Result<Known> {
    let Some(mut open) = unless_changed(file.open(Arrival::Live).await)? else { return Ok(Known::No) };
    let mut known = Known::No;
    for end in ends {
        if open.find(end).await.unwrap_or_default() {
            if !end.is_weak() {
                return Ok(Known::Yes);
            }
            known = Known::Unclear;
        }
    }
    Ok(known)
}

/// What was found; `None` where a file cannot be read.
///
/// # Errors
/// Files are renamed meanwhile.
fn unless_changed<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if !is_changed_meanwhile(&error) => Ok(None),
        found => found.map(Some),
    }
}

async fn holding(place: &Place, file: &Rotated) -> io::Result<Option<Open>> {
    let mut copy = file.open(Arrival::Live).await?;
    Ok(copy.find(place).await?.then_some(copy))
}
