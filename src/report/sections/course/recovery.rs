//! The recovery in figures: its times, the download of stage 1 with its course, the threads.

use crate::report::document::phrases::{in_doubt, measured, objects};
use crate::report::document::table::known;
use crate::report::document::{Block, Drawing, Fact, Figure, Prose, Stretch};
use crate::report::value::{Report, Standing};
use crate::run::{
    Course, Elapsed, Epoch, GetCount, Length, ObjectCount, Phase, ProcedureStep, Summary, ThreadEstimate,
    Timestamp,
};
use crate::text::{grouped, percent, rate_to_tenth};

pub(in crate::report::sections) fn recovery(report: &Report) -> Vec<Block> {
    let mut blocks = vec![times(&report.summary), Block::Heading("Metadata download")];
    blocks.extend(curves(report));
    blocks.extend(download(report));
    blocks.push(Block::Heading("Threads"));
    blocks.extend(threads(report));
    if let Some(stage) = &report.summary.stage_2 {
        blocks.push(Block::Heading("Stage 2 against past runs"));
        // As it is shown among the phases.
        let shown = report.summary.phase(Phase::Stage2).and_then(|phase| phase.seconds);
        let length = known(shown.or_else(|| stage.elapsed.map(Length::from)), |length| length);
        let so_far = match (&stage.course, report.standing) {
            (Course::UnderWay | Course::LeftOff, Standing::Running) => " so far",
            (Course::UnderWay | Course::LeftOff, _) => " by the end of the record",
            _ => "",
        };
        blocks.push(Block::text(format!("Stage 2, {length}{so_far}: {stage}.")));
        blocks.extend(
            stage
                .longest_silence
                .map(|silence| Block::text(format!("Longest silence of its log: {silence}."))),
        );
    }
    blocks
}

fn times(summary: &Summary) -> Block {
    let recovery = &summary.test.recovery;
    let records = &recovery.records;
    let doubt = |step| in_doubt(summary, step);
    let (stage_1, stage_2) = (doubt(ProcedureStep::Stage1), doubt(ProcedureStep::Stage2));
    let rows = [
        ("time to restored, both stages", recovery.time_to_restored, &records.time_to_restored),
        ("stage 1, metadata download", recovery.stage_1, &records.stage_1),
        ("stage 2, namespace generation", recovery.stage_2, &records.stage_2),
        ("time to usable", recovery.time_to_usable, &records.time_to_usable),
        ("preparation, from the pause to stage 1", recovery.preparation, &records.preparation),
        ("waiting for people before stage 1", recovery.waiting_for_people, &records.waiting_for_people),
    ];
    let doubts = ["", stage_1, stage_2, "", "", ""];
    let rows = rows.into_iter().zip(doubts).map(|((name, length, records), doubt)| {
        [name.into(), format!("{}{doubt}", measured(length)).into(), Prose::records(records)]
    });
    Block::table(["Time", ">Length", "Records"], rows)
}

/// When stage 1 began.
fn began(summary: &Summary) -> Option<Timestamp> {
    summary.phase(Phase::Stage1)?.started_at
}

/// The rates of a run by the time since its stage 1 began.
fn rates_since(report: &Report) -> Vec<(Elapsed, f64)> {
    let Some(began) = began(&report.summary) else { return Vec::new() };
    let samples = report.rates.iter().filter(|sample| sample.at >= began && sample.per_second.is_finite());
    samples.map(|sample| (sample.at.since(began), sample.per_second)).collect()
}

/// The gaps of the watch in which a curve has no point.
fn unseen(report: &Report, points: &[Elapsed]) -> Vec<Stretch> {
    let Some(began) = began(&report.summary) else { return Vec::new() };
    let gaps = report.summary.gaps.iter().filter(|gap| gap.to > began);
    let gaps = gaps.map(|gap| (gap.from.since(began), gap.to.since(began)));
    let within = |(from, to): &Stretch| points.iter().filter(|at| *from < **at && **at < *to).count();
    let last = points.last().copied().unwrap_or_default();
    gaps.filter(|gap| within(gap) == 0 && gap.0 < last).collect()
}

fn not_watched(unseen: &[Stretch]) -> Option<(&'static str, String)> {
    (!unseen.is_empty()).then(|| ("bad", "not watched: nothing was read".to_owned()))
}

