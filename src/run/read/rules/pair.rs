//! Rules about the pair: identities, roles and buckets that do not match.

use crate::run::read::appliances::pair;
use crate::run::state::Run;
use crate::run::values::{Identity, Phase, Remedy, Role, Wording};

pub(in crate::run) fn identity_changed(run: &Run, role: Role) -> Option<Wording> {
    let differences = run.identity_differences(role);
    let appliance = run.appliance(role);
    let (expected, found) = (appliance.expected.as_ref()?, appliance.identity.as_ref()?);
    if differences.is_empty() {
        return None;
    }
    let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
    let whose = if run.confirmed.is_some() { "Confirmed" } else { "Seen before" };
    let differences = differences.join("; ");
    let address = run.destination(role).unwrap_or("its address");
    let (what, to_do) = if run.is_stranger(role) {
        (
            format!(
                "Another machine answers as the {role}: {differences}. Control is off, and nothing it says counts."
            ),
            format!(
                "Find out where {address} leads, or, if it was replaced or renamed, compare and confirm the two anew."
            ),
        )
    } else {
        let name = run.name(role);
        (
            format!("{name} ({role}) is set up differently than confirmed: {differences}. Control is off."),
            format!("Correct the cloud settings of {name}, or compare and confirm the two appliances anew."),
        )
    };
    let (expected, found) = (fingerprint_text(expected), fingerprint_text(found));
    let text = format!("{what} {whose}: {expected}; now: {found}.");
    Some(Wording::blocking(text, to_do).with(Remedy::ConfirmPair))
}

fn fingerprint_text(identity: &Identity) -> String {
    let parts = [
        ("name", identity.hostname.clone()),
        ("serial", identity.serial.clone()),
        ("model", identity.model.clone()),
        ("product", identity.product.clone()),
        ("host key", identity.keys_in_words()),
        ("bucket", identity.bucket.clone()),
    ];
    let shown = parts.map(|(label, value)| format!("{label} {}", value.as_deref().unwrap_or("not shown")));
    shown.join(", ")
}

pub(super) fn roles_swapped(run: &Run) -> Option<Wording> {
    pair::roles_swapped(run).then(|| {
        let text = format!(
            "The destinations look swapped: the service of {}, given as primary, is stopped or restoring, while that of {}, given \
             as DR appliance, runs. Control stays off.",
            run.name(Role::Primary),
            run.name(Role::Dr)
        );
        Wording::blocking(text, "Quit, and check --primary and --dr.").with(Remedy::Quit)
    })
}

pub(super) fn same_machine(run: &Run) -> Option<Wording> {
    pair::same_machine(run).then(|| {
        let text =
            format!("Both destinations are one machine, {}. Control stays off.", run.name(Role::Primary));
        Wording::blocking(text, "Quit, and check --primary and --dr.").with(Remedy::Quit)
    })
}

pub(super) fn buckets_differ(run: &Run) -> Option<Wording> {
    let (primary, dr) = (run.bucket_of(Role::Primary)?, run.bucket_of(Role::Dr)?);
    (primary != dr).then(|| {
        let [from, to] = Role::BOTH.map(|role| run.name(role));
        Wording::blocking(
            format!("{from} uses the bucket {primary}, but {to} the bucket {dr}: {to} would restore another one's data."),
            match run.phases.current {
                Phase::Prepare => {
                    format!("Do not start the service of {to}; compare the cloud settings of {from} and {to}.")
                }
                Phase::Stage1 | Phase::Stage2 | Phase::InUse => {
                    format!("End the test; compare the cloud settings of {from} and {to}, then start anew.")
                }
                Phase::Ended => format!("Compare the cloud settings of {from} and {to} before the next test."),
            },
        )
    })
}

/// One appliance is simulated and the other is real: the rehearsal would pause real production, or the real restore
/// would be of a bucket whose production nobody pauses.
pub(in crate::run) fn mixed(run: &Run) -> Option<Wording> {
    let simulated = pair::simulated_alone(run)?;
    let real = simulated.other();
    let harm = match real {
        Role::Primary => "what is paused there is real production, for a restore that is none",
        Role::Dr => "what is paused is no real production, so that nothing protects a real restore",
    };
    let text = format!(
        "{}, given as {simulated}, is simulated by drwatch, and {}, given as {real}, is a real appliance: {harm}. The \
         run counts as a rehearsal. Control stays off.",
        run.name(simulated),
        run.name(real)
    );
    let to_do =
        "Quit, and give two real appliances, or two simulated ones; if both are meant, acknowledge this.";
    Some(Wording::blocking(text, to_do).with(Remedy::Quit))
}

pub(super) fn roles_changed(run: &Run) -> Option<Wording> {
    let text = pair::roles_changed(run)?;
    Some(Wording::blocking(text, pair::ROLES_TO_DO).with(Remedy::Acknowledge))
}
