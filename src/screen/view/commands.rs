//! What each command of the main screen does to the view, or asks for.

use std::ops::ControlFlow;

use super::{Frozen, LogEntry, MessageKind, View};
use crate::screen::{
    dialogs::Dialog,
    keys::{Command, Intent, Landmark, Panel, Play, TextInput},
    log::{Direction, Jump, RowNumber, Target},
    scene::facts::{Facts, Mode},
};

impl View {
    pub(super) fn on_command(&mut self, command: Command, facts: &Facts<'_>) -> Option<Intent> {
        if command == Command::Owner && self.zoom == Some(Panel::Findings) && facts.mode.is_live() {
            self.open_owner(facts);
            return None;
        }
        if command == Command::Acknowledge && self.zoom == Some(Panel::Findings) && facts.mode.is_live() {
            self.open_acknowledgement(facts);
            return None;
        }
        if let Some(dialog) = Dialog::for_command(command, facts, &self.keymap) {
            if facts.mode.is_live() || matches!(command, Command::Help | Command::Seek) {
                self.dialog = Some(dialog);
            } else if command == Command::Note && !facts.run.notes.is_empty() {
                self.dialog = Some(Dialog::notes(facts.run));
            } else {
                self.refuse(facts);
            }
            return None;
        }
        let is_of_cursor = matches!(
            command,
            Command::Left | Command::Right | Command::Oldest | Command::Follow | Command::Open
        );
        match command {
            Command::TimeCursor => self.toggle_time_cursor(facts),
            _ if is_of_cursor && self.moves_cursor() => return self.on_cursor_command(command, facts),
            Command::Back if self.time_cursor.is_some() && !self.log.searches() => self.time_cursor = None,
            Command::Left | Command::Right if self.steps_through_past(facts) => {
                let step = if command == Command::Left { Play::Previous } else { Play::Next };
                return Some(Intent::Play(step(Landmark::Any)));
            }
            Command::Owner => {
                self.notify("no finding needs an owner", MessageKind::Plain, facts.now);
            }
            Command::Palette => {
                self.dialog = Some(Dialog::palette(&self.keymap, self.log.searches()));
            }
            Command::Export => return self.live(Intent::Export, "writing the summary", facts),
            Command::Reconnect => return self.live(Intent::Reconnect, "reconnecting", facts),
            Command::Redraw => return Some(Intent::Redraw),
            Command::Suspend => return Some(Intent::Suspend),
            Command::Quit => return self.quit(facts),
            Command::Play(play) => return Some(Intent::Play(play)),
            Command::Copy(copied) => return Some(Intent::Copy(copied)),
            Command::WriteFrame(format) => return Some(Intent::WriteFrame(format)),
            Command::Mouse => self.switch_mouse(facts.now),
            Command::LookBack => return self.look_back(facts),
            // A moment stands still by being held; a second banner would hide the first.
            Command::Freeze if facts.mode == Mode::Past => return Some(Intent::Play(Play::Hold)),
            Command::Freeze => self.freeze(facts),
            // The newest line is what the main view is looked at for.
            Command::Show(None) if self.zoom.is_none() && !self.log.searches() => self.log.follow(),
            Command::Show(panel) => self.show(panel),
            Command::Zoom => self.show(Panel::after(self.zoom)),
            Command::ZoomBack => self.show(Panel::before(self.zoom)),
            Command::LocalTime if self.zone.is_none() => {
                self.notify(
                    "the time zone of this machine is not known: set TZ",
                    MessageKind::Bad,
                    facts.now,
                );
            }
            Command::LocalTime if self.zone.as_ref().is_some_and(|zone| zone.is_utc(facts.now)) => {
                self.notify("the local time of this machine is UTC", MessageKind::Plain, facts.now);
            }
            Command::LocalTime => self.shows_local_time = !self.shows_local_time,
            Command::Back if facts.mode == Mode::Past && !self.log.searches() => {
                return Some(Intent::ReturnToLive);
            }
            Command::Back => self.back(),
            other => return self.move_in_view(other, facts),
        }
        None
    }

