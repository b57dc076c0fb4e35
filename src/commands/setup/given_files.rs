//! Files given on the command line: whether a log can be followed, and a saved bucket listing.

use std::{
    io::Read as _,
    os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _},
    path::Path,
};

use crate::{
    input, parse,
    run::{Elapsed, Event, ListingCause, Timestamp},
    session::setup::Failure,
    text,
};

/// First bytes of a log, which show its form.
const LOG_START_BYTES: usize = 64 << 10;

/// A longer file is no saved listing.
const MAX_LISTING_BYTES: u64 = 4 << 20;

/// Refuses a log that is neither a file of plain text nor a named pipe.
pub(crate) fn check_log(path: &Path) -> Result<(), Failure> {
    let unusable = |reason: String| {
        Failure::Usage(format!(
            "the log {} cannot be read: {reason}; --log takes ssh, a file, or - for standard input",
            path.display()
        ))
    };
    // A named pipe that nobody writes to yet would hold up the opening for ever.
    let flags = nix::fcntl::OFlag::O_NONBLOCK.bits();
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags).open(path);
    let file = file.map_err(|error| unusable(error.to_string()))?;
    let metadata = file.metadata().map_err(|error| unusable(error.to_string()))?;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        return Ok(());
    }
    if let Some(other) = input::other_kind(kind) {
        return Err(unusable(format!("it is {other}")));
    }
    let mut start = Vec::with_capacity(LOG_START_BYTES);
    file.take(LOG_START_BYTES as u64).read_to_end(&mut start).map_err(|error| unusable(error.to_string()))?;
    match input::foreign_form(&start) {
        Some(form) => Err(unusable(form.to_string())),
        None => Ok(()),
    }
}

/// When a log was last written, if it is a file: its lines are no younger.
pub(crate) fn written_by(path: &Path) -> Option<Timestamp> {
    let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some(Timestamp::new(metadata.modified().ok()?.into()))
}

/// The saved bucket listing at `path`, as an event.
pub(crate) fn read_bucket(path: &Path) -> Result<Event, Failure> {
    let unusable = |reason: String| {
        Failure::Usage(format!(
            "the bucket listing {} cannot be used: {reason}; --bucket takes the saved reply to `show replication bucket`",
            path.display()
        ))
    };
    let bytes = input::read_file(path, MAX_LISTING_BYTES).map_err(|error| unusable(error.to_string()))?;
    if let Some(form) = input::foreign_form(&bytes) {
        return Err(unusable(form.to_string()));
    }
    let text = without_decoration(&bytes);
    let listing = parse::bucket_listing(&text).map_err(|error| unusable(error.to_string()))?;
    let raw = text::printable_within(&bytes, 4096);
    Ok(Event::ListingRead { listing, cause: ListingCause::File, took: Elapsed::ZERO, raw })
}

/// A saved listing without its byte order mark and without the control sequences of a terminal it was copied from.
fn without_decoration(saved: &[u8]) -> Vec<u8> {
    let text = saved.strip_prefix("\u{feff}".as_bytes()).unwrap_or(saved);
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').map(parse::undecorated).collect();
    lines.join(&b'\n')
}

#[cfg(test)]
mod tests {
    use nix::{sys::stat::Mode, unistd::mkfifo};

    use super::*;

    const LISTING: &str = "listing entries from bucket b\r\n4 entries in bucket b\r\n1KiB (1024 bytes) in bucket b:\r\n\
                           * 512B in 2 maps\r\n* 512B in 2 rbtmds\r\n";

    struct Given(tempfile::TempDir);

    impl Given {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn holding(&self, bytes: &[u8]) -> std::path::PathBuf {
            let path = self.0.path().join("given");
            std::fs::write(&path, bytes).unwrap();
            path
        }
    }

    #[test]
    fn a_listing_is_read_with_a_byte_order_mark_and_with_what_a_terminal_added() {
        let given = Given::new();
        let coloured = LISTING.replace("* ", "\x1b[1m* \x1b[0m");
        for text in [LISTING.to_owned(), format!("\u{feff}{LISTING}"), coloured, format!("\0\0{LISTING}")] {
            let event = read_bucket(&given.holding(text.as_bytes()));
            let Ok(Event::ListingRead { listing, .. }) = event else { panic!("{event:?} of {text:?}") };
            assert_eq!(
                (listing.counts.name.as_str(), listing.counts.maps.map(|count| count.0)),
                ("b", Some(2))
            );
        }
    }

    #[test]
    fn a_listing_in_another_form_is_refused_with_what_to_do() {
        let given = Given::new();
        let wide: Vec<u8> = format!("\u{feff}{LISTING}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let error = read_bucket(&given.holding(&wide)).unwrap_err().to_string();
        assert!(error.contains("UTF-16") && error.contains("iconv"), "{error}");
        let pipe = given.0.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        assert!(read_bucket(&pipe).unwrap_err().to_string().contains("a named pipe"));
        assert!(read_bucket(Path::new("/dev/zero")).unwrap_err().to_string().contains("a device"));
        assert!(
            read_bucket(&given.holding(&vec![b' '; 5 << 20])).unwrap_err().to_string().contains("longer")
        );
    }

    #[test]
    fn a_log_that_is_no_plain_text_is_refused_with_what_to_do() {
        let given = Given::new();
        for (bytes, words) in [
            (&b"\x1f\x8b\x08\0\0"[..], "zcat"),
            (b"\xfd7zXZ\0\0\0", "xzcat"),
            (b"\x28\xb5\x2f\xfd\0", "zstdcat"),
            (b"BZh91AY&SY", "bzcat"),
            (b"\xff\xfeS\0e\0p\0", "UTF-16"),
            (b"Sep 13 x\rSep 13 y\r", "carriage return"),
        ] {
            let error = check_log(&given.holding(bytes)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        assert!(check_log(Path::new("/dev/zero")).unwrap_err().to_string().contains("a device"));
        for bytes in [&b""[..], b"Sep 13", b"\xef\xbb\xbfSep 13 16:03:38 h x: y\r\n", &[0; 9000]] {
            check_log(&given.holding(bytes)).unwrap();
        }
    }
}
