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
        STAMP_BYTES, is_plain_key, is_plain_key_of_any_process, is_plain_stamp, key_of_any_process,
        plain_stamp, tagged_key,
    },
    text::{MAX_TEXT_BYTES, Text, position},
};
use crate::parse::{LogLine, Stamp};

/// Keys remembered; beyond it all are forgotten, as a log that has so many repeats none of them.
const MAX_KEYS: usize = 255;
const SLOTS: usize = 4096;
/// `a.ERR`
const MIN_TAG_BYTES: usize = 5;

/// A header remembered.
struct Entry<H> {
    key: Text,
    header: H,
    /// Lines found by it since the last count.
    lines: u32,
}

/// `H`: what is kept of a header, which follows from program, module and severity, and from the process id of rfsd alone.
pub(super) struct HeaderMemo<H> {
    /// The stamp, the host and a blank, where they are remembered.
    lead: Option<Text>,
    stamp: Option<Stamp>,
    /// Entry of a hash of a key, counted from 1; in the next free place where that of the hash is taken.
    index: Box<[u8; SLOTS]>,
    /// Where a tag may end first, if it begins where that of the key learned last does.
    first_end: usize,
    entries: Vec<Entry<H>>,
}

impl<H> HeaderMemo<H> {
    pub(super) fn new() -> Self {
        Self { lead: None, stamp: None, index: Box::new([0; SLOTS]), first_end: 0, entries: Vec::new() }
    }

    /// The number of the header of a line of printable ASCII, if all its parts are remembered; its stamp is then the one
    /// learned last.
    pub(super) fn find(&self, line: &[u8]) -> Option<usize> {
        self.find_start(line).map(|(number, _)| number).or_else(|| self.find_otherwise(line))
    }

    /// The same of most lines, with the length of the header; `bytes` go on behind the line.
    #[inline]
    pub(super) fn find_start(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let lead =
            self.lead.as_ref().filter(|lead| bytes.first_chunk().is_some_and(|bytes| lead.begins(bytes)))?;
        let body: &[u8; MAX_TEXT_BYTES] = bytes.get(lead.length..)?.first_chunk()?;
        // Nearly all tags begin at one place, and none ends before `first_end` there. The key is cut off where the first
        // tag behind that ends. Where that is not its own tag, it equals no key: one that ends in the end of a tag has its
        // own tag there.
        let length = self.first_end + position(body.get(self.first_end..)?, b']')? + 1;
        let number = self.numbers(hash(body.get(..length)?)).find(|number| {
            self.entries
                .get(*number)
                .is_some_and(|entry| entry.key.length == length && entry.key.begins(body))
        });
        Some((number?, lead.length + length))
    }

    /// The number of the header of a line that is not found by its start.
    #[cold]
    pub(super) fn find_otherwise(&self, line: &[u8]) -> Option<usize> {
        let body = self.behind_lead(line)?;
        // With the process id first: that of rfsd means something, and only such a key holds it.
        let key = tagged_key(body);
        key.and_then(|key| self.entry(key)).or_else(|| self.entry(key_of_any_process(body)?.get()))
    }

    /// What follows on the stamp learned last, with the host that it was learned with.
    pub(super) fn behind_lead<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        line.strip_prefix(self.lead.as_ref()?.get())
    }

    fn entry(&self, key: &[u8]) -> Option<usize> {
        let is = |number: &usize| self.entries.get(*number).is_some_and(|entry| entry.key.get() == key);
        self.numbers(hash(key)).find(is)
    }

    /// The numbers of entries whose keys may have this hash.
    #[inline]
    fn numbers(&self, hash: usize) -> impl Iterator<Item = usize> {
        // There are more places than entries, so that a free one ends this.
        (hash..).map_while(|place| usize::from(*self.index.get(place % SLOTS)?).checked_sub(1))
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
        if let Some(tag) = exact.and_then(|key| position(key.get(), b' ')) {
            self.first_end = tag + 2 + MIN_TAG_BYTES;
        }
        let of_any = key_of_any_process(body).filter(|key| is_plain_key_of_any_process(key, line));
        for key in [exact, of_any].into_iter().flatten() {
            if self.entry(key.get()).is_none() {
                self.insert(key, header());
            }
        }
    }

    fn insert(&mut self, key: Text, header: H) {
        self.entries.push(Entry { key, header, lines: 0 });
        let (before, from) = self.index.split_at_mut(hash(key.get()));
        if let Some(place) = from.iter_mut().chain(before).find(|place| **place == 0) {
            *place = u8::try_from(self.entries.len()).unwrap_or_default();
        }
    }

    /// Notes that the stamp learned last is no longer that of the line before.
    pub(super) const fn forget_stamp(&mut self) {
        self.lead = None;
    }

    /// Takes over the stamp of a line of printable ASCII that differs from that learned last in the digits of its time alone.
    pub(super) fn follow(&mut self, line: &[u8]) {
        let (Some(lead), Some(before)) = (self.lead, self.stamp) else { return };
        let Some((old, host)) = lead.get().split_first_chunk::<STAMP_BYTES>() else { return };
        if let Some((new, behind)) = line.split_first_chunk()
            && new != old
            && new.first_chunk::<3>() == old.first_chunk()
            && behind.starts_with(host)
            && let Some(stamp) = plain_stamp(new, before)
        {
            (self.lead, self.stamp) = (Text::of(&[new, host]), Some(stamp));
        }
    }

    /// The line behind stamp and host, where both are plain.
    fn learn_lead<'l>(&mut self, line: &LogLine<'l>) -> Option<&'l [u8]> {
        let (stamp, host) = (line.raw.first_chunk::<STAMP_BYTES>()?, line.host?);
        let is_written_so = line.stamp?.year.is_none() && line.stamp?.zone.is_none();
        let is_plain = line.priority.is_none() && is_written_so && is_plain_stamp(stamp, line.stamp?);
        let body = line.raw.get(STAMP_BYTES..)?.strip_prefix(host)?.strip_prefix(b" ")?;
        if !is_plain || !host.first()?.is_ascii_alphanumeric() {
            return None;
        }
        (self.lead, self.stamp) = (Some(Text::of(&[stamp, host, b" "])?), line.stamp);
        Some(body)
    }
}

/// A number of 12 bits; `SLOTS` is 2^12.
#[inline]
fn hash(key: &[u8]) -> usize {
    // Of the last bytes, as keys differ in their tags. The odd multipliers spread the bits (2^64 by the golden ratio, and a
    // prime of xxHash); a product mixes its upper bits best. A poor hash costs time alone: whole keys are compared.
    let word = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let (first, last) = match key.last_chunk::<16>() {
        Some(last) => (word(last.first_chunk()), word(last.last_chunk())),
        None => (0, key.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    };
    let mixed = (first.wrapping_mul(0xC2B2_AE3D_27D4_EB4F) ^ last).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> 52).unwrap_or_default()
}