    /// Gives the screen to `panel`, or shows the overview.
    ///
    /// The log goes on where it was before it had the screen: what was looked for there does not hold up the others.
    pub(super) fn show(&mut self, panel: Option<Panel>) {
        match (self.zoom == Some(Panel::Log), panel == Some(Panel::Log)) {
            (false, true) => self.followed_log = self.log.follows(),
            (true, false) if self.followed_log && !self.log.searches() => self.log.follow(),
            _ => {}
        }
        (self.zoom, self.log_entry) = (panel, LogEntry::Chosen);
        self.scrolled = 0;
        self.event_place.release();
    }

    fn move_in_view(&mut self, command: Command, facts: &Facts<'_>) -> Option<Intent> {
        if let ControlFlow::Break(intent) = self.move_beside_log(command, facts) {
            return intent;
        }
        if self.shows_log() || command.finds_in_log() {
            self.move_in_log(command, facts);
        } else {
            let log = self.keymap.key_of(Command::Show(Some(Panel::Log)));
            let text = format!("{} works in the log: press {log}", self.keymap.key_of(command));
            self.notify(text, MessageKind::Plain, facts.now);
        }
        None
    }

    /// Whether the log is on the screen.
    pub(super) fn shows_log(&self) -> bool {
        self.zoom.is_none_or(|panel| panel == Panel::Log)
    }

    /// Shows the log where another view has the screen.
    pub(super) fn show_log(&mut self) {
        if !self.shows_log() {
            self.show(Some(Panel::Log));
            self.log_entry = LogEntry::Led;
        }
    }

    /// Moves in the view that has the screen. Continues where that is the log, or the command moves nothing there.
    pub(super) fn move_beside_log(
        &mut self,
        command: Command,
        facts: &Facts<'_>,
    ) -> ControlFlow<Option<Intent>> {
        let Some(panel) = self.zoom else { return ControlFlow::Continue(()) };
        self.on_list_command(panel, command, facts)?;
        let scrolls =
            matches!(panel, Panel::Checklist | Panel::Appliances | Panel::Timeline | Panel::Replication);
        if scrolls && self.scroll(command) {
            return ControlFlow::Break(None);
        }
        ControlFlow::Continue(())
    }

    fn live(&mut self, intent: Intent, doing: &str, facts: &Facts<'_>) -> Option<Intent> {
        if facts.mode.is_live() {
            self.notify(doing, MessageKind::Plain, facts.now);
            return Some(intent);
        }
        self.refuse(facts);
        None
    }

    /// Reports that this session does not make the record.
    fn refuse(&mut self, facts: &Facts<'_>) {
        if let Some(reason) = facts.refusal(&self.keymap.key_of(Command::Back)) {
            self.notify(reason, MessageKind::Bad, facts.now);
        }
    }

    fn look_back(&mut self, facts: &Facts<'_>) -> Option<Intent> {
        let frozen = self.frozen.as_ref().map(|frozen| frozen.at);
        match facts.mode.has_no_past() {
            Some(reason) => self.notify(reason, MessageKind::Bad, facts.now),
            None if facts.mode == Mode::Past => return Some(Intent::ReturnToLive),
            None => return Some(Intent::LookBack(self.time_cursor.or(frozen))),
        }
        None
    }

    pub(crate) fn quit(&mut self, facts: &Facts<'_>) -> Option<Intent> {
        if facts.asks_before_quitting() {
            self.ask_to_quit();
            return None;
        }
        Some(Intent::Quit)
    }

    fn freeze(&mut self, facts: &Facts<'_>) {
        self.frozen = match self.frozen.take() {
            Some(_) => None,
            None => Some(Frozen {
                run: Box::new(facts.run.clone()),
                at: facts.now,
                log_end: facts.log.end(),
                tally: *facts.log.tally(),
                gaps: facts.log.gaps(),
            }),
        };
    }

    fn back(&mut self) {
        if self.log.searches() {
            self.log.end_search();
        } else if self.zoom.is_none() {
            // What was looked for is seen: back to the present.
            self.log.follow();
        } else {
            self.show(None);
        }
    }

    /// Number behind the newest row that may be shown.
    pub(crate) fn log_end(&self, facts: &Facts<'_>) -> RowNumber {
        let end = facts.log.end();
        self.frozen
            .as_ref()
            .map_or_else(|| self.log_end_held.unwrap_or(end).min(end), |frozen| frozen.log_end)
    }

