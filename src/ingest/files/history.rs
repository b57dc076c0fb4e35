//! What happened to a log since it was last read: which files came after the one that was read, and where that is now.

use std::{io, path::Path, time::Duration};

use super::{
    checkpoint::Checkpoint,
    open_file::{Inode, LogEnd, OpenFile, unless_changed},
    rotated::{NextFile, Rotated, is_one_missing, new_since, rotated_or_none},
    seen::starts_with,
};
use crate::run::Arrival;

/// Packed files keep the time of writing, some only in whole seconds.
const TIME_TOLERANCE: Duration = Duration::from_secs(2);

/// How the file that was read lost the log's name or its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    /// Another file has the name.
    Renamed,
    /// It was emptied, and may have been renamed as well.
    Emptied,
}

pub(super) struct Successors {
    pub(super) location: CheckpointLocation,
    pub(super) number: Option<u32>,
    /// The rotated files after it, the oldest first.
    pub(super) later: Vec<Rotated>,
    /// Those of them that may have been read before.
    pub(super) unsure: Vec<Inode>,
}

/// Where the place is now up to which the log was read.
pub(super) enum CheckpointLocation {
    /// In the same file, under another name.
    Own,
    /// In a copy, packed or made before the file was emptied; opened there.
    Copy(Box<OpenFile>),
    /// Nowhere; the later files are those that are new.
    Nowhere,
}

/// What came after `read` in the log at `path`, before the file that is `present`. Files that were `listed` before, or
/// were read up to one of `ends`, are not new.
pub(super) async fn successors(
    path: &Path,
    read: &OpenFile,
    rotation: Rotation,
    present: Option<Inode>,
    listed: &[Rotated],
    ends: &[Checkpoint],
) -> io::Result<Successors> {
    let files = rotated_before(path, present).await?;
    let behind = |files: &[Rotated], index: usize, location: CheckpointLocation| Successors {
        location,
        number: files.get(index).and_then(Rotated::number),
        later: files.get(index + 1..).unwrap_or_default().to_vec(),
        unsure: Vec::new(),
    };
    let is_own = |file: &Rotated| file.inode == read.inode();
    // The inode proves it, as the file is still open: only that of a closed and removed file is given to
    // another one.
    if rotation == Rotation::Renamed {
        if let Some(own) = files.iter().position(is_own) {
            return Ok(behind(&files, own, CheckpointLocation::Own));
        }
        // logrotate(8) moves files into another folder with `olddir`.
        let beside = rotated_beside(path, read, present).await?;
        if let Some(own) = beside.iter().position(is_own) {
            return Ok(behind(&beside, own, CheckpointLocation::Own));
        }
    }
    let new = new_since(&files, listed);
    if let Some(end) = read.end() {
        for (index, file) in possible_copies(&files, &new, end, rotation) {
            if let Some(copy) = unless_changed(opened_at(&end.checkpoint, file).await)?.flatten() {
                return Ok(behind(&files, index, CheckpointLocation::Copy(Box::new(copy))));
            }
        }
    }
    let (mut later, mut unsure) = (Vec::new(), Vec::new());
    for file in new {
        match was_read(&file, ends).await? {
            Verdict::Yes => continue,
            Verdict::Unclear => unsure.push(file.inode),
            Verdict::No => {}
        }
        later.push(file);
    }
    Ok(Successors { location: CheckpointLocation::Nowhere, number: None, later, unsure })
}

/// The files that may hold `end`, the likeliest first: the file itself, then the `new` ones from the oldest on, as of
/// several copies that begin alike the oldest is the first, then the others from the newest on.
fn possible_copies<'f>(
    files: &'f [Rotated],
    new: &'f [Rotated],
    end: &'f LogEnd,
    rotation: Rotation,
) -> impl Iterator<Item = (usize, &'f Rotated)> {
    // Only the oldest new file can be the copy made when the log was emptied, and only if none is missing before it.
    let is_first_copy = move |index: usize, file: &Rotated| {
        let older = index.checked_sub(1).and_then(|older| files.get(older));
        let is_next = |older: &Rotated| {
            new.contains(older) || is_one_missing(older.number(), NextFile::Rotated(file.number()))
        };
        rotation == Rotation::Emptied && !older.is_some_and(is_next)
    };
    // A weak checkpoint may be found in any file; in these two cases it proves the place all the same.
    let is_weak = end.checkpoint.is_weak();
    let is_proof = move |index: usize, file: &Rotated| {
        !is_weak || is_first_copy(index, file) || file.is_packed_at(end.modified)
    };
    // A file last written before the one that was read cannot hold what was read of it last.
    let is_recent = move |file: &Rotated| !is_weak && file.modified + TIME_TOLERANCE >= end.modified;
    let numbered = || files.iter().enumerate();
    let own = numbered().filter(|(_, file)| file.inode == end.inode);
    let copies = numbered().filter(move |(index, file)| new.contains(file) && is_proof(*index, file));
    let others = numbered().rev().filter(move |(_, file)| !new.contains(file) && is_recent(file));
    own.chain(copies).chain(others)
}

