//! Findings that stand while a condition holds: each rule looks at the run after every record and
//! says what is so, or nothing. Findings about single events are opened where the event is taken in.

use super::{
    action::ActionState,
    apply_replication::is_untold,
    apply_threads::ThreadsFallen,
    event::{ListingCause, Record},
    facts::{Link, Reading, Role},
    finding::Code,
    findings::{Standing, Wording},
    pair,
    phase::Phase,
    policy::ResumePolicy,
    replication::Known,
    state::{ActionRecord, Run},
    time::{At, Span},
    tracking::Attachment,
};

/// One of the two final lines alone is remarkable only after this long; they come together.
const FINAL_LINES_APART: Span = Span::from_secs(60);
/// A clock this far off is worth knowing, in seconds.
const CLOCK_OFF: u64 = 120;

/// What is so, as of the given time, or nothing.
type Rule = fn(&Run, At) -> Option<Wording>;

const RULES: &[(Code, Option<Role>, Rule)] = &[
    (Code::RolesSwapped, None, |run, _| pair::swapped(run)),
    (Code::SameMachine, None, |run, _| pair::same(run)),
    (Code::RolesChanged, None, |run, _| pair::roles_changed(run).map(Wording::blocking)),
    (Code::BucketsDiffer, None, |run, _| pair::buckets_differ(run)),
    (Code::RestoreFailed, None, failed),
    (Code::ReplicationRunsInStage1, Some(Role::Primary), runs_in_stage_1),
    (Code::ResumedAgainstPolicy, Some(Role::Primary), resumed_early),
    (Code::ReplicationUnreadable, Some(Role::Primary), unreadable),
    (Code::DrUnreadable, Some(Role::Dr), dr_unreadable),
    (Code::StillPaused, Some(Role::Primary), still_paused),
    (Code::PauseBudget, Some(Role::Primary), budget),
    (Code::ListingRefused, Some(Role::Primary), listing_refused),
    (Code::ListingProvisional, Some(Role::Primary), provisional),
    (Code::MapsDifferFromRbtmds, Some(Role::Primary), maps_differ),
    (Code::UnclassifiedEntries, Some(Role::Primary), unclassified),
    (Code::BaselineLate, Some(Role::Dr), baseline_late),
    (Code::Stalled, Some(Role::Dr), stalled),
    (Code::MoreThanExpected, Some(Role::Dr), more_than_expected),
    (Code::FewThreads, Some(Role::Dr), few_threads),
    (Code::OneFinalLineOnly, Some(Role::Dr), one_final_line),
    (Code::OlderMarkers, Some(Role::Dr), older_markers),
    (Code::AttachedLate, Some(Role::Dr), attached_late),
    (Code::NoInfoLines, Some(Role::Dr), no_info_lines),
    (Code::ApplianceLost, Some(Role::Primary), |run, now| lost(run, Role::Primary, now)),
    (Code::ApplianceLost, Some(Role::Dr), |run, now| lost(run, Role::Dr, now)),
    (Code::ClockOffset, Some(Role::Primary), |run, _| clock(run, Role::Primary)),
    (Code::ClockOffset, Some(Role::Dr), |run, _| clock(run, Role::Dr)),
    (Code::OwnClockSetBack, None, own_clock),
    (Code::ActionUnknown, Some(Role::Primary), |run, _| action_unknown(run, Role::Primary)),
    (Code::ActionUnknown, Some(Role::Dr), |run, _| action_unknown(run, Role::Dr)),
];

/// Opens and closes findings so that they agree with the run as it stands after `record`.
///
/// A condition that grows worse or milder closes its finding and opens another; one whose figures change
/// keeps its finding, which then tells the present ones.
pub(super) fn settle(run: &mut Run, record: &Record) {
    let standing_findings = run.standing();
    for &(code, role, rule) in RULES {
        let is_it = |finding: &&Standing| finding.code == code && finding.role == role;
        let standing = standing_findings.iter().find(is_it).map(|finding| finding.severity);
        let says = rule(run, record.at);
        if standing == says.as_ref().map(|says| says.severity) {
            if let Some(says) = says {
                run.reword_finding(code, role, says);
            }
            continue;
        }
        if standing.is_some() {
            run.close_findings(record, code, role);
        }
        if let Some(says) = says {
            run.open_finding(record, code, role, says);
        }
    }
}

/// Markers of another time end no phase; whether they are this test's, only the engineer can say.
fn older_markers(run: &Run, _: At) -> Option<Wording> {
    run.has_undecided_markers().then(|| {
        Wording::attention(
            "The log holds stage markers that were written before this run began; they end no phase. Say which of \
             them belong to this test, or that none does (m)."
                .to_owned(),
        )
    })
}

