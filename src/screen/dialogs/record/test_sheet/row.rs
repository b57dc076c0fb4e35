//! A row of the test sheet: what it is called, what it holds, and how what is typed is taken.

use std::time::Duration;

use chrono::NaiveDateTime;

use crate::run::{
    Criterion, Elapsed, Person, PersonRole, PlannedStep, ProcedureStep, Target, TestSheet, Timestamp,
};

/// A row of the form.
#[derive(Clone, Copy, Debug)]
pub(super) enum Row {
    Text(&'static str, fn(&mut TestSheet) -> &mut Option<String>),
    Time(&'static str, fn(Elapsed) -> Target),
    OpenFindings,
    Tolerance,
    People,
    /// When the step is planned to begin.
    Planned(ProcedureStep),
}

/// The rows above those of the planned steps.
pub(super) const ROWS: [Row; 15] = [
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

pub(super) fn rows() -> impl Iterator<Item = Row> {
    ROWS.into_iter().chain(ProcedureStep::ALL.map(Row::Planned))
}

/// A length of time as it is typed.
fn in_words(length: Elapsed) -> String {
    humantime::format_duration(Duration::from(length)).to_string()
}

/// A field takes no more; a longer text comes from a plan file, and is edited there.
pub(super) const MAX_BYTES: usize = 400;

impl Row {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Text(name, _) | Self::Time(name, _) => name,
            Self::OpenFindings => "open findings",
            Self::Tolerance => "late starts",
            Self::People => "people",
            Self::Planned(step) => step.title(),
        }
    }

    /// What is meant by it.
    pub(super) fn meaning(self) -> &'static str {
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
    pub(super) fn kind(self) -> Option<Target> {
        match self {
            Self::Text(..) | Self::Tolerance | Self::People | Self::Planned(_) => None,
            Self::Time(_, target) => Some(target(Elapsed::ZERO)),
            Self::OpenFindings => Some(Target::OpenFindings { limit: 0 }),
        }
    }

    /// Where the criterion of this row is in the sheet.
    pub(super) fn place(self, sheet: &TestSheet) -> Option<usize> {
        let kind = std::mem::discriminant(&self.kind()?);
        sheet.criteria.iter().position(|criterion| std::mem::discriminant(&criterion.target) == kind)
    }

    /// What the sheet says in this row, as it is typed; empty where it says nothing.
    pub(super) fn value(self, sheet: &TestSheet) -> String {
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
        criterion.map_or_else(String::new, |criterion| match &criterion.source {
            Some(source) => format!("{}; {source}", limit(criterion)),
            None => limit(criterion),
        })
    }

    /// What the row shows: what the sheet says, what counts by default where it says nothing, or a dash.
    pub(super) fn shown(self, sheet: &TestSheet) -> String {
        let value = self.value(sheet);
        match self {
            Self::Tolerance if value.is_empty() => {
                format!("up to {} by default", in_words(sheet.tolerance()))
            }
            _ if value.is_empty() => "–".to_owned(),
            Self::Tolerance => format!("up to {value}"),
            _ if self.kind().is_some() => match value.split_once("; ") {
                Some((limit, source)) => format!("at most {limit} ({source})"),
                None => format!("at most {value}"),
            },
            _ => value,
        }
    }

    /// Takes over what was typed; the problem where it cannot be.
    pub(super) fn take(self, sheet: &mut TestSheet, typed: &str) -> Result<(), &'static str> {
        let (limit, source) =
            typed.split_once(';').map_or((typed, ""), |(limit, source)| (limit.trim_end(), source.trim()));
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
            Self::Time(_, target) => Some(target(time(limit)?)),
            Self::OpenFindings => {
                let limit = limit.parse().map_err(|_| "Write a number, such as 0.")?;
                Some(Target::OpenFindings { limit })
            }
        };
        let stated = target
            .map(|target| Criterion { target, source: (!source.is_empty()).then(|| source.to_owned()) });
        match (self.place(sheet), stated) {
            (Some(place), Some(stated)) => {
                if let Some(criterion) = sheet.criteria.get_mut(place) {
                    *criterion = stated;
                }
            }
            (Some(place), None) => drop(sheet.criteria.remove(place)),
            (None, Some(stated)) => sheet.criteria.push(stated),
            (None, None) => {}
        }
        Ok(())
    }
}

/// The limit of a criterion as it is typed.
fn limit(criterion: &Criterion) -> String {
    match criterion.target {
        Target::TimeToRestored { limit }
        | Target::TimeToUsable { limit }
        | Target::Exposure { limit }
        | Target::LargestGap { limit } => in_words(limit),
        Target::OpenFindings { limit } => limit.to_string(),
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
