//! Steps while the service of the DR appliance is read as stopped although the restore, or its use, needs it.

use super::step::{NextStep, START_SERVICE, clock_time};
use crate::run::{
    state::Run,
    values::{EvidenceSource, Phase, Role, ServiceState, Statement, Timestamp},
};

/// To start the service, or to start it again; `None` where it is not read as stopped.
pub(super) fn step(run: &Run) -> Option<NextStep> {
    let read_at = stopped_at(run)?;
    let dr = run.name(Role::Dr);
    let stopped = format!("service of {dr} is stopped (read at {})", clock_time(run, read_at));
    match run.phase() {
        Phase::Stage1 if is_only_stated(run) => {
            let text =
                format!("You stated that stage 1 has begun, but the {stopped}. Start it: {}", lines(run));
            Some(NextStep { is_typed_by_demo: run.started.demo, ..NextStep::act(text) })
        }
        Phase::Stage1 | Phase::Stage2 => {
            let begun = run.phases.started_at(run.phase());
            // The reading may be of before the start, and GETs are of a service that runs.
            let is_outdated = begun.is_some_and(|begun| begun >= read_at)
                || run.download.last_rise.is_some_and(|rise| rise > read_at);
            (!is_outdated).then(|| {
                NextStep::act(format!(
                    "The {stopped}: the restore stands still. If it does not start by itself, start it again: {}",
                    lines(run)
                ))
            })
        }
        Phase::InUse => {
            let how = if run.started.demo {
                "In a demo it stays so: state that the test is over.".to_owned()
            } else {
                format!(
                    "Start it again ({}), or state that the test is over.",
                    lines(run).trim_end_matches('.')
                )
            };
            let text = format!("The {stopped}: nobody can use {dr}. {how}");
            Some(NextStep::act(text).stating(run, Statement::TestOver))
        }
        Phase::Prepare | Phase::Ended => None,
    }
}

/// To start the service, and where.
fn lines(run: &Run) -> String {
    let dr = run.name(Role::Dr);
    // Nobody has a session on a simulated appliance.
    let place = if run.started.demo { "" } else { "in an ssh session of your own " };
    format!("{place}on {dr} type, line by line: {START_SERVICE}.")
}

/// When the service was last read, where that shows it stopped.
fn stopped_at(run: &Run) -> Option<Timestamp> {
    let is_stopped = run.dr.service_state() == Some(&ServiceState::Stopped);
    run.dr.service.as_ref().filter(|_| is_stopped).map(|service| service.at)
}

/// Whether nothing but a statement shows that stage 1 has begun.
fn is_only_stated(run: &Run) -> bool {
    let evidence = run.phases.span(Phase::Stage1).and_then(|span| span.evidence.as_ref());
    let is_stated = evidence.is_some_and(|evidence| evidence.source == EvidenceSource::Attested);
    is_stated && run.download.downloaded().is_none_or(|downloaded| downloaded.0 == 0)
}
