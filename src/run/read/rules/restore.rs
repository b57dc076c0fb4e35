//! Rules about the restore itself: its download, its stages and the lines that end them.

use crate::run::read::appliances::ThreadsFallen;
use crate::run::state::{Attachment, Run};
use crate::run::values::{Elapsed, Phase, Remedy, Role, Timestamp, Wording};

/// The two final lines come together; one alone is a finding after this time.
const FINAL_LINES_INTERVAL: Elapsed = Elapsed::from_secs(60);

/// Prior markers end no phase: only the engineer knows whether they belong to this test.
pub(super) fn prior_markers(run: &Run, _: Timestamp) -> Option<Wording> {
    run.has_undecided_markers().then(|| {
        Wording::attention(
            "The log holds stage markers that were written before this run began; they end no phase.",
        )
        .advising("Say which of them belong to this test, or that none does.")
        .with(Remedy::ClaimMarkers)
    })
}

/// If the service was up at the first reading, how far the restore is remains unknown.
pub(super) fn attached_late(run: &Run, _: Timestamp) -> Option<Wording> {
    let undecided = run.tracking.attachment != Attachment::InTime && run.phases.current == Phase::Prepare;
    undecided.then(|| {
        let searched = match run.tracking.attachment {
            Attachment::LateAndNotSearched => {
                " Its log was not searched for older stage markers: the search was refused, or not answered."
            }
            Attachment::InTime | Attachment::Late | Attachment::LateAndSearched => "",
        };
        Wording::attention(format!(
            "The service of {} was up already when the watch began: stage 1 may have begun, or be over.{searched}",
            run.name(Role::Dr)
        ))
        .advising("State by hand how far the restore is, unless the counter or the log shows it.")
        .with(Remedy::StateByHand)
    })
}

pub(super) fn failed(run: &Run, _: Timestamp) -> Option<Wording> {
    let record = run.failed?;
    // A statement has no line of the log to read.
    let (text, to_do) = if run.attestations.iter().any(|stated| stated.record == record) {
        (
            format!("The engineer stated that the restore failed; record {record} holds the statement."),
            "Write down what you saw, then call the vendor.",
        )
    } else {
        (
            format!("The restore failed; record {record} holds the evidence."),
            "Read that log line and those around it, then call the vendor.",
        )
    };
    Some(Wording::blocking(text, to_do))
}

pub(super) fn baseline_late(run: &Run, _: Timestamp) -> Option<Wording> {
    let baseline = run.download.baseline.as_ref().filter(|baseline| baseline.late)?;
    (run.phases.current > Phase::Prepare).then(|| {
        Wording::attention(format!(
            "The baseline {} was read only after the service had started, so objects downloaded before {} are not \
             counted.",
            baseline.value,
            baseline.at.in_words()
        ))
    })
}

pub(super) fn stalled(run: &Run, _: Timestamp) -> Option<Wording> {
    run.reported.stalled?;
    let begun = run.phases.started_at(Phase::Stage1);
    let since = run.download.last_rise.or(begun).unwrap_or(run.started_at).in_words();
    let downloaded = run.download.downloaded()?;
    Some(match run.expected() {
        // After a reset, objects may be counted twice, so a full count proves nothing.
        Some(expected) if downloaded >= expected && !run.download.was_reset() => Wording::attention(format!(
            "All {expected} objects are counted, but since {since} neither a GET nor the line that ends stage 1 has come."
        ))
        .advising("Look at the DR appliance's log."),
        _ => Wording::attention(format!(
            "Stage 1 has stalled: no GET since {since}, {downloaded} objects downloaded so far."
        ))
        .advising("Look at the DR appliance's log and its connection to the cloud."),
    })
}

pub(super) fn more_than_expected(run: &Run, _: Timestamp) -> Option<Wording> {
    let downloaded = run.download.downloaded().filter(|_| run.phases.current > Phase::Prepare)?;
    let expected = run.expected().filter(|expected| downloaded > *expected)?;
    Some(Wording::info(format!(
        "{downloaded} GETs were counted for {expected} expected objects: the counter counts every GET, retries and \
         others included."
    )))
}

