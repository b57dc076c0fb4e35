//! The log as fetched after a drop: the present file, and as many older ones as are needed to find the last line
//! received.

use std::num::NonZeroU8;

use super::{
    emit::Tail,
    lines::LineSplitter,
    memory::Files,
    overlap::{Head, LineKey, Overlap, find_overlap, has_stamped_line, is_one_file_alone},
};
use crate::appliance::{
    client::{Client, OpenError},
    shell::ShellError,
};

/// Longest log fetched whole, in bytes.
const LOG_LIMIT: usize = 64 << 20;

/// Older files of the log that are looked into for the last line received.
// Each costs a fetch of up to 64 MiB; behind more rotations than these there is a gap.
const OLDER_FILES: u8 = 4;

/// One stretch of the log, its last lines those of the present file.
pub(super) struct Fetched {
    pub(super) lines: Vec<Vec<u8>>,
    pub(super) keys: Vec<LineKey>,
    /// Where the last line received stands, as far as it was found.
    pub(super) overlap: Option<Overlap>,
    pub(super) is_sure: bool,
    /// How many of the last lines may stand in it twice.
    pub(super) doubtful: usize,
    pub(super) has_older: bool,
    pub(super) files: Files,
    /// How many lines each of the files has, the present one first.
    lengths: Vec<usize>,
}

/// What an older file is to those fetched before it.
enum Relation {
    /// One of its own.
    Other,
    /// The present one, rotated and grown meanwhile.
    PresentGrown,
    /// One that was fetched already.
    Same,
    /// Another one or the present one: it has too few lines to decide.
    Unclear,
}

/// The present file of a log of which nothing is known yet, and the newest of the older ones.
pub(super) struct Beginning {
    pub(super) lines: Vec<Vec<u8>>,
    pub(super) older: Option<Vec<Vec<u8>>>,
    pub(super) files: Files,
}

impl Tail<'_> {
    pub(super) async fn fetch_beginning(&self) -> Result<Beginning, OpenError> {
        let mut client = self.appliance.open().await?;
        let lines = split(&client.log(LOG_LIMIT).await?);
        let older = older_file(&mut client, NonZeroU8::MIN).await?;
        // An appliance that ignores the file's number prints the present file once more.
        let older = older.filter(|older| *older != lines || lines.is_empty());
        let mut files = Files::new(&LineKey::of_all(&lines));
        if let Some(older) = &older {
            files.add_older(&LineKey::of_all(older));
        }
        Ok(Beginning { lines, older, files })
    }

    pub(super) async fn fetch_log(&self) -> Result<Fetched, OpenError> {
        let known = self.memory.last_stretch();
        // In a shell of its own: the one that follows the log has no prompt any more.
        let mut client = self.appliance.open().await?;
        let mut fetched = Fetched::new(split(&client.log(LOG_LIMIT).await?));
        fetched.locate(&known, Head::OfFile);
        let mut oldest = fetched.keys.len();
        let present = fetched.keys.clone();
        for file in (1..=OLDER_FILES).filter_map(NonZeroU8::new) {
            if fetched.is_found() {
                return Ok(fetched);
            }
            let Some(lines) = older_file(&mut client, file).await? else { break };
            let keys = LineKey::of_all(&lines);
            fetched.files.add_older(&keys);
            // The same files as at the last fetch: older ones were looked into then.
            if self.is_unchanged(&fetched) && fetched.files.identifiable {
                return Ok(fetched);
            }
            // The oldest file at hand, which the next one is compared with.
            let last = fetched.keys.get(..oldest).unwrap_or_default();
            // What may be fetched twice: the file before this one, which is the present one at first.
            let alike = if keys == last { fetched.keys.len() } else { present.len() };
            match relation(&keys, &present, last) {
                // The log was rotated between two fetches: the same file again, under its new number and longer.
                Relation::PresentGrown if !fetched.has_older => {
                    fetched.lengths = vec![lines.len()];
                    (fetched.lines, fetched.keys) = (lines, keys);
                    fetched.locate(&known, Head::OfFile);
                    continue;
                }
                // Also where the appliance ignores the number and shows the present file each time.
                Relation::Same | Relation::PresentGrown => continue,
                Relation::Unclear => {
                    // A rotation between two fetches may have shown one short file twice, under two numbers.
                    fetched.doubtful = fetched.doubtful.max(alike);
                    // The same lines are at hand already, among those that may be there twice.
                    if keys == present && !fetched.has_older {
                        continue;
                    }
                }
                Relation::Other => {}
            }
            oldest = keys.len();
            fetched.prepend(lines, keys);
            fetched.locate(&known, Head::OfFiles);
            // One limit for all files together: five full ones would take 320 MiB.
            if fetched.lines.iter().map(Vec::len).sum::<usize>() > LOG_LIMIT {
                break;
            }
        }
        // No older file can be had, so fewer lines at the beginning of this one decide.
        if !fetched.has_older && !self.is_unchanged(&fetched) {
            fetched.locate(&known, Head::OfOnlyFile);
        }
        Ok(fetched)
    }

    /// Whether the log is what it was when it was last fetched: nothing has come then.
    pub(super) fn is_unchanged(&self, fetched: &Fetched) -> bool {
        self.memory.fetched == Some(fetched.files)
    }
}

