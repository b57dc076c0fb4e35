//! The logs in a tar archive, such as a support bundle: its files whose first lines have time stamps.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
    rc::Rc,
};

use super::{
    opened::{FileReader, Progress},
    packing::{peek, unpacked},
};
use crate::{
    ingest::log_parser::words,
    parse::{Stamp, log_line},
    run::Timestamp,
    text,
};

/// First bytes of a log, in which its first stamp is looked for.
pub(in crate::ingest::import) const HEAD_BYTES: usize = 64 << 10;

/// A tar archive, which may be compressed.
#[derive(Clone)]
pub(in crate::ingest::import) struct Archive {
    pub(in crate::ingest::import) path: Option<PathBuf>,
    pub(in crate::ingest::import) file: Rc<File>,
    pub(in crate::ingest::import) is_packed: bool,
}

/// A log in an archive.
pub(in crate::ingest::import) struct Member {
    /// Behind the archive's name.
    pub(in crate::ingest::import) name: String,
    pub(in crate::ingest::import) written_at: Timestamp,
    /// Its first plain bytes.
    pub(in crate::ingest::import) head: Vec<u8>,
    /// Where it is in the plain archive.
    pub(in crate::ingest::import) position: u64,
    pub(in crate::ingest::import) length: u64,
}

/// What is in an archive.
#[derive(Default)]
pub(in crate::ingest::import) struct Members {
    pub(in crate::ingest::import) list: Vec<Member>,
    /// Files that are no logs.
    pub(in crate::ingest::import) passed_over: u64,
    /// Why the rest of it cannot be read.
    pub(in crate::ingest::import) gap: Option<String>,
}

/// The logs of an archive.
pub(in crate::ingest::import) fn members(
    name: &str,
    archive: &Archive,
    written_at: Timestamp,
) -> io::Result<Members> {
    // Not counted as progress: the archive is read once more for its lines.
    let reader = FileReader::new(Rc::clone(&archive.file), 0, u64::MAX, Progress::default());
    let mut tar = tar::Archive::new(unpacked(Box::new(reader))?);
    let mut found = Members::default();
    for entry in tar.entries()? {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.gap = Some(format!("the rest of the archive {name} cannot be read: {error}"));
                break;
            }
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let (position, length) = (entry.raw_file_position(), entry.size());
        let seconds = entry.header().mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
        // Some writers of archives leave the time out.
        let modified = seconds.filter(|seconds| *seconds > 0);
        let modified = modified.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
        let modified = modified.map_or(written_at, |at| Timestamp::new(at).min(written_at));
        let member = format!("{name}:{}", text::printable_within(&entry.path_bytes(), 256));
        let mut head = Vec::new();
        // What cannot be read of it here is not read later either, and is a gap then.
        let _ = entry.take(HEAD_BYTES as u64).read_to_end(&mut head);
        let head = plain_head(head);
        if first_stamp(&head).is_none() {
            found.passed_over += 1;
            continue;
        }
        found.list.push(Member { name: member, written_at: modified, head, position, length });
    }
    if found.list.is_empty() {
        return Err(io::Error::other("it is an archive without a log in it"));
    }
    Ok(found)
}

/// The first plain bytes of a file of which the first bytes are given.
fn plain_head(head: Vec<u8>) -> Vec<u8> {
    let mut plain = Vec::new();
    if let Ok(reader) = unpacked(Box::new(io::Cursor::new(head))).and_then(|reader| peek(reader, 0)) {
        // A compressed file that is cut off here gives what was whole.
        let _ = reader.1.take(HEAD_BYTES as u64).read_to_end(&mut plain);
    }
    plain
}

/// The stamp of the first line that has one.
pub(in crate::ingest::import) fn first_stamp(head: &[u8]) -> Option<Stamp> {
    head.split(|byte| *byte == b'\n').find_map(|line| log_line(&words(line)).stamp)
}
