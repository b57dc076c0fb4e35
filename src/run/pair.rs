//! Whether the two appliances are the pair they are given as: two machines, each in its part, on one
//! bucket. What follows for control and pre-flight stands there.

use super::{
    event::Event,
    facts::{Role, ServiceState},
    finding::{Code, Finding, FindingSeverity},
    findings::Wording,
    identity::{Difference, Identity},
    phase::Phase,
    record::Record,
    state::{Confirmation, Run},
};

const ROLES: [Role; 2] = [Role::Primary, Role::Dr];

/// The engineer has confirmed both appliances: from here on they have to be these.
pub(super) fn confirmed(run: &mut Run, record: &Record) {
    let Event::NamesConfirmed { primary, dr, identities, reason, .. } = &record.event else { return };
    for (role, name) in [(Role::Primary, primary), (Role::Dr, dr)] {
        let expected = match identities {
            Some(identities) => identities.of(role).cloned(),
            // Records of older formats hold the name alone; what else there was to see is what was shown.
            None => run
                .appliance(role)
                .identity
                .clone()
                .map(|identity| Identity { hostname: Some(name.clone()), ..identity }),
        };
        if expected.is_some() {
            run.appliance_mut(role).expected = expected;
        }
    }
    run.confirmed = Some(Confirmation { record: record.seq, reason: reason.clone() });
}

/// Somebody goes on with the record. Only for the same person at the same machine the confirmation
/// holds; where the record may have been written by others, nothing it says of the appliances does.
pub(super) fn taken_over(run: &mut Run, recorder: &str, is_distrusted: bool) {
    if is_distrusted || run.tracking.recorder != recorder {
        run.confirmed = None;
        recorder.clone_into(&mut run.tracking.recorder);
    }
    if is_distrusted {
        run.primary.expected = None;
        run.dr.expected = None;
    }
}

impl Run {
    /// In what the machine that answers as this appliance is not the expected one; empty where it is, or
    /// where nothing was seen yet.
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

    /// Whether the appliance is not just as the engineer confirmed it, or saw it first.
    #[must_use]
    pub fn has_changed(&self, role: Role) -> bool {
        !self.identity_differences(role).is_empty()
    }

    /// Whether the engineer has confirmed just the two machines that answer now.
    #[must_use]
    pub fn is_pair_confirmed(&self) -> bool {
        self.confirmed.is_some() && !ROLES.into_iter().any(|role| self.has_changed(role))
    }

    /// Whether nothing the two appliances show tells them apart, not even their names.
    #[must_use]
    pub fn is_pair_indistinct(&self) -> bool {
        let (Some(primary), Some(dr)) = (&self.primary.identity, &self.dr.identity) else { return false };
        primary.same_machine(dr).is_none() && (&primary.hostname, &primary.model) == (&dr.hostname, &dr.model)
    }
}

/// What is wrong where another machine than the expected one answers.
pub(super) fn identity_changed(run: &Run, role: Role) -> Option<Wording> {
    let differences = run.identity_differences(role);
    let appliance = run.appliance(role);
    let (expected, found) = (appliance.expected.as_ref()?, appliance.identity.as_ref()?);
    if differences.is_empty() {
        return None;
    }
    let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
    let whose = if run.confirmed.is_some() { "confirmed" } else { "seen before" };
    let differences = differences.join("; ");
    let address = run.destination(role).unwrap_or("its address");
    let what = if run.is_stranger(role) {
        format!(
            "Another machine answers as the {role}: {differences}. Control is off: find out where {address} leads, or, if it was \
             replaced or renamed, compare and confirm the two anew. Nothing it says counts until then."
        )
    } else {
        format!(
            "{} ({role}) is set up differently than confirmed: {differences}. Control is off; correct its cloud settings, or compare \
             and confirm the two appliances anew.",
            run.name(role)
        )
    };
    Some(Wording::blocking(format!(
        "{what} {whose}: {}; now: {}.",
        in_words(expected),
        in_words(found),
        whose = capitalised(whose),
    )))
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A fingerprint on one line.
fn in_words(identity: &Identity) -> String {
    let keys = Some(identity.keys().join(", ")).filter(|keys| !keys.is_empty());
    let parts = [
        ("name", identity.hostname.clone()),
        ("serial", identity.serial.clone()),
        ("model", identity.model.clone()),
        ("product", identity.product.clone()),
        ("host key", keys),
        ("bucket", identity.bucket.clone()),
    ];
    let shown = parts.map(|(label, value)| format!("{label} {}", value.as_deref().unwrap_or("not shown")));
    shown.join(", ")
}

/// Why control stays off: a blocking finding about the pair that is neither closed nor taken on.
pub(super) fn blocking_finding(run: &Run) -> Option<&Finding> {
    const ABOUT_THE_PAIR: [Code; 5] = [
        Code::SameMachine,
        Code::RolesSwapped,
        Code::RolesChanged,
        Code::BucketsDiffer,
        Code::IdentityChanged,
    ];
    run.open_findings().find(|finding| {
        finding.severity == FindingSeverity::Blocking && ABOUT_THE_PAIR.contains(&finding.code)
    })
}

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
        let serial = run.appliance(role).identity.as_ref()?.usable_serial()?;
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
