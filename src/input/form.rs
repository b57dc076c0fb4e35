//! In which form a file is that is no plain text, by its first bytes.

use std::fmt;

/// A form that is not read, with the command that makes plain text of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Compressed or packed: the form's name, and what unpacks it to standard output.
    Packed(&'static str, &'static str),
    /// Text in another encoding, by the name that `iconv` has for it.
    Encoded(&'static str),
    CarriageReturns,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packed(name, command) => {
                write!(f, "it is packed ({name}); unpack it first: {command} FILE > PLAIN")
            }
            Self::Encoded(name) => {
                let encoding = name.trim_end_matches("LE").trim_end_matches("BE");
                write!(f, "it is text in {encoding}; convert it first: iconv -f {name} -t UTF-8 FILE > PLAIN")
            }
            Self::CarriageReturns => f.write_str(
                "its lines end in a carriage return alone; convert it first: tr '\\r' '\\n' < FILE > PLAIN",
            ),
        }
    }
}

const PACKED: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "gzip", "zcat"),
    (b"\xfd7zXZ\0", "xz", "xzcat"),
    // LZMA has no magic number; these are its usual properties byte and the low bytes of the usual dictionary
    // sizes.
    (b"\x5d\0\0", "lzma", "xzcat"),
    (b"\x28\xb5\x2f\xfd", "zstd", "zstdcat"),
    (b"BZh", "bzip2", "bzcat"),
    (b"\x04\x22\x4d\x18", "lz4", "lz4cat"),
    (b"LZIP", "lzip", "lzip -dc"),
    (b"\x89LZO", "lzop", "lzop -dc"),
    (b"\x1f\x9d", "compress", "zcat"),
    (b"PK\x03\x04", "zip", "unzip -p"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "7z x -so"),
];

/// Where a tar archive says what it is.
const TAR_MAGIC: std::ops::Range<usize> = 257..262;

/// Bytes by which an encoding without a byte order mark is recognised.
const SAMPLE_BYTES: usize = 1 << 10;

/// The form that a file of these first bytes is in, where it is none that can be read as it is.
pub(crate) fn foreign_form(start: &[u8]) -> Option<Form> {
    let packed = PACKED.iter().find(|(magic, ..)| start.starts_with(magic));
    if let Some((_, name, command)) = packed {
        return Some(Form::Packed(name, command));
    }
    if start.get(TAR_MAGIC) == Some(b"ustar") {
        return Some(Form::Packed("tar", "tar -xOf"));
    }
    encoding(start).map(Form::Encoded).or_else(|| ends_in_returns(start).then_some(Form::CarriageReturns))
}

fn encoding(start: &[u8]) -> Option<&'static str> {
    let marks: [(&[u8], &str); 4] = [
        // UTF-32 first, as its little-endian mark begins with that of UTF-16.
        (b"\xff\xfe\0\0", "UTF-32"),
        (b"\0\0\xfe\xff", "UTF-32"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
    ];
    if let Some((_, name)) = marks.iter().find(|(mark, _)| start.starts_with(mark)) {
        return Some(name);
    }
    // Without a mark, text of ASCII letters has a NUL for every other byte.
    let sample = start.get(..SAMPLE_BYTES).unwrap_or(start).chunks_exact(2);
    let pairs = sample.len();
    let of_form = |is_of_form: fn(&[u8]) -> bool| {
        // Few pairs prove nothing, as a log may hold NUL bytes. Not all pairs have to fit, as text may hold
        // other letters.
        pairs >= 4 && sample.clone().filter(|pair| is_of_form(pair)).count() * 10 >= pairs * 9
    };
    if of_form(|pair| matches!(pair, [letter, 0] if *letter != 0)) {
        Some("UTF-16LE")
    } else if of_form(|pair| matches!(pair, [0, letter] if *letter != 0)) {
        Some("UTF-16BE")
    } else {
        None
    }
}

/// Whether text follows on a carriage return, and no line feed is there at all.
fn ends_in_returns(start: &[u8]) -> bool {
    let is_followed = |at: usize| start.get(at + 1).is_some_and(|next| !matches!(next, b'\r' | b'\0'));
    memchr::memchr(b'\n', start).is_none()
        && memchr::memchr_iter(b'\r', start).any(|at| at > 0 && is_followed(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_file_is_told_with_what_unpacks_it() {
        let tar = [vec![b'm'; 257], b"ustar\0".to_vec()].concat();
        for (start, command) in [
            (&b"\x1f\x8b\x08\0"[..], "zcat"),
            (b"\xfd7zXZ\0\0", "xzcat"),
            (b"\x28\xb5\x2f\xfd\x04", "zstdcat"),
            (b"BZh91AY&SY", "bzcat"),
            (b"PK\x03\x04\x14", "unzip -p"),
            (&tar, "tar -xOf"),
        ] {
            let form = foreign_form(start).unwrap().to_string();
            assert!(form.contains(&format!("unpack it first: {command} FILE")), "{form}");
        }
    }

    #[test]
    fn another_encoding_is_told_with_or_without_its_mark() {
        let text = "listing entries\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (start, name) in [
            ([b"\xff\xfe", &little[..]].concat(), "UTF-16"),
            ([b"\xfe\xff", &big[..]].concat(), "UTF-16"),
            (little, "UTF-16LE"),
            (big, "UTF-16BE"),
            (b"\xff\xfe\0\0l\0\0\0".to_vec(), "UTF-32"),
        ] {
            assert_eq!(foreign_form(&start), Some(Form::Encoded(name)));
        }
        let sentence = Form::Encoded("UTF-16LE").to_string();
        assert!(
            sentence.contains("text in UTF-16;") && sentence.contains("iconv -f UTF-16LE -t UTF-8"),
            "{sentence}"
        );
    }

    #[test]
    fn lines_that_end_in_carriage_returns_alone_are_told() {
        assert_eq!(foreign_form(b"one\rtwo\rthree"), Some(Form::CarriageReturns));
        for text in ["one\r\ntwo\r\n", "one\r", "\rone", "one\r\r\0"] {
            assert_eq!(foreign_form(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn plain_text_is_of_no_other_form() {
        for start in [
            &b""[..],
            b"B",
            b"\xef\xbb\xbfSep 13",
            b"Sep 13 16:03:38 localhost",
            "ä ö ü".as_bytes(),
            &[0; 4096],
            b"\0\0a\n",
        ] {
            assert_eq!(foreign_form(start), None, "{start:?}");
        }
    }
}
