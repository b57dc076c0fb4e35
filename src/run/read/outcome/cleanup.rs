//! What is left to do once the test is over: the checklist, and which of its items the exit code waits for.

use serde::Serialize;

use crate::run::read::control::{before_resume, not_sent};
use crate::run::state::{Run, SignOff};
use crate::run::values::{
    Code, Ending, Finding, FindingSeverity, Known, Phase, Reading, Role, Sequence, ServiceState, Signature,
    SignerRole, ThreadCount, Timestamp, actor,
};

/// What an item of the checklist is about. The name in kebab case is its code in summaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CleanupCode {
    /// Replication on the primary runs again, and that was read or stated.
    ReplicationRunning,
    /// What waited during the pause is sent. Listed only while it is not.
    AllSent,
    /// The DR appliance has as many replication threads as before the test.
    ThreadsAsBefore,
    /// The service of the DR appliance was stopped after the test. Listed only once it was read after the end.
    DrServiceStopped,
    /// No finding of attention or worse is open. Not required where the only one is that of replication, which has an item
    /// of its own.
    FindingsAcknowledged,
    /// Blocking findings were acknowledged, and are not settled. Listed only while there are some.
    DangersSettled,
    /// The engineer has written a note.
    Notes,
    /// The engineer has signed the run off.
    SignOff,
}

/// What stops the service of the DR appliance: the counterpart of what starts it, which the vendor documents. drwatch
/// sends neither.
pub(in crate::run) const STOP_SERVICE: &str = "\"enable\", \"configure terminal\", \"no service enable\"";

/// One item of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CleanupItem {
    /// What it is about.
    pub code: CleanupCode,
    /// One sentence: the state, and what to do if it is not done.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
    /// Whether the exit code depends on it; the others are optional.
    pub required: bool,
}

impl CleanupItem {
    /// What is left of an item that is not done, in a few words.
    #[must_use]
    pub fn left_in_words(&self, run: &Run) -> String {
        let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
        match self.code {
            CleanupCode::ReplicationRunning => format!("replication on {primary} does not run"),
            CleanupCode::AllSent => format!("data of {primary} is not sent"),
            CleanupCode::ThreadsAsBefore => match (run.thread_count(), run.threads_before()) {
                (Some(present), Some(before)) => format!("{dr} has {present} threads instead of {before}"),
                _ => format!("{dr} has other threads than before the test"),
            },
            CleanupCode::DrServiceStopped => format!("the service of {dr} still runs"),
            CleanupCode::FindingsAcknowledged => "findings are open".to_owned(),
            CleanupCode::DangersSettled => {
                let danger = run.accepted_dangers().last().map(Finding::subject).unwrap_or_default();
                format!("{} is not settled", danger.replacen("Alarm: ", "the alarm ", 1))
            }
            CleanupCode::Notes => "no note is written".to_owned(),
            CleanupCode::SignOff => "no signature".to_owned(),
        }
    }
}

/// The checklist of `run` at `now`. Items that do not apply are left out: replication if no primary takes part,
/// threads if drwatch never changed them.
#[must_use]
pub fn cleanup(run: &Run, now: Timestamp) -> Vec<CleanupItem> {
    let findings = [Some(findings(run)), dangers(run)];
    let record = [Some(notes(run)), Some(sign_off(run))];
    let appliances = [replication(run, now), sending(run), threads(run), dr_service(run)];
    let items = appliances.into_iter().chain(findings).chain(record);
    items.flatten().collect()
}

/// Who signed a run off.
pub(in crate::run) struct SignedBy<'r> {
    pub(in crate::run) at: Timestamp,
    /// Local user.
    pub(in crate::run) user: &'r str,
    /// The person, where one was named.
    pub(in crate::run) engineer: Option<&'r str>,
    pub(in crate::run) record: Sequence,
}

impl Run {
    /// Whether the clean-up is due: the test is over, or the engineer has left the watch. A watch that ended by
    /// itself after the restore leaves the pause to the rest of the test.
    #[must_use]
    pub fn is_cleanup_due(&self) -> bool {
        let was_left = matches!(self.ending, Some(Ending::Quit | Ending::Signal { .. }));
        self.phase() == Phase::Ended || was_left
    }

