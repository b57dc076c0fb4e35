//! The gate: the only maker of lines that a shell will type. The dialect supplies words; what may be
//! said at all, to which appliance, and whether anything may be changed is compiled in here.

mod error;
mod sendable;
mod shape;
mod spec;
mod switch;

use std::{collections::BTreeMap, num::NonZeroU8, time::Duration};

pub(crate) use self::error::{GateError, Refusal};
pub use self::sendable::Sendable;
use self::{
    error::Problem,
    spec::{FILE, THREADS},
    switch::Switch,
};
use crate::{
    dialect::{Command, Dialect, Mode},
    run::{ActionKind, ActionPlan, Certainty, Role, ThreadCount},
};

/// Longest time limit of a line: a week.
// The built-in limit of a listing is 12 hours; beyond a week the number is taken for a mistake.
const MAX_LIMIT_SECONDS: u64 = 7 * 24 * 3600;

/// Whether a gate may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Questions only: the lines that change something are never built.
    ReadOnly,
    /// Questions, and the changes that belong to the appliance's role.
    ReadAndChange,
}

/// A line that passed the gate. Nothing else can be typed into a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    kind: Sendable,
    line: String,
    mode: Mode,
    limit: Duration,
}

impl Approved {
    pub(crate) const fn kind(&self) -> Sendable {
        self.kind
    }

    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// How long its answer may take.
    pub(crate) const fn limit(&self) -> Duration {
        self.limit
    }
}

#[derive(Clone, Debug)]
struct Entry {
    lines: Vec<Approved>,
    certainty: Certainty,
}

/// Everything that may be said to one appliance.
#[derive(Clone, Debug)]
pub struct Gate {
    role: Role,
    reads: BTreeMap<Sendable, Entry>,
    /// The writing half; a read-only gate has none.
    changes: Option<BTreeMap<Sendable, Entry>>,
}

impl Gate {
    /// Checks every command of `dialect`, also those of the other role and of the half not granted,
    /// and keeps the ones that `role` and `access` allow.
    ///
    /// # Errors
    /// At the first line that has not the shape of its command or holds what may never be sent.
    pub fn new(role: Role, dialect: &Dialect, access: Access) -> Result<Self, GateError> {
        let mut reads = BTreeMap::new();
        let mut changes = BTreeMap::new();
        // All of them, also those that are dropped: a dialect is right for both appliances or for none.
        for kind in Sendable::all() {
            let entry = checked(kind, (kind.spec().command)(dialect.commands()))?;
            if kind.role().is_none_or(|only| only == role) {
                let half = if kind.is_change() { &mut changes } else { &mut reads };
                half.insert(kind, entry);
            }
        }
        let commands = dialect.commands();
        // With a resume that does not undo its pause, replication
        // would stay off, and no approved line could switch it on.
        if !undo_each_other(&commands.pause.lines, &commands.resume.lines) {
            return Err(GateError::new(Sendable::Resume, "", Problem::NotOppositeOfPause));
        }
        let changes = (access == Access::ReadAndChange).then_some(changes);
        Ok(Self { role, reads, changes })
    }

    /// The line of a question or of session set-up.
    ///
    /// # Errors
    /// When it belongs to the other appliance, or is no question.
    pub fn question(&self, kind: Sendable) -> Result<&Approved, Refusal> {
        let lines = self.questions(kind)?;
        lines.first().ok_or(Refusal::NotAQuestionHere { kind, role: self.role })
    }

    /// The line that prints an older file of the log: 1 is the newest of them.
    pub(crate) fn archived_log(&self, file: NonZeroU8) -> Result<Approved, Refusal> {
        let kind = Sendable::ArchivedLog;
        let line = self.reads.get(&kind).and_then(|entry| entry.lines.first());
        let mut line = line.cloned().ok_or(Refusal::NotAQuestionHere { kind, role: self.role })?;
        // The number goes in after the shape was checked. A
        // `NonZeroU8` prints as digits only, so it cannot add a word.
        line.line = line.line.replace(FILE, &file.to_string());
        Ok(line)
    }

    /// All lines of a question that may take several.
    pub(crate) fn questions(&self, kind: Sendable) -> Result<&[Approved], Refusal> {
        // The words for an older file are no line until the file's number is in them.
        let entry = self.reads.get(&kind).filter(|_| kind != Sendable::ArchivedLog);
        let entry = entry.ok_or(Refusal::NotAQuestionHere { kind, role: self.role })?;
        Ok(&entry.lines)
    }

