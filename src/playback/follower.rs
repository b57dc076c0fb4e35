//! A view: the end of a recording as another process makes it. Any number of them may look on.

use std::{ops::Range, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    log_panel::PlacedLog,
    player::TURN,
    stage::{Showing, Turn},
    survey::{Reading, Survey},
};
use crate::{
    clock::Clock,
    dialect::Dialect,
    journal::{self, JournalError},
    run::{Run, Timestamp},
    screen::{Play, Playback, Recorder, Scrollback},
};

/// How often the journal is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How often it is found out whether the recorder still lives.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// A recording that is followed.
pub(super) struct Follower {
    survey: Survey,
    panel: PlacedLog,
    clock: Clock,
    recorder: Recorder,
    asked: Option<Instant>,
    /// Why the journal could not be looked at the last time.
    unreadable: Option<String>,
}

impl Follower {
    /// Follows a recording; `dialect` marks the lines of its log.
    pub(super) fn over(survey: Survey, dialect: Arc<Dialect>, clock: Clock) -> Self {
        let panel = PlacedLog::new(survey.folder().log_path(), dialect);
        Self { survey, panel, clock, recorder: Recorder::Recording, asked: None, unreadable: None }
    }

    fn look(&mut self) -> Result<Reading, JournalError> {
        if self.survey.is_outdated() {
            self.survey = Survey::open(self.survey.folder())?;
        }
        Ok(self.survey.advance(TURN))
    }

    fn ask_for_the_recorder(&mut self) {
        if self.asked.is_some_and(|at| at.elapsed() < ASK_EVERY) {
            return;
        }
        self.asked = Some(Instant::now());
        let folder = self.survey.folder();
        self.recorder = if self.survey.run().ending.is_some() {
            Recorder::Ended
        } else if journal::is_being_recorded(folder) {
            Recorder::Recording
        } else if journal::is_on_a_read_only_disk(folder) {
            Recorder::OutOfSight
        } else {
            Recorder::Gone
        };
    }
}

impl Showing for Follower {
    fn turn(&mut self) -> Turn {
        let (last, recorder) = (self.survey.run().last, self.recorder);
        let looked = self.look();
        if !matches!(looked, Ok(Reading::More)) {
            self.panel.show(self.survey.run(), self.survey.log());
            self.ask_for_the_recorder();
        }
        self.unreadable = looked.as_ref().err().map(ToString::to_string);
        Turn {
            changed: last != self.survey.run().last || recorder != self.recorder,
            wait: if matches!(looked, Ok(Reading::More)) { Duration::ZERO } else { LOOK_EVERY },
        }
    }

    fn run(&self) -> &Run {
        self.survey.run()
    }

    fn log(&self) -> &Scrollback {
        self.panel.rows()
    }

    fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String> {
        self.panel.supply(wanted, self.survey.run(), self.survey.log())
    }

    /// The present; of a recording that has ended, its end. A demo's time may run ahead of ours.
    fn now(&self) -> Timestamp {
        let run = self.survey.run();
        if run.ending.is_some() { run.last_at } else { self.clock.now().max(run.last_at) }
    }

    fn trouble(&self) -> Option<String> {
        let journal = self.unreadable.as_deref().or_else(|| self.survey.trouble());
        journal.map(str::to_owned).or_else(|| self.panel.trouble().map(str::to_owned))
    }

    fn playback(&self) -> Playback {
        Playback::View(self.recorder)
    }

    fn steer(&mut self, _: Play) -> Option<String> {
        Some("this is a view: it follows the recording and cannot be steered".to_owned())
    }

    fn resumed(&mut self, _: Timestamp) {}

    fn closing(&self) -> String {
        let (run, words) = (&self.survey.run().started.run, self.recorder.words());
        format!("The view of {run} was left: {words}. Nothing was sent or recorded.\n")
    }
}
