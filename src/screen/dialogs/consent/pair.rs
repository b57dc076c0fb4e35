//! Confirming the two appliances: both fingerprints in full, and what has changed where one was replaced.

use crossterm::event::KeyEvent;

use super::entry::{Entry, present_pair};
use crate::{
    run::{Authorization, Identity, IdentityPart, Remedy, Role, Run},
    screen::dialogs::{Body, Content, Facts, Intent, Prompt, Reply, Sheet, TextInput, Tone},
};

#[derive(Clone, Debug, Default)]
pub(crate) struct PairDialog {
    entry: Entry,
}

impl Content for PairDialog {
    fn serves(&self, next: Remedy) -> bool {
        next == Remedy::ConfirmPair
    }

    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.entry.field_mut().input)
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if self.entry.is_outdated(facts.run, &Authorization::NeedsConfirmation)
            || !self.entry.field_mut().submits(key)
        {
            return Reply::Stay;
        }
        confirmed(&mut self.entry, facts.run).map_or(Reply::Stay, Reply::Done)
    }

    fn sheet(&self, facts: &Facts<'_>, body: Body) -> Sheet {
        let entry = self.entry.as_shown(facts.run, &Authorization::NeedsConfirmation);
        sheet(&entry, facts.run, body)
    }
}

/// The confirmation, once all that it takes is typed.
pub(super) fn confirmed(entry: &mut Entry, run: &Run) -> Option<Intent> {
    if let Some(unknown) = roles(run).find(|role| run.appliance(*role).identity.is_none()) {
        entry.field_mut().problem = Some(format!("The {unknown} has not shown who it is yet."));
        return None;
    }
    if !entry.is_typed(&phrase(run), "Nothing was confirmed") {
        return None;
    }
    let reason = if run.is_pair_indistinct() { Some(entry.typed_reason()?) } else { None };
    let typed = entry.typed_phrase();
    // The dialog may stay open for the action, which takes a consent of its own.
    *entry = Entry::default();
    Some(Intent::ConfirmPair { pair: Box::new(present_pair(run)), reason, typed })
}

fn roles(run: &Run) -> impl Iterator<Item = Role> {
    [Role::Primary, Role::Dr].into_iter().filter(|role| run.takes_part(*role))
}

/// The appliance to be named to confirm both: the one that changed, else the primary, where there is one.
fn asked_for(run: &Run) -> Role {
    let changed = roles(run).find(|role| run.is_stranger(*role));
    changed.or_else(|| roles(run).next()).unwrap_or(Role::Dr)
}

/// What to type: the name; the serial number where that has changed, so that it was read.
fn phrase(run: &Run) -> String {
    let role = asked_for(run);
    let has_other_serial =
        run.identity_differences(role).iter().any(|difference| difference.part == IdentityPart::Serial);
    let identity = run.appliance(role).identity.as_ref();
    match identity.and_then(Identity::usable_serial) {
        Some(serial) if has_other_serial => serial.to_owned(),
        _ => identity.and_then(|identity| identity.hostname.clone()).unwrap_or_else(|| run.name(role)),
    }
}

