//! Checking a run's record as a whole: the journal's sequence and chain, the log bytes its chunks
//! cite, and that an exported summary was made from this journal.

use std::{
    fmt,
    fs::File,
    io::{self, BufReader, Read},
    os::unix::fs::FileExt as _,
    path::PathBuf,
};

use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::reader::{Content, Entry, JournalReader, ReadReport};
use crate::journal::{
    disk::{RunFolder, open_regular, read_regular},
    error::{JournalError, Problem},
    format::{Distinct, hex},
};
use crate::run::{ByteCount, Elapsed, Event, LogOffset, Sequence, Timestamp};

/// A record found sound, in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub(crate) journal: ReadReport,
    pub(crate) chunks: u64,
    /// Bytes they cover.
    pub(crate) cited: ByteCount,
    /// Bytes that a power failure took from `dr.log` after they were cited, as a gap on record says.
    pub(crate) lost: ByteCount,
    /// Bytes at the end of `dr.log` that no chunk cites: a crash came before their record.
    pub(crate) uncited: ByteCount,
    /// Whether there is a `summary.json` and it names a head that this journal had. The last record of a chain is
    /// covered by no other; only a file beside the journal can hold its digest.
    pub(crate) summarised: bool,
    /// Records after the last of which the summary holds a digest.
    pub(crate) behind: u64,
    /// What of the journal's last record is covered.
    pub(crate) cover: EndCover,
}

/// What covers the last record of a journal: no record behind it holds its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EndCover {
    /// The summary holds its digest: it is the last that the summary was made from, or the record of its export.
    Summary,
    /// Nothing in the journal or the summary.
    Nothing {
        /// Which record it is.
        record: Sequence,
        /// Its kind.
        kind: String,
        /// Whether it is the record of the summary's export, and the summary is of a version that holds no digest of it.
        is_export: bool,
    },
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { journal, chunks, cited, uncited, behind, .. } = self;
        let records = journal.head.records;
        // A chain shows that its records are as written and in order. That it was not cut or written anew, only a digest
        // kept outside it can show.
        match (self.summarised, behind) {
            (false, _) => f.write_str("unbroken as far as it goes"),
            (true, 0) => f.write_str("whole"),
            (true, behind) => write!(f, "whole for its first {} records", records.saturating_sub(*behind)),
        }?;
        write!(f, "; {records} records in one chain, {chunks} chunks of log with {cited} bytes")?;
        if journal.torn.is_some() {
            f.write_str("; the last line is torn and does not count")?;
        }
        if journal.opaque > 0 {
            write!(f, "; {} records are of kinds that only a newer drwatch knows", journal.opaque)?;
        }
        if self.lost.0 > 0 {
            write!(f, "; {} bytes of log were lost with the machine, as a gap says", self.lost)?;
        }
        if uncited.0 > 0 {
            let why = "drwatch did not come to it, or they were added since";
            write!(f, "; {uncited} bytes of log at the end are in no chunk: {why}")?;
        }
        f.write_str(if self.summarised {
            "; summary.json was made from it"
        } else {
            "; no summary covers its end"
        })
    }
}

/// Checks the record of a run.
///
/// # Errors
/// [`JournalError::Bad`] names the first bad record; the others mean that there is nothing to check.
pub fn verify(folder: &RunFolder) -> Result<Verified, JournalError> {
    let mut changed = Vec::new();
    let verified = check(folder, &mut changed);
    // A chunk that no gap has excused is bad before all that comes behind it.
    match changed.into_iter().next() {
        Some(Changed { error, .. }) => Err(error),
        None => verified,
    }
}

