//! What the engineer has made of the screen: place in the log, zoom, freeze, search, open dialog,
//! message. Keys go in, intents come out; nothing is drawn and nothing is carried out here.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{
    Facts, Mode, Playback,
    dialogs::{Dialog, Reply},
    input::TextInput,
    intent::Intent,
    keymap::{self, Command},
    log_view::{Direction, Jump, LogView, Target},
    scrollback::RowNumber,
};
use crate::run::{ActionKind, Elapsed, Run, Timestamp};

/// A panel that can have the screen to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    Log,
    Objects,
    Replication,
    Appliance,
    Findings,
    Checklist,
}

impl Panel {
    const fn after(zoom: Option<Self>) -> Option<Self> {
        match zoom {
            None => Some(Self::Log),
            Some(Self::Log) => Some(Self::Objects),
            Some(Self::Objects) => Some(Self::Replication),
            Some(Self::Replication) => Some(Self::Appliance),
            Some(Self::Appliance) => Some(Self::Findings),
            Some(Self::Findings) => Some(Self::Checklist),
            Some(Self::Checklist) => None,
        }
    }
}

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// For information.
    Plain,
    /// Something asked for was done.
    Good,
    /// Something asked for was not done.
    Bad,
}

/// A message that goes by itself.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) tidings: MessageKind,
    pub(crate) at: Timestamp,
    /// How long it stays; `None`: until a key is pressed.
    stays: Option<Elapsed>,
}

impl Message {
    /// How long a message stays.
    const STAYS: Elapsed = Elapsed::from_secs(8);

    /// Whether it is still to be shown.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.stays.is_none_or(|stays| now.since(self.at) < stays)
    }
}

/// The display as it was when it was frozen.
#[derive(Debug)]
pub(crate) struct Frozen {
    pub(crate) run: Box<Run>,
    pub(crate) at: Timestamp,
    pub(crate) log_end: RowNumber,
}

/// The state of the screen itself.
#[derive(Debug, Default)]
pub struct View {
    pub(crate) log: LogView,
    pub(crate) frozen: Option<Frozen>,
    pub(crate) zoom: Option<Panel>,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) message: Option<Message>,
    /// Rows of the findings or the checklist scrolled away.
    pub(crate) findings_from: u16,
    pub(crate) playback: Option<Playback>,
    /// Older markers that the engineer was asked about.
    asked_about: usize,
}

impl View {
    /// A view that follows the log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows `text` for some seconds.
    pub fn notify(&mut self, text: impl Into<String>, tidings: MessageKind, now: Timestamp) {
        self.message = Some(Message { text: text.into(), tidings, at: now, stays: Some(Message::STAYS) });
    }

    /// Shows `text` until a key is pressed.
    pub fn tell(&mut self, text: impl Into<String>, now: Timestamp) {
        self.message = Some(Message { text: text.into(), tidings: MessageKind::Plain, at: now, stays: None });
    }

    /// Tells how a recording is played or followed, where this session makes none.
    pub fn set_playback(&mut self, playback: Playback) {
        self.playback = Some(playback);
    }

    /// Whether a message is shown.
    #[must_use]
    pub const fn has_message(&self) -> bool {
        self.message.is_some()
    }

    /// Makes the message as old as `now`. Where a recording is played its time is not the reader's.
    pub fn keep_message(&mut self, now: Timestamp) {
        if let Some(message) = &mut self.message {
            message.at = now;
        }
    }

    /// Takes the message away.
    pub fn drop_message(&mut self) {
        self.message = None;
    }

    /// Asks, once, which markers written before the run belong to this test. Waits while the engineer is
    /// typing something else.
    pub fn ask_about_markers(&mut self, run: &Run) {
        let count = run.prior_markers.len();
        let is_busy = self.dialog.is_some() || self.log.typing.is_some() || self.frozen.is_some();
        if run.has_undecided_markers() && count > self.asked_about && !is_busy {
            self.asked_about = count;
            self.dialog = Some(Dialog::markers());
        }
    }

    /// Whether a dialog is open.
    #[cfg(test)]
    pub(crate) const fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// Whether the display is frozen.
    #[must_use]
    pub const fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Opens the quit dialog, as on a request from outside.
    pub fn ask_to_quit(&mut self) {
        self.dialog = Some(Dialog::quit());
    }

