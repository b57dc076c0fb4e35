//! The sections of a report, each made of its part of the summary and of what happened. Their order is that of
//! [`Part::ALL`], which every form of the report follows.

mod appendix;
mod attestation;
mod comparison;
mod controls;
mod environment;
mod findings;
mod head;
mod parts;
mod procedure;
mod production;
mod recovery;
mod sheet;
mod timeline;
mod verdict;

#[cfg(test)]
pub(super) use self::controls::CONTROLS;
pub(super) use self::parts::Part;

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
    document.sections.push(Section { id, title, blocks: appendix::evidence(report, &cited) });
    document
}

/// Every record that a report cites, in any form.
pub(crate) fn cited_records(report: &Report) -> BTreeSet<Sequence> {
    document(report).cited()
}

fn blocks(part: Part, report: &Report) -> Vec<Block> {
    match part {
        Part::Verdict => verdict::verdict(report),
        Part::TestSheet => sheet::sheet(report),
        Part::People => sheet::people(report),
        Part::Environment => environment::environment(report),
        Part::Readiness => environment::readiness(report),
        Part::Timeline => timeline::timeline(report),
        Part::Procedure => procedure::procedure(report),
        Part::Recovery => recovery::recovery(report),
        Part::Integrity => production::integrity(report),
        Part::Production => production::production(report),
        Part::Comparison => comparison::comparison(report),
        Part::Findings => findings::findings(report),
        Part::Lessons => findings::lessons(report),
        Part::Attestation => attestation::attestation(report),
        Part::Record => attestation::record(report),
        Part::Controls => controls::controls(report),
        Part::Preflight => appendix::preflight(report),
        Part::Forecasts => appendix::forecasts(report),
        Part::Evidence => Vec::new(),
    }
}
