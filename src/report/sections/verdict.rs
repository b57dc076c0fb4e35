//! The page that is read first: which test it is, how it came out, its targets, what is open, what was not proven.

use crate::report::document::phrases::{
    NOT_MEASURED, NOT_STATED, acknowledgement, against, exposure_in_all, has_unsettled_alarm, in_doubt,
    in_short, judgement, measured, open_findings, outcome_in_full, restored_on, severity, test_verdict,
    unsettled_alarm,
};
use crate::report::document::table::UNKNOWN;
use crate::report::document::{Block, Fact, Item, Level, Prose};
use crate::report::value::Report;
use crate::run::{
    Code, EvidenceSource, Finding, FindingSeverity, Grounds, Identity, JudgedCriterion, Judgement, Length,
    Outcome, PauseEnd, PauseInterval, PausedBy, Phase, ProcedureStep, Recovery, Sequence, Signature,
    SignerRole, Statement, Summary, Target, TestVerdict,
};
use crate::text::grouped;

pub(super) fn verdict(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let mut blocks = vec![Block::Paragraph(which_test(summary)), Block::Paragraph(result(summary))];
    blocks.extend(signed(summary).map(Block::Paragraph));
    blocks.push(Block::Tiles(tiles(report)));
    blocks.push(Block::Heading("Targets and what was achieved"));
    blocks.push(criteria(report));
    blocks.push(Block::Heading("Findings open or acknowledged"));
    blocks.push(unsettled(summary));
    blocks.push(Block::Heading("What was not proven"));
    blocks.push(not_proven(summary));
    blocks.push(Block::text(
        "All times are UTC. The numbers of records are places in the journal of the run; the records are quoted in appendix C.",
    ));
    blocks
}

fn which_test(summary: &Summary) -> Prose {
    let name = |identity: &Option<Identity>| match identity.as_ref().and_then(|it| it.hostname.as_ref()) {
        Some(name) => Prose::foreign(name),
        None => Prose::text(UNKNOWN),
    };
    let versions = &summary.versions;
    Prose::text("Run ")
        .and_code(&summary.run.0)
        .and(", begun ")
        .and_all(Prose::at(summary.started_at))
        .and("; primary ")
        .and_all(name(&versions.primary))
        .and(", DR appliance ")
        .and_all(name(&versions.dr))
        .and(".")
}

fn result(summary: &Summary) -> Prose {
    let (level, sentence) = outcome(summary);
    let is_clouded = has_unsettled_alarm(summary) || was_disturbed(summary);
    let level = if is_clouded && level == Level::Good { Level::Attention } else { level };
    let stated = summary.test.recovery.stated_restored.as_ref();
    let against = stated.and_then(|stated| against(&stated.against));
    let evidence = summary.phase(Phase::Stage2).and_then(|phase| phase.evidence.as_ref());
    let source = evidence.filter(|_| summary.outcome == Outcome::Restored).map(|evidence| evidence.record);
    let prose = Prose::badge(level, format!("{}.", outcome_in_full(summary)))
        .and(format!(" {}", sentence.trim_end_matches('.')))
        .citing(source)
        .and(".");
    let prose = match against {
        Some(against) => prose.and(" Against it: ").and_all(against).and("."),
        None => prose,
    };
    prose.and_all(targets(summary))
}

/// How many of the targets were met.
fn targets(summary: &Summary) -> Prose {
    let criteria = &summary.test.criteria;
    let count = |wanted| criteria.iter().filter(|judged| judged.judgement == wanted).count();
    let [met, missed, open] = [Judgement::Passed, Judgement::Failed, Judgement::NotMeasured].map(count);
    if criteria.is_empty() {
        return Prose::default();
    }
    let on = |grounds, words| match criteria.iter().filter(|judged| judged.is_met_on(grounds)).count() {
        0 => String::new(),
        count => format!(", {count} of them {words}"),
    };
    let doubt = on(Grounds::Stated, "as stated") + &on(Grounds::Doubted, "in doubt");
    let prose = Prose::text(format!(" Of {} targets {met} met{doubt}, ", criteria.len()));
    let missed_words = format!("{missed} missed");
    let prose = if missed > 0 { prose.and_strong(missed_words) } else { prose.and(missed_words) };
    prose.and(format!(", {open} {NOT_MEASURED}."))
}