fn curves(report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    let points = &report.trail.downloads;
    if points.len() > 1 {
        let expected = report.summary.download.expected.filter(|_| report.summary.download.epochs.len() == 1);
        let mut legend = vec![("first", "objects downloaded since the baseline".to_owned())];
        legend.extend(expected.map(|_| ("expected", "expected: maps + rbtmds of the bucket".to_owned())));
        let unseen = unseen(report, &points.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        legend.extend(not_watched(&unseen));
        let last =
            points.last().map_or_else(String::new, |(at, count)| format!("{} after {at}", grouped(count.0)));
        blocks.push(Block::Figure(Figure {
            id: "figure-downloads",
            title: "Objects downloaded, by time since stage 1 began".to_owned(),
            description: format!("A curve that comes to {last}; expected were {}.", objects(expected)),
            drawing: Drawing::Downloads { points: points.clone(), expected, unseen },
            legend,
        }));
    }
    let rates = rates_since(report);
    if rates.len() > 1 {
        let peak = rates.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        let unseen = unseen(report, &rates.iter().map(|(at, _)| *at).collect::<Vec<_>>());
        let legend = not_watched(&unseen).into_iter().collect();
        blocks.push(Block::Figure(Figure {
            id: "figure-rates",
            title: "GETs per second, by time since stage 1 began".to_owned(),
            description: format!(
                "A curve of {} points; the highest of them is {}.",
                rates.len(),
                rate(Some(peak))
            ),
            drawing: Drawing::Rates { of_runs: vec![rates], unseen },
            legend,
        }));
    }
    blocks
}

fn rate(rate: Option<f64>) -> String {
    known(rate.and_then(rate_to_tenth), |rate| rate)
}

fn download(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let download = &summary.download;
    let counter = |count: Option<GetCount>| known(count, |count| grouped(count.0));
    let late = match download.baseline_late {
        Some(true) => " (late: read only after the service had started, the first GETs may be missing)",
        _ => "",
    };
    let sources = &report.sources;
    let rate_of = |value: Option<f64>| {
        let text = Prose::text(rate(value));
        if value.is_some() { text.and_all(readings(report)) } else { text }
    };
    let mut blocks = arithmetic(summary);
    blocks.push(Block::Facts(vec![
        Fact::new(
            "Baseline of the GET counter",
            Prose::text(format!("{}{late}", counter(download.baseline))).citing(sources.baseline),
        ),
        Fact::new(
            "Last reading",
            Prose::text(format!("{}{}", counter(download.counter), later(summary))).citing(sources.counter),
        ),
        Fact::new("Downloaded", Prose::text(downloaded(summary)).and_all(readings(report))),
        Fact::new("Expected, maps + rbtmds", Prose::text(expected(summary)).citing(summary.bucket.record)),
        Fact::new(mean_over(summary), rate_of(download.mean_per_second)),
        Fact::new("Peak rate, over at least 10 s", rate_of(download.peak_per_second)),
    ]));
    blocks
}

/// What the mean rate is of: where the beginning of stage 1 was missed, of what was watched of it.
fn mean_over(summary: &Summary) -> &'static str {
    let is_begun_unseen = summary.phase(Phase::Stage1).is_some_and(|stage_1| stage_1.started_at.is_none());
    if summary.download.mean_per_second.is_none() || !is_begun_unseen {
        "Mean rate over stage 1"
    } else {
        "Mean rate over the watched part of stage 1"
    }
}

/// The first and the last reading of the counter that count, by their records.
fn readings(report: &Report) -> Prose {
    let last = report.trail.last_counted.or(report.sources.counter);
    match (report.sources.baseline, last.filter(|_| !matches!(counted(&report.summary), Counted::Nothing))) {
        (Some(first), Some(last)) => Prose::text(", by the readings of records ")
            .and_all(first.into())
            .and(" to ")
            .and_all(last.into()),
        _ => Prose::default(),
    }
}

/// How much of the last reading came when stage 1 was over, and so is in no other figure.
fn later(summary: &Summary) -> String {
    let is_over = summary.phases.iter().any(|phase| phase.name == Phase::Stage1 && phase.ended_at.is_some());
    let counted = summary.download.epochs.last().filter(|_| is_over).map(|epoch| epoch.last.0);
    let later = summary.download.counter.zip(counted).and_then(|(last, counted)| last.0.checked_sub(counted));
    later.filter(|later| *later > 0).map_or_else(String::new, |later| {
        format!(", of which {} came after stage 1 and are not counted below", grouped(later))
    })
}