    /// Who signed the run off: on the dashboard, or afterwards as its operator with a key.
    pub(in crate::run) fn signed_by(&self) -> Option<SignedBy<'_>> {
        if let Some(signed) = &self.signed_off {
            let SignOff { at, user, engineer, record, .. } = signed;
            return Some(SignedBy { at: *at, user, engineer: engineer.as_deref(), record: *record });
        }
        let is_operator = |signature: &&Signature| signature.statement.role == SignerRole::Operator;
        let Signature { at, record, statement } = self.signatures.iter().rev().find(is_operator)?;
        let (user, engineer) = (&statement.user, Some(statement.name.as_str()));
        Some(SignedBy { at: *at, user, engineer, record: *record })
    }

    /// Whether an item is open that the exit code depends on.
    pub(in crate::run) fn lacks_cleanup(&self) -> bool {
        let is_open = |item: CleanupItem| item.required && !item.done;
        let replication = self.is_cleanup_due() && replication(self, self.last_at).is_some_and(is_open);
        replication || is_open(findings(self))
    }
}

fn replication(run: &Run, now: Timestamp) -> Option<CleanupItem> {
    if !run.takes_part(Role::Primary) {
        return None;
    }
    let name = run.name(Role::Primary);
    let state = &run.replication;
    let text = match (run.replication_state(), state.verified_at) {
        (Known::Running, _) if state.attested => {
            format!("Replication on {name} runs, as stated by the engineer; it was not read.")
        }
        (Known::Running, Some(_)) => format!("Replication on {name} runs; verified."),
        (Known::Running, None) => format!("Replication on {name} runs."),
        (Known::Paused, _) => {
            let length = state.paused_for(now).unwrap_or_default();
            let so_far = if run.is_recorded_no_more() {
                format!("for {length} when the record ended")
            } else {
                format!("for {length} now")
            };
            let what = format!("is paused, {so_far}: new data there is not protected.");
            match before_resume(run) {
                // First, as a narrow panel cuts the end.
                Some(ask_first) => format!("{ask_first} Replication on {name} {what}"),
                None if run.phase() == Phase::Ended => format!("Replication on {name} {what} Resume it now."),
                None => format!("Replication on {name} {what} Resume it once the test is over."),
            }
        }
        (Known::Unknown, _) if let Some(change) = run.change_in_doubt() => {
            let is_awaited = !change.state.is_settled() && !run.is_recorded_no_more();
            let to_do =
                if is_awaited { "Wait for it." } else { "Check in its web interface, then state it." };
            format!(
                "Whether replication on {name} runs is unknown: what came of the request of {} to {} was not read. {to_do}",
                change.requested_at.in_words(),
                change.plan.action
            )
        }
        (Known::Unreadable | Known::Unknown, _) => format!(
            "Whether replication on {name} runs is unknown. Check in its web interface, then state it."
        ),
    };
    let done = run.replication_state() == Known::Running;
    Some(CleanupItem { code: CleanupCode::ReplicationRunning, text, done, required: true })
}

/// It takes no command, and the exit code does not wait for it: replication runs, and will send it.
fn sending(run: &Run) -> Option<CleanupItem> {
    let text = format!("{} Wait until all is sent.", not_sent(run)?);
    Some(CleanupItem { code: CleanupCode::AllSent, text, done: false, required: false })
}

fn threads(run: &Run) -> Option<CleanupItem> {
    // Before the first change: a later request would give a number that drwatch had set itself.
    let before = run.first_threads_request()?.threads_before;
    let name = run.name(Role::Dr);
    let present = run.threads.as_ref().map(|threads| &threads.reading);
    let done = matches!((before, present), (Some(before), Some(Reading::Known(now))) if *now == before);
    let number =
        |count: Option<&ThreadCount>| count.map_or("an unknown number of".to_owned(), ToString::to_string);
    let present = number(present.and_then(Reading::known));
    let text = match before {
        Some(before) if done => format!("{before} replication threads on {name}, as before the test."),
        Some(before) => {
            format!(
                "Optional: set the replication threads of {name} back to {before}, as before the test; it has {present}."
            )
        }
        None => format!(
            "{present} replication threads on {name}; how many it had before the test was not read. Set them back if \
             wanted."
        ),
    };
    Some(CleanupItem { code: CleanupCode::ThreadsAsBefore, text, done, required: false })
}

