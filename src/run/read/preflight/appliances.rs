//! Questions about the two appliances: reachable, identified, versions, services, clocks.

use super::draft::{Draft, Inquiry};
use crate::run::read::{appliances::pair, rules, timer_events::LOST_AFTER};
use crate::run::state::Observed;
use crate::run::values::{Identity, Link, Reading, Role, ServiceState};

const CHECK_SUPPORT: &str = "Make sure that a restore between these releases is supported.";

const LONG_STAGE_2: &str = "Stage 2 may take 12 hours or more, as from release 4.3 on";
const DIFFERENT_RELEASES: &str = "Releases differ, or are not both known";

/// From this release on, a database holds the pointer maps, and stage 2 has taken 12 hours or more.
const DATABASE_SINCE: (u32, u32) = (4, 3);

pub(super) fn reachable(inquiry: &Inquiry, role: Role) -> Draft {
    let run = inquiry.run;
    let appliance = run.appliance(role);
    let link_record = run.appliance(role).facts.link;
    let name = run.name(role);
    if !run.takes_part(role) {
        let flag = role.pick("--primary", "--dr");
        let text = format!("No destination was given for the {role}.");
        return Draft::blocking(text).remedy(format!("Give it with {flag}."));
    }
    match &appliance.link {
        Link::Absent | Link::Connecting => {
            Draft::unknown(format!("The connection to {name} ({role}) is still being made."))
                .on(link_record)
                .remedy("Log in with ssh by hand, to see whether it answers at all.")
        }
        Link::Waiting { reason, .. } | Link::Stopped { reason } => {
            let draft = Draft::blocking(format!("The {role} is not reachable: {reason}")).on(link_record);
            // Most reasons say what to do, behind a semicolon.
            if reason.contains("; ") {
                return draft;
            }
            draft.remedy("Log in with ssh by hand, and find out why it does not answer.")
        }
        Link::Connected => answering(inquiry, role),
    }
}

fn answering(inquiry: &Inquiry, role: Role) -> Draft {
    let run = inquiry.run;
    let appliance = run.appliance(role);
    let name = run.name(role);
    let evidence =
        run.appliance(role).facts.link.map(|(record, at)| (record, appliance.heard_at.unwrap_or(at)));
    // `heard_at` moves with an answer that came too late as well.
    let silence = appliance.silent_since.or(appliance.heard_at).map(|since| inquiry.ago(since));
    if let Some(silence) = silence.filter(|silence| *silence >= LOST_AFTER) {
        return Draft::blocking(format!("{name} ({role}) is connected, but has not answered for {silence}."))
            .on(evidence)
            .remedy("Look at the appliance and at the connection to it.");
    }
    let took = appliance
        .round_trip
        .map_or(String::new(), |took| format!("; its last answer took {} ms", took.millis()));
    Draft::ok(format!("{name} ({role}) is connected{took}.")).on(evidence)
}

pub(super) fn identities(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let evidence = run.dr.facts.identity.or(run.primary.facts.identity);
    for role in Role::BOTH {
        let identity = run.appliance(role).identity.as_ref();
        if identity.is_none_or(|identity| identity.hostname.is_none()) {
            return Draft::unknown(format!("The {role} is not identified yet.")).on(evidence);
        }
    }
    let text = format!("Primary: {}. DR appliance: {}", who(inquiry, Role::Primary), who(inquiry, Role::Dr));
    if let Some(doubt) = pair::roles_changed(run) {
        return if pair::roles_doubtful(run) {
            Draft::blocking(doubt)
                .remedy("Check --primary and --dr. If the two have really changed roles, acknowledge that in the watch.")
        } else {
            Draft::info(format!(
                "{text}. They have changed roles since an earlier run, as acknowledged."
            ))
        }
        .on(evidence);
    }
    for role in Role::BOTH {
        if let Some(doubt) = rules::pair::identity_changed(run, role) {
            let to_do = doubt.to_do.unwrap_or_default();
            // The text of the finding ends with what to do, which has a field of its own here.
            let what = doubt.text.strip_suffix(&to_do).unwrap_or(&doubt.text).trim_end();
            return Draft::blocking(what).on(run.appliance(role).facts.identity).remedy(to_do);
        }
    }
    if let Some(doubt) = rules::pair::mixed(run) {
        let to_do = doubt.to_do.unwrap_or_default();
        let what = doubt.text.strip_suffix(&to_do).unwrap_or(&doubt.text).trim_end();
        return Draft::blocking(what).on(evidence).remedy(to_do);
    }
    if inquiry.facts.ask_past && run.confirmed.is_none() {
        return Draft::info(format!("Not confirmed by name yet. {text}."))
            .on(evidence)
            .remedy("Confirm them in the watch, which asks for them before its first action.");
    }
    Draft::ok(format!("{text}.")).on(evidence)
}