/// The subtraction behind the figure of downloads, epoch by epoch.
fn arithmetic(summary: &Summary) -> Vec<Block> {
    let download = &summary.download;
    if download.baseline.is_none() {
        return vec![Block::text(
            "Downloads cannot be counted: no baseline of the GET counter is on record.",
        )];
    }
    let downloaded = match counted(summary) {
        Counted::Nothing => {
            return vec![Block::text("Nothing is counted as downloaded before stage 1 has begun.")];
        }
        Counted::All(downloaded) | Counted::AtLeast(downloaded) => downloaded.0,
    };
    let mut rows: Vec<_> = download.epochs.iter().map(epoch_row).collect();
    let resets = rows.len().saturating_sub(1);
    if resets > 0 {
        rows.push(["in all".into(), Prose::default(), Prose::default(), grouped(downloaded).into()]);
    }
    let head = ["Counted since", ">From", ">To", ">Downloaded"];
    let mut blocks = vec![Block::table(head, rows)];
    if resets > 0 {
        let times = if resets == 1 { "once".to_owned() } else { format!("{resets} times") };
        blocks.push(Block::text(format!(
            "The counter was reset {times}. Objects may have been downloaded twice, so no percentage is given."
        )));
    }
    if let Counted::AtLeast(_) = counted(summary) {
        blocks.push(Block::text(
            "No reading of the counter at the end of stage 1 could be counted: how many objects came after the last one is \
             unknown, and no percentage or mean is given.",
        ));
    }
    blocks
}

/// What the readings of the GET counter say about the objects of stage 1.
enum Counted {
    Nothing,
    All(ObjectCount),
    /// The last reading came before the stage was over.
    AtLeast(ObjectCount),
}

fn counted(summary: &Summary) -> Counted {
    let download = &summary.download;
    let is_over = summary.phase(Phase::Stage1).is_some_and(|phase| phase.ended_at.is_some());
    match download.downloaded {
        Some(downloaded) => Counted::All(downloaded),
        None if is_over && download.baseline.is_some() => {
            let rises = download.epochs.iter().map(Epoch::rise);
            Counted::AtLeast(ObjectCount(rises.fold(0, u64::saturating_add)))
        }
        None => Counted::Nothing,
    }
}

fn epoch_row(epoch: &Epoch) -> [Prose; 4] {
    let [first, last, rise] = [epoch.first.0, epoch.last.0, epoch.rise()].map(|count| grouped(count).into());
    [Prose::foreign(&epoch.reason), first, last, rise]
}

fn downloaded(summary: &Summary) -> String {
    let download = &summary.download;
    if let Counted::AtLeast(count) = counted(summary) {
        return format!("at least {}", grouped(count.0));
    }
    let part = match (download.downloaded, download.expected) {
        (Some(done), Some(expected)) if download.epochs.len() == 1 => percent(done.0, expected.0),
        _ => None,
    };
    let count = objects(download.downloaded);
    if download.baseline_late == Some(true) && download.downloaded.is_some() {
        return format!("at least {count}, counted from a late baseline");
    }
    part.map_or(count.clone(), |part| format!("{count} ({part} of those expected)"))
}

fn expected(summary: &Summary) -> String {
    let sum = match (summary.bucket.maps, summary.bucket.rbtmds) {
        (Some(maps), Some(rbtmds)) => format!("{} + {} = ", grouped(maps.0), grouped(rbtmds.0)),
        _ => String::new(),
    };
    let provisional = if summary.bucket.provisional == Some(true) { " (provisional)" } else { "" };
    known(summary.download.expected, |count| format!("{sum}{}{provisional}", grouped(count.0)))
}

fn threads(report: &Report) -> Vec<Block> {
    let threads = known(report.summary.threads, |threads| threads);
    let last = Prose::text(threads).citing(report.sources.threads);
    let mut blocks = vec![Block::Facts(vec![Fact::new("Replication threads, last reading", last)])];
    if let Some(speed) = &report.summary.get_speed {
        let estimates: Vec<_> = speed.estimates.iter().map(estimate).collect();
        blocks.push(Block::text(format!(
            "{} threads made {} GETs/s, {:.2} s per GET. Other numbers may give, in GETs/s: {}. One bound is Little's law \
             with the same time per GET, the other the gain that the procedure measured; neither is a promise.",
            speed.threads,
            bare_rate(speed.per_second),
            speed.time_per_get.secs_f64(),
            estimates.join(", "),
        )));
    }
    blocks
}

fn bare_rate(per_second: f64) -> String {
    rate(Some(per_second)).trim_end_matches("/s").to_owned()
}

fn estimate(estimate: &ThreadEstimate) -> String {
    let (from, to) = (bare_rate(estimate.from_per_second), bare_rate(estimate.to_per_second));
    let range = if from == to { from } else { format!("{from} to {to}") };
    format!("{range} with {}", estimate.threads)
}
