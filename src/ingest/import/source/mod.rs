//! The logs that were named: found, recognised, and put in the order in which they were written.

pub(in crate::ingest::import) mod archive;
pub(in crate::ingest::import) mod opened;
pub(in crate::ingest::import) mod packing;
mod rotated;

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek as _},
    os::{fd::AsFd as _, unix::fs::OpenOptionsExt as _},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, atomic::AtomicBool},
};

use self::{
    archive::{Archive, HEAD_BYTES, Members, first_stamp, members},
    opened::{FileReader, Opened, PipeReader, Progress, STANDARD_INPUT},
    packing::{is_archive, peek, unpacked},
    rotated::missing_between,
};
use super::{
    error::{ImportError, is_stopped},
    written::{Misdated, Written},
};
use crate::{input, parse::Stamp, run::Timestamp};

/// One log.
pub(crate) struct Source {
    /// For people; a member of an archive behind the archive's name.
    pub(crate) name: String,
    pub(crate) written: Written,
    /// The stamp of its first line that has one.
    pub(super) first: Option<Stamp>,
    /// Which logs of its set are not there, between it and the one before it.
    pub(super) missing_before: Option<String>,
    pub(super) place: Place,
    pub(super) progress: Progress,
}

pub(super) enum Place {
    /// A pipe: it can be read once.
    Pipe(Option<Box<dyn Read>>),
    /// A file, from its beginning; without a path where it is standard input or a copy of it.
    File { path: Option<PathBuf>, file: Rc<File> },
    /// A part of an archive.
    Member { archive: Archive, position: u64, length: u64 },
}

/// All logs, in the order of their first lines.
pub(crate) struct Sources {
    pub(crate) list: Vec<Source>,
    /// Bytes of all files as they are on disk; `None` where a pipe is among them.
    pub(crate) length: Option<u64>,
    /// What could not be read of archives, as sentences.
    pub(crate) gaps: Vec<String>,
    /// Files of archives that are no logs.
    pub(crate) passed_over: u64,
    progress: Progress,
}

/// How logs are looked for.
pub(crate) struct Search<'a> {
    /// The files, `-` for standard input.
    pub(crate) names: &'a [PathBuf],
    pub(crate) now: Timestamp,
    /// The year of the first line, where it is given.
    pub(crate) year: Option<i32>,
    /// What earlier readings have shown of their years.
    pub(crate) misdated: &'a [Misdated],
    /// Set by a signal.
    pub(crate) stop: Arc<AtomicBool>,
    /// A folder for a copy of standard input, where that has to be read more than once.
    pub(crate) copies: Option<&'a Path>,
}

impl Sources {
    pub(crate) fn find(search: &Search<'_>) -> Result<Self, ImportError> {
        let progress = Progress { stop: Arc::clone(&search.stop), ..Progress::default() };
        let mut found =
            Self { list: Vec::new(), length: Some(0), gaps: Vec::new(), passed_over: 0, progress };
        for path in with_contents(search.names)? {
            let name =
                if is_standard_input(&path) { STANDARD_INPUT.to_owned() } else { path.display().to_string() };
            found.add(&name, &path, search).map_err(|error| {
                if is_stopped(&error) {
                    ImportError::Stopped
                } else {
                    ImportError::Unusable { name: name.clone(), reason: error.to_string() }
                }
            })?;
        }
        found.sort(search);
        for later in 1..found.list.len() {
            if let Some([older, newer]) = found.list.get_mut(later - 1..=later) {
                newer.missing_before = missing_between(&older.name, &newer.name);
            }
        }
        Ok(found)
    }

    /// Whether no pipe is among them.
    pub(crate) fn can_be_read_again(&self) -> bool {
        !self.list.iter().any(|source| matches!(source.place, Place::Pipe(_)))
    }

    /// Forgets what was read so far, before all is read once more.
    pub(crate) fn rewind(&self) {
        self.progress.read.set(0);
    }