/// Both appliances in full, and the field that confirms them.
pub(super) fn sheet(entry: &Entry, run: &Run, mut body: Body) -> Sheet {
    let is_changed = roles(run).any(|role| run.has_changed(role));
    let (tone, title) = if roles(run).any(|role| run.is_stranger(role)) {
        (Tone::Danger, "ANOTHER MACHINE ANSWERS")
    } else if is_changed {
        (Tone::Danger, "SET UP DIFFERENTLY THAN CONFIRMED")
    } else if run.is_pair_confirmed() {
        (Tone::Attention, "The two appliances, as confirmed")
    } else {
        (Tone::Attention, "Confirm the two appliances")
    };
    if is_changed {
        body.text(
            Tone::Danger,
            "Confirm it only if you know why it has taken the place of the one before; else press Esc and find out where the \
             address leads.",
        );
    } else {
        // Both names come first, wherever the rest has to be scrolled to.
        let names = roles(run).map(|role| match role {
            Role::Primary => run.name(role),
            Role::Dr => format!("{} (DR)", run.name(role)),
        });
        let names = names.collect::<Vec<_>>().join(" and ");
        body.text(Tone::Text, &format!("Compare before anything may be sent: {names}."));
    }
    for role in roles(run) {
        body.blank();
        identity_rows(run, role, &mut body);
    }
    if run.is_pair_indistinct() {
        body.blank();
        body.warning("Nothing they show tells the two apart. Confirm only if you know them to be two machines; a reason is needed.");
    } else if let Some(name) = run.shared_name() {
        body.blank();
        body.warning(&format!(
            "Both are called {name}, which is also what an action asks for: only their serial numbers and addresses tell them apart."
        ));
    }
    let phrase = phrase(run);
    let prompt = if entry.reason.is_some() {
        "Why are they two machines? (goes into the report)".into()
    } else if is_changed {
        Prompt::of_phrase("All of it right? ", &phrase, body.theme())
    } else if roles(run).count() > 1 {
        Prompt::of_both("Both serial numbers right?", &phrase, body.theme())
    } else {
        Prompt::of_phrase("Serial number right? ", &phrase, body.theme())
    };
    Sheet::new(title, tone, body)
        .field(prompt, entry.field())
        .keys(&[("Enter", "confirm"), ("Esc", "cancel")])
        .consenting_to(format!("{:?}", present_pair(run)))
}

fn identity_rows(run: &Run, role: Role, body: &mut Body) {
    let title = match role {
        Role::Primary => "PRIMARY (production): replication is paused and resumed here",
        Role::Dr => "DR APPLIANCE: threads are set here",
    };
    body.text(Tone::Strong, title);
    let nothing = Identity::default();
    let identity = run.appliance(role).identity.as_ref().unwrap_or(&nothing);
    let differences = run.identity_differences(role);
    let row = |body: &mut Body, label: &str, part: Option<IdentityPart>, value: Option<String>| {
        // Those of a demo are reached without SSH.
        let is_demo = run.started.demo && part == Some(IdentityPart::HostKey);
        let nothing = if is_demo { "none (simulated)" } else { "not shown" };
        let value = value.unwrap_or_else(|| nothing.to_owned());
        let difference = differences.iter().find(|difference| Some(difference.part) == part);
        let Some(difference) = difference else {
            body.value(label, if label == "name" { Tone::Strong } else { Tone::Text }, &value);
            return;
        };
        let expected = difference.expected.as_deref().unwrap_or("not shown");
        body.value(label, Tone::Danger, &format!("NOW  {value}"));
        body.value("", Tone::Text, &format!("WAS  {expected}"));
    };
    row(body, "name", Some(IdentityPart::Hostname), identity.hostname.clone());
    let destination = run.destination(role).unwrap_or("not given");
    if run.says_simulated(role) && !run.started.demo {
        body.value("reached as", Tone::Attention, &format!("{destination}, SIMULATED by drwatch"));
    } else {
        body.value("reached as", Tone::Text, destination);
    }
    row(body, "serial", Some(IdentityPart::Serial), identity.serial.clone());
    let of_the_product = [IdentityPart::Product, IdentityPart::Model];
    if differences.iter().any(|difference| of_the_product.contains(&difference.part)) {
        row(body, "product", Some(IdentityPart::Product), identity.product.clone());
        row(body, "model", Some(IdentityPart::Model), identity.model.clone());
        row(body, "release", None, identity.release.clone());
    } else {
        let shown = |part: &Option<String>| part.clone().unwrap_or_else(|| "(not shown)".to_owned());
        let product = [&identity.product, &identity.model, &identity.release].map(shown).join("  ");
        row(body, "is", None, Some(product));
    }
    let keys = identity.keys();
    if differences.iter().any(|difference| difference.part == IdentityPart::HostKey) || keys.is_empty() {
        row(body, "host key", Some(IdentityPart::HostKey), (!keys.is_empty()).then(|| keys.join(", ")));
    } else {
        for (index, key) in keys.iter().enumerate() {
            row(body, if index == 0 { "host key" } else { "" }, None, Some(key.clone()));
        }
    }
    row(body, "bucket", Some(IdentityPart::Bucket), identity.bucket.clone());
}