impl Fetched {
    fn new(lines: Vec<Vec<u8>>) -> Self {
        let keys = LineKey::of_all(&lines);
        let lengths = vec![lines.len()];
        let files = Files::new(&keys);
        Self { lines, keys, overlap: None, is_sure: false, doubtful: 0, has_older: false, files, lengths }
    }

    fn prepend(&mut self, mut lines: Vec<Vec<u8>>, mut keys: Vec<LineKey>) {
        self.lengths.push(lines.len());
        lines.append(&mut self.lines);
        keys.append(&mut self.keys);
        (self.lines, self.keys, self.has_older) = (lines, keys, true);
    }

    fn locate(&mut self, known: &[LineKey], head: Head) {
        self.overlap = find_overlap(known, &self.keys);
        self.is_sure =
            self.overlap.is_some_and(|overlap| overlap.is_sure(head) && self.has_own_line(overlap.end));
    }

    /// Whether the file in which the place is has a line before it that other files do not begin with: it may have
    /// been emptied, and begun anew alike. At its very beginning none is needed.
    fn has_own_line(&self, end: usize) -> bool {
        let mut begin = self.keys.len();
        for length in &self.lengths {
            begin = begin.saturating_sub(*length);
            if begin <= end {
                break;
            }
        }
        let head = self.keys.get(begin..end).unwrap_or_default();
        head.is_empty() || has_stamped_line(head)
    }

    /// Whether an older file would not change where the last line received is found.
    fn is_found(&self) -> bool {
        self.is_sure || self.overlap.is_some_and(|overlap| overlap.is_likely() && !overlap.is_at_head)
    }
}

fn relation(file: &[LineKey], present: &[LineKey], oldest: &[LineKey]) -> Relation {
    // An empty file is the beginning of any other, and proves nothing.
    let is_beginning = |short: &[LineKey], long: &[LineKey]| !short.is_empty() && long.starts_with(short);
    if !oldest.is_empty() && file == oldest {
        return if is_one_file_alone(file) { Relation::Same } else { Relation::Unclear };
    }
    // The shorter of the two begins the longer one: one file, if it has enough lines of its own to show that.
    let (short, found) = if is_beginning(file, present) {
        (file, Relation::Same)
    } else if is_beginning(present, file) {
        (present, Relation::PresentGrown)
    } else {
        return Relation::Other;
    };
    if is_one_file_alone(short) { found } else { Relation::Unclear }
}

/// The lines of an older file; `None`: the appliance has, or shows, no such file.
async fn older_file(client: &mut Client, file: NonZeroU8) -> Result<Option<Vec<Vec<u8>>>, OpenError> {
    match client.archived_log(file, LOG_LIMIT).await {
        Ok(bytes) => Ok(Some(split(&bytes))),
        Err(error) if is_no_log(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    // An unfinished last line is dropped here. The follow shows it once it is whole.
    LineSplitter::default().push(bytes, &mut lines);
    lines
}

/// Whether the appliance has answered, but with no log.
pub(super) const fn is_no_log(error: &ShellError) -> bool {
    // Other errors concern the connection and say nothing about the log; the caller tries again.
    matches!(error, ShellError::TooLong { .. } | ShellError::ModeRefused { .. } | ShellError::TimedOut { .. })
}
