//! A place in a recording, and going from there: on as time passes, or straight to another place.

use std::{ops::Range, sync::Arc};

use super::{
    landmarks::Place,
    log_panel::PlacedLog,
    snapshots::Snapshot,
    survey::{Reading, Survey},
};
use crate::{
    dialect::Dialect,
    journal::{Content, JournalError, JournalReader},
    run::{Record, Run, Sequence, Timestamp, apply},
    screen::{Landmark, Scrollback},
};

/// Records taken at once; what is left is taken at the next turn, so that keys are never kept waiting.
pub(super) const TURN: usize = 2_000;

/// Where to go.
#[derive(Clone, Copy, Debug)]
enum Target {
    Record(Sequence),
    Time(Timestamp),
}

impl Target {
    fn holds(self, record: &Record) -> bool {
        match self {
            Self::Record(last) => record.seq <= last,
            Self::Time(latest) => record.at <= latest,
        }
    }

    fn is_ahead_of(self, run: &Run) -> bool {
        match self {
            Self::Record(last) => last >= run.last,
            Self::Time(latest) => latest >= run.last_at,
        }
    }
}

/// A recording and the place in it.
pub(super) struct Player {
    survey: Survey,
    run: Run,
    reader: JournalReader,
    /// The record after the place, once it was looked at.
    next: Option<Record>,
    panel: PlacedLog,
}

impl Player {
    /// A player at the first record of a recording; `dialect` marks the lines of its log.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(super) fn over(survey: Survey, dialect: Arc<Dialect>) -> Result<Self, JournalError> {
        let folder = survey.folder();
        let first = survey.snapshots().before_record(Sequence(0));
        let run = first.run.clone();
        let reader = JournalReader::open_at(folder, &first.position)?;
        let panel = PlacedLog::new(folder.log_path(), dialect);
        Ok(Self { survey, run, reader, next: None, panel })
    }

    /// Reads on towards the end of the recording.
    pub(super) fn look_ahead(&mut self) -> Reading {
        self.survey.advance(TURN)
    }

    /// Reads the journal anew where it is no longer the one that was read.
    ///
    /// # Errors
    /// What stands there now cannot be read.
    pub(super) fn refresh(&mut self) -> Result<(), JournalError> {
        if !self.survey.is_outdated() {
            return Ok(());
        }
        let place = self.run.last;
        self.survey = Survey::open(self.survey.folder())?;
        while self.survey.run().last < place && self.look_ahead() == Reading::More {}
        self.start_from(self.survey.snapshots().before_record(place).clone())?;
        self.go(Target::Record(place))
    }

    pub(super) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The run at this place.
    pub(super) fn run(&self) -> &Run {
        &self.run
    }

    /// The log at this place.
    pub(super) fn log(&self) -> &Scrollback {
        self.panel.rows()
    }

    /// Reads rows of the log that are not in memory.
    ///
    /// # Errors
    /// They cannot be read; why, as a sentence.
    pub(super) fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String> {
        self.panel.supply(wanted, &self.run, self.survey.log())
    }

    /// Why not all of the recording can be shown, as a sentence.
    pub(super) fn trouble(&self) -> Option<String> {
        self.survey.trouble().or_else(|| self.panel.trouble()).map(str::to_owned)
    }

    /// Whether this is the last record there is.
    pub(super) fn is_at_the_end(&self) -> bool {
        self.run.last >= self.survey.run().last
    }

    /// Takes what was recorded up to `now`; returns the time it then is. That is another where the clock was
    /// set back while it was recorded, or where there is too much to take at once.
    pub(super) fn play_to(&mut self, now: Timestamp) -> Timestamp {
        let mut now = now;
        let mut taken = 0;
        while let Some(record) = self.take_next(|record, run| record.at <= now || record.at < run.last_at) {
            if record.at < self.run.last_at {
                now = record.at;
            }
            apply(&mut self.run, &record);
            taken += 1;
            if taken >= TURN {
                now = self.run.last_at;
                break;
            }
        }
        self.show_log();
        now
    }

    /// Goes to the place right after `record`.
    ///
    /// # Errors
    /// The journal cannot be read any more.
    pub(super) fn go_to_record(&mut self, record: Sequence) -> Result<(), JournalError> {
        self.go(Target::Record(record))
    }

    /// Goes to the last record at or before `at`.
    ///
    /// # Errors
    /// The journal cannot be read any more.
    pub(super) fn go_to_time(&mut self, at: Timestamp) -> Result<(), JournalError> {
        self.go(Target::Time(at))
    }

    /// The next place of that kind.
    pub(super) fn next_landmark(&self, kind: Landmark) -> Option<Place> {
        self.survey.landmarks().next(kind, self.run.last)
    }

    /// The place of that kind before this one, and not later than `latest`.
    pub(super) fn previous_landmark(&self, kind: Landmark, latest: Timestamp) -> Option<Place> {
        self.survey.landmarks().previous(kind, self.run.last, latest)
    }

    fn go(&mut self, target: Target) -> Result<(), JournalError> {
        let nearest = match target {
            Target::Record(record) => self.survey.snapshots().before_record(record),
            Target::Time(at) => self.survey.snapshots().before_time(at),
        };
        if !target.is_ahead_of(&self.run) || nearest.run.last > self.run.last {
            self.start_from(nearest.clone())?;
        }
        while let Some(record) = self.take_next(|record, _| target.holds(record)) {
            apply(&mut self.run, &record);
        }
        self.show_log();
        Ok(())
    }

    fn start_from(&mut self, snapshot: Snapshot) -> Result<(), JournalError> {
        self.reader = JournalReader::open_at(self.survey.folder(), &snapshot.position)?;
        self.run = snapshot.run;
        self.next = None;
        Ok(())
    }

    /// The next record, if there is one and it is wanted. Never one that the survey has not seen.
    fn take_next(&mut self, wanted: impl FnOnce(&Record, &Run) -> bool) -> Option<Record> {
        while self.next.is_none() && !self.is_at_the_end() {
            match self.reader.next() {
                Some(Ok(entry)) => {
                    if let Content::Record(record) = entry.content {
                        self.next = Some(record);
                    }
                }
                Some(Err(_)) | None => return None,
            }
        }
        let run = &self.run;
        self.next.take_if(|record| wanted(record, run))
    }

    fn show_log(&mut self) {
        self.panel.show(&self.run, self.survey.log());
    }
}
