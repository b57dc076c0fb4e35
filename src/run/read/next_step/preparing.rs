//! Steps before the DR service is started, in the order of the procedure: confirm, pause, list, threads, start.

use super::step::{NextStep, START_SERVICE, was_refused};
use crate::run::{
    read::preflight::Preflight,
    state::Run,
    values::{
        ActionKind, Known, PreflightCode, PreflightItem, PreflightState, PreflightVerdict, Remedy, Role,
        ThreadCount,
    },
};

pub(super) fn step(run: &Run, preflight: &Preflight) -> NextStep {
    if !Role::BOTH.into_iter().all(|role| run.takes_part(role)) {
        return watching_one(run);
    }
    let steps = [confirm, pause, list, set_threads, settle];
    steps.into_iter().find_map(|step| step(run, preflight)).unwrap_or_else(|| start(run))
}

/// Everything is prepared: the service is started by hand, and then its first GET begins stage 1.
fn start(run: &Run) -> NextStep {
    let name = run.name(Role::Dr);
    match (run.dr.service_runs(), run.saw_service_start()) {
        // The counter is read more often than the service, so that GETs may be counted before it is seen to run.
        (false, _) if run.tracking.rises.is_some() => {
            NextStep::wait(format!("GETs of {name} are counted: stage 1 begins with the next readings."))
        }
        // Nobody has a session on a simulated appliance.
        (false, _) if run.started.demo => NextStep {
            is_typed_by_demo: true,
            ..NextStep::act(format!("GO: start the restore. On {name} type, line by line: {START_SERVICE}."))
        },
        (false, _) => NextStep::act(format!(
            "GO: start the restore. In an ssh session of your own on {name} type, line by line: {START_SERVICE}."
        )),
        (true, true) => {
            let seen = run
                .service_started
                .map_or_else(String::new, |(at, _)| format!(" at {}", at.utc().format("%H:%M:%S")));
            NextStep::wait(format!(
                "Service start on {name} seen{seen}; waiting for its first downloads (GETs)."
            ))
        }
        (true, false) => {
            let text = format!(
                "The service of {name} ran before this watch: state how far the restore is, unless its counter or log \
                 shows it."
            );
            NextStep::act(text).by(run, Remedy::StateByHand)
        }
    }
}

/// With one appliance, or a log alone, drwatch neither prepares nor judges the start.
fn watching_one(run: &Run) -> NextStep {
    if !run.takes_part(Role::Dr) && run.started.log.is_none() {
        let name = run.name(Role::Primary);
        return match run.replication.state {
            Known::Running => NextStep::wait(format!("Replication on {name} runs; no restore is watched.")),
            _ => NextStep::wait(format!("Watching replication on {name}; no restore is watched.")),
        };
    }
    NextStep::wait("Stage 1 begins once the service of the DR appliance is started there.")
}

fn confirm(run: &Run, _: &Preflight) -> Option<NextStep> {
    if run.is_pair_confirmed() || run.started.read_only {
        return None;
    }
    let is_known = Role::BOTH.into_iter().all(|role| run.appliance(role).identity.is_some());
    Some(if is_known {
        let [primary, dr] = Role::BOTH.map(|role| run.name(role));
        let none = if run.started.demo { " (a demo has none)" } else { "" };
        NextStep::act(format!(
            "Compare the serial numbers of {primary} and {dr} with your change ticket{none}, and confirm both."
        ))
        .by(run, Remedy::ConfirmPair)
    } else {
        NextStep::wait("Asking the appliances who they are.")
    })
}

