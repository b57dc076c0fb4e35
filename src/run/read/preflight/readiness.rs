//! Questions about the preparations: pause, baseline, threads, log level, commands, room for the record.

use super::draft::{Draft, Inquiry};
use crate::run::state::{Observed, Run, ServiceSeen};
use crate::run::values::{
    ActionKind, ActionState, ByteCount, Certainty, GetCount, Known, Phase, Reading, Role, Sequence,
    ThreadCount, Timestamp,
};

/// With fewer bytes than this a run of a day may fill the disk: 100 lines/s of 110 bytes are about 0.9 GiB a day.
const DISK_WANTED_BYTES: u64 = 1 << 30;

/// With fewer bytes than this not even an hour is safe.
const DISK_NEEDED_BYTES: u64 = 100 << 20;

pub(super) fn paused(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let name = run.name(Role::Primary);
    let replication = &run.replication;
    let known_at =
        if replication.attested { run.tracking.replication_known_at } else { replication.verified_at };
    let evidence = replication.record.zip(known_at.or(replication.since));
    let draft = match run.replication_state() {
        Known::Running => Draft::blocking(format!("Replication on {name} runs; the bucket must not change."))
            .remedy("Pause it, and list the bucket again."),
        Known::Paused if replication.attested => Draft::attention(format!(
            "Replication on {name} is paused{}, as stated by hand; it was not read.",
            since(inquiry)
        ))
        .remedy("Look there again before the start."),
        Known::Paused => match replication.verified_at {
            Some(at) if inquiry.is_current(Role::Primary, at) => Draft::ok(format!(
                "Replication on {name} is paused{}, verified {} ago.",
                since(inquiry),
                inquiry.ago(at)
            )),
            _ => Draft::unknown(format!(
                "Replication on {name} was paused when it was last read; there is no recent reading."
            ))
            .remedy("Look there whether it still is."),
        },
        Known::Unreadable => {
            Draft::unknown(format!("drwatch does not understand what {name} answers about replication."))
                .remedy("Check in its web interface whether it is paused, and state that in the watch.")
        }
        Known::Unknown if run.change_in_doubt().is_some() => Draft::unknown(format!(
            "Whether replication on {name} is paused is unknown: what came of the last request is not read yet."
        ))
        .remedy("Wait for it; where that takes long, check in its web interface, and state it in the watch."),
        Known::Unknown => Draft::unknown(format!("Whether replication on {name} is paused was never read."))
            .remedy("Check in its web interface whether it is paused, and state that in the watch."),
    };
    draft.on(evidence)
}

/// Length of the pause, as a phrase; a question about the past.
fn since(inquiry: &Inquiry) -> String {
    let Some(pause) = inquiry.run.replication.open_pause() else {
        return String::new();
    };
    let length = inquiry.ago(pause.from);
    match (inquiry.facts.ask_past, pause.from_known) {
        (true, true) => format!(" for {length}"),
        (true, false) => format!(" for at least {length}"),
        // Without a record, the pre-flight sees the pause for the first time.
        (false, _) => " (since when is not known)".to_owned(),
    }
}

pub(super) fn baseline(inquiry: &Inquiry) -> Draft {
    if !inquiry.facts.ask_past {
        return Draft::not_asked("Baseline before the service");
    }
    let run = inquiry.run;
    let Some(baseline) = &run.download.baseline else {
        return Draft::attention("No baseline to count from yet: the GET counter was not read.").remedy(
            "If rfsctl answers only once the service runs, the first reading after the start becomes the baseline, \
             marked late.",
        );
    };
    // These GETs are not of the restore, but would be counted as such.
    let moved = before_service(run).map_or(0, |value| value.0.saturating_sub(baseline.value.0));
    let draft = if run.tracking.counter_is_unreadable {
        Draft::attention(format!(
            "The baseline {} was taken, but the last answer about the GET counter was not understood.",
            baseline.value
        ))
        .remedy("Look at the answer: without the counter nothing that is downloaded is counted.")
    } else if baseline.late {
        Draft::info(format!(
            "The baseline {} was read only after the service had started; the first GETs may be missing.",
            baseline.value
        ))
        .remedy("Keep in mind that the count may be short.")
    } else if moved > 0 {
        Draft::attention(format!("{moved} GETs counted since the baseline {} was taken.", baseline.value))
            .remedy("Take it again right before the start.")
    } else {
        let chosen = if baseline.chosen { "chosen by hand" } else { "taken automatically" };
        Draft::ok(format!("The baseline {} was {chosen} before the service started.", baseline.value))
    };
    draft.on((baseline.record, baseline.at))
}