fn outcome(summary: &Summary) -> (Level, &'static str) {
    let stage_2 = summary.phase(Phase::Stage2);
    let source = stage_2.and_then(|phase| phase.evidence.as_ref()).map(|evidence| evidence.source);
    match (summary.outcome, source) {
        (Outcome::Restored, Some(EvidenceSource::Log)) => {
            (Level::Good, "The namespace was restored: both final lines were logged.")
        }
        (Outcome::Restored, Some(EvidenceSource::Attested))
            if summary.test.recovery.stated_restored.as_ref().is_some_and(|stated| stated.logged) =>
        {
            (
                Level::Attention,
                "The engineer stated that the namespace was restored; both final lines were logged after that.",
            )
        }
        (Outcome::Restored, Some(EvidenceSource::Attested)) => (
            Level::Attention,
            "The engineer stated that the namespace was restored; the final lines were not both logged.",
        ),
        (Outcome::Restored, _) => (Level::Good, "The namespace was restored."),
        (Outcome::Incomplete, _) => {
            (Level::Attention, "The restore was not complete at the end of this record.")
        }
        (Outcome::Failed, _) if is_stated_failed(summary) => {
            (Level::Bad, "The engineer stated that the restore failed.")
        }
        (Outcome::Failed, _) => (Level::Bad, "The restore failed."),
    }
}

fn is_stated_failed(summary: &Summary) -> bool {
    summary.test.statements.iter().any(|stated| stated.statement == Statement::RestoreFailed)
}

/// The latest judgement in each role.
fn signed(summary: &Summary) -> Option<Prose> {
    let of = |role| {
        let mut signatures = summary.signatures.iter().rev();
        signatures.find(|signature| signature.statement.role == role && signature.statement.verdict.is_some())
    };
    let mut prose: Option<Prose> = None;
    for signature in SignerRole::ALL.into_iter().filter_map(of) {
        let statement = &signature.statement;
        let Some(verdict) = statement.verdict else { continue };
        let judged = prose
            .map_or_else(|| Prose::text("Judged "), |prose| prose.and("; "))
            .and_all(test_verdict(verdict))
            .and(format!(" by the {}, ", statement.role.name()))
            .and_foreign(&statement.name)
            .with_source(Some(signature.record));
        let judged = match &statement.notes {
            Some(notes) => judged.and(": ").and_stated(notes.trim_end_matches('.')),
            None => judged,
        };
        prose = Some(match revised(summary, signature) {
            Some((earlier, verdict)) => judged
                .and(", in place of ")
                .and_all(test_verdict(verdict))
                .and(" by ")
                .and_foreign(&earlier.statement.name)
                .with_source(Some(earlier.record)),
            None => judged,
        });
    }
    prose.map(|prose| prose.and("."))
}

/// The last other judgement in the same role, which `signature` takes the place of.
fn revised<'s>(summary: &'s Summary, signature: &Signature) -> Option<(&'s Signature, TestVerdict)> {
    let (role, verdict) = (signature.statement.role, signature.statement.verdict);
    let mut earlier = summary.signatures.iter().rev().filter(|other| other.record < signature.record);
    earlier.find_map(|other| {
        let judged = other.statement.verdict.filter(|judged| Some(*judged) != verdict)?;
        (other.statement.role == role).then_some((other, judged))
    })
}

