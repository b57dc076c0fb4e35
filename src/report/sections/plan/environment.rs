//! What took part: the appliances, their versions and keys, the bucket, the dialect; and whether all was ready.

use crate::report::document::phrases::{objects, severity};
use crate::report::document::table::{UNKNOWN, known};
use crate::report::document::{Block, Fact, Level, Prose};
use crate::report::value::Report;
use crate::run::{
    EvidenceSource, FindingSeverity, Identity, Phase, PreflightCode, PreflightItem, PreflightRecord,
    PreflightState, PreflightVerdict, Summary, Timestamp,
};
use crate::text::{exact_size, grouped};

pub(in crate::report::sections) fn environment(report: &Report) -> Vec<Block> {
    let versions = &report.summary.versions;
    let mut blocks = vec![Block::Heading("Appliances")];
    let (primary, dr) = (versions.primary.as_ref(), versions.dr.as_ref());
    let sources = report.trail.identified;
    blocks.push(identities([("Primary", primary, sources.0), ("DR appliance", dr, sources.1)]));
    let confirmed = match report.sources.confirmed {
        Some(record) => Prose::text("by the engineer").citing(Some(record)),
        None => Prose::text("not on record"),
    };
    blocks.push(Block::Facts(vec![
        Fact::new("Pair confirmed", confirmed),
        Fact::new("drwatch", Prose::code(&versions.drwatch)),
        Fact::new("Dialect, SHA-256", Prose::code(&versions.dialect)),
    ]));
    blocks.push(Block::Heading("Bucket"));
    blocks.extend(bucket(&report.summary));
    blocks
}

type Identified<'i> = (&'static str, Option<&'i Identity>, Option<crate::run::Sequence>);

