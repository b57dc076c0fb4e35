//! The head of a report: which test it is, and what a reader has to know before any figure.

use crate::report::document::phrases::{
    EXPOSED, acknowledgement, in_short, paused_warning, unsettled_dangers,
};
use crate::report::document::table::UNKNOWN;
use crate::report::document::{Banner, Level, Prose};
use crate::report::value::{Report, Standing};
use crate::run::{Code, Finding, GapLengths, Identity, ImportedLog, Known, Redaction, Summary};
use crate::text::{iso, plural};

pub(super) fn title(report: &Report) -> Prose {
    let title = Prose::text("Disaster-recovery test of bucket ");
    match &report.summary.bucket.name {
        Some(name) => title.and_foreign(name),
        None => title.and(UNKNOWN),
    }
}

pub(super) fn banners(report: &Report) -> Vec<Banner> {
    let summary = &report.summary;
    let mut banners = Vec::new();
    let banner = |level, title: &str, lines| Banner { level, title: title.to_owned(), lines };
    if summary.simulated {
        let which = simulated_part(summary);
        let lines = vec![format!("{which} It is no evidence of a disaster-recovery test.").into()];
        banners.push(banner(Level::Attention, "SIMULATED: a rehearsal.", lines));
    }
    banners.extend(summary.imported.as_ref().map(|imported| {
        banner(Level::Attention, "IMPORTED: made from saved logs afterwards.", vec![imported_from(imported)])
    }));
    banners.extend(summary.redacted.as_ref().map(|redaction| {
        banner(Level::Attention, "REDACTED: names are replaced by words.", vec![redacted(redaction)])
    }));
    banners.extend(standing(report));
    banners.extend(holes(summary));
    if let Some(warning) = paused_warning(summary) {
        let sources = Prose::text(EXPOSED).with_source(report.sources.replication);
        let warning = match (report.standing, summary.replication.state) {
            // What became of it after the record, nobody knows.
            (Standing::Ended | Standing::CutShort, Known::Paused) => {
                "Replication on the primary was paused when this record ended."
            }
            _ => warning,
        };
        banners.push(banner(Level::Bad, warning, vec![sources]));
    }
    banners.extend(unsettled_dangers(summary).into_iter().map(danger));
    banners
}

/// A blocking finding that is not settled: an acknowledgement takes it on, and settles nothing.
fn danger(finding: &Finding) -> Banner {
    let what = Prose::code(finding.code.name()).and(": ").and_foreign(in_short(finding));
    let what = what.with_source(Some(finding.record));
    let (state, by) = match finding.acknowledged {
        Some(_) => ("acknowledged but not settled", acknowledgement(finding)),
        None => ("open", Prose::text("Nobody has acknowledged it.")),
    };
    Banner { level: Level::Bad, title: format!("BLOCKING finding, {state}:"), lines: vec![what, by] }
}

fn simulated_part(summary: &Summary) -> &'static str {
    let says = |identity: &Option<Identity>| identity.as_ref().is_some_and(|identity| identity.simulated);
    match (says(&summary.versions.primary), says(&summary.versions.dr)) {
        (true, true) => "Both appliances of this run were simulated.",
        (true, false) => "The primary of this run was simulated.",
        (false, true) => "The DR appliance of this run was simulated.",
        // The record of an earlier version, or another machine answered in the end.
        (false, false) => "The appliances of this run were simulated.",
    }
}

fn imported_from(imported: &ImportedLog) -> Prose {
    let mut prose = Prose::text(format!(
        "Nobody watched this test: the times are those of the log's lines, and counters and listing are as given. Imported at {} from ",
        iso(imported.made_at)
    ));
    for (place, file) in imported.files.iter().enumerate() {
        prose = prose.and(if place == 0 { "" } else { ", " }).and_foreign(file);
    }
    prose.and(".")
}

fn redacted(redaction: &Redaction) -> Prose {
    // The command as it is typed.
    let (words, command) = redaction.notice.split_once("compare: ").unwrap_or((&redaction.notice, ""));
    // A sentence at a time: a long text of others is cut.
    let sentences = words.split_inclusive(". ").fold(Prose::default(), |prose, sentence| {
        sentence.split('`').enumerate().fold(prose, |prose, (place, part)| match place % 2 {
            0 if part.is_empty() => prose,
            0 => prose.and_foreign(part),
            _ => prose.and_code(part),
        })
    });
    if command.is_empty() { sentences } else { sentences.and("compare: ").and_code(command) }
}

/// A record that can still grow, or broke off.
fn standing(report: &Report) -> Option<Banner> {
    let (title, line) = match report.standing {
        Standing::Ended => return None,
        Standing::Running => {
            ("RUNNING: this run is still being recorded.", "The figures are as of now and may change.")
        }
        Standing::CutShort => (
            "CUT SHORT: the end of this run is not on record.",
            "drwatch or its machine stopped. What happened after the last record is not known.",
        ),
    };
    Some(Banner { level: Level::Attention, title: title.to_owned(), lines: vec![line.into()] })
}

/// What was not watched, or not written down.
fn holes(summary: &Summary) -> Option<Banner> {
    let lengths = GapLengths::of(&summary.gaps);
    let mut lines = Vec::new();
    if !summary.gaps.is_empty() {
        let count = plural(summary.gaps.len() as u64, "gap");
        lines.push(Prose::text(format!(
            "{count} in the watch, {lengths}: what happened then may be missing."
        )));
    }
    let holes = summary.findings.iter().filter(|finding| finding.code == Code::RecordHole);
    lines.extend(holes.map(|hole| Prose::foreign(&hole.text).with_source(Some(hole.record))));
    let has_holes = !lines.is_empty();
    has_holes.then(|| Banner { level: Level::Attention, title: "This record has holes.".to_owned(), lines })
}
