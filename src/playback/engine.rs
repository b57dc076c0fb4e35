//! What replay and view have in common: the recording, read as it grows, and the log panel at the place shown. Which
//! place that is, is the source's decision.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::index::Index;
use crate::{
    console::screen_front::ScreenFront,
    dialect::Dialect,
    ingest::log_panel::LogPanel,
    journal::JournalError,
    run::{Run, Timestamp},
    screen::{Play, Playback, Scrollback},
};

/// Least time between two checks for new records.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

/// Time between two updates while the place shown moves.
const FRAME_INTERVAL: Duration = Duration::from_millis(33);

/// Decides which place of a recording is shown.
pub(super) trait Source {
    /// The run at the place shown.
    fn run<'a>(&'a self, index: &'a Index) -> &'a Run;
    /// Moves the place on with time; whether it goes on moving.
    fn advance(&mut self, index: &Index) -> bool;
    fn now(&self, index: &Index) -> Timestamp;
    /// What the header shows.
    fn status(&self, index: &Index) -> Playback;
    /// Carries out a playback key; a sentence where there is nothing to go to.
    fn steer(&mut self, index: &Index, play: Play) -> Result<Option<String>, JournalError>;
    /// Finds its place again after the journal was replaced; `index` has read the first record of the new one.
    fn reopen(&mut self, _index: &mut Index) -> Result<(), JournalError> {
        Ok(())
    }
    /// Goes on from `at`: the program was stopped, and that time does not count.
    fn resume_at(&mut self, _at: Timestamp) {}
    /// The closing line.
    fn farewell(&self, index: &Index) -> String;
}

pub(super) struct Engine<S> {
    pub(super) index: Index,
    pub(super) source: S,
    panel: LogPanel,
    polled_at: Option<Instant>,
    /// Why the journal could not be opened anew at the last poll.
    unreadable: Option<String>,
}

impl<S: Source> Engine<S> {
    /// `dialect` marks the lines of the log.
    pub(super) fn new(index: Index, source: S, dialect: Arc<Dialect>) -> Self {
        let panel = LogPanel::new(index.folder.log_path(), dialect);
        Self { index, source, panel, polled_at: None, unreadable: None }
    }

    /// Reads new records and moves on with time; whether there is something new to draw, and the time until the next
    /// update.
    pub(super) fn update(&mut self) -> (bool, Duration) {
        let state = |engine: &Self| (engine.index.end.last, engine.run().last, engine.status());
        let before = state(self);
        self.unreadable = self.poll().err().map(|error| error.to_string());
        let is_moving = self.source.advance(&self.index);
        // While the journal is being read its end moves by thousands of records, and the log would be read for each.
        if self.index.is_read_to_end || self.run().last < self.index.end.last {
            self.show_log();
        }
        let wait = match self.index.is_read_to_end {
            // Without a pause, but keys and signals get their turn between two portions.
            false => Duration::ZERO,
            true if is_moving => FRAME_INTERVAL,
            true => POLL_INTERVAL,
        };
        (is_moving || before != state(self), wait)
    }

    fn poll(&mut self) -> Result<(), JournalError> {
        let is_due = self.polled_at.is_none_or(|at| at.elapsed() >= POLL_INTERVAL);
        if is_due {
            // Before the attempt, so that a journal that cannot be opened is not tried at every update.
            self.polled_at = Some(Instant::now());
            if self.index.is_outdated() {
                let mut index = Index::open(&self.index.folder)?;
                // The old index stays until the new one can be shown: an error here must not blank the screen.
                self.source.reopen(&mut index)?;
                self.index = index;
            }
        }
        if is_due || !self.index.is_read_to_end {
            self.index.advance();
        }
        Ok(())
    }

    pub(super) fn show_log(&mut self) {
        let run = self.source.run(&self.index);
        let log = &self.index.log;
        self.panel.move_to(log.extent(run), log.record(run));
    }

    /// Reads the older rows that the engineer scrolls to or searches; whether there were any.
    pub(super) fn page_log(&mut self, front: &mut ScreenFront) -> bool {
        let (mode, now) = (front.mode(), self.now());
        let record = self.index.log.record(self.source.run(&self.index));
        self.panel.page(front.view(), mode, now, record)
    }

    pub(super) fn run(&self) -> &Run {
        self.source.run(&self.index)
    }

    /// The run at the end of the recording, once that was read.
    pub(super) fn recorded(&self) -> Option<&Run> {
        self.index.is_read_to_end.then_some(&self.index.end)
    }

    pub(super) fn log(&self) -> &Scrollback {
        self.panel.rows()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.source.now(&self.index)
    }

    pub(super) fn status(&self) -> Playback {
        self.source.status(&self.index)
    }

    pub(super) fn steer(&mut self, play: Play) -> Option<String> {
        let answer = self.source.steer(&self.index, play);
        self.show_log();
        answer.unwrap_or_else(|error| Some(error.to_string()))
    }

    /// Why not all of the recording can be shown, as a sentence.
    pub(super) fn problem(&self) -> Option<&str> {
        self.unreadable.as_deref().or_else(|| self.index.problem()).or_else(|| self.panel.shortage())
    }

    /// The last words: what was left, and what could not be shown.
    pub(super) fn farewell(&self) -> String {
        let mut text = self.source.farewell(&self.index);
        if let Some(problem) = self.problem() {
            text = format!("{text}Not all of the record could be shown: {problem}\n");
        }
        text
    }
}
