//! Where a log that an earlier watch has read goes on.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{BLOCK, open::Open, rotated::rotated};
use crate::run::{Arrival, At};

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
            if starts_with(&mut present.file, &mut log).await? {
                return at(newer, self.length).await;
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

/// Whether `file` begins with all of `start`.
pub(super) async fn starts_with(
    file: &mut (impl AsyncRead + Unpin),
    start: &mut (impl AsyncRead + Unpin),
) -> io::Result<bool> {
    let (mut wanted, mut found) = (vec![0; BLOCK], vec![0; BLOCK]);
    loop {
        let read = start.read(&mut wanted).await?;
        let (Some(wanted), Some(found)) = (wanted.get(..read), found.get_mut(..read)) else {
            return Ok(false);
        };
        if read == 0 {
            return Ok(true);
        }
        match file.read_exact(found).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            other => other?,
        };
        if wanted != found {
            return Ok(false);
        }
    }
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
