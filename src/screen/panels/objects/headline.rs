//! How far stage 1 has come, in one line and a bar.

use crate::{
    run::{Known, Phase, Progress, Remedy, Role, Run, progress},
    screen::panels::{
        Canvas, Line, Picture, Tone,
        speed::{dimmed, dr_is_lost},
    },
    text::grouped,
};

/// What the panel shows of `progress`, in words, and the bar that belongs to it.
pub(super) struct Headline {
    pub(super) left: Line<'static>,
    pub(super) right: Line<'static>,
    /// Part and whole, with the tone of the bar; `None`: nothing is counted against anything.
    pub(super) bar: Option<(u64, u64, Tone)>,
}

pub(super) fn headline(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Headline {
    let Headline { left, right, bar } = of_progress(picture, canvas);
    let is_lost = dr_is_lost(picture) && picture.run.phase() == Phase::Stage1;
    let bar = bar.map(|(part, whole, tone)| (part, whole, if is_lost { Tone::Quiet } else { tone }));
    Headline { left: dimmed(left, is_lost, canvas), right: dimmed(right, is_lost, canvas), bar }
}

fn of_progress(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Headline {
    let run = picture.run;
    let plain = |left: Line<'static>, right: Line<'static>| Headline { left, right, bar: None };
    match progress(run) {
        Progress::NotCounted => not_counted(picture, canvas),
        Progress::WithoutTarget { downloaded } => plain(
            canvas.words(&[(&grouped(downloaded.0), Tone::Strong), (" objects", Tone::Text)]),
            canvas.line(with_key("of an unknown number", " lists", picture), Tone::Attention),
        ),
        Progress::AfterReset { since_restart, downloaded } => plain(
            canvas.words(&[
                (&grouped(since_restart.0), Tone::Strong),
                (" since the counter's reset", Tone::Text),
            ]),
            canvas.line(format!("{} in all", grouped(downloaded.0)), Tone::Attention),
        ),
        Progress::AwaitingMarker { downloaded, expected } => Headline {
            left: of(downloaded.0, expected.0, canvas),
            right: canvas.words(&[
                (&format!("{} %  ", percent_text(run)), Tone::Text),
                ("awaiting marker", Tone::Attention),
            ]),
            bar: Some((1, 1, Tone::Attention)),
        },
        Progress::CutOff { at_least } => {
            let whole =
                run.expected().map_or_else(String::new, |expected| format!(" / {}", grouped(expected.0)));
            plain(
                canvas.words(&[
                    ("at least ", Tone::Attention),
                    (&grouped(at_least.0), Tone::Strong),
                    (&whole, Tone::Text),
                ]),
                canvas.line("not counted to the end", Tone::Attention),
            )
        }
        // A share would be that of the objects counted, not of those downloaded.
        Progress::Counted { downloaded, expected } if counts_late(run) => plain(
            canvas.words(&[
                ("at least ", Tone::Attention),
                (&grouped(downloaded.0), Tone::Strong),
                (&format!(" / {}", grouped(expected.0)), Tone::Text),
            ]),
            canvas.line("counted late", Tone::Attention),
        ),
        Progress::Counted { downloaded, expected } => Headline {
            left: of(downloaded.0, expected.0, canvas),
            right: canvas.line(format!("{:>3} %", percent_text(run)), Tone::Strong),
            bar: Some((downloaded.0, expected.0, Tone::Progress)),
        },
    }
}

/// Whether objects were fetched before counting began.
pub(super) fn counts_late(run: &Run) -> bool {
    run.download.baseline.as_ref().is_some_and(|baseline| baseline.late)
}

fn percent_text(run: &Run) -> String {
    progress(run).percent().map_or_else(|| "--".to_owned(), grouped)
}

fn of(part: u64, whole: u64, canvas: &Canvas<'_>) -> Line<'static> {
    let whole = format!(" / {}", grouped(whole));
    let part = format!("{:>width$}", grouped(part), width = whole.len() - " / ".len());
    canvas.words(&[(&part, Tone::Strong), (&whole, Tone::Text)])
}

/// What is wrong, with the key that lists the bucket where it does something.
fn with_key(what: &str, does: &str, picture: &Picture<'_>) -> String {
    let key = picture.key_of(Remedy::ListBucket);
    key.map_or_else(|| what.to_owned(), |key| format!("{what}: {key}{does}"))
}

/// Whether the listing comes by itself: before the pause, and where this watch can ask for it.
fn will_be_listed(run: &Run) -> bool {
    run.phase() == Phase::Prepare && run.replication.state == Known::Running && run.takes_part(Role::Primary)
}

fn not_counted(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Headline {
    let run = picture.run;
    let left = match (run.listing.as_ref(), run.expected()) {
        (_, Some(expected)) => {
            canvas.words(&[(&grouped(expected.0), Tone::Strong), (" objects to download", Tone::Text)])
        }
        (Some(_), None) => canvas.line("the listing names no maps or rbtmds", Tone::Attention),
        (None, None) if run.listing_since.is_some() => canvas.line("listing the bucket", Tone::Text),
        // drwatch lists it by itself once the pause is confirmed.
        (None, None) if will_be_listed(run) => {
            canvas.line("bucket: to be listed after the pause", Tone::Text)
        }
        (None, None) => canvas.line(with_key("bucket not listed", " lists it", picture), Tone::Attention),
    };
    let waits = if run.phase() == Phase::Prepare { "nothing counted yet" } else { "no counter reading" };
    Headline { left, right: canvas.line(waits, Tone::Quiet), bar: None }
}
