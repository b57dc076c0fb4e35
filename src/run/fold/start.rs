//! How a run begins with its first record.

use crate::run::state::{Appliance, Dropped, FinalLines, LogState, Reported, Run, Tracking};
use crate::run::values::{
    Download, Elapsed, Event, FORMAT, FrozenBucket, Phases, Record, Replication, Sequence,
};

/// Why a record cannot start a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The record is not `run_started`.
    #[error("the first record is not the start of a run")]
    NotTheStart,
    /// It is not at position 0.
    #[error("the record starts at position {0}; its beginning is missing")]
    WrongPosition(Sequence),
    /// It has a later format that this program would misread.
    #[error("the record is in format {major}; a later drwatch is needed to read it")]
    LaterFormat {
        /// Major version of that format.
        major: u16,
    },
}

impl Run {
    /// The run that `record` starts.
    ///
    /// # Errors
    /// Where `record` is not a `run_started` at position 0 in a format known here.
    pub fn start(record: &Record) -> Result<Self, StartError> {
        let Event::RunStarted(started) = &record.event else { return Err(StartError::NotTheStart) };
        if record.seq != Sequence(0) {
            return Err(StartError::WrongPosition(record.seq));
        }
        // A later minor version only adds records and fields, which are passed over here.
        if started.format.major > FORMAT.major {
            return Err(StartError::LaterFormat { major: started.format.major });
        }
        Ok(Self {
            started: started.as_ref().clone(),
            started_at: record.at,
            last: record.seq,
            last_at: record.at,
            recorded_at: record.at,
            recorder: started.recorder.clone(),
            watched_since: record.at,
            phases: Phases::begin(record.at),
            primary: Appliance::new(started.primary.is_some(), record.at),
            dr: Appliance::new(started.dr.is_some(), record.at),
            download: Download::default(),
            replication: Replication::default(),
            threads: None,
            listing: None,
            listing_since: None,
            listing_refused: None,
            frozen: FrozenBucket::default(),
            log: LogState::default(),
            actions: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
            engineer: None,
            sheets: Vec::new(),
            frozen_sheet: None,
            issues: Vec::new(),
            signatures: Vec::new(),
            sent_heads: Vec::new(),
            attestations: Vec::new(),
            is_cut_short: false,
            takeovers: Vec::new(),
            consents: Vec::new(),
            baseline_choice: None,
            service_started: None,
            predictions: Vec::new(),
            absences: Vec::new(),
            outages: Vec::new(),
            own_clock_behind: Elapsed::ZERO,
            preflight: None,
            signed_off: None,
            left_paused: None,
            confirmed: None,
            deleted_files_not_read: None,
            prior_markers: Vec::new(),
            prior_markers_decided: false,
            final_lines: FinalLines::default(),
            failed: None,
            ending: None,
            ended_by: None,
            reported: Reported::default(),
            dropped: Dropped::default(),
            tracking: Tracking::default(),
        })
    }
}
