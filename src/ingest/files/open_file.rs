//! A log file held open, read on and on, and checked before each reading: it may be emptied, written anew, renamed or
//! removed at any moment.

use std::{
    fs, io,
    os::{fd::AsFd as _, unix::fs::MetadataExt as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use nix::sys::uio::pread;
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};

use super::{
    checkpoint::Checkpoint,
    outlet::{BLOCK_BYTES, Outlet},
    sparse::skip_hole,
};
use crate::{
    appliance::observation::Observation, ingest::holes::is_blank, input::foreign_form, platform::path_of,
    run::Arrival,
};

/// A program may write this much whenever it starts; more than that proves that the log goes on.
const MAX_BANNER_BYTES: u64 = 64 * 1024;

/// What identifies a file whatever its name: device and inode.
pub(super) type Inode = (u64, u64);

pub(super) fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no file")
}

/// Files were renamed or written anew during a poll.
#[derive(Debug, thiserror::Error)]
#[error("it was rotated or emptied while it was read")]
struct ChangedMeanwhile;

pub(super) fn changed_meanwhile() -> io::Error {
    io::Error::other(ChangedMeanwhile)
}

/// Whether a poll failed for that reason: the next one finds out what has become of the log.
pub(super) fn is_changed_meanwhile(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<ChangedMeanwhile>)
}

/// What was found; `None` where a file cannot be read.
pub(super) fn unless_changed<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if !is_changed_meanwhile(&error) => Ok(None),
        found => found.map(Some),
    }
}

/// Where the reading of a log has come to.
#[derive(Clone, Debug)]
pub(super) struct LogEnd {
    pub(super) checkpoint: Checkpoint,
    pub(super) inode: Inode,
    /// When that was last written, as of the last reading.
    pub(super) modified: SystemTime,
}

pub(super) struct OpenFile {
    pub(super) file: File,
    own: LogEnd,
    /// The end in the files before this one.
    before: Option<LogEnd>,
    /// When it was last written, as of the last check; `own.modified` once all that was there then is read.
    checked: SystemTime,
    /// Its length at the last check.
    length: u64,
    /// Whether bytes were read and dropped, as the file had changed meanwhile.
    has_dropped: bool,
    arrival: Arrival,
    /// Whether it is a temporary copy that was unpacked: nothing is written to it.
    is_unpacked: bool,
    /// Whether it is a file, and no pipe or device.
    pub(super) is_file: bool,
    pub(super) disk: Disk,
}

/// Whose disk a file is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    /// This machine's, which answers at once: no thread has to wait for it.
    Local,
    /// Perhaps another machine's.
    Unknown,
}

/// What happened to a file since it was last read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileChange {
    None,
    Grown,
    /// It was emptied, or written anew.
    Rewritten,
    /// It was written to or written anew: what was read of it is no more than other files may begin with.
    Unproven,
}

/// What was read of a file at once, and the length of the hole after it.
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    pub(super) hole: u64,
}

