//! Reading a journal record by record, its sequence and chain checked on the way. What the
//! records add up to is `fold`'s, what they cite `verify`'s.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use crate::journal::{
    disk::{RunFolder, open_regular},
    error::{JournalError, Problem},
    format::{Envelope, MAX_LINE, NO_DIGEST, decode, digest},
};
use crate::run::{Event, FORMAT, FormatVersion, JournalHead, Record, Sequence, Timestamp};

/// What a line of the journal holds.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "one line at a time is held, and nearly all are records")]
pub enum Content {
    /// A record.
    Record(Record),
    /// A record of a kind, or with a content, that only a newer minor version of the format knows.
    Opaque {
        /// Its place.
        seq: Sequence,
        /// Its time.
        at: Timestamp,
        /// Its kind, as written.
        kind: String,
    },
}

impl Content {
    pub(in crate::journal) const fn place(&self) -> (Sequence, Timestamp) {
        match self {
            Self::Record(record) => (record.seq, record.at),
            Self::Opaque { seq, at, .. } => (*seq, *at),
        }
    }

    /// The kind of the record, as the journal writes it.
    pub(in crate::journal) fn kind(self) -> String {
        match self {
            Self::Opaque { kind, .. } => kind,
            Self::Record(record) => {
                let event = serde_json::to_value(&record.event).unwrap_or_default();
                event.get("kind").and_then(|kind| kind.as_str()).unwrap_or("unknown").to_owned()
            }
        }
    }
}

/// A line of the journal and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Byte at which the line begins.
    pub offset: u64,
    /// What it holds.
    pub content: Content,
}

/// A last line without its newline: a record that was never acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// Byte at which it begins.
    pub offset: u64,
    /// Its length.
    pub bytes: u64,
}

/// What reading a journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadReport {
    /// The format it is written in; `None` for an empty journal.
    pub format: Option<FormatVersion>,
    /// Where it stands.
    pub head: JournalHead,
    /// Records passed over because only a newer minor version knows them.
    pub opaque: u64,
    /// A torn last line.
    pub torn: Option<Torn>,
    /// Length of the whole lines in bytes.
    pub length: u64,
    /// Place of the next record.
    pub next: Sequence,
}

/// A place between two records, from which another reader can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    offset: u64,
    /// Where the line before it begins.
    last_offset: u64,
    next: Sequence,
    head: JournalHead,
    format: Option<FormatVersion>,
    opaque: u64,
}

/// Reads the journal of a run, checking sequence and chain.
///
/// At the end of the file the iterator gives `None`; on a journal still being written it can be
/// asked again later. After an error it gives nothing more.
pub struct JournalReader<R = BufReader<File>> {
    input: R,
    path: PathBuf,
    /// The line being read, as far as it is there.
    partial: Vec<u8>,
    position: Position,
    failed: bool,
}

impl JournalReader {
    /// Opens the journal of `folder`.
    ///
    /// # Errors
    /// [`JournalError::Read`].
    pub fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        let path = folder.journal_path();
        match open_regular(&path) {
            Ok(file) => Ok(Self::new(BufReader::with_capacity(64 << 10, file), &path)),
            Err(source) => Err(JournalError::Read { path, source }),
        }
    }

    /// Opens the journal of `folder` at a place that another reader of it has come to.
    pub(crate) fn open_at(folder: &RunFolder, position: &Position) -> Result<Self, JournalError> {
        let mut reader = Self::open(folder)?;
        let seek = reader.input.seek(SeekFrom::Start(position.offset));
        seek.map_err(|source| JournalError::Read { path: reader.path.clone(), source })?;
        // The head comes along, so that the chain is checked across the two readers.
        reader.position = position.clone();
        Ok(reader)
    }
}

impl<R: BufRead + Seek> JournalReader<R> {
    /// Reads a journal from `input`; `path` is its name in errors.
    pub fn new(input: R, path: &Path) -> Self {
        let position = Position {
            offset: 0,
            last_offset: 0,
            next: Sequence(0),
            head: JournalHead { records: 0, head: NO_DIGEST.to_owned() },
            format: None,
            opaque: 0,
        };
        Self { input, path: path.to_owned(), partial: Vec::new(), position, failed: false }
    }

    /// What was found so far; the whole of it once the iterator has come to its end.
    #[must_use]
    pub fn report(&self) -> ReadReport {
        let bytes = self.partial.len() as u64;
        let Position { offset, next, head, format, opaque, .. } = self.position.clone();
        let torn = (bytes > 0).then_some(Torn { offset, bytes });
        ReadReport { format, head, opaque, torn, length: offset, next }
    }

    pub(crate) fn position(&self) -> Position {
        self.position.clone()
    }

    pub(crate) const fn head(&self) -> &JournalHead {
        &self.position.head
    }

    fn read_entry(&mut self) -> Result<Option<Entry>, JournalError> {
        let Some(line) = self.read_line()? else { return Ok(None) };
        let content = self.check(&line)?;
        let position = &mut self.position;
        let offset = position.offset;
        position.next = content.place().0.next();
        // Lost records of a hole are not counted: only what is in the file can be verified.
        position.head = JournalHead { records: position.head.records + 1, head: digest(&line) };
        position.last_offset = offset;
        position.offset += line.len() as u64 + 1;
        position.opaque += u64::from(matches!(content, Content::Opaque { .. }));
        Ok(Some(Entry { offset, content }))
    }