/// The last counter reading certainly before stage 1: the one before the service was last seen stopped.
fn before_service(run: &Run) -> Option<GetCount> {
    match run.tracking.service {
        ServiceSeen::Unknown => {
            run.download.counter.map(|(value, ..)| value).filter(|_| run.phase() == Phase::Prepare)
        }
        // Later GETs may belong to the service, which is what the baseline is for.
        ServiceSeen::Down | ServiceSeen::Running { .. } => run.tracking.counter_before_service,
    }
}

pub(super) fn threads(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let wanted = run.started.settings.threads;
    let name = run.name(Role::Dr);
    let read = inquiry.current(Role::Dr, run.threads.as_ref());
    let remedy = format!("Set {wanted}, preferably before the service is started.");
    if let Some((threads, count)) = read.and_then(|read| Some((read, *read.reading.known()?))) {
        let draft = if count >= wanted {
            Draft::ok(format!("{count} replication threads on {name}; {wanted} are wanted."))
        } else {
            Draft::attention(format!(
                "{count} of {wanted} replication threads on {name}: too few for a fast stage 1."
            ))
            .remedy(remedy)
        };
        return draft.on(threads.evidence());
    }
    if let Some((count, action)) = accepted(run).filter(|_| inquiry.facts.ask_past) {
        let text =
            format!("{name} accepted {count} replication threads; they can be read once its service runs.");
        let draft = if count >= wanted { Draft::ok(text) } else { Draft::attention(text).remedy(remedy) };
        return draft.on(action);
    }
    let is_down = read.is_some_and(|read| read.reading == Reading::ServiceDown);
    let draft = if is_down {
        let text = format!("Threads of {name} cannot be read before its service runs.");
        Draft::unknown(text).remedy(remedy)
    } else {
        inquiry.unread(Role::Dr, &format!("The number of threads of {name}"))
    };
    draft.on(run.threads.as_ref().map(Observed::evidence))
}

type Accepted = (ThreadCount, Option<(Sequence, Timestamp)>);

/// The number that the appliance last accepted without a reading of it.
fn accepted(run: &Run) -> Option<Accepted> {
    let action = run.actions.iter().rev().find(|action| action.plan.action.role() == Role::Dr)?;
    let ActionKind::SetThreads(count) = action.plan.action else { return None };
    let is_accepted = matches!(action.state, ActionState::AwaitingService | ActionState::Confirmed);
    is_accepted.then(|| (count, action.settled_at.map(|at| (action.record, at))))
}

pub(super) fn info_lines(inquiry: &Inquiry) -> Draft {
    let run = inquiry.run;
    let name = run.name(Role::Dr);
    let tally = run.log.tally;
    let draft = if run.tracking.info_seen {
        Draft::ok(format!("The log of {name} shows INFO lines: {} of {} so far.", tally.info, tally.lines))
    } else if tally.lines.0 > 0 {
        Draft::attention(format!(
            "No INFO line among {} of {name}'s log so far, and the lines that end the stages are of that level.",
            tally.lines
        ))
        .remedy("Check the log level there, or be ready to state the ends of the stages by hand.")
    } else {
        Draft::unknown(format!("No line of {name}'s log was seen yet."))
    };
    draft.on(run.tracking.chunk)
}

