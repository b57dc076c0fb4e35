//! Who signed, and what the record is: its end, the heads that were sent out, how it is checked, and its limits.

use crate::report::document::phrases::{NOT_STATED, phase_title, stated, test_verdict};
use crate::report::document::{Block, Fact, Item, Prose};
use crate::report::value::{Report, Standing};
use crate::run::{
    ConsentSummary, Ending, EvidenceSource, RedactedWord, Redaction, SentHead, SignOff, Signature,
    StatementSummary,
};
use crate::text::{exact_size, grouped};

pub(in crate::report::sections) fn attestation(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let mut blocks = vec![Block::Facts(vec![Fact::new(
        "Signed off on the dashboard",
        sign_off(summary.sign_off.as_ref()),
    )])];
    blocks.push(Block::Heading("Statements in place of readings, and consents"));
    blocks.push(statements(report));
    blocks.push(Block::Heading("Signatures"));
    if summary.signatures.is_empty() {
        blocks.push(Block::text("No key has signed this record."));
    } else {
        let head = ["As", "Verdict", "Name", "Account", "At", "Notes", "Key", "Record"];
        blocks.push(Block::table(head, summary.signatures.iter().map(signature)));
        let unchecked = Prose::text("This report lists the signatures and does not check them; ");
        blocks.push(Block::Paragraph(unchecked.and_code("drwatch verify").and(" does.")));
    }
    blocks
}

fn sign_off(signed: Option<&SignOff>) -> Prose {
    let Some(signed) = signed else { return Prose::text(NOT_STATED) };
    Prose::at(signed.at)
        .and(" by ")
        .and_all(Prose::who(Some(&signed.user), signed.engineer.as_deref()))
        .citing(Some(signed.record))
        .and(": ")
        .and_stated(&signed.text)
}

/// What counts because somebody said so, and what they did against what is on record.
fn statements(report: &Report) -> Block {
    let test = &report.summary.test;
    let consent = |record| test.consents.iter().find(|given| given.record == record);
    let stated = test.statements.iter().map(|stated| statement(stated, consent(stated.record)));
    let is_statement = |record| test.statements.iter().any(|stated| stated.record == record);
    let others = test.consents.iter().filter(|given| !is_statement(given.record)).map(|given| {
        let prose = Prose::text(format!("{}, at ", given.act)).and_at(given.at).and(", by ");
        let prose = prose.and_all(Prose::who(Some(&given.user), given.engineer.as_deref()));
        let prose = match &given.reason {
            Some(reason) => prose.and(": ").and_stated(reason),
            None => prose,
        };
        Item { more: vec![overruled(given)], ..Item::new(prose.with_source(Some(given.record))) }
    });
    // Only where there were more statements than a run keeps.
    let is_missing = |record| !is_statement(record);
    let phases = report.summary.phases.iter().filter_map(|phase| {
        let evidence = phase.evidence.as_ref()?;
        let is_stated = evidence.source == EvidenceSource::Attested && is_missing(evidence.record);
        let prose =
            Prose::text(format!("{}: ", phase_title(&report.summary, phase.name))).and_foreign(&evidence.raw);
        is_stated.then(|| Item::new(prose.with_source(Some(evidence.record))))
    });
    let source = report.sources.replication;
    let replication = report.summary.replication.attested && source.is_none_or(is_missing);
    let replication = replication.then(|| {
        Item::new(Prose::text("the state of replication at the end of the record").with_source(source))
    });
    Block::list(
        stated.chain(others).chain(phases).chain(replication),
        "None: every phase and the state of replication were read or logged.",
    )
}

fn statement(stated: &StatementSummary, given: Option<&ConsentSummary>) -> Item {
    let prose = Prose::text(format!("That {}, from ", stated.statement.in_words()))
        .and_at(stated.since)
        .and(" on: stated at ")
        .and_at(stated.at)
        .and(" by ")
        .and_all(Prose::who(Some(&stated.user), stated.engineer.as_deref()))
        .with_source(Some(stated.record));
    let reason = Prose::text("reason: ").and_stated(&stated.reason);
    Item { more: [reason].into_iter().chain(given.map(overruled)).collect(), ..Item::new(prose) }
}

/// What was typed, and against what.
fn overruled(given: &ConsentSummary) -> Prose {
    Prose::text("consented to by typing ")
        .and_code(&given.typed)
        .and("; shown against it: ")
        .and_foreign(&given.consent.shown)
        .with_source(given.consent.cited)
}

