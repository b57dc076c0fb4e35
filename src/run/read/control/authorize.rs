//! Whether an action may be taken now, and what consent it takes.

use super::before_resume::{before_resume, unsettled_alarm};
use super::doubt::{changes, is_outcome_unknown};
use crate::run::read::appliances::pair;
use crate::run::read::restore::{download_over_against, in_words};
use crate::run::state::Run;
use crate::run::values::{
    ActionId, ActionKind, ActionState, Code, Consent, Elapsed, Known, Link, Overruled, Phase, ResumePolicy,
    Role, Statement, ThreadCount,
};

/// A reading this recent is taken as the present state.
// Replication is read every 15 s, so several readings in a row have failed before one counts as old.
const MAX_READING_AGE: Elapsed = Elapsed::from_secs(60);

/// What to type to state that deleted files will not be read.
const STATEMENT_PHRASE: &str = "deleted files will not be read";

/// Whether an action may be taken at this moment of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// May be taken once the engineer types `phrase`.
    Allowed {
        /// What to type: the name of the appliance.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// May be taken once the engineer makes a statement by typing `phrase`; it is recorded before the action.
    NeedsStatement {
        /// What is stated.
        statement: Statement,
        /// What to type.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// Locked by the policy. An override takes `phrase` and a reason, and is a finding.
    Locked {
        /// Why, and until when.
        reason: String,
        /// What to type to override.
        phrase: String,
        /// Why it may be dangerous now, one sentence each.
        warnings: Vec<String>,
    },
    /// The engineer has to confirm the two appliances first, or again.
    NeedsConfirmation,
    /// Cannot be taken now.
    Off {
        /// Why, and what to do.
        reason: String,
    },
}

/// Decides on `action` in the present state of `run`.
#[must_use]
pub fn authorize(run: &Run, action: ActionKind) -> Authorization {
    let waiting = run
        .unsettled_action()
        .map(|action| format!("Wait until the request to {} is settled.", action.plan.action));
    match blocked(run).or(waiting) {
        Some(reason) => Authorization::Off { reason },
        None => authorize_unblocked(run, action),
    }
}

/// Why the recorded consent for action `id` is no longer valid at the moment of sending; `None`: it is valid.
///
/// The run goes on between the request and the line that changes something: a phase may have begun, the policy may
/// lock the action, another machine may answer.
#[must_use]
pub fn consent_lapsed(run: &Run, id: ActionId) -> Option<String> {
    let Some(action) = run.actions.iter().find(|action| action.id == id) else {
        return Some("drwatch has no record of this request; nothing was sent.".to_owned());
    };
    if action.state != ActionState::Requested {
        return Some("The request is settled already.".to_owned());
    }
    let authorization = match blocked(run) {
        Some(reason) => return Some(reason),
        None => authorize_unblocked(run, action.plan.action),
    };
    // A statement or an override took its own phrase, which is not the name of the appliance.
    let is_stated = run.deleted_files_not_read.is_some() && action.plan.action == ActionKind::Resume;
    let took_more_consent = action.r#override.is_some() || is_stated;
    // A script types nothing, and its consent stands in the scenario.
    let is_typed = |phrase: &str| action.typed.as_deref().is_none_or(|typed| typed == phrase);
    match authorization {
        Authorization::Allowed { phrase, .. } => (!is_typed(&phrase) && !took_more_consent).then(|| {
            format!("The appliance is called {phrase} now, which is not what was typed as consent.")
        }),
        Authorization::NeedsStatement { .. } => {
            Some("Since then a statement is required; confirm again.".to_owned())
        }
        Authorization::Locked { reason, .. } => action.r#override.is_none().then_some(reason),
        Authorization::NeedsConfirmation => Some("The two appliances have to be confirmed anew.".to_owned()),
        Authorization::Off { reason } => Some(reason),
    }
}

/// Decides on `action` when actions in general are possible.
fn authorize_unblocked(run: &Run, action: ActionKind) -> Authorization {
    let has_changed = Role::BOTH.into_iter().any(|role| run.has_changed(role));
    if let Some(reason) = unidentified(run, action.role()) {
        return Authorization::Off { reason };
    }
    // Before the check of the connection: none is kept to
    // another machine, which could then never be confirmed.
    if has_changed {
        return Authorization::NeedsConfirmation;
    }
    if let Some(reason) = unreachable(run, action.role()) {
        return Authorization::Off { reason };
    }
    // Nobody is asked to confirm the pair for what could then not be done.
    if let Some(reason) = without_effect(run, action) {
        return Authorization::Off { reason };
    }
    if !run.is_pair_confirmed() {
        return Authorization::NeedsConfirmation;
    }
    match action {
        ActionKind::Pause => allowed(run, action, pause_warnings(run)),
        ActionKind::Resume => authorize_resume(run),
        ActionKind::SetThreads(wanted) => allowed(run, action, thread_warnings(run, wanted)),
    }
}

fn allowed(run: &Run, action: ActionKind, warnings: Vec<String>) -> Authorization {
    Authorization::Allowed { phrase: run.name(action.role()), warnings }
}

fn blocked(run: &Run) -> Option<String> {
    if run.started.read_only {
        return Some("This watch is read-only.".to_owned());
    }
    if run.ending.is_some() {
        return Some("This run's record has ended.".to_owned());
    }
    if pair::same_machine(run) {
        return Some("Both destinations are one machine; check --primary and --dr.".to_owned());
    }
    if pair::roles_swapped(run) {
        return Some("The destinations look swapped; check --primary and --dr.".to_owned());
    }
    if pair::roles_doubtful(run) {
        return pair::roles_changed(run).map(|text| format!("{text} {}", pair::ROLES_TO_DO));
    }
    // Another machine is handled by a new confirmation.
    pair::blocking_finding(run)
        .filter(|finding| finding.code != Code::IdentityChanged)
        .map(|finding| format!("{} Control stays off while this finding is open.", finding.text))
}

fn unreachable(run: &Run, role: Role) -> Option<String> {
    (run.appliance(role).link != Link::Connected)
        .then(|| format!("{} is not connected; wait for the connection.", run.name(role)))
}

/// Control stays off until both appliances are identified.
fn unidentified(run: &Run, wanted: Role) -> Option<String> {
    if !run.takes_part(wanted) {
        return Some(format!("No destination was given for the {wanted}."));
    }
    // Only without an identity: a machine that was identified can be confirmed anew while no
    // connection is kept to it.
    if run.appliance(wanted).identity.is_none()
        && let Some(reason) = unreachable(run, wanted)
    {
        return Some(reason);
    }
    if let Some(role) = Role::BOTH.into_iter().find(|role| !run.takes_part(*role)) {
        let flag = role.pick("--primary", "--dr");
        return Some(format!(
            "No {role} was given: control needs to know both appliances. Start with {flag} as well."
        ));
    }
    let has_name = |role: &Role| {
        run.appliance(*role).identity.as_ref().is_some_and(|identity| identity.hostname.is_some())
    };
    let nameless = Role::BOTH.into_iter().find(|role| !has_name(role))?;
    Some(format!("The {nameless} at {} has not shown its name yet.", run.name(nameless)))
}

fn without_effect(run: &Run, action: ActionKind) -> Option<String> {
    // The latest record is the only present that a run knows.
    let is_recent = |at| run.last_at.since(at) <= MAX_READING_AGE;
    // The action itself, while its line is not sent, leaves no doubt.
    let is_in_doubt = changes(run).any(|action| is_outcome_unknown(run, action));
    // Only a recent reading takes an action away: a statement may be wrong.
    let is_verified =
        !run.replication.attested && !is_in_doubt && run.replication.verified_at.is_some_and(is_recent);
    let since =
        run.replication.since.map_or_else(String::new, |since| format!(" since {}", since.in_words()));
    match (action, run.replication.state) {
        (ActionKind::Pause, Known::Paused) if is_verified => {
            Some(format!("Replication on {} is already paused{since}.", run.name(Role::Primary)))
        }
        (ActionKind::Resume, Known::Running) if is_verified => {
            Some(format!("Replication on {} already runs{since}.", run.name(Role::Primary)))
        }
        (ActionKind::SetThreads(count), _) => thread_obstacle(run, count),
        _ => None,
    }
}

fn thread_obstacle(run: &Run, wanted: ThreadCount) -> Option<String> {
    if !ThreadCount::RANGE.contains(&wanted.0) {
        return Some(format!(
            "{wanted} threads are not possible: the appliance takes {} to {}.",
            ThreadCount::RANGE.start(),
            ThreadCount::RANGE.end()
        ));
    }
    let read = run.threads.as_ref().filter(|threads| run.last_at.since(threads.at) <= MAX_READING_AGE)?;
    (read.reading.known() == Some(&wanted))
        .then(|| format!("{} already has {wanted} replication threads.", run.name(Role::Dr)))
}

fn pause_warnings(run: &Run) -> Vec<String> {
    let name = run.name(Role::Primary);
    let mut warnings = vec![format!("From the pause on, new data on {name} is not protected in the cloud.")];
    if run.replication.state == Known::Paused {
        warnings
            .push(format!("Replication on {name} is paused as far as known; no recent reading confirms it."));
    }
    if run.phase() == Phase::Ended {
        warnings.push("The test is over; nothing asks for a pause any more.".to_owned());
    }
    warnings.extend(doubts(run, ActionKind::Pause));
    warnings
}

fn doubts(run: &Run, kind: ActionKind) -> Vec<String> {
    let name = run.name(kind.role());
    let mut doubts = Vec::new();
    if run.replication.state == Known::Unreadable {
        doubts.push(format!(
            "The replication state of {name} cannot be read back: check it there and state by hand what you find."
        ));
    }
    let pair = run.primary.identity.as_ref().zip(run.dr.identity.as_ref());
    if pair.is_some_and(|(primary, dr)| primary.same_machine(dr).is_none()) {
        doubts.push(
            "Neither serial numbers nor host keys show whether the two appliances are two machines."
                .to_owned(),
        );
    }
    doubts
}

fn thread_warnings(run: &Run, wanted: ThreadCount) -> Vec<String> {
    if !run.dr.service_runs() {
        let state = if run.phase() == Phase::Prepare { "does not run yet" } else { "does not run" };
        return vec![format!(
            "The service of {} {state}: it will answer \"failed to connect\", which the procedure expects. The number is \
             kept all the same.",
            run.name(Role::Dr)
        )];
    }
    let is_late = run.phase() > Phase::Stage1 && run.thread_count().is_none_or(|present| wanted > present);
    let warning = "Stage 1 is over; more threads speed nothing up any more.";
    is_late.then(|| warning.to_owned()).into_iter().collect()
}

fn authorize_resume(run: &Run) -> Authorization {
    let warnings = resume_warnings(run);
    let policy = run.started.settings.resume_policy;
    let locked = |reason: &str, warnings| Authorization::Locked {
        reason: format!("The policy of this run is \"{}\"{reason}", policy.words()),
        phrase: run.name(ActionKind::Resume.role()),
        warnings,
    };
    match (run.phase(), policy) {
        (Phase::Ended, _) => allowed(run, ActionKind::Resume, warnings),
        (_, ResumePolicy::PausedThroughout) => locked(", and the test is not stated to be over.", warnings),
        (Phase::Prepare | Phase::Stage1, ResumePolicy::ResumeAfterStage1) => {
            locked(", and stage 1 is not over.", warnings)
        }
        (Phase::Stage2 | Phase::InUse, ResumePolicy::ResumeAfterStage1) => {
            if let Some(against) = in_words(&download_over_against(run)) {
                let why = format!(", and that stage 1 is over was stated, although {against}.");
                return locked(&why, warnings);
            }
            if run.deleted_files_not_read.is_some() {
                return allowed(run, ActionKind::Resume, warnings);
            }
            let (statement, phrase) = (Statement::DeletedFilesNotRead, STATEMENT_PHRASE.to_owned());
            Authorization::NeedsStatement { statement, phrase, warnings }
        }
    }
}

fn resume_warnings(run: &Run) -> Vec<String> {
    let mut warnings = Vec::new();
    match run.phase() {
        Phase::Prepare => warnings.push(
            "Stage 1 must not begin while replication runs: before the DR service is started, replication has to be \
             paused again, and the bucket listed again."
                .to_owned(),
        ),
        Phase::Stage1 => warnings.push(
            "Stage 1 is downloading metadata: a resume now changes the bucket under it and can break the test."
                .to_owned(),
        ),
        Phase::Stage2 | Phase::InUse => warnings.push(
            "After a resume, a file deleted on production can no longer be read on the DR appliance: the attempt \
             raises the alarm 'cloud bucket inconsistent'. Confirm that a file exists on production before \
             reading it."
                .to_owned(),
        ),
        Phase::Ended if !run.is_restored() => {
            let ended = if run.failed.is_some() {
                "The test ended as failed"
            } else {
                "The test was declared over before the restore was complete"
            };
            warnings.push(format!(
                "{ended}. If the DR appliance still restores, a resume can break it: stop its service first."
            ));
        }
        Phase::Ended => {}
    }
    warnings.extend(action_consent(run, ActionKind::Resume).map(|consent| consent.shown));
    warnings.extend(doubts(run, ActionKind::Resume));
    warnings
}

/// What the record speaks against `action` in the present state of `run`, as it is recorded with the request; `None` where
/// nothing does. It takes no phrase of its own: it stands among the warnings beside the phrase of the action.
#[must_use]
pub fn action_consent(run: &Run, action: ActionKind) -> Option<Consent> {
    let alarm = unsettled_alarm(run).filter(|_| action == ActionKind::Resume)?;
    let shown = format!(
        "{}, at {}. This is not settled, and production uses the same bucket. {}",
        alarm.headline(),
        alarm.opened_at.in_words(),
        before_resume(run)?
    );
    Some(Consent { overruled: Overruled::Alarm, shown, cited: Some(alarm.record) })
}

impl Run {
    /// Whether stage 1 counts as over by a statement alone, against what is read: it unlocks no resume.
    #[must_use]
    pub fn is_download_over_in_doubt(&self) -> bool {
        self.phase() > Phase::Stage1 && !download_over_against(self).is_empty()
    }
}
