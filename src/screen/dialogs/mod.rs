//! The dialogs: what each shows, which keys it takes, and what it asks for in the end.

mod consent;
mod details;
mod form;
mod help;
mod listing;
mod log;
mod palette;
mod quit;
mod record;
mod seek;

use std::{
    cell::{Cell, OnceCell, RefCell},
    sync::Arc,
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;

pub(crate) use self::form::{content::Reply, key_answer::KeyAnswer};
// What nearly every dialog is made of.
use self::form::{
    body::Body,
    content::{Content, NO_REASON, answer, choose},
    field::Field,
    prompt::Prompt,
    sheet::Sheet,
};
use self::{
    consent::{ActionDialog, PairDialog},
    details::{EventDialog, FindingDialog},
    help::Help,
    listing::Listing,
    log::{FilterDialog, LineDialog},
    palette::Palette,
    quit::Quit,
    record::{
        Acknowledge, Attest, Baseline, IssueDialog, Markers, Note, SignOff, TestSheetDialog, show_issue,
    },
    seek::SeekDialog,
};
use super::{
    keys::{Command, Copied, Intent, Keymap, TextInput},
    log::LineDetails,
    paint::{Drawing, Theme, Tone},
    scene::facts::Facts,
};
use crate::run::{
    ActionKind, Code, DatedEvent, Finding, FindingSeverity, LogCitation, Role, Run, Sequence, Urgency,
};

/// The most rows that a body can be scrolled by.
const MAX_SCROLL: u16 = 500;

#[derive(Debug)]
pub(crate) struct Dialog {
    content: Box<dyn Content>,
    /// Rows of the body scrolled away.
    scroll: Cell<u16>,
    /// The page that was scrolled: another one begins at its top.
    page: RefCell<String>,
    /// Rows of the body at the last draw.
    rows: Cell<u16>,
    /// Its sheet at so many columns, made to see whether it fits: the same frame draws it.
    fitted: RefCell<Option<Box<(u16, Sheet)>>>,
    /// The consent of which a frame has shown the end.
    read: RefCell<Option<String>>,
    /// The consent of which the frames have shown only a part so far.
    unread: RefCell<Option<String>>,
    /// Whether Enter was refused because it was not in sight yet.
    is_refused: Cell<bool>,
    /// Whether Enter was not taken, for a danger that has come since it was opened.
    is_led_back: Cell<bool>,
    /// The dangers that were open when it was opened.
    known_dangers: OnceCell<Vec<Sequence>>,
}

/// What is said where consent is refused: the rest can be scrolled to, or has no room at all.
const READ_FIRST: &str = "Not yet: read to the end first (PgDn).";
const ENLARGE_FIRST: &str = "Not yet: enlarge the window.";

impl Dialog {
    fn of(content: impl Content + 'static) -> Self {
        Self {
            content: Box::new(content),
            scroll: Cell::new(0),
            page: RefCell::default(),
            rows: Cell::new(6),
            fitted: RefCell::default(),
            read: RefCell::default(),
            unread: RefCell::default(),
            is_refused: Cell::new(false),
            is_led_back: Cell::new(false),
            known_dangers: OnceCell::new(),
        }
    }

    pub(crate) fn for_command(command: Command, facts: &Facts<'_>, keymap: &Arc<Keymap>) -> Option<Self> {
        Some(match command {
            Command::Pause => Self::action(ActionKind::Pause),
            Command::Resume => Self::action(ActionKind::Resume),
            Command::Threads => Self::action(facts.threads_action()),
            Command::Pair => Self::of(PairDialog::default()),
            Command::ListBucket => Self::of(Listing),
            Command::Baseline => Self::of(Baseline),
            Command::Attest => Self::of(Attest::of(facts)),
            Command::Markers => Self::markers(),
            Command::Acknowledge => Self::of(Acknowledge::default()),
            Command::Note => Self::of(Note::default()),
            Command::Owner => Self::of(FindingDialog::owner_of_gravest(facts)?),
            Command::Checklist => Self::of(SignOff::new(facts, keymap)),
            Command::TestSheet => Self::of(TestSheetDialog::of(facts.run)),
            Command::Help => Self::of(Help::new(Arc::clone(keymap))),
            Command::Seek => Self::of(SeekDialog::default()),
            _ => return None,
        })
    }

    /// Whether it has a use for `key`, also where that changes nothing now: at the end of what is scrolled or chosen from.
    pub(crate) fn knows(&self, key: KeyCode) -> bool {
        let scrolls = matches!(
            key,
            KeyCode::Up
                | KeyCode::Down
                | KeyCode::PageUp
                | KeyCode::PageDown
                | KeyCode::Home
                | KeyCode::End
                | KeyCode::Enter
        );
        scrolls || self.content.knows(key)
    }

    /// Why `command` can do nothing now, in a few words; `None` where it can.
    fn obstacle(command: Command, facts: &Facts<'_>, keymap: &Arc<Keymap>) -> Option<String> {
        let changes_record = command == Command::Export || command == Command::Reconnect;
        match command {
            Command::Help | Command::Seek | Command::Palette => None,
            Command::LookBack => facts.mode.has_no_past().map(str::to_owned),
            // The notes can be read in every session.
            Command::Note if !facts.run.notes.is_empty() => None,
            Command::Copy(Copied::LogLine) if facts.log.end() == 0 => {
                Some("the log has no line yet".to_owned())
            }
            Command::Owner if FindingDialog::owner_of_gravest(facts).is_none() => {
                Some("no finding needs an owner".to_owned())
            }
            Command::Copy(Copied::Findings) if facts.run.open_findings().next().is_none() => {
                Some("no finding is open".to_owned())
            }
            _ => {
                let dialog = Self::for_command(command, facts, keymap);
                let refusal = facts.refusal(&keymap.key_of(Command::Back));
                let refusal = refusal.filter(|_| dialog.is_some() || changes_record);
                refusal.or_else(|| dialog?.content.obstacle(facts))
            }
        }
    }

    /// Every action by its name; `has_search`: a search of the log stands.
    pub(crate) fn palette(keymap: &Arc<Keymap>, has_search: bool) -> Self {
        Self::of(Palette::new(Arc::clone(keymap), Self::obstacle, has_search))
    }

    pub(crate) fn action(action: ActionKind) -> Self {
        Self::of(ActionDialog::new(action))
    }

    pub(crate) fn markers() -> Self {
        Self::of(Markers::default())
    }

    /// The finding that `record` opened, whole.
    pub(crate) fn finding(record: Sequence, code: Code, role: Option<Role>) -> Self {
        Self::of(FindingDialog::new(record, code, role))
    }

    /// Which finding is acknowledged, of those that are open; it begins at `chosen`.
    pub(crate) fn acknowledge(run: &Run, chosen: impl Fn(&Finding) -> bool) -> Self {
        Self::of(Acknowledge::beginning_at(run, chosen))
    }

    /// Who takes care of that finding, where somebody has to.
    pub(crate) fn owner(record: Sequence, code: Code, role: Option<Role>, facts: &Facts<'_>) -> Self {
        Self::of(FindingDialog::new(record, code, role).with_owner(facts))
    }

    /// That event of `run`, whole.
    pub(crate) fn event(run: &Run, event: &DatedEvent<'_>) -> Self {
        Self::of(EventDialog::of(run, event))
    }

    /// The notes so far, to be read.
    pub(crate) fn notes(run: &Run) -> Self {
        Self::of(Note::earlier(run))
    }

    /// The filter of the log, `text` being the present one.
    pub(crate) fn filter(text: &str) -> Self {
        Self::of(FilterDialog::with(text))
    }

    pub(crate) fn line(details: LineDetails) -> Self {
        Self::of(LineDialog(details))
    }

    pub(crate) fn note_on(line: LogCitation) -> Self {
        Self::of(Note::on(line))
    }

    pub(crate) fn quit() -> Self {
        Self::of(Quit)
    }

    /// Notes which dangers the engineer knew of when he opened it; later calls change nothing.
    pub(crate) fn note_opened(&self, run: &Run) {
        self.known_dangers.get_or_init(|| open_dangers(run).map(|danger| danger.record).collect());
    }

    /// A danger that has come since it was opened, which the engineer has to see to first.
    fn new_danger<'a>(&self, facts: &Facts<'a>) -> Option<&'a Finding> {
        let known = self.known_dangers.get().filter(|_| facts.mode.is_live())?;
        let danger = open_dangers(facts.run).find(|danger| !known.contains(&danger.record))?;
        let is_served = facts.next_step().remedy.is_some_and(|next| self.content.serves(next));
        (!is_served).then_some(danger)
    }

    /// Whether it can do nothing but close, for a danger that has come.
    fn leads_back(&self, facts: &Facts<'_>) -> bool {
        self.content.acts() && self.new_danger(facts).is_some()
    }

    pub(crate) fn input_mut(&mut self) -> Option<&mut TextInput> {
        self.content.input_mut()
    }

    /// Takes a key. Esc closes without a consequence, a changed form at the second press; Enter consents to nothing of which the end was not in sight.
    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        // Asked only where it matters: all of the dialog is laid out for the answer.
        let asks = || self.asked(facts).is_some();
        let is_unread = || {
            let unread = self.unread.borrow();
            unread.is_some() && *unread == self.asked(facts)
        };
        self.is_refused.set(key.code == KeyCode::Enter && is_unread());
        if self.is_refused.get() {
            return Reply::Stay;
        }
        // What was begun before a danger came is not done by an Enter that was on its way.
        self.is_led_back.set(key.code == KeyCode::Enter && self.leads_back(facts));
        if self.is_led_back.get() {
            return Reply::Stay;
        }
        // One row stays, so that nothing is missed.
        let page = i16::try_from(self.rows.get().saturating_sub(1).max(1)).unwrap_or(i16::MAX);
        let by = match key.code {
            KeyCode::Esc => return if self.content.closes() { Reply::Close } else { Reply::Stay },
            KeyCode::PageUp | KeyCode::PageDown if self.content.pages_its_choice() => {
                let code = if key.code == KeyCode::PageUp { KeyCode::Up } else { KeyCode::Down };
                for _ in 0..page {
                    self.content.on_key(KeyEvent::new(code, KeyModifiers::NONE), facts);
                }
                return Reply::Stay;
            }
            KeyCode::PageUp => -page,
            KeyCode::PageDown => page,
            KeyCode::Up if asks() => -1,
            KeyCode::Down if asks() => 1,
            KeyCode::Up | KeyCode::Char('k') if self.content.is_read_only() => -1,
            KeyCode::Down | KeyCode::Char('j') if self.content.is_read_only() => 1,
            _ => return self.content.on_key(key, facts),
        };
        self.scroll.set(self.scroll.get().saturating_add_signed(by).min(MAX_SCROLL));
        Reply::Stay
    }

    /// What Ctrl-C asks for while it is open: the question before quitting is answered by it.
    pub(crate) fn interrupted(&self, facts: &Facts<'_>) -> Option<Intent> {
        self.content.interrupted(facts)
    }

    /// Whether `area` shows all of it; asked for the frame that is drawn next.
    pub(crate) fn fits(&self, facts: &Facts<'_>, theme: Theme, area: Rect) -> bool {
        let sheet = |width| {
            let made = self.fitted.take().filter(|made| made.0 == width);
            made.map_or_else(|| self.sheet(facts, theme, width), |made| made.1)
        };
        let (sheet, fits) = form::sheet::fitted(sheet, theme, area);
        self.fitted.replace(Some(Box::new(sheet)));
        fits
    }

    /// The fewest rows, as wide as `area`, that show what it asks, its field and its keys, and some of its text; with
    /// `covers`, what was wrong takes the place of what it asks.
    pub(crate) fn rows_needed(&self, facts: &Facts<'_>, theme: Theme, area: Rect, covers: bool) -> u16 {
        form::sheet::rows_needed(|width| self.sheet(facts, theme, width), theme, area, covers)
    }

    /// Draws it into `area`, with the answer to a key that it has no use for where nothing else gives it.
    pub(crate) fn draw(
        &self,
        facts: &Facts<'_>,
        answer: Option<KeyAnswer<'_>>,
        (theme, area): (Theme, Rect),
        drawing: &mut Drawing,
    ) {
        self.note_opened(facts.run);
        let sheet = |width| {
            let made = self.fitted.take().filter(|made| made.0 == width);
            let mut sheet = made.map_or_else(|| self.sheet(facts, theme, width), |made| made.1);
            if self.page.replace(sheet.page()) != sheet.page() {
                self.scroll.set(0);
            }
            if self.is_refused.get() {
                sheet.refuse(if self.rows.get() == 0 { ENLARGE_FIRST } else { READ_FIRST });
            }
            sheet
        };
        // As a key is answered: in another window it may have been read before.
        let read = self.read.borrow().clone();
        let drawn = form::sheet::draw(sheet, (&self.scroll, read.as_ref()), answer, theme, area, drawing);
        self.rows.set(drawn.rows);
        let asked = drawn.consent;
        if drawn.shows_end {
            self.read.replace(asked);
            self.unread.replace(None);
            self.is_refused.set(false);
        } else if read != asked {
            self.unread.replace(asked);
        }
    }

    /// The sheet of `width` columns. Where a danger has come since it was opened, the way back to what is to be done now
    /// comes first, as the keys named there are not taken meanwhile.
    fn sheet(&self, facts: &Facts<'_>, theme: Theme, width: u16) -> Sheet {
        let mut body = Body::new(theme, width);
        let Some(danger) = self.new_danger(facts) else { return self.content.sheet(facts, body) };
        let lead = if facts.next_step().urgency == Urgency::Urgent { "NOW" } else { "NEXT" };
        let undone = self.content.undone().map_or_else(String::new, |undone| format!(": {undone}"));
        let first = if self.is_led_back.get() {
            format!("Nothing was done. Press Esc, then do what {lead} says.")
        } else {
            format!("Esc first{undone}. Then do what {lead} says.")
        };
        body.bar(Tone::DangerBar, &first);
        let back = if danger.code == Code::Alarm {
            "back to the alarm (do this)"
        } else {
            "back to the danger (do this)"
        };
        let mut sheet = self.content.sheet(facts, body);
        sheet.keys.retain(|(key, _)| *key != "Esc" && (*key != "Enter" || !self.leads_back(facts)));
        sheet.keys.insert(0, ("Esc", back));
        sheet
    }

    /// What it asks consent to, if it does.
    fn asked(&self, facts: &Facts<'_>) -> Option<String> {
        self.content.sheet(facts, Body::new(Theme::default(), 40)).consent()
    }
}

/// The findings that forbid to go on.
fn open_dangers(run: &Run) -> impl Iterator<Item = &Finding> {
    run.open_findings().filter(|finding| finding.severity == FindingSeverity::Blocking)
}