/// A service that was up at the first look leaves open how far the restore is.
fn attached_late(run: &Run, _: At) -> Option<Wording> {
    let undecided = run.tracking.attachment != Attachment::InTime && run.phases.current == Phase::Prepare;
    undecided.then(|| {
        Wording::attention(format!(
            "The service of {} was up already when the watch began: stage 1 may have begun, or be over. State by \
             hand (s) how far the restore is, unless the counter or the log tells.",
            run.name(Role::Dr)
        ))
    })
}

fn failed(run: &Run, _: At) -> Option<Wording> {
    let record = run.failed?;
    Some(Wording::blocking(format!("The restore failed; record {record} holds the evidence.")))
}

fn runs_in_stage_1(run: &Run, _: At) -> Option<Wording> {
    if run.phases.current != Phase::Stage1 {
        return None;
    }
    let name = run.name(Role::Primary);
    match run.replication.state {
        Known::Running => Some(Wording::blocking(format!(
            "Replication on {name} runs while stage 1 downloads metadata: the namespace in the bucket must stay \
             static. Pause it now."
        ))),
        Known::Unknown if run.takes_part(Role::Primary) => Some(Wording::attention(format!(
            "Whether replication on {name} runs was never read, and stage 1 is on. Check it there and state what you \
             find."
        ))),
        Known::Unknown | Known::Paused | Known::Unreadable => None,
    }
}

fn resumed_early(run: &Run, _: At) -> Option<Wording> {
    let is_guarded = matches!(run.phases.current, Phase::Stage2 | Phase::InUse);
    if !is_guarded || run.replication.state != Known::Running {
        return None;
    }
    let name = run.name(Role::Primary);
    let phase = run.phases.current.name();
    match run.started.settings.resume_policy {
        ResumePolicy::PausedThroughout => Some(Wording::attention(format!(
            "Replication on {name} runs in {phase}, but the policy keeps it paused until the test is over: reading a \
             file deleted on production can break the test."
        ))),
        ResumePolicy::ResumeAfterStage1 if run.deleted_files_not_read.is_none() => {
            Some(Wording::attention(format!(
                "Replication on {name} runs in {phase}, and nobody has stated that files deleted on production will \
                 not be read on the DR appliance."
            )))
        }
        ResumePolicy::ResumeAfterStage1 => None,
    }
}

fn unreadable(run: &Run, _: At) -> Option<Wording> {
    (run.replication.state == Known::Unreadable).then(|| {
        Wording::attention(format!(
            "What {} answers about replication is in no words the dialect knows. Look there, and state by hand \
             whether it is paused.",
            run.name(Role::Primary)
        ))
    })
}

/// While it matters how far the restore is.
fn dr_unreadable(run: &Run, _: At) -> Option<Wording> {
    if run.phases.current >= Phase::InUse {
        return None;
    }
    let service = run.dr.service.as_ref().map(|service| &service.reading);
    let threads = run.threads.as_ref().map(|threads| &threads.reading);
    let unread = [
        (!run.tracking.counter_is_readable, "its GET counter"),
        (matches!(service, Some(Reading::Unreadable | Reading::Refused(_))), "its service"),
        (matches!(threads, Some(Reading::Unreadable | Reading::Refused(_))), "its threads"),
    ];
    let unread: Vec<_> = unread.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| what).collect();
    (!unread.is_empty()).then(|| {
        Wording::attention(format!(
            "What {} answers about {} is in no words the dialect knows, so that cannot be watched. The record holds the \
             answers; correct the dialect, or look there and state by hand (s) what you find.",
            run.name(Role::Dr),
            unread.join(" and ")
        ))
    })
}

fn still_paused(run: &Run, at: At) -> Option<Wording> {
    if run.phases.current != Phase::Ended {
        return None;
    }
    let name = run.name(Role::Primary);
    match run.replication.state {
        Known::Paused => {
            let length = run.replication.paused_for(at).unwrap_or_default();
            Some(Wording::attention(format!(
                "The test is over, but replication on {name} is still paused, for {length} now: new data there is \
                 not protected. Resume it."
            )))
        }
        // A state that cannot be read does not say that the pause is over.
        Known::Unreadable if run.replication.paused_for(at).is_some() => Some(Wording::attention(format!(
            "The test is over, and replication on {name} was paused when it could last be read: new data there may \
             not be protected. Look there, resume it, and state by hand (s) what you find."
        ))),
        Known::Unreadable | Known::Unknown | Known::Running => None,
    }
}