/// The rotated files of the log beside the one that was read, where that was moved into another folder.
async fn rotated_beside(path: &Path, read: &OpenFile, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let (Some(now), Some(log)) = (read.path_now(), path.file_name()) else { return Ok(Vec::new()) };
    rotated_before(&now.with_file_name(log), present).await
}

/// The rotated files older than the one that was `present` a moment ago: that may be rotated by now, with others after
/// it.
async fn rotated_before(path: &Path, present: Option<Inode>) -> io::Result<Vec<Rotated>> {
    let mut files = rotated_or_none(path, None).await?;
    let end = files.iter().position(|file| Some(file.inode) == present);
    files.truncate(end.unwrap_or(files.len()));
    Ok(files)
}

/// Whether `read` was renamed and another file rotated after it, before the one that is `present`; `None` where it is
/// not to be found.
pub(super) async fn is_followed(
    path: &Path,
    read: &OpenFile,
    present: Option<Inode>,
) -> io::Result<Option<bool>> {
    let is_own = |file: &Rotated| file.inode == read.inode();
    let mut files = rotated_before(path, present).await?;
    if !files.iter().any(is_own) {
        files = rotated_beside(path, read, present).await?;
    }
    Ok(files.iter().position(is_own).map(|own| own + 1 < files.len()))
}

/// Whether something is so, judging by what files hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    No,
    Yes,
    /// A file holds what was read, but no more of it than any file may begin with.
    Unclear,
}

/// Whether `read` was emptied since it was opened, after a copy of it was made: then the copy is more than the
/// beginning of what the file holds now. Also the rotated files seen.
pub(super) async fn was_copied(
    path: &Path,
    read: &OpenFile,
    listed: &[Rotated],
) -> io::Result<(Verdict, Vec<Rotated>)> {
    let files = rotated_or_none(path, Some(read.inode())).await?;
    // By the name that it has now: the name of the log may be another file's already.
    let path = read.path_now().filter(|now| now.exists()).unwrap_or_else(|| path.to_owned());
    let mut copied = Verdict::No;
    for file in new_since(&files, listed) {
        // A new file that cannot be read may be the copy, and counts as it.
        let compared = unless_changed(compare(&file, &path).await)?;
        match compared.unwrap_or((false, false)) {
            (false, _) => return Ok((Verdict::Yes, files)),
            (true, true) => copied = Verdict::Unclear,
            (true, false) => {}
        }
    }
    Ok((copied, files))
}

/// Whether the file at `path` begins with all of `file`, and whether that is what any file may begin with.
async fn compare(file: &Rotated, path: &Path) -> io::Result<(bool, bool)> {
    let mut copy = file.open(Arrival::Live).await?;
    let mut whole = OpenFile::open(path, Arrival::Live).await?;
    let is_beginning = starts_with(&mut whole.file, &mut copy.file).await?;
    let length = copy.file.metadata().await?.len();
    // To the end of the copy: its last lines show whether it holds more than any file may begin with.
    copy.go_to(length).await?;
    Ok((is_beginning, copy.end().is_none_or(|end| end.checkpoint.is_weak())))
}

/// Whether one of the files `listed` before holds what was read of this one: such a beginning proves nothing.
pub(super) async fn is_common(read: &OpenFile, listed: &[Rotated]) -> bool {
    let Some(end) = read.end() else { return false };
    for file in listed {
        if opened_at(&end.checkpoint, file).await.is_ok_and(|opened| opened.is_some()) {
            return true;
        }
    }
    false
}

/// Whether a file was read before, up to one of `ends`.
async fn was_read(file: &Rotated, ends: &[Checkpoint]) -> io::Result<Verdict> {
    let mut verdict = Verdict::No;
    let Some(mut open) = unless_changed(file.open(Arrival::Live).await)? else { return Ok(verdict) };
    for end in ends {
        if open.find(end).await.unwrap_or_default() {
            if !end.is_weak() {
                return Ok(Verdict::Yes);
            }
            verdict = Verdict::Unclear;
        }
    }
    Ok(verdict)
}

/// The file opened at `checkpoint`, if it holds it.
async fn opened_at(checkpoint: &Checkpoint, file: &Rotated) -> io::Result<Option<OpenFile>> {
    let mut copy = file.open(Arrival::Live).await?;
    Ok(copy.find(checkpoint).await?.then_some(copy))
}
