//! The source of `drwatch view`: always at the end of a recording that another process makes. Any number of them may
//! follow one recording.

use std::time::Duration;

use tokio::time::Instant;

use super::{engine::Source, index::Index};
use crate::{
    clock::Clock,
    journal::{self, JournalError},
    run::{Run, Timestamp},
    screen::{Play, Playback, Recorder},
};

/// Least time between two checks whether the recorder is alive.
// Each check reads `/proc/locks`, which lists the locks of the whole machine.
const RECORDER_CHECK_INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Follower {
    clock: Clock,
    recorder: Recorder,
    checked_at: Option<Instant>,
}

impl Follower {
    pub(super) fn new() -> Self {
        Self { clock: Clock::system(), recorder: Recorder::Recording, checked_at: None }
    }
}

impl Source for Follower {
    fn run<'a>(&'a self, index: &'a Index) -> &'a Run {
        &index.end
    }

    fn advance(&mut self, index: &Index) -> bool {
        let is_due = self.checked_at.is_none_or(|at| at.elapsed() >= RECORDER_CHECK_INTERVAL);
        // The ending may be among the records that are still to be read.
        if !index.is_read_to_end || !is_due {
            return false;
        }
        self.checked_at = Some(Instant::now());
        let folder = &index.folder;
        // The ending first: a recorder that has ended in order holds no lock either.
        self.recorder = if index.end.ending.is_some() {
            Recorder::Ended
        } else if journal::is_being_recorded(folder) {
            Recorder::Recording
        } else if journal::is_on_a_read_only_disk(folder) {
            Recorder::OutOfSight
        } else {
            Recorder::Gone
        };
        false
    }

    /// The present; for a recording that has ended, its end. The time of a demo may be ahead of ours.
    fn now(&self, index: &Index) -> Timestamp {
        let run = &index.end;
        if run.ending.is_some() { run.last_at } else { self.clock.now().max(run.last_at) }
    }

    fn status(&self, _: &Index) -> Playback {
        Playback::View(self.recorder)
    }

    fn steer(&mut self, _: &Index, _: Play) -> Result<Option<String>, JournalError> {
        Ok(Some("this is a view: it follows the recording and cannot be steered".to_owned()))
    }

    fn farewell(&self, index: &Index) -> String {
        let (run, recorder) = (&index.end.started.run, self.recorder.words());
        format!("The view of {run} was left: {recorder}. Nothing was sent or recorded.\n")
    }
}
