//! The speed of the download: the threads, what each of them makes, and whether the readings behind it are fresh.

use super::{Canvas, Line, Picture, Span, Tone};
use crate::{
    run::{Elapsed, GetSpeed, Phase, Progress, Reading, ThreadCount, forecast, progress},
    screen::keys::Command,
    text::{age, rate},
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

/// The threads, and how many GETs each of them makes while objects are downloaded, or since when there was none.
pub(super) fn speed(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    speed_in(picture, "GETs", canvas)
}

/// The same, with `gets` as the unit of what each thread makes.
pub(super) fn speed_in(picture: &Picture<'_>, gets: &str, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let (words, tone) = threads_words(picture);
    let gets = gets_words(picture, gets).map(|words| canvas.owned(words, Tone::Text));
    [canvas.owned(words, tone)].into_iter().chain(gets).collect()
}

/// What a thread makes is said of the present rate: where nothing is downloaded there is none. How long a GET takes is
/// not measured: a thread may also wait between two, and the log says what it saw.
fn gets_words(picture: &Picture<'_>, gets: &str) -> Option<String> {
    let (run, now) = (picture.run, picture.now);
    let awaits_marker = matches!(progress(run), Progress::AwaitingMarker { .. });
    // In later stages no GET is a part of the download.
    let (_, read_at, _) = run.download.counter.filter(|_| run.phase() == Phase::Stage1 && !awaits_marker)?;
    let still = read_at.since(run.download.last_rise?);
    if still >= NO_GETS_FROM {
        return Some(format!("   no GETs for {}", age(now.since(run.download.last_rise?))));
    }
    Some(format!(", each {}", per_thread(forecast(run, now).time_per_get?, gets)))
}

/// `2.9 GETs/min`, by the hour where it is less than one a minute.
pub(super) fn per_thread(time_per_get: Elapsed, gets: &str) -> String {
    let per_minute = 60.0 / time_per_get.secs_f64().max(0.001);
    let gets = if gets.is_empty() { String::new() } else { format!(" {gets}") };
    match per_minute {
        ..1.0 => format!("{:.0}{gets}/h", per_minute * 60.0),
        ..10.0 => format!("{per_minute:.1}{gets}/min"),
        _ => format!("{per_minute:.0}{gets}/min"),
    }
}
