//! Headers of log lines seen before. Most lines of a log share one time stamp, one host and a few dozen of
//! `rfsd[13852]: [gc.INFO]`: each of these is parsed once, and later lines are compared with it.
//!
//! Only headers of the plainest form are remembered, of which every part means the same whatever stands around it; all
//! other lines are parsed one by one. The test at the end holds that both ways give the same.

use memchr::memchr;

use super::counts::{ModuleId, Modules};
use crate::{
    dialect::Dialect,
    parse::{Form, LogLine, Stamp},
    run::Severity,
};

/// `Sep 13 16:03:38 `
const STAMP_BYTES: usize = 16;
const MAX_HOST_BYTES: usize = 32;
/// `rfsd[13852]: [namespace_restore.INFO]`; a longer one is parsed each time.
const MAX_KEY_BYTES: usize = 64;
/// Keys remembered; beyond it all are forgotten, as a log that has so many repeats none of them.
const MAX_KEYS: usize = 255;
const SLOTS: usize = 4096;

/// What the header of a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) module: ModuleId,
    pub(super) severity: Option<Severity>,
    /// The process id, where rfsd wrote the line.
    pub(super) rfsd: Option<u32>,
    /// Whether a marker has this program and module.
    pub(super) may_be_marker: bool,
}

impl Header {
    pub(super) fn of(line: &LogLine<'_>, modules: &mut Modules, dialect: &Dialect) -> Self {
        let may_be_marker = line
            .program
            .zip(line.module)
            .is_some_and(|(program, module)| dialect.has_markers(program, module));
        Self {
            module: modules.id(line.module),
            severity: line.severity,
            rfsd: line.pid.filter(|_| line.program == Some(b"rfsd")),
            may_be_marker,
        }
    }
}

#[derive(Clone, Copy)]
struct Entry {
    key: [u8; MAX_KEY_BYTES],
    length: u8,
    header: Header,
}

pub(super) struct HeaderMemo {
    stamp: [u8; STAMP_BYTES],
    host: [u8; MAX_HOST_BYTES],
    host_length: usize,
    /// Entry of a hash of a key, counted from 1.
    index: Box<[u8; SLOTS]>,
    entries: Vec<Entry>,
}

impl HeaderMemo {
    pub(super) fn new() -> Self {
        Self {
            stamp: [0; STAMP_BYTES],
            host: [0; MAX_HOST_BYTES],
            host_length: 0,
            index: Box::new([0; SLOTS]),
            entries: Vec::with_capacity(MAX_KEYS),
        }
    }

    /// The header of a line of printable ASCII, if all its parts are remembered; its stamp is then the one learned last.
    #[inline]
    pub(super) fn find(&self, line: &[u8]) -> Option<Header> {
        let stamp: &[u8; STAMP_BYTES] = line.first_chunk()?;
        if u128::from_ne_bytes(*stamp) != u128::from_ne_bytes(self.stamp) {
            return None;
        }
        let rest = line.get(STAMP_BYTES..)?.strip_prefix(self.host.get(..self.host_length)?)?;
        let body = rest.strip_prefix(b" ")?;
        let key = body.get(..key_length(body)?)?;
        let entry = usize::from(*self.index.get(slot(key))?).checked_sub(1)?;
        let entry = self.entries.get(entry)?;
        (entry.key.get(..usize::from(entry.length)) == Some(key)).then_some(entry.header)
    }

    /// Remembers what can be of a line of printable ASCII that was parsed.
    pub(super) fn learn(&mut self, line: &LogLine<'_>, header: Header) {
        let Some(body) = self.learn_stamp_and_host(line) else {
            if line.stamp.is_some() {
                self.forget_stamp();
            }
            return;
        };
        let Some(key) = key_length(body).and_then(|length| body.get(..length)) else { return };
        if !is_plain_key(key, line) {
            return;
        }
        if self.entries.len() >= MAX_KEYS {
            self.entries.clear();
            self.index.fill(0);
        }
        let mut entry = Entry { key: [0; MAX_KEY_BYTES], length: 0, header };
        if let (Some(place), Ok(length)) = (entry.key.get_mut(..key.len()), u8::try_from(key.len())) {
            place.copy_from_slice(key);
            entry.length = length;
            self.entries.push(entry);
            if let Some(place) = self.index.get_mut(slot(key)) {
                *place = u8::try_from(self.entries.len()).unwrap_or_default();
            }
        }
    }

    /// Notes that the stamp learned last is no longer that of the line before.
    pub(super) const fn forget_stamp(&mut self) {
        self.stamp = [0; STAMP_BYTES];
    }

