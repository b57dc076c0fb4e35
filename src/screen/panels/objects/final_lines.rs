//! The two lines of the log that end stage 2: which of them have come.

use super::row::Row;
use crate::{
    run::{Phase, Run},
    screen::panels::{Canvas, Line, Span, Tone},
};

/// Which of the two lines that end stage 2 have come, in a row each.
pub(super) fn rows(run: &Run, canvas: &Canvas<'_>) -> Vec<Row> {
    let lines = [
        ("namespace complete", run.final_lines.namespace.is_some()),
        ("restore successful", run.final_lines.mounted.is_some()),
    ];
    let row = |(words, is_seen): (&str, bool)| {
        let (end, tone) = match is_seen {
            // It comforts nobody any more.
            true if run.has_unsettled_alarm() => ("seen before the alarm", Tone::Quiet),
            true => ("seen", Tone::Good),
            // Nothing is waited for any more.
            false if run.phase() > Phase::Stage2 => ("not seen", Tone::Quiet),
            false => ("awaited", Tone::Quiet),
        };
        Row { left: seen(run, words, is_seen, canvas), right: canvas.line(end, tone) }
    };
    lines.map(row).into()
}

/// A line of the log by its name, and whether it has come.
fn seen(run: &Run, words: &str, is_seen: bool, canvas: &Canvas<'_>) -> Line<'static> {
    let symbols = canvas.theme.symbols();
    let (symbol, tone, text) = match is_seen {
        true if run.has_unsettled_alarm() => (symbols.done, Tone::Quiet, Tone::Quiet),
        true => (symbols.done, Tone::Good, Tone::Text),
        false => (symbols.hollow, Tone::Quiet, Tone::Text),
    };
    canvas.words(&[(&format!("{symbol} "), tone), (words, text)])
}

/// The same in one row of `width` columns, in words that are never cut.
pub(super) fn in_one_row(run: &Run, width: u16, canvas: &Canvas<'_>) -> Row {
    let is_seen = [run.final_lines.namespace.is_some(), run.final_lines.mounted.is_some()];
    let both = |lead: &str, [first, second]: [&str; 2]| {
        let [first, second] = [seen(run, first, is_seen[0], canvas), seen(run, second, is_seen[1], canvas)];
        [canvas.owned(lead, Tone::Quiet)]
            .into_iter()
            .chain(first.spans)
            .chain([Span::raw("  ")])
            .chain(second.spans)
            .collect::<Line<'_>>()
    };
    let whole = ["namespace complete", "restore successful"];
    let both_awaited = if is_seen == [false; 2] {
        canvas.line("both final log lines are awaited", Tone::Text)
    } else {
        Line::default()
    };
    // By name, as these lines are what is looked for in the log.
    let short = both("", ["namespace", "restore successful"]);
    let variants = [both("final lines: ", whole), both("", whole), short, both_awaited];
    let fits = |line: &Line<'_>| line.width() <= usize::from(width);
    Row { left: variants.into_iter().find(fits).unwrap_or_default(), right: Line::default() }
}