/// Checks the record of a run, and collects the chunks with changed bytes.
fn check(folder: &RunFolder, changed: &mut Vec<Changed>) -> Result<Verified, JournalError> {
    // Read before the journal: a recorder that exports meanwhile would leave a summary of more records than
    // were read here.
    let summary = read_summary_head(folder)?;
    let mut log = Log::open(folder)?;
    let mut reader = JournalReader::open(folder)?;
    let mut latest = None;
    let mut chunks = 0;
    let mut summarised = false;
    let mut behind = 0;
    // Of the last record read: whether the summary holds its digest, and whether it is the summary's export; and whether
    // that was read.
    let (mut is_covered, mut is_export, mut has_export) = (false, false, false);
    let mut final_content = None;
    let (mut lost, mut lost_until) = (ByteCount(0), 0);
    while let Some(entry) = reader.next() {
        let Entry { offset, content } = entry.map_err(|error| match error {
            // The record before is sound, so the one that does not fit to it was changed.
            JournalError::Bad { problem: Problem::Changed | Problem::Unfitting, .. } if is_covered => {
                reader.unchained()
            }
            other => other,
        })?;
        let (seq, at) = content.place();
        check_time(&mut latest, at).map_err(|problem| reader.bad(seq, offset, problem))?;
        let event = match &content {
            Content::Record(record) => Some(&record.event),
            Content::Opaque { .. } => None,
        };
        if let Some(Event::LogChunk { offset: begin, bytes, sha256, .. }) = event {
            match log.check(begin.0, bytes.0, sha256)? {
                Ok(()) => chunks += 1,
                // A gap further on may say that a power failure took these bytes.
                Err(Problem::ChunkChanged) => {
                    changed.push(Changed {
                        end: log.end,
                        error: reader.bad(seq, offset, Problem::ChunkChanged),
                    });
                }
                Err(problem) => return Err(reader.bad(seq, offset, problem)),
            }
        }
        // Only a power failure takes bytes that were cited. Other gaps, such as that of a hole, excuse no
        // changed chunk.
        if let Some(Event::LogGap(gap)) = event
            && gap.offset.0 < log.end
            && gap.reason.ends_with(LOST_WITH_THE_MACHINE)
        {
            // Where the bytes of a power failure were, the watch that went on has put zeros; others are a change.
            if log.is_filled(gap.offset.0)? {
                changed.retain(|changed| changed.end <= gap.offset.0);
                // Two gaps may cover the same bytes, which are counted once.
                lost = ByteCount(lost.0.saturating_add(log.end - gap.offset.0.max(lost_until)));
                lost_until = log.end;
            }
        }
        // Before this record is compared with the summary: the record that it was made from is not behind it.
        is_export = summarised && behind == 0 && !has_export && matches!(event, Some(Event::Exported { .. }));
        (is_covered, has_export) = (false, has_export || is_export);
        behind += u64::from(summarised);
        if is_export && let Some(stated) = summary.as_ref().and_then(|summary| summary.export.as_ref()) {
            if *stated != reader.head().head {
                return Err(reader.bad(seq, offset, Problem::NotTheExport));
            }
            (is_covered, behind) = (true, 0);
        }
        if check_summary(summary.as_ref(), &reader, seq, offset)? {
            (summarised, is_covered) = (true, true);
        }
        final_content = Some(content);
    }
    let journal = reader.report();
    if journal.head.records == 0 && summary.is_none() {
        return Err(folder.no_record());
    }
    match summary {
        Some(SummaryHead { records: 0, .. }) => {
            return Err(JournalError::SummaryOfNothing { path: folder.summary_path() });
        }
        Some(SummaryHead { records, .. }) if records > journal.head.records => {
            return Err(reader.bad(journal.next, journal.length, Problem::Missing { records }));
        }
        _ => {}
    }
    let cited = ByteCount(log.end);
    let cover = match final_content {
        Some(content) if !is_covered => {
            EndCover::Nothing { record: content.place().0, kind: content.kind(), is_export }
        }
        _ => EndCover::Summary,
    };
    Ok(Verified { journal, chunks, cited, lost, uncited: log.rest()?, summarised, behind, cover })
}

/// How many bytes of `dr.log` are missing of those that the record cites, up to `end`. Whether the others are unchanged is
/// for [`verify`] to say.
pub(crate) fn missing_of_log(folder: &RunFolder, end: LogOffset) -> Option<ByteCount> {
    let length = std::fs::metadata(folder.log_path()).map_or(0, |found| found.len());
    end.0.checked_sub(length).filter(|missing| *missing > 0).map(ByteCount)
}

/// The end of the reason of a gap after a power failure: bytes that were cited are lost.
pub(crate) const LOST_WITH_THE_MACHINE: &str = "of the log on disk were lost with the machine";

struct Changed {
    /// Where it ends in the log.
    end: u64,
    error: JournalError,
}

/// Records of one moment were not always written in the order of their times.
const ONE_MOMENT: Elapsed = Elapsed::from_secs(1);

/// Takes the time of the next record; `latest` is the latest one so far.
fn check_time(latest: &mut Option<Timestamp>, found: Timestamp) -> Result<(), Problem> {
    match latest.replace(latest.map_or(found, |latest| latest.max(found))) {
        Some(before) if before.since(found) >= ONE_MOMENT => Err(Problem::RunsBack { found, before }),
        _ => Ok(()),
    }
}

