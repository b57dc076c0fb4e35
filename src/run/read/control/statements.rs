//! Whether a statement may be made at this moment of the run, what consent it takes, and how far back it may reach.

use crate::run::state::Run;
use crate::run::values::{
    Consent, Elapsed, Finding, FindingSeverity, Known, Link, Overruled, Phase, Reading, Role, Sequence,
    ServiceState, Statement, Timestamp,
};

use super::before_resume::unsettled_alarm;
use super::take_back::test_end_to_take_back;
use crate::run::read::restore::{Progress, follows_log, in_words, progress, restored_against};

/// A reading this recent is contradicted by a statement of the opposite.
const RECENT: Elapsed = Elapsed::from_secs(60);

/// Whether a statement may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementVerdict {
    /// With its time and a reason.
    Allowed,
    /// Only once the engineer types `phrase` as well, which names what is overridden.
    NeedsPhrase {
        /// What to type.
        phrase: &'static str,
        /// What it contradicts or skips, as sentences.
        warning: String,
    },
    /// It would change nothing.
    Off {
        /// Why, as a sentence.
        reason: String,
    },
}

/// Decides on `statement` in the present state of `run`.
#[must_use]
pub fn judge_statement(run: &Run, statement: Statement, now: Timestamp) -> StatementVerdict {
    if let Some(reason) = without_effect(run, statement) {
        return StatementVerdict::Off { reason };
    }
    match statement_consent(run, statement, now) {
        Some(Consent { overruled, shown, .. }) => match overruled.phrase() {
            Some(phrase) => StatementVerdict::NeedsPhrase { phrase, warning: shown },
            None => StatementVerdict::Allowed,
        },
        None => StatementVerdict::Allowed,
    }
}

/// The consent that `statement` takes in the present state of `run`, as it is recorded with the statement; `None` where
/// nothing on record speaks against it.
#[must_use]
pub fn statement_consent(run: &Run, statement: Statement, now: Timestamp) -> Option<Consent> {
    if statement == Statement::RestoredUsable {
        return gives_free(run, now);
    }
    against_reading(run, statement, now).or_else(|| match statement {
        Statement::TestOver => ends_early(run),
        Statement::RestoreFailed => fails(run, now),
        Statement::NamespaceOver => against_log(run),
        _ => None,
    })
}

/// What it takes to end a test before its end.
fn ends_early(run: &Run) -> Option<Consent> {
    let (overruled, shown) = match run.phase() {
        Phase::Prepare => (
            Overruled::NoRestore,
            "The test has not begun: no restore is on record. This ends the run all the same.".to_owned(),
        ),
        stage @ (Phase::Stage1 | Phase::Stage2) => (
            Overruled::UnfinishedRestore,
            format!(
                "{} is not over: nothing is restored yet. This ends the test all the same and allows a resume, which \
                 breaks a restore that goes on. It can be taken back until a resume is requested.",
                stage.title()
            ),
        ),
        Phase::InUse | Phase::Ended => return None,
    };
    Some(Consent { overruled, shown, cited: None })
}

/// That the log is followed and does not show the end of stage 2.
fn against_log(run: &Run) -> Option<Consent> {
    let is_followed = follows_log(run);
    let shows_end = run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some();
    let is_restoring = matches!(run.phase(), Phase::Stage1 | Phase::Stage2);
    (is_restoring && is_followed && !shows_end).then(|| Consent {
        overruled: Overruled::Log,
        shown: format!(
            "The log of {} is followed, and has not shown the two lines that end stage 2. This makes the files count as \
             restored all the same, and cannot be taken back.",
            run.name(Role::Dr)
        ),
        cited: None,
    })
}

/// What it takes to state that the restore failed. It always ends the test, and nothing takes it back.
fn fails(run: &Run, now: Timestamp) -> Option<Consent> {
    let (shown, cited) = match run.phase() {
        Phase::Prepare => return ends_early(run),
        stage @ (Phase::Stage1 | Phase::Stage2) => {
            let (course, cited) = counted(run, now).unzip();
            let course = course.unwrap_or_else(|| format!("{} is not over", stage.title()));
            let shown = format!(
                "{course}, and no line that shows a failure is on record. This ends the test as failed all the same and \
                 allows a resume, which breaks a restore that goes on. It cannot be taken back."
            );
            (shown, cited)
        }
        Phase::InUse => (
            unsettled_alarm(run).map_or_else(
                || {
                    "The restore is complete by the record. This ends the test as failed all the same, and cannot be taken \
                     back."
                        .to_owned()
                },
                |alarm| {
                    format!(
                        "The restore is complete by the record. {}, at {}; this is not settled. If the alarm is all that is wrong, \
                         state that the test is over instead: the alarm stays in the report. This ends the test as failed, \
                         and cannot be taken back.",
                        alarm.headline(),
                        alarm.opened_at.in_words()
                    )
                },
            ),
            run.phases.span(Phase::Stage2).and_then(|span| span.evidence.as_ref()).map(|evidence| evidence.record),
        ),
        Phase::Ended => {
            ("The test is over. This makes it a failed one, and cannot be taken back.".to_owned(), None)
        }
    };
    Some(Consent { overruled: Overruled::NoFailureSeen, shown, cited })
}

