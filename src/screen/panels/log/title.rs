//! The upper edge of the log panel: what is looked for and hidden, whether the log is followed, and its counts.

use unicode_width::UnicodeWidthStr as _;

use super::{Canvas, Line, Picture, Pieces, Span, Tone};
use crate::{
    run::{Finding, FindingSeverity, Role},
    screen::{keys::Command, log::RowNumber, view::LogEntry},
    text::{fit, grouped, plural, time_of_day},
};

/// From this width on the title says where the hits not counted are.
const WIDE_FROM: u16 = 100;

/// The most columns of an appliance's name.
const MAX_NAME: usize = 20;

/// Columns around the title: the edge and a blank on either side.
const EDGES: u16 = 4;

/// The title, `end` being behind the newest row and `bottom` behind the lowest one shown.
pub(super) fn title(
    picture: &Picture<'_>,
    (bottom, end): (RowNumber, RowNumber),
    width: u16,
    canvas: &Canvas<'_>,
) -> Line<'static> {
    let view = picture.scene.view;
    let separator = format!(" {} ", canvas.theme.symbols().separator);
    let part = |text: String, tone| {
        Line::from(vec![canvas.owned(&separator, Tone::Quiet), canvas.owned(text, tone)])
    };
    // Behind what the title is about comes what is hidden, in what room the others leave to it.
    // Both appliances have one; that of the other is looked at elsewhere.
    let of = picture.run.known_name(Role::Dr).filter(|_| picture.run.started.log.is_none());
    let name = of.map_or_else(
        || "rfsd log".to_owned(),
        |name| format!("log of {}", fit(name, MAX_NAME, canvas.theme.symbols().ellipsis)),
    );
    let name = canvas.line(name, Tone::Strong);
    let mut parts: Vec<(u8, Line<'static>)> = Vec::new();
    if let Some(pattern) = view.log.pattern() {
        let mut text = format!("/{}", fit(pattern, 24, canvas.theme.symbols().ellipsis));
        if view.log.searches() && view.log.left_to_search().is_none() {
            text = format!("{text} {}", hits(picture, end, width));
        }
        parts.push((4, part(text, Tone::Simulated)));
    }
    let searched = view.log.left_to_search();
    if let Some(left) = searched {
        let text = format!("looking, {} left, Esc stops", plural(left, "line"));
        parts.push((1, part(text, Tone::Attention)));
    }
    let problem = match picture.run.dr.away() {
        Some(_) => Some(("not connected; lines from before".to_owned(), Tone::Danger)),
        None => quiet_log(picture),
    };
    if !view.is_frozen() && searched.is_none() {
        let word = if is_complete(picture) { "complete" } else { "following" };
        let following = view.log.follows().then(|| (word.to_owned(), Tone::Quiet));
        parts.extend(problem.or(following).map(|(text, tone)| (2, part(text, tone))));
    }
    if !view.log.follows() && searched.is_none() {
        let shown = view.log.shown_below(picture.scene.facts.log, bottom, end);
        // Older lines would have to be read and judged first.
        let remark = if shown.is_none() { ", hidden ones too" } else { "" };
        let below = plural(shown.unwrap_or_else(|| end.saturating_sub(bottom)), "line");
        let key = picture.key(Command::Follow);
        let down = canvas.theme.symbols().down;
        let text = format!("{down} {below} below{remark}, press {key} for the newest");
        parts.push((1, part(text, Tone::Attention)));
    }
    if view.log.shift > 0 && searched.is_none() {
        parts.push((5, part(format!("from column {}", view.log.shift + 1), Tone::Attention)));
    }
    if view.log_entry == LogEntry::Led && view.zoom.is_some() && !view.log.searches() {
        parts.push((6, part(format!("{} main view", picture.key(Command::Back)), Tone::Quiet)));
    }
    // The blanks and the edges around the title.
    let room = width.saturating_sub(EDGES);
    let taken: usize = name.width() + parts.iter().map(|(_, part)| part.width()).sum::<usize>();
    let left = usize::from(room).saturating_sub(taken + separator.width());
    let mut pieces = Pieces::default();
    pieces.push(0, name);
    if let Some(text) = hidden(picture, end, left) {
        pieces.push(3, part(text, Tone::Attention));
    }
    for (place, part) in parts {
        pieces.push(place, part);
    }
    pieces.fitted(room, 0)
}

