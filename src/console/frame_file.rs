//! Writes what the screen shows to a file of its own: a new one each time, readable by its owner alone.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::run::Timestamp;

/// Files of the same second.
const MAX_FILES: u32 = 100;

/// Writes `content` into `folder` under the time `at`; returns the file.
pub(super) fn write(folder: &Path, at: Timestamp, extension: &str, content: &str) -> io::Result<PathBuf> {
    let stem = format!("screen-{}", at.utc().format("%Y%m%dT%H%M%SZ"));
    for number in 1..=MAX_FILES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let path = folder.join(format!("{stem}{suffix}.{extension}"));
        // Never over a file: the one that is there may be what another saw.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => return file.write_all(content.as_bytes()).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(format!("there are {MAX_FILES} files of this second already")))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    #[test]
    fn a_second_file_of_the_same_second_gets_a_name_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let at = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 42, 10).unwrap());
        let first = write(folder.path(), at, "txt", "one").unwrap();
        let second = write(folder.path(), at, "txt", "two").unwrap();
        assert_eq!(first, folder.path().join("screen-20260913T164210Z.txt"));
        assert_eq!(second, folder.path().join("screen-20260913T164210Z-2.txt"));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "one");
    }
}
