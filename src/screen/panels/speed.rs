//! The speed of the download: the threads, the time per GET, and whether the readings behind it are fresh.

use super::{Canvas, Line, Picture, Span, Tone};
use crate::{
    run::{Elapsed, GetSpeed, Phase, Progress, Reading, ThreadCount, forecast, progress},
    screen::keys::Command,
    text::{age, measured, rate},
};

/// A counter reading older than this stands out while stage 1 is on.
const OLD_AFTER: Elapsed = Elapsed::from_secs(20);

/// The age of the counter's last reading, where it is too old for what rests on it to pass as the present.
pub(super) fn old_reading(picture: &Picture<'_>) -> Option<Elapsed> {
    let (_, at, _) = picture.run.download.counter?;
    Some(picture.now.since(at)).filter(|age| *age > OLD_AFTER && picture.run.phase() == Phase::Stage1)
}

/// From this length on it is said that there was no GET: a few readings of the counter in a row that are equal.
const NO_GETS_FROM: Elapsed = Elapsed::from_secs(60);

/// What stands beside figures of an appliance that is not connected.
pub(super) const BEFORE_LOSS: &str = "before the loss";

/// Whether the figures of the DR appliance are those read before its connection was lost.
pub(super) fn dr_is_lost(picture: &Picture<'_>) -> bool {
    picture.run.dr.away().is_some()
}

/// `line` in the tone of what is not the present, where `is_old`.
pub(super) fn dimmed<'l>(mut line: Line<'l>, is_old: bool, canvas: &Canvas<'_>) -> Line<'l> {
    if is_old {
        line.spans.iter_mut().for_each(|span| span.style = canvas.theme.style(Tone::Quiet));
    }
    line
}

/// The threads in words: number, and how many are wanted where that differs.
fn threads_words(picture: &Picture<'_>) -> (String, Tone) {
    let run = picture.run;
    let wanted = run.threads_wanted();
    let hint = |words: &str| {
        let may = !run.started.read_only && picture.names_keys();
        if may { format!(": {} {words}", picture.key(Command::Threads)) } else { String::new() }
    };
    match run.threads.as_ref().map(|threads| &threads.reading) {
        None => ("threads not read yet".to_owned(), Tone::Quiet),
        Some(Reading::Known(count)) if *count < wanted => {
            (format!("{count} threads, {wanted} wanted{}", hint("sets them")), Tone::Attention)
        }
        Some(Reading::Known(count)) if *count > wanted && run.phase() == Phase::Ended => {
            (format!("{count} threads, {wanted} before{}", hint("sets back")), Tone::Text)
        }
        Some(Reading::Known(ThreadCount(count))) => (format!("{count} threads"), Tone::Text),
        Some(Reading::ServiceDown) => ("threads readable once the service runs".to_owned(), Tone::Quiet),
        Some(Reading::Unreadable) => ("threads unreadable".to_owned(), Tone::Attention),
        Some(Reading::Refused(words)) => (format!("threads refused: {words}"), Tone::Attention),
    }
}

/// What other numbers of threads may give: `16: 26-32, 64: 40, 128: 54-80`.
pub(super) fn thread_estimates(speed: &GetSpeed) -> String {
    let bound = |per_second: f64| rate(per_second).trim_end_matches("/s").to_owned();
    let each = speed.estimates.iter().map(|estimate| {
        let (from, to) = (bound(estimate.from_per_second), bound(estimate.to_per_second));
        let range = if from == to { from } else { format!("{from}-{to}") };
        format!("{}: {range}", estimate.threads)
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The threads, and the time per GET while objects are downloaded, or since when there was no GET.
pub(super) fn speed(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    speed_in(picture, "each GET takes", canvas)
}

/// The same, with `takes` before the time per GET.
pub(super) fn speed_in(picture: &Picture<'_>, takes: &str, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let (words, tone) = threads_words(picture);
    let gets = gets_words(picture, takes).map(|words| canvas.owned(format!("   {words}"), Tone::Text));
    [canvas.owned(words, tone)].into_iter().chain(gets).collect()
}

/// The time per GET is that of the present rate: where nothing is downloaded there is none.
fn gets_words(picture: &Picture<'_>, takes: &str) -> Option<String> {
    let (run, now) = (picture.run, picture.now);
    let awaits_marker = matches!(progress(run), Progress::AwaitingMarker { .. });
    // In later stages no GET is a part of the download.
    let (_, read_at, _) = run.download.counter.filter(|_| run.phase() == Phase::Stage1 && !awaits_marker)?;
    let still = read_at.since(run.download.last_rise?);
    if still >= NO_GETS_FROM {
        return Some(format!("no GETs for {}", age(now.since(run.download.last_rise?))));
    }
    Some(format!("{takes} {}", measured(forecast(run, now).time_per_get?)))
}