/// Whether no more lines can come: the log has ended, or the record that is read.
fn is_complete(picture: &Picture<'_>) -> bool {
    let run = picture.run;
    run.log.is_ended || run.ending.is_some()
}

/// How many lines the filter hides, of those judged, and the modules with the most of them where there is room.
fn hidden(picture: &Picture<'_>, end: RowNumber, room: usize) -> Option<String> {
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
    let mut variants = [3, 2, 1, 0].into_iter().map(variant);
    Some(variants.find(|text| text.len() <= room).unwrap_or_else(|| format!("{total} hidden")))
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

/// From this width on what is counted has its whole name.
const NAMED_FROM: u16 = 76;

/// Columns of an edge that are none of its titles: corners, blanks around either title, one cell of the edge itself.
const BETWEEN: usize = 7;

/// What stands at the right end beside a title of so many columns: the counts, and what the marks along the right edge
/// are of, which are drawn once the log stays put.
pub(super) fn right_end(
    picture: &Picture<'_>,
    title: usize,
    width: u16,
    canvas: &Canvas<'_>,
) -> Line<'static> {
    let counts = counts(picture, width, canvas);
    if picture.scene.view.log.follows() {
        return counts;
    }
    let whole = canvas.line(format!("whole log {}", canvas.theme.symbols().down), Tone::Quiet);
    let mut both = counts.clone();
    both.push_span("  ");
    both.spans.extend(whole.spans.clone());
    let fits = |line: &Line<'_>| title + line.width() + BETWEEN <= usize::from(width);
    // Alone on the screen, the marks are more than the counts, which are in sight while the log is followed.
    let single = if canvas.is_boxed { [counts, whole] } else { [whole, counts] };
    std::iter::once(both).chain(single).find(fits).unwrap_or_default()
}

fn counts(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let log = picture.scene.facts.log;
    let (tally, gaps) = match &picture.scene.view.frozen {
        Some(frozen) => (&frozen.tally, frozen.gaps),
        None => (log.tally(), log.gaps()),
    };
    let mut spans = vec![canvas.owned(plural(tally.lines.0, "line"), Tone::Quiet)];
    // By name: a warning of the log is no finding.
    let [warning, error] =
        if width < NAMED_FROM { ["warning", "error"] } else { ["log warning", "log error"] };
    let parts = [
        (tally.warnings.0, warning, Tone::Attention),
        (tally.errors.0, error, Tone::Danger),
        (gaps, "gap", Tone::Attention),
    ];
    // Many lines of a restore are warnings: that none of them needs the engineer is said, as long as it is so.
    let is_found = |finding: &Finding| {
        finding.severity >= FindingSeverity::Attention && finding.place_in_log().is_some()
    };
    let is_harmless = width >= NAMED_FROM
        && tally.warnings.0 + tally.errors.0 > 0
        && !picture.run.findings.iter().any(is_found);
    for (count, word, own) in parts {
        let is_left_out = word == "gap" || (is_harmless && word == error);
        if count == 0 && is_left_out {
            continue;
        }
        spans.push(Span::raw("  "));
        spans.push(canvas.owned(plural(count, word), if count > 0 { own } else { Tone::Quiet }));
        let is_last = word == error || (word == warning && tally.errors.0 == 0);
        if is_harmless && is_last {
            let one = tally.warnings.0 + tally.errors.0 == 1;
            spans.push(canvas.span(if one { ", no finding" } else { ", none a finding" }, Tone::Quiet));
        }
    }
    Line::from(spans)
}
