//! Files that the user names: read whole within bounds, or refused with a sentence. Logs, which may be endless, are not
//! read here; only their form is recognised by their first bytes.

mod form;

use std::{
    fs::OpenOptions,
    io::{self, Read as _},
    os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _},
    path::Path,
};

pub(crate) use self::form::foreign_form;

/// Reads a file of at most `limit` bytes. Pipes and devices are refused, as they may never end. The text of the error is a
/// sentence for the user.
pub(crate) fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // A named pipe that nobody writes to would hold up the opening for ever.
    let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    // The opened file is examined and not its path, which may lead to something else by now.
    if let Some(kind) = other_kind(file.metadata()?.file_type()) {
        return Err(io::Error::other(format!("it is {kind}, not a file; save its content to a file first")));
    }
    let mut bytes = Vec::new();
    // A file may report no length and never end, as some of /proc do.
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!(
            "it is longer than {} KiB, which no such file is",
            limit >> 10
        )));
    }
    Ok(bytes)
}

/// Reads a text file of at most `limit` bytes; a byte order mark is no part of the text.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    text_of(read_file(path, limit)?)
}

/// The text that a file holds, without its byte order mark.
pub(crate) fn text_of(bytes: Vec<u8>) -> io::Result<String> {
    if let Some(form) = foreign_form(&bytes) {
        return Err(io::Error::other(form.to_string()));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| io::Error::other("it is no text in UTF-8; convert it first, for example with iconv"))?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

/// What stands in a file's place, where it is no file.
pub(crate) fn other_kind(kind: std::fs::FileType) -> Option<&'static str> {
    let known = [
        (kind.is_dir(), "a folder"),
        (kind.is_fifo(), "a named pipe"),
        (kind.is_char_device() || kind.is_block_device(), "a device"),
        (kind.is_socket(), "a socket"),
    ];
    known.into_iter().find_map(|(is_it, name)| is_it.then_some(name))
}

#[cfg(test)]
mod tests {
    use nix::{sys::stat::Mode, unistd::mkfifo};

    use super::*;

    fn refusal(path: &Path) -> String {
        read_file(path, 1 << 10).unwrap_err().to_string()
    }

    #[test]
    fn what_is_no_file_is_refused_with_a_sentence_and_never_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let pipe = home.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        assert_eq!(refusal(&pipe), "it is a named pipe, not a file; save its content to a file first");
        assert!(refusal(home.path()).starts_with("it is a folder"));
        for device in ["/dev/zero", "/dev/null"] {
            assert!(refusal(Path::new(device)).starts_with("it is a device"));
        }
    }

    #[test]
    fn a_file_that_does_not_end_within_its_bound_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("long");
        std::fs::write(&path, vec![b'x'; 1024]).unwrap();
        assert_eq!(read_file(&path, 1 << 10).unwrap().len(), 1024);
        std::fs::File::options().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(refusal(&path), "it is longer than 1 KiB, which no such file is");
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_text_and_other_encodings_are_named() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("text");
        std::fs::write(&path, "\u{feff}a = 1\n").unwrap();
        assert_eq!(read_text(&path, 99).unwrap(), "a = 1\n");
        std::fs::write(&path, b"\xff\xfea\0 \0=\0").unwrap();
        assert!(read_text(&path, 99).unwrap_err().to_string().contains("UTF-16"));
        std::fs::write(&path, b"a = \"\xe9\"").unwrap();
        assert!(read_text(&path, 99).unwrap_err().to_string().contains("UTF-8"));
    }
}
