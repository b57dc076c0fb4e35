//! What the pause costs, in rows for the panel of replication: the budget, the earliest safe resume
//! under each policy, and what resuming after stage 1 would have saved.

use crate::{
    run::{
        EarliestResume, Exposure, Known, Length, Phase, ResumePolicy, Role, Run, Timestamp, exposure,
        is_forecast_settled, pause_bound, protected_again,
    },
    screen::panels::{Canvas, Line, Picture, Tone, hanging},
    text::minute,
};

/// Whether resuming is safe only once the engineer has stated that files deleted meanwhile are not read.
fn needs_statement(run: &Run) -> bool {
    run.deleted_files_not_read.is_none() && matches!(run.phase(), Phase::Stage2 | Phase::InUse)
}

fn resume_in_force(picture: &Picture<'_>) -> Option<EarliestResume> {
    let Exposure { earliest_safe_resume: earliest, .. } = exposure(picture.run, picture.now);
    match picture.run.started.settings.resume_policy {
        ResumePolicy::PausedThroughout => earliest.paused_throughout,
        ResumePolicy::ResumeAfterStage1 => earliest.resume_after_stage_1,
    }
}

/// That no resume is safe while an alarm is not settled, whatever the policy says and even where it says nothing yet.
pub(crate) fn unsafe_resume(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let is_unsafe = resume_in_force(picture).is_some_and(|resume| resume.unsafe_because.is_some());
    if is_unsafe {
        // Once the test is over the row below says who decides.
        let words = match picture.run.phase() {
            Phase::Ended => "a resume changes the bucket",
            _ => "resume not safe: changes the bucket",
        };
        return canvas.line(words, Tone::Attention);
    }
    Line::default()
}

/// The earliest safe resume under the policy in force, where that is more than the lock already says.
pub(crate) fn safe_resume(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let safe = resume_in_force(picture).filter(|resume| resume.unsafe_because.is_none());
    let Some(resume) = safe else { return Line::default() };
    let (when, tone) = match resume.at {
        // As the end of the stage, on which it rests.
        Some(_) if resume.forecast && !is_forecast_settled(picture.run) => return Line::default(),
        Some(at) if resume.forecast => (format!("at about {}", minute(at, picture.now)), Tone::Text),
        Some(_) if needs_statement(picture.run) => ("now, with a statement".to_owned(), Tone::Text),
        Some(_) => ("now".to_owned(), Tone::Good),
        None if resume.condition.starts_with("now") => ("now".to_owned(), Tone::Good),
        None => return Line::default(),
    };
    canvas.words(&[("safe to resume ", Tone::Quiet), (&when, tone)])
}

/// What resuming after stage 1 would have saved, once the test is over; not where it was resumed then.
pub(crate) fn saved(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let saved = would_have_saved(picture.run, picture.now).filter(|_| picture.run.phase() == Phase::Ended);
    let words = saved.map(|saved| format!("a resume after stage 1 would have saved {saved}"));
    // In fewer words it would read as an offer.
    let whole = words.filter(|words| words.len() <= usize::from(width));
    whole.map_or_else(Line::default, |words| canvas.owned(words, Tone::Text).into())
}

fn would_have_saved(run: &Run, now: Timestamp) -> Option<Length> {
    // Data was missing: what a resume had changed by then would have hidden why.
    if run.has_unsettled_alarm() {
        return None;
    }
    let ended = |phase| run.phases.span(phase).and_then(|span| span.ended_at);
    let over = ended(Phase::Stage1)?;
    let end = ended(Phase::InUse).or(ended(Phase::Stage2)).unwrap_or(now);
    let was_resumed = run
        .replication
        .intervals
        .iter()
        .any(|pause| pause.to.is_some_and(|to| to >= over && (to < end || run.phase() != Phase::Ended)));
    let saved = exposure(run, now).saved_by_resuming_after_stage_1?;
    (saved > Length::ZERO && !was_resumed).then_some(saved)
}

use super::advice::not_protected_yet;

const LABEL: usize = 24;

