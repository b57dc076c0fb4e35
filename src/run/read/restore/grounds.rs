//! What the stages of the restore rest on where a person stated them, and what was read against that.

use super::progress::{Progress, progress};
use crate::run::state::{Attestation, Run};
use crate::run::values::{
    Contradiction, Elapsed, EvidenceSource, Grounds, Link, ObjectCount, Phase, ReadAgainst, Reading, Role,
    Sequence, ServiceState, SpeaksAgainst, Statement, Timestamp,
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
    let is_of_download = matches!(statement, Statement::DownloadOver | Statement::NamespaceOver);
    let missing =
        counted_of(run).or_else(|| none_of(run)).filter(|_| is_of_download).map(|(downloaded, expected)| {
            ReadAgainst {
                what: Contradiction::ObjectsMissing { downloaded, expected },
                at,
                record: run.download.counter.map(|(_, _, record)| record),
            }
        });
    stopped.into_iter().chain(unlogged).chain(missing).collect()
}

/// What is shown so soon after the moment that was stated has only come later to be read.
const SOON: Elapsed = Elapsed::from_secs(60);

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

/// What speaks against the statement by which `phase` ended; nothing where it was read to end. It is judged by what was read
/// when it was stated, and no later reading lifts it: that something came true afterwards says that it was not so before.
pub(in crate::run) fn ended_against(run: &Run, phase: Phase) -> Vec<SpeaksAgainst> {
    let Some(stated) = stated_end(run, phase) else { return Vec::new() };
    let logged = logged_end(run, phase);
    let is_confirmed = match logged {
        Some((_, at)) => at.since(stated.since) < SOON,
        None => shows_end(run) && phase == Phase::Stage2,
    };
    if is_confirmed {
        return Vec::new();
    }
    let mut against = Vec::new();
    if phase != Phase::Prepare {
        against.extend(missed(run, stated));
    }
    against.extend(service_against(run, stated).filter(|_| {
        // What came of the restore can only have come after its start.
        let downloaded = run.download.downloaded().is_some_and(|downloaded| downloaded.0 > 0);
        phase != Phase::Prepare || !downloaded || was_stopped_after(stated)
    }));
    let dr = run.name(Role::Dr);
    if let Some((record, at)) = logged {
        let lines =
            if phase == Phase::Stage1 { "line that ends stage 1" } else { "two lines that end stage 2" };
        let text = format!("the log of {dr} showed the {lines} only at {}", at.in_words());
        against.push(SpeaksAgainst { text, record: Some(record) });
    } else if let Some(read) = stated.against.iter().find(|read| read.what == Contradiction::LogWithoutEnd) {
        let text = format!("the log of {dr} was followed and did not show the two lines that end stage 2");
        against.push(SpeaksAgainst { text, record: read.record });
    }
    against
}

/// What ends `phase` in the log, and when that was written, where it came after the phase counted as over.
fn logged_end(run: &Run, phase: Phase) -> Option<(Sequence, Timestamp)> {
    let lines = &run.final_lines;
    match phase {
        Phase::Stage1 => lines.download,
        Phase::Stage2 => lines.namespace.max(lines.mounted).zip(lines.both_at),
        _ => None,
    }
}

impl Run {
    /// Whether the beginning or the end of stage 1 was stated against what was read: then no rate of it is known.
    #[must_use]
    pub fn is_download_in_doubt(&self) -> bool {
        [Phase::Prepare, Phase::Stage1].iter().any(|phase| grounds_of_end(self, *phase) == Grounds::Doubted)
    }
}

/// When stage 1 was over as far as that is known: a line of the log that came after a statement refutes it.
pub(in crate::run) fn download_over_at(run: &Run) -> Option<Timestamp> {
    let ended = run.phases.ended_at(Phase::Stage1)?;
    let logged = run.final_lines.download.map(|(_, at)| at);
    Some(logged.map_or(ended, |logged| logged.max(ended)))
}

/// That fewer objects were counted when `stated` was made than the bucket holds; a count that was complete soon after has
/// only come later to be read.
fn missed(run: &Run, stated: &Attestation) -> Option<SpeaksAgainst> {
    let is_it = |read: &&ReadAgainst| matches!(read.what, Contradiction::ObjectsMissing { .. });
    let read = stated.against.iter().find(is_it)?;
    let Contradiction::ObjectsMissing { downloaded, expected } = read.what else { return None };
    let last = run.download.last_rise;
    let came_soon = counted_of(run).is_none() && last.is_some_and(|last| last.since(stated.since) < SOON);
    (!came_soon).then(|| count_in_words(run, downloaded, expected, read.record))
}

/// What speaks against the statement that the namespace was restored.
pub(in crate::run) fn restored_against(run: &Run) -> Vec<SpeaksAgainst> {
    ended_against(run, Phase::Stage2)
}

