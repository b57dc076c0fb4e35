//! Whether the two appliances are the pair they are given as: two machines, each in its role, on one bucket.

use crate::run::state::Run;
use crate::run::values::{Code, Difference, Finding, FindingSeverity, Phase, Role, ServiceState};

impl Run {
    /// How the machine that answers differs from the expected one; empty if it is the expected one, or not seen yet.
    #[must_use]
    pub fn identity_differences(&self, role: Role) -> Vec<Difference> {
        let appliance = self.appliance(role);
        match (&appliance.expected, &appliance.identity) {
            (Some(expected), Some(identity)) => expected.differences(identity),
            _ => Vec::new(),
        }
    }

    /// Whether another machine than the expected one answers.
    #[must_use]
    pub fn is_stranger(&self, role: Role) -> bool {
        self.appliance(role).is_stranger()
    }

    /// Whether the appliance differs from what the engineer confirmed, or from what was first seen.
    #[must_use]
    pub fn has_changed(&self, role: Role) -> bool {
        !self.identity_differences(role).is_empty()
    }

    /// Whether the engineer has confirmed exactly the two machines that answer now.
    #[must_use]
    pub fn is_pair_confirmed(&self) -> bool {
        self.confirmed.is_some() && !Role::BOTH.into_iter().any(|role| self.has_changed(role))
    }

    /// Whether nothing that the two appliances show distinguishes them, not even their names.
    #[must_use]
    pub fn is_pair_indistinct(&self) -> bool {
        let (Some(primary), Some(dr)) = (&self.primary.identity, &self.dr.identity) else { return false };
        primary.same_machine(dr).is_none() && (&primary.hostname, &primary.model) == (&dr.hostname, &dr.model)
    }

    /// The name that both appliances go by, if it is one: no prompt and no line of a log tells them apart then.
    #[must_use]
    pub fn shared_name(&self) -> Option<&str> {
        let name = |role| self.appliance(role).identity.as_ref()?.hostname.as_deref();
        name(Role::Dr)
            .filter(|dr| name(Role::Primary).is_some_and(|primary| primary.eq_ignore_ascii_case(dr)))
    }

    /// The bucket that an appliance is set up with, as read, or for the primary as named by its listing.
    pub(in crate::run) fn bucket_of(&self, role: Role) -> Option<&str> {
        let read = self.appliance(role).bucket.as_ref().and_then(|bucket| bucket.reading.known());
        let listed = self.listing.as_ref().filter(|_| role == Role::Primary);
        read.or(listed.map(|listing| &listing.listing.counts.name)).map(String::as_str)
    }
}

/// Why control stays off: a blocking finding about the pair that is neither closed nor acknowledged.
pub(in crate::run) fn blocking_finding(run: &Run) -> Option<&Finding> {
    const ABOUT_THE_PAIR: [Code; 6] = [
        Code::SameMachine,
        Code::RolesSwapped,
        Code::RolesChanged,
        Code::BucketsDiffer,
        Code::MixedPair,
        Code::IdentityChanged,
    ];
    run.open_findings().find(|finding| {
        finding.severity == FindingSeverity::Blocking && ABOUT_THE_PAIR.contains(&finding.code)
    })
}

pub(in crate::run) fn in_doubt(run: &Run) -> bool {
    same_machine(run) || roles_swapped(run) || roles_doubtful(run)
}

pub(in crate::run) fn same_machine(run: &Run) -> bool {
    let (Some(primary), Some(dr)) = (&run.primary.identity, &run.dr.identity) else { return false };
    primary.same_machine(dr) == Some(true)
}

/// Whether the destinations look swapped: before stage 1 the DR service is stopped and that of production runs.
pub(in crate::run) fn roles_swapped(run: &Run) -> bool {
    run.phases.current == Phase::Prepare
        && match run.primary.service_state() {
            Some(ServiceState::Stopped) => true,
            // A production service may be busy as well, for instance while it replays transaction logs after a crash.
            // Only a restore shows a DR appliance.
            Some(ServiceState::Busy(words)) => words.to_lowercase().contains("restor"),
            _ => false,
        }
        && run.dr.service_runs()
}

/// The role that is simulated where the other one is known to be real.
pub(in crate::run) fn simulated_alone(run: &Run) -> Option<Role> {
    Role::BOTH.into_iter().find(|role| {
        let other = run.appliance(role.other());
        run.says_simulated(*role) && other.identity.is_some() && other.said_simulated.is_none()
    })
}

/// What to do if the roles contradict an earlier run.
pub(in crate::run) const ROLES_TO_DO: &str =
    "Check --primary and --dr; if the two have really changed roles since, acknowledge this.";

/// How the roles contradict an earlier run, as a sentence.
pub(in crate::run) fn roles_changed(run: &Run) -> Option<String> {
    let (role, known) = Role::BOTH.into_iter().find_map(|role| {
        let serial = run.appliance(role).identity.as_ref()?.usable_serial()?;
        let known = run.started.known_roles.iter().find(|known| known.serial == *serial)?;
        (known.role != role).then_some((role, known))
    })?;
    Some(format!(
        "{}, given as {role}, was the {} in run {}, by its serial number {}: the destinations look swapped. Control \
         stays off.",
        run.name(role),
        known.role,
        known.run,
        known.serial
    ))
}

/// Whether the roles contradict an earlier run and the engineer has not acknowledged it.
pub(in crate::run) fn roles_doubtful(run: &Run) -> bool {
    let is_taken_on = |finding: &Finding| {
        finding.code == Code::RolesChanged && finding.closed_at.is_none() && finding.acknowledged.is_some()
    };
    roles_changed(run).is_some() && !run.findings.iter().any(is_taken_on)
}
