//! Headers of log lines seen before. Most lines of a log share one time stamp, one host and a few dozen of
//! `rfsd[13852]: [gc.INFO]`: each of these is parsed once, and later lines are compared with it.
//!
//! Only headers of the plainest form are remembered, of which every part means the same whatever stands around it; all
//! other lines are parsed one by one. The test at the end holds that both ways give the same.

mod keys;
mod text;

#[cfg(test)]
mod tests;

use self::{
    keys::{
        MAX_KEY_BYTES, STAMP_BYTES, is_plain_key, is_plain_key_of_any_process, is_plain_stamp,
        key_of_any_process, tagged_key,
    },
    text::{Text, is_equal},
};
use crate::parse::{LogLine, Stamp};

const MAX_HOST_BYTES: usize = 32;
/// Keys remembered; beyond it all are forgotten, as a log that has so many repeats none of them.
const MAX_KEYS: usize = 255;
const SLOTS: usize = 4096;

/// A header remembered.
struct Entry<H> {
    key: Text<MAX_KEY_BYTES>,
    header: H,
    /// Lines found by it since the last count.
    lines: u32,
}

/// `H`: what is kept of a header, which follows from program, module and severity, and from the process id of rfsd alone.
pub(super) struct HeaderMemo<H> {
    /// The stamp, the host and a blank; empty where none is remembered.
    lead: Text<{ STAMP_BYTES + MAX_HOST_BYTES + 1 }>,
    stamp: Option<Stamp>,
    /// Entry of a hash of a key, counted from 1.
    index: Box<[u8; SLOTS]>,
    entries: Vec<Entry<H>>,
}

impl<H> HeaderMemo<H> {
    pub(super) fn new() -> Self {
        Self { lead: Text::EMPTY, stamp: None, index: Box::new([0; SLOTS]), entries: Vec::new() }
    }

    /// The number of the header of a line of printable ASCII, if all its parts are remembered; its stamp is then the one
    /// learned last.
    #[inline]
    pub(super) fn find(&self, line: &[u8]) -> Option<usize> {
        let body = self.behind_lead(line)?;
        let key = tagged_key(body);
        // With the process id first: that of rfsd means something, and only such a key holds it.
        key.and_then(|key| self.entry(key)).or_else(|| self.entry(key_of_any_process(body)?.get()))
    }

    /// What follows on the stamp learned last, with the host that it was learned with.
    #[inline]
    pub(super) fn behind_lead<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        let (lead, body) = line.split_at_checked(self.lead.get().len())?;
        (!lead.is_empty() && is_equal(self.lead.get(), lead)).then_some(body)
    }

    #[inline]
    fn entry(&self, key: &[u8]) -> Option<usize> {
        let number = usize::from(*self.index.get(slot(key))?).checked_sub(1)?;
        self.entries.get(number)?.key.is(key).then_some(number)
    }

    #[inline]
    pub(super) fn header(&self, number: usize) -> Option<&H> {
        self.entries.get(number).map(|entry| &entry.header)
    }

    /// The stamp learned last.
    pub(super) const fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Counts a line that was found by a header.
    #[inline]
    pub(super) fn count(&mut self, number: usize) {
        if let Some(entry) = self.entries.get_mut(number) {
            entry.lines += 1;
        }
    }

    /// The headers by which lines were found since the last call, and how many.
    pub(super) fn take_counts(&mut self) -> impl Iterator<Item = (&H, u64)> {
        let counts =
            self.entries.iter_mut().map(|entry| (&entry.header, std::mem::take(&mut entry.lines).into()));
        counts.filter(|(_, lines)| *lines > 0)
    }

    /// Whether [`Self::learn`] forgets all headers, and how many lines were found by them.
    pub(super) fn is_full(&self) -> bool {
        // `learn` adds two keys at most.
        self.entries.len() + 2 > MAX_KEYS
    }

    /// Remembers what can be of a line of printable ASCII that was parsed; `header` is asked for where its key is new.
    pub(super) fn learn(&mut self, line: &LogLine<'_>, header: impl Fn() -> H) {
        if self.is_full() {
            self.entries.clear();
            self.index.fill(0);
        }
        let Some(body) = self.learn_lead(line) else {
            if line.stamp.is_some() {
                self.forget_stamp();
            }
            return;
        };
        let exact = tagged_key(body).filter(|key| is_plain_key(key, line)).and_then(|key| Text::of(&[key]));
        let of_any = key_of_any_process(body).filter(|key| is_plain_key_of_any_process(key, line));
        for key in [exact, of_any].into_iter().flatten() {
            if self.entry(key.get()).is_none() {
                self.insert(key, header());
            }
        }
    }

    fn insert(&mut self, key: Text<MAX_KEY_BYTES>, header: H) {
        self.entries.push(Entry { key, header, lines: 0 });
        // Of two keys with one place the later one has it, and the other is parsed each time.
        if let Some(place) = self.index.get_mut(slot(key.get())) {
            *place = u8::try_from(self.entries.len()).unwrap_or_default();
        }
    }

    /// Notes that the stamp learned last is no longer that of the line before.
    pub(super) const fn forget_stamp(&mut self) {
        self.lead = Text::EMPTY;
    }

    /// The line behind stamp and host, where both are plain.
    fn learn_lead<'l>(&mut self, line: &LogLine<'l>) -> Option<&'l [u8]> {
        let (stamp, host) = (line.raw.first_chunk::<STAMP_BYTES>()?, line.host?);
        let is_written_so = line.stamp?.year.is_none() && line.stamp?.zone.is_none();
        let is_plain = line.priority.is_none() && is_written_so && is_plain_stamp(stamp, line.stamp?);
        let body = line.raw.get(STAMP_BYTES..)?.strip_prefix(host)?.strip_prefix(b" ")?;
        if !is_plain || host.len() > MAX_HOST_BYTES || !host.first()?.is_ascii_alphanumeric() {
            return None;
        }
        self.lead = Text::of(&[stamp, host, b" "])?;
        self.stamp = line.stamp;
        Some(body)
    }
}

#[inline]
fn slot(key: &[u8]) -> usize {
    // Three words instead of each byte, as this is asked of every line. The odd multipliers spread the bits (2^64 by
    // the golden ratio, and two primes of xxHash). A poor hash costs time alone: `entry` compares the whole key.
    let word = |bytes: Option<&[u8; 8]>| bytes.map(|bytes| u64::from_le_bytes(*bytes));
    let short = || key.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    let first = word(key.first_chunk()).unwrap_or_else(short);
    let last = word(key.last_chunk()).unwrap_or_default();
    let middle = word(key.get(key.len() / 2..).and_then(<[u8]>::first_chunk)).unwrap_or_default();
    let mixed = first.wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ last.wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ middle.wrapping_mul(0x1656_67B1_9E37_79F9)
        ^ key.len() as u64;
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    // The upper 12 bits, which a product mixes best; `SLOTS` is 2^12.
    usize::try_from(mixed >> 52).unwrap_or_default() % SLOTS
}
