//! Steps from the start of the DR service to the end of the test: mostly to wait, and for what.

use super::{
    step::{NextStep, Urgency, clock_time},
    stopped,
};
use crate::run::{
    read::{
        control::{RunningByDecision, runs_by_decision},
        restore::{
            self, Progress, download_over_against, progress, restored_against, settled_forecast,
            short_of_stated, shows_end,
        },
    },
    state::Run,
    values::{
        Disturbance, Elapsed, EvidenceSource, FindingSeverity, Known, LogOrigin, Phase, Remedy, ResumePolicy,
        Role, Statement, Timestamp,
    },
};

const MINUTE: Elapsed = Elapsed::from_secs(60);

pub(super) fn stage_1(run: &Run, now: Timestamp) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) = unreadable(run).or_else(|| stopped::step(run)) {
        return step;
    }
    let is_stalled = run.reported.stalled.is_some();
    if matches!(progress(run), Progress::AwaitingMarker { .. }) {
        return awaiting_marker(run, &dr, is_stalled);
    }
    if is_stalled {
        return NextStep::act(format!(
            "Look on {dr} why it downloads nothing: does its service run, can it reach the cloud?"
        ));
    }
    let stays = stays_paused(run, &primary);
    match settled_forecast(run, now).end {
        // A time is shown to the minute: one within this minute would seem to be over.
        Some(end) if end.latest.since(now) < MINUTE => {
            NextStep::wait(format!("Stage 1 should be over in a minute. {stays}"))
        }
        None => NextStep::wait(format!("Stage 1 runs. {stays}")),
        until => NextStep { until, ..NextStep::wait(stays) },
    }
}

/// All is counted: the line usually comes with the last objects. Once it is late, it is looked for where it was written,
/// and only what was found is stated.
fn awaiting_marker(run: &Run, dr: &str, is_late: bool) -> NextStep {
    if is_late {
        NextStep::act(format!(
            "All is counted, and the line that ends stage 1 is late. Search the log on {dr} itself for \"Cloud restore \
             phase complete\"; only if it is there, state that stage 1 is over."
        ))
        .stating(run, Statement::DownloadOver)
    } else {
        let count = run.expected().map_or_else(String::new, |count| format!(" {}", count.grouped()));
        NextStep::wait(format!("All{count} objects are there; waiting for {dr} to log the end of stage 1."))
    }
}

pub(super) fn stage_2(run: &Run, now: Timestamp) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) =
        replication_against_policy(run).or_else(|| unreadable(run)).or_else(|| stopped::step(run))
    {
        return step;
    }
    if may_be_resumed(run) {
        let text = format!(
            "Stage 1 is over: resume replication on {primary} if no file deleted there will be read on {dr}."
        );
        return NextStep::act(text).by(run, Remedy::Resume);
    }
    let length = match short_of_stated(run) {
        Some(short) => format!(
            "You stated that stage 1 is over, but drwatch has counted {} of {} downloads.",
            short.downloaded.grouped(),
            short.expected.grouped()
        ),
        None => length_of_stage_2(run, now),
    };
    if let Some(decision) = runs_by_decision(run) {
        let decided = decided(run, &decision, &format!("Replication on {primary}"));
        // Nothing can be read on the DR appliance yet.
        return NextStep::act(format!("{decided}. {length} Wait, or pause it again.")).by(run, Remedy::Pause);
    }
    let stays = stays_paused(run, &primary);
    let until = settled_forecast(run, now).end;
    // What is waited for may be cut: what a running replication asks for comes first.
    let text = match run.replication.state {
        Known::Running => format!("{stays} {length}"),
        _ => format!("{length} {stays}{}", may_leave(run)),
    };
    NextStep { until, ..NextStep::wait(text) }
}

/// That the engineer may leave meanwhile, where no finding asks for anything, and how to come back. A demo ends with its window, and what was read of
/// standard input is not read again.
fn may_leave(run: &Run) -> &'static str {
    let is_asked = run.open_findings().any(|finding| finding.severity >= FindingSeverity::Attention);
    if is_asked || run.started.demo || run.started.log == Some(LogOrigin::StandardInput) {
        return "";
    }
    " You may leave drwatch running; if it ends, \"drwatch watch --resume\" goes on."
}

/// How long stage 2 takes: as in past runs of the same kind, where there are any, else as the procedure says.
fn length_of_stage_2(run: &Run, now: Timestamp) -> String {
    let dr = run.name(Role::Dr);
    let Some(stage) = restore::stage_2(run, now).filter(|stage| stage.past_runs > 0) else {
        // The half day is said of an appliance.
        let takes = if run.started.demo {
            "takes hours; in a demo some minutes"
        } else {
            "can take 12 hours or more"
        };
        return format!("Stage 2, namespace generation on {dr}, {takes}.");
    };
    let [shortest, longest] = [stage.shortest, stage.longest].map(Option::unwrap_or_default);
    match (stage.past_runs, stage.past_runs_over_by_then) {
        (1, 0) => format!("Stage 2 took {longest} in the one past run of this size."),
        (1, _) => format!("Stage 2 has lasted longer than in the one past run ({longest})."),
        (runs, over) if over == runs => {
            format!("Stage 2 has lasted longer than in all {runs} past runs ({longest} at most).")
        }
        // The forecast before it has named the times already.
        (runs, _) if settled_forecast(run, now).end.is_some() => format!("This rests on {runs} past runs."),
        (runs, _) => {
            format!("Stage 2 took {shortest} to {longest} in {runs} past runs of this size.")
        }
    }
}

