//! What was expected while the stages were on, and how it came out: predictions, stage 2 against past runs, the threads.

use crate::report::table::Flush::{Left, Right};
use crate::report::table::{known, table};
use crate::run::{Elapsed, ScoredPrediction, Summary, ThreadEstimate};
use crate::text::{iso, rate_to_tenth, time_of_day};

pub(in crate::report) fn forecasts(summary: &Summary) -> String {
    let mut parts = vec!["## Forecasts\n".to_owned()];
    if summary.predictions.is_empty() {
        parts.push("No prediction is on record.\n".to_owned());
    } else {
        let head = [
            ("Made", Left),
            ("Stage", Left),
            ("Earliest", Left),
            ("Latest", Left),
            ("Ended", Left),
            ("Likely end off by", Right),
            ("Within", Left),
            ("Record", Right),
        ];
        let rows: Vec<_> = summary.predictions.iter().map(row).collect();
        parts.push(table(head, &rows));
        let judged: Vec<bool> = summary.predictions.iter().filter_map(|made| made.within).collect();
        let within = judged.iter().filter(|within| **within).count();
        parts.push(format!("{within} of {} predictions that can be judged held.\n", judged.len()));
    }
    if let Some(stage) = &summary.stage_2 {
        let length = known(stage.elapsed, |length| length);
        parts.push(format!("Stage 2, {length}: {stage}.\n"));
    }
    if let Some(speed) = &summary.get_speed {
        let estimates: Vec<_> = speed.estimates.iter().map(estimate).collect();
        parts.push(format!(
            "{} threads made {} GETs/s, {:.2} s per GET. Other numbers may give, in GETs/s: {}. One bound is Little's law \
             with the same time per GET, the other the gain that the procedure measured; neither is a promise.\n",
            speed.threads,
            rate(speed.per_second),
            speed.time_per_get.secs_f64(),
            estimates.join(", "),
        ));
    }
    parts.join("\n")
}

fn row(made: &ScoredPrediction) -> [String; 8] {
    let end = |at: Option<_>, none: &str| at.map_or_else(|| none.to_owned(), time_of_day);
    let off = made.error_seconds.map(|seconds| {
        let (sign, seconds) = if seconds < 0.0 { ("-", -seconds) } else { ("+", seconds) };
        let length = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
        format!("{sign}{}", Elapsed::from(length))
    });
    let within = made.within.map(|within| if within { "yes" } else { "no" }.to_owned());
    [
        iso(made.made_at),
        made.phase.name().to_owned(),
        end(made.earliest, "none given"),
        end(made.latest, "none given"),
        end(made.actual, "not seen"),
        off.unwrap_or_else(|| "–".to_owned()),
        within.unwrap_or_else(|| "–".to_owned()),
        made.record.to_string(),
    ]
}

fn rate(per_second: f64) -> String {
    known(rate_to_tenth(per_second), |rate| rate.trim_end_matches("/s").to_owned())
}

fn estimate(estimate: &ThreadEstimate) -> String {
    let (from, to) = (rate(estimate.from_per_second), rate(estimate.to_per_second));
    let range = if from == to { from } else { format!("{from} to {to}") };
    format!("{range} with {}", estimate.threads)
}
