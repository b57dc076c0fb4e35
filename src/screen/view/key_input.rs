//! What a key or a paste goes to: the open dialog, the field being typed into, or a command of the main screen.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{MessageKind, View};
use crate::{
    run::{Finding, Timestamp},
    screen::{
        dialogs::{Dialog, Reply},
        keys::{Command, Intent, MODIFIERS, TextInput, key_name},
        log::{Direction, Target},
        scene::facts::Facts,
    },
};

impl View {
    /// Takes a key; the caller carries out the intent.
    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        let intent = self.take_key(key, facts);
        self.note_dialog(facts.run);
        intent
    }

    fn take_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        // Some terminals report the release of a key, too; its press has been taken already.
        if key.kind == KeyEventKind::Release {
            return None;
        }
        self.log.unreadable = false;
        self.unknown_key = None;
        let was_searching = self.log.stop_search();
        let is_open = self.dialog.is_some() || self.log.typing.is_some();
        if key.code == KeyCode::Esc && (was_searching || (!is_open && self.log.stop_looking())) {
            return None;
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return self.interrupt(key, facts);
        }
        let command = self.keymap.command(key, facts.mode);
        // Within a dialog or a field as well, unless the key is text there.
        let is_text = matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(MODIFIERS);
        match command.filter(|_| !is_text) {
            Some(Command::Redraw) => return Some(Intent::Redraw),
            Some(Command::Suspend) => return Some(Intent::Suspend),
            _ => {}
        }
        if key.modifiers.intersects(MODIFIERS) {
            if let Some(field) = self.typed_into() {
                field.on_key(key);
                return None;
            }
            // The letters of a dialog answer its question; with a modifier they are none of them.
            if self.dialog.is_some() {
                self.unknown_key = Some(key_name((key.code, key.modifiers)));
                return None;
            }
        }
        if self.dialog.is_some() {
            return self.on_dialog_key(key, facts);
        }
        if self.log.typing.is_some() {
            self.on_search_key(key, facts);
            return None;
        }
        self.message = None;
        let Some(command) = command else {
            let (key, help) = (key_name((key.code, key.modifiers)), self.keymap.key_of(Command::Help));
            self.notify(format!("no key: {key}; {help} shows the keys"), MessageKind::Plain, facts.now);
            return None;
        };
        // In a search its key goes to the next hit.
        let is_hit = command == Command::Note && self.log.searches();
        self.on_command(if is_hit { Command::OlderHit } else { command }, facts)
    }

    /// Takes pasted text: into the field that is open, or nowhere.
    pub(crate) fn on_paste(&mut self, text: &str, now: Timestamp) {
        match self.typed_into() {
            Some(field) => field.paste(text),
            None => {
                self.notify("pasted text goes into a field alone; nothing was done", MessageKind::Plain, now);
            }
        }
    }

    pub(in crate::screen) fn typed_into(&mut self) -> Option<&mut TextInput> {
        self.dialog.as_mut().and_then(Dialog::input_mut).or(self.log.typing.as_mut())
    }

    pub(super) fn on_dialog_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        if has_no_use(key.code) {
            self.unknown_key = Some(key_name((key.code, key.modifiers)));
            return None;
        }
        let is_known = self.dialog.as_ref()?.knows(key.code) || self.typed_into().is_some();
        // A key that is no text, moves no choice and answers no question changes nothing.
        let before = (!is_known).then(|| format!("{:?}", self.dialog));
        let reply = self.dialog.as_mut()?.on_key(key, facts);
        if matches!(reply, Reply::Stay) {
            if before.is_some_and(|before| before == format!("{:?}", self.dialog)) {
                self.unknown_key = Some(key_name((key.code, key.modifiers)));
            }
            return None;
        }
        let covered = self.covered.take();
        match reply {
            Reply::Stay => None,
            Reply::Ask(intent) => Some(intent),
            Reply::Become(action) => {
                self.dialog = Some(Dialog::action(action));
                None
            }
            Reply::Filter(filter) => {
                self.dialog = None;
                self.filter_by(filter, facts);
                None
            }
            Reply::Line(direction) => {
                self.open_neighbour(direction, facts);
                None
            }
            Reply::LogLine(place) => {
                self.dialog = None;
                self.show_in_log(place, facts);
                None
            }
            Reply::GoTo(moment, place) => {
                self.dialog = None;
                self.go_to(moment, place, facts)
            }
            Reply::Note(line) => {
                self.dialog = Some(Dialog::note_on(line));
                None
            }
            Reply::Close => {
                self.dialog = covered;
                None
            }
            Reply::Run(command) => {
                self.dialog = None;
                self.message = None;
                self.on_command(command, facts)
            }
            Reply::Done(intent) => {
                self.dialog = None;
                self.confirm(&intent, facts);
                Some(intent)
            }
        }
    }

    fn confirm(&mut self, intent: &Intent, facts: &Facts<'_>) {
        let text = match intent {
            Intent::Act { action, .. } => format!("asked to {action}"),
            Intent::SignOff { .. } => "your signature goes into the record".to_owned(),
            Intent::Note(_) | Intent::NoteOnLine { .. } => "note goes into the record".to_owned(),
            Intent::EditNote { .. } => "the note's new text goes into the record".to_owned(),
            Intent::Attest { .. } | Intent::ClaimMarkers(_) => "statement goes into the record".to_owned(),
            Intent::Acknowledge { opened, .. } => {
                let finding = facts.run.findings.iter().find(|finding| finding.record == *opened);
                // The list begins with the gravest again, and what is still open.
                self.finding_place.release();
                format!("acknowledged: {}", finding.map_or("", Finding::headline))
            }
            Intent::StateSheet { .. } => "the test sheet goes into the record".to_owned(),
            Intent::StateIssue { code, .. } => format!("what is done about {code} goes into the record"),
            Intent::ListBucket => "listing the bucket".to_owned(),
            Intent::TakeBaseline => "the last counter reading becomes the baseline".to_owned(),
            _ => return,
        };
        self.notify(text, MessageKind::Plain, facts.now);
    }

    fn on_search_key(&mut self, key: KeyEvent, facts: &Facts<'_>) {
        match key.code {
            key if has_no_use(key) => self.unknown_key = Some(key_name((key, KeyModifiers::NONE))),
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

    /// Ctrl-C opens the quit dialog; a second press answers it. Repeats of a key held down do not count.
    fn interrupt(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Option<Intent> {
        match self.dialog.as_ref().and_then(|dialog| dialog.interrupted(facts)) {
            Some(_) if key.kind == KeyEventKind::Repeat => None,
            Some(intent) => {
                (self.dialog, self.covered) = (None, None);
                Some(intent)
            }
            None => {
                let open = self.dialog.take();
                let intent = self.quit(facts);
                self.covered = open.filter(|_| self.dialog.is_some());
                intent
            }
        }
    }
}

/// Whether neither a dialog nor a field has a use for a key.
const fn has_no_use(key: KeyCode) -> bool {
    matches!(key, KeyCode::F(_) | KeyCode::Tab | KeyCode::BackTab | KeyCode::Insert)
}