/// What `summary.json` says of the journal.
#[derive(Deserialize)]
struct SummaryHead {
    records: u64,
    head: String,
    /// The digest of the record of its export, from beside these two.
    #[serde(skip)]
    export: Option<String>,
    // A struct with a flattened map is read from a JSON object only; without it a list would be accepted too.
    #[serde(flatten)]
    _rest: Map<String, Value>,
}

fn read_summary_head(folder: &RunFolder) -> Result<Option<SummaryHead>, JournalError> {
    #[derive(Deserialize)]
    struct Summary {
        journal: SummaryHead,
        #[serde(default)]
        export_record: Option<String>,
        #[serde(flatten)]
        _rest: Map<String, Value>,
    }
    let path = folder.summary_path();
    let bytes = match read_regular(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JournalError::Read { path, source }),
    };
    let distinct = serde_json::from_slice::<Distinct>(&bytes);
    match distinct.and_then(|_| serde_json::from_slice::<Summary>(&bytes)) {
        Ok(summary) => Ok(Some(SummaryHead { export: summary.export_record, ..summary.journal })),
        Err(error) => Err(JournalError::no_summary(path, &error)),
    }
}

/// Whether the summary was made right after the record at `seq`, and then of this very chain.
fn check_summary(
    summary: Option<&SummaryHead>,
    reader: &JournalReader,
    seq: Sequence,
    offset: u64,
) -> Result<bool, JournalError> {
    let Some(summary) = summary.filter(|summary| summary.records == reader.head().records) else {
        return Ok(false);
    };
    if summary.head == reader.head().head {
        Ok(true)
    } else {
        Err(reader.bad(seq, offset, Problem::NotSummarised))
    }
}

/// `dr.log`, read once from its beginning.
struct Log {
    path: PathBuf,
    /// `None` where there is no such file.
    input: Option<BufReader<File>>,
    end: u64,
}

impl Log {
    fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        let path = folder.log_path();
        let input = match open_regular(&path) {
            Ok(file) => Some(BufReader::with_capacity(64 << 10, file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(JournalError::Read { path, source }),
        };
        Ok(Self { path, input, end: 0 })
    }

    fn check(&mut self, begin: u64, bytes: u64, sha256: &str) -> Result<Result<(), Problem>, JournalError> {
        // In the order of the records, each chunk begins where the one before it ends: bytes between two
        // would be covered by no digest.
        if begin != self.end {
            return Ok(Err(Problem::ChunkPlace { expected: self.end, found: begin }));
        }
        // Read in one pass from the front: chunks cover the log without a gap, and the log may be larger than
        // memory.
        let (read, digest) = self.digest(bytes)?;
        self.end = self.end.saturating_add(read);
        Ok(if read < bytes {
            Err(Problem::ChunkMissing { missing: bytes - read })
        } else if digest == sha256 {
            Ok(())
        } else {
            Err(Problem::ChunkChanged)
        })
    }

    /// Whether from `begin` to the end of the last chunk there are zeros and the end of a line.
    fn is_filled(&self, begin: u64) -> Result<bool, JournalError> {
        let refused = |source| JournalError::Read { path: self.path.clone(), source };
        let Some(input) = &self.input else { return Ok(false) };
        let (mut block, mut at) = (vec![0; 64 << 10], begin);
        while at < self.end {
            let most = usize::try_from(self.end - at).unwrap_or(usize::MAX).min(block.len());
            // `read_at` leaves the file's position alone, which the next chunk is read from.
            let read =
                input.get_ref().read_at(block.get_mut(..most).unwrap_or_default(), at).map_err(refused)?;
            at += read as u64;
            let filled = block.get(..read).unwrap_or_default();
            let zeros = if at == self.end { filled.strip_suffix(b"\n") } else { Some(filled) };
            if read == 0 || zeros.is_none_or(|zeros| zeros.iter().any(|byte| *byte != 0)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads up to `bytes` bytes; how many there were, and their digest.
    fn digest(&mut self, bytes: u64) -> Result<(u64, String), JournalError> {
        let mut digest = Sha256::new();
        let mut read = 0;
        if let Some(input) = &mut self.input {
            let copied = io::copy(&mut input.take(bytes), &mut Hashing(&mut digest));
            read = copied.map_err(|source| JournalError::Read { path: self.path.clone(), source })?;
        }
        Ok((read, hex(digest.finalize().as_slice())))
    }

    fn rest(&mut self) -> Result<ByteCount, JournalError> {
        self.digest(u64::MAX).map(|(bytes, _)| ByteCount(bytes))
    }
}

struct Hashing<'a>(&'a mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