    /// The line behind stamp and host, where both are plain.
    fn learn_stamp_and_host<'l>(&mut self, line: &LogLine<'l>) -> Option<&'l [u8]> {
        let (stamp, host) = (line.raw.first_chunk::<STAMP_BYTES>()?, line.host?);
        let is_written_so = line.stamp?.year.is_none() && line.stamp?.zone.is_none();
        let is_plain = line.priority.is_none() && is_written_so && is_plain_stamp(stamp, line.stamp?);
        let body = line.raw.get(STAMP_BYTES..)?.strip_prefix(host)?.strip_prefix(b" ")?;
        if !is_plain || host.len() > MAX_HOST_BYTES || !host.first()?.is_ascii_alphanumeric() {
            return None;
        }
        self.stamp = *stamp;
        self.host.get_mut(..host.len())?.copy_from_slice(host);
        self.host_length = host.len();
        Some(body)
    }
}

/// `Sep 13 16:03:38 `, without a fraction behind it.
fn is_plain_stamp(bytes: &[u8; STAMP_BYTES], stamp: Stamp) -> bool {
    let shape: [fn(u8) -> bool; STAMP_BYTES] = {
        const ALPHA: fn(u8) -> bool = |byte| byte.is_ascii_alphabetic();
        const DIGIT: fn(u8) -> bool = |byte| byte.is_ascii_digit();
        const PAD: fn(u8) -> bool = |byte| byte == b' ' || byte.is_ascii_digit();
        const BLANK: fn(u8) -> bool = |byte| byte == b' ';
        const COLON: fn(u8) -> bool = |byte| byte == b':';
        [
            ALPHA, ALPHA, ALPHA, BLANK, PAD, DIGIT, BLANK, DIGIT, DIGIT, COLON, DIGIT, DIGIT, COLON, DIGIT,
            DIGIT, BLANK,
        ]
    };
    stamp.nanosecond == 0 && bytes.iter().zip(shape).all(|(byte, is)| is(*byte))
}

/// Length of `rfsd[13852]: [gc.INFO]` at the start of `body`.
#[inline]
fn key_length(body: &[u8]) -> Option<usize> {
    let body = body.get(..MAX_KEY_BYTES).unwrap_or(body);
    let blank = memchr(b' ', body)?;
    if body.get(blank.checked_sub(1)?) != Some(&b':') || body.get(blank + 1) != Some(&b'[') {
        return None;
    }
    Some(blank + 2 + memchr(b']', body.get(blank + 2..)?)? + 1)
}

