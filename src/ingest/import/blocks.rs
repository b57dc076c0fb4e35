//! The logs as one stream of blocks of whole lines, each block of one log.

use std::{io, ops::Range};

use super::{
    error::{ImportError, is_stopped},
    source::{
        Source,
        opened::{Missing, Opened},
    },
};
use crate::ingest::holes::{Holes, Part};

/// Bytes read at a time, at most.
pub(crate) const BLOCK_BYTES: usize = 512 << 10;
/// Bytes read at first, so that the record of a slow pipe begins soon. Longer than what is read of a line, so that a block
/// that ends within a line has its beginning.
const FIRST_BLOCK_BYTES: usize = 128 << 10;
/// Pieces of a log have at least its length so far divided by this, so that their number stays small.
const MAX_PIECES: u64 = 512;
/// A hole of NUL bytes has one at a multiple of this.
const HOLE_BYTES: usize = 4096;

/// Lines of one log.
#[derive(Debug, Default)]
pub(crate) struct Block {
    buffer: Buffer,
    /// Number of the log.
    pub(crate) log: usize,
    /// Whether it goes on with a line of the block before.
    pub(crate) begins_inside: bool,
    /// Lines of this log that lie before what was asked for.
    pub(crate) skipped_lines: u64,
    /// Bytes of all logs before it.
    pub(crate) offset: u64,
    /// Fewest bytes of a piece that ends for its time alone.
    pub(crate) min_piece: usize,
    /// What is missing before it.
    pub(crate) gaps: Vec<Missing>,
}

/// Room for bytes that is made once: filling it with zeros for each block would take as long as finding the lines.
#[derive(Debug, Default)]
struct Buffer {
    room: Vec<u8>,
    length: usize,
}

impl Buffer {
    fn bytes(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }

    /// Where the next bytes go, up to `limit` in all.
    fn rest(&mut self, limit: usize) -> &mut [u8] {
        if self.room.len() < limit {
            // Anew, as the system hands out zeros; to lengthen it would write them, and copy what is not in use.
            let mut room = vec![0; limit];
            if let Some(used) = room.get_mut(..self.length) {
                used.copy_from_slice(self.bytes());
            }
            self.room = room;
        }
        self.room.get_mut(self.length..limit).unwrap_or_default()
    }

    fn append(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        if let Some(place) = self.room.get_mut(self.length..end) {
            place.copy_from_slice(bytes);
            self.length = end;
        }
    }

    fn cut_front(&mut self, count: usize) {
        self.room.copy_within(count.min(self.length)..self.length, 0);
        self.length = self.length.saturating_sub(count);
    }
}

impl Block {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.bytes()
    }
}

/// Reads the logs one after the other.
pub(crate) struct BlockReader<'s> {
    sources: &'s mut [Source],
    log: usize,
    open: Option<Opened>,
    /// The beginning of the line at the end of the block before.
    carried: Vec<u8>,
    is_inside: bool,
    holes: Holes,
    offset: u64,
    /// What is wanted of the stream.
    wanted: Range<u64>,
    /// What is missing of the blocks read so far, for the next one.
    gaps: Vec<Missing>,
}

impl<'s> BlockReader<'s> {
    /// `wanted`: the part of all logs in a row that is read.
    pub(crate) fn new(sources: &'s mut [Source], wanted: Range<u64>) -> Self {
        Self {
            sources,
            log: 0,
            open: None,
            carried: Vec::new(),
            is_inside: false,
            holes: Holes::default(),
            offset: 0,
            wanted,
            gaps: Vec::new(),
        }
    }

    /// Fills `block` with the next one; false at the end of all logs. The last block may be empty, and have gaps alone.
    pub(crate) fn next(&mut self, block: &mut Block) -> Result<bool, ImportError> {
        block.skipped_lines = 0;
        loop {
            let gaps = std::mem::take(&mut self.gaps);
            if self.offset >= self.wanted.end || !self.read(block)? {
                self.gaps.splice(0..0, gaps);
                return Ok(self.take_last_gaps(block));
            }
            if self.clip(block) {
                block.gaps = gaps;
                return Ok(true);
            }
            // What is missing before a part that is not wanted is of no concern either.
            self.gaps.splice(0..0, gaps.into_iter().filter(|gap| !matches!(gap, Missing::Behind(_))));
        }
    }

    fn take_last_gaps(&mut self, block: &mut Block) -> bool {
        block.buffer.length = 0;
        block.begins_inside = false;
        block.log = self.log.min(self.sources.len().saturating_sub(1));
        block.gaps = std::mem::take(&mut self.gaps);
        !block.gaps.is_empty()
    }