pub(super) fn commands(inquiry: &Inquiry) -> Draft {
    let wanted =
        [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(inquiry.run.started.settings.threads)];
    let doubts = wanted.into_iter().filter_map(|kind| Some((kind, doubt(inquiry, kind)?)));
    let (kinds, unsure): (Vec<_>, Vec<_>) = doubts.unzip();
    if unsure.is_empty() {
        return Draft::ok(
            "The commands that pause, resume and set threads are documented, or were confirmed by a reading.",
        );
    }
    let text = format!("Not tried here yet: {}.", not_tried(&unsure));
    let is_known = wanted.into_iter().any(|kind| certainty(inquiry, kind).is_some());
    if is_known && inquiry.facts.ask_past {
        // Commands needed before the start can be tried in time; the others are verified when used.
        if kinds.into_iter().any(|kind| is_to_come(inquiry.run, kind)) {
            Draft::attention(text)
                .remedy("Try it early, while there is time to do it in the web interface if it fails.")
        } else {
            Draft::info(text).remedy("Not needed before the start. When you use it, check that it worked.")
        }
    } else {
        Draft::unknown(text)
    }
}

/// Whether an action is still to be taken before the start.
fn is_to_come(run: &Run, kind: ActionKind) -> bool {
    match kind {
        ActionKind::Pause => run.replication.state != Known::Paused,
        ActionKind::Resume => false,
        ActionKind::SetThreads(wanted) => {
            let enough = |count: &ThreadCount| *count >= wanted;
            !run.thread_count().as_ref().is_some_and(enough)
                && !accepted(run).is_some_and(|(count, _)| enough(&count))
        }
    }
}

/// Words of commands and why each is in doubt; commands that are in doubt alike share the reason.
fn not_tried(unsure: &[(&'static str, &'static str)]) -> String {
    let of_one_reason = unsure.chunk_by(|(_, one), (_, other)| one == other);
    let in_words = of_one_reason.map(|group| {
        let words: Vec<_> = group.iter().map(|(word, _)| *word).collect();
        let why = group.first().map_or("", |(_, why)| why);
        format!("{} ({why})", words.join(", "))
    });
    in_words.collect::<Vec<_>>().join(", ")
}

/// The word of the command and why it is in doubt, unless it is certain or was confirmed.
fn doubt(inquiry: &Inquiry, kind: ActionKind) -> Option<(&'static str, &'static str)> {
    // By its word: that one number of threads was taken shows that the command works for any.
    let word = kind.word();
    let mut confirmed = inquiry.run.actions.iter().filter(|action| action.state == ActionState::Confirmed);
    if confirmed.any(|action| action.plan.action.word() == word) && inquiry.facts.ask_past {
        return None;
    }
    match certainty(inquiry, kind) {
        None => Some((word, "certainty not known")),
        Some(Certainty::Documented | Certainty::Procedure) => None,
        Some(Certainty::Inferred) => Some((word, "command guessed")),
        Some(Certainty::Unknown) => Some((word, "command not documented")),
    }
}

fn certainty(inquiry: &Inquiry, kind: ActionKind) -> Option<Certainty> {
    let plans = inquiry.facts.plans.iter().rev();
    let requested = inquiry.run.actions.iter().rev().map(|action| &action.plan);
    // The dialect of this watch before the record, which an earlier watch may have begun with another one.
    plans.chain(requested).find(|plan| plan.action.word() == kind.word()).map(|plan| plan.certainty)
}

/// Bytes in whole MiB or GiB, rounded down.
fn room(bytes: u64) -> String {
    match bytes >> 20 {
        mib if mib < 1024 => format!("{mib} MiB"),
        mib => format!("{} GiB", mib >> 10),
    }
}

pub(super) fn disk_space(inquiry: &Inquiry) -> Draft {
    let Some(ByteCount(free)) = inquiry.facts.disk_free else {
        if inquiry.run.started.demo {
            return Draft::info("Disk space is not checked in a simulation.");
        }
        return Draft::unknown("How much room there is for the record could not be found out.")
            .remedy("Look at the disk that holds the runs folder.");
    };
    let text = format!("{} are free for the record", room(free));
    if free < DISK_NEEDED_BYTES {
        Draft::blocking(format!("{text}; at least {} are needed.", room(DISK_NEEDED_BYTES)))
            .remedy("Make room on that disk.")
    } else if free < DISK_WANTED_BYTES {
        Draft::attention(format!("{text}; a run of a day may write {}.", room(DISK_WANTED_BYTES)))
            .remedy("Make room on that disk.")
    } else {
        Draft::ok(format!("{text}."))
    }
}