/// A part of the budget is only worth attention while the pause goes on; all of it stays a matter
/// to be taken on.
fn budget(run: &Run, _: At) -> Option<Wording> {
    let budget = run.started.settings.pause_budget?;
    let is_paused = run.replication.intervals.last().is_some_and(|pause| pause.to.is_none());
    let name = run.name(Role::Primary);
    match run.reported.budget_percent {
        100.. => Some(Wording::blocking(format!(
            "The budget of {budget} for pausing replication on {name} is used up; new data there was not protected \
             for longer than agreed."
        ))),
        80.. if is_paused => Some(Wording::attention(format!(
            "Four fifths of the {budget} that replication on {name} may be paused are used."
        ))),
        50.. if is_paused => Some(Wording::attention(format!(
            "Half of the {budget} that replication on {name} may be paused is used."
        ))),
        _ => None,
    }
}

fn listing_refused(run: &Run, _: At) -> Option<Wording> {
    let reason = run.listing_refused.as_ref()?;
    let use_of_old = if run.listing.is_some() {
        "The earlier listing stays in use."
    } else {
        "Nothing tells how much stage 1 has to download."
    };
    let reason = reason.trim_end_matches('.');
    let text = format!("The bucket could not be listed: {reason}. {use_of_old}");
    // Once replication runs again a listing could prove nothing that is still of use.
    let is_needless =
        run.listing.is_some() && run.phase() > Phase::Stage1 && run.replication.state == Known::Running;
    Some(if is_needless { Wording::info(text) } else { Wording::attention(text) })
}

fn provisional(run: &Run, _: At) -> Option<Wording> {
    let listing = run.listing.as_ref().filter(|listing| listing.provisional)?;
    let name = &listing.listing.name;
    Some(if listing.cause == ListingCause::File {
        Wording::info(format!(
            "The listing of {name} was given as a file; nothing tells whether replication was paused then."
        ))
    } else {
        Wording::attention(format!(
            "The listing of {name} was begun before replication was known to be paused, so its counts may be out of \
             date. List the bucket again once it is paused."
        ))
    })
}

fn maps_differ(run: &Run, _: At) -> Option<Wording> {
    let listing = &run.listing.as_ref()?.listing;
    let (maps, rbtmds) = (listing.maps?, listing.rbtmds?);
    (maps != rbtmds).then(|| {
        Wording::attention(format!(
            "The bucket {} holds {maps} maps and {rbtmds} rbtmds; every file has one of each. Some files may not be \
             restored.",
            listing.name
        ))
    })
}

fn unclassified(run: &Run, _: At) -> Option<Wording> {
    let listing = &run.listing.as_ref()?.listing;
    let absent = match (listing.maps, listing.rbtmds) {
        (Some(_), None) => Some("rbtmds"),
        (None, Some(_)) => Some("maps"),
        _ => None,
    };
    match listing.unclassified() {
        Some(count) if count.0 == 0 => None,
        Some(count) if absent.is_some() => Some(Wording::attention(format!(
            "The listing of {} names no {}, and {count} of its {} entries belong to no listed class: it may have been \
             cut off, and nothing tells how much stage 1 has to download. List the bucket again.",
            listing.name,
            absent.unwrap_or_default(),
            listing.entries
        ))),
        Some(count) => Some(Wording::info(format!(
            "{count} of {} entries in the bucket {} belong to no listed class.",
            listing.entries, listing.name
        ))),
        None => Some(Wording::info(format!(
            "The classes listed for the bucket {} add up to more than its {} entries.",
            listing.name, listing.entries
        ))),
    }
}

fn baseline_late(run: &Run, _: At) -> Option<Wording> {
    let baseline = run.download.baseline.as_ref().filter(|baseline| baseline.late)?;
    (run.phases.current > Phase::Prepare).then(|| {
        Wording::attention(format!(
            "The baseline {} was read only after the service had started, so objects downloaded before {} are not \
             counted.",
            baseline.value, baseline.at
        ))
    })
}

fn stalled(run: &Run, at: At) -> Option<Wording> {
    run.reported.stalled?;
    let since = run.download.last_rise.map_or(Span::ZERO, |rise| at.since(rise));
    let downloaded = run.download.downloaded()?;
    Some(match run.expected() {
        Some(expected) if downloaded >= expected && !run.download.was_reset() => Wording::attention(format!(
            "All {expected} objects are counted, but for {since} neither a GET nor the line that ends stage 1 has \
             come. Look at the DR appliance's log."
        )),
        _ => Wording::attention(format!(
            "Stage 1 has stalled: no GET for {since}, {downloaded} objects downloaded so far. Look at the DR \
             appliance's log and its connection to the cloud."
        )),
    })
}

fn more_than_expected(run: &Run, _: At) -> Option<Wording> {
    let downloaded = run.download.downloaded().filter(|_| run.phases.current > Phase::Prepare)?;
    let expected = run.expected().filter(|expected| downloaded > *expected)?;
    Some(Wording::info(format!(
        "{downloaded} GETs were counted for {expected} expected objects: the counter counts every GET, retries and \
         others included."
    )))
}

