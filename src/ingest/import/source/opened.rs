//! An opened log: counted as it is read, stopped by a signal, and compared at its end with what it was at its beginning.

use std::{
    cell::Cell,
    fs::File,
    io::{self, Read},
    os::{
        fd::AsFd as _,
        unix::fs::{FileExt as _, MetadataExt as _},
    },
    path::{Path, PathBuf},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::ingest::import::error::stopped;

/// Bytes by which a file is recognised again.
const HEAD_BYTES: usize = 4096;
/// What standard input is called.
pub(in crate::ingest::import) const STANDARD_INPUT: &str = "standard input";
/// How long a silent pipe is waited for before a signal is looked for again, in milliseconds.
const PIPE_WAIT_MILLIS: u16 = 200;

/// What all logs of one import share: bytes read so far, and whether a signal has come.
#[derive(Clone, Debug, Default)]
pub(in crate::ingest::import) struct Progress {
    pub(in crate::ingest::import) read: Rc<Cell<u64>>,
    pub(in crate::ingest::import) stop: Arc<AtomicBool>,
}

/// A regular file from a place on; several readers of one file do not disturb each other.
pub(in crate::ingest::import) struct FileReader {
    file: Rc<File>,
    position: u64,
    end: u64,
    progress: Progress,
}

impl FileReader {
    pub(in crate::ingest::import) const fn new(
        file: Rc<File>,
        position: u64,
        end: u64,
        progress: Progress,
    ) -> Self {
        Self { file, position, end, progress }
    }
}

impl Read for FileReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.progress.stop.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        let room =
            usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(usize::MAX).min(into.len());
        let read = self.file.read_at(into.get_mut(..room).unwrap_or_default(), self.position)?;
        self.position += read as u64;
        self.progress.read.set(self.progress.read.get() + read as u64);
        Ok(read)
    }
}

/// A pipe or a terminal.
pub(in crate::ingest::import) struct PipeReader {
    file: File,
    progress: Progress,
}

impl PipeReader {
    pub(in crate::ingest::import) const fn new(file: File, progress: Progress) -> Self {
        Self { file, progress }
    }
}

impl Read for PipeReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.progress.stop.load(Ordering::Relaxed) {
                return Err(stopped());
            }
            // A read would not return when a signal comes, as its handler lets it go on.
            let mut ready = [PollFd::new(self.file.as_fd(), PollFlags::POLLIN)];
            match poll(&mut ready, PollTimeout::from(PIPE_WAIT_MILLIS)) {
                Ok(0) | Err(nix::errno::Errno::EINTR) => {}
                Ok(_) => break,
                Err(error) => return Err(error.into()),
            }
        }
        let read = self.file.read(into)?;
        self.progress.read.set(self.progress.read.get() + read as u64);
        Ok(read)
    }
}

/// What is missing of a log, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Something of the block read last.
    InBlock(String),
    /// Something of the log.
    InLog(String),
    /// What followed the block read last.
    Behind(String),
}

impl Missing {
    pub(crate) fn reason(&self) -> &str {
        let (Self::InBlock(reason) | Self::InLog(reason) | Self::Behind(reason)) = self;
        reason
    }
}

/// A log that is being read.
pub(crate) struct Opened {
    reader: Box<dyn Read>,
    begun: Option<Begun>,
}

/// A file as it was when its reading began.
struct Begun {
    /// `None` for standard input, in whose place nothing else can be put.
    path: Option<PathBuf>,
    file: Rc<File>,
    head: Vec<u8>,
    length: u64,
}

impl Opened {
    pub(in crate::ingest::import) fn new(reader: Box<dyn Read>) -> Self {
        Self { reader, begun: None }
    }

    /// With the file that it is read from.
    pub(in crate::ingest::import) fn of_file(
        reader: Box<dyn Read>,
        path: Option<&Path>,
        file: Rc<File>,
    ) -> io::Result<Self> {
        let head = head(&file)?;
        let length = file.metadata()?.len();
        Ok(Self { reader, begun: Some(Begun { path: path.map(Path::to_owned), file, head, length }) })
    }

    pub(in crate::ingest::import) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.reader.read(into)
    }

    /// What has become of the file since it was opened, if that took lines away or kept them out.
    pub(in crate::ingest::import) fn change(&self) -> Option<Missing> {
        let Begun { path, file, head: before, length } = self.begun.as_ref()?;
        let name = path.as_ref().map_or_else(|| STANDARD_INPUT.to_owned(), |path| path.display().to_string());
        let now = file.metadata().ok()?;
        // Before the heads are compared, as that of a file cut to nothing differs too.
        if now.len() < *length {
            return Some(Missing::InLog(format!(
                "{name} was cut from {length} to {} bytes while it was read; what it held there may be missing",
                now.len()
            )));
        }
        // Only as a beginning: a file shorter than what is compared may have grown.
        if !head(file).ok()?.starts_with(before) {
            return Some(Missing::InLog(format!(
                "{name} was written anew while it was read; lines of either may be missing"
            )));
        }
        let is_same = |there: std::fs::Metadata| (there.dev(), there.ino()) == (now.dev(), now.ino());
        let is_in_place = path.as_ref().is_none_or(|path| std::fs::metadata(path).is_ok_and(is_same));
        (!is_in_place).then(|| {
            Missing::Behind(format!(
                "{name} was replaced while it was read; the file that it was is read, what follows it is not"
            ))
        })
    }
}

fn head(file: &File) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let read = file.read_at(&mut head, 0)?;
    head.truncate(read);
    Ok(head)
}
