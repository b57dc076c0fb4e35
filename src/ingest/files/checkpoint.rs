//! How far a log was read, and the bytes before that: by them the place is found again in whatever file holds it after
//! a rotation.

use crate::parse;

/// Bytes before a checkpoint that must be found again, or the file is another one under the same name.
const EVIDENCE_BYTES: usize = 4096;

/// Bytes of the last line with a timestamp that must be found again.
const STAMPED_BYTES: usize = 256;

#[derive(Clone, Debug, Default)]
pub(super) struct Checkpoint {
    pub(super) position: u64,
    pub(super) last: Vec<u8>,
    /// The last line with a timestamp, or its beginning, and its position.
    stamped: Option<(u64, Vec<u8>)>,
}

impl Checkpoint {
    pub(super) fn at(position: u64) -> Self {
        Self { position, ..Self::default() }
    }

    /// Whether nothing distinguishes it from the same position in another log.
    pub(super) const fn is_unproven(&self) -> bool {
        self.last.is_empty()
    }

    /// Whether no line with a timestamp was read. Lines without one prove little, however many they are: every file of
    /// a log may begin with them, such as the banner a program writes when it starts.
    pub(super) const fn is_weak(&self) -> bool {
        self.stamped.is_none()
    }

    /// What must be in a file that holds this place, and at which positions.
    pub(super) fn evidence(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let stamped = self.stamped.iter().map(|(position, line)| (*position, line.as_slice()));
        // The stamped line first: it is the one that other files do not hold, so that most of them
        // are ruled out by one read.
        stamped.chain([(self.position - self.last.len() as u64, self.last.as_slice())])
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        let begin = self.position - self.last.len() as u64;
        self.last.extend_from_slice(bytes);
        self.position += bytes.len() as u64;
        // An older one is kept where no new line has a timestamp: without any, a checkpoint proves nothing.
        if let Some((offset, line)) = last_stamped(&self.last, begin == 0) {
            self.stamped = Some((begin + offset as u64, line.to_vec()));
        }
        self.trim();
    }

    pub(super) fn skip(&mut self, hole: u64) {
        self.position += hole;
        // A read of the file gives NUL bytes for a hole, and the evidence is compared with such a read.
        let nuls = usize::try_from(hole).unwrap_or(usize::MAX).min(EVIDENCE_BYTES);
        self.last.extend(std::iter::repeat_n(0, nuls));
        self.trim();
    }

    fn trim(&mut self) {
        self.last.drain(..self.last.len().saturating_sub(EVIDENCE_BYTES));
    }
}

/// The last line with a timestamp in `bytes`, cut to [`STAMPED_BYTES`], and its offset. `is_line_start`: `bytes` begin
/// with a whole line.
fn last_stamped(bytes: &[u8], is_line_start: bool) -> Option<(usize, &[u8])> {
    let mut end = bytes.len();
    loop {
        let newline = memchr::memrchr(b'\n', bytes.get(..end)?);
        // The beginning of this line was trimmed away: what is left of it would be read as another line.
        if newline.is_none() && !is_line_start {
            return None;
        }
        let begin = newline.map_or(0, |newline| newline + 1);
        let line = bytes.get(begin..end)?;
        if parse::log_line(line).stamp.is_some() {
            return Some((begin, line.get(..STAMPED_BYTES).unwrap_or(line)));
        }
        end = newline?;
    }
}
