//! Sections of figures: phases, bucket, download, appliances, the record itself.

use crate::report::escape::{code, prose, visible};
use crate::report::table::Flush::{Left, Right};
use crate::report::table::{UNKNOWN, known, table};
use crate::run::{
    DownloadSummary, Epoch, Evidence, EvidenceSource, GetCount, Identity, ObjectCount, Phase, PhaseSummary,
    Precision, Summary,
};
use crate::text::{exact_size, grouped, iso, percent, rate_to_tenth};

/// Shown where the begin or end of a phase was not observed.
const NOT_SEEN: &str = "–";

pub(in crate::report) fn phases(summary: &Summary) -> String {
    let head = [("Phase", Left), ("Began", Left), ("Ended", Left), ("Length", Right), ("End known by", Left)];
    let rows: Vec<_> = summary.phases.iter().map(phase_row).collect();
    let evidence: String = summary.phases.iter().map(phase_evidence).collect();
    format!("## Phases\n\n{}\nEvidence:\n\n{evidence}", table(head, &rows))
}

fn phase_row(phase: &PhaseSummary) -> [String; 5] {
    let seen = |at: Option<_>| at.map_or(NOT_SEEN.to_owned(), iso);
    let over = phase.ended_at.is_some() || phase.precision == Precision::Unobserved;
    let begun = phase.started_at.is_some() || over;
    let ended = if over { known(phase.ended_at, iso) } else { NOT_SEEN.to_owned() };
    let lasted = if begun { known(phase.seconds, |length| length) } else { NOT_SEEN.to_owned() };
    let source = phase.evidence.as_ref().map(|evidence| evidence.source);
    let end = match (phase.precision, source) {
        (_, _) if !over && phase.seconds.is_some() => "still on",
        (_, _) if !over => NOT_SEEN,
        (Precision::Unobserved, _) | (_, None) => "not observed",
        (Precision::Estimated, Some(EvidenceSource::Log)) => "log, time estimated",
        (_, Some(EvidenceSource::Log)) => "log",
        (_, Some(EvidenceSource::Counter)) => "counter, time estimated",
        (_, Some(EvidenceSource::Attested)) => "statement",
    };
    [phase_title(phase.name).to_owned(), seen(phase.started_at), ended, lasted, end.to_owned()]
}

const fn phase_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Stage1 => "stage 1, metadata download",
        Phase::Stage2 => "stage 2, namespace generation",
        Phase::InUse => "in use",
        Phase::Ended => "ended",
    }
}

fn phase_evidence(phase: &PhaseSummary) -> String {
    let name = phase_title(phase.name);
    let Some(Evidence { record, source, raw, .. }) = &phase.evidence else {
        return format!("- {name}: none on record\n");
    };
    let source = match source {
        EvidenceSource::Log => "log line",
        EvidenceSource::Counter => "inferred from the GET counter",
        EvidenceSource::Attested => "stated by the engineer",
    };
    format!("- {name}: {source}, record {record}:\n  {}\n", code(raw))
}

pub(in crate::report) fn bucket(summary: &Summary) -> String {
    let bucket = &summary.bucket;
    if bucket.entries.is_none() {
        return "## Bucket\n\nUnknown: no bucket listing is on record.\n".to_owned();
    }
    let row = |title: &str, count: Option<ObjectCount>| [title.to_owned(), objects(count)];
    let mut rows = vec![
        row("slabs (data)", bucket.slabs),
        row("maps (pointer maps)", bucket.maps),
        row("rbtmds (metadata files)", bucket.rbtmds),
    ];
    rows.extend(bucket.other.iter().map(|(name, count)| [prose(name), grouped(count.0)]));
    rows.push(row("in no listed class", bucket.unclassified));
    rows.push(row("entries in all", bucket.entries));
    let reliability = match bucket.provisional {
        Some(false) => "taken after a confirmed pause of replication",
        Some(true) => "**provisional**, replication was not confirmed paused before it",
        None => "whether replication was paused before it is unknown",
    };
    let source =
        bucket.record.map_or_else(|| "no record cited".to_owned(), |record| format!("record {record}"));
    format!(
        "## Bucket\n\n{}\n- Name: {}\n- Size: {}\n- Listing: {source}, {reliability}\n",
        table([("Objects", Left), ("Count", Right)], &rows),
        known(bucket.name.as_deref(), code),
        known(bucket.bytes, exact_size),
    )
}

fn objects(count: Option<ObjectCount>) -> String {
    known(count, |count| grouped(count.0))
}

