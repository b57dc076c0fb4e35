//! The steps of the procedure, planned and actual, and what was done otherwise.

use crate::report::document::phrases::{NOT_STATED, stated};
use crate::report::document::{Block, Item, Level, Prose};
use crate::report::value::Report;
use crate::run::{Deviation, Grounds, ProcedureStep, StepState, StepSummary};

pub(in crate::report::sections) fn procedure(report: &Report) -> Vec<Block> {
    let test = &report.summary.test;
    let head = ["Step", "State", "Planned", "Began", "Ended", ">Waited for a person", "Who", "Records"];
    vec![
        Block::table(head, test.procedure.iter().map(step)),
        Block::Heading("Deviations"),
        Block::list(test.deviations.iter().map(deviation), "None on record."),
    ]
}

fn step(step: &StepSummary) -> [Prose; 8] {
    let state = match step.state {
        StepState::Open => Prose::text("open"),
        StepState::UnderWay => Prose::strong("under way"),
        StepState::Done => match step.grounds {
            Grounds::Read => Prose::badge(Level::Good, "done"),
            Grounds::Stated => Prose::badge(Level::Attention, "done, as stated"),
            Grounds::Doubted => Prose::badge(Level::Attention, "stated, in doubt"),
        },
        StepState::Skipped => Prose::badge(Level::Attention, "SKIPPED"),
        StepState::Unfinished => Prose::badge(Level::Attention, "not finished"),
        // What only a person can see is stated, not watched.
        StepState::NotWatched if step.step == ProcedureStep::Use => Prose::text("not stated"),
        StepState::NotWatched => Prose::text("not watched"),
    };
    let title = Prose::strong(step.step.title());
    let title = match &step.remark {
        Some(remark) => title.and(": ").and_foreign(remark),
        None => title,
    };
    [
        title,
        state,
        Prose::at_or(step.planned_at, NOT_STATED),
        Prose::at_or(step.started_at, "–"),
        Prose::at_or(step.ended_at, "–"),
        step.waited.map_or_else(|| "–".to_owned(), |waited| waited.to_string()).into(),
        Prose::who(step.user.as_deref(), step.engineer.as_deref()),
        Prose::records(&step.records),
    ]
}

fn deviation(deviation: &Deviation) -> Item {
    let mut prose = Prose::at_or(deviation.at, "at an unknown time");
    if deviation.user.is_some() || deviation.engineer.is_some() {
        prose =
            prose.and(", by ").and_all(Prose::who(deviation.user.as_deref(), deviation.engineer.as_deref()));
    }
    prose = prose.and(": ").and_stated(&deviation.text);
    let reason = Prose::text("reason: ").and_all(stated(deviation.reason.as_deref()));
    Item { more: vec![reason], ..Item::new(prose.with_source(deviation.record)) }
}