/// What it takes to give the restored appliance free: a danger that is not settled comes first, and with it what was read
/// against the restore.
fn gives_free(run: &Run, now: Timestamp) -> Option<Consent> {
    let danger = unsettled_danger(run);
    let readings = [doubtful_restore(run), contradicted(run, Statement::RestoredUsable, now)];
    let read_in = readings.iter().flatten().find_map(|(_, record)| *record);
    let is_unsettled = danger.map(|finding| {
        let forbidden = finding.until_settled.as_ref().map_or_else(String::new, |what| format!(": {what}"));
        format!(
            "{}, at {}. This is not settled{forbidden}.",
            finding.headline(),
            finding.opened_at.in_words()
        )
    });
    let read = readings.into_iter().flatten().map(|(shown, _)| shown);
    let shown: Vec<_> = is_unsettled.into_iter().chain(read).collect();
    let overruled = if danger.is_some() { Overruled::Danger } else { Overruled::Reading };
    let cited = danger.map(|finding| finding.record).or(read_in);
    (!shown.is_empty()).then(|| Consent { overruled, shown: shown.join(" "), cited })
}

/// The latest danger that neither its own end nor anything in the watch has settled; an acknowledgement settles none.
fn unsettled_danger(run: &Run) -> Option<&Finding> {
    let is_it =
        |finding: &&Finding| finding.severity == FindingSeverity::Blocking && finding.closed_at.is_none();
    run.findings.iter().rev().find(is_it)
}

/// That the namespace counts as restored by a statement against what was read, in a sentence, and the record that shows it.
fn doubtful_restore(run: &Run) -> Option<(String, Option<Sequence>)> {
    let against = restored_against(run);
    let record = against.first()?.record;
    Some((
        format!("That the namespace is restored was stated by hand, although {}.", in_words(&against)?),
        record,
    ))
}

/// Why the statement would change nothing.
fn without_effect(run: &Run, statement: Statement) -> Option<String> {
    if statement == Statement::TestNotOver {
        return test_end_to_take_back(run).err();
    }
    let (last, what) = match statement {
        Statement::DownloadBegun => (Phase::Prepare, "Stage 1 has begun"),
        Statement::DownloadOver => (Phase::Stage1, "Stage 1 is over"),
        Statement::NamespaceOver => (Phase::Stage2, "Stage 2 is over"),
        Statement::TestOver => (Phase::InUse, "The test is over"),
        Statement::RestoreFailed if run.failed.is_some() => {
            return Some("That the restore failed is on record already; nothing was recorded.".to_owned());
        }
        Statement::RestoreFailed
        | Statement::TestNotOver
        | Statement::ReplicationPaused
        | Statement::ReplicationRunning
        | Statement::RestoredUsable
        | Statement::DeletedFilesNotRead => return None,
    };
    if run.phase() <= last {
        return None;
    }
    let is_after_test = run.phase() == Phase::Ended && statement != Statement::TestOver;
    Some(if is_after_test {
        "The test is over: no stage begins or ends in this record any more.".to_owned()
    } else {
        format!("{what} already; nothing was recorded.")
    })
}

const fn is_of_replication(statement: Statement) -> bool {
    matches!(statement, Statement::ReplicationPaused | Statement::ReplicationRunning)
}

/// What was read a moment ago that the statement contradicts.
fn against_reading(run: &Run, statement: Statement, now: Timestamp) -> Option<Consent> {
    let (shown, cited) = contradicted(run, statement, now)?;
    Some(Consent { overruled: Overruled::Reading, shown, cited })
}

