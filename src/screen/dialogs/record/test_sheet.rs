//! The test sheet as a form: what it says, and all of it to be edited but where its targets come from, which the plan
//! alone says.

use std::time::Duration;

use chrono::NaiveDateTime;
use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{
        Criterion, Elapsed, Person, PersonRole, PlannedStep, ProcedureStep, Run, Target, TestSheet, Timestamp,
    },
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

/// A row of the form.
#[derive(Clone, Copy, Debug)]
enum Row {
    Text(&'static str, fn(&mut TestSheet) -> &mut Option<String>),
    Time(&'static str, fn(Elapsed) -> Target),
    OpenFindings,
    Tolerance,
    People,
    /// When the step is planned to begin.
    Planned(ProcedureStep),
}

/// The rows above those of the planned steps.
const ROWS: [Row; 15] = [
    Row::Text("objective", |sheet| &mut sheet.objective),
    Row::Text("scenario", |sheet| &mut sheet.scenario),
    Row::Text("scope", |sheet| &mut sheet.scope),
    Row::Text("exclusions", |sheet| &mut sheet.exclusions),
    Row::Text("assumptions", |sheet| &mut sheet.assumptions),
    Row::Text("change ticket", |sheet| &mut sheet.change_ticket),
    Row::Text("plan version", |sheet| &mut sheet.plan_version),
    Row::Text("place", |sheet| &mut sheet.place),
    Row::Time("time to restored", |limit| Target::TimeToRestored { limit }),
    Row::Time("time to usable", |limit| Target::TimeToUsable { limit }),
    Row::Time("exposure", |limit| Target::Exposure { limit }),
    Row::Time("largest gap", |limit| Target::LargestGap { limit }),
    Row::OpenFindings,
    Row::Tolerance,
    Row::People,
];

fn rows() -> impl Iterator<Item = Row> {
    ROWS.into_iter().chain(ProcedureStep::ALL.map(Row::Planned))
}

/// A length of time as it is typed.
fn in_words(length: Elapsed) -> String {
    humantime::format_duration(Duration::from(length)).to_string()
}

/// A field takes no more; a longer text comes from a plan file, and is edited there.
const MAX_BYTES: usize = 400;

impl Row {
    const fn name(self) -> &'static str {
        match self {
            Self::Text(name, _) | Self::Time(name, _) => name,
            Self::OpenFindings => "open findings",
            Self::Tolerance => "late starts",
            Self::People => "people",
            Self::Planned(step) => step.title(),
        }
    }

    /// What is meant by it.
    fn meaning(self) -> &'static str {
        match self {
            Self::Text("place", _) => "Where the test is held.",
            Self::Text("exclusions", _) => "What the test leaves out.",
            Self::Text("scope", _) => "What the test covers.",
            Self::Text("assumptions", _) => "What is taken for granted.",
            Self::Text("scenario", _) => "What is supposed to have happened.",
            Self::Text("objective", _) => "What the test is to show.",
            Self::Text(..) => "As your own papers name it.",
            Self::Time(_, target) => match target(Elapsed::ZERO) {
                Target::TimeToUsable { .. } => {
                    "From the start of stage 1 until somebody states that the restored appliance can be used."
                }
                Target::Exposure { .. } => "How long new data on production is not protected in the cloud.",
                Target::LargestGap { .. } => "The longest stretch that was not watched.",
                _ => "From the start of stage 1 until the namespace is restored.",
            },
            Self::OpenFindings => "Findings that ask for attention and are neither over nor acknowledged.",
            Self::Tolerance => "How much later than planned a step may begin.",
            Self::People => "Who takes part, and as what.",
            Self::Planned(_) => "When this step is planned to begin.",
        }
    }

    /// The target of this row, with any limit: only its kind counts.
    fn kind(self) -> Option<Target> {
        match self {
            Self::Text(..) | Self::Tolerance | Self::People | Self::Planned(_) => None,
            Self::Time(_, target) => Some(target(Elapsed::ZERO)),
            Self::OpenFindings => Some(Target::OpenFindings { limit: 0 }),
        }
    }

    /// Where the criterion of this row is in the sheet.
    fn place(self, sheet: &TestSheet) -> Option<usize> {
        let kind = std::mem::discriminant(&self.kind()?);
        sheet.criteria.iter().position(|criterion| std::mem::discriminant(&criterion.target) == kind)
    }

    /// What the sheet says in this row, as it is typed; empty where it says nothing.
    fn value(self, sheet: &TestSheet) -> String {
        match self {
            Self::Text(_, field) => return field(&mut sheet.clone()).clone().unwrap_or_default(),
            Self::Tolerance => return sheet.late_start_tolerance.map_or_else(String::new, in_words),
            Self::People => {
                let person = |person: &Person| format!("{}: {}", person.name, person.role.name());
                return sheet.people.iter().map(person).collect::<Vec<_>>().join("; ");
            }
            Self::Planned(step) => {
                let planned = sheet.planned.iter().find(|planned| planned.step == step);
                return planned.map_or_else(String::new, |planned| planned.at.in_words().to_string());
            }
            Self::Time(..) | Self::OpenFindings => {}
        }
        let criterion = self.place(sheet).and_then(|place| sheet.criteria.get(place));
        criterion.map_or_else(String::new, |criterion| match criterion.target {
            Target::TimeToRestored { limit }
            | Target::TimeToUsable { limit }
            | Target::Exposure { limit }
            | Target::LargestGap { limit } => in_words(limit),
            Target::OpenFindings { limit } => limit.to_string(),
        })
    }

