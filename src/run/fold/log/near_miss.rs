//! Log lines that resemble a marker or an alarm without matching it: what they are is for the engineer to decide.

use super::prior_markers;
use crate::run::state::Run;
use crate::run::values::{
    Arrival, Code, FoundMarker, LogCitation, Marker, NearMiss, Phase, Record, Remedy, Role, Wording,
};

/// Open findings about near misses; beyond it the latest is reworded.
const MAX_OPEN_NEAR_MISSES: usize = 8;

pub(in crate::run) fn seen(run: &mut Run, record: &Record, of: &NearMiss, line: &LogCitation) {
    match of {
        NearMiss::Marker(marker) => {
            // Only a line followed as it was written has our own time; the stamp of any other is dated
            // by the appliance's clock.
            let received = (line.arrival == Arrival::Live).then_some(record.at);
            let found = FoundMarker { marker: *marker, stamp: line.stamp, raw: line.raw.clone(), near: true };
            // Where the change has happened already, the engineer has nothing to decide.
            if !is_past(run, *marker) {
                prior_markers::add(run, record, found, received);
            }
            of_marker(run, record, *marker, &line.raw);
        }
        NearMiss::Alarm(alarm) => {
            let text = format!(
                "This may be the alarm {alarm}, in a form that drwatch does not know; read it, and look at the \
                 appliance's own alarms: {}",
                line.raw
            );
            open(run, record, Code::AlarmNearMiss, Wording::attention(text));
        }
    }
}

pub(in crate::run) fn of_marker(run: &mut Run, record: &Record, marker: Marker, raw: &str) {
    let meaning = match marker {
        Marker::DownloadStarted => "begins stage 1",
        Marker::DownloadComplete => "ends stage 1",
        Marker::NamespaceComplete => "shows that the namespace is generated",
        Marker::RestoreSuccessful => "shows that the restore was successful",
        Marker::RestoreFailed => "shows that the restore failed",
    };
    let wording = if is_past(run, marker) {
        Wording::info(format!("A line like the one that {meaning} came after it, and changes nothing: {raw}"))
    } else {
        Wording::attention(format!(
            "This may be the line that {meaning}, in a form that drwatch does not know: '{raw}'. It changes no phase \
             unless you say that it is."
        ))
        .with(Remedy::ClaimMarkers)
    };
    open(run, record, Code::MarkerNearMiss, wording);
}

/// Opens a finding for each line, within bounds.
fn open(run: &mut Run, record: &Record, code: Code, wording: Wording) {
    let of_code = || run.open_findings().filter(|finding| finding.code == code);
    if of_code().any(|finding| finding.text == wording.text) {
        return;
    }
    if of_code().count() >= MAX_OPEN_NEAR_MISSES {
        run.raise(record, code, Some(Role::Dr), wording);
    } else {
        run.open_finding(record, code, Some(Role::Dr), wording);
    }
}

/// Whether the change that the marker shows has already happened.
fn is_past(run: &Run, marker: Marker) -> bool {
    let phase = run.phases.current;
    match marker {
        Marker::DownloadStarted => phase >= Phase::Stage1,
        Marker::DownloadComplete => phase >= Phase::Stage2,
        Marker::NamespaceComplete => phase >= Phase::InUse || run.final_lines.namespace.is_some(),
        Marker::RestoreSuccessful => phase >= Phase::InUse || run.final_lines.mounted.is_some(),
        Marker::RestoreFailed => phase >= Phase::InUse,
    }
}