pub(super) fn in_use(run: &Run) -> NextStep {
    if let Some(step) = replication_against_policy(run) {
        return step;
    }
    if let Some((at, forbidden)) = unsettled_alarm(run) {
        let text = if run.started.demo {
            format!(
                "The alarm of {at} is acknowledged, not settled. In this demo the vendor agrees that the test may end, not yet \
                 to a resume: state that the test is over."
            )
        } else {
            // What to do comes first, and then what not to do meanwhile.
            let paused = match run.replication.state {
                Known::Paused => format!("; replication on {} stays paused", run.name(Role::Primary)),
                _ => String::new(),
            };
            format!(
                "Wait for the vendor, who alone can settle the alarm of {at}. Until then: {forbidden}{paused}. Once they \
                 agree to end the test, state that the test is over."
            )
        };
        let step = NextStep::act(text).stating(run, Statement::TestOver);
        return if run.started.demo { step } else { step.or("; note what they say", Remedy::WriteNote) };
    }
    if let Some(step) = stopped::step(run).or_else(|| incomplete(run)) {
        return step;
    }
    let (usable, is_still) = (use_of_dr(run), has_stood_still(run));
    if run.is_stated_usable() || run.accepted_dangers().next().is_some() {
        let text =
            format!("{usable} When all is tried and the shares are unmounted, state that the test is over.");
        return NextStep::act(text).stating(run, Statement::TestOver);
    }
    let dr = run.name(Role::Dr);
    let text = if run.started.demo {
        format!(
            "{usable} A share would now be mounted and files read; in a demo, state that {dr} can be used."
        )
    } else if is_still {
        format!("{usable} Mount a share of {dr}, read a few files; if they open, state that it can be used.")
    } else {
        format!("{usable} If they open, state that {dr} can be used.")
    };
    let step = NextStep::act(text).stating(run, Statement::RestoredUsable);
    if run.started.demo {
        return step;
    }
    step.or("; if they do not open, call the vendor and note it", Remedy::WriteNote)
}

/// The restore was stated while objects are still to come: nothing is read of it yet.
fn incomplete(run: &Run) -> Option<NextStep> {
    let short = short_of_stated(run).filter(|_| !run.is_stated_usable())?;
    let stated = run.attestations.iter().rev().find(|stated| stated.statement == Statement::NamespaceOver)?;
    Some(NextStep::act(format!(
        "Restored, as you stated at {}, but drwatch has counted {} of {} downloads. Read no files on {} yet.",
        clock_time(run, stated.at),
        short.downloaded.grouped(),
        short.expected.grouped(),
        run.name(Role::Dr)
    )))
}

/// On what it rests that the namespace is restored, where that is not the log.
fn restored(run: &Run) -> &'static str {
    let evidence = run.phases.span(Phase::InUse).and_then(|span| span.evidence.as_ref());
    if shows_end(run) {
        return "Restored";
    }
    match evidence.map(|evidence| evidence.source) {
        Some(EvidenceSource::Attested) if !restored_against(run).is_empty() => {
            "Restored, as you stated against what was read"
        }
        Some(EvidenceSource::Attested) => "Restored, as you stated and the log has not shown",
        _ => "Restored",
    }
}

/// How the restored appliance may be used.
fn use_of_dr(run: &Run) -> String {
    let dr = run.name(Role::Dr);
    if has_stood_still(run) {
        return if run.is_stated_usable() {
            format!("{dr} can be used, as you stated. Replication stays paused.")
        } else {
            format!("{}. Replication stays paused.", restored(run))
        };
    }
    if let Some(decision) = runs_by_decision(run) {
        return format!("{}: {}", decided(run, &decision, "Replication"), check_first(run));
    }
    let why = match run.replication.state {
        Known::Running => "Replication runs".to_owned(),
        Known::Paused => why_not_throughout(run),
        Known::Unreadable | Known::Unknown => "Whether replication is paused is not known".to_owned(),
    };
    let state = if run.is_stated_usable() {
        format!("{dr} can be used, as you stated")
    } else {
        restored(run).to_owned()
    };
    format!("{state}. {why}: {}", check_first(run))
}

