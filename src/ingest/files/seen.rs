//! Where a log that an earlier watch has read goes on.

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
    BLOCK,
    history::{Next, is_hole},
    open::Open,
    rotated::{is_changed_meanwhile, rotated},
};
use crate::{
    parse,
    run::{Arrival, Timestamp},
};

/// Lines with a stamp, each different, by which a place is known wherever it is found first. Lines without one prove
/// nothing, however many they are: every file of the log may hold them, as what a program writes when it starts.
const STRONG: usize = 2;

/// So many of the last lines are looked for, or fewer, where more are not found together.
const LADDER: [usize; 3] = [usize::MAX, 100, 20];

/// What of a log an earlier watch has taken in.
pub(crate) struct Seen {
    /// Where that stands.
    pub(crate) log: PathBuf,
    /// Its length.
    pub(crate) length: u64,
    /// Its last lines, one stretch of the log.
    pub(crate) last: Vec<u8>,
    /// Whether all of it is one stretch.
    pub(crate) is_one_stretch: bool,
    /// When it was left.
    pub(crate) left_at: Timestamp,
}

/// Where a log goes on that was seen before.
pub(super) enum Resumed {
    /// Behind what was seen: the file surely holds it.
    Behind(Box<Open>),
    /// Somewhere in this file, open at its start: it may have been begun anew alike since.
    Within(Box<Open>),
    /// No file surely holds what was seen.
    Nowhere,
}

impl Seen {
    /// Where the log at `path` goes on.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn find(&self, path: &Path) -> io::Result<Resumed> {
        let mut present = match Open::new(path, Arrival::CaughtUp).await {
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            present => Some(present?),
        };
        if !is_strong(&self.last) {
            // Only lines that any file may hold.
            return Ok(Resumed::Nowhere);
        }
        if let Some(mut open) = present.take_if(|_| self.is_one_stretch) {
            let mut log = File::open(&self.log).await?.take(self.length);
            if starts_with(&mut open.file, &mut log).await? {
                open.go_behind(&self.last, self.length).await?;
                return Ok(Resumed::Behind(Box::new(open)));
            }
        }
        let mut sought = usize::MAX;
        for lines in LADDER {
            let last = last_lines(&self.last, lines);
            if last.len() == sought || !is_strong(last) {
                continue;
            }
            sought = last.len();
            match search(path, last).await? {
                Search::Once(open) => return Ok(Resumed::Behind(open)),
                Search::AtHead(open) => return Ok(Resumed::Within(open)),
                Search::MoreThanOnce => return Ok(Resumed::Nowhere),
                Search::Nowhere => {}
            }
        }
        Ok(Resumed::Nowhere)
    }
}

/// What looking for lines in all files of a log came to.
enum Search {
    /// The file that holds them, open behind them.
    Once(Box<Open>),
    /// The file, open at its start, that begins with the last of them, of which none has a stamp.
    AtHead(Box<Open>),
    /// They prove no place.
    MoreThanOnce,
    Nowhere,
}

/// Looks for `last` in the files of the log at `path`, the newest first: in one file, or in the end of one and the
/// beginning of the next.
async fn search(path: &Path, last: &[u8]) -> io::Result<Search> {
    let mut newer = match Open::new(path, Arrival::CaughtUp).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        present => Some(present?),
    };
    let present = newer.as_ref().map(|present| present.inode);
    let mut older = match rotated(path, present).await {
        Err(error) if !is_changed_meanwhile(&error) => Vec::new(),
        older => older?,
    };
    let mut next = Next::Present;
    loop {
        if let Some(mut open) = newer.take() {
            // Of the rotated files one that cannot be read does not hide the others.
            let ends = match ends_of(&mut open.file, last).await {
                Err(error) if Some(open.inode) == present => return Err(error),
                ends => ends.unwrap_or(Ends::None),
            };
            match ends {
                Ends::None => newer = Some(open),
                Ends::Once(end) => {
                    open.go_behind(last, end).await?;
                    return Ok(Search::Once(Box::new(open)));
                }
                Ends::MoreThanOnce => return Ok(Search::MoreThanOnce),
            }
        }
        // What cannot be read cannot be searched either.
        let (mut before, number) = loop {
            let Some(file) = older.pop() else { return Ok(Search::Nowhere) };
            match file.open(Arrival::CaughtUp).await {
                Ok(open) => break (open, file.number()),
                Err(error) if is_changed_meanwhile(&error) => return Err(error),
                Err(_) => {}
            }
        };
        let is_next = !is_hole(number, std::mem::replace(&mut next, Next::Rotated(number)));
        if let Some(mut open) = newer.take_if(|_| is_next) {
            let ends = end_across(&mut before.file, &mut open.file, last).await.unwrap_or(Ends::None);
            match ends {
                Ends::None => {}
                Ends::Once(end) => {
                    open.go_behind(last, end).await?;
                    let is_proven = !open.is_unproven();
                    return Ok(if is_proven {
                        Search::Once(Box::new(open))
                    } else {
                        open.begin_again().await?;
                        Search::AtHead(Box::new(open))
                    });
                }
                Ends::MoreThanOnce => return Ok(Search::MoreThanOnce),
            }
        }
        newer = Some(before);
    }
}

/// Where lines end.
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

/// Whether these lines stand in a log hardly more than once.
fn is_strong(lines: &[u8]) -> bool {
    let all: HashSet<_> = lines.split(|byte| *byte == b'\n').collect();
    all.iter().filter(|line| parse::log_line(line).stamp.is_some()).count() >= STRONG
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

/// Where `lines` end in `file`, beginning where a line does.
async fn ends_of(file: &mut File, lines: &[u8]) -> io::Result<Ends> {
    file.rewind().await?;
    let sought = [b"\n", lines].concat();
    // As if a line had ended before the first one.
    let mut window = vec![b'\n'];
    let mut block = vec![0; BLOCK];
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
            from += at + 1;
        }
        let settled = (window.len() + 1).saturating_sub(sought.len()).max(from);
        window.drain(..settled);
        begin += settled as u64;
    }
}

/// Where `lines` end in `newer`, where the first of them are the last of `older` and the others the first of
/// `newer`.
async fn end_across(older: &mut File, newer: &mut File, lines: &[u8]) -> io::Result<Ends> {
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
    let turns = turns.filter(|(old, new)| !new.is_empty() && tail.ends_with(old) && head.starts_with(new));
    Ok(turns.fold(Ends::None, |ends, (_, new)| ends.and(new.len() as u64)))
}