    /// Bytes read so far, of those of [`Self::length`]; counted on while `list` is read.
    pub(crate) fn counter(&self) -> Rc<std::cell::Cell<u64>> {
        Rc::clone(&self.progress.read)
    }

    fn add(&mut self, name: &str, path: &Path, search: &Search<'_>) -> io::Result<()> {
        let file = open(path)?;
        let metadata = file.metadata()?;
        let written_at =
            if metadata.is_file() { Timestamp::new(metadata.modified()?.into()) } else { search.now };
        // Lines are dated by the time of their file: one in the future would date them a year too late.
        let written_at = written_at.min(search.now);
        if !metadata.is_file() {
            return self.add_pipe(name, file, written_at, search);
        }
        self.length = self.length.map(|length| length + metadata.len());
        let path = (!is_standard_input(path)).then_some(path);
        self.add_file(name, path, Rc::new(file), written_at)
    }

    fn add_pipe(
        &mut self,
        name: &str,
        file: File,
        written_at: Timestamp,
        search: &Search<'_>,
    ) -> io::Result<()> {
        let (head, reader) = peek(Box::new(PipeReader::new(file, self.progress.clone())), HEAD_BYTES)?;
        let (plain, _) = peek(unpacked(Box::new(io::Cursor::new(head)))?, HEAD_BYTES)?;
        // An archive is read in the order of its logs, and not of its members.
        if let Some(folder) =
            search.copies.map(Path::to_owned).or_else(|| is_archive(&plain).then(std::env::temp_dir))
        {
            let mut copy = tempfile::tempfile_in(folder)?;
            let mut reader = reader;
            io::copy(&mut reader, &mut copy)?;
            copy.rewind()?;
            self.length = self.length.and(Some(copy.metadata()?.len()));
            self.rewind();
            return self.add_file(name, None, Rc::new(copy), written_at);
        }
        self.length = None;
        let reader = unpacked(reader)?;
        self.add_log(name, &plain, written_at, Place::Pipe(Some(reader)))
    }

    fn add_file(
        &mut self,
        name: &str,
        path: Option<&Path>,
        file: Rc<File>,
        written_at: Timestamp,
    ) -> io::Result<()> {
        let reader = || Box::new(FileReader::new(Rc::clone(&file), 0, u64::MAX, Progress::default()));
        let (magic, _) = peek(reader(), HEAD_BYTES)?;
        let (plain, _) = peek(unpacked(reader())?, HEAD_BYTES)?;
        if is_archive(&plain) {
            let is_packed = !is_archive(&magic);
            let archive = Archive { path: path.map(Path::to_owned), file: Rc::clone(&file), is_packed };
            let Members { list, passed_over, gap } = members(name, &archive, written_at)?;
            self.passed_over += passed_over;
            self.gaps.extend(gap);
            for member in list {
                let place = Place::Member {
                    archive: archive.clone(),
                    position: member.position,
                    length: member.length,
                };
                self.add_log(&member.name, &member.head, member.written_at, place)?;
            }
            return Ok(());
        }
        self.add_log(name, &plain, written_at, Place::File { path: path.map(Path::to_owned), file })
    }

    fn add_log(&mut self, name: &str, head: &[u8], written_at: Timestamp, place: Place) -> io::Result<()> {
        if let Some(form) = input::foreign_form(head) {
            return Err(io::Error::other(form.to_string()));
        }
        let progress = self.progress.clone();
        self.list.push(Source {
            name: name.to_owned(),
            written: Written::at(written_at),
            first: first_stamp(head),
            missing_before: None,
            place,
            progress,
        });
        Ok(())
    }

