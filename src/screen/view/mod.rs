//! The state of the screen: place in the log, zoom, freeze, search, open dialog, message. Keys go in, intents come out; nothing is drawn and nothing is carried out here.

mod commands;
mod demo;
mod kept_log;
mod key_input;
mod lists;
mod live_news;
mod log_commands;
mod message;
mod mouse;
mod places;
mod time_cursor;

use std::{cell::RefCell, path::PathBuf, sync::Arc};

pub(crate) use self::{
    demo::{DEMO_OPERATOR, DemoDeed, DemoStep},
    kept_log::{KeptLog, LogLook, Moved},
    lists::list::{EventKey, FindingKey, ListPlace, finding_key},
    live_news::{LiveMark, LiveNews},
    message::{Message, MessageKind},
    places::{Places, TimeAxis},
};
use super::{
    dialogs::Dialog,
    keys::{Keymap, Panel, Playback},
    log::{LogRow, LogView, RowNumber},
    scene::local_time::LocalZone,
};
use crate::run::{EventKind, LogTally, Run, Timestamp};

/// The display as it was when it was frozen.
#[derive(Debug)]
pub(crate) struct Frozen {
    pub(crate) run: Box<Run>,
    pub(crate) at: Timestamp,
    pub(crate) log_end: RowNumber,
    pub(crate) tally: LogTally,
    /// Gaps in the log.
    pub(crate) gaps: u64,
}

/// How the log was given the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum LogEntry {
    /// By the key of the view.
    #[default]
    Chosen,
    /// By a jump to one of its lines.
    Led,
}

#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) log: LogView,
    pub(crate) frozen: Option<Frozen>,
    /// Number behind the newest row that is shown for the moment, while newer ones come faster than anybody reads.
    pub(crate) log_end_held: Option<RowNumber>,
    pub(crate) zoom: Option<Panel>,
    pub(crate) dialog: Option<Dialog>,
    /// The dialog that the question before quitting has covered: Esc leads back to it.
    covered: Option<Dialog>,
    /// Whether the log was followed when it was given the screen.
    followed_log: bool,
    pub(crate) log_entry: LogEntry,
    pub(crate) message: Option<Message>,
    /// When the action was settled whose outcome there was no time to read yet.
    pub(crate) fresh_outcome: Option<Timestamp>,
    /// The last key, where the open dialog has none like it.
    pub(crate) unknown_key: Option<String>,
    /// When the latest message was made, whether it is still shown or not.
    pub(crate) last_message_at: Option<Timestamp>,
    /// Rows of the view scrolled away, where no entry of it is chosen.
    pub(crate) scrolled: u16,
    pub(crate) event_place: ListPlace<EventKey>,
    pub(crate) finding_place: ListPlace<FindingKey>,
    /// The moment marked on every panel that shows times.
    pub(crate) time_cursor: Option<Timestamp>,
    /// The kind of the events shown; `None`: all of them.
    pub(crate) filter: Option<EventKind>,
    /// In a replay the run at the end of the recording, for what is listed beyond the place shown.
    pub(crate) recorded: Option<Box<Run>>,
    pub(crate) playback: Option<Playback>,
    /// While the engineer looks back: what the live run has come to meanwhile.
    pub(crate) past: Option<LiveNews>,
    pub(crate) keymap: Arc<Keymap>,
    /// Where the run is recorded.
    pub(crate) run_folder: Option<PathBuf>,
    /// Whether the terminal reports the mouse, and selects no text itself.
    pub(crate) takes_mouse: bool,
    /// In a demo, what its operator does next by himself.
    pub(crate) demo: Option<DemoStep>,
    /// In a demo, how many times as fast as that of the machine its clock runs.
    pub(crate) clock_speed: Option<f64>,
    /// What the last frame had where, for clicks.
    pub(crate) places: RefCell<Places>,
    pub(crate) moved: Moved,
    pub(crate) kept_log: RefCell<Option<KeptLog>>,
    /// The zone of this machine; `None` where it cannot be told.
    pub(crate) zone: Option<LocalZone>,
    pub(crate) shows_local_time: bool,
    /// The line of the log whose details are to be read.
    wanted_line: Option<(RowNumber, LogRow)>,
    /// Older markers that the engineer was asked about.
    asked_about: usize,
}

