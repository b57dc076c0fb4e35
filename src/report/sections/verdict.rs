//! The page that is read first: how it came out, what it was to reach and reached, what is open, what was not proven.

use super::head::acknowledgement;
use crate::report::document::phrases::{
    NOT_STATED, exposure_in_all, judgement, open_findings, outcome_word, signer_role, target, test_verdict,
};
use crate::report::document::table::Flush::{Left, Right};
use crate::report::document::table::known;
use crate::report::document::{Block, Fact, Item, Level, Prose};
use crate::report::value::Report;
use crate::run::{
    EvidenceSource, Finding, FindingSeverity, JudgedCriterion, Judgement, Outcome, Phase, SignerRole,
    Summary, Target, TestVerdict,
};
use crate::text::grouped;

/// Shown where nothing was measured.
pub(super) const NOT_MEASURED: &str = "not measured";

pub(super) fn verdict(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let mut blocks = vec![Block::Paragraph(result(summary))];
    blocks.extend(signed(summary).map(Block::Paragraph));
    blocks.push(Block::Tiles(tiles(report)));
    blocks.push(Block::Heading("Targets and what was achieved"));
    blocks.push(criteria(&summary.test.criteria));
    blocks.push(Block::Heading("Findings open or acknowledged"));
    blocks.push(unsettled(report));
    blocks.push(Block::Heading("What was not proven"));
    blocks.push(not_proven(summary));
    blocks
        .push(Block::text("All times are UTC. Records are cited by their number in the journal of the run."));
    blocks
}

fn result(summary: &Summary) -> Prose {
    let (level, sentence) = outcome(summary);
    let stage_2 = summary.phases.iter().find(|phase| phase.name == Phase::Stage2);
    let evidence = stage_2.and_then(|phase| phase.evidence.as_ref());
    let source = evidence.filter(|_| summary.outcome == Outcome::Restored).map(|evidence| evidence.record);
    Prose::badge(level, format!("{}.", outcome_word(summary.outcome)))
        .and(format!(" {}", sentence.trim_end_matches('.')))
        .citing(source)
        .and(".")
}

fn outcome(summary: &Summary) -> (Level, &'static str) {
    let stage_2 = summary.phases.iter().find(|phase| phase.name == Phase::Stage2);
    let source = stage_2.and_then(|phase| phase.evidence.as_ref()).map(|evidence| evidence.source);
    match (summary.outcome, source) {
        (Outcome::Restored, Some(EvidenceSource::Log)) => {
            (Level::Good, "The namespace was restored: both final lines were logged.")
        }
        (Outcome::Restored, Some(EvidenceSource::Attested)) => (
            Level::Attention,
            "The engineer stated that the namespace was restored; the final lines were not both logged.",
        ),
        (Outcome::Restored, _) => (Level::Good, "The namespace was restored."),
        (Outcome::Incomplete, _) => {
            (Level::Attention, "The restore was not complete where this record stands.")
        }
        (Outcome::Failed, _) => (Level::Bad, "The restore failed."),
    }
}

/// The latest judgement of the operator, and of the approver.
fn signed(summary: &Summary) -> Option<Prose> {
    let of = |role| {
        let mut signatures = summary.signatures.iter().rev();
        signatures.find(|signature| signature.statement.role == role && signature.statement.verdict.is_some())
    };
    let mut prose: Option<Prose> = None;
    for signature in [SignerRole::Operator, SignerRole::Approver].into_iter().filter_map(of) {
        let statement = &signature.statement;
        let Some(verdict) = statement.verdict else { continue };
        let level = match verdict {
            TestVerdict::Passed => Level::Good,
            TestVerdict::Conditions => Level::Attention,
            TestVerdict::Failed => Level::Bad,
        };
        let before = prose.map_or_else(|| Prose::text("Judged "), |prose| prose.and("; "));
        prose = Some(
            before
                .and_all(Prose::badge(level, test_verdict(verdict)))
                .and(format!(" by the {}, ", signer_role(statement.role)))
                .and_foreign(&statement.name)
                .citing(Some(signature.record)),
        );
    }
    prose
}

