//! Where a log goes on that an earlier watch has read: its last lines are looked for in all files of the log.

use std::{
    collections::HashSet,
    io,
    path::{Path, PathBuf},
};

use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{
    open_file::{OpenFile, unless_changed},
    outlet::BLOCK_BYTES,
    rotated::{NextFile, is_one_missing, rotated_or_none},
};
use crate::{
    parse,
    run::{Arrival, Timestamp},
};

/// Different lines with a timestamp that prove a place. Lines without one prove nothing, however many they are: every
/// file of the log may hold them, such as the banner a program writes when it starts.
const MIN_PROVING_LINES: usize = 2;

/// How many of the last lines are looked for: all of them, then fewer where those are not found together.
const LINES_SOUGHT: [usize; 3] = [usize::MAX, 100, 20];

/// What an earlier watch has read of a log.
pub(crate) struct Seen {
    pub(crate) log: PathBuf,
    pub(crate) length: u64,
    /// Its last lines, without a gap between them.
    pub(crate) last: Vec<u8>,
    /// Whether there is no gap in all of it.
    pub(crate) is_one_stretch: bool,
    pub(crate) left_at: Timestamp,
}

pub(super) enum Resumed {
    /// Behind what was read, in a file that certainly holds it.
    Behind(Box<OpenFile>),
    /// Somewhere in this file, open at its start: it may have been begun anew with the same lines since.
    Within(Box<OpenFile>),
    /// No file certainly holds what was read.
    Nowhere,
}

impl Seen {
    /// Where the log at `path` goes on.
    pub(super) async fn find(&self, path: &Path) -> io::Result<Resumed> {
        let mut present = OpenFile::open_if_there(path, Arrival::CaughtUp).await?;
        if !is_proof(&self.last) {
            return Ok(Resumed::Nowhere);
        }
        // Without a gap the record is the beginning of the file byte for byte: comparing all of it proves the
        // place.
        if let Some(mut open) = present.take_if(|_| self.is_one_stretch) {
            let mut log = File::open(&self.log).await?.take(self.length);
            if starts_with(&mut open.file, &mut log).await? {
                open.go_behind(&self.last, self.length).await?;
                return Ok(Resumed::Behind(Box::new(open)));
            }
        }
        let mut sought = usize::MAX;
        for count in LINES_SOUGHT {
            let lines = last_lines(&self.last, count);
            // With few lines, a smaller count gives the same lines again, and each search reads every file of
            // the log.
            if lines.len() == sought || !is_proof(lines) {
                continue;
            }
            sought = lines.len();
            if let Some(resumed) = search(path, lines).await? {
                return Ok(resumed);
            }
        }
        Ok(Resumed::Nowhere)
    }
}

/// Looks for `lines` in the files of the log at `path`, the newest first: in one file, or in the end of one and the
/// beginning of the next. `None` where they are not found; [`Resumed::Nowhere`] where they are found more than once.
async fn search(path: &Path, lines: &[u8]) -> io::Result<Option<Resumed>> {
    // Opened before the others are listed: where it is rotated in between, it is found by its inode and left
    // out there.
    let mut newer = OpenFile::open_if_there(path, Arrival::CaughtUp).await?;
    let present = newer.as_ref().map(OpenFile::inode);
    let mut older = rotated_or_none(path, present).await?;
    let mut next = NextFile::Present;
    loop {
        if let Some(open) = &mut newer {
            let ends = match ends_of(&mut open.file, lines).await {
                // A rotated file that cannot be read does not hide the others.
                Err(error) if Some(open.inode()) == present => return Err(error),
                ends => ends.unwrap_or(Ends::None),
            };
            if let Some(resumed) = resume(&mut newer, ends, lines).await? {
                return Ok(Some(resumed));
            }
        }
        let (mut before, number) = loop {
            let Some(file) = older.pop() else { return Ok(None) };
            if let Some(open) = unless_changed(file.open(Arrival::CaughtUp).await)? {
                break (open, file.number());
            }
        };
        // With a file missing between the two, its lines would be passed over without a gap.
        let is_next = !is_one_missing(number, std::mem::replace(&mut next, NextFile::Rotated(number)));
        if let Some(open) = newer.as_mut().filter(|_| is_next) {
            let ends = end_across(&mut before.file, &mut open.file, lines).await.unwrap_or(Ends::None);
            match resume(&mut newer, ends, lines).await? {
                // Lines without a timestamp prove nothing: the newer file may have been emptied and begun
                // anew with the same ones.
                Some(Resumed::Behind(mut open)) if open.is_unproven() => {
                    open.begin_again().await?;
                    return Ok(Some(Resumed::Within(open)));
                }
                Some(resumed) => return Ok(Some(resumed)),
                None => {}
            }
        }
        newer = Some(before);
    }
}