/// That reading in a sentence, and its record.
fn contradicted(run: &Run, statement: Statement, now: Timestamp) -> Option<(String, Option<Sequence>)> {
    // What cannot be read any more may have changed since.
    let role = if is_of_replication(statement) { Role::Primary } else { Role::Dr };
    if run.appliance(role).link != Link::Connected {
        return None;
    }
    let is_recent = |at: &Timestamp| now.since(*at) <= RECENT;
    let ago = |at: Timestamp| format!("{} s ago", now.since(at).secs());
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    match statement {
        Statement::ReplicationPaused | Statement::ReplicationRunning => {
            let read_at =
                run.replication.verified_at.filter(is_recent).filter(|_| !run.replication.attested)?;
            if run.may_have_changed(read_at, now) {
                return None;
            }
            let read = match (run.replication.state, statement) {
                (Known::Paused, Statement::ReplicationRunning) => "PAUSED",
                (Known::Running, Statement::ReplicationPaused) => "RUNNING",
                _ => return None,
            };
            let shown = format!(
                "drwatch read {read} on {primary} {}. The statement counts until the next reading.",
                ago(read_at)
            );
            Some((shown, run.replication.record))
        }
        Statement::DownloadBegun | Statement::DownloadOver | Statement::NamespaceOver
            if run.phase() == Phase::Prepare =>
        {
            let service = run.dr.service.as_ref().filter(|service| is_recent(&service.at))?;
            (service.reading == Reading::Known(ServiceState::Stopped)).then(|| {
                let shown = format!(
                    "drwatch read {} that the service of {dr} does not run: no stage can have begun.",
                    ago(service.at)
                );
                (shown, Some(service.record))
            })
        }
        Statement::RestoredUsable => {
            let service = run.dr.service.as_ref().filter(|service| is_recent(&service.at))?;
            (service.reading == Reading::Known(ServiceState::Stopped)).then(|| {
                let shown = format!(
                    "drwatch read {} that the service of {dr} does not run: nothing there can be used.",
                    ago(service.at)
                );
                (shown, Some(service.record))
            })
        }
        Statement::DownloadOver | Statement::NamespaceOver if run.phase() == Phase::Stage1 => {
            let (course, record) = counted(run, now)?;
            Some((format!("{course}: stage 1 goes on. It cannot be taken back."), Some(record)))
        }
        _ => None,
    }
}

/// What was counted in stage 1 a moment ago, where that is not all, and the record of that reading.
fn counted(run: &Run, now: Timestamp) -> Option<(String, Sequence)> {
    if run.phase() != Phase::Stage1 || run.dr.link != Link::Connected {
        return None;
    }
    let Progress::Counted { downloaded, expected } = progress(run) else { return None };
    let (_, read_at, record) = run.download.counter.filter(|(_, at, _)| now.since(*at) <= RECENT)?;
    let course = format!(
        "drwatch counted {} of {} objects on {} {} s ago",
        downloaded.grouped(),
        expected.grouped(),
        run.name(Role::Dr),
        now.since(read_at).secs()
    );
    Some((course, record))
}

/// A moment that a statement cannot reach back beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementFloor {
    /// The moment.
    pub at: Timestamp,
    /// What was then, to follow "before".
    pub what: String,
}

/// The moment before which `statement` cannot have been so, by the record; `None` where the record does not show one.
///
/// A slip of one digit would falsify the record, which cannot be corrected. What began before the watch may be stated.
#[must_use]
pub fn statement_floor(run: &Run, statement: Statement) -> Option<StatementFloor> {
    let floor = |at, what: &str| Some(StatementFloor { at, what: what.to_owned() });
    let run_began = || floor(run.started_at, "this run began");
    match statement {
        Statement::DownloadBegun
        | Statement::DownloadOver
        | Statement::NamespaceOver
        | Statement::RestoredUsable
        | Statement::TestOver
        | Statement::RestoreFailed => match run.phase() {
            Phase::Prepare => {
                let is_of_stages = !matches!(statement, Statement::TestOver | Statement::RestoreFailed);
                match run.service_started {
                    Some((at, _)) if is_of_stages => floor(at, "the DR service was started"),
                    // The restore may have begun long before the watch.
                    None if is_of_stages && may_be_attached_late(run) => None,
                    _ => run_began(),
                }
            }
            phase => {
                let began = run.phases.span(phase).and_then(|span| span.started_at);
                // A watch begun in the middle of a stage does not know its start; the statement may be of before.
                began.and_then(|at| floor(at, phase.began()))
            }
        },
        Statement::ReplicationRunning => {
            let pause = run.replication.open_pause()?;
            floor(pause.from, if pause.from_known { "it was paused" } else { "it was first read as paused" })
        }
        Statement::ReplicationPaused => {
            if let Some(to) = run.replication.intervals.last().and_then(|pause| pause.to) {
                return floor(to, "it was resumed");
            }
            // The first reading showed it running: it was not paused before.
            let running = run.replication.since.filter(|_| run.replication.state == Known::Running)?;
            floor(running, "it was read as running")
        }
        Statement::TestNotOver | Statement::DeletedFilesNotRead => None,
    }
}

/// Whether the restore may have begun before the watch: the DR service was not seen stopped.
fn may_be_attached_late(run: &Run) -> bool {
    run.dr.service_state() != Some(&ServiceState::Stopped)
}