pub(super) fn few_threads(run: &Run, _: Timestamp) -> Option<Wording> {
    let phase = run.phases.current;
    if let Some(fallen) = run.threads_fallen().filter(|_| phase <= Phase::Stage1) {
        let text = fallen_text(run, &fallen);
        return Some(Wording::attention(text).advising("Set them again.").with(Remedy::SetThreads));
    }
    // An inferred start is the earliest possible one, so a number read just after it may date from before the stage.
    // A number requested once the stage was known is the one it runs with.
    let is_of_the_stage = run.tracking.threads_asked_at >= run.tracking.download_known_at;
    let threads = run.threads.as_ref().filter(|_| phase == Phase::Stage1 && is_of_the_stage)?;
    let count = threads.reading.known()?;
    let wanted = run.started.settings.threads;
    (*count < wanted).then(|| {
        Wording::attention(format!(
            "{} downloads metadata with {count} replication threads; {wanted} are wanted and can make stage 1 more \
             than twice as fast.",
            run.name(Role::Dr)
        ))
        .with(Remedy::SetThreads)
    })
}

fn fallen_text(run: &Run, fallen: &ThreadsFallen) -> String {
    let name = run.name(Role::Dr);
    let ThreadsFallen { set, set_at, confirmed, read, .. } = fallen;
    let set_at = set_at.in_words();
    if *confirmed {
        format!(
            "{name} has fallen back to {read} replication threads; {set} were set and confirmed at {set_at}."
        )
    } else {
        format!(
            "{name} runs with {read} replication threads: the {set} accepted at {set_at}, before its service ran, did \
             not take effect."
        )
    }
}

pub(super) fn one_final_line(run: &Run, at: Timestamp) -> Option<Wording> {
    let missing = match (run.final_lines.namespace, run.final_lines.mounted) {
        (Some(_), None) => "restore namespace successful!",
        (None, Some(_)) => "Namespace generation phase complete",
        _ => return None,
    };
    let since = run.tracking.final_line_at?;
    // In a record that has ended no second line can come.
    let is_waiting = at.since(since) < FINAL_LINES_INTERVAL && run.ending.is_none();
    let is_due = run.phases.current < Phase::InUse && !is_waiting;
    is_due.then(|| {
        Wording::attention(format!(
            "Only one of the two lines that end stage 2 was logged; '{missing}' is missing."
        ))
        .advising("Look for it in the appliance's log.")
    })
}

pub(super) fn no_info_lines(run: &Run, _: Timestamp) -> Option<Wording> {
    run.reported.no_info_lines?;
    Some(Wording::attention(format!(
        "{} has logged no line of level INFO so far, and the lines that end the stages are of that level.",
        run.name(Role::Dr)
    ))
    .advising("Check the appliance's log level, or be ready to state the ends of the stages by hand."))
}

pub(super) fn log_lost(run: &Run, _: Timestamp) -> Option<Wording> {
    let (since, reason) = run.log.lost.as_ref().filter(|_| run.phases.current < Phase::Ended)?;
    Some(Wording::attention(format!(
        "The DR appliance's log cannot be read since {}: {reason}. The lines that end the stages cannot be seen until \
         it is back; it is retried all the time.",
        since.in_words()
    )))
}

pub(super) fn log_silent(run: &Run, _: Timestamp) -> Option<Wording> {
    run.reported.log_silent?;
    let since = run.log.last_at.map_or_else(|| "the watch began".to_owned(), |at| at.in_words().to_string());
    Some(Wording::attention(format!(
        "The GET counter of {} rises, but no line of its log has come since {since}. The log may have been rotated or \
         moved away from where it is followed.",
        run.name(Role::Dr)
    ))
    .advising("Look there, and state the ends of the stages by hand if it stays so.")
    .with(Remedy::StateByHand))
}