/// Why the present pause is not known to have covered the restore: that replication ran is said only where a reading or a
/// statement shows it. The figures are those of the findings about it.
fn why_not_throughout(run: &Run) -> String {
    let minute = |at: Timestamp| clock_time(run, at);
    let Some(pause) = run.replication.open_pause() else {
        return "Whether replication was paused all the time is not known".to_owned();
    };
    let Disturbance { ran, unread } = run.disturbance();
    if let Some(stages) = ran.stages() {
        return format!(
            "Replication ran for {}{} during {stages}",
            run.bound_of_running().words(),
            ran.total()
        );
    }
    match &pause.unseen {
        Some(unseen) if unseen.spans.len() == 1 => {
            format!(
                "From {} to {} {} could not be read; perhaps it replicated then",
                minute(unseen.from),
                minute(unseen.to),
                production(run)
            )
        }
        Some(unseen) => {
            // Before stage 1 nothing is missed.
            let total = if unread.stages().is_some() { unread.total() } else { unseen.total };
            format!(
                "For {total} between {} and {} {} could not be read; perhaps it replicated then",
                minute(unseen.from),
                minute(unseen.to),
                production(run)
            )
        }
        None if run.replication.intervals.len() > 1 => "Replication was not paused all the time".to_owned(),
        None => format!("Whether replication was paused before {} is not known", minute(pause.from)),
    }
}

/// What makes it safe to read a file on the DR appliance while production may delete data from the bucket.
fn check_first(run: &Run) -> String {
    format!("use for the test only files that are on {} now as well.", production(run))
}

fn production(run: &Run) -> String {
    if run.takes_part(Role::Primary) { run.name(Role::Primary) } else { "production".to_owned() }
}

fn decided(run: &Run, decision: &RunningByDecision<'_>, what: &str) -> String {
    format!("{what} runs by your decision ({})", clock_time(run, decision.at))
}

/// Whether one pause has covered the restore from its start to now, so that no file in it can have lost its data.
fn has_stood_still(run: &Run) -> bool {
    let begun = run.phases.started_at(Phase::Stage1);
    let pause = run.replication.open_pause().filter(|_| run.replication.state == Known::Paused);
    pause.zip(begun).is_some_and(|(pause, begun)| pause.from <= begun && !pause.unwatched)
}

/// What becomes of replication while the engineer waits.
fn stays_paused(run: &Run, primary: &str) -> String {
    match run.replication.state {
        Known::Paused if run.replication.intervals.len() > 1 => {
            format!("Replication on {primary} is paused again.")
        }
        Known::Paused if run.replication.open_pause().is_some_and(|pause| pause.unwatched) => {
            let unseen = run.replication.open_pause().and_then(|pause| pause.unseen.as_ref());
            match unseen {
                Some(unseen) => format!(
                    "Replication on {primary} is paused; between {} and {} nobody could read whether it was.",
                    clock_time(run, unseen.from),
                    clock_time(run, unseen.to)
                ),
                None => format!(
                    "Replication on {primary} is paused; whether it was so all the time is not known."
                ),
            }
        }
        Known::Paused => format!("Replication on {primary} stays paused."),
        Known::Running => format!("Replication on {primary} runs: {}", check_first(run)),
        _ if run.takes_part(Role::Primary) => {
            format!("Whether replication on {primary} is paused is unknown.")
        }
        _ => "Production is not watched by this run.".to_owned(),
    }
}

fn may_be_resumed(run: &Run) -> bool {
    run.started.settings.resume_policy == ResumePolicy::ResumeAfterStage1
        && run.replication.state == Known::Paused
        && run.phase() > Phase::Stage1
        && !run.has_unsettled_alarm()
        && download_over_against(run).is_empty()
}

/// Replication runs although the policy keeps it paused for as long as the DR appliance is used.
fn replication_against_policy(run: &Run) -> Option<NextStep> {
    let is_against = run.started.settings.resume_policy == ResumePolicy::PausedThroughout
        && run.replication.state == Known::Running
        && runs_by_decision(run).is_none();
    is_against.then(|| {
        let name = run.name(Role::Primary);
        let text = format!("Replication on {name} runs, but by policy only after the test: pause it.");
        let step = NextStep::act(text).by(run, Remedy::Pause);
        step.or(", or acknowledge the finding if it runs on purpose", Remedy::Acknowledge)
    })
}

fn unreadable(run: &Run) -> Option<NextStep> {
    let is_blind = run.replication.state == Known::Unreadable && !run.replication.attested;
    is_blind.then(|| NextStep::look_at_replication(run))
}

/// What acknowledged alarms forbid while there is nothing to do but wait: an acknowledgement settles none of them. Any other
/// step stands alone, as the findings say this too.
pub(super) fn restriction(run: &Run, step: &NextStep) -> Option<String> {
    let (at, forbidden) = unsettled_alarm(run).filter(|_| step.urgency == Urgency::Wait)?;
    Some(format!("The alarm of {at} is acknowledged, not settled: {forbidden}."))
}

/// When the latest alarm that is acknowledged and forbids something was raised, and what all of them forbid.
fn unsettled_alarm(run: &Run) -> Option<(String, String)> {
    let (mut forbidden, mut latest): (Vec<&str>, _) = (Vec::new(), None);
    for finding in run.accepted_dangers() {
        if let Some(what) = finding.until_settled.as_deref() {
            latest = Some(finding.opened_at);
            if !forbidden.contains(&what) {
                forbidden.push(what);
            }
        }
    }
    Some((clock_time(run, latest?), forbidden.join("; ")))
}