fn who(inquiry: &Inquiry, role: Role) -> String {
    let Some(identity) = &inquiry.run.appliance(role).identity else { return inquiry.run.name(role) };
    let Identity { model, serial, .. } = identity;
    let serial = serial.as_ref().map(|serial| format!("serial {serial}"));
    let name = Some(inquiry.run.name(role));
    [name, model.clone(), serial].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(super) fn two_machines(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let evidence = run.dr.facts.identity.or(run.primary.facts.identity);
    let (Some(primary), Some(dr)) = (&run.primary.identity, &run.dr.identity) else {
        return Draft::unknown("Not identified yet: whether they are two machines is unknown.");
    };
    let stated = run.confirmed.as_ref().and_then(|confirmed| confirmed.reason.as_ref());
    let draft = match (primary.same_machine(dr), stated) {
        (Some(true), _) => Draft::blocking(format!(
            "Both destinations are one machine, {}: the {} is the same.",
            run.name(Role::Primary),
            distinguished_by(primary, dr)
        ))
        .remedy("Check --primary and --dr."),
        (Some(false), _) if run.shared_name().is_some() => Draft::attention(format!(
            "They are two machines, the {} differs, but both are called {}.",
            distinguished_by(primary, dr),
            run.name(Role::Dr)
        ))
        .remedy("Rename one: neither a prompt nor a line of a log tells them apart."),
        (Some(false), _) => {
            Draft::ok(format!("They are two machines: the {} differs.", distinguished_by(primary, dr)))
        }
        (None, Some(reason)) => Draft::attention(format!(
            "Nothing they show distinguishes them; the engineer states that they are two machines: {reason}"
        )),
        (None, None) if run.is_pair_indistinct() => Draft::unknown(
            "Both give the same name, and neither serial number nor host key distinguishes them.",
        )
        .remedy("Make sure that they are two machines, and state it with the confirmation in the watch."),
        (None, None) => {
            Draft::attention("The names differ, but neither serial number nor host key distinguishes them.")
                .remedy("Make sure that they are two machines.")
        }
    };
    draft.on(evidence)
}

/// What `same_machine` compares.
fn distinguished_by(one: &Identity, other: &Identity) -> &'static str {
    if one.usable_serial().is_some() && other.usable_serial().is_some() {
        "serial number"
    } else {
        "host key"
    }
}

pub(super) fn versions(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let release = |role| {
        let identity = run.appliance(role).identity.as_ref();
        identity.and_then(|identity| identity.release.clone())
    };
    let (primary, dr) = (release(Role::Primary), release(Role::Dr));
    let evidence = run.dr.facts.identity;
    let shown = |release: &Option<String>| release.clone().unwrap_or_else(|| "unknown".to_owned());
    let text = if primary == dr {
        format!("release {} on both", shown(&dr))
    } else {
        format!("release {} on the primary, {} on the DR appliance", shown(&primary), shown(&dr))
    };
    let Some(number) = dr.as_deref().and_then(release_number) else {
        return Draft::unknown(format!("Length of stage 2 unknown: {text}."))
            .on(evidence)
            .remedy("Look it up; from 4.3 on stage 2 may take 12 hours or more.");
    };
    let draft = if number >= DATABASE_SINCE {
        // What it means comes first: a narrow panel shows no more.
        if primary == dr {
            Draft::info(format!("{LONG_STAGE_2}: {text}.")).remedy("Plan the pause for that long.")
        } else {
            Draft::attention(format!("{DIFFERENT_RELEASES}: {text}. {LONG_STAGE_2}.")).remedy(CHECK_SUPPORT)
        }
    } else if primary != dr {
        Draft::attention(format!("{DIFFERENT_RELEASES}: {text}.")).remedy(CHECK_SUPPORT)
    } else {
        Draft::ok(capitalised(&format!("{text}; before 4.3 stage 2 needs no database.")))
    };
    draft.on(evidence)
}