    /// The next whole line without its newline; `None` where there is none (yet).
    fn read_line(&mut self) -> Result<Option<Vec<u8>>, JournalError> {
        let refused = |source| JournalError::Read { path: self.path.clone(), source };
        if !self.partial.is_empty() {
            // The writer may have cut off what was torn and written something else.
            self.partial.clear();
            self.input.seek(SeekFrom::Start(self.position.offset)).map_err(refused)?;
        }
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(refused(source)),
            };
            if buffer.is_empty() {
                // The beginning of a line stays in `partial`, from which `report` knows of a torn line.
                return Ok(None);
            }
            let newline = memchr::memchr(b'\n', buffer);
            let taken = newline.unwrap_or(buffer.len());
            // Checked before it is copied: a file without newlines must not fill the memory.
            if self.partial.len() + taken >= MAX_LINE {
                return Err(self.bad_line(Problem::TooLong));
            }
            self.partial.extend_from_slice(buffer.get(..taken).unwrap_or_default());
            self.input.consume(taken + usize::from(newline.is_some()));
            if newline.is_some() {
                return Ok(Some(std::mem::take(&mut self.partial)));
            }
        }
    }

    fn check(&mut self, line: &[u8]) -> Result<Content, JournalError> {
        let (content, prev) = match self.interpret(line) {
            Ok(found) => found,
            Err(Refusal::TooNew(found)) => {
                return Err(JournalError::TooNew { path: self.path.clone(), found });
            }
            Err(Refusal::Problem(problem)) => return Err(self.bad_line(problem)),
        };
        // First, so that a missing record is named, and not one of its sound neighbours.
        self.check_place(&content)?;
        if prev != self.position.head.head {
            return Err(self.broken_chain(line, &prev));
        }
        Ok(content)
    }

    fn interpret(&mut self, line: &[u8]) -> Result<(Content, String), Refusal> {
        let Some(format) = self.position.format else {
            // The version before the content, as a newer major version may hold what this program would
            // misread.
            let envelope = Envelope::decode(line)?;
            let format = envelope.format.filter(|_| envelope.kind == "run_started");
            let format = format.ok_or(Problem::NotStarted)?;
            if format.major > FORMAT.major {
                return Err(Refusal::TooNew(format));
            }
            let (record, prev) = decode(line)?;
            self.position.format = Some(format);
            return Ok((Content::Record(record), prev));
        };
        match decode(line) {
            Ok((record, prev)) => Ok((Content::Record(record), prev)),
            // In any other version a line that cannot be decoded was damaged, and must not be passed over.
            Err(_) if format.minor > FORMAT.minor => {
                let Envelope { seq, at, prev, kind, .. } = Envelope::decode(line)?;
                Ok((Content::Opaque { seq, at, kind }, prev))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    fn check_place(&self, content: &Content) -> Result<(), JournalError> {
        let lost = match content {
            Content::Record(Record { event: Event::RecordHole { records, .. }, .. }) => *records,
            _ => 0,
        };
        let (found, _) = content.place();
        // Saturating, as the number comes from a file that anybody may have changed.
        let expected = Sequence(self.position.next.0.saturating_add(lost));
        if found == expected { Ok(()) } else { Err(self.bad_line(Problem::OutOfSequence { found })) }
    }

    /// Finds out which of two records that do not fit together was changed. It is the present one where the line after
    /// it holds the digest of the present line with the right `prev` put in; otherwise it is the one before.
    fn broken_chain(&mut self, line: &[u8], prev: &str) -> JournalError {
        // Reading ahead is harmless: after an error the reader gives nothing more.
        let after = self.read_line().ok().flatten().and_then(|after| Envelope::decode(&after).ok());
        let mended = replaced(line, prev.as_bytes(), self.position.head.head.as_bytes());
        let is_own = match (&after, mended) {
            (Some(after), Some(mended)) => after.prev != digest(line) && after.prev == digest(&mended),
            _ => false,
        };
        match self.position.next.0.checked_sub(1) {
            Some(before) if !is_own => {
                let problem = if after.is_some() { Problem::Changed } else { Problem::Unfitting };
                self.bad(Sequence(before), self.position.last_offset, problem)
            }
            _ => self.bad_line(Problem::Unchained),
        }
    }

    /// That the line after those read so far was changed, where these are known to be sound.
    pub(in crate::journal) fn unchained(&self) -> JournalError {
        self.bad_line(Problem::Unchained)
    }

    fn bad_line(&self, problem: Problem) -> JournalError {
        self.bad(self.position.next, self.position.offset, problem)
    }

    pub(in crate::journal) fn bad(&self, record: Sequence, offset: u64, problem: Problem) -> JournalError {
        JournalError::Bad { path: self.path.clone(), record, offset, problem }
    }
}

impl<R: BufRead + Seek> Iterator for JournalReader<R> {
    type Item = Result<Entry, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let entry = self.read_entry();
        // The bad line is consumed but not counted, so that every record behind it would be placed wrongly.
        self.failed = entry.is_err();
        entry.transpose()
    }
}

/// `line` with the first `old` in it replaced; `None` where it is not there, or there is nothing to replace.
fn replaced(line: &[u8], old: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(line, old).filter(|_| !old.is_empty())?;
    let (before, rest) = line.split_at_checked(at)?;
    Some([before, new, rest.get(old.len()..)?].concat())
}

enum Refusal {
    TooNew(FormatVersion),
    Problem(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}
