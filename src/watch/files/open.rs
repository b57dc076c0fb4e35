//! A file that is read on and on, and the place up to which it was read.

use std::{
    io,
    os::{fd::AsRawFd as _, unix::fs::MetadataExt as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{BLOCK, Outlet, hole::skip_hole, rotated::Inode};
use crate::{parse, run::Arrival, watch::holes::is_blank};

/// Bytes read last that have to stand where they stood, or the file is another under the same name.
const EVIDENCE: usize = 4096;

pub(super) fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no file")
}

/// An open file.
pub(super) struct Open {
    pub(super) file: File,
    pub(super) inode: Inode,
    /// When it was last written, as of the last reading.
    pub(super) modified: SystemTime,
    place: Place,
    /// Where the log had come to before this file, when that was last written, and which file it was.
    before: (Place, SystemTime, Inode),
    arrival: Arrival,
    is_unpacked: bool,
    /// Whether it is a file, and no pipe or device.
    pub(super) is_file: bool,
}

/// What a file turned out to be when it was read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The one it was.
    AsBefore,
    /// Emptied, or written anew.
    Otherwise,
    /// It has changed, and what was read of it is no more than other files may begin with.
    Unproven,
}

/// How far a log was read, and what stands before that.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    position: u64,
    last: Vec<u8>,
}

impl Place {
    /// Whether anything tells it from the same place in another log.
    const fn has_evidence(&self) -> bool {
        !self.last.is_empty()
    }

    /// Whether no line was read that another file would hardly begin with: none with a stamp.
    pub(super) fn is_weak(&self) -> bool {
        let is_stamped = |line: &[u8]| parse::log_line(line).stamp.is_some();
        self.position == self.last.len() as u64 && !self.last.split(|byte| *byte == b'\n').any(is_stamped)
    }
}

impl Open {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub(super) async fn new(path: &Path, arrival: Arrival) -> io::Result<Self> {
        // A named pipe that nobody writes to must not hold up the opening.
        let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path).await?;
        let open = Self::over(file, arrival).await?;
        if open.is_file { Ok(open) } else { Err(no_file()) }
    }

    /// Opens a pipe or a device, once somebody writes to it.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) async fn pipe(path: &Path, arrival: Arrival) -> io::Result<Self> {
        Self::over(File::open(path).await?, arrival).await
    }

    pub(super) async fn over(file: File, arrival: Arrival) -> io::Result<Self> {
        let metadata = file.metadata().await?;
        let (inode, modified) = ((metadata.dev(), metadata.ino()), metadata.modified()?);
        let (place, before) = (Place::default(), (Place::default(), modified, inode));
        let is_file = metadata.is_file();
        Ok(Self { file, inode, modified, place, before, arrival, is_unpacked: false, is_file })
    }

    /// The same, as what was unpacked from the file `inode`, written at `modified`.
    pub(super) const fn unpacked(mut self, inode: Inode, modified: SystemTime) -> Self {
        (self.inode, self.modified, self.is_unpacked) = (inode, modified, true);
        self
    }

    /// The same, as what follows on `read`.
    pub(super) fn after(mut self, read: &Self) -> Self {
        self.before = (read.end().cloned().unwrap_or_default(), read.end_modified(), read.end_inode());
        self
    }

    /// The last place of the log, be it in a file before this one; `None` where nothing was read yet.
    pub(super) fn end(&self) -> Option<&Place> {
        [&self.place, &self.before.0].into_iter().find(|place| place.has_evidence())
    }

    /// When the file of that place was last written, as of its last reading.
    pub(super) const fn end_modified(&self) -> SystemTime {
        if self.is_fresh() { self.before.1 } else { self.modified }
    }

    /// Which file it is that holds that place.
    pub(super) const fn end_inode(&self) -> Inode {
        if self.is_fresh() { self.before.2 } else { self.inode }
    }

    /// Whether nothing of this very file was read yet, though the log had begun.
    pub(super) const fn is_fresh(&self) -> bool {
        self.before.0.has_evidence() && !self.place.has_evidence()
    }

    /// Goes to `position`, whatever stands before it.
    pub(super) async fn go_to(&mut self, position: u64) -> io::Result<()> {
        let length = EVIDENCE.min(usize::try_from(position).unwrap_or(EVIDENCE));
        self.file.seek(io::SeekFrom::Start(position - length as u64)).await?;
        let mut last = vec![0; length];
        self.file.read_exact(&mut last).await?;
        self.place = Place { position, last };
        Ok(())
    }

    /// Goes to the beginning, to be read once more.
    pub(super) async fn begin_again(&mut self) -> io::Result<()> {
        self.arrival = Arrival::MayRepeat;
        self.go_to(0).await
    }

    /// Goes to `place`, if it is one of this file.
    pub(super) async fn find(&mut self, place: &Place) -> io::Result<bool> {
        match self.go_to(place.position).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            other => other.map(|()| self.place.last == place.last),
        }
    }

    /// Passes on what was written since the last reading, if what was read still stands.
    pub(super) async fn read_on(&mut self, outlet: &mut Outlet) -> io::Result<Read> {
        if self.has_changed().await? {
            if !self.is_as_read().await? {
                return Ok(Read::Otherwise);
            }
            if self.is_file && self.place.is_weak() {
                return Ok(Read::Unproven);
            }
            self.drain(outlet).await?;
        }
        Ok(Read::AsBefore)
    }

    /// Whether nothing was ever read of the log.
    pub(super) fn is_first(&self) -> bool {
        self.end().is_none()
    }

    /// Where the open file stands now, be it under another name.
    pub(super) fn path_now(&self) -> Option<PathBuf> {
        std::fs::read_link(format!("/proc/self/fd/{}", self.file.as_raw_fd())).ok()
    }

    /// Whether anything was written to it since it was last read.
    async fn has_changed(&self) -> io::Result<bool> {
        let metadata = self.file.metadata().await?;
        let is_touched = !self.is_unpacked && metadata.modified()? != self.modified;
        Ok(metadata.len() != self.place.position || is_touched)
    }

    /// Whether the bytes read last still stand where they stood. Nothing is written anew in what is read only once.
    async fn is_as_read(&mut self) -> io::Result<bool> {
        let place = self.place.clone();
        let is_same = self.find(&place).await;
        self.place = place;
        match is_same {
            Err(error) if error.kind() == io::ErrorKind::NotSeekable => Ok(true),
            is_same => is_same,
        }
    }

    /// Passes on all that has come.
    pub(super) async fn drain(&mut self, outlet: &mut Outlet) -> io::Result<()> {
        let mut block = vec![0; BLOCK];
        if !self.is_unpacked {
            // Looked at before: what is written meanwhile is then seen as a change.
            self.modified = self.file.metadata().await?.modified()?;
        }
        loop {
            let read = self.file.read(&mut block).await?;
            let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            self.place.position += read as u64;
            self.place.last.extend_from_slice(bytes);
            let surplus = self.place.last.len().saturating_sub(EVIDENCE);
            self.place.last.drain(..surplus);
            outlet.pass_on(bytes, self.arrival).await?;
            if is_blank(bytes) {
                let hole = skip_hole(&mut self.file, self.place.position).await?;
                self.place.position += hole;
                self.place
                    .last
                    .extend(std::iter::repeat_n(0, EVIDENCE.min(hole.try_into().unwrap_or(EVIDENCE))));
                self.place.last.drain(..self.place.last.len().saturating_sub(EVIDENCE));
                outlet.pass_over(hole).await?;
            }
        }
        self.arrival = Arrival::Live;
        Ok(())
    }
}