/// Whether the parser has found in `line` just what stands in `key`.
fn is_plain_key(key: &[u8], line: &LogLine<'_>) -> bool {
    let (Form::Tagged, Some(program), Some(module)) = (line.form, line.program, line.module) else {
        return false;
    };
    // A number in front, as in `1.4.1: `, means something else behind some words.
    let is_word = program.first().is_some_and(u8::is_ascii_alphabetic);
    let pid = key.strip_prefix(program).and_then(|rest| {
        let end = memchr(b':', rest)?;
        rest.split_at_checked(end)
    });
    let Some((pid, tag)) = pid else { return false };
    let is_pid = match pid {
        [] => line.pid.is_none(),
        [b'[', digits @ .., b']'] => line.pid.is_some() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let inside = tag.strip_prefix(b": [").and_then(|tag| tag.strip_suffix(b"]"));
    let level = inside.and_then(|inside| inside.strip_prefix(module)?.strip_prefix(b"."));
    is_word && is_pid && level.is_some_and(|level| level.iter().all(u8::is_ascii_uppercase))
}

#[inline]
fn slot(key: &[u8]) -> usize {
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let ends = (word(key.first_chunk()), word(key.last_chunk()));
    let middle = word(key.get(key.len() / 2..).and_then(<[u8]>::first_chunk));
    let mixed = ends.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ ends.1.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ middle.wrapping_mul(0x1656_67B1_9E37_79F9)
        ^ key.len() as u64;
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 52).unwrap_or_default() % SLOTS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::log_line;

    /// Reads lines in a row as the scanner does; what is remembered has to be what the parser finds.
    fn check(lines: &[String]) -> Result<u32, TestCaseError> {
        let dialect = Dialect::built_in();
        let (mut memo, mut modules) = (HeaderMemo::new(), Modules::default());
        let (mut hits, mut last) = (0, None);
        for line in lines {
            let parsed = log_line(line.as_bytes());
            let header = Header::of(&parsed, &mut modules, &dialect);
            match memo.find(line.as_bytes()) {
                Some(found) => {
                    hits += 1;
                    prop_assert_eq!(found, header, "{}", line);
                    prop_assert_eq!(parsed.form, Form::Tagged, "{}", line);
                    prop_assert_eq!(parsed.stamp, last, "{}", line);
                }
                None => memo.learn(&parsed, header),
            }
            last = parsed.stamp.or(last);
        }
        Ok(hits)
    }

    #[test]
    fn a_header_is_parsed_once() {
        let line = |text: &str| format!("Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (7) {text}");
        let other = "Sep 13 16:03:39 localhost sshd[9]: Accepted".to_owned();
        let after = line("d").replace(":38", ":39");
        assert_eq!(check(&[line("a"), line("b"), line("c"), other, after.clone(), after]).unwrap(), 4);
    }

    #[test]
    fn headers_without_end_are_forgotten() {
        let line = |pid: u32| format!("Sep 13 16:03:38 localhost p[{pid}]: [m.INFO] x");
        let lines: Vec<_> = (0..5000).flat_map(|pid| [line(pid), line(pid)]).collect();
        assert_eq!(check(&lines).unwrap(), 5000);
    }

    const STAMPS: &[&str] = &[
        "Sep 13 16:03:38 ",
        "Sep  3 16:03:38 ",
        "Sep 3 16:03:38 ",
        "Sep 13 16:03:38.5 ",
        "Feb 30 16:03:38 ",
        "Sep 13 16:03:38 2026 ",
        "Sep 13 16:03:38 UTC ",
        "2026-09-13T16:03:38Z ",
        "<13>Sep 13 16:03:38 ",
        "Sep 13 16:03:38 Sep 13 16:03:38 ",
        "Mon Sep 13 16:03:38 ",
        "",
    ];
    const HOSTS: &[&str] = &[
        "localhost ",
        "h ",
        "UTC ",
        "2026 ",
        "syslogd ",
        "+02 ",
        "local0.info ",
        "Sep ",
        "Mon, ",
        "<13> ",
        "h: ",
        "A_B: ",
        "10.0.0.1 ",
        "last ",
        "1 ",
        "",
    ];
    const PROGRAMS: &[&str] = &[
        "rfsd[13852]: ",
        "rfsd[99999999999]: ",
        "rfsd[]: ",
        "rfsd: ",
        "rfsd[1]:",
        "1.4.1: ",
        "A_B: ",
        "13: ",
        "message: ",
        "2026-09-13T16: ",
        "<13>rfsd[1]: ",
        "local0.info: ",
        "TID 7: ",
        "rfsd[1]:  ",
        "",
    ];
    const TAGS: &[&str] = &[
        "[gc.INFO] ",
        "[gc.INFO]: ",
        "[splice/client.WARNING] ",
        "[gc.info] ",
        "[gc] ",
        "[.INFO] ",
        "[a.b.ERR]",
        "[ID 7 local0.info] [gc.INFO] ",
        "TID 7: [gc.INFO] ",
        "[gc.INFO ",
        "[gc INFO] ",
        "[[gc.INFO]] ",
        "[namespace_restore.INFO] ",
        "",
    ];
    const TEXTS: &[&str] =
        &["(1) x", "restart.", "repeated 3 times", "", "[x.ERR] y", " - - z", "]: [m.INFO]"];

    /// Lines of headers that are next to plain ones: few parts in each log, so that they meet in every combination. One of
    /// each is plain.
    fn log() -> impl Strategy<Value = Vec<String>> {
        let some = |parts: &'static [&'static str]| {
            prop::sample::subsequence(parts, 1..3).prop_map(move |mut some| {
                some.push(parts[0]);
                some
            })
        };
        let parts = (some(STAMPS), some(HOSTS), some(PROGRAMS), some(TAGS), some(TEXTS));
        let choices = prop::collection::vec(any::<[prop::sample::Index; 5]>(), 1..40);
        (parts, choices).prop_map(|((stamps, hosts, programs, tags, texts), choices)| {
            let parts = [stamps, hosts, programs, tags, texts];
            let line = |choice: [prop::sample::Index; 5]| {
                choice.iter().zip(&parts).map(|(choice, part)| *choice.get(part)).collect::<String>()
            };
            choices.into_iter().map(line).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_remembered_is_what_the_parser_finds(
            lines in log(),
            others in prop::collection::vec("[ -~]{0,80}", 0..3),
        ) {
            // Twice, so that every line meets what was learned of every other.
            check(&[lines.clone(), others, lines].concat())?;
        }
    }
}
