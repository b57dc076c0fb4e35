//! What can be seen of stage 2, which has no counter: its time against past runs, and what its log does.

use std::collections::BTreeMap;

use super::{rate_chart::log_rates, row::Row};
use crate::{
    run::{Elapsed, Phase, activity_then, stage_2},
    screen::{
        log::LogRow,
        panels::{Canvas, Picture, Tone},
    },
    text::{freshness, plural, wrap},
};

/// The log is looked at over this time, and over so many lines at most.
const LOOKED_BACK: Elapsed = Elapsed::from_secs(600);
const MAX_LINES: u64 = 2000;

/// Most modules named.
const MAX_MODULES: usize = 4;

/// How long stage 2 took in past runs, in ever fewer words.
pub(super) fn comparisons(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Vec<String> {
    let Some(stage) = stage_2(picture.run, picture.now) else { return Vec::new() };
    let [Some(median), Some(shortest), Some(longest)] =
        [stage.median, stage.shortest, stage.longest].map(|length| length.map(to_the_minute))
    else {
        let of_others =
            Some("no past run of this kind to compare".to_owned()).filter(|_| stage.other_runs > 0);
        // Demos are compared with nothing, and are no past runs of others.
        let none = if picture.run.started.demo {
            "a demo has no past run to compare"
        } else {
            "no past run to compare"
        };
        return of_others.into_iter().chain([none.to_owned()]).collect();
    };
    let spread = format!("({shortest} {} {longest})", canvas.theme.symbols().dash);
    match stage.past_runs {
        1 if stage.past_runs_over_by_then == 1 => {
            vec![format!("longer than the 1 past run, {median}"), format!("longer than {median}")]
        }
        1 => vec![format!("1 past run: {median}")],
        runs if stage.past_runs_over_by_then == runs => vec![
            format!("longer than all {runs} past runs {spread}"),
            format!("longer than all {runs}, at most {longest}"),
            format!("longer than all {runs}"),
        ],
        runs => vec![
            format!("{runs} past runs: median {median} {spread}"),
            format!("{runs} runs: {median} {spread}"),
            format!("median {median}, {runs} runs"),
            format!("median {median}"),
        ],
    }
}

/// A length beside others: `11 h 42`, `12 min`.
fn to_the_minute(length: Elapsed) -> String {
    let minutes = (length.secs() + 30) / 60;
    match minutes {
        0..2 => format!("{} s", length.secs()),
        2..60 => format!("{minutes} min"),
        _ => format!("{} h {:02}", minutes / 60, minutes % 60),
    }
}

/// What the log does, against the last run of the same kind at the same age; the modules that log; the comparison with
/// past runs as a sentence in `width` columns.
pub(super) fn rows(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Vec<Row> {
    if picture.run.phase() != Phase::Stage2 {
        return Vec::new();
    }
    let mut log = canvas.words(&[("log ", Tone::Quiet), (&lines_per_minute(picture), Tone::Text)]);
    if let Some((_, lines)) = activity_then(picture.run, picture.now) {
        log.push_span(canvas.owned(format!(", past run {lines}"), Tone::Quiet));
    }
    // A line newer than the latest record has no time yet: the one before it has.
    let dated = |row: &LogRow| at(picture, row).filter(|_| row.text.contains(" rfsd["));
    let rfsd = match lines(picture).find_map(dated) {
        Some(age) => format!("rfsd line {} ago", freshness(age)),
        None => "no rfsd line lately".to_owned(),
    };
    let mut modules: BTreeMap<&str, u64> = BTreeMap::new();
    let recent = lines(picture).take_while(|row| at(picture, row).is_none_or(|age| age <= LOOKED_BACK));
    for module in recent.filter_map(|row| row.module.as_deref()) {
        *modules.entry(module).or_default() += 1;
    }
    let mut modules: Vec<_> = modules.into_iter().collect();
    modules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let names: Vec<_> =
        modules.iter().take(MAX_MODULES).map(|(name, count)| format!("{name} {count}")).collect();
    let active = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let sentence = stage_2(picture.run, picture.now).map(|stage| stage.to_string()).unwrap_or_default();
    let mut rows = vec![
        Row { left: log, right: canvas.line(rfsd, Tone::Quiet) },
        Row {
            left: canvas.words(&[("modules ", Tone::Quiet), (&active, Tone::Text)]),
            right: canvas.line("in 10 min", Tone::Quiet),
        },
    ];
    let sentence = wrap(&sentence, width.into()).into_iter();
    rows.extend(sentence.map(|part| Row { left: canvas.line(part, Tone::Quiet), ..Row::default() }));
    rows
}

/// The latest lines of the log in memory, the newest first.
fn lines<'p>(picture: &Picture<'p>) -> impl Iterator<Item = &'p LogRow> {
    let log = picture.scene.facts.log;
    let rows = (1..=MAX_LINES).map_while(move |back| log.row(log.end().checked_sub(back)?));
    rows.filter(|row| row.is_line())
}

/// How long ago a line came, as far as the record shows; `None` where it is newer than what is shown of the run.
fn at(picture: &Picture<'_>, row: &LogRow) -> Option<Elapsed> {
    Some(picture.now.since(picture.run.log.places.received_at(row.offset)?))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of lines, which `as` bounds"
)]
fn lines_per_minute(picture: &Picture<'_>) -> String {
    // Those of the chart below: its highest is never below this mean.
    let rates = log_rates(picture);
    let recent = rates.iter().rev().take_while(|sample| picture.now.since(sample.at) < LOOKED_BACK);
    let recent: Vec<f64> = recent.map(|sample| sample.per_second * 60.0).collect();
    if recent.is_empty() {
        return "rate not known yet".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "ten minutes at most")]
    let mean = recent.iter().sum::<f64>() / recent.len() as f64;
    format!("{}/min", plural(mean.round() as u64, "line"))
}
