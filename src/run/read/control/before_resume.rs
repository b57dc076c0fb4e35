//! What has to be done before replication may be resumed: the service on the same bucket stopped, the vendor asked.

use crate::run::state::{Consented, GivenConsent, Run};
use crate::run::values::{ActionKind, Code, Finding, FindingSeverity, Overruled, Phase, Role, ServiceState};

/// What comes before a resume, in its order: once the test is over the stop of the service that works on the same bucket,
/// and the vendor's word while an alarm is not settled.
pub(in crate::run) fn before_resume(run: &Run) -> Option<String> {
    let dr = run.name(Role::Dr);
    match (run.awaits_service_stop(), run.has_unsettled_alarm()) {
        (true, true) => Some(format!("Stop the service of {dr} first. Then {}.", vendor_question(run))),
        (true, false) => Some(format!("First stop the service of {dr}.")),
        (false, true) => Some(format!("Before a resume {}.", vendor_question(run))),
        (false, false) => None,
    }
}

/// Whether the service of the DR appliance has to be stopped before the resume: after it both would work on one bucket,
/// and a restore that goes on would break. Where the restore is over, only a service that is known to run is named.
fn has_service_to_stop(run: &Run) -> bool {
    if run.is_restored() {
        return run.dr.service_runs();
    }
    run.has_begun_stage_1() && run.dr.service_state() != Some(&ServiceState::Stopped)
}

/// The words of every place that names the resume while an alarm is not settled.
pub(in crate::run) fn vendor_question(run: &Run) -> String {
    format!("ask the vendor whether {} may replicate", run.name(Role::Primary))
}

/// Who at the vendor agreed to the resume over the alarm that is not settled, as the engineer named them then.
pub(in crate::run) fn vendor_who_agreed(run: &Run) -> Option<String> {
    /// The line names a person and a case; the rest is on record.
    const MAX_CHARS: usize = 80;
    let alarm = unsettled_alarm(run)?;
    let is_over_alarm = |given: &&GivenConsent| {
        given.to == Consented::Action(ActionKind::Resume)
            && given.consent.overruled == Overruled::Alarm
            && given.at >= alarm.opened_at
    };
    let given = run.consents.iter().rev().find(is_over_alarm)?.reason.as_ref()?;
    let mut who: String = given.chars().take(MAX_CHARS).collect();
    if who.len() < given.len() {
        who.push('…');
    }
    Some(who)
}

impl Run {
    /// Whether something has to be done before replication may be resumed, as far as the record shows it.
    #[must_use]
    pub fn has_step_before_resume(&self) -> bool {
        before_resume(self).is_some()
    }

    /// Whether the test is over and the service of the DR appliance has to be stopped before the resume.
    #[must_use]
    pub fn awaits_service_stop(&self) -> bool {
        self.phase() == Phase::Ended && has_service_to_stop(self)
    }

    /// Whether an alarm was raised of which nobody knows the end: an acknowledgement settles none.
    #[must_use]
    pub fn has_unsettled_alarm(&self) -> bool {
        self.unsettled_alarm().is_some()
    }

    /// The latest of them.
    #[must_use]
    pub fn unsettled_alarm(&self) -> Option<&Finding> {
        unsettled_alarm(self)
    }
}

/// The latest alarm of which no end is known. Production changes the bucket in which the DR appliance missed data.
pub(in crate::run) fn unsettled_alarm(run: &Run) -> Option<&Finding> {
    unsettled_alarms(run).next()
}

/// All of them, the latest first.
pub(super) fn unsettled_alarms(run: &Run) -> impl Iterator<Item = &Finding> {
    let is_unsettled = |finding: &&Finding| {
        finding.code == Code::Alarm
            && finding.severity == FindingSeverity::Blocking
            && finding.closed_at.is_none()
    };
    run.findings.iter().rev().filter(is_unsettled)
}