/// What still speaks against it that the download is over, where that is known by a statement alone. For what may be done
/// next, only what is so now counts.
pub(in crate::run) fn download_over_against(run: &Run) -> Vec<SpeaksAgainst> {
    // The end of stage 1 may have been skipped by stating that of stage 2.
    let Some(stated) = stated_end(run, Phase::Stage1).or_else(|| stated_end(run, Phase::Stage2)) else {
        return Vec::new();
    };
    if shows_end(run) {
        return Vec::new();
    }
    let runs_since = run.tracking.service_up.is_some_and(|up| up > stated.record);
    let stopped = service_against(run, stated).filter(|_| !runs_since);
    missing(run).into_iter().chain(stopped).collect()
}

/// The statement by which `phase` ended, where it ended by one.
fn stated_end(run: &Run, phase: Phase) -> Option<&Attestation> {
    let span = run.phases.span(phase).filter(|_| run.is_stage_complete(phase))?;
    let by = span.evidence.as_ref().filter(|evidence| evidence.source == EvidenceSource::Attested)?;
    run.attestations.iter().find(|stated| stated.record == by.record)
}

/// That the service of the DR appliance was stopped when `stated` was. One that was read as stopped before the moment stated,
/// and next as running, may have been started by then.
pub(in crate::run) fn service_against(run: &Run, stated: &Attestation) -> Option<SpeaksAgainst> {
    let read = stopped_at(stated)?;
    let runs_since = run.tracking.service_up.is_some_and(|up| up > stated.record);
    let (dr, at) = (run.name(Role::Dr), read.at.in_words());
    let after = match (runs_since, was_stopped_after(stated)) {
        (false, _) => "not as running after that",
        (true, true) => "as running only after that",
        (true, false) => return None,
    };
    let text = format!("the service of {dr} was read as stopped at {at} and {after}");
    Some(SpeaksAgainst { text, record: read.record })
}

/// Fewer objects counted than the bucket holds.
pub(in crate::run) struct Short {
    pub(in crate::run) downloaded: ObjectCount,
    pub(in crate::run) expected: ObjectCount,
}

/// What is counted by now although stage 1, or the restore, was stated to be over, where that is not all and the log does
/// not show the end.
pub(in crate::run) fn short_of_stated(run: &Run) -> Option<Short> {
    let stage = run.phases.span(run.phase()).filter(|span| span.phase > Phase::Stage1)?;
    let is_stated =
        stage.evidence.as_ref().is_some_and(|evidence| evidence.source == EvidenceSource::Attested);
    let (downloaded, expected) = counted_of(run).filter(|_| is_stated && !shows_end(run))?;
    Some(Short { downloaded, expected })
}

fn stopped_at(stated: &Attestation) -> Option<&ReadAgainst> {
    stated.against.iter().find(|read| read.what == Contradiction::ServiceStopped)
}

/// Whether the service was read as stopped after the moment that `stated` is of.
fn was_stopped_after(stated: &Attestation) -> bool {
    stopped_at(stated).is_some_and(|read| read.at > stated.since)
}

/// That fewer objects are counted than the bucket holds.
fn missing(run: &Run) -> Option<SpeaksAgainst> {
    let (downloaded, expected) = counted_of(run)?;
    let record = run.download.counter.map(|(_, _, record)| record);
    Some(count_in_words(run, downloaded, expected, record))
}

/// How many objects are counted, and how many there are, where some are missing.
fn counted_of(run: &Run) -> Option<(ObjectCount, ObjectCount)> {
    let Progress::Counted { downloaded, expected } = progress(run) else { return None };
    // After a late baseline the first objects are not in the count.
    let is_whole = run.download.baseline.as_ref().is_some_and(|baseline| !baseline.late);
    (is_whole && downloaded < expected).then_some((downloaded, expected))
}

/// That nothing is downloaded before stage 1, of so many.
fn none_of(run: &Run) -> Option<(ObjectCount, ObjectCount)> {
    let is_whole = run.download.baseline.as_ref().is_some_and(|baseline| !baseline.late);
    let none = ObjectCount(0);
    let expected = run.expected().filter(|expected| is_whole && *expected > none)?;
    (run.phase() == Phase::Prepare).then_some((none, expected))
}

fn count_in_words(
    run: &Run,
    downloaded: ObjectCount,
    expected: ObjectCount,
    record: Option<Sequence>,
) -> SpeaksAgainst {
    let text = format!(
        "{} of {} objects ({} %) were counted on {}",
        downloaded.grouped(),
        expected.grouped(),
        Progress::Counted { downloaded, expected }.percent().unwrap_or_default(),
        run.name(Role::Dr)
    );
    SpeaksAgainst { text, record }
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