fn tiles(report: &Report) -> Vec<Fact> {
    let summary = &report.summary;
    let recovery = &summary.test.recovery;
    let part = |name: &str, length: Option<Length>, records: &[Sequence], doubt: &str| {
        Prose::text(format!("{name} {}{doubt}", measured(length))).citing_all(records)
    };
    let doubt = |step| in_doubt(summary, step);
    let records = &recovery.records;
    let parts = part("stage 1", recovery.stage_1, &records.stage_1, doubt(ProcedureStep::Stage1))
        .and("; ")
        .and_all(part("stage 2", recovery.stage_2, &records.stage_2, doubt(ProcedureStep::Stage2)))
        .and("; ")
        .and_all(part(
            "not counted: waiting for people before stage 1",
            recovery.waiting_for_people,
            &records.waiting_for_people,
            "",
        ));
    let start = summary.test.procedure.iter().find(|step| step.step == ProcedureStep::Start);
    let stated_start = Prose::text(match start.map(|start| start.grounds) {
        Some(Grounds::Doubted) => "its start in doubt: stated against what was read; ",
        Some(Grounds::Stated) => "its start as stated, not read; ",
        Some(Grounds::Read) | None => "",
    });
    let stated_end = Prose::text(match restored_on(summary) {
        Some(Grounds::Stated) => "its end as stated, not read; ",
        Some(Grounds::Doubted) => "its end in doubt: stated against what was read; ",
        Some(Grounds::Read) | None => "",
    });
    let usable = usable(recovery).citing_all(&records.time_to_usable);
    let frozen = &summary.frozen_bucket;
    let up_to = frozen.last_before_resume().filter(|_| frozen.unchanged == Some(true));
    let compared = match up_to {
        Some(last) => Prose::text("listings compared, the last at ").and_at(last.at),
        None => Prose::text("listings compared"),
    };
    let unchanged = match frozen.unchanged {
        // Listings are counts and sizes: an alarm of missing data weighs more than that they are equal.
        Some(true) if unsettled_alarm(summary).is_some() => {
            Prose::badge(Level::Attention, "counts unchanged, alarm not settled")
        }
        Some(true)
            if frozen.is_listed_late
                && summary.phase(Phase::Stage1).is_none_or(|phase| phase.started_at.is_none()) =>
        {
            Prose::badge(Level::Attention, "unchanged since its first listing; stage 1 may have begun before")
        }
        Some(true) if frozen.is_listed_late => {
            Prose::badge(Level::Attention, "unchanged since its first listing, after stage 1 had begun")
        }
        Some(true) if up_to.is_some() => Prose::badge(Level::Attention, "unchanged up to its last listing"),
        Some(true) => Prose::badge(Level::Good, "unchanged"),
        Some(false) => Prose::badge(Level::Bad, "CHANGED"),
        None => Prose::text(NOT_MEASURED),
    };
    let listings = [&frozen.at_pause, &frozen.at_stage_1_end, &frozen.before_resume];
    let alarm = unsettled_alarm(summary).filter(|_| frozen.unchanged == Some(true));
    let listings: Vec<_> = listings.into_iter().flatten().map(|listing| listing.record).collect();
    let compared = compared.citing_all(&listings);
    let compared = match alarm {
        Some(alarm) => compared.and("; the alarm is").citing(Some(alarm.record)),
        None => compared,
    };
    vec![
        Fact::new("Time to recover", measured(recovery.time_to_restored))
            .with(stated_start.and_all(stated_end).and_all(parts)),
        Fact::new("Time to usable", measured(recovery.time_to_usable)).with(usable),
        Fact::new("Exposure of production", exposure_in_all(summary))
            .with(exposed_until(summary).citing_all(&report.exposure_records())),
        Fact::new("Bucket during the pause", unchanged).with(compared),
        open_tile(summary),
    ]
}

/// Whether replication is known to have run during the restore.
fn was_disturbed(summary: &Summary) -> bool {
    let codes = [Code::ReplicationRanInRestore, Code::ReplicationRunsInStage1];
    let is_it =
        |finding: &Finding| codes.contains(&finding.code) && finding.severity >= FindingSeverity::Attention;
    summary.findings.iter().any(is_it)
}

/// The findings that wait for somebody, or were taken on and last.
fn open_tile(summary: &Summary) -> Fact {
    let records: Vec<_> = unsettled_findings(summary).map(|finding| finding.record).collect();
    let tile = Fact::new("Open findings", open_findings(summary));
    match records.as_slice() {
        [] => tile,
        [record] => tile.with(Prose::text("record ").and_all(Prose::from(*record))),
        records => tile.with(Prose::text("records ").and_all(Prose::records(records))),
    }
}

/// Those of attention or worse whose condition lasts, acknowledged or not.
fn unsettled_findings(summary: &Summary) -> impl Iterator<Item = &Finding> {
    let matters =
        |finding: &&Finding| finding.closed_at.is_none() && finding.severity >= FindingSeverity::Attention;
    summary.findings.iter().filter(matters)
}

