//! What bore a log's name between what was read last and what bears it now.

use std::{io, path::Path, time::Duration};

use super::{
    open::{Open, Place},
    rotated::{Inode, Rotated, rotated},
};
use crate::run::Arrival;

/// Packed files keep the time of writing, some only in whole seconds.
const COARSENESS: Duration = Duration::from_secs(2);

/// The files that came after the one that was read last, the oldest first.
pub(super) struct Since {
    pub(super) later: Vec<Rotated>,
    pub(super) place: Found,
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

/// What followed on `read` in the log at `path`, before the file that is `present`; those that were read to one of
/// `ends` are known.
pub(super) async fn since(
    path: &Path,
    read: &Open,
    turn: Turn,
    present: Option<Inode>,
    ends: &[Place],
) -> Since {
    let files = rotated(path, present).await.unwrap_or_default();
    let behind = |index: usize| files.get(index + 1..).unwrap_or_default().to_vec();
    if turn == Turn::Renamed
        && let Some(own) = files.iter().position(|file| file.inode == read.inode)
    {
        return Since { later: behind(own), place: Found::Own };
    }
    if let Some(end) = read.end() {
        let recent = |file: &Rotated| file.modified + COARSENESS >= read.end_modified();
        for (index, file) in files.iter().enumerate().rev().filter(|(_, file)| recent(file)) {
            if let Ok(Some(copy)) = holding(end, file).await {
                return Since { later: behind(index), place: Found::Copy(Box::new(copy)) };
            }
        }
    }
    let mut later = Vec::new();
    for file in files {
        // The time alone does not tell: clocks are set, and files touched.
        if file.modified > read.modified && !is_known(&file, ends).await {
            later.push(file);
        }
    }
    Since { later, place: Found::Nowhere }
}

/// Whether `read` was renamed and another file rotated after it, before the one that is `present`.
pub(super) async fn is_followed(path: &Path, read: &Open, present: Option<Inode>) -> bool {
    let files = rotated(path, present).await.unwrap_or_default();
    files.iter().position(|file| file.inode == read.inode).is_some_and(|own| own + 1 < files.len())
}

async fn is_known(file: &Rotated, ends: &[Place]) -> bool {
    let Ok(mut open) = file.open(Arrival::Live).await else { return false };
    for end in ends {
        if open.find(end).await.unwrap_or_default() {
            return true;
        }
    }
    false
}

async fn holding(place: &Place, file: &Rotated) -> io::Result<Option<Open>> {
    let mut copy = file.open(Arrival::Live).await?;
    Ok(copy.find(place).await?.then_some(copy))
}
