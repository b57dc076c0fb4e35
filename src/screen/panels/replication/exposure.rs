//! What the pause costs, in rows for the panel of replication: the budget, the earliest safe resume
//! under each policy, and what resuming after stage 1 would have saved.

use crate::{
    run::{EarliestResume, Exposure, Known, Phase, ResumePolicy, Run, exposure},
    screen::panels::{Canvas, Line, Picture, Pieces, Rect, Tone, hanging},
    text::minute,
};

/// Whether resuming is safe only once the engineer has stated that files deleted meanwhile are not read.
fn needs_statement(run: &Run) -> bool {
    run.deleted_files_not_read.is_none() && matches!(run.phase(), Phase::Stage2 | Phase::InUse)
}

/// When, in a word or two; `~` before a forecast.
fn when(resume: &EarliestResume, picture: &Picture<'_>) -> (String, Tone) {
    match resume.at {
        Some(_) if needs_statement(picture.run) => ("now".to_owned(), Tone::Text),
        Some(at) if resume.forecast => (format!("~{}", minute(at, picture.now)), Tone::Text),
        Some(_) => ("now".to_owned(), Tone::Good),
        None if resume.condition.starts_with("now") => ("now".to_owned(), Tone::Good),
        None => ("not yet".to_owned(), Tone::Text),
    }
}

/// The earliest safe resume under each policy in one row; the policy in force gives way last.
pub(crate) fn safe_resume(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let Exposure { earliest_safe_resume: earliest, .. } = exposure(picture.run, picture.now);
    let (Some(throughout), Some(after)) = (&earliest.paused_throughout, &earliest.resume_after_stage_1)
    else {
        return Line::default();
    };
    let in_force = picture.run.started.settings.resume_policy;
    let mut pieces = Pieces::default();
    pieces.push(0, canvas.owned("safe resume", Tone::Quiet));
    let after_stage_1 =
        if after.at.is_some() && needs_statement(picture.run) { "with statement" } else { "stage 1" };
    for (policy, label, resume) in [
        (ResumePolicy::ResumeAfterStage1, after_stage_1, after),
        (ResumePolicy::PausedThroughout, "test over", throughout),
    ] {
        let (when, tone) = when(resume, picture);
        let mut piece = canvas.line(format!("{label}: "), Tone::Quiet);
        piece.push_span(canvas.owned(when, if policy == in_force { tone } else { Tone::Quiet }));
        pieces.push(if policy == in_force { 1 } else { 2 }, piece);
    }
    pieces.fitted(width, 2)
}

/// What resuming after stage 1 would have saved, once the test is over.
pub(crate) fn saved(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let saved = exposure(picture.run, picture.now).saved_by_resuming_after_stage_1;
    match saved.filter(|saved| saved.secs() > 0 && picture.run.phase() == Phase::Ended) {
        Some(saved) => {
            let whole = format!("resuming after stage 1 would have saved {saved}");
            let short = format!("after stage 1: {saved} less pause");
            canvas.owned(if whole.len() <= usize::from(width) { whole } else { short }, Tone::Text).into()
        }
        None => Line::default(),
    }
}

const LABEL: usize = 24;

/// Everything in whole words, for where the panel has the screen to itself; the rows used.
pub(crate) fn draw_whole(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let exposure = exposure(picture.run, picture.now);
    let bound = picture.run.replication.bound(picture.now).words();
    let mut lines = vec![canvas.line("exposure of production", Tone::Strong)];
    let mut row = |label: &str, value: String| {
        let label = canvas.line(format!("{label:<LABEL$}"), Tone::Text);
        lines.extend(hanging(label, &value, canvas.theme.style(Tone::Text), area.width.into()));
    };
    let length = |span: Option<crate::run::Elapsed>| span.map(|span| format!("{bound}{span}"));
    let is_known = matches!(picture.run.replication.state, Known::Running | Known::Paused);
    let no_pause = if is_known { "none" } else { "not known" };
    row("present pause", length(exposure.present_pause).unwrap_or_else(|| no_pause.to_owned()));
    row("paused in all", length(exposure.total).unwrap_or_else(|| "not known".to_owned()));
    match (exposure.budget, exposure.used_percent) {
        (Some(budget), Some(percent)) => row("budget", format!("{percent} % of {budget} used")),
        (Some(budget), None) => row("budget", budget.to_string()),
        (None, _) => row("budget", "none set".to_owned()),
    }
    let earliest = &exposure.earliest_safe_resume;
    for (label, resume) in [
        ("paused throughout", &earliest.paused_throughout),
        ("resume after stage 1", &earliest.resume_after_stage_1),
    ] {
        let Some(resume) = resume else { continue };
        let at = match resume.at {
            Some(at) if resume.forecast => format!(", by forecast at {}", minute(at, picture.now)),
            Some(at) => format!(", since {}", minute(at, picture.now)),
            None => String::new(),
        };
        row(label, format!("safe to resume {}{at}", resume.condition));
    }
    if let Some(expected) = &exposure.expected {
        let more = if expected.at_least { " and the time in use" } else { "" };
        row(
            "expected in all",
            format!("{}{more}, by {}", expected.total, minute(expected.until, picture.now)),
        );
    }
    if let Some(saved) = exposure.saved_by_resuming_after_stage_1 {
        row("after stage 1", format!("resuming then would have saved {saved}"));
    }
    canvas.scrolled(area, 0, &lines);
}