/// Major and minor number of a release such as `4.4.1` or `altavault 4.3`.
fn release_number(release: &str) -> Option<(u32, u32)> {
    let start = release.find(|letter: char| letter.is_ascii_digit())?;
    let mut parts = release.get(start..)?.split(|letter: char| !letter.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    Some((major, minor))
}

pub(super) fn services(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    // First: while the two look swapped, what is said about the DR service describes the other machine.
    if pair::roles_swapped(run) {
        return Draft::blocking(format!(
            "The destinations look swapped: the service of {}, given as primary, is stopped, and that of {}, given as \
             DR appliance, runs.",
            run.name(Role::Primary),
            run.name(Role::Dr)
        ))
        .on(run.dr.service.as_ref().map(Observed::evidence))
        .remedy("Check --primary and --dr.");
    }
    let name = run.name(Role::Dr);
    let Some(service) = inquiry.current(Role::Dr, run.dr.service.as_ref()) else {
        let last = run.dr.service.as_ref().map(Observed::evidence);
        return inquiry.unread(Role::Dr, &format!("The service state of {name}")).on(last);
    };
    let draft = match &service.reading {
        Reading::Known(ServiceState::Stopped) | Reading::ServiceDown => stopped(inquiry),
        Reading::Known(ServiceState::Busy(words) | ServiceState::Running(words))
            if inquiry.facts.ask_past && run.saw_service_start() =>
        {
            Draft::info(format!(
                "The service of {name} was started ('{words}') and has yet to send its first GET."
            ))
        }
        Reading::Known(ServiceState::Busy(words) | ServiceState::Running(words)) => Draft::attention(
            format!("Service of {name} already started ('{words}'): it is too late to prepare."),
        )
        .remedy("Make sure that it is meant to run."),
        Reading::Unreadable | Reading::Refused(_) => {
            Draft::unknown(format!("drwatch does not understand what {name} answers about its service."))
                .remedy("Look there whether the service is stopped.")
        }
    };
    draft.on(service.evidence())
}

fn stopped(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let (dr, primary) = (run.name(Role::Dr), run.name(Role::Primary));
    let running =
        |service: &&Observed<ServiceState>| matches!(service.reading.known(), Some(ServiceState::Running(_)));
    let text = format!("The service of {dr} is stopped and waits to be started");
    match inquiry.current(Role::Primary, run.primary.service.as_ref()) {
        None => Draft::ok(format!("{text}.")),
        Some(service) if running(&service) => Draft::ok(format!("{text}; that of {primary} runs.")),
        Some(_) => Draft::attention(format!("{text}, but that of {primary} is not known to run either."))
            .remedy(format!("Look at the service of {primary}.")),
    }
}

pub(super) fn clocks(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let mut known = Vec::new();
    let mut off = false;
    for role in Role::BOTH {
        if let Some(seconds) = run.appliance(role).clock_offset {
            let direction = if seconds < 0 { "behind" } else { "ahead of" };
            known.push(match seconds.unsigned_abs() {
                // Log stamps have whole seconds.
                0 | 1 => format!("the clock of {} agrees with ours", run.name(role)),
                seconds => format!("the clock of {} is {seconds} s {direction} ours", run.name(role)),
            });
            off |= run.clock_is_off(role);
        }
    }
    let evidence = run.dr.facts.clock.or(run.primary.facts.clock);
    if known.is_empty() {
        return Draft::unknown(
            "Clock of the DR appliance not compared with ours yet: that takes a line of its log.",
        );
    }
    let text = capitalised(&format!("{}.", known.join(", and ")));
    let draft = if off {
        Draft::attention(text).remedy("Set the clock, or keep the difference in mind when you compare times.")
    } else {
        Draft::ok(text)
    };
    draft.on(evidence)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
