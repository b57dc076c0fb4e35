//! What the stages of the restore rest on where a person stated them, and what was read against that.

use super::progress::{Progress, progress};
use crate::run::state::{Attestation, Run};
use crate::run::values::{
    Contradiction, EvidenceSource, Grounds, Link, ObjectCount, Phase, ReadAgainst, Reading, Role,
    ServiceState, SpeaksAgainst, Statement, Timestamp,
};

/// What was read by now that speaks against `statement`, made at `at`. Replication is judged by its next reading instead.
pub(in crate::run) fn read_against(run: &Run, statement: Statement, at: Timestamp) -> Vec<ReadAgainst> {
    let is_of_restore = matches!(
        statement,
        Statement::DownloadBegun
            | Statement::DownloadOver
            | Statement::NamespaceOver
            | Statement::RestoredUsable
    );
    let service = run.dr.service.as_ref().filter(|_| is_of_restore).filter(|service| {
        matches!(service.reading, Reading::Known(ServiceState::Stopped) | Reading::ServiceDown)
    });
    let stopped = service.map(|service| ReadAgainst {
        what: Contradiction::ServiceStopped,
        at: service.at,
        record: Some(service.record),
    });
    // A log that leaves out INFO lines shows the end of nothing.
    let is_against_log = statement == Statement::NamespaceOver
        && run.phase() < Phase::InUse
        && run.tracking.info_seen
        && follows_log(run)
        && !shows_end(run);
    let unlogged = is_against_log.then(|| ReadAgainst {
        what: Contradiction::LogWithoutEnd,
        at,
        record: run.tracking.chunk.map(|(record, _)| record),
    });
    stopped.into_iter().chain(unlogged).collect()
}

/// Whether the log of the DR appliance is followed at this moment.
pub(in crate::run) fn follows_log(run: &Run) -> bool {
    let log = &run.log;
    run.dr.link == Link::Connected && log.followed && log.away_since.is_none() && log.lost.is_none()
}

/// Whether both lines that end stage 2 were logged.
pub(in crate::run) const fn shows_end(run: &Run) -> bool {
    run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some()
}

/// What the end of `phase` rests on; the end of the preparation is the start of stage 1. [`Grounds::Read`] where it has not
/// ended.
pub(in crate::run) fn grounds_of_end(run: &Run, phase: Phase) -> Grounds {
    let is_stated = run.is_stage_complete(phase)
        && run
            .phases
            .span(phase)
            .and_then(|span| span.evidence.as_ref())
            .is_some_and(|evidence| evidence.source == EvidenceSource::Attested);
    match (is_stated, ended_against(run, phase).is_empty()) {
        (false, _) => Grounds::Read,
        (true, true) => Grounds::Stated,
        (true, false) => Grounds::Doubted,
    }
}

/// What speaks against the statement by which `phase` ended; nothing where it was read to end.
pub(in crate::run) fn ended_against(run: &Run, phase: Phase) -> Vec<SpeaksAgainst> {
    let Some(stated) = stated_end(run, phase) else { return Vec::new() };
    // Whatever was read before, the log shows that it came true.
    if phase == Phase::Stage2 && shows_end(run) {
        return Vec::new();
    }
    let mut against = Vec::new();
    if phase == Phase::Prepare {
        // What came of the restore can only have come after its start.
        let downloaded = run.download.downloaded().is_some_and(|downloaded| downloaded.0 > 0);
        against.extend(service_against(run, stated).filter(|_| !downloaded));
        return against;
    }
    against.extend(missing(run));
    against.extend(service_against(run, stated));
    if stated.against.iter().any(|read| read.what == Contradiction::LogWithoutEnd) {
        let text = format!(
            "the log of {} was followed and did not show the two lines that end stage 2",
            run.name(Role::Dr)
        );
        let record = stated.against.iter().find(|read| read.what == Contradiction::LogWithoutEnd);
        against.push(SpeaksAgainst { text, record: record.and_then(|read| read.record) });
    }
    against
}

/// What speaks against the statement that the namespace was restored.
pub(in crate::run) fn restored_against(run: &Run) -> Vec<SpeaksAgainst> {
    ended_against(run, Phase::Stage2)
}

/// The statement by which `phase` ended, where it ended by one.
fn stated_end(run: &Run, phase: Phase) -> Option<&Attestation> {
    let span = run.phases.span(phase).filter(|_| run.is_stage_complete(phase))?;
    let by = span.evidence.as_ref().filter(|evidence| evidence.source == EvidenceSource::Attested)?;
    run.attestations.iter().find(|stated| stated.record == by.record)
}

/// That the service of the DR appliance was stopped when `stated` was, and not read to run since.
pub(in crate::run) fn service_against(run: &Run, stated: &Attestation) -> Option<SpeaksAgainst> {
    let read = stated.against.iter().find(|read| read.what == Contradiction::ServiceStopped)?;
    let runs_since = run.tracking.service_up.is_some_and(|up| up > stated.record);
    let (dr, at) = (run.name(Role::Dr), read.at.in_words());
    (!runs_since).then(|| SpeaksAgainst {
        text: format!("the service of {dr} was read as stopped at {at} and not as running after that"),
        record: read.record,
    })
}

/// Fewer objects counted than the bucket holds.
pub(in crate::run) struct Short {
    pub(in crate::run) downloaded: ObjectCount,
    pub(in crate::run) expected: ObjectCount,
}

/// What is counted of the restore, where that is not all.
fn short(run: &Run) -> Option<Short> {
    let Progress::Counted { downloaded, expected } = progress(run) else { return None };
    // After a late baseline the first objects are not in the count.
    let is_whole = run.download.baseline.as_ref().is_some_and(|baseline| !baseline.late);
    (is_whole && downloaded < expected).then_some(Short { downloaded, expected })
}

/// What is counted by now although stage 1, or the restore, was stated to be over, where that is not all and the log does
/// not show the end.
pub(in crate::run) fn short_of_stated(run: &Run) -> Option<Short> {
    let stage = run.phases.span(run.phase()).filter(|span| span.phase > Phase::Stage1)?;
    let is_stated =
        stage.evidence.as_ref().is_some_and(|evidence| evidence.source == EvidenceSource::Attested);
    short(run).filter(|_| is_stated && !shows_end(run))
}

/// That fewer objects were counted than the bucket holds.
fn missing(run: &Run) -> Option<SpeaksAgainst> {
    let Short { downloaded, expected } = short(run)?;
    Some(SpeaksAgainst {
        text: format!(
            "{} of {} objects ({} %) were counted on {}",
            downloaded.grouped(),
            expected.grouped(),
            progress(run).percent().unwrap_or_default(),
            run.name(Role::Dr)
        ),
        record: run.download.counter.map(|(_, _, record)| record),
    })
}

/// All of it as one clause, to follow "although"; `None` without any.
pub(in crate::run) fn in_words(against: &[SpeaksAgainst]) -> Option<String> {
    let texts: Vec<_> = against.iter().map(|against| against.text.as_str()).collect();
    match texts.as_slice() {
        [] => None,
        [text] => Some((*text).to_owned()),
        [texts @ .., last] => Some(format!("{}, and {last}", texts.join(", "))),
    }
}