fn identities(appliances: [Identified<'_>; 2]) -> Block {
    let part = |title: &'static str, of: fn(&Identity) -> Option<String>| {
        let shown = |identity: Option<&Identity>| match identity {
            None => Prose::text(UNKNOWN),
            Some(identity) => of(identity).map_or_else(|| Prose::text(UNKNOWN), Prose::code),
        };
        let [primary, dr] = appliances.map(|(_, identity, _)| shown(identity));
        [title.into(), primary, dr]
    };
    let keys = |identity: &Identity| {
        Some(identity.keys().iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
            .filter(|keys| !keys.is_empty())
    };
    let [primary, dr] = appliances.map(|(_, identity, record)| match (identity, record) {
        (None, _) => Prose::text("never identified"),
        (Some(_), Some(record)) => record.into(),
        (Some(_), None) => Prose::text("–"),
    });
    let is_simulated = appliances.iter().any(|(_, identity, _)| identity.is_some_and(|it| it.simulated));
    let simulated = is_simulated.then(|| {
        part("simulated by drwatch", |identity| {
            identity.simulated.then(|| "yes, no real appliance".to_owned())
        })
    });
    let rows = [
        part("host name", |identity| identity.hostname.clone()),
        part("product", |identity| identity.product.clone()),
        part("release", |identity| identity.release.clone()),
        part("model", |identity| identity.model.clone()),
        part("serial number", |identity| identity.serial.clone()),
        part("SSH host keys", keys),
        part("bucket", |identity| identity.bucket.clone()),
        ["identified by record".into(), primary, dr],
    ];
    let rows = simulated.into_iter().chain(rows);
    Block::table(["", "Primary", "DR appliance"], rows)
}

fn bucket(summary: &Summary) -> Vec<Block> {
    let bucket = &summary.bucket;
    if bucket.entries.is_none() {
        return vec![Block::text("Unknown: no bucket listing is on record.")];
    }
    let row = |title: &str, count| [Prose::text(title), objects(count).into()];
    let mut rows = vec![
        row("slabs (data)", bucket.slabs),
        row("maps (pointer maps)", bucket.maps),
        row("rbtmds (metadata files)", bucket.rbtmds),
    ];
    rows.extend(bucket.other.iter().map(|(name, count)| [Prose::foreign(name), grouped(count.0).into()]));
    rows.push(row("in no listed class", bucket.unclassified));
    rows.push(row("entries in all", bucket.entries));
    let reliability = match bucket.provisional {
        Some(false) => Prose::text("taken after a confirmed pause of replication"),
        Some(true) => Prose::strong("provisional").and(", replication was not confirmed paused before it"),
        None => Prose::text("whether replication was paused before it is unknown"),
    };
    let name = bucket.name.as_ref().map_or_else(|| Prose::text(UNKNOWN), Prose::code);
    vec![
        Block::table(["Objects", ">Count"], rows),
        Block::Facts(vec![
            Fact::new("Name", name),
            Fact::new("Size", known(bucket.bytes, exact_size)),
            Fact::new("Listing", reliability.citing(bucket.record)),
        ]),
    ]
}

pub(in crate::report::sections) fn readiness(report: &Report) -> Vec<Block> {
    let Some(preflight) = &report.summary.preflight else {
        return vec![Block::text("No pre-flight is on record.")];
    };
    let count = |state| preflight.items.iter().filter(|item| item.state == state).count();
    let unready = preflight
        .items
        .iter()
        .filter(|item| !matches!(item.state, PreflightState::Ok | PreflightState::Info));
    let rows: Vec<_> = unready
        .map(|item| {
            [
                item_state(item),
                Prose::code(item.code.name()),
                Prose::foreign(&item.text),
                Prose::records(&item.evidence),
            ]
        })
        .collect();
    let mut blocks = vec![
        Block::Paragraph(preflight_verdict(preflight, &report.summary)),
        Block::text(format!(
            "Of {} items {} were as required; appendix A lists all of them.",
            preflight.items.len(),
            count(PreflightState::Ok)
        )),
    ];
    if !rows.is_empty() {
        let head = ["State", "Item", "What was found", ">Record"];
        blocks.push(Block::table(head, rows));
    }
    blocks
}

/// Whether stage 1 began, be it unknown when.
fn has_begun(summary: &Summary) -> bool {
    summary.phase(Phase::Stage1).is_some_and(|phase| phase.evidence.is_some() || phase.ended_at.is_some())
}

fn preflight_verdict(preflight: &PreflightRecord, summary: &Summary) -> Prose {
    let level = match preflight.verdict {
        PreflightVerdict::Go => Level::Good,
        PreflightVerdict::NoGo => Level::Bad,
    };
    let prose = Prose::badge(level, preflight.verdict.word().to_uppercase())
        .and(" at ")
        .and_at(preflight.at)
        .citing(Some(preflight.record));
    match preflight.stale_since {
        None if had_started(preflight) => prose.and("; judged when the DR service already ran."),
        None if start_of_stage_1(summary).is_none() && has_begun(summary) => {
            prose.and("; when stage 1 began is unknown.")
        }
        None if start_of_stage_1(summary).is_none() => {
            prose.and("; nothing it rests on changed before the end of the record. Stage 1 did not begin.")
        }
        None => match stated_start(summary) {
            Some(begun) if begun < preflight.at => {
                prose.and("; later than the start of stage 1 that was stated, ").and_at(begun).and(".")
            }
            Some(_) => prose.and("; nothing it rests on changed before stage 1 was stated to have begun."),
            None => prose.and("; nothing it rests on changed before the DR service was started."),
        },
        Some(record) => prose
            .and("; out of date since")
            .citing(Some(record))
            .and(", which changed something it rests on."),
    }
}

/// When stage 1 began, where that was not read but stated.
fn stated_start(summary: &Summary) -> Option<Timestamp> {
    let evidence = summary.phase(Phase::Prepare)?.evidence.as_ref()?;
    start_of_stage_1(summary).filter(|_| evidence.source == EvidenceSource::Attested)
}

fn start_of_stage_1(summary: &Summary) -> Option<Timestamp> {
    summary.phase(Phase::Prepare)?.ended_at
}

/// Whether the DR service was seen to be up, or not seen at all, when the verdict was made.
fn had_started(preflight: &PreflightRecord) -> bool {
    let mut items = preflight.items.iter();
    items.any(|item| item.code == PreflightCode::Service && item.state != PreflightState::Ok)
}

pub(in crate::report::sections) fn item_state(item: &PreflightItem) -> Prose {
    match item.state {
        PreflightState::Ok => Prose::text("ok"),
        PreflightState::Info => Prose::text("info"),
        PreflightState::Unknown => Prose::strong("unknown"),
        PreflightState::Attention => severity(FindingSeverity::Attention),
        PreflightState::Blocking => severity(FindingSeverity::Blocking),
    }
}
