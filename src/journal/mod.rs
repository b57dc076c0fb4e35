//! The record of a run on disk: its folder and lock, the journal and the raw log, reading them
//! back, and checking that nothing in them was changed. What the events mean is `run`'s business.
//!
//! # Format
//!
//! `journal.ndjson` holds one JSON object per line, `{"seq":…,"at":…,"prev":…,"kind":…,…}`. `prev` is the
//! SHA-256, in hex, of the line before it without its newline; the first line carries 64 zeros.
//! `seq` counts up by one, except at a `record_hole`, which skips the `records` that were lost.
//!
//! # Versions
//!
//! The first record names the version of the format, which is [`FORMAT`](crate::run::FORMAT) in every new run.
//!
//! * A new kind of record, a new field, or a change to the summary of the same records raises the minor version. In a
//!   higher minor version, unknown records are passed over and counted, and unknown fields are ignored. Its summary is
//!   not recomputed, and a run with unknown records is not continued.
//! * A change that an older reader would misread raises the major version. A higher major version is refused.
//! * A lower minor version is read like the present one, so a new field needs a serde default. A run that is continued
//!   keeps its version; only records that this version has may be added to it.
//!
//! `tests/runs` keeps a run of each version.
//!
//! # What is on disk when
//!
//! * Every record is handed to the operating system by one `write` before it is returned, so it
//!   survives the end of this process, however it ends.
//! * [`JournalWriter::append_durably`] returns once the record would survive a power failure too
//!   (`fdatasync`). It is for phase changes and actions.
//! * `JournalWriter::sync_waiting`, called every second, bounds what a power failure may take of the rest.
//! * Log bytes are written to `dr.log` before the `log_chunk` record that cites them. To make that
//!   hold over a power failure, sync the `RawLog` before the journal.
//! * While a disk refuses, up to `HELD_LIMIT` bytes of records and as many of log are held in memory. A file
//!   on a disk turned read-only is let go, so that the disk can be mended, and with it the lock.
//! * A line without its newline was never returned as written: readers report it as torn, and
//!   [`JournalWriter::reopen`] cuts it off.

mod disk;
mod error;
mod find;
mod format;
mod raw_log;
mod reading;
mod redaction_key;
mod signatures;
mod writer;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::{disk::HELD_LIMIT, format::MAX_LINE, format::samples};
pub use self::{
    disk::{LeftoverFiles, RunFolder, RunLock},
    error::{JournalError, Problem},
    find::{error::FindError, find_run, list_runs},
    reading::{
        fold::read_run,
        reader::{Content, Entry, JournalReader, ReadReport, Torn},
        verify::{Verified, verify},
    },
    writer::JournalWriter,
};
pub(crate) use self::{
    disk::{
        NoStateDirectory, Placed, default_runs_dir, is_being_recorded, is_of_record, is_on_a_read_only_disk,
        open_regular, read_regular,
    },
    find::{NamedRun, named_runs, short_name},
    format::{digest, digest_two},
    raw_log::{CHUNK_BYTES, RawLog},
    reading::{
        fold::{fold_until, read_run_by, read_run_changed},
        reader::Position,
        verify::{EndCover, LOST_WITH_THE_MACHINE, missing_of_log},
    },
    redaction_key::redaction_key,
    signatures::{
        AllowedSigners, Anchor, AnchorPlace, CheckAnswer, CheckedSignature, SignatureFiles, SignatureReport,
        SigningKey, check_signature, check_signatures, find_anchors, sign_text, signed_text,
    },
};