impl View {
    /// Before each frame: what has moved since the last one.
    pub(crate) fn begin_frame(&mut self, moved: Moved) {
        self.moved = moved;
        if moved == Moved::Anything {
            // Also where this frame has no such panel, or is not drawn at all: a later one would show what was before it.
            self.kept_log.take();
        }
    }

    /// Shows `text` for some seconds.
    pub(crate) fn notify(&mut self, text: impl Into<String>, kind: MessageKind, now: Timestamp) {
        self.last_message_at = Some(now);
        self.message =
            Some(Message { text: text.into(), kind, at: now, made_at: now, stays: Some(Message::DURATION) });
    }

    /// Shows `text` until a key is pressed.
    pub(crate) fn notify_until_key(&mut self, text: impl Into<String>, now: Timestamp) {
        self.last_message_at = Some(now);
        self.message =
            Some(Message { text: text.into(), kind: MessageKind::Plain, at: now, made_at: now, stays: None });
    }

    /// Dates the message at `now`: the time of a demo or a replay runs fast or jumps, and would end it early or late.
    pub(crate) fn keep_message(&mut self, now: Timestamp) {
        if let Some(message) = &mut self.message {
            message.at = now;
        }
    }

    /// Whether a message is shown that time takes away.
    pub(crate) fn shows_passing(&self, now: Timestamp) -> bool {
        let passes = |message: &Message| message.stays.is_some() && message.is_due(now);
        self.fresh_outcome.is_some() || self.message.as_ref().is_some_and(passes)
    }

    /// Ends the message, unless it waits for a key.
    pub(crate) fn end_message(&mut self) {
        self.message.take_if(|message| message.stays.is_some());
    }

    /// Asks, once, which markers written before the run belong to this test. Waits while the engineer is
    /// typing something else.
    pub(crate) fn ask_about_markers(&mut self, run: &Run) {
        let count = run.prior_markers.len();
        let is_busy = self.is_asking() || self.frozen.is_some();
        if run.has_undecided_markers() && count > self.asked_about && !is_busy {
            self.asked_about = count;
            self.dialog = Some(Dialog::markers());
            self.note_dialog(run);
        }
    }

    /// What comes from now on is new to the open dialog.
    fn note_dialog(&self, run: &Run) {
        if let Some(dialog) = &self.dialog {
            dialog.note_opened(run);
        }
    }

    #[cfg(test)]
    pub(crate) const fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// The zone whose time is shown beside UTC, while it is.
    pub(crate) fn shown_zone(&self) -> Option<&LocalZone> {
        self.zone.as_ref().filter(|_| self.shows_local_time)
    }

    /// Whether the log shows its newest lines, and nothing is looked for in it.
    pub(crate) const fn only_follows_log(&self) -> bool {
        self.frozen.is_none() && self.log.follows() && !self.log.searches()
    }

    pub(crate) const fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Lists the events of the whole recording in a replay; the place shown is a part of it.
    pub(crate) fn list_events_of(&mut self, recorded: &Run) {
        if self.recorded.as_ref().is_none_or(|own| own.last != recorded.last) {
            self.recorded = Some(Box::new(recorded.clone()));
        }
    }

    /// Opens the quit dialog, as on a request from outside.
    pub(crate) fn ask_to_quit(&mut self) {
        self.dialog = Some(Dialog::quit());
    }

    /// Whether the engineer is typing or has a question before him.
    pub(crate) const fn is_asking(&self) -> bool {
        self.dialog.is_some() || self.log.typing.is_some()
    }

    /// A view of another moment with the same panel and the same ways to show it: no dialog, no search, and the log at its
    /// end.
    pub(crate) fn beside(&self) -> Self {
        let mut log = LogView::default();
        (log.wraps, log.has_histogram) = (self.log.wraps, self.log.has_histogram);
        Self {
            log,
            zoom: self.zoom,
            time_cursor: self.time_cursor,
            clock_speed: self.clock_speed,
            keymap: Arc::clone(&self.keymap),
            run_folder: self.run_folder.clone(),
            zone: self.zone.clone(),
            takes_mouse: self.takes_mouse,
            shows_local_time: self.shows_local_time,
            ..Self::default()
        }
    }

    /// Takes over from `other` what belongs to the terminal and its reader.
    pub(crate) fn resume_from(&mut self, other: &Self) {
        self.takes_mouse = other.takes_mouse;
        self.shows_local_time = other.shows_local_time;
        // The reader stays in the view that he was reading.
        if self.zoom != other.zoom {
            self.show(other.zoom);
        }
        self.message = None;
    }
}