impl OpenFile {
    pub(super) async fn open(path: &Path, arrival: Arrival) -> io::Result<Self> {
        // Opening a named pipe would wait for a writer.
        let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path).await?;
        let open = Self::over(file, arrival).await?;
        if open.is_file { Ok(open) } else { Err(not_a_file()) }
    }

    /// As [`Self::open`]; `None` where no file has the name, as between two files of a rotation.
    pub(super) async fn open_if_there(path: &Path, arrival: Arrival) -> io::Result<Option<Self>> {
        match Self::open(path, arrival).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// Opens a pipe or a device, once somebody writes to it.
    pub(super) async fn open_pipe(path: &Path, arrival: Arrival) -> io::Result<Self> {
        Self::over(File::open(path).await?, arrival).await
    }

    async fn over(file: File, arrival: Arrival) -> io::Result<Self> {
        let metadata = file.metadata().await?;
        let modified = metadata.modified()?;
        let inode = (metadata.dev(), metadata.ino());
        Ok(Self {
            file,
            own: LogEnd { checkpoint: Checkpoint::default(), inode, modified },
            before: None,
            checked: modified,
            length: 0,
            has_dropped: false,
            arrival,
            is_unpacked: false,
            is_file: metadata.is_file(),
            disk: Disk::Unknown,
        })
    }

    /// What was unpacked from the file `inode`, last written at `modified`.
    pub(super) async fn unpacked(
        file: File,
        arrival: Arrival,
        inode: Inode,
        modified: SystemTime,
    ) -> io::Result<Self> {
        let mut open = Self::over(file, arrival).await?;
        // Listings know the packed file: the inode of the copy would not be found in them.
        (open.own.inode, open.own.modified, open.is_unpacked) = (inode, modified, true);
        Ok(open)
    }

    /// The same, as the file after `read`.
    pub(super) fn after(mut self, read: &Self) -> Self {
        self.before = read.end().cloned();
        self
    }

    /// The end of the log so far, be it in a file before this one; `None` where nothing was ever read.
    pub(super) fn end(&self) -> Option<&LogEnd> {
        if self.own.checkpoint.is_unproven() { self.before.as_ref() } else { Some(&self.own) }
    }

    pub(super) const fn inode(&self) -> Inode {
        self.own.inode
    }

    pub(super) const fn is_fresh(&self) -> bool {
        self.before.is_some() && self.own.checkpoint.is_unproven()
    }

    /// Whether what was read of it is no more than other files may begin with.
    pub(super) const fn is_unproven(&self) -> bool {
        self.is_file && self.own.checkpoint.is_weak()
    }

    /// Whether no more was read of it than a program may write whenever it starts.
    pub(super) const fn is_short(&self) -> bool {
        self.own.checkpoint.position <= MAX_BANNER_BYTES
    }

    pub(super) const fn arrival(&self) -> Arrival {
        self.arrival
    }

    /// Whether it has no name any more.
    pub(super) async fn is_removed(&self) -> io::Result<bool> {
        Ok(self.file.metadata().await?.nlink() == 0)
    }

    pub(super) fn path_now(&self) -> Option<PathBuf> {
        path_of(&self.file)
    }

    /// Goes to `position`, whatever is before it.
    pub(super) async fn go_to(&mut self, position: u64) -> io::Result<()> {
        // Far enough back to find a line with a timestamp in any log that has them.
        let begin = position.saturating_sub(BLOCK_BYTES as u64);
        let before = self.bytes_at(begin, usize::try_from(position - begin).unwrap_or(BLOCK_BYTES)).await?;
        // Rebuilt from the bytes before, so that the place is found again after the next rotation.
        self.own.checkpoint = Checkpoint::at(begin);
        self.own.checkpoint.extend(&before);
        Ok(())
    }

    pub(super) async fn begin_again(&mut self) -> io::Result<()> {
        self.arrival = Arrival::MayRepeat;
        self.go_to(0).await
    }

    pub(super) async fn find(&mut self, checkpoint: &Checkpoint) -> io::Result<bool> {
        let is_found = self.holds(checkpoint).await?;
        if is_found {
            self.own.checkpoint = checkpoint.clone();
        }
        Ok(is_found)
    }

    /// Goes to `position`, the end of `lines`; an error where they are no longer there.
    pub(super) async fn go_behind(&mut self, lines: &[u8], position: u64) -> io::Result<()> {
        self.go_to(position).await?;
        // Only as far back as both reach, as a checkpoint holds fewer bytes than the lines may have.
        let mut pairs = lines.iter().rev().zip(self.own.checkpoint.last.iter().rev());
        if pairs.all(|(line, found)| line == found) { Ok(()) } else { Err(changed_meanwhile()) }
    }

    /// Whether it is the file that was `read`, and holds what was read of it.
    pub(super) async fn begins_as(&mut self, read: &Self) -> io::Result<bool> {
        let is_same = self.own.inode == read.own.inode && !read.own.checkpoint.is_unproven();
        Ok(is_same && self.holds(&read.own.checkpoint).await?)
    }

    async fn holds(&mut self, checkpoint: &Checkpoint) -> io::Result<bool> {
        for (position, bytes) in checkpoint.evidence() {
            let found = match self.bytes_at(position, bytes.len()).await {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
                found => found?,
            };
            if found != bytes {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn bytes_at(&mut self, position: u64, length: usize) -> io::Result<Vec<u8>> {
        let (mut bytes, mut filled) = (vec![0; length], 0);
        while filled < length {
            let read =
                self.read_at(position + filled as u64, bytes.get_mut(filled..).unwrap_or_default()).await?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
        }
        Ok(bytes)
    }

    /// Reads at `position`, which a pipe does not have.
    async fn read_at(&mut self, position: u64, bytes: &mut [u8]) -> io::Result<usize> {
        if self.disk == Disk::Local && self.is_file {
            let offset = i64::try_from(position).map_err(io::Error::other)?;
            return Ok(pread(&self.file, bytes, offset)?);
        }
        // The comparisons move the position of the open file, so it is set for each read.
        if self.is_file {
            self.file.seek(io::SeekFrom::Start(position)).await?;
        }
        self.file.read(bytes).await
    }

    pub(super) async fn check(&mut self) -> io::Result<FileChange> {
        self.note_state().await?;
        // The length alone misses a file that was written anew to the very same length.
        let is_touched = !self.is_unpacked && self.checked != self.own.modified;
        // The usual poll ends here, without a read.
        if self.length == self.own.checkpoint.position && !is_touched && !self.has_dropped {
            return Ok(FileChange::None);
        }
        if !self.is_as_read().await? {
            return Ok(FileChange::Rewritten);
        }
        Ok(if self.is_unproven() { FileChange::Unproven } else { FileChange::Grown })
    }

    /// Notes its time of writing and length before it is read: what is written while it is read then counts as a
    /// change at the next check.
    pub(super) async fn note_state(&mut self) -> io::Result<()> {
        let metadata = if self.disk == Disk::Local {
            fs::File::from(self.file.as_fd().try_clone_to_owned()?).metadata()?
        } else {
            self.file.metadata().await?
        };
        if !self.is_unpacked {
            self.checked = metadata.modified()?;
        }
        self.length = metadata.len();
        Ok(())
    }

    /// Whether less of it could be read than was there at the last check.
    pub(super) const fn has_shrunk(&self) -> bool {
        self.is_file && self.own.checkpoint.position < self.length
    }

    /// Whether the bytes read last are still where they were. Pipes and unpacked copies are never written anew.
    pub(super) async fn is_as_read(&mut self) -> io::Result<bool> {
        if !self.is_file || self.is_unpacked {
            return Ok(true);
        }
        let checkpoint = self.own.checkpoint.clone();
        self.holds(&checkpoint).await
    }

    /// Reads what comes next, without moving on; `None` at the end.
    pub(super) async fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let position = self.own.checkpoint.position;
        let mut bytes = vec![0; BLOCK_BYTES];
        let read = self.read_at(position, &mut bytes).await?;
        bytes.truncate(read);
        if bytes.is_empty() {
            return Ok(None);
        }
        // At the start only: further on, any bytes may look like the magic number of a packed file.
        let is_start = self.is_file && !self.is_unpacked && position == 0;
        if let Some(form) = foreign_form(&bytes).filter(|_| is_start) {
            return Err(io::Error::other(form.to_string()));
        }
        let is_hole = self.is_file && is_blank(&bytes);
        let hole = if is_hole { skip_hole(&mut self.file, position + read as u64).await? } else { 0 };
        Ok(Some(Piece { bytes, hole }))
    }

    /// Passes on what was read, and moves on over it.
    pub(super) async fn pass_on(&mut self, piece: Piece, outlet: &mut Outlet) -> io::Result<()> {
        // Moved on before the piece is handed over: a failure there means that the session has ended, and
        // nothing is read again.
        self.own.checkpoint.extend(&piece.bytes);
        self.own.checkpoint.skip(piece.hole);
        outlet.pass_on(&piece.bytes, self.arrival).await?;
        if piece.hole == 0 {
            return Ok(());
        }
        outlet.observe(Observation::LogHole { bytes: piece.hole }).await
    }

    /// Notes that what was read last was dropped: the file has changed, whatever it looks like at the next check.
    pub(super) const fn drop_piece(&mut self) {
        self.has_dropped = true;
    }

    /// Notes that all is read that was there at the last check.
    pub(super) const fn is_read(&mut self) {
        // What comes from here on was written during the watch.
        (self.own.modified, self.has_dropped, self.arrival) = (self.checked, false, Arrival::Live);
    }

    /// Passes on the rest of a file that no longer has the log's name; whether it was not written anew meanwhile.
    pub(super) async fn drain(&mut self, outlet: &mut Outlet) -> io::Result<bool> {
        self.note_state().await?;
        while let Some(piece) = self.next_piece().await? {
            if !self.is_as_read().await? {
                return Ok(false);
            }
            self.pass_on(piece, outlet).await?;
        }
        self.is_read();
        Ok(true)
    }
}
