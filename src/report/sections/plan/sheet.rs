//! What was stated about the test before it began, and who took part.

use crate::report::document::phrases::{NOT_STATED, stated};
use crate::report::document::{Block, Fact, Item, Prose};
use crate::report::value::Report;
use crate::run::{SheetChange, SheetOrigin, SheetSummary, TakeOver, TestSheet};
use crate::text::capitalised;

pub(in crate::report::sections) fn sheet(report: &Report) -> Vec<Block> {
    let summary = &report.summary.test.test_sheet;
    let sheet = &summary.sheet;
    let texts = sheet.texts().into_iter().map(|(name, text)| Fact::new(capitalised(name), stated(text)));
    let others = [
        Fact::new("Late starts tolerated", tolerance(sheet)),
        Fact::new("Stated by", origin(summary)),
        Fact::new("Frozen", frozen(summary)),
    ];
    let mut blocks = vec![Block::Facts(texts.chain(others).collect())];
    blocks.push(Block::Heading("Targets as stated"));
    if sheet.criteria.is_empty() {
        blocks.push(Block::text(format!("Targets: {NOT_STATED}.")));
    } else {
        let rows = sheet.criteria.iter().map(|criterion| {
            let target = &criterion.target;
            [target.title().into(), target.limit().into(), stated(criterion.source.as_deref())]
        });
        blocks.push(Block::table(["Target", ">At most", "From"], rows));
    }
    if !summary.changes.is_empty() {
        blocks.push(Block::Heading("Changed after stage 1 had begun"));
        blocks.push(Block::List(summary.changes.iter().map(change).collect()));
    }
    blocks
}

fn tolerance(sheet: &TestSheet) -> String {
    let limit = sheet.tolerance();
    match sheet.late_start_tolerance {
        Some(_) => format!("up to {limit}"),
        None => format!("{NOT_STATED}; up to {limit} by default"),
    }
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
        Some(at) => Prose::text("at the start of stage 1, ").and_at(at).citing(summary.record),
        None => Prose::text("not on record").citing(summary.record),
    }
}

fn change(change: &SheetChange) -> Item {
    let prose = Prose::at(change.at)
        .and(", by ")
        .and_all(Prose::who(Some(&change.user), change.engineer.as_deref()))
        .with_source(Some(change.record));
    let values = change.values.iter().map(|value| Prose::stated(value.to_string()));
    let reason = Prose::text("reason: ").and_all(stated(change.reason.as_deref()));
    Item { more: values.chain([reason]).collect(), ..Item::new(prose) }
}

pub(in crate::report::sections) fn people(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let people = &summary.test.test_sheet.sheet.people;
    let recorder = Fact::new("Account that recorded the run", Prose::code(&summary.recorder));
    let engineer = Fact::new("Engineer at the end of the run", stated(summary.test.engineer.as_deref()));
    let table = if people.is_empty() {
        Block::text(format!("People and their roles: {NOT_STATED}."))
    } else {
        let rows = people.iter().map(|person| [Prose::foreign(&person.name), person.role.name().into()]);
        Block::table(["Name", "Role"], rows)
    };
    let taken = |taken: &TakeOver| {
        let prose =
            Prose::at(taken.at).and(": ").and_all(Prose::who(Some(&taken.user), taken.engineer.as_deref()));
        let prose = prose.and(" acts from here on, in place of ");
        let before = Prose::who(Some(&taken.from_user), taken.from_engineer.as_deref());
        Item::new(prose.and_all(before).with_source(Some(taken.record)))
    };
    let mut blocks = vec![table, Block::Facts(vec![engineer, recorder])];
    if !summary.test.takeovers.is_empty() {
        blocks.push(Block::Heading("Taken over"));
        blocks.push(Block::List(summary.test.takeovers.iter().map(taken).collect()));
    }
    blocks
}