    /// What the row shows: what the sheet says, what counts by default where it says nothing, or a dash.
    fn shown(self, sheet: &TestSheet) -> String {
        let value = self.value(sheet);
        match self {
            Self::Tolerance if value.is_empty() => {
                format!("up to {} by default", in_words(sheet.tolerance()))
            }
            _ if value.is_empty() => "–".to_owned(),
            Self::Tolerance => format!("up to {value}"),
            _ if self.kind().is_some() => format!("at most {value}"),
            _ => value,
        }
    }

    /// Takes over what was typed; the problem where it cannot be.
    fn take(self, sheet: &mut TestSheet, typed: &str) -> Result<(), &'static str> {
        let target = match self {
            Self::Text(_, field) => {
                *field(sheet) = (!typed.is_empty()).then(|| typed.to_owned());
                return Ok(());
            }
            Self::Tolerance => {
                let tolerance = (!typed.is_empty()).then(|| time(typed)).transpose()?;
                sheet.late_start_tolerance = tolerance;
                return Ok(());
            }
            Self::People => {
                let written = typed.split(';').map(str::trim).filter(|written| !written.is_empty());
                sheet.people = written.map(person).collect::<Option<_>>().ok_or(NO_PEOPLE)?;
                return Ok(());
            }
            Self::Planned(step) => {
                let at = (!typed.is_empty()).then(|| moment(typed)).transpose()?;
                sheet.planned.retain(|planned| planned.step != step);
                sheet.planned.extend(at.map(|at| PlannedStep { step, at }));
                sheet.planned.sort_by_key(|planned| planned.step);
                return Ok(());
            }
            _ if typed.is_empty() => None,
            Self::Time(_, target) => Some(target(time(typed)?)),
            Self::OpenFindings => {
                let limit = typed.parse().map_err(|_| "Write a number, such as 0.")?;
                Some(Target::OpenFindings { limit })
            }
        };
        match (self.place(sheet), target) {
            (Some(place), Some(target)) => {
                // Where the limit comes from is stated with the plan, and stays.
                if let Some(criterion) = sheet.criteria.get_mut(place) {
                    criterion.target = target;
                }
            }
            (Some(place), None) => drop(sheet.criteria.remove(place)),
            (None, Some(target)) => sheet.criteria.push(Criterion { target, source: None }),
            (None, None) => {}
        }
        Ok(())
    }
}

const NO_PEOPLE: &str =
    "Write each as NAME: ROLE with ; between them; a role is operator, approver, observer or reviewer.";

fn person(written: &str) -> Option<Person> {
    let (name, role) = written.rsplit_once(':')?;
    let (name, written) = (name.trim(), role.trim());
    let role = PersonRole::ALL.into_iter().find(|role| role.name() == written)?;
    (!name.is_empty()).then(|| Person { name: name.to_owned(), role })
}

fn time(typed: &str) -> Result<Elapsed, &'static str> {
    let time = humantime::parse_duration(typed).map_err(|_| "Write it like 90m, 2h 30m or 14h.")?;
    Ok(Elapsed::from(time))
}

fn moment(typed: &str) -> Result<Timestamp, &'static str> {
    let typed = typed.trim_end_matches("UTC").trim_end();
    let parse = |pattern| NaiveDateTime::parse_from_str(typed, pattern);
    let time = parse("%Y-%m-%d %H:%M:%S").or_else(|_| parse("%Y-%m-%d %H:%M"));
    Ok(Timestamp::new(time.map_err(|_| "Write it like 2026-11-29 20:00, in UTC.")?.and_utc()))
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
                let mut chosen_row = 0;
                for (index, row) in rows().enumerate() {
                    if index == ROWS.len() {
                        body.blank();
                        body.text(Tone::Quiet, "Planned to begin:");
                    }
                    let value = row.shown(&self.sheet);
                    let width = if matches!(row, Row::Planned(_)) { 28 } else { 17 };
                    body.choice(index == self.chosen, &format!("{:<width$} {value}", row.name()));
                    if index == self.chosen {
                        body.hanging("    ", Tone::Quiet, row.meaning());
                        chosen_row = body.rows().saturating_sub(1);
                    }
                }
                // What is said about the key has to be in sight, and not the row.
                let kept = if self.hint == Hint::None { chosen_row } else { 0 };
                let leaves = if self.hint == Hint::Leaving { "leave it out" } else { "cancel" };
                Sheet::new(TITLE, Tone::Text, body).keep(kept).keys(&[
                    ("Enter", "edit the line"),
                    ("s", "record"),
                    ("Esc", leaves),
                ])
            }
            Open::Edit(field) => {
                let question = match self.row() {
                    Row::Text(name, _) => format!("The {name} (leave empty if none):"),
                    Row::Time(name, _) => {
                        format!("The longest {name}, as 90m or 14h (leave empty if none):")
                    }
                    Row::OpenFindings => "Open findings at the end, at most (leave empty if any):".to_owned(),
                    Row::Tolerance => "How late a step may begin, as 10m (empty: 15m):".to_owned(),
                    Row::People => "NAME: ROLE; NAME: ROLE … (leave empty if none):".to_owned(),
                    Row::Planned(_) => {
                        "Planned to begin, as 2026-11-29 20:00, in UTC (leave empty if none):".to_owned()
                    }
                };
                body.text(Tone::Strong, self.row().name());
                body.text(Tone::Quiet, self.row().meaning());
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
