//! Who stands for the record, and what the record itself is: its end, how it is checked, and what it cannot show.

use crate::report::document::phrases::{NOT_STATED, phase_title, signer_role, test_verdict};
use crate::report::document::table::Flush::Left;
use crate::report::document::{Block, Fact, Item, Level, Prose};
use crate::report::sections::verdict::stated;
use crate::report::value::{Report, Standing};
use crate::run::{Ending, EvidenceSource, RedactedWord, Redaction, SignOff, Signature, TestVerdict};
use crate::text::{exact_size, grouped, iso};

pub(in crate::report::sections) fn attestation(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let mut blocks = vec![Block::Facts(vec![Fact::new("Signed off", sign_off(summary.sign_off.as_ref()))])];
    blocks.push(Block::Heading("Statements in place of readings"));
    blocks.push(statements(report));
    blocks.push(Block::Heading("Signatures"));
    if summary.signatures.is_empty() {
        blocks.push(Block::text(format!("Signatures: {NOT_STATED}. Nobody has signed this record.")));
    } else {
        let head = [
            ("As", Left),
            ("Verdict", Left),
            ("Name", Left),
            ("Account", Left),
            ("At", Left),
            ("Notes", Left),
            ("Key", Left),
            ("Record", Left),
        ];
        blocks.push(Block::table(head, summary.signatures.iter().map(signature)));
        blocks.push(Block::text(
            "This page names the signatures; whether they hold is checked by `drwatch verify` alone.",
        ));
    }
    blocks
}

fn sign_off(signed: Option<&SignOff>) -> Prose {
    let Some(signed) = signed else { return Prose::text(NOT_STATED) };
    Prose::text(format!("{} by ", iso(signed.at)))
        .and_all(Prose::who(Some(&signed.user), signed.engineer.as_deref()))
        .citing(Some(signed.record))
        .and(": ")
        .and_foreign(&signed.text)
}

/// What counts because somebody said so.
fn statements(report: &Report) -> Block {
    let summary = &report.summary;
    let phases = summary.phases.iter().filter_map(|phase| {
        let evidence =
            phase.evidence.as_ref().filter(|evidence| evidence.source == EvidenceSource::Attested)?;
        let prose = Prose::text(format!("{}: ", phase_title(phase.name))).and_foreign(&evidence.raw);
        Some(Item::new(prose.with_source(Some(evidence.record))))
    });
    let replication = summary.replication.attested.then(|| {
        let prose = Prose::text("the state of replication where the record stands");
        Item::new(prose.with_source(report.sources.replication))
    });
    let items: Vec<_> = phases.chain(replication).collect();
    if items.is_empty() { Block::text("None: all of it was read or logged.") } else { Block::List(items) }
}

fn signature(signature: &Signature) -> [Prose; 8] {
    let statement = &signature.statement;
    let verdict = match statement.verdict {
        None => Prose::text(NOT_STATED),
        Some(verdict) => {
            let level = match verdict {
                TestVerdict::Passed => Level::Good,
                TestVerdict::Conditions => Level::Attention,
                TestVerdict::Failed => Level::Bad,
            };
            Prose::badge(level, test_verdict(verdict))
        }
    };
    [
        signer_role(statement.role).into(),
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
        (_, Some(at)) => Prose::text(iso(at)).and_all(ending(report.ending.as_ref())),
        (Standing::CutShort, None) => Prose::text("not on record: it was cut short"),
        (_, None) => Prose::text("not on record: it is still being made, or was cut short"),
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
        Fact::new("Record begins", iso(summary.started_at)),
        Fact::new("Record ends", ended),
        Fact::new("Log of the DR appliance", lines),
        Fact::new("Journal up to this report", head.and_code(&journal.head)),
        Fact::new(
            "To check that neither was changed since",
            Prose::code(format!("drwatch verify {}", summary.run)),
        ),
    ];
    let limits = [
        "The journal is a chain: each record holds the SHA-256 of the one before. A record changed, left out or added \
         later is found by `verify`, unless the whole chain behind it was made anew by somebody who can write the folder.",
        "That is found by a signature over the head with a key that the writer does not have, or by a head that was sent \
         out of the machine at the time. This page is neither.",
        "Times are those of the recording machine; a line of the log that was caught up has the time of its appliance.",
        "What an appliance did not show, log or answer is not on record.",
    ];
    let limits = limits.into_iter().map(Item::new).collect();
    let mut blocks = vec![
        Block::Facts(facts),
        Block::Heading("What the record can show, and what not"),
        Block::List(limits),
    ];
    blocks.extend(summary.redacted.as_ref().map(redacted_names).into_iter().flatten());
    blocks
}

/// The words of a redacted report, with the digests of what they replace.
fn redacted_names(redaction: &Redaction) -> [Block; 2] {
    let row = |word: &RedactedWord| [Prose::code(&word.word), Prose::code(&word.hmac_sha256)];
    let head = [("Word", Left), ("HMAC-SHA-256 of the name", Left)];
    [Block::Heading("Redacted names"), Block::table(head, redaction.words.iter().map(row))]
}

fn ending(ending: Option<&Ending>) -> Prose {
    match ending {
        None => Prose::default(),
        Some(Ending::Quit) => Prose::text(", the engineer quit"),
        Some(Ending::Finished) => Prose::text(", all there was to watch was seen"),
        Some(Ending::Signal { name }) => Prose::text(", on the signal ").and_foreign(name),
        Some(Ending::NeverConnected { reason }) => Prose::text(", never connected: ").and_foreign(reason),
    }
}