    /// Exactly what `action` would send.
    pub(crate) fn plan(&self, action: ActionKind) -> Result<ActionPlan, Refusal> {
        let (lines, certainty) = self.compose(action)?;
        let lines = lines.into_iter().map(|approved| approved.line).collect();
        Ok(ActionPlan { action, lines, certainty })
    }

    /// The lines of `plan`, approved for sending, if it is word for word the one this gate makes.
    pub(crate) fn approve(&self, plan: &ActionPlan) -> Result<Vec<Approved>, Refusal> {
        let (lines, _) = self.compose(plan.action)?;
        // The plan comes back from the engineer's confirmation: only what was confirmed word for word is sent.
        let same = lines.iter().map(Approved::line).eq(plan.lines.iter().map(String::as_str));
        if same { Ok(lines) } else { Err(Refusal::NotThePlan { action: plan.action }) }
    }

    fn compose(&self, action: ActionKind) -> Result<(Vec<Approved>, Certainty), Refusal> {
        let changes = self.changes.as_ref().ok_or(Refusal::ReadOnly { action })?;
        let wrong_role = Refusal::WrongRole { action, role: self.role };
        if action.role() != self.role {
            return Err(wrong_role);
        }
        let enable = self.reads.get(&Sendable::Enable);
        let configure = changes.get(&Sendable::Configure);
        let change = changes.get(&Sendable::of(action));
        let leave = self.reads.get(&Sendable::Leave);
        let (Some(enable), Some(configure), Some(change), Some(leave)) = (enable, configure, change, leave)
        else {
            return Err(wrong_role);
        };
        // `exit` from any other mode would end the session.
        let steps = if change.lines.iter().any(|line| line.mode == Mode::Config) {
            vec![enable, configure, change, leave]
        } else {
            vec![enable, change]
        };
        // A plan is as certain as its least certain line.
        let certainty = steps.iter().map(|entry| entry.certainty).min().unwrap_or(Certainty::Unknown);
        let lines = steps.iter().flat_map(|entry| entry.lines.iter().cloned());
        let lines = lines.map(|line| filled(line, action)).collect::<Result<Vec<_>, _>>()?;
        Ok((lines, certainty))
    }
}

fn filled(mut approved: Approved, action: ActionKind) -> Result<Approved, Refusal> {
    if let ActionKind::SetThreads(ThreadCount(threads)) = action {
        // The last check before the line is typed, whatever was checked where the number came from.
        if !ThreadCount::RANGE.contains(&threads) {
            return Err(Refusal::ThreadsOutOfRange { threads });
        }
        approved.line = approved.line.replace(THREADS, &threads.to_string());
    }
    Ok(approved)
}

/// Whether each line of one list has its opposite in the other, and the lists are equally long.
fn undo_each_other(pause: &[String], resume: &[String]) -> bool {
    let read = |line: &String| Switch::read(&line.split(' ').collect::<Vec<_>>());
    let undone = |line: &String, by: &[String]| {
        read(line).is_some_and(|one| by.iter().filter_map(read).any(|other| one.is_opposite_of(other)))
    };
    // Both ways: a line of resume without its opposite in pause would switch on what was never switched off.
    pause.len() == resume.len()
        && pause.iter().all(|line| undone(line, resume))
        && resume.iter().all(|line| undone(line, pause))
}

fn checked(kind: Sendable, command: &Command) -> Result<Entry, GateError> {
    let fail = |line: &str, problem| GateError::new(kind, line, problem);
    let spec = kind.spec();
    if !(1..=spec.max_lines).contains(&command.lines.len()) {
        return Err(fail("", Problem::LineCount));
    }
    if !spec.modes.contains(&command.mode) {
        return Err(fail("", Problem::Mode));
    }
    if !(1..=MAX_LIMIT_SECONDS).contains(&command.limit_seconds) {
        return Err(fail("", Problem::Limit));
    }
    let (mode, limit) = (command.mode, Duration::from_secs(command.limit_seconds));
    let approved = |line: &String| {
        shape::check(kind, line).map_err(|problem| fail(line, problem))?;
        Ok(Approved { kind, line: line.clone(), mode, limit })
    };
    let lines = command.lines.iter().map(approved).collect::<Result<_, _>>()?;
    Ok(Entry { lines, certainty: command.certainty })
}

#[cfg(test)]
mod tests;
