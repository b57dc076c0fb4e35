//! The logs in a tar archive, such as a support bundle: its files whose first lines have time stamps.

use std::{
    io::{self, Read},
    rc::Rc,
};

use super::{
    opened::{FileReader, Progress},
    packing::{peek, unpacked},
    source::{Archive, HEAD_BYTES, Place, Sources, first_stamp},
};
use crate::{run::Timestamp, text};

/// Adds the logs of an archive; what cannot be read of it is a gap.
pub(super) fn members(
    sources: &mut Sources,
    name: &str,
    archive: &Archive,
    written_at: Timestamp,
) -> io::Result<()> {
    let before = sources.list.len();
    let reader = FileReader::new(Rc::clone(&archive.file), 0, u64::MAX, Progress::default());
    let mut tar = tar::Archive::new(unpacked(Box::new(reader))?);
    let mut entries = tar.entries()?;
    loop {
        let entry = match entries.next() {
            None => break,
            Some(Ok(entry)) => entry,
            Some(Err(error)) => {
                sources.gaps.push(format!("the rest of the archive {name} cannot be read: {error}"));
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
        let plain = plain_head(head);
        if first_stamp(&plain).is_none() {
            sources.passed_over += 1;
            continue;
        }
        let place = Place::Member { archive: archive.clone(), position, length };
        sources.add_log(&member, &plain, modified, place)?;
    }
    if sources.list.len() == before {
        return Err(io::Error::other("it is an archive without a log in it"));
    }
    Ok(())
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
