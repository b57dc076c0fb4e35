//! The upper edge of the log panel: what is looked for and hidden, whether the log is followed, and its counts.

use super::{Canvas, Line, Picture, Span, Tone};
use crate::{
    screen::{keys::Command, log::RowNumber},
    text::{fit, grouped, plural, time_of_day},
};

/// From this width on the title says where the hits not counted are.
const WIDE_FROM: u16 = 100;

/// Columns of the other parts of the title, which the hidden lines leave room for.
const REST: u16 = 34;

/// The title, `end` being behind the newest row and `bottom` behind the lowest one shown.
pub(super) fn title(
    picture: &Picture<'_>,
    (bottom, end): (RowNumber, RowNumber),
    width: u16,
    canvas: &Canvas<'_>,
) -> Line<'static> {
    let view = picture.scene.view;
    let mut spans = vec![canvas.span("rfsd log", Tone::Strong)];
    let separator = format!(" {} ", canvas.theme.symbols().separator);
    let part = |text: String, tone| [canvas.owned(&separator, Tone::Quiet), canvas.owned(text, tone)];
    if let Some(text) = hidden(picture, end, width) {
        spans.extend(part(text, Tone::Attention));
    }
    if let Some(pattern) = view.log.pattern() {
        let mut text = format!("/{}", fit(pattern, 24, canvas.theme.symbols().ellipsis));
        if view.log.searches() && view.log.left_to_search().is_none() {
            text = format!("{text} {}", hits(picture, end, width));
        }
        spans.extend(part(text, Tone::Simulated));
    }
    if let Some(left) = view.log.left_to_search() {
        let text = format!("looking, {} left, Esc stops", plural(left, "line"));
        spans.extend(part(text, Tone::Attention));
        return Line::from(spans);
    }
    let problem = match picture.run.dr.away() {
        Some(_) => Some(("cut off, as last seen".to_owned(), Tone::Danger)),
        None => quiet_log(picture),
    };
    if !view.is_frozen() {
        let following = view.log.follows().then(|| ("following".to_owned(), Tone::Quiet));
        spans.extend(problem.or(following).into_iter().flat_map(|(text, tone)| part(text, tone)));
    }
    if !view.log.follows() {
        let below = plural(end.saturating_sub(bottom), "line");
        let key = picture.key(Command::Follow);
        let text = format!("{} {below} below, {key} follows", canvas.theme.symbols().down);
        spans.extend(part(text, Tone::Attention));
    }
    if view.log.shift > 0 {
        spans.extend(part(format!("from column {}", view.log.shift + 1), Tone::Attention));
    }
    Line::from(spans)
}

/// How many lines the filter hides, of those judged, and the modules with the most of them where there is room.
fn hidden(picture: &Picture<'_>, end: RowNumber, width: u16) -> Option<String> {
    let log = picture.scene.facts.log;
    let hidden = picture.scene.view.log.hidden(log, end)?;
    let total = grouped(hidden.total);
    let judged = if hidden.counted.start > log.first() {
        format!(" of the last {}", grouped(hidden.counted.end - hidden.counted.start))
    } else {
        String::new()
    };
    let key = picture.key(Command::Filter);
    let variant = |most: usize| {
        let (modules, others) = hidden.by_module(most);
        let named = modules.iter().map(|(name, count)| format!("{name} {}", grouped(*count)));
        let others = (others > 0).then(|| format!("others {}", grouped(others)));
        let named: Vec<_> = named.chain(others).collect();
        let colon = if named.is_empty() || most == 0 { "" } else { ": " };
        let named = if most == 0 { String::new() } else { named.join(", ") };
        format!("{total}{judged} hidden{colon}{named} ({key})")
    };
    let room = usize::from(width.saturating_sub(REST));
    let fitting = [3, 2, 1].into_iter().map(variant).find(|text| text.len() <= room);
    Some(fitting.unwrap_or_else(|| variant(0)))
}

/// What is wrong with a log without new lines: it cannot be read, or is silent while the counter rises.
fn quiet_log(picture: &Picture<'_>) -> Option<(String, Tone)> {
    let run = picture.run;
    if let Some((since, _)) = &run.log.lost {
        return Some((format!("unreadable since {}", time_of_day(*since)), Tone::Danger));
    }
    run.reported.log_silent?;
    let since = run.log.last_at.map(|since| format!(" since {}", time_of_day(since)));
    Some((format!("silent{}", since.unwrap_or_default()), Tone::Attention))
}

/// How many lines hold the pattern, of those that can be counted without reading the disk; the search itself goes on to
/// the older ones.
fn hits(picture: &Picture<'_>, end: RowNumber, width: u16) -> String {
    let log = picture.scene.facts.log;
    let hits = plural(picture.scene.view.log.hits(log, end), "hit");
    if log.ring_from() == log.first() {
        return hits;
    }
    let counted = grouped(end.saturating_sub(log.ring_from()));
    if width < WIDE_FROM {
        return format!("{hits} counted in the last {counted}");
    }
    let older = picture.key(Command::Note);
    format!("{hits} counted in the last {counted} lines, {older} finds older ones")
}

pub(super) fn counts(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let log = picture.scene.facts.log;
    let tally = log.tally();
    let mut spans = vec![canvas.owned(plural(tally.lines.0, "line"), Tone::Quiet)];
    let parts = [
        (tally.warnings.0, "warning", Tone::Attention),
        (tally.errors.0, "error", Tone::Danger),
        (log.gaps(), "gap", Tone::Attention),
    ];
    for (count, word, own) in parts {
        if count == 0 && word == "gap" {
            continue;
        }
        spans.push(Span::raw("  "));
        spans.push(canvas.owned(plural(count, word), if count > 0 { own } else { Tone::Quiet }));
    }
    Line::from(spans)
}