fn signature(signature: &Signature) -> [Prose; 8] {
    let statement = &signature.statement;
    let verdict = statement.verdict.map_or_else(|| Prose::text(NOT_STATED), test_verdict);
    [
        statement.role.name().into(),
        verdict,
        Prose::foreign(&statement.name),
        Prose::code(&statement.user),
        Prose::at(signature.at),
        stated(statement.notes.as_deref()),
        Prose::code(&statement.key),
        signature.record.into(),
    ]
}

pub(in crate::report::sections) fn record(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let (log, journal) = (&summary.log, &summary.journal);
    let ended = match (report.standing, summary.ended_at) {
        (_, Some(at)) => Prose::at(at).and_all(ending(report.ending.as_ref())),
        (Standing::CutShort, None) => Prose::text("not on record: it was cut short"),
        (_, None) => Prose::text("not on record: it is still being recorded, or was cut short"),
    };
    let lines = format!(
        "{} lines, {}, of which {} lines in no known form",
        grouped(log.lines.0),
        exact_size(log.bytes),
        grouped(log.unparsed.0)
    );
    let head = Prose::text(format!("{} records, the last with SHA-256 ", grouped(journal.records)));
    let simulated = if summary.simulated { ", simulated" } else { "" };
    let facts = vec![
        Fact::new("Run", Prose::code(&summary.run.0).and(simulated)),
        Fact::new("Recorded by", Prose::code(&summary.recorder)),
        Fact::new("Record begins", Prose::at(summary.started_at)),
        Fact::new("Record ends", ended),
        Fact::new("Log of the DR appliance", lines),
        Fact::new("Journal up to this report", head.and_code(&journal.head)),
        Fact::new("To check journal and log", Prose::code(format!("drwatch verify {}", summary.run))),
    ];
    let limits = [
        Prose::text("The journal is a chain: each record holds the SHA-256 of the one before. ")
            .and_code("drwatch verify")
            .and(" finds a record that was changed, left out or added later, unless somebody who can write the folder made \
                  the whole chain behind it anew."),
        "A signature shows that as well, as the key is not in the folder; a head kept outside shows even what a signer \
         rewrote before signing. This report itself proves neither: check the run folder."
            .into(),
        "Times are those of the recording machine; a line of the log that was read later has the time of its appliance."
            .into(),
        "What an appliance did not show, log or answer is not on record.".into(),
    ];
    let limits = limits.into_iter().map(Item::new).collect();
    let mut blocks = vec![Block::Facts(facts), Block::Heading("Heads sent out (anchors)")];
    blocks.extend(anchors(&summary.anchors));
    blocks.extend([Block::Heading("What the record proves, and what not"), Block::List(limits)]);
    blocks.extend(summary.redacted.as_ref().map(redacted_names).into_iter().flatten());
    blocks
}

/// The heads that the notice command took while the run was recorded.
fn anchors(anchors: &[SentHead]) -> Vec<Block> {
    if anchors.is_empty() {
        return vec![Block::text("None on record: no notice command was set, or it took none.")];
    }
    let head = ["At", "Notice", ">After records", "Head (SHA-256)", ">Record"];
    let row = |sent: &SentHead| {
        let (notice, count) = (Prose::foreign(&sent.notice), grouped(sent.records));
        [Prose::at(sent.at), notice, count.into(), Prose::code(&sent.sha256), sent.record.into()]
    };
    let how = Prose::text(
        "The notice command took these heads; the notice of the end, sent after the last record, cannot be listed here. \
         Compare one with where it was kept (a mailbox, a ticket), then run ",
    );
    let how = how.and_code("drwatch verify --anchor HEAD").and(".");
    vec![Block::table(head, anchors.iter().map(row)), Block::Paragraph(how)]
}

/// The words of a redacted report, with the digests of what they replace.
fn redacted_names(redaction: &Redaction) -> [Block; 2] {
    let row = |word: &RedactedWord| [Prose::code(&word.word), Prose::code(&word.hmac_sha256)];
    let head = ["Word", "HMAC-SHA-256 of the name"];
    [Block::Heading("Redacted names"), Block::table(head, redaction.words.iter().map(row))]
}

fn ending(ending: Option<&Ending>) -> Prose {
    match ending {
        None => Prose::default(),
        Some(Ending::Quit) => Prose::text(", the engineer quit"),
        Some(Ending::Finished) => Prose::text(", everything was watched to its end"),
        Some(Ending::Signal { name }) => Prose::text(", on the signal ").and_foreign(name),
        Some(Ending::NeverConnected { reason }) => Prose::text(", never connected: ").and_foreign(reason),
    }
}
