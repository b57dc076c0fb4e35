//! A moment of the record in place of the present, as the loop sees it. The record is played in a higher room, which
//! gives the loop the function that reads it.

use std::{future::pending, sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};

use crate::{
    console::screen_front::{ScreenFront, Shown},
    dialect::Dialect,
    journal::{JournalError, RunFolder},
    run::{Run, Timestamp},
    screen::{AvailableActions, LiveMark, Mode, Play, Playback, RecordingState, Scrollback, View},
};

/// A moment of a record that can be moved.
pub(crate) trait LookBack {
    /// Reads new records and moves on with time; whether there is something new to draw, and the time until the next
    /// update.
    fn update(&mut self) -> (bool, Duration);
    /// Carries out a playback key; a sentence where there is nothing to go to.
    fn steer(&mut self, play: Play) -> Option<String>;
    /// Reads the older rows of the log that the engineer scrolls to or searches; whether there were any.
    fn page_log(&mut self, screen: &mut ScreenFront) -> bool;
    /// Goes on from `at`: the program was stopped, and that time does not count.
    fn resume_at(&mut self, at: Timestamp);
    fn run(&self) -> &Run;
    /// The run at the end of the record, once that was read.
    fn recorded(&self) -> Option<&Run>;
    fn log(&self) -> &Scrollback;
    fn now(&self) -> Timestamp;
    fn status(&self) -> Playback;
    /// Why not all of the record can be shown, as a sentence.
    fn problem(&self) -> Option<&str>;
}

/// A record that was read, to be opened at that moment, or else at its end. The dialect marks the lines of its log.
// Opened on the thread of the loop, as the time of a moment that is played is that of its runtime.
pub(crate) type OpenRecord =
    Box<dyn FnOnce(Arc<Dialect>, Option<Timestamp>) -> Result<Box<dyn LookBack>, JournalError> + Send>;

/// Reads the record of a run, as long as the second argument holds.
pub(crate) type ReadRecord = fn(&RunFolder, &dyn Fn() -> bool) -> Result<OpenRecord, JournalError>;

/// What the screen shows.
pub(crate) enum Shows {
    Present,
    /// Still the present: the record is being read for a look at that moment, or the last one.
    Reading(oneshot::Receiver<Result<OpenRecord, String>>, Option<Timestamp>),
    Past(Box<Past>),
}

/// A moment of the record on the screen.
pub(crate) struct Past {
    pub(crate) moment: Box<dyn LookBack>,
    /// How the present is shown, for the return.
    pub(crate) present: (View, Mode),
    pub(crate) mark: LiveMark,
    pub(crate) update_at: Instant,
    /// The problem reported last.
    pub(crate) reported: Option<String>,
}

impl Past {
    pub(crate) fn shown<'a>(
        &'a self,
        available: &'a AvailableActions,
        recording: &'a RecordingState,
    ) -> Shown<'a> {
        let moment = &*self.moment;
        Shown { run: moment.run(), log: moment.log(), available, recording, now: moment.now() }
    }
}

impl Shows {
    pub(crate) const fn is_past(&self) -> bool {
        matches!(self, Self::Past(_))
    }

    /// Waits for the record that is being read, or until the moment shown may have moved on. Cancel-safe: the record is
    /// taken by the poll that returns it.
    pub(crate) async fn due(&mut self) -> Option<Result<OpenRecord, String>> {
        match self {
            Self::Present => pending().await,
            Self::Reading(record, _) => {
                // Without an answer drwatch itself has failed there.
                let read = record.await;
                Some(read.unwrap_or_else(|_| Err("reading it has failed".to_owned())))
            }
            Self::Past(past) => {
                sleep_until(past.update_at).await;
                None
            }
        }
    }

    /// The time of the moment shown, before the program stops.
    pub(crate) fn left_at(&self) -> Option<Timestamp> {
        if let Self::Past(past) = self { Some(past.moment.now()) } else { None }
    }

    /// Goes on from there: the time of the stop does not count.
    pub(crate) fn resume_at(&mut self, at: Option<Timestamp>) {
        if let (Self::Past(past), Some(at)) = (self, at) {
            past.moment.resume_at(at);
        }
    }
}
