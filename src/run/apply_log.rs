//! What a record tells of the log and of the bucket: tallies, gaps, alarms, restarts, listings.

use super::{
    apply::push_bounded,
    apply_appliances::heard,
    count::{ByteCount, LogOffset},
    event::ListingCause,
    facts::Role,
    finding::{Code, Finding},
    findings::Wording,
    frozen,
    listing::BucketListing,
    log::{Arrival, Gap, LogCitation, LogTally},
    phase::Phase,
    record::Record,
    replication::Known,
    state::{ListingState, Run},
    time::{Elapsed, Timestamp},
};

/// A counter that fell this shortly before a restart shows in the log fell because of it.
const SAME_RESTART: Elapsed = Elapsed::from_secs(120);

pub(super) fn chunk(
    run: &mut Run,
    record: &Record,
    offset: LogOffset,
    bytes: ByteCount,
    tally: LogTally,
    received_at: Timestamp,
) {
    heard(run, record.at, Role::Dr);
    // Only the last line of a log that has ended is none by its bytes.
    run.log.is_ended |= bytes.0 == 0 && tally.lines.0 > 0;
    run.log.tally.add(tally);
    run.log.end = run.log.end.max(LogOffset(offset.0.saturating_add(bytes.0)));
    run.log.last_at = Some(record.at);
    if tally.may_repeat.0 == 0 {
        run.log.sure_at = Some(received_at);
    }
    if tally.lines.0 > 0 {
        // A line has come, so the log is at hand.
        run.log.lost = None;
        run.reported.log_silent = None;
    }
    if bytes.0 > 0
        && let Some(gap) = run.log.open_gap.take()
    {
        run.log.one_stretch_from = run.log.one_stretch_from.max(gap);
    }
    if tally.may_repeat.0 > 0 {
        run.log.one_stretch_from = run.log.one_stretch_from.max(offset);
    }
    run.tracking.chunk = Some((record.seq, record.at));
    if tally.info.0 > 0 {
        info_seen(run);
    }
    if tally.nul_bytes.0 > 0 {
        let bytes = if run.log.tally.nul_bytes.0 == 1 { "byte stands" } else { "bytes stand" };
        let text = format!(
            "{} NUL {bytes} in the log, which no program writes there on purpose. The lines around are read all the \
             same; others may be missing there.",
            run.log.tally.nul_bytes
        );
        run.raise(record, Code::NulBytes, Some(Role::Dr), Wording::info(text));
    }
    if tally.unparsed.0 > 0 {
        let text = format!(
            "{} of {} log lines are in no form drwatch knows; they are kept whole in dr.log.",
            run.log.tally.unparsed, run.log.tally.lines
        );
        run.raise(record, Code::UnparsedLines, Some(Role::Dr), Wording::info(text));
    }
}

/// Notes that the appliance does log lines of level INFO.
pub(super) fn info_seen(run: &mut Run) {
    run.tracking.info_seen = true;
    run.reported.no_info_lines = None;
}

pub(super) fn gap(run: &mut Run, record: &Record, gap: &Gap) {
    push_bounded(&mut run.log.gaps, &mut run.dropped.gaps, gap.clone());
    if gap.offset < run.log.end {
        run.log.one_stretch_from = run.log.one_stretch_from.max(gap.offset);
    } else {
        run.log.open_gap = Some(gap.offset);
    }
    let length = |gap: &Gap| gap.to.since(gap.from);
    let total = run.log.gaps.iter().map(length).fold(Elapsed::ZERO, Elapsed::saturating_add);
    let count = (run.log.gaps.len() as u64).saturating_add(run.dropped.gaps);
    let stretches = if count == 1 { "stretch" } else { "stretches" };
    let text = format!(
        "{count} {stretches} of the DR appliance's log, {total} in all, could not be had (last: {}). Look there for \
         missed lines on the appliance itself.",
        gap.reason
    );
    run.raise(record, Code::LogGap, Some(Role::Dr), Wording::attention(text));
}