/// Everything in whole words, for where the panel has the screen to itself.
pub(crate) fn whole(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let exposure = exposure(picture.run, picture.now);
    let bound = pause_bound(picture.run, picture.now).words();
    let mut lines = vec![canvas.line("exposure of production", Tone::Strong)];
    let mut row = |label: &str, value: String| {
        let label = canvas.line(format!("{label:<LABEL$}"), Tone::Text);
        lines.extend(hanging(label, &value, canvas.theme.style(Tone::Text), width.into()));
    };
    let length = |span: Option<Length>| span.map(|span| format!("{bound}{span}"));
    let is_known = matches!(picture.run.replication_state(), Known::Running | Known::Paused);
    let no_pause = if is_known { "none" } else { "not known" };
    row("present pause", length(exposure.present_pause).unwrap_or_else(|| no_pause.to_owned()));
    let run = picture.run;
    let not_known = || "not known".to_owned();
    let paused = exposure.total.map(|_| run.replication.paused_length(picture.now));
    row("total pause", length(paused).unwrap_or_else(not_known));
    if let Some(unseen) = run.replication.unseen_total(picture.now) {
        row("of it not read", format!("{unseen}: {} may have replicated", run.name(Role::Primary)));
    }
    if exposure.total != paused {
        row("total unprotected", length(exposure.total).unwrap_or_else(not_known));
    }
    if let Some(again) = protected_again(run).filter(|again| again.resumed_at.or(again.running_at).is_some())
    {
        let words = match (again.record, again.backlog_gone_at.max(again.running_at), again.took) {
            (Some(_), Some(at), Some(took)) => {
                format!("{}, {took} after the resume was requested", minute(at, picture.now))
            }
            (Some(_), Some(at), None) => minute(at, picture.now),
            _ => run
                .replication
                .recovery_under_way()
                .map_or_else(|| "not read yet".to_owned(), not_protected_yet),
        };
        // Data is missing in the bucket, or may be.
        row(if run.has_unsettled_alarm() { "all sent again" } else { "protected again" }, words);
    }
    match (exposure.budget, exposure.used_percent) {
        (Some(budget), Some(percent)) => row("budget", format!("{percent} % of {budget} used")),
        (Some(budget), None) => row("budget", budget.to_string()),
        (None, _) => row("budget", "none set".to_owned()),
    }
    let earliest = &exposure.earliest_safe_resume;
    let in_force = run.started.settings.resume_policy;
    for (policy, resume) in [
        (ResumePolicy::PausedThroughout, &earliest.paused_throughout),
        (ResumePolicy::ResumeAfterStage1, &earliest.resume_after_stage_1),
    ] {
        let Some(resume) = resume else { continue };
        let at = match resume.at {
            Some(at) if resume.forecast => format!(", by forecast at {}", minute(at, picture.now)),
            Some(at) => format!(" (since {})", minute(at, picture.now)),
            None => String::new(),
        };
        let label = if policy == in_force { "policy in force" } else { "not in force" };
        let words = policy.words();
        row(
            label,
            match &resume.unsafe_because {
                None if policy == in_force => format!("{words}; safe to resume {}{at}", resume.condition),
                // Cut behind its beginning it must not read as an offer.
                None if policy == ResumePolicy::ResumeAfterStage1 => {
                    format!(
                        "no resume after stage 1 in this run, though it would be safe {}{at}",
                        resume.condition
                    )
                }
                None => format!("{words}; it would be safe {}{at}", resume.condition),
                Some(alarm) => format!(
                    "{words}; not safe while this is not settled: {}. Without it: {}{at}",
                    alarm.alarm, resume.condition
                ),
            },
        );
    }
    if let Some(expected) = &exposure.expected {
        let more = if expected.at_least { " and the time in use" } else { "" };
        row(
            "expected in all",
            format!("{}{more}, by {}", expected.total, minute(expected.until, picture.now)),
        );
    }
    if let Some(saved) = would_have_saved(run, picture.now).filter(|_| run.phase() == Phase::Ended) {
        row(
            "after stage 1",
            format!("a resume then would have saved {saved}, had no deleted file been read"),
        );
    }
    lines
}