pub(in crate::report) fn download(summary: &Summary) -> String {
    let download = &summary.download;
    let counter = |count: Option<GetCount>| known(count, |count| grouped(count.0));
    let rate = |rate: Option<f64>| known(rate.and_then(rate_to_tenth), |rate| rate);
    let late = match download.baseline_late {
        Some(true) => " (late: read only after the service had started, the first GETs may be missing)",
        _ => "",
    };
    let lines = [
        "## Metadata download\n".to_owned(),
        arithmetic(download),
        format!("- Baseline of the GET counter: {}{late}", counter(download.baseline)),
        format!("- Last reading: {}{}", counter(download.counter), later(summary)),
        format!("- Downloaded: {}", downloaded(download)),
        format!("- Expected, maps + rbtmds: {}", expected(summary)),
        format!("- Mean rate over stage 1: {}", rate(download.mean_per_second)),
        format!("- Peak rate: {}", rate(download.peak_per_second)),
        format!("- Replication threads, last reading: {}", known(summary.threads, |threads| threads)),
    ];
    lines.join("\n") + "\n"
}

/// How much of the last reading came when stage 1 was over, and so is in no other figure.
fn later(summary: &Summary) -> String {
    let is_over = summary.phases.iter().any(|phase| phase.name == Phase::Stage1 && phase.ended_at.is_some());
    let counted = summary.download.epochs.last().filter(|_| is_over).map(|epoch| epoch.last.0);
    let later = summary.download.counter.zip(counted).and_then(|(last, counted)| last.0.checked_sub(counted));
    later.filter(|later| *later > 0).map_or_else(String::new, |later| {
        format!(", of which {} came after stage 1 and are not counted below", grouped(later))
    })
}

/// The subtraction behind the figure of downloads, epoch by epoch.
fn arithmetic(download: &DownloadSummary) -> String {
    if download.baseline.is_none() {
        return "Downloads cannot be counted: no baseline of the GET counter is on record.\n".to_owned();
    }
    let Some(downloaded) = download.downloaded else {
        return "Nothing is counted as downloaded before stage 1 has begun.\n".to_owned();
    };
    let mut lines: Vec<_> = download.epochs.iter().map(epoch_line).collect();
    let resets = lines.len().saturating_sub(1);
    if resets > 0 {
        let times = if resets == 1 { "once".to_owned() } else { format!("{resets} times") };
        lines.push(format!("    in all: {}\n", grouped(downloaded.0)));
        lines.push(format!(
            "The counter was reset {times}. Objects may have been downloaded twice, so no\npercentage is given."
        ));
    }
    lines.join("\n") + "\n"
}

fn epoch_line(epoch: &Epoch) -> String {
    let [last, first] = [epoch.last, epoch.first].map(|count| grouped(count.0));
    format!("    {last} - {first} = {}   ({})", grouped(epoch.rise()), visible(&epoch.reason))
}

fn downloaded(download: &DownloadSummary) -> String {
    let part = match (download.downloaded, download.expected) {
        (Some(done), Some(expected)) if download.epochs.len() == 1 => percent(done.0, expected.0),
        _ => None,
    };
    let count = objects(download.downloaded);
    part.map_or(count.clone(), |part| format!("{count} ({part} of those expected)"))
}

fn expected(summary: &Summary) -> String {
    let sum = match (summary.bucket.maps, summary.bucket.rbtmds) {
        (Some(maps), Some(rbtmds)) => format!("{} + {} = ", grouped(maps.0), grouped(rbtmds.0)),
        _ => String::new(),
    };
    let provisional = if summary.bucket.provisional == Some(true) { " (provisional)" } else { "" };
    known(summary.download.expected, |count| format!("{sum}{}{provisional}", grouped(count.0)))
}

pub(in crate::report) fn appliances(summary: &Summary) -> String {
    let versions = &summary.versions;
    format!(
        "## Appliances and versions\n\n{}{}- drwatch: {}\n- Dialect, SHA-256:\n  {}\n",
        appliance("Primary", versions.primary.as_ref()),
        appliance("DR appliance", versions.dr.as_ref()),
        code(&versions.drwatch),
        code(&versions.dialect),
    )
}

fn appliance(title: &str, identity: Option<&Identity>) -> String {
    let Some(identity) = identity else {
        return format!("- {title}: {UNKNOWN}, it never identified itself\n");
    };
    let part =
        |name: &str, value: &Option<String>| format!("  - {name}: {}\n", known(value.as_deref(), code));
    [
        format!("- {title}:\n"),
        part("host name", &identity.hostname),
        part("product", &identity.product),
        part("release", &identity.release),
        part("model", &identity.model),
        part("serial number", &identity.serial),
        part("SSH host keys", &Some(identity.keys().join(", ")).filter(|keys| !keys.is_empty())),
        part("bucket", &identity.bucket),
        if identity.simulated {
            "  - **simulated by drwatch, no real appliance**\n".to_owned()
        } else {
            String::new()
        },
    ]
    .concat()
}

pub(in crate::report) fn record(summary: &Summary) -> String {
    let (log, journal) = (&summary.log, &summary.journal);
    format!(
        "## Record\n\n- Log of the DR appliance: {} lines, {}, of which {} lines in no known form\n\
         - Journal up to this report: {} records, the last with SHA-256\n  {}\n\
         - To check that neither was changed since: {}\n",
        grouped(log.lines.0),
        exact_size(log.bytes),
        grouped(log.unparsed.0),
        grouped(journal.records),
        code(&journal.head),
        code(&format!("drwatch verify {}", summary.run)),
    )
}