/// An alarm. Nothing tells when it clears, so it stands until the engineer takes it on.
pub(super) fn alarm(run: &mut Run, record: &Record, alarm: &str, line: &LogCitation) {
    let says = if line.arrival == Arrival::Earlier {
        Wording::info(format!("Before this watch began the log told of the alarm {alarm}: {}", line.raw))
    } else {
        heard(run, record.at, Role::Dr);
        Wording::blocking(format!("The DR appliance raised the alarm {alarm}: {}", line.raw))
    };
    let is_same = |finding: &Finding| finding.code == Code::Alarm && finding.text == says.text;
    // A line that comes once more raises no alarm that the engineer has taken on already.
    let waits = run.open_findings().any(is_same)
        || (line.arrival == Arrival::MayRepeat && run.findings.iter().any(is_same));
    let is_flood =
        run.open_findings().filter(|finding| finding.code == Code::Alarm).count() >= ALARMS_AT_ONCE;
    if is_flood {
        run.raise(record, Code::Alarm, Some(Role::Dr), says);
    } else if !waits {
        run.open_finding(record, Code::Alarm, Some(Role::Dr), says);
    }
}

/// Alarms listed one by one; after that the latest is brought up to date.
const ALARMS_AT_ONCE: usize = 16;

pub(super) fn restarted(run: &mut Run, record: &Record, before: u32, after: u32, line: &LogCitation) {
    run.log.rfsd = Some(after);
    if line.arrival == Arrival::Earlier {
        return;
    }
    let reason = format!("rfsd was restarted: process {before} became {after}");
    let says = match run.phases.current {
        Phase::Stage1 => {
            note_restart(run, record.at, &reason);
            Wording::attention(format!("During stage 1 {reason}; objects may be downloaded again."))
        }
        Phase::Stage2 | Phase::InUse => {
            Wording::attention(format!("During {} {reason}. See why in the log.", run.phases.current.name()))
        }
        // The service is started in this phase, and rfsd with it.
        Phase::Prepare | Phase::Ended => {
            Wording::info(format!("In phase {} {reason}.", run.phases.current.name()))
        }
    };
    run.raise(record, Code::RfsdRestarted, Some(Role::Dr), says);
}

/// Opens an epoch with the next reading, unless the fall that this restart explains was seen before it.
fn note_restart(run: &mut Run, at: Timestamp, reason: &str) {
    let explained = run.tracking.fell_at.take().is_some_and(|fell| at.since(fell) <= SAME_RESTART);
    match run.download.epochs.last_mut().filter(|_| explained) {
        Some(epoch) => reason.clone_into(&mut epoch.reason),
        None => run.tracking.restart = Some(reason.to_owned()),
    }
}

/// A listing counts as final only where replication was known to be paused before it was begun.
pub(super) fn listing(
    run: &mut Run,
    record: &Record,
    listing: &BucketListing,
    cause: ListingCause,
    took: Elapsed,
) {
    let begun = run.listing_since.take().unwrap_or_else(|| {
        let took = i64::try_from(took.millis()).ok().and_then(chrono::TimeDelta::try_milliseconds);
        record.at.shifted(-took.unwrap_or_default())
    });
    let pause = run.replication.intervals.last().filter(|pause| pause.to.is_none());
    let paused = run.replication.state == Known::Paused && pause.is_some_and(|pause| pause.from <= begun);
    run.listing_refused = None;
    let provisional = cause == ListingCause::File || !paused;
    // One that the resume overtook says nothing of the bucket that was restored.
    let overtaken = cause == ListingCause::BeforeResume && provisional && run.listing.is_some();
    if !overtaken {
        let state =
            ListingState { listing: listing.clone(), at: record.at, record: record.seq, cause, provisional };
        frozen::listed(run, record, &state, begun);
        if !is_settled(run, provisional) {
            run.listing = Some(state);
        }
    }
    if cause != ListingCause::File {
        heard(run, record.at, Role::Primary);
    }
}

/// Whether what stage 1 had to download is known for good: a later listing tells of a later bucket.
fn is_settled(run: &Run, later_is_provisional: bool) -> bool {
    let present = run.listing.as_ref().filter(|_| run.phases.current > Phase::Stage1);
    present.is_some_and(|present| !present.provisional || later_is_provisional)
}

pub(super) fn hole(run: &mut Run, record: &Record, from: Timestamp, records: u64, reason: &str) {
    let text = match records {
        0 => format!(
            "The disk refused from {} on ({reason}); what was held in memory meanwhile is written now.",
            from.in_words()
        ),
        lost => {
            format!("The disk refused from {} on ({reason}), and {lost} records are lost.", from.in_words())
        }
    };
    run.raise(record, Code::RecordHole, None, Wording::attention(text));
}
