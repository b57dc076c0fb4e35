//! The start of stage 1, inferred from the GET counter.

use super::{get_counter, phase_changes};
use crate::run::read::appliances::pair;
use crate::run::state::{Run, ServiceSeen};
use crate::run::values::{
    Answer, Change, Code, Evidence, EvidenceSource, GetCount, Phase, Precision, Record, Wording, grouped,
};

/// Applies a counter reading, which before stage 1 may show that it has begun.
pub(in crate::run) fn counter_read(run: &mut Run, record: &Record, answer: &Answer<GetCount>) {
    get_counter::read(run, record, answer);
    if answer.reading.known().is_some() {
        infer(run, record);
    }
}

/// Infers that stage 1 has begun from successive rises while the service runs.
pub(in crate::run) fn infer(run: &mut Run, record: &Record) {
    let ServiceSeen::Running { since } = run.tracking.service else { return };
    // The counter of a production appliance rises all the time: a swapped pair would begin stage 1 at once.
    if run.phases.current != Phase::Prepare || pair::roles_swapped(run) || pair::same_machine(run) {
        return;
    }
    let Some(rises) = run.tracking.rises.as_ref().filter(|rises| rises.suggests_start()) else {
        return;
    };
    let started = if run.tracking.read_before_service {
        Some(rises.from.at)
    } else {
        // Without a reading from before the service, the first
        // GETs may be missing, but none came before its start.
        since.map(|since| since.min(rises.from.at))
    };
    let evidence = Evidence {
        record: rises.readings.last().map_or(record.seq, |reading| reading.record),
        source: EvidenceSource::Counter,
        raw: run.tracking.counter_raw.clone(),
        offset: None,
    };
    let text = format!(
        "Stage 1 has begun (estimated): the service runs and the GET counter rose {} times in a row above {}. \
         No log line confirms it.",
        rises.count,
        grouped(rises.from.value.0)
    );
    run.tracking.stage_1_from = Some(rises.from.record).filter(|_| started == Some(rises.from.at));
    run.tracking.stage_1_by = rises.readings.first().map(|first| first.at);
    run.raise(record, Code::StageInferred, None, Wording::info(text));
    let at = started.map(|started| phase_changes::limited_to_history(run, started, record.at));
    phase_changes::begin_download(run, &Change { at, precision: Precision::Estimated, evidence });
}
