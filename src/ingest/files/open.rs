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

use super::{
    BLOCK, Outlet,
    hole::skip_hole,
    rotated::{Inode, changed_meanwhile},
};
use crate::{ingest::holes::is_blank, input::foreign_form, parse, run::Arrival};

/// Bytes read last that have to stand where they stood, or the file is another under the same name.
const EVIDENCE: usize = 4096;

/// So much may be what every file of a log begins with, whatever its older files hold.
const COMMON: u64 = 64 * 1024;

/// Bytes of the last line with a stamp that are remembered as evidence.
const STAMPED: usize = 256;

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
    /// When it was written as of the last check; `modified` once all that was there then is read.
    checked: SystemTime,
    /// Its length then.
    length: u64,
    /// Whether bytes were read that were not taken in, as the file had changed meanwhile.
    has_dropped: bool,
    /// Where the log had come to before this file, when that was last written, and which file it was.
    before: (Place, SystemTime, Inode),
    arrival: Arrival,
    is_unpacked: bool,
    /// Whether it is a file, and no pipe or device.
    pub(super) is_file: bool,
}

/// What a file turned out to be when it was looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// The one it was, and nothing was written to it.
    AsBefore,
    /// The one it was, and it was written to.
    Grown,
    /// Emptied, or written anew.
    Otherwise,
    /// It has changed, and what was read of it is no more than other files may begin with.
    Unproven,
}

/// What was read of a file at once, and the hole behind it.
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    pub(super) hole: u64,
}

/// How far a log was read, and what stands before that.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    position: u64,
    last: Vec<u8>,
    /// The last line with a stamp, or its beginning, and where it stands.
    stamped: Option<(u64, Vec<u8>)>,
}

impl Place {
    /// Whether anything tells it from the same place in another log.
    const fn has_evidence(&self) -> bool {
        !self.last.is_empty()
    }

    /// Whether no line with a stamp was read: whatever the others say, every file of the log may begin with them.
    pub(super) const fn is_weak(&self) -> bool {
        self.stamped.is_none()
    }

    /// Goes on behind `bytes`, which stand at the place.
    fn extend(&mut self, bytes: &[u8]) {
        let begin = self.position - self.last.len() as u64;
        self.last.extend_from_slice(bytes);
        self.position += bytes.len() as u64;
        if let Some((offset, line)) = last_stamped(&self.last, begin == 0) {
            self.stamped = Some((begin + offset as u64, line.to_vec()));
        }
        self.last.drain(..self.last.len().saturating_sub(EVIDENCE));
    }

    /// Goes on behind a hole at the place.
    fn skip(&mut self, hole: u64) {
        self.position += hole;
        self.last.extend(std::iter::repeat_n(0, EVIDENCE.min(hole.try_into().unwrap_or(EVIDENCE))));
        self.last.drain(..self.last.len().saturating_sub(EVIDENCE));
    }
}

