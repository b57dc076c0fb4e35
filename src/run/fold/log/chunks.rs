//! Chunks of the log and gaps in it.

use crate::run::state::{Run, push_bounded};
use crate::run::values::{
    ByteCount, Code, Elapsed, Gap, GapLengths, Length, Link, LogOffset, LogTally, Record, Role, Timestamp,
    Wording,
};

pub(in crate::run) fn chunk(
    run: &mut Run,
    record: &Record,
    offset: LogOffset,
    bytes: ByteCount,
    tally: LogTally,
    received_at: Timestamp,
) {
    // Only the last line of a log that has ended comes without bytes.
    run.log.is_ended |= bytes.0 == 0 && tally.lines.0 > 0;
    run.log.tally.add(tally);
    count_over_time(run, tally, received_at);
    // The larger: any record may follow any other, and the log never becomes shorter.
    run.log.end = run.log.end.max(LogOffset(offset.0.saturating_add(bytes.0)));
    run.log.last_at = Some(record.at);
    run.log.places.note(record.seq, record.at, run.log.end);
    // Lines that may be copies do not show that none is missing before them.
    if tally.may_repeat.0 == 0 {
        run.log.sure_at = Some(received_at);
    }
    if tally.lines.0 > 0 {
        // A line arrived, so the log can be read.
        run.log.lost = None;
        run.reported.log_silent = None;
    }
    // Behind a gap at the end of the log, the new stretch begins with the next byte, wherever that is.
    if bytes.0 > 0
        && let Some(gap) = run.log.open_gap.take()
    {
        run.log.one_stretch_from = run.log.one_stretch_from.max(gap);
    }
    // Nor do they surely continue the stretch before them.
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

/// What was missed is caught up with this soon after a connection stands again.
const CATCH_UP_TAKES: Elapsed = Elapsed::from_secs(10);

/// Counts lines in the time in which they were written.
fn count_over_time(run: &mut Run, tally: LogTally, received_at: Timestamp) {
    if tally.lines.0 == 0 {
        return;
    }
    let followed_until = run.tracking.log_followed_until;
    run.log.silences.interrupt(received_at, followed_until);
    // Lines from before the watch, and possible copies, were written at an unknown earlier time.
    let lines = tally.lines.0.saturating_sub(tally.earlier.0.max(tally.may_repeat.0));
    let back = run.dr.link_since;
    let is_back = run.started.log.is_none() && run.dr.link == Link::Connected;
    let missed_since =
        followed_until.filter(|until| *until < back && received_at.since(back) <= CATCH_UP_TAKES);
    match missed_since.filter(|_| is_back) {
        // Counted at once they would hide the rest of the night.
        Some(since) => run.log.activity.add_between(lines, since, received_at),
        None => run.log.activity.add(lines, received_at),
    }
}

pub(in crate::run) fn info_seen(run: &mut Run) {
    run.tracking.info_seen = true;
    run.reported.no_info_lines = None;
}

pub(in crate::run) fn gap(run: &mut Run, record: &Record, gap: &Gap) {
    // Lines of the gap may have been written at any time in it.
    let heard = run.log.silences.since().map_or(gap.from, |since| since.max(gap.from));
    run.log.silences.interrupt(record.at, Some(heard));
    let recorded = Gap { record: Some(record.seq), ..gap.clone() };
    push_bounded(&mut run.log.gaps, &mut run.dropped.gaps, recorded);
    // A gap at the very end has no lines after it yet, so the stretch before it is still whole.
    if gap.offset < run.log.end {
        run.log.one_stretch_from = run.log.one_stretch_from.max(gap.offset);
    } else {
        run.log.open_gap = Some(gap.offset);
    }
    // What the appliance logs after the test bears on nothing that was tested. Such a gap stays in the list of gaps, and
    // its part before the end counts for the criteria. But the end of the watch must not open a finding behind the
    // signature of whoever has settled them all, nor one about a part that an earlier gap has covered.
    let over = run.test_over_at();
    let in_test = || run.log.gaps.iter().rev().filter_map(|gap| gap.before(over));
    let total = length_of_all(in_test());
    let is_settled = || {
        let adds_nothing = gap.before(over).is_none() || length_of_all(in_test().skip(1)) == total;
        run.signed_off.is_some() || adds_nothing
    };
    if over.is_some_and(|over| gap.to > over) && is_settled() {
        return;
    }
    let count = (in_test().count() as u64).saturating_add(run.dropped.gaps);
    let stretches = if count == 1 { "stretch" } else { "stretches" };
    let in_test = run.log.gaps.iter().filter(|gap| gap.before(over).is_some());
    let lengths = GapLengths::of(in_test).counted(total);
    let text = format!(
        "{count} {stretches} of the DR appliance's log, {lengths}, could not be read. The last one: {}.",
        gap.reason
    );
    let wording = Wording::attention(text).advising("Look on the appliance itself for the missed lines.");
    run.raise(record, Code::LogGap, Some(Role::Dr), wording);
}

/// How long stretches are together, of which the one that ends last comes first; what several cover is counted once.
fn length_of_all(stretches: impl Iterator<Item = (Timestamp, Timestamp)>) -> Length {
    let mut covered_from: Option<Timestamp> = None;
    stretches.fold(Length::ZERO, |total, (from, to)| {
        let to = covered_from.map_or(to, |covered| covered.min(to));
        covered_from = Some(covered_from.map_or(from, |covered| covered.min(from)));
        // Of a stretch that lies within a later one nothing is left.
        if to > from { total.saturating_add(to.length_since(from)) } else { total }
    })
}
