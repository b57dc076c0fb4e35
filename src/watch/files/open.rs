//! A file that is read on and on, and the place up to which it was read.

use std::{io, os::unix::fs::MetadataExt as _, path::Path, time::SystemTime};

use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{BLOCK, Outlet, hole::skip_hole, rotated::Inode};
use crate::{run::Arrival, watch::holes::is_blank};

/// Bytes read last that have to stand where they stood, or the file is another under the same name.
const EVIDENCE: usize = 4096;

/// An open file.
pub(super) struct Open {
    pub(super) file: File,
    pub(super) inode: Inode,
    /// When it was last written, as of the last reading.
    pub(super) modified: SystemTime,
    place: Place,
    /// Where the log had come to before this file, and when that was last written.
    before: (Place, SystemTime),
    arrival: Arrival,
    is_unpacked: bool,
}

/// What a file turned out to be when it was read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The one it was.
    AsBefore,
    /// Emptied, or written anew.
    Otherwise,
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
}

impl Open {
    pub(super) async fn new(path: &Path, arrival: Arrival) -> io::Result<Self> {
        Self::over(File::open(path).await?, arrival).await
    }

    pub(super) async fn over(file: File, arrival: Arrival) -> io::Result<Self> {
        let metadata = file.metadata().await?;
        let (inode, modified) = ((metadata.dev(), metadata.ino()), metadata.modified()?);
        let (place, before) = (Place::default(), (Place::default(), modified));
        Ok(Self { file, inode, modified, place, before, arrival, is_unpacked: false })
    }

    /// The same, as what was unpacked from a file written at `modified`.
    pub(super) const fn unpacked(mut self, modified: SystemTime) -> Self {
        (self.modified, self.is_unpacked) = (modified, true);
        self
    }

    /// The same, as what follows on `read`.
    pub(super) fn after(mut self, read: &Self) -> Self {
        self.before = (read.end().cloned().unwrap_or_default(), read.end_modified());
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
            if self.is_fresh() || !self.is_as_read().await? {
                return Ok(Read::Otherwise);
            }
            self.drain(outlet).await?;
        }
        Ok(Read::AsBefore)
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
