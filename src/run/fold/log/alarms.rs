//! Alarms in the log, and restarts of rfsd.

use crate::run::state::Run;
use crate::run::values::{
    Arrival, Code, Elapsed, Finding, Known, LogCitation, PauseInterval, Phase, Record, Role, Timestamp,
    Wording,
};

/// Open findings about alarms; beyond it the latest is reworded.
const MAX_OPEN_ALARMS: usize = 16;

/// An alarm. Its end is not logged, so it stays open until the engineer acknowledges it.
pub(in crate::run) fn alarm(run: &mut Run, record: &Record, alarm: &str, line: &LogCitation) {
    let wording = if line.arrival == Arrival::Earlier {
        Wording::info(format!("The log held the alarm {alarm} before this watch began: {}", line.raw))
    } else {
        let (what, to_do) = meaning(run, alarm);
        let wording = Wording::blocking(format!("{what} The line: '{}'.", line.raw), to_do);
        wording.until_settled(not_before_settled(run, alarm))
    };
    // The stamp is a part of the line.
    let is_same_line = |finding: &Finding| {
        finding.cited.as_ref().map_or("", |cited| &cited.raw) == line.raw
            && finding.severity == wording.severity
    };
    let is_same = |finding: &Finding| finding.code == Code::Alarm && is_same_line(finding);
    // A repeated line does not raise an alarm again that the engineer has acknowledged.
    let is_known = run.open_findings().any(is_same)
        || (line.arrival == Arrival::MayRepeat && run.findings.iter().any(is_same));
    let is_flood =
        run.open_findings().filter(|finding| finding.code == Code::Alarm).count() >= MAX_OPEN_ALARMS;
    if is_flood {
        run.raise(record, Code::Alarm, Some(Role::Dr), wording);
    } else if !is_known {
        run.open_finding(record, Code::Alarm, Some(Role::Dr), wording);
    }
}

/// What an alarm shows, as far as that is known, and what to do. The vendor documents no wording of alarms.
fn meaning(run: &Run, alarm: &str) -> (String, String) {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    let what = format!("{dr} logged the alarm {alarm}");
    let (what, to_do) = match alarm {
        // A pause keeps the data of deleted files, unless reclamation on the primary deletes it all the same.
        "cloud bucket inconsistent" if let Some(pause) = present_pause(run) => (
            format!(
                "{what}: data is missing in the bucket, although replication on {primary} has been paused since {}. \
                 Files deleted before that, reclamation on {primary} or another writer to the bucket may be the cause. \
                 Reclamation would show in the log of {primary} (not read here): lines with \"[gc\" that name a delete.",
                pause.from.in_words()
            ),
            format!("Stop all reading on {dr}, unmount its shares, keep the pause, call the vendor."),
        ),
        "cloud bucket inconsistent" => (
            format!("{what}. It does so when a file is read there whose data production has deleted."),
            format!(
                "Stop reading files on {dr}; confirm for each that it still exists on {primary} before it is read."
            ),
        ),
        "no space on filesystem" => (
            format!("{what}: it may not be able to store what it restores."),
            format!("Look at the space on {dr}; ask the vendor before you delete anything there."),
        ),
        _ => (format!("{what}."), format!("Look at the alarms on {dr} itself.")),
    };
    (what, if run.phases.current == Phase::Ended { after_the_test(run).to_owned() } else { to_do })
}

/// What the alarm forbids until its cause is settled. An acknowledgement puts nothing back into the bucket.
fn not_before_settled(run: &Run, alarm: &str) -> Option<String> {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    match alarm {
        "cloud bucket inconsistent" if present_pause(run).is_some() => {
            Some(format!("do not read files on {dr}"))
        }
        "cloud bucket inconsistent" => {
            Some(format!("before reading a file on {dr}, check that {primary} still has it"))
        }
        "no space on filesystem" => Some(format!("delete nothing on {dr} without the vendor")),
        _ => None,
    }
}

fn present_pause(run: &Run) -> Option<&PauseInterval> {
    run.replication.open_pause().filter(|_| run.replication.state == Known::Paused)
}

/// What is left to do about an alarm once nothing is read on the DR appliance any more: production goes on with the bucket.
const NO_RESUME: &str = "Do not resume; call the vendor.";
const RUNS_ALREADY: &str = "Call the vendor, and note what is known of its cause.";

fn after_the_test(run: &Run) -> &'static str {
    if run.replication.state == Known::Running { RUNS_ALREADY } else { NO_RESUME }
}

/// Updates what to do about the alarms that are open when the test ends.
pub(in crate::run) fn test_over(run: &mut Run) {
    let to_do = after_the_test(run);
    let is_concerned =
        |finding: &&mut Finding| finding.code == Code::Alarm && finding.is_open() && finding.to_do.is_some();
    for finding in run.findings.iter_mut().filter(is_concerned) {
        finding.text = format!("{} {to_do}", finding.what());
        finding.to_do = Some(to_do.to_owned());
    }
}

/// Forbids again what the alarms that are open forbid, as the test goes on.
pub(in crate::run) fn test_goes_on(run: &mut Run) {
    let name = run.name(Role::Dr);
    let is_concerned =
        |finding: &&mut Finding| matches!(finding.to_do.as_deref(), Some(NO_RESUME | RUNS_ALREADY));
    for finding in run.findings.iter_mut().filter(is_concerned) {
        let to_do = match &finding.until_settled {
            Some(forbidden) => format!("Until its cause is settled: {forbidden}."),
            None => format!("Look at the alarms on {name} itself."),
        };
        finding.text = format!("{} {to_do}", finding.what());
        finding.to_do = Some(to_do);
    }
}

/// A fall of the counter this shortly before a logged restart is attributed to it.
// A poll reads the fallen counter within seconds; the line about the restart may come with a batch of
// the log that was caught up.
const RESTART_MATCH_LIMIT: Elapsed = Elapsed::from_secs(120);

pub(in crate::run) fn restarted(run: &mut Run, record: &Record, before: u32, after: u32, line: &LogCitation) {
    run.log.rfsd = Some(after);
    // Written before the watch: it interrupts no count of this run.
    if line.arrival == Arrival::Earlier {
        return;
    }
    let reason = format!("rfsd was restarted: process {before} became {after}");
    let during = run.phases.current.during();
    let what = format!("rfsd was restarted {during}: process {before} became {after}");
    let wording = match run.phases.current {
        Phase::Stage1 => {
            note_restart(run, record.at, &reason);
            Wording::attention(format!("{what}; objects may be downloaded again."))
        }
        Phase::Stage2 | Phase::InUse => {
            Wording::attention(format!("{what}.")).advising("See why in the log.")
        }
        // Starting the service in this phase starts rfsd as well.
        Phase::Prepare | Phase::Ended => Wording::info(format!("{what}.")),
    };
    run.raise(record, Code::RfsdRestarted, Some(Role::Dr), wording);
}

/// Opens an epoch with the next reading, unless the fall explained by this restart was already seen.
fn note_restart(run: &mut Run, at: Timestamp, reason: &str) {
    // Taken, because one restart explains one fall.
    let explained = run.tracking.fell_at.take().is_some_and(|fell| at.since(fell) <= RESTART_MATCH_LIMIT);
    match run.download.epochs.last_mut().filter(|_| explained) {
        Some(epoch) => reason.clone_into(&mut epoch.reason),
        None => run.tracking.restart = Some(reason.to_owned()),
    }
}