/// Once replication is resumed the bucket changes under it, and no procedure says how to retire it: drwatch never stops
/// a service, so that this is the engineer's to decide.
fn dr_service(run: &Run) -> Option<CleanupItem> {
    let state = run.dr.service_state().filter(|_| run.phase() == Phase::Ended)?;
    let (name, done) = (run.name(Role::Dr), *state == ServiceState::Stopped);
    let text = if done {
        format!("The service of {name} is stopped.")
    } else {
        let to_do = if run.started.demo {
            "The demo stops it before the resume.".to_owned()
        } else {
            format!(
                "Stop it in your own ssh session there ({STOP_SERVICE}; drwatch never sends this), or note why it stays."
            )
        };
        format!(
            "The service of {name} still runs on the bucket that production changes: read nothing there. {to_do}"
        )
    };
    Some(CleanupItem { code: CleanupCode::DrServiceStopped, text, done, required: false })
}

fn findings(run: &Run) -> CleanupItem {
    let weighs = |severity| severity >= FindingSeverity::Attention;
    // What replication lacks has an item of its own, and ends with it: nobody is to acknowledge it instead.
    let is_listed = |code| code == Code::StillPaused && run.takes_part(Role::Primary);
    let open = || run.open_findings().filter(|finding| weighs(finding.severity));
    let open_ones = || open().filter(|finding| !is_listed(finding.code));
    let listed = open().count() - open_ones().count();
    let open = open_ones().count();
    let dangers = run.accepted_dangers().count();
    let besides = if listed > 0 { " besides that on replication" } else { "" };
    let text = match open {
        0 if listed > 0 => {
            "1 finding is open, on replication: it closes once replication is seen to run.".to_owned()
        }
        // That they are acknowledged is not that they are settled, which the next item says.
        0 if dangers == 1 => {
            "Nothing is left to acknowledge; 1 danger is acknowledged, but not settled.".to_owned()
        }
        0 if dangers > 1 => {
            format!("Nothing is left to acknowledge; {dangers} dangers are acknowledged, but not settled.")
        }
        0 => "No open finding needs attention.".to_owned(),
        1 => {
            let what = open_ones().next().map_or("", Finding::headline);
            format!("Acknowledge 1 open finding with a reason{besides}: {what}.")
        }
        open => format!("Acknowledge {open} open findings{besides}, each with a reason."),
    };
    let done = open + listed == 0;
    CleanupItem { code: CleanupCode::FindingsAcknowledged, text, done, required: done || open > 0 }
}

/// Nothing in the watch settles them: they are named until the end, and the exit code does not wait for them.
fn dangers(run: &Run) -> Option<CleanupItem> {
    let what = run.accepted_dangers().last()?.headline();
    let count = run.accepted_dangers().count();
    let text = match count {
        1 => format!("Not settled, only acknowledged: {what}."),
        count => {
            format!("Not settled, only acknowledged: {count} blocking findings; the latest: {what}.")
        }
    };
    Some(CleanupItem { code: CleanupCode::DangersSettled, text, done: false, required: false })
}

fn notes(run: &Run) -> CleanupItem {
    let count = (run.notes.len() as u64).saturating_add(run.dropped.notes);
    let text = match count {
        0 => "Optional: a note, if something happened that drwatch cannot see; none is written.".to_owned(),
        1 => "1 note was written.".to_owned(),
        count => format!("{count} notes were written."),
    };
    CleanupItem { code: CleanupCode::Notes, text, done: count > 0, required: false }
}

fn sign_off(run: &Run) -> CleanupItem {
    let signed = run.signed_by();
    let text = match &signed {
        Some(signed) => format!("Signed off by {}.", actor(signed.user, signed.engineer)),
        None => "The run is not signed off.".to_owned(),
    };
    CleanupItem { code: CleanupCode::SignOff, text, done: signed.is_some(), required: false }
}