/// Until when the time to usable counts, and when that was stated.
fn usable(recovery: &Recovery) -> Prose {
    let Some(stated) = &recovery.stated_usable else {
        return Prose::text("not stated of the restored appliance");
    };
    let prose = Prose::text("until ").and_at(stated.since);
    let prose = if stated.is_dated_otherwise() {
        prose.and(", as stated at ").and_at(stated.stated_at)
    } else {
        prose.and(", as stated then")
    };
    let Some(danger) = stated.danger() else {
        // What that is, stands beside the outcome or the target.
        return if stated.against.is_empty() { prose } else { prose.and(", against what was read") };
    };
    let (before, after) = if stated.later.is_empty() {
        (", although ", " was not settled")
    } else {
        ("; after that ", " was found, and is not settled")
    };
    prose.and(before).and_code(danger.code.name()).and(after).citing(Some(danger.record))
}

fn exposed_until(summary: &Summary) -> Prose {
    let is_stated = |pause: &PauseInterval| pause.by == PausedBy::Attested || pause.end == PauseEnd::Stated;
    let until = Prose::text(match &summary.protected_again {
        None => "no pause is on record",
        Some(again) if again.record.is_some() && again.backlog_gone_at.is_none() => {
            "from the pause until replication was read to run again; what was left to send is not named"
        }
        Some(again) if again.record.is_some() && has_unsettled_alarm(summary) => {
            "from the pause until all was sent; an alarm is not settled, so that it is not proven to be protected"
        }
        Some(again) if again.record.is_some() => "from the pause until protected again",
        Some(_) => "from the pause on; not protected again by the end of the record",
    });
    if summary.replication.attested || summary.replication.intervals.iter().any(is_stated) {
        return until.and("; not all of it was read: a person stated it");
    }
    until
}

fn criteria(report: &Report) -> Block {
    let summary = &report.summary;
    if summary.test.criteria.is_empty() {
        return Block::text(format!("Targets: {NOT_STATED}."));
    }
    // Where a limit comes from stands in the test sheet: this page is to fit on one of paper.
    let head = ["Target", ">At most", ">Achieved", "Result", "Why", "Records"];
    Block::table(head, summary.test.criteria.iter().map(|judged| criterion(report, judged)))
}

fn criterion(report: &Report, judged: &JudgedCriterion) -> [Prose; 6] {
    let achieved = match judged.target {
        // The one that may be known as a bound alone.
        Target::Exposure { .. } if judged.measured.is_some() => exposure_in_all(&report.summary),
        Target::OpenFindings { .. } => judged.measured.map_or_else(|| NOT_MEASURED.to_owned(), count),
        _ => measured(judged.length),
    };
    [
        judged.target.title().into(),
        judged.target.limit().into(),
        achieved.into(),
        judgement(judged.judgement, judged.grounds),
        Prose::foreign(&judged.reason),
        Prose::records(&judged.records),
    ]
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count, which `as` bounds")]
fn count(value: f64) -> String {
    grouped(value.round() as u64)
}

fn unsettled(summary: &Summary) -> Block {
    let mut findings: Vec<_> = unsettled_findings(summary).collect();
    // Those that nobody has taken on come first; the sort is stable.
    findings.sort_by_key(|finding| (finding.acknowledged.is_some(), std::cmp::Reverse(finding.severity)));
    if findings.is_empty() {
        return Block::text("None of attention or worse.");
    }
    let head = ["Severity", "Finding", "Since", "State", ">Record"];
    Block::table(
        head,
        findings.into_iter().map(|finding| {
            let code = Prose::code(finding.code.name());
            let state = match finding.acknowledged {
                // The warning at the head of the page says by whom and why.
                Some(_) if finding.is_accepted_danger() => Prose::text("acknowledged"),
                Some(_) => acknowledgement(finding),
                None => Prose::strong("open"),
            };
            let what = if finding.severity == FindingSeverity::Blocking {
                code.and(": see the warning above")
            } else {
                code.and(": ").and_foreign(in_short(finding))
            };
            let since = Prose::at(finding.opened_at);
            [severity(finding.severity), what, since, state, finding.record.into()]
        }),
    )
}

fn not_proven(summary: &Summary) -> Block {
    let sentences = summary.test.not_proven.iter().map(|sentence| Item::new(Prose::foreign(sentence)));
    Block::list(sentences, "Nothing further; what no such record can prove is listed under “Record”.")
}
