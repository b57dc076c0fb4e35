//! The sections of a report, each made of its part of the summary and of what happened. Their order is that of
//! [`PARTS`], which every form of the report follows.

mod course;
mod findings;
mod head;
mod parts;
mod plan;
mod record;
mod verdict;

pub(super) use self::parts::PARTS;
#[cfg(test)]
pub(super) use self::record::controls::CONTROLS;

use std::collections::BTreeSet;

use super::document::{Block, Document, Section};
use super::value::Report;
use crate::run::Sequence;

/// What makes each of [`PARTS`] but the last, in the same order.
const BLOCKS: [fn(&Report) -> Vec<Block>; 18] = [
    verdict::verdict,
    plan::sheet::sheet,
    plan::sheet::people,
    plan::environment::environment,
    plan::environment::readiness,
    course::timeline::timeline,
    plan::procedure::procedure,
    course::recovery::recovery,
    course::production::integrity,
    course::production::production,
    course::comparison::comparison,
    findings::findings,
    findings::lessons,
    record::attestation::attestation,
    record::attestation::record,
    record::controls::controls,
    record::appendix::preflight,
    record::appendix::forecasts,
];

/// The report as sections of blocks.
pub(super) fn document(report: &Report) -> Document {
    let section = |part: parts::Part, blocks| Section { id: part.id, title: part.title, blocks };
    let [first @ .., evidence] = PARTS;
    let mut document = Document {
        run: report.summary.run.0.clone(),
        title: head::title(report),
        banners: head::banners(report),
        sections: first.into_iter().zip(BLOCKS).map(|(part, make)| section(part, make(report))).collect(),
    };
    // Last, as it holds what the others cite.
    let cited = document.cited();
    document.sections.push(section(evidence, record::appendix::evidence(report, &cited)));
    document
}

/// Every record that a report cites, in any form.
pub(crate) fn cited_records(report: &Report) -> BTreeSet<Sequence> {
    document(report).cited()
}
