//! Whether the two appliances are the pair they are given as: two machines, each in its part, on one
//! bucket. What follows for control and pre-flight stands there.

use super::{
    facts::{Role, ServiceState},
    finding::{Code, Finding},
    findings::Wording,
    phase::Phase,
    state::Run,
};

/// Whether it is in doubt which appliance is which.
pub(super) fn in_doubt(run: &Run) -> bool {
    same_machine(run) || roles_swapped(run) || roles_doubtful(run)
}

/// Whether both destinations are one machine.
pub(super) fn same_machine(run: &Run) -> bool {
    let (Some(primary), Some(dr)) = (&run.primary.identity, &run.dr.identity) else { return false };
    primary.same_machine(dr) == Some(true)
}

/// Whether the destinations look swapped: before stage 1 it is the DR appliance whose service is
/// stopped, and production whose service runs.
pub(super) fn roles_swapped(run: &Run) -> bool {
    let service = |role| run.appliance(role).service.as_ref().and_then(|service| service.reading.known());
    run.phases.current == Phase::Prepare
        && match service(Role::Primary) {
            Some(ServiceState::Stopped) => true,
            // Production does not restore anything.
            Some(ServiceState::Busy(words)) => words.to_lowercase().contains("restor"),
            _ => false,
        }
        && matches!(service(Role::Dr), Some(ServiceState::Running(_) | ServiceState::Busy(_)))
}

/// What an earlier run has against the parts the two appliances are given now, as a sentence.
pub(super) fn roles_changed(run: &Run) -> Option<String> {
    let (role, known) = [Role::Primary, Role::Dr].into_iter().find_map(|role| {
        let serial = run.appliance(role).identity.as_ref()?.serial.as_ref()?;
        let known = run.started.known_roles.iter().find(|known| known.serial == *serial)?;
        (known.role != role).then_some((role, known))
    })?;
    Some(format!(
        "{}, given as {role}, was the {} in run {}, by its serial number {}: the destinations look swapped. Control \
         stays off; check --primary and --dr, or acknowledge this (a) if its part has changed since.",
        run.name(role),
        known.role,
        known.run,
        known.serial
    ))
}

/// The same, unless the engineer has taken it on.
pub(super) fn roles_doubtful(run: &Run) -> bool {
    let is_taken_on = |finding: &Finding| {
        finding.code == Code::RolesChanged && finding.closed_at.is_none() && finding.acknowledged.is_some()
    };
    roles_changed(run).is_some() && !run.findings.iter().any(is_taken_on)
}

/// What is wrong with the services of a pair that looks swapped.
pub(super) fn swapped(run: &Run) -> Option<Wording> {
    roles_swapped(run).then(|| {
        Wording::blocking(format!(
            "The destinations look swapped: the service of {}, given as primary, is stopped or restoring, while that of {}, given \
             as DR appliance, runs. Control stays off; check --primary and --dr.",
            run.name(Role::Primary),
            run.name(Role::Dr)
        ))
    })
}

/// What is wrong with a pair that is one machine.
pub(super) fn same(run: &Run) -> Option<Wording> {
    same_machine(run).then(|| {
        Wording::blocking(format!(
            "Both destinations are one machine, {}. Control stays off; check --primary and --dr.",
            run.name(Role::Primary)
        ))
    })
}

impl Run {
    /// The bucket that an appliance is set up with, as it told itself, or as the listing of the primary's
    /// names it.
    pub(super) fn bucket_of(&self, role: Role) -> Option<&str> {
        let told = self.appliance(role).bucket.as_ref().and_then(|bucket| bucket.reading.known());
        let listed = self.listing.as_ref().filter(|_| role == Role::Primary);
        told.or(listed.map(|listing| &listing.listing.name)).map(String::as_str)
    }
}

/// What is wrong with a pair of which each has a bucket of its own.
pub(super) fn buckets_differ(run: &Run) -> Option<Wording> {
    let (primary, dr) = (run.bucket_of(Role::Primary)?, run.bucket_of(Role::Dr)?);
    (primary != dr).then(|| {
        Wording::blocking(format!(
            "{} uses the bucket {primary}, but {} the bucket {dr}: what is restored would be another one's data. Check \
             the cloud settings of both.",
            run.name(Role::Primary),
            run.name(Role::Dr)
        ))
    })
}
