//! Compressed logs, recognised by their first bytes, as plain bytes.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use ruzstd::decoding::StreamingDecoder;

use crate::ingest::import::error::is_stopped;

/// Bytes by which a form is recognised: those of a tar archive are the last.
const MAGIC_BYTES: usize = 512;
/// A compressed file may be in a compressed archive; more is an accident or an attack.
const MAX_LAYERS: u8 = 3;

/// Memory for what was unpacked last, to which the next bytes refer: a header may ask for gigabytes. That of zstd has the same
/// bound ([`ruzstd::decoding::DEFAULT_MAX_WINDOW_SIZE`]); `xz -9` takes 65 MiB.
const MAX_WINDOW_KIB: u32 = 128 << 10;

/// `reader` with its first bytes, where it is not at its end.
pub(in crate::ingest::import) fn peek(
    mut reader: Box<dyn Read>,
    length: usize,
) -> io::Result<(Vec<u8>, Box<dyn Read>)> {
    let mut head = Vec::new();
    let rest: Box<dyn Read> = match reader.by_ref().take(length as u64).read_to_end(&mut head) {
        Ok(_) => reader,
        Err(error) if head.is_empty() || is_stopped(&error) => return Err(error),
        // A file cut off within these bytes is read as far as it goes, like one cut off behind them.
        Err(error) => Box::new(Unreadable(Some(error))),
    };
    Ok((head.clone(), Box::new(Cursor::new(head).chain(rest))))
}

/// Where an error was met, which comes in its place.
struct Unreadable(Option<io::Error>);

impl Read for Unreadable {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// The plain bytes of what may be compressed.
pub(in crate::ingest::import) fn unpacked(mut reader: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    for _ in 0..MAX_LAYERS {
        let (head, whole) = peek(reader, MAGIC_BYTES)?;
        reader = match head.as_slice() {
            [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(whole))),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => {
                Box::new(lzma_rust2::XzReader::new_mem_limit(BufReader::new(whole), true, MAX_WINDOW_KIB))
            }
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(Zstd { frame: None, rest: Some(BufReader::new(whole)) }),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => {
                Box::new(bzip2::bufread::MultiBzDecoder::new(BufReader::new(whole)))
            }
            _ => return Ok(whole),
        };
    }
    Ok(reader)
}

pub(in crate::ingest::import) fn is_archive(head: &[u8]) -> bool {
    head.get(257..262) == Some(b"ustar")
}

type Packed = BufReader<Box<dyn Read>>;

/// Frames of zstd in a row, as `zstd` itself and log rotation write them.
struct Zstd {
    frame: Option<StreamingDecoder<Packed, ruzstd::decoding::FrameDecoder>>,
    rest: Option<Packed>,
}

impl Read for Zstd {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(into)?;
                if read > 0 || into.is_empty() {
                    return Ok(read);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.rest = Some(frame.into_inner());
            }
            let Some(mut rest) = self.rest.take() else { return Ok(0) };
            if rest.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.frame = Some(StreamingDecoder::new(rest).map_err(io::Error::other)?);
        }
    }
}
