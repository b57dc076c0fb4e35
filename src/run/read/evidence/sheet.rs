//! The test sheet that the test is judged by, and what was changed of it after stage 1 had begun.

use std::fmt;

use serde_json::Value;

use super::schema::{ChangedValue, SheetChange, SheetSummary};
use crate::run::state::Run;
use crate::run::values::{StatedSheet, TestSheet};

impl Run {
    /// The test sheet as stated last; `None` where none was.
    #[must_use]
    pub fn stated_sheet(&self) -> Option<&TestSheet> {
        self.sheets.last().map(|stated| &stated.sheet)
    }
}

pub(super) fn summary(run: &Run) -> SheetSummary {
    let frozen = run.frozen_sheet.as_ref();
    let judged_by = match frozen {
        Some(frozen) => run.sheets.iter().rev().find(|stated| stated.record < frozen.record),
        None => run.sheets.last(),
    };
    let sheet = frozen.map(|frozen| &frozen.sheet).or_else(|| judged_by.map(|stated| &stated.sheet));
    SheetSummary {
        sheet: sheet.cloned().unwrap_or_default(),
        origin: judged_by.map(|stated| stated.origin.clone()),
        frozen_at: frozen.map(|frozen| frozen.at),
        record: frozen.map(|frozen| frozen.record).or_else(|| judged_by.map(|stated| stated.record)),
        changes: changes(run),
    }
}

/// The sheets that were stated after one was frozen, each against the one before it.
fn changes(run: &Run) -> Vec<SheetChange> {
    let Some(frozen) = &run.frozen_sheet else { return Vec::new() };
    let mut before = &frozen.sheet;
    let mut changes = Vec::new();
    for stated in run.sheets.iter().filter(|stated| stated.record > frozen.record) {
        let fields = changed_fields(before, &stated.sheet);
        if !fields.is_empty() {
            changes.push(change(before, stated, fields));
        }
        before = &stated.sheet;
    }
    changes
}

fn change(before: &TestSheet, stated: &StatedSheet, fields: Vec<String>) -> SheetChange {
    SheetChange {
        at: stated.at,
        fields,
        values: changed_values(before, &stated.sheet),
        reason: stated.reason.clone(),
        user: stated.user.clone(),
        engineer: stated.engineer.clone(),
        record: stated.record,
    }
}

/// The names of the fields that differ, in the order of the sheet.
fn changed_fields(before: &TestSheet, after: &TestSheet) -> Vec<String> {
    // By the fields as they are written, so that no field can be forgotten here.
    let fields = |sheet| serde_json::to_value(sheet).unwrap_or_default();
    let (Value::Object(before), Value::Object(after)) = (fields(before), fields(after)) else {
        return Vec::new();
    };
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    after.keys().filter(differs).cloned().collect()
}

/// What the two state differently: first what `before` stated, then what is new.
fn changed_values(before: &TestSheet, after: &TestSheet) -> Vec<ChangedValue> {
    let (before, mut after) = (before.statements(), after.statements());
    let mut changed = Vec::new();
    for (what, from) in before {
        let place = after.iter().position(|(name, _)| *name == what);
        let to = place.map(|place| after.remove(place).1);
        if to.as_ref() != Some(&from) {
            changed.push(ChangedValue { what, from: Some(from), to });
        }
    }
    changed.extend(after.into_iter().map(|(what, to)| ChangedValue { what, from: None, to: Some(to) }));
    changed
}

impl fmt::Display for ChangedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => write!(f, "{} from \"{from}\" to \"{to}\"", self.what),
            (Some(from), None) => write!(f, "{} from \"{from}\" to not stated", self.what),
            (None, to) => {
                let to = to.as_deref().unwrap_or_default();
                write!(f, "{} from not stated to \"{to}\"", self.what)
            }
        }
    }
}
