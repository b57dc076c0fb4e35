//! What was stated about the test before it began, and who took part.

use crate::report::document::phrases::{NOT_STATED, person_role, stated, target};
use crate::report::document::{Block, Fact, Item, Prose};
use crate::report::value::Report;
use crate::run::{SheetChange, SheetOrigin, SheetSummary};
use crate::text::iso;

pub(in crate::report::sections) fn sheet(report: &Report) -> Vec<Block> {
    let summary = &report.summary.test.test_sheet;
    let sheet = &summary.sheet;
    let fact = |name: &str, value: &Option<String>| Fact::new(name, stated(value.as_deref()));
    let mut blocks = vec![Block::Facts(vec![
        fact("Objective", &sheet.objective),
        fact("Scenario", &sheet.scenario),
        fact("Scope", &sheet.scope),
        fact("Exclusions", &sheet.exclusions),
        fact("Assumptions", &sheet.assumptions),
        fact("Change ticket", &sheet.change_ticket),
        fact("Version of the plan", &sheet.plan_version),
        fact("Place", &sheet.place),
        Fact::new("Stated by", origin(summary)),
        Fact::new("Frozen", frozen(summary)),
    ])];
    blocks.push(Block::Heading("Targets as stated"));
    if sheet.criteria.is_empty() {
        blocks.push(Block::text(format!("Targets: {NOT_STATED}.")));
    } else {
        let rows = sheet.criteria.iter().map(|criterion| {
            let (name, limit) = target(&criterion.target);
            [name.into(), limit.into(), stated(criterion.source.as_deref())]
        });
        blocks.push(Block::table(["Target", ">At most", "From"], rows));
    }
    if !summary.changes.is_empty() {
        blocks.push(Block::Heading("Changed after stage 1 had begun"));
        blocks.push(Block::List(summary.changes.iter().map(change).collect()));
    }
    blocks
}

fn origin(summary: &SheetSummary) -> Prose {
    match &summary.origin {
        None => Prose::text(NOT_STATED),
        Some(SheetOrigin::Settings) => Prose::text("the settings"),
        Some(SheetOrigin::Form) => Prose::text("the form on the dashboard"),
        Some(SheetOrigin::Plan { file, sha256 }) => {
            Prose::text("the file ").and_code(file).and(" with SHA-256 ").and_code(sha256)
        }
    }
}

fn frozen(summary: &SheetSummary) -> Prose {
    match summary.frozen_at {
        Some(at) => Prose::text(format!("at the start of stage 1, {}", iso(at))).citing(summary.record),
        None => Prose::text("not on record").citing(summary.record),
    }
}

fn change(change: &SheetChange) -> Item {
    let prose = Prose::text(format!("{}, by ", iso(change.at)))
        .and_all(Prose::who(Some(&change.user), change.engineer.as_deref()))
        .and(": ")
        .and_foreign(change.fields.join(", "))
        .with_source(Some(change.record));
    let reason = Prose::text("reason: ").and_all(stated(change.reason.as_deref()));
    Item { more: vec![reason], ..Item::new(prose) }
}

pub(in crate::report::sections) fn people(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let people = &summary.test.test_sheet.sheet.people;
    let recorder = Fact::new("Account that recorded the run", Prose::code(&summary.recorder));
    let engineer = Fact::new("Engineer at the end of the run", stated(summary.test.engineer.as_deref()));
    let table = if people.is_empty() {
        Block::text(format!("People and their roles: {NOT_STATED}."))
    } else {
        let rows =
            people.iter().map(|person| [Prose::foreign(&person.name), person_role(person.role).into()]);
        Block::table(["Name", "Role"], rows)
    };
    vec![table, Block::Facts(vec![engineer, recorder])]
}
