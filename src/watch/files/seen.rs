//! Where a log that an earlier watch has read goes on.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{BLOCK, hole::skip_hole, open::Open, rotated::rotated};
use crate::{
    run::{Arrival, At},
    watch::holes::{Holes, Part, is_blank},
};

/// What of a log an earlier watch has taken in.
pub(in crate::watch) struct Seen {
    /// Where that stands.
    pub(in crate::watch) log: PathBuf,
    /// Its length.
    pub(in crate::watch) length: u64,
    /// Its last lines.
    pub(in crate::watch) last: Vec<u8>,
    /// When it was left.
    pub(in crate::watch) left_at: At,
}

impl Seen {
    /// The file that holds what was seen of the log at `path`, open behind it; `None` where none does.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn find(&self, path: &Path) -> io::Result<Option<Open>> {
        let mut newer = match Open::new(path, Arrival::CaughtUp).await {
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            present => Some(present?),
        };
        let present = newer.as_ref().map(|present| present.inode);
        if let Some(present) = &mut newer {
            let mut log = File::open(&self.log).await?.take(self.length);
            if let Some(end) = end_of_start(&mut present.file, &mut log, self.length).await? {
                return at(newer, end).await;
            }
        }
        if self.last.is_empty() {
            return Ok(None);
        }
        let mut older = rotated(path, present).await.unwrap_or_default();
        loop {
            if let Some(open) = &mut newer {
                let end = end_of(&mut open.file, &self.last).await;
                // Of the rotated files one that cannot be read does not hide the others.
                let end = if Some(open.inode) == present { end? } else { end.unwrap_or_default() };
                if let Some(end) = end {
                    return at(newer, end).await;
                }
            }
            // What cannot be read cannot be searched either.
            let mut before = loop {
                let Some(file) = older.pop() else { return Ok(None) };
                if let Ok(open) = file.open(Arrival::CaughtUp).await {
                    break open;
                }
            };
            if let Some(open) = &mut newer
                && let Ok(Some(end)) = end_across(&mut before.file, &mut open.file, &self.last).await
            {
                return at(newer, end).await;
            }
            newer = Some(before);
        }
    }
}

/// The file, read on from `place`.
async fn at(mut open: Option<Open>, place: u64) -> io::Result<Option<Open>> {
    if let Some(open) = &mut open {
        open.go_to(place).await?;
    }
    Ok(open)
}

/// Where `file` goes on behind the `length` bytes that were taken in of it, if it begins with them; holes were not.
async fn end_of_start(
    file: &mut File,
    taken: &mut (impl AsyncRead + Unpin),
    length: u64,
) -> io::Result<Option<u64>> {
    let (mut block, mut wanted) = (vec![0; BLOCK], vec![0; BLOCK]);
    let (mut holes, mut position, mut left) = (Holes::default(), 0, length);
    while left > 0 {
        let read = file.read(&mut block).await?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
        for part in holes.split(bytes) {
            match part {
                Part::Log(found) => {
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(found.len());
                    let (Some(found), Some(wanted)) = (found.get(..count), wanted.get_mut(..count)) else {
                        return Ok(None);
                    };
                    match taken.read_exact(wanted).await {
                        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                        other => other?,
                    };
                    if wanted != found {
                        return Ok(None);
                    }
                    position += count as u64;
                    left -= count as u64;
                    if left == 0 && count < found.len() {
                        break;
                    }
                }
                Part::Hole(length) => position += length as u64,
            }
        }
        if left > 0 && is_blank(bytes) {
            position += skip_hole(file, position).await?;
        }
    }
    Ok(Some(position))
}

/// Where `lines` end in `file` for the last time.
async fn end_of(file: &mut File, lines: &[u8]) -> io::Result<Option<u64>> {
    file.rewind().await?;
    let mut window = Vec::new();
    let mut block = vec![0; BLOCK];
    let (mut begin, mut end) = (0_u64, None);
    loop {
        let read = file.read(&mut block).await?;
        if read == 0 {
            return Ok(end);
        }
        window.extend_from_slice(block.get(..read).unwrap_or_default());
        if let Some(at) = memchr::memmem::rfind(&window, lines) {
            end = Some(begin + (at + lines.len()) as u64);
        }
        let settled = window.len().saturating_sub(lines.len());
        window.drain(..settled);
        begin += settled as u64;
    }
}

/// Where `lines` end in `newer`, where the first of them are the last of `older` and the others the first of
/// `newer`.
async fn end_across(older: &mut File, newer: &mut File, lines: &[u8]) -> io::Result<Option<u64>> {
    let length = older.metadata().await?.len();
    older.seek(io::SeekFrom::Start(length.saturating_sub(lines.len() as u64))).await?;
    let mut tail = Vec::new();
    older.read_to_end(&mut tail).await?;
    if tail.last().is_some_and(|last| *last != b'\n') {
        // A last line without its end was given one.
        tail.push(b'\n');
    }
    newer.rewind().await?;
    let mut head = Vec::new();
    newer.take(lines.len() as u64).read_to_end(&mut head).await?;
    let turns = memchr::memchr_iter(b'\n', lines).map(|newline| lines.split_at(newline + 1));
    let turn = turns.into_iter().find(|(old, new)| tail.ends_with(old) && head.starts_with(new));
    Ok(turn.filter(|(_, new)| !new.is_empty()).map(|(_, new)| new.len() as u64))
}