    fn sort(&mut self, search: &Search<'_>) {
        for Misdated { name, written } in search.misdated {
            for source in self.list.iter_mut().filter(|source| source.name == *name) {
                let Written { begins_by, ends_by } = &mut source.written;
                (*begins_by, *ends_by) =
                    ((*begins_by).min(written.begins_by), (*ends_by).min(written.ends_by));
            }
        }
        let written_by = |source: &Source| match search.year {
            None => source.written.begins_by,
            // All in one year, whichever: which of them comes first is decided below.
            Some(_) => search.now,
        };
        let begins = |source: &Source| {
            source.first.and_then(|stamp| match search.year {
                Some(year) if stamp.year.is_none() => stamp.in_year(year),
                _ => stamp.resolve(written_by(source)),
            })
        };
        self.list.sort_by_key(|source| begins(source).unwrap_or(source.written.begins_by));
        if search.year.is_some() {
            let times: Vec<_> = self.list.iter().filter_map(begins).collect();
            self.list.rotate_left(after_widest_gap(&times));
        }
    }
}

/// Where a series begins that was put into one year although it goes over its end: behind its widest gap, which is none if
/// that is the time from its end to its beginning.
fn after_widest_gap(times: &[Timestamp]) -> usize {
    let half_a_year = chrono::TimeDelta::days(180);
    let gaps = times.windows(2).enumerate().filter_map(|(at, pair)| {
        let [before, after] = pair else { return None };
        Some((after.offset_from(*before), at + 1))
    });
    gaps.max().filter(|(gap, _)| *gap > half_a_year).map_or(0, |(_, at)| at)
}

impl Source {
    /// Opens the log; its plain bytes follow.
    pub(super) fn open(&mut self) -> Result<Opened, ImportError> {
        let unusable = |name: &str, error: io::Error| ImportError::Unusable {
            name: name.to_owned(),
            reason: error.to_string(),
        };
        let reader = |file: &Rc<File>, position, end, progress: &Progress| {
            Box::new(FileReader::new(Rc::clone(file), position, end, progress.clone()))
        };
        let opened = match &mut self.place {
            Place::Pipe(reader) => {
                let again = || io::Error::other("it cannot be read a second time");
                reader.take().map(Opened::new).ok_or_else(again)
            }
            Place::File { path, file } => unpacked(reader(file, 0, u64::MAX, &self.progress))
                .and_then(|reader| Opened::of_file(reader, path.as_deref(), Rc::clone(file))),
            Place::Member { archive, position, length } => {
                let (position, length) = (*position, *length);
                let member = if archive.is_packed {
                    let whole = unpacked(reader(&archive.file, 0, u64::MAX, &self.progress));
                    whole.and_then(|mut whole| {
                        // There is no seeking in compressed bytes: those before the log are unpacked and dropped.
                        io::copy(&mut whole.by_ref().take(position), &mut io::sink())?;
                        unpacked(Box::new(whole.take(length)))
                    })
                } else {
                    unpacked(reader(&archive.file, position, position + length, &self.progress))
                };
                member.and_then(|reader| {
                    Opened::of_file(reader, archive.path.as_deref(), Rc::clone(&archive.file))
                })
            }
        };
        opened.map_err(|error| unusable(&self.name, error))
    }
}

/// The files in folders that were named, and the others.
fn with_contents(names: &[PathBuf]) -> Result<Vec<PathBuf>, ImportError> {
    let mut paths = Vec::new();
    for name in names {
        if !name.is_dir() {
            paths.push(name.clone());
            continue;
        }
        let unusable = |error: io::Error| ImportError::Unusable {
            name: name.display().to_string(),
            reason: error.to_string(),
        };
        for entry in fs::read_dir(name).map_err(unusable)? {
            let path = entry.map_err(unusable)?.path();
            if path.is_file() {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn open(path: &Path) -> io::Result<File> {
    if is_standard_input(path) {
        // The stream itself, past the buffer of the standard library: poll(2) knows nothing of bytes that wait in that.
        return Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?));
    }
    // A named pipe that nobody writes to would hold up the opening for ever.
    let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    match input::other_kind(file.metadata()?.file_type()) {
        Some(kind) => Err(io::Error::other(format!("it is {kind}"))),
        None => Ok(file),
    }
}
