//! Alarms in the log, and restarts of rfsd.

use crate::run::{
    state::Run,
    values::{Arrival, Code, Elapsed, Finding, LogCitation, Phase, Record, Role, Timestamp, Wording},
};

/// Alarms listed one by one; after that the latest is brought up to date.
const ALARMS_AT_ONCE: usize = 16;

/// An alarm. Nothing tells when it clears, so it stands until the engineer takes it on.
pub(in crate::run) fn alarm(run: &mut Run, record: &Record, alarm: &str, line: &LogCitation) {
    let says = if line.arrival == Arrival::Earlier {
        Wording::info(format!("Before this watch began the log told of the alarm {alarm}: {}", line.raw))
    } else {
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

/// A counter that fell this shortly before a restart shows in the log fell because of it.
const SAME_RESTART: Elapsed = Elapsed::from_secs(120);

pub(in crate::run) fn restarted(run: &mut Run, record: &Record, before: u32, after: u32, line: &LogCitation) {
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