    fn move_in_log(&mut self, command: Command, facts: &Facts<'_>) {
        let (log, end) = (facts.log, self.log_end(facts));
        match command {
            Command::Up => self.log.scroll(-1, log, end),
            Command::Down => self.log.scroll(1, log, end),
            Command::PageUp => self.log.scroll_pages(-1, log, end),
            Command::PageDown => self.log.scroll_pages(1, log, end),
            Command::Oldest => self.log.oldest(log, end),
            Command::Follow => self.log.follow(),
            Command::Left => self.shift_log(-8, facts),
            Command::Right => self.shift_log(8, facts),
            Command::Search => {
                self.show_log();
                self.log.typing = Some(TextInput::default());
            }
            Command::FindingLine => self.show_finding_line(facts),
            Command::OlderHit | Command::NewerHit if !self.log.searches() => {
                self.notify(self.keymap.no_search(), MessageKind::Plain, facts.now);
            }
            Command::OlderHit => self.jump(Target::Hit, Direction::Older, facts),
            Command::NewerHit => self.jump(Target::Hit, Direction::Newer, facts),
            Command::OlderWarning => self.jump(Target::Warning, Direction::Older, facts),
            Command::NewerWarning => self.jump(Target::Warning, Direction::Newer, facts),
            Command::OlderError => self.jump(Target::Error, Direction::Older, facts),
            other => self.on_log_command(other, facts),
        }
    }

    /// Whether the keys to the left and right go from event to event: in the past, unless they show more of a long text.
    fn steps_through_past(&self, facts: &Facts<'_>) -> bool {
        let has_own = matches!(self.zoom, Some(Panel::Log | Panel::Events));
        facts.mode == Mode::Past && !has_own && !self.moves_cursor()
    }

    fn shift_log(&mut self, columns: i16, facts: &Facts<'_>) {
        let before = self.log.shift;
        self.log.shift_by(columns);
        if self.log.shift == before {
            let words = if columns < 0 { "the lines begin here" } else { "no line goes on to the right" };
            self.notify(words, MessageKind::Plain, facts.now);
        }
    }

    fn scroll(&mut self, command: Command) -> bool {
        let (most, page) = {
            let places = self.places.borrow();
            (places.max_scroll, places.page())
        };
        let from = self.scrolled.min(most);
        let to = match command {
            Command::Up => from.saturating_sub(1),
            Command::Down => from.saturating_add(1),
            Command::PageUp => from.saturating_sub(page),
            Command::PageDown => from.saturating_add(page),
            Command::Oldest => 0,
            Command::Follow => most,
            _ => return false,
        };
        self.scrolled = to.min(most);
        true
    }

    pub(super) fn jump(&mut self, to: Target, direction: Direction, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        let jump = self.log.jump(to, direction, facts.log, end);
        if !matches!(jump, Jump::Nothing(_) | Jump::Hidden(_)) {
            self.show_log();
        }
        self.report_jump(&jump, facts);
    }

    /// Reports how a search came out, where the rows shown do not show it.
    pub(super) fn report_jump(&mut self, jump: &Jump, facts: &Facts<'_>) {
        match jump {
            Jump::Found | Jump::Wants(_) => {}
            Jump::Wrapped => self.notify("started over at the other end", MessageKind::Plain, facts.now),
            Jump::Alone(target) => {
                let text = format!("this is the only {} in the log", target.word());
                self.notify(text, MessageKind::Plain, facts.now);
            }
            Jump::Unfiltered => {
                self.notify("the filter hid that line: it is ended", MessageKind::Plain, facts.now);
            }
            Jump::Hidden(target) => {
                let (what, filter) = (target.word(), self.keymap.key_of(Command::Filter));
                let text = format!("no {what} among the lines shown; the filter hides others ({filter})");
                self.notify(text, MessageKind::Plain, facts.now);
            }
            Jump::Nothing(target) => {
                self.notify(format!("no {} in the log", target.word()), MessageKind::Plain, facts.now);
            }
        }
    }
}