fn few_threads(run: &Run, _: At) -> Option<Wording> {
    let phase = run.phases.current;
    if let Some(fallen) = run.threads_fallen().filter(|_| phase <= Phase::Stage1) {
        return Some(Wording::attention(fallen_text(run, &fallen)));
    }
    let threads = run.threads.as_ref().filter(|_| phase == Phase::Stage1)?;
    let started = run.phases.span(Phase::Stage1).and_then(|span| span.started_at);
    let count = threads.reading.known().filter(|_| started.is_none_or(|started| threads.at >= started))?;
    let wanted = run.started.settings.threads;
    (*count < wanted).then(|| {
        Wording::attention(format!(
            "{} downloads metadata with {count} replication threads; {wanted} are wanted and can make stage 1 more \
             than twice as fast.",
            run.name(Role::Dr)
        ))
    })
}

fn fallen_text(run: &Run, fallen: &ThreadsFallen) -> String {
    let name = run.name(Role::Dr);
    let ThreadsFallen { set, set_at, confirmed, read, .. } = fallen;
    if *confirmed {
        format!(
            "{name} has fallen back to {read} replication threads; {set} were set and confirmed at {set_at}. Set them \
             again."
        )
    } else {
        format!(
            "{name} runs with {read} replication threads: the {set} accepted at {set_at}, before its service ran, were \
             not taken over. Set them again."
        )
    }
}

fn one_final_line(run: &Run, at: At) -> Option<Wording> {
    let missing = match (run.final_lines.namespace, run.final_lines.mounted) {
        (Some(_), None) => "restore namespace successful!",
        (None, Some(_)) => "Namespace generation phase complete",
        _ => return None,
    };
    let since = run.tracking.final_line_at?;
    let waits = at.since(since) < FINAL_LINES_APART && run.ending.is_none();
    let is_due = run.phases.current < Phase::InUse && !waits;
    is_due.then(|| {
        Wording::attention(format!(
            "Only one of the two lines that end stage 2 was logged; '{missing}' is missing. Look for it in the \
             appliance's log."
        ))
    })
}

fn no_info_lines(run: &Run, _: At) -> Option<Wording> {
    run.reported.no_info_lines?;
    Some(Wording::attention(format!(
        "{} has logged no line of level INFO so far, and the lines that end the stages are of that level. Check the \
         appliance's log level, or be ready to state the ends of the stages by hand.",
        run.name(Role::Dr)
    )))
}

fn lost(run: &Run, role: Role, now: At) -> Option<Wording> {
    run.reported.lost(role)?;
    // Nothing more is wanted of the DR appliance once the test is over.
    if role == Role::Dr && run.phases.current == Phase::Ended {
        return None;
    }
    let appliance = run.appliance(role);
    let since = match appliance.heard_at {
        Some(at) => format!("was last heard of {} ago", now.since(at)),
        None => "has never been heard of".to_owned(),
    };
    let why = match &appliance.link {
        Link::Waiting { reason, .. } | Link::Stopped { reason } => format!(" {reason}"),
        Link::Absent | Link::Connecting | Link::Connected => String::new(),
    };
    Some(Wording::attention(format!("{} ({role}) {since}.{why}", run.name(role))))
}

impl Run {
    /// Whether the clock of that appliance is so far off that times have to be compared with care.
    pub(super) fn clock_is_off(&self, role: Role) -> bool {
        self.appliance(role).clock_offset.is_some_and(|seconds| seconds.unsigned_abs() > CLOCK_OFF)
    }
}

fn clock(run: &Run, role: Role) -> Option<Wording> {
    let seconds = run.appliance(role).clock_offset.filter(|_| run.clock_is_off(role))?;
    let direction = if seconds > 0 { "ahead of" } else { "behind" };
    Some(Wording::info(format!(
        "The clock of {} is {} s {direction} ours; times of lines read later are corrected by that.",
        run.name(role),
        seconds.unsigned_abs()
    )))
}

fn own_clock(run: &Run, _: At) -> Option<Wording> {
    let behind = run.own_clock_behind;
    (behind > Span::ZERO).then(|| {
        Wording::info(format!(
            "The clock of this machine was set back and is {behind} behind the record, whose own time goes on as \
             before. Times in this record are right among themselves; compare them with care to those of others."
        ))
    })
}

fn action_unknown(run: &Run, role: Role) -> Option<Wording> {
    let concerned = |action: &&ActionRecord| action.plan.action.role() == role;
    let action = run.actions.iter().rev().filter(concerned).find(|action| is_untold(run, action))?;
    let ActionState::Unknown { reason } = &action.state else { return None };
    Some(Wording::attention(format!(
        "Whether the request to {} on {} took effect is unknown: {reason}",
        action.plan.action,
        run.name(role)
    )))
}