fn pause(run: &Run, _: &Preflight) -> Option<NextStep> {
    let name = run.name(Role::Primary);
    match run.replication.state {
        Known::Paused => None,
        Known::Running => {
            // What did not work once is not asked for again in the same way.
            if was_refused(run, ActionKind::Pause) {
                return Some(NextStep::act(format!(
                    "{name} did not take the pause: pause it in its web interface (Replication > Storage > Cloud Settings > \
                     Suspend)."
                )));
            }
            let step = NextStep::act(format!("Pause replication on {name}.")).by(run, Remedy::Pause);
            // Before the pause there is time for it, and from stage 1 on the test is judged by it.
            let step = if run.stated_sheet().is_none() {
                step.or(
                    ". Optional, before stage 1: a test sheet with the targets that the report judges",
                    Remedy::StateSheet,
                )
            } else {
                step
            };
            let elsewhere =
                || NextStep::act(format!("Pause replication on {name} yourself: this watch is read-only."));
            Some(if step.remedy.is_some() { step } else { elsewhere() })
        }
        Known::Unreadable => Some(NextStep::look_at_replication(run)),
        Known::Unknown => Some(NextStep::wait(format!("Asking {name} whether replication runs."))),
    }
}

fn list(run: &Run, preflight: &Preflight) -> Option<NextStep> {
    let name = run.name(Role::Primary);
    if run.listing_since.is_some() {
        let lists = format!("{name} lists its bucket; a large one takes hours");
        // The threads do not wait for the listing.
        let meanwhile = threads_to_set(run, preflight).map(|(dr, wanted)| {
            NextStep::act(format!("{lists}. Meanwhile set {wanted} replication threads on {dr}."))
                .by(run, Remedy::SetThreads)
        });
        return Some(meanwhile.unwrap_or_else(|| NextStep::wait(format!("{lists}."))));
    }
    let is_listed = run.listing.as_ref().is_some_and(|listing| !listing.provisional);
    let item = item(preflight, PreflightCode::ListedAfterPause)?;
    if is_listed || item.state <= PreflightState::Info {
        return None;
    }
    let text = format!("List the bucket of {name} again: the count has to be from after the pause.");
    Some(NextStep::act(text).by(run, Remedy::ListBucket))
}

fn set_threads(run: &Run, preflight: &Preflight) -> Option<NextStep> {
    let (name, wanted) = threads_to_set(run, preflight)?;
    let slower = match run.thread_count() {
        // As the finding on it says.
        Some(present) if present.0.saturating_mul(2) < wanted.0 => {
            format!("with {present}, stage 1 can take more than twice as long.")
        }
        Some(present) => format!("with {present}, stage 1 takes longer."),
        None => "with fewer, stage 1 takes longer.".to_owned(),
    };
    let set = match preflight.verdict {
        PreflightVerdict::Go => "GO. Before you start the restore, better set",
        PreflightVerdict::NoGo => "Set",
    };
    let text = format!("{set} {wanted} replication threads on {name}; {slower}");
    Some(NextStep::act(text).by(run, Remedy::SetThreads))
}

/// The DR appliance and the number of threads to set on it, where they are not set yet.
fn threads_to_set(run: &Run, preflight: &Preflight) -> Option<(String, ThreadCount)> {
    let item = item(preflight, PreflightCode::Threads)?;
    if item.state <= PreflightState::Info {
        return None;
    }
    // What was sent counts as set where it cannot be read back, as before the service runs.
    let was_sent = run.first_threads_request().is_some() && item.state == PreflightState::Unknown;
    (!was_sent).then(|| (run.name(Role::Dr), run.threads_wanted()))
}

/// What else is in the way of the start.
fn settle(_: &Run, preflight: &Preflight) -> Option<NextStep> {
    if preflight.verdict == PreflightVerdict::Go {
        return None;
    }
    let item = preflight.items.iter().find(|item| item.forbids())?;
    // Both, since the remedy refers to what the text says.
    let to_do = item.remedy.as_ref().map_or_else(String::new, |to_do| format!(" {to_do}"));
    Some(NextStep::act(format!("{}{to_do}", item.text)))
}

fn item(preflight: &Preflight, code: PreflightCode) -> Option<&PreflightItem> {
    preflight.items.iter().find(|item| item.code == code)
}
