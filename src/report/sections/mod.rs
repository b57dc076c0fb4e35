//! The sections of a report, each made of its part of the summary and of what happened. Their order is that of
//! [`Part::ALL`], which every form of the report follows.

mod course;
mod findings;
mod head;
mod parts;
mod plan;
mod record;
mod verdict;

pub(super) use self::parts::Part;
#[cfg(test)]
pub(super) use self::record::controls::CONTROLS;

use std::collections::BTreeSet;

use super::document::{Block, Document, Section};
use super::value::Report;
use crate::run::Sequence;

/// The report as sections of blocks.
pub(super) fn document(report: &Report) -> Document {
    let section = |part: Part| Section { id: part.id(), title: part.title(), blocks: blocks(part, report) };
    let mut document = Document {
        run: report.summary.run.0.clone(),
        title: head::title(report),
        banners: head::banners(report),
        sections: Part::ALL.into_iter().filter(|part| *part != Part::Evidence).map(section).collect(),
    };
    // Last, as it holds what the others cite.
    let cited = document.cited();
    let (id, title) = (Part::Evidence.id(), Part::Evidence.title());
    document.sections.push(Section { id, title, blocks: record::appendix::evidence(report, &cited) });
    document
}

/// Every record that a report cites, in any form.
pub(crate) fn cited_records(report: &Report) -> BTreeSet<Sequence> {
    document(report).cited()
}

fn blocks(part: Part, report: &Report) -> Vec<Block> {
    match part {
        Part::Verdict => verdict::verdict(report),
        Part::TestSheet => plan::sheet::sheet(report),
        Part::People => plan::sheet::people(report),
        Part::Environment => plan::environment::environment(report),
        Part::Readiness => plan::environment::readiness(report),
        Part::Timeline => course::timeline::timeline(report),
        Part::Procedure => plan::procedure::procedure(report),
        Part::Recovery => course::recovery::recovery(report),
        Part::Integrity => course::production::integrity(report),
        Part::Production => course::production::production(report),
        Part::Comparison => course::comparison::comparison(report),
        Part::Findings => findings::findings(report),
        Part::Lessons => findings::lessons(report),
        Part::Attestation => record::attestation::attestation(report),
        Part::Record => record::attestation::record(report),
        Part::Controls => record::controls::controls(report),
        Part::Preflight => record::appendix::preflight(report),
        Part::Forecasts => record::appendix::forecasts(report),
        Part::Evidence => Vec::new(),
    }
}