/// The last line with a stamp in `bytes`, cut to what is remembered of it, and its offset. `is_line_start`: a line
/// begins where they do.
fn last_stamped(bytes: &[u8], is_line_start: bool) -> Option<(usize, &[u8])> {
    let mut end = bytes.len();
    loop {
        let begin =
            bytes.get(..end).and_then(|before| memchr::memrchr(b'\n', before)).map(|newline| newline + 1);
        if begin.is_none() && !is_line_start {
            return None;
        }
        let line = bytes.get(begin.unwrap_or(0)..end).unwrap_or_default();
        if parse::log_line(line).stamp.is_some() {
            return Some((begin.unwrap_or(0), line.get(..STAMPED).unwrap_or(line)));
        }
        end = begin? - 1;
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
        let (checked, length, has_dropped, is_unpacked) = (modified, 0, false, false);
        Ok(Self {
            file,
            inode,
            modified,
            place,
            checked,
            length,
            has_dropped,
            before,
            arrival,
            is_unpacked,
            is_file,
        })
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
        // Far enough back to meet a line with a stamp in any log that has them.
        let begin = position.saturating_sub(BLOCK as u64);
        let before = self.bytes_at(begin, usize::try_from(position - begin).unwrap_or(BLOCK)).await?;
        self.place = Place { position: begin, ..Place::default() };
        self.place.extend(&before);
        Ok(())
    }

    async fn bytes_at(&mut self, position: u64, length: usize) -> io::Result<Vec<u8>> {
        self.file.seek(io::SeekFrom::Start(position)).await?;
        let mut bytes = vec![0; length];
        self.file.read_exact(&mut bytes).await?;
        Ok(bytes)
    }

    /// Goes to the beginning, to be read once more.
    pub(super) async fn begin_again(&mut self) -> io::Result<()> {
        self.arrival = Arrival::MayRepeat;
        self.go_to(0).await
    }

    /// Goes to `place`, if it is one of this file.
    pub(super) async fn find(&mut self, place: &Place) -> io::Result<bool> {
        let is_found = self.holds(place).await?;
        if is_found {
            self.place = place.clone();
        }
        Ok(is_found)
    }

    /// Whether it is the file that was `read`, with what was read of it.
    pub(super) async fn begins_as(&mut self, read: &Self) -> io::Result<bool> {
        Ok(self.inode == read.inode && read.place.has_evidence() && self.holds(&read.place).await?)
    }

    /// Goes to `position`, behind the last of `lines`.
    ///
    /// # Errors
    /// They stand there no more.
    pub(super) async fn go_behind(&mut self, lines: &[u8], position: u64) -> io::Result<()> {
        self.go_to(position).await?;
        let mut pairs = lines.iter().rev().zip(self.place.last.iter().rev());
        if pairs.all(|(line, found)| line == found) { Ok(()) } else { Err(changed_meanwhile()) }
    }

    /// Whether what stands before `place` stands in this file.
    async fn holds(&mut self, place: &Place) -> io::Result<bool> {
        let last = (place.position - place.last.len() as u64, &place.last);
        for (offset, bytes) in place.stamped.iter().map(|(offset, line)| (*offset, line)).chain([last]) {
            let found = match self.bytes_at(offset, bytes.len()).await {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
                found => found?,
            };
            if found != *bytes {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the file is now, compared with what was read of it.
    pub(super) async fn check(&mut self) -> io::Result<Read> {
        if !self.has_changed().await? {
            return Ok(Read::AsBefore);
        }
        if !self.is_as_read().await? {
            return Ok(Read::Otherwise);
        }
        Ok(if self.is_file && self.place.is_weak() { Read::Unproven } else { Read::Grown })
    }

    /// Whether what was read of it is no more than other files may begin with.
    pub(super) const fn is_unproven(&self) -> bool {
        self.is_file && self.place.is_weak()
    }

    /// Whether nothing was ever read of the log.
    pub(super) fn is_first(&self) -> bool {
        self.end().is_none()
    }

    /// How the lines that are read next arrive.
    pub(super) const fn arrival(&self) -> Arrival {
        self.arrival
    }

    /// Whether no name is left to it.
    pub(super) async fn is_gone(&self) -> io::Result<bool> {
        Ok(self.file.metadata().await?.nlink() == 0)
    }

    /// Where the open file stands now, be it under another name.
    pub(super) fn path_now(&self) -> Option<PathBuf> {
        std::fs::read_link(format!("/proc/self/fd/{}", self.file.as_raw_fd())).ok()
    }

    /// Whether anything was written to it since it was last read.
    async fn has_changed(&mut self) -> io::Result<bool> {
        self.note_state().await?;
        let is_touched = !self.is_unpacked && self.checked != self.modified;
        Ok(self.length != self.place.position || is_touched || self.has_dropped)
    }

    /// Notes when it was last written and how long it is, before it is read: what is written meanwhile is then seen as
    /// a change.
    pub(super) async fn note_state(&mut self) -> io::Result<()> {
        let metadata = self.file.metadata().await?;
        if !self.is_unpacked {
            self.checked = metadata.modified()?;
        }
        self.length = metadata.len();
        Ok(())
    }

    /// Whether less of it could be read than was there at the last check.
    pub(super) const fn has_shrunk(&self) -> bool {
        self.is_file && self.place.position < self.length
    }

    /// Whether the bytes read last still stand where they stood. Nothing is written anew in what is read only once.
    pub(super) async fn is_as_read(&mut self) -> io::Result<bool> {
        if !self.is_file || self.is_unpacked {
            return Ok(true);
        }
        let place = self.place.clone();
        self.holds(&place).await
    }

    /// Whether no more of it was read than what a program may write whenever it starts.
    pub(super) const fn is_short(&self) -> bool {
        self.place.position <= COMMON
    }

    /// Reads what comes next, without taking it in; `None` at the end.
    pub(super) async fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        if self.is_file {
            self.file.seek(io::SeekFrom::Start(self.place.position)).await?;
        }
        let mut bytes = vec![0; BLOCK];
        let read = self.file.read(&mut bytes).await?;
        bytes.truncate(read);
        if bytes.is_empty() {
            return Ok(None);
        }
        let is_start = self.is_file && !self.is_unpacked && self.place.position == 0;
        if let Some(form) = foreign_form(&bytes).filter(|_| is_start) {
            return Err(io::Error::other(form.to_string()));
        }
        let is_hole = self.is_file && is_blank(&bytes);
        let hole =
            if is_hole { skip_hole(&mut self.file, self.place.position + read as u64).await? } else { 0 };
        Ok(Some(Piece { bytes, hole }))
    }

    /// Takes in what was read, and passes it on.
    pub(super) async fn pass_on(&mut self, piece: Piece, outlet: &mut Outlet) -> io::Result<()> {
        self.place.extend(&piece.bytes);
        self.place.skip(piece.hole);
        outlet.pass_on(&piece.bytes, self.arrival).await?;
        outlet.pass_over(piece.hole).await
    }

    /// Notes that what was read last is not taken in: the file has changed meanwhile, whatever it looks like later.
    pub(super) const fn drop_piece(&mut self) {
        self.has_dropped = true;
    }

    /// Notes that all is read that was there at the last check.
    pub(super) const fn is_read(&mut self) {
        (self.modified, self.has_dropped, self.arrival) = (self.checked, false, Arrival::Live);
    }

    /// Passes on all that has come to a file that no longer bears the log's name; whether it stood as it was until then.
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
