//! What happened, by time: one row an event, and the chosen one whole below.

use super::{Canvas, Line, Picture, Rect, Span, Tone, below, hanging};
use crate::{
    run::{DatedEvent, EventKind, FindingSeverity, Happening, place_in_log},
    screen::{
        keys::{Command, Panel},
        paint::finding_mark,
        scene::facts::Mode,
    },
    text::{freshness, grouped, moment},
};

/// The fewest rows inside the frame that leave room for the chosen event below the list.
const WITH_DETAIL_FROM: u16 = 8;

/// The most rows of the chosen event: it is whole wherever some rows are left to the list.
const fn max_detail(height: u16) -> u16 {
    height.saturating_sub(MIN_LIST_ROWS)
}

const MIN_LIST_ROWS: u16 = 4;

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Events);
    let view = picture.scene.view;
    let listed = view.listed_run(picture.run);
    let events = view.events(listed);
    let chosen = view.chosen_event(&events, picture.now);
    let title = canvas.line("events", Tone::Strong);
    let kind = view.filter.map_or("all kinds", EventKind::word);
    let place =
        chosen.map_or_else(|| "none".to_owned(), |index| format!("{} of {}", index + 1, events.len()));
    let key = picture.key(Command::Filter);
    // Those of a recording that lie ahead of the moment shown.
    let later = events.iter().filter(|event| event.at > picture.now).count();
    let later = if later == 0 { String::new() } else { format!(", {later} later than this moment") };
    let right = canvas.line(format!("{kind} ({key}), {place}{later}"), Tone::Quiet);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    let Some((chosen, event)) = chosen.and_then(|index| Some((index, events.get(index)?))) else {
        canvas.row(inner, 0, &canvas.line("Nothing of that kind has happened.", Tone::Quiet));
        return;
    };
    let detail =
        if inner.height >= WITH_DETAIL_FROM { detail(picture, event, inner, canvas) } else { Vec::new() };
    let rows = inner.height.saturating_sub(u16::try_from(detail.len()).unwrap_or(0));
    let shown = view.event_place.window(chosen, events.len(), rows.into());
    for ((row, index), event) in (0..rows).zip(shown.clone()).zip(events.iter().skip(shown.start)) {
        canvas.row(inner, row, &event_row(picture, event, index == chosen, inner.width, canvas));
    }
    for (row, line) in (0..).zip(&detail) {
        canvas.row(below(inner, rows), row, line);
    }
}

/// Symbol and tone of an event. What went well or is over carries no mark of a trouble.
fn mark(event: &DatedEvent<'_>, canvas: &Canvas<'_>) -> (&'static str, Tone) {
    let symbols = canvas.theme.symbols();
    match event.what {
        Happening::FindingClosed(_) => (symbols.done, Tone::Quiet),
        // What was acknowledged is not over for it.
        Happening::Acknowledged(_) => (symbols.info, Tone::Text),
        Happening::PhaseBegan(..) | Happening::UseBegan(_) if event.severity == FindingSeverity::Info => {
            (symbols.marker, Tone::Good)
        }
        Happening::PauseBegan(_) => (symbols.full, Tone::Paused),
        Happening::PauseEnded(_) => (symbols.current, Tone::Good),
        Happening::Gap(_) | Happening::Absence(_) => (symbols.gap, Tone::Attention),
        _ => finding_mark(event.severity, canvas.theme),
    }
}

fn event_row(
    picture: &Picture<'_>,
    event: &DatedEvent<'_>,
    is_chosen: bool,
    width: u16,
    canvas: &Canvas<'_>,
) -> Line<'static> {
    const KIND: usize = 8;
    let (symbol, tone) = mark(event, canvas);
    // What a replay has not reached yet is listed all the same, so that it can be gone to.
    let is_ahead = event.at > picture.now;
    let text = if is_ahead {
        Tone::Quiet
    } else if tone == Tone::Danger {
        tone
    } else {
        Tone::Text
    };
    let lead = if is_chosen { canvas.theme.symbols().current } else { " " };
    let kind = if width >= 50 { format!("{:<KIND$}", event.kind.word()) } else { String::new() };
    let words = event.to_string();
    let mut line = canvas.words(&[
        (&format!("{lead} {:<9} ", moment(event.at, picture.now)), Tone::Quiet),
        (&format!("{symbol} "), tone),
        (&kind, Tone::Quiet),
        (&words, text),
    ]);
    if is_chosen {
        let style = canvas.theme.style(Tone::Chosen);
        let blank = usize::from(width).saturating_sub(line.width());
        line.spans.push(Span::raw(" ".repeat(blank)));
        line.spans.iter_mut().for_each(|span| span.style = style);
    }
    line
}

/// The chosen event whole, below a rule: its text, its place in the record and in the log, and what Enter does.
fn detail(
    picture: &Picture<'_>,
    event: &DatedEvent<'_>,
    inner: Rect,
    canvas: &Canvas<'_>,
) -> Vec<Line<'static>> {
    let (symbol, tone) = mark(event, canvas);
    let most = usize::from(max_detail(inner.height));
    let lead = canvas.line(format!("{symbol} "), tone);
    let (text, quiet) = (canvas.theme.style(Tone::Text), canvas.theme.style(Tone::Quiet));
    let mut lines = hanging(lead, &event.to_string(), text, inner.width.into());
    if let Some(line) = event.line {
        let lead = canvas.line("  on the line: ", Tone::Quiet);
        lines.extend(hanging(lead, &line.raw, quiet, inner.width.into()));
    }
    if lines.len() > most.saturating_sub(2) {
        lines.truncate(most.saturating_sub(2));
        let ellipsis = canvas.span(canvas.theme.symbols().ellipsis, Tone::Text);
        lines.last_mut().into_iter().for_each(|line| line.push_span(ellipsis.clone()));
    }
    let run = picture.scene.view.listed_run(picture.run);
    let mut facts = vec![event.at.in_words().to_string()];
    if event.at <= picture.now {
        facts.push(format!("{} ago", freshness(picture.now.since(event.at))));
    }
    facts.extend(event.record.map(|record| format!("record {record}")));
    facts.push(format!("byte {} of dr.log", grouped(place_in_log(run, event).0)));
    let does = match picture.scene.facts.mode {
        Mode::Replay | Mode::Past => "goes to that moment",
        Mode::Watch | Mode::Demo | Mode::View => "shows the log there",
    };
    facts.push(format!("{} {does}", picture.key(Command::Open)));
    let rule = canvas.theme.symbols().thin_rule.repeat(inner.width.into());
    lines.insert(0, canvas.line(rule, Tone::Quiet));
    let separator = format!(" {} ", canvas.theme.symbols().separator);
    let mut line = canvas.line(facts.join(&separator), Tone::Quiet);
    while line.width() > inner.width.into() && facts.len() > 1 {
        facts.pop();
        line = canvas.line(facts.join(&separator), Tone::Quiet);
    }
    lines.push(line);
    lines
}