/// Goes behind `lines`, which end in the file at `ends`; `None` where they are not in it.
async fn resume(open: &mut Option<OpenFile>, ends: Ends, lines: &[u8]) -> io::Result<Option<Resumed>> {
    Ok(match ends {
        Ends::None => None,
        Ends::Once(end) => {
            let Some(mut open) = open.take() else { return Ok(None) };
            open.go_behind(lines, end).await?;
            Some(Resumed::Behind(Box::new(open)))
        }
        Ends::MoreThanOnce => Some(Resumed::Nowhere),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    None,
    Once(u64),
    MoreThanOnce,
}

impl Ends {
    const fn and(self, end: u64) -> Self {
        match self {
            Self::None => Self::Once(end),
            Self::Once(_) | Self::MoreThanOnce => Self::MoreThanOnce,
        }
    }
}

/// Whether a log hardly contains these lines more than once.
fn is_proof(lines: &[u8]) -> bool {
    let all: HashSet<_> = lines.split(|byte| *byte == b'\n').collect();
    all.iter().filter(|line| parse::log_line(line).stamp.is_some()).count() >= MIN_PROVING_LINES
}

/// The last `count` of `lines`, an unfinished one included.
fn last_lines(lines: &[u8], count: usize) -> &[u8] {
    let length: usize = lines.split_inclusive(|byte| *byte == b'\n').rev().take(count).map(<[u8]>::len).sum();
    lines.get(lines.len() - length..).unwrap_or_default()
}

/// Whether `file` begins with all of `start`.
pub(super) async fn starts_with(
    file: &mut (impl AsyncRead + Unpin),
    start: &mut (impl AsyncRead + Unpin),
) -> io::Result<bool> {
    let (mut wanted, mut found) = (vec![0; BLOCK_BYTES], vec![0; BLOCK_BYTES]);
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

/// Where `lines` end in `file`, beginning where a line does.
async fn ends_of(file: &mut File, lines: &[u8]) -> io::Result<Ends> {
    file.rewind().await?;
    let sought = [b"\n", lines].concat();
    // The first line begins like any other: behind a newline.
    let mut window = vec![b'\n'];
    let mut block = vec![0; BLOCK_BYTES];
    let (mut begin, mut ends) = (0_u64, Ends::None);
    loop {
        let read = file.read(&mut block).await?;
        if read == 0 {
            return Ok(ends);
        }
        window.extend_from_slice(block.get(..read).unwrap_or_default());
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(window.get(from..).unwrap_or_default(), &sought) {
            ends = ends.and(begin + (from + at + sought.len()) as u64 - 1);
            if ends == Ends::MoreThanOnce {
                return Ok(ends);
            }
            // One byte on and not behind the find: two places may overlap where lines repeat.
            from += at + 1;
        }
        // The window keeps one byte less than is sought, as a find may begin there and end in the next block.
        let settled = (window.len() + 1).saturating_sub(sought.len()).max(from);
        window.drain(..settled);
        begin += settled as u64;
    }
}

/// Where `lines` end in `newer`, if the first of them are the last of `older` and the others the first of `newer`.
async fn end_across(older: &mut File, newer: &mut File, lines: &[u8]) -> io::Result<Ends> {
    let length = older.metadata().await?.len();
    older.seek(io::SeekFrom::Start(length.saturating_sub(lines.len() as u64))).await?;
    let mut tail = Vec::new();
    older.read_to_end(&mut tail).await?;
    if tail.last().is_some_and(|last| *last != b'\n') {
        // The earlier watch has ended an unfinished last line, see `Outlet::end_line`.
        tail.push(b'\n');
    }
    newer.rewind().await?;
    let mut head = Vec::new();
    newer.take(lines.len() as u64).read_to_end(&mut head).await?;
    let splits = memchr::memchr_iter(b'\n', lines).map(|newline| lines.split_at(newline + 1));
    let splits = splits.filter(|(old, new)| !new.is_empty() && tail.ends_with(old) && head.starts_with(new));
    Ok(splits.fold(Ends::None, |ends, (_, new)| ends.and(new.len() as u64)))
}