fn tiles(report: &Report) -> Vec<Fact> {
    let summary = &report.summary;
    let recovery = &summary.test.recovery;
    let measured = |span: Option<crate::run::Elapsed>| {
        span.map_or_else(|| NOT_MEASURED.to_owned(), |span| span.to_string())
    };
    let sources = Prose::text("records ").and_all(Prose::records(&recovery.records));
    let parts = Prose::text(format!(
        "stage 1 {} + stage 2 {}; waiting for people {}; ",
        measured(recovery.stage_1),
        measured(recovery.stage_2),
        measured(recovery.waiting_for_people)
    ));
    let stood_still = match summary.frozen_bucket.unchanged {
        Some(true) => Prose::badge(Level::Good, "unchanged"),
        Some(false) => Prose::badge(Level::Bad, "CHANGED"),
        None => Prose::text(NOT_MEASURED),
    };
    let frozen = &summary.frozen_bucket;
    let listings = [&frozen.at_pause, &frozen.at_stage_1_end, &frozen.before_resume];
    let listings: Vec<_> = listings.into_iter().flatten().map(|listing| listing.record).collect();
    let pauses = report.trail.pauses.values().flat_map(|(began, ended)| [Some(*began), *ended]).flatten();
    let pauses: Vec<_> = pauses.collect();
    vec![
        Fact::new("Time to recover", measured(recovery.time_to_restored)).with(parts.and_all(sources)),
        Fact::new("Time to usable", measured(recovery.time_to_usable))
            .with("until somebody stated that it can be used"),
        Fact::new("Exposure of production", exposure_in_all(summary))
            .with(Prose::text("replication paused; records ").and_all(Prose::records(&pauses))),
        Fact::new("Bucket during the pause", stood_still)
            .with(Prose::text("listings compared, records ").and_all(Prose::records(&listings))),
        Fact::new("Open findings", open_findings(summary)),
    ]
}

fn criteria(criteria: &[JudgedCriterion]) -> Block {
    if criteria.is_empty() {
        return Block::text(format!("Targets: {NOT_STATED}."));
    }
    let head = [
        ("Target", Left),
        ("At most", Right),
        ("Achieved", Right),
        ("Result", Left),
        ("Why", Left),
        ("From", Left),
        ("Records", Left),
    ];
    Block::table(head, criteria.iter().map(criterion))
}

fn criterion(judged: &JudgedCriterion) -> [Prose; 7] {
    let (name, limit) = target(&judged.target);
    let level = match judged.judgement {
        Judgement::Passed => Level::Good,
        Judgement::Failed => Level::Bad,
        Judgement::NotMeasured => Level::Neutral,
    };
    [
        name.into(),
        limit.into(),
        judged
            .measured
            .map_or_else(|| NOT_MEASURED.to_owned(), |value| measured(&judged.target, value))
            .into(),
        Prose::badge(level, judgement(judged.judgement)),
        Prose::foreign(&judged.reason),
        stated(judged.source.as_deref()),
        Prose::records(&judged.records),
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths and counts, which `as` bounds"
)]
fn measured(target: &Target, value: f64) -> String {
    match target {
        Target::OpenFindings { .. } => grouped(value.round() as u64),
        _ => crate::run::Elapsed::from_millis((value * 1000.0).round() as u64).to_string(),
    }
}

/// What somebody stated, or that nobody did.
pub(super) fn stated(text: Option<&str>) -> Prose {
    text.map_or_else(|| Prose::text(NOT_STATED), Prose::foreign)
}

fn unsettled(report: &Report) -> Block {
    let matters =
        |finding: &&Finding| finding.closed_at.is_none() && finding.severity >= FindingSeverity::Attention;
    let mut findings: Vec<_> = report.summary.findings.iter().filter(matters).collect();
    // Those that nobody has taken on come first; the sort is stable.
    findings.sort_by_key(|finding| (finding.acknowledged.is_some(), std::cmp::Reverse(finding.severity)));
    if findings.is_empty() {
        return Block::text("None of attention or worse.");
    }
    let head = [("Severity", Left), ("Finding", Left), ("Since", Left), ("State", Left), ("Record", Right)];
    Block::table(
        head,
        findings.into_iter().map(|finding| {
            let state = match finding.acknowledged {
                Some(_) => acknowledgement(report, finding),
                None => Prose::strong("open"),
            };
            [
                severity(finding.severity),
                Prose::code(finding.code.name()).and(": ").and_foreign(&finding.text),
                Prose::at(finding.opened_at),
                state,
                finding.record.into(),
            ]
        }),
    )
}

pub(super) fn severity(severity: FindingSeverity) -> Prose {
    match severity {
        FindingSeverity::Info => Prose::text("info"),
        FindingSeverity::Attention => Prose::badge(Level::Attention, "ATTENTION"),
        FindingSeverity::Blocking => Prose::badge(Level::Bad, "BLOCKING"),
    }
}

fn not_proven(summary: &Summary) -> Block {
    if summary.test.not_proven.is_empty() {
        return Block::text("Nothing is named; what no record of this kind can prove stands under “Record”.");
    }
    Block::List(summary.test.not_proven.iter().map(|sentence| Item::new(Prose::foreign(sentence))).collect())
}

/// A count, or "unknown".
pub(super) fn objects(count: Option<crate::run::ObjectCount>) -> String {
    known(count, |count| grouped(count.0))
}
