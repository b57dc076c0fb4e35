//! The test sheet as a form: what it says, and all of it to be edited.

mod row;

use crossterm::event::{KeyCode, KeyEvent};

use self::row::{MAX_BYTES, ROWS, Row, rows};
use crate::{
    run::{Run, TestSheet},
    screen::dialogs::{
        Body, Content, Facts, Field, Intent, NO_REASON, Reply, Sheet, TextInput, Tone, choose,
    },
};

#[derive(Clone, Debug)]
pub(crate) struct TestSheetDialog {
    /// As it is in the record.
    before: TestSheet,
    sheet: TestSheet,
    chosen: usize,
    open: Open,
    hint: Hint,
}

/// What is said above the list about the last key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hint {
    #[default]
    None,
    /// Esc was pressed although something is changed.
    Leaving,
    /// A letter was typed into the list.
    EditFirst,
    /// Nothing is changed that could be recorded.
    Unchanged,
}

impl Hint {
    const fn words(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Leaving => Some("What you changed is not recorded: s records it, Esc again leaves it out."),
            Self::EditFirst => {
                Some("Nothing was typed: choose a line by Up or Down, press Enter, then type into its field.")
            }
            Self::Unchanged => {
                Some("There is nothing to record yet: nothing was changed. Esc closes the sheet.")
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Open {
    List,
    Edit(Field),
    /// Why it is changed after stage 1 has begun.
    Why(Field),
}

impl TestSheetDialog {
    pub(crate) fn of(run: &Run) -> Self {
        let before = run.stated_sheet().cloned().unwrap_or_default();
        Self { sheet: before.clone(), before, chosen: 0, open: Open::List, hint: Hint::None }
    }

    fn row(&self) -> Row {
        rows().nth(self.chosen).unwrap_or(Row::People)
    }

    fn done(&self, reason: Option<String>) -> Reply {
        Reply::Done(Intent::StateSheet { sheet: Box::new(self.sheet.clone()), reason })
    }

    fn on_list_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match key.code {
            KeyCode::Enter => {
                let value = self.row().value(&self.sheet);
                let is_too_long = value.len() > MAX_BYTES || value.contains(char::is_control);
                let mut field = Field::with(if is_too_long { "" } else { &value });
                field.problem = is_too_long.then(|| {
                    "The text is too long for a field: it comes from a plan file. What is typed replaces it.".to_owned()
                });
                self.open = Open::Edit(field);
            }
            KeyCode::Char('s') if self.sheet == self.before => self.hint = Hint::Unchanged,
            KeyCode::Char('s') if facts.run.frozen_sheet.is_some() => self.open = Open::Why(Field::default()),
            KeyCode::Char('s') => return self.done(None),
            // What is typed without a field must neither be lost nor mean anything else.
            KeyCode::Char(_) => self.hint = Hint::EditFirst,
            _ => {
                choose(&mut self.chosen, rows().count(), key);
            }
        }
        Reply::Stay
    }
}

impl Content for TestSheetDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match &mut self.open {
            Open::List => None,
            Open::Edit(field) | Open::Why(field) => Some(&mut field.input),
        }
    }

    fn pages_its_choice(&self) -> bool {
        matches!(self.open, Open::List)
    }

    fn closes(&mut self) -> bool {
        if !matches!(self.open, Open::List) {
            self.open = Open::List;
            return false;
        }
        let closes = self.hint == Hint::Leaving || self.sheet == self.before;
        self.hint = Hint::Leaving;
        closes
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        self.hint = Hint::None;
        let row = self.row();
        match &mut self.open {
            Open::List => return self.on_list_key(key, facts),
            Open::Edit(field) => {
                if field.submits(key) {
                    match row.take(&mut self.sheet, field.input.trimmed()) {
                        Ok(()) => self.open = Open::List,
                        Err(problem) => field.problem = Some(problem.to_owned()),
                    }
                }
            }
            Open::Why(field) => {
                if let Some(reason) = field.submitted(key, NO_REASON) {
                    return self.done(Some(reason));
                }
            }
        }
        Reply::Stay
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Test sheet";
        let frozen = facts.run.frozen_sheet.as_ref();
        match &self.open {
            Open::List => {
                let text = match frozen {
                    Some(frozen) => format!(
                        "Frozen at {}, when stage 1 was noticed: the test is judged by what this sheet said then. A change \
                         takes a reason and is a deviation.",
                        frozen.at.in_words()
                    ),
                    None => "What the test is to show and to reach, for the report. All of it is optional, and can be \
                             changed until stage 1 begins."
                        .to_owned(),
                };
                match self.hint.words() {
                    Some(hint) => body.warning(hint),
                    None => body.text(Tone::Text, &text),
                }
                body.blank();
                let mut chosen_rows = (0, 0);
                for (index, row) in rows().enumerate() {
                    if index == ROWS.len() {
                        body.blank();
                        body.text(Tone::Quiet, "Planned to begin:");
                    }
                    let value = row.shown(&self.sheet);
                    let width = if matches!(row, Row::Planned(_)) { 28 } else { 17 };
                    let first = body.rows();
                    body.choice(index == self.chosen, &format!("{:<width$} {value}", row.name()));
                    if index == self.chosen {
                        body.hanging("    ", Tone::Quiet, row.meaning());
                        chosen_rows = (first, body.rows().saturating_sub(1));
                    }
                }
                // What is said about the key has to be in sight, and not the row.
                let (first, last) = if self.hint == Hint::None { chosen_rows } else { (0, 0) };
                let leaves = if self.hint == Hint::Leaving { "leave it out" } else { "cancel" };
                Sheet::new(TITLE, Tone::Text, body).keep_rows(first, last).keys(&[
                    ("Enter", "edit the line"),
                    ("s", "record"),
                    ("Esc", leaves),
                ])
            }
            Open::Edit(field) => {
                let question = match self.row() {
                    Row::Text(name, _) => format!("The {name} (leave empty if none):"),
                    Row::Time(name, _) => {
                        format!("The longest {name}, as 14h or 14h; BIA 7 (; and where it comes from):")
                    }
                    Row::OpenFindings => {
                        "Open findings at the end, at most, as 0 or 0; BIA 7 (empty: any):".to_owned()
                    }
                    Row::Tolerance => "How late a step may begin, as 10m (empty: 15m):".to_owned(),
                    Row::People => "NAME: ROLE; NAME: ROLE … (leave empty if none):".to_owned(),
                    Row::Planned(_) => {
                        "Planned to begin, as 2026-11-29 20:00, in UTC (leave empty if none):".to_owned()
                    }
                };
                body.text(Tone::Strong, self.row().name());
                body.text(Tone::Quiet, self.row().meaning());
                if frozen.is_some() {
                    body.blank();
                    body.warning(
                        "Frozen since stage 1 began: the test stays judged by what stood here then. A change is kept beside it \
                         as a deviation: Enter here, then s, then the reason.",
                    );
                }
                Sheet::new(TITLE, Tone::Text, body)
                    .field(question, field)
                    .keys(&[("Enter", "keep"), ("Esc", "back")])
            }
            Open::Why(field) => {
                body.text(Tone::Strong, "The test sheet is frozen. The test stays judged by it; the change goes on record as a deviation.");
                Sheet::new(TITLE, Tone::Attention, body)
                    .field("Why is it changed? (goes into the report)", field)
                    .keys(&[("Enter", "record"), ("Esc", "cancel")])
            }
        }
    }
}