    /// Reads the next block, wanted or not.
    fn read(&mut self, block: &mut Block) -> Result<bool, ImportError> {
        block.buffer.length = 0;
        let mut is_over = false;
        while block.buffer.length == 0 {
            let Some(source) = self.sources.get_mut(self.log) else { return Ok(false) };
            if self.open.is_none() {
                self.open = Some(source.open()?);
            }
            let Some(open) = &mut self.open else { return Ok(false) };
            let name = &source.name;
            if block.log != self.log {
                (block.log, block.skipped_lines) = (self.log, 0);
            }
            block.begins_inside = self.is_inside;
            block.buffer.append(&self.carried);
            self.carried.clear();
            // Blocks grow with what was read: the record of a slow pipe begins soon, and a long log is read in large
            // ones.
            let limit = usize::try_from(self.offset).unwrap_or(BLOCK_BYTES);
            let limit = limit.clamp(FIRST_BLOCK_BYTES, BLOCK_BYTES);
            is_over = match fill(&mut block.buffer, limit, open, &mut self.holes) {
                Ok(is_over) => is_over,
                Err(error) if is_stopped(&error) => return Err(ImportError::Stopped),
                Err(error) => {
                    // What was read so far counts, and the other logs are read all the same.
                    self.gaps.push(Missing::Behind(format!("the rest of {name} cannot be read: {error}")));
                    true
                }
            };
            if let Some(length) = self.holes.ended() {
                self.gaps.push(Missing::InBlock(format!(
                    "{name} has a hole of {length} empty bytes (the file was emptied, or the power failed); they are not copied"
                )));
            }
            if is_over {
                self.gaps.extend(open.change());
                self.open = None;
                self.log += 1;
                self.is_inside = false;
                let next = self.sources.get(self.log).and_then(|next| next.missing_before.clone());
                self.gaps.extend(next.map(Missing::Behind));
            }
        }
        self.end_block(block, is_over);
        Ok(true)
    }

    /// Ends a block at the end of a line, where it has one.
    fn end_block(&mut self, block: &mut Block, is_over: bool) {
        if is_over {
            let is_last = self.log >= self.sources.len();
            if !is_last && block.bytes().last().is_some_and(|last| *last != b'\n') {
                // The first line of the next log does not go on with the last of this one.
                block.buffer.append(b"\n");
            }
        } else if let Some(end) = memchr::memrchr(b'\n', block.bytes()) {
            self.carried.extend_from_slice(block.bytes().get(end + 1..).unwrap_or_default());
            block.buffer.length = end + 1;
            self.is_inside = false;
        } else {
            self.is_inside = true;
        }
        block.offset = self.offset;
        let least = usize::try_from(self.offset / MAX_PIECES).unwrap_or(usize::MAX);
        block.min_piece = least.min(BLOCK_BYTES);
        self.offset += block.buffer.length as u64;
    }

    /// Cuts off what is not wanted; whether anything is left.
    fn clip(&self, block: &mut Block) -> bool {
        let length = block.buffer.length as u64;
        let before = self.wanted.start.saturating_sub(block.offset).min(length);
        let after = (block.offset + length).saturating_sub(self.wanted.end).min(length - before);
        block.buffer.length -= usize::try_from(after).unwrap_or_default();
        if before > 0 {
            let count = usize::try_from(before).unwrap_or(block.buffer.length);
            let skipped = block.bytes().get(..count).unwrap_or_default();
            block.skipped_lines += memchr::memchr_iter(b'\n', skipped).count() as u64;
            block.buffer.cut_front(count);
            block.begins_inside = false;
            block.offset += before;
        }
        block.buffer.length > 0
    }
}

/// Fills `buffer` up to `limit` bytes, holes left out; whether the log is over.
fn fill(buffer: &mut Buffer, limit: usize, open: &mut Opened, holes: &mut Holes) -> io::Result<bool> {
    while buffer.length < limit {
        let begin = buffer.length;
        let count = open.read(buffer.rest(limit))?;
        if count == 0 {
            return Ok(true);
        }
        buffer.length += count;
        let read = buffer.bytes().get(begin..).unwrap_or_default();
        if !may_have_hole(read) {
            holes.break_run();
            continue;
        }
        // Copied, as the parts go back into the same buffer without the hole.
        let read = read.to_vec();
        buffer.length = begin;
        for part in holes.split(&read) {
            match part {
                Part::Log(part) => buffer.append(part),
                Part::Hole(length) => holes.add(length as u64),
            }
        }
    }
    Ok(false)
}

/// Whether a hole may be in, begin in or end in `bytes`: looking at each byte would cost as much as counting the lines.
fn may_have_hole(bytes: &[u8]) -> bool {
    bytes.iter().step_by(HOLE_BYTES).chain(bytes.last()).any(|byte| *byte == 0)
}