    /// Takes a key; an intent is for the caller to carry out.
    pub fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        if key.kind == KeyEventKind::Release {
            return None;
        }
        self.log.unreadable = false;
        if self.log.give_up() && key.code == KeyCode::Esc {
            return None;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            let is_alone = !key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SUPER);
            match key.code {
                KeyCode::Char('c') => return self.interrupt(key, facts),
                KeyCode::Char('l') if is_alone => return Some(Intent::Redraw),
                KeyCode::Char('z') if is_alone => return Some(Intent::Suspend),
                _ => {}
            }
        }
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER)
            && let Some(field) = self.typed_into()
        {
            field.on_key(key);
            return None;
        }
        if self.dialog.is_some() {
            return self.on_dialog_key(key, facts);
        }
        if self.log.typing.is_some() {
            self.on_search_key(key, facts);
            return None;
        }
        let command = keymap::command(key, facts.mode)?;
        self.message = None;
        self.on_command(command, facts)
    }

    /// Takes pasted text: into the field that is open, or nowhere.
    pub fn on_paste(&mut self, text: &str) {
        if let Some(field) = self.typed_into() {
            field.paste(text);
        }
    }

    /// The field that is open.
    fn typed_into(&mut self) -> Option<&mut TextInput> {
        self.dialog.as_mut().and_then(Dialog::field_mut).or(self.log.typing.as_mut())
    }

    fn on_dialog_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER) {
            // The letters of a dialog answer its question; with a modifier they are none of them.
            return None;
        }
        let reply = self.dialog.as_mut()?.on_key(key, facts);
        match reply {
            Reply::Stay => None,
            Reply::Ask(intent) => Some(intent),
            Reply::Become(action) => {
                self.dialog = Some(Dialog::action(action));
                None
            }
            Reply::Close => {
                self.dialog = None;
                None
            }
            Reply::Done(intent) => {
                self.dialog = None;
                self.say_done(&intent, facts.now);
                Some(intent)
            }
        }
    }

    fn say_done(&mut self, intent: &Intent, now: Timestamp) {
        let text = match intent {
            Intent::Act { action, .. } => format!("asked to {action}"),
            Intent::SignOff(_) => "your signature goes into the record".to_owned(),
            Intent::Note(_) => "note goes into the record".to_owned(),
            Intent::Attest { .. } | Intent::ClaimMarkers(_) => "statement goes into the record".to_owned(),
            Intent::Acknowledge { code, .. } => format!("{code} acknowledged"),
            Intent::ListBucket => "listing the bucket".to_owned(),
            Intent::TakeBaseline => "the last counter reading becomes the baseline".to_owned(),
            _ => return,
        };
        self.notify(text, MessageKind::Plain, now);
    }

    fn on_search_key(&mut self, key: KeyEvent, facts: &Facts<'_>) {
        match key.code {
            KeyCode::Esc => self.log.end_search(),
            KeyCode::Enter => {
                self.log.search_typed();
                if self.log.searches() {
                    self.jump(Target::Hit, Direction::Older, facts);
                }
            }
            _ => {
                if let Some(typing) = self.log.typing.as_mut() {
                    typing.on_key(key);
                }
            }
        }
    }

    fn on_command(&mut self, command: Command, facts: &Facts<'_>) -> Option<Intent> {
        let hit = command == Command::Note && self.log.searches();
        if let Some(dialog) = Self::dialog_for(command, facts).filter(|_| !hit) {
            if facts.mode.is_live() || matches!(command, Command::Help | Command::Seek) {
                self.dialog = Some(dialog);
            } else {
                self.refuse(facts);
            }
            return None;
        }
        match command {
            Command::Note => self.jump(Target::Hit, Direction::Older, facts),
            Command::Export => return self.live(Intent::Export, "writing the summary", facts),
            Command::Reconnect => return self.live(Intent::Reconnect, "reconnecting", facts),
            Command::Redraw => return Some(Intent::Redraw),
            Command::Suspend => return Some(Intent::Suspend),
            Command::Quit => return self.quit(facts),
            Command::Play(play) => return Some(Intent::Play(play)),
            Command::Freeze => self.freeze(facts),
            Command::Zoom => {
                self.zoom = Panel::after(self.zoom);
                self.findings_from = 0;
            }
            Command::Back => self.back(),
            other => self.move_in_log(other, facts),
        }
        None
    }

    /// The dialog that a command opens.
    fn dialog_for(command: Command, facts: &Facts<'_>) -> Option<Dialog> {
        match command {
            Command::Pause => Some(Dialog::action(ActionKind::Pause)),
            Command::Resume => Some(Dialog::action(ActionKind::Resume)),
            Command::Threads => Some(Dialog::action(facts.threads_action())),
            Command::Pair => Some(Dialog::pair()),
            Command::ListBucket => Some(Dialog::listing()),
            Command::Baseline => Some(Dialog::baseline()),
            Command::Attest => Some(Dialog::attest()),
            Command::Markers => Some(Dialog::markers()),
            Command::Acknowledge => Some(Dialog::acknowledge()),
            Command::Note => Some(Dialog::note()),
            Command::Checklist => Some(Dialog::checklist()),
            Command::Help => Some(Dialog::help()),
            Command::Seek => Some(Dialog::seek()),
            _ => None,
        }
    }

    fn live(&mut self, intent: Intent, doing: &str, facts: &Facts<'_>) -> Option<Intent> {
        if facts.mode.is_live() {
            self.notify(doing, MessageKind::Plain, facts.now);
            return Some(intent);
        }
        self.refuse(facts);
        None
    }

    /// This session does not make the record.
    fn refuse(&mut self, facts: &Facts<'_>) {
        let session = if facts.mode == Mode::View { "view" } else { "replay" };
        let text = format!("this is a {session}: nothing can be sent or added");
        self.notify(text, MessageKind::Bad, facts.now);
    }

    /// Ctrl-C: once asks, once more while that is asked answers. A key held down is one press.
    fn interrupt(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        match self.dialog.as_ref().and_then(|dialog| dialog.interrupted(facts)) {
            Some(_) if key.kind == KeyEventKind::Repeat => None,
            Some(intent) => {
                self.dialog = None;
                Some(intent)
            }
            None => self.quit(facts),
        }
    }

    fn quit(&mut self, facts: &Facts<'_>) -> Option<Intent> {
        if facts.asks_before_quitting() {
            self.ask_to_quit();
            return None;
        }
        Some(Intent::Quit)
    }

    fn freeze(&mut self, facts: &Facts<'_>) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => {
                Some(Frozen { run: Box::new(facts.run.clone()), at: facts.now, log_end: facts.log.end() })
            }
        };
    }

    fn back(&mut self) {
        if self.log.searches() {
            self.log.end_search();
        } else {
            self.zoom = None;
        }
    }

    /// Number behind the newest row that may be shown.
    pub(crate) fn log_end(&self, facts: &Facts<'_>) -> RowNumber {
        self.frozen.as_ref().map_or_else(|| facts.log.end(), |frozen| frozen.log_end)
    }

    fn move_in_log(&mut self, command: Command, facts: &Facts<'_>) {
        if matches!(self.zoom, Some(Panel::Findings | Panel::Checklist)) && self.move_in_findings(command) {
            return;
        }
        let (log, end) = (facts.log, self.log_end(facts));
        match command {
            Command::Up => self.log.scroll(-1, log, end),
            Command::Down => self.log.scroll(1, log, end),
            Command::PageUp => self.log.scroll_pages(-1, log, end),
            Command::PageDown => self.log.scroll_pages(1, log, end),
            Command::Oldest => self.log.oldest(log, end),
            Command::Follow => self.log.follow(),
            Command::Left => self.log.shift = self.log.shift.saturating_sub(16),
            Command::Right => self.log.shift = (self.log.shift + 16).min(4096),
            Command::Search => self.log.typing = Some(TextInput::default()),
            Command::OlderHit => self.jump(Target::Hit, Direction::Older, facts),
            Command::NewerHit => self.jump(Target::Hit, Direction::Newer, facts),
            Command::OlderWarning => self.jump(Target::Warning, Direction::Older, facts),
            Command::NewerWarning => self.jump(Target::Warning, Direction::Newer, facts),
            Command::OlderError => self.jump(Target::Error, Direction::Older, facts),
            _ => {}
        }
    }

    fn move_in_findings(&mut self, command: Command) -> bool {
        let from = self.findings_from;
        self.findings_from = match command {
            Command::Up => from.saturating_sub(1),
            Command::Down => from.saturating_add(1),
            Command::PageUp => from.saturating_sub(10),
            Command::PageDown => from.saturating_add(10),
            Command::Oldest => 0,
            _ => return false,
        };
        true
    }

    fn jump(&mut self, to: Target, direction: Direction, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        let jump = self.log.jump(to, direction, facts.log, end);
        self.say_how_it_ended(&jump, facts);
    }

    /// Tells how a search came out, where the rows shown do not.
    pub(super) fn say_how_it_ended(&mut self, jump: &Jump, facts: &Facts<'_>) {
        match jump {
            Jump::Found | Jump::Wants(_) => {}
            Jump::Wrapped => self.notify("started over at the other end", MessageKind::Plain, facts.now),
            Jump::Nothing(target) => {
                self.notify(format!("no {} in the log", target.word()), MessageKind::Plain, facts.now);
            }
        }
    }
}
