//! What needs the engineer: appliances that are away, a record that does not reach the disk, and
//! the run's findings, the gravest first.

use std::rc::Rc;

mod counts;

pub(super) use counts::{OpenCounts, open_counts};

use self::counts::{away_roles, is_past_news, is_row_of_the_moment};
use super::{Canvas, Line, Picture, Rect, Tone, columns, hanging, right_end};
use crate::{
    run::{Code, Finding, FindingSeverity, Link, Phase, Role},
    screen::{
        keys::{Command, Panel},
        paint::{
            Theme, by_weight, finding_mark, remedy_words,
            shares::{self, TO_DO, Text, level},
        },
        scene::{RecordingState, Unwritten},
        view::finding_key,
    },
    text::{age, clean, countdown, freshness, minute, plural, time_of_day, wrap},
};

const DANGER: u8 = level(Tone::Danger);

struct Row {
    symbol: &'static str,
    tone: Tone,
    /// As [`level`] has it; an acknowledged danger still asks for attention.
    level: u8,
    age: String,
    text: String,
    /// What to do, on a line of its own.
    to_do: Option<String>,
    /// Whether nothing is asked for any more: then one row says enough, where another text needs the rest.
    is_settled: bool,
    /// Whether it is open and rests on a line of the log.
    has_line: bool,
}

impl Row {
    /// A problem of this moment, which is no finding.
    fn problem(symbol: &'static str, age: String, text: String) -> Self {
        let (to_do, is_settled, has_line) = (None, false, false);
        Self { symbol, tone: Tone::Danger, level: DANGER, age, text, to_do, is_settled, has_line }
    }
}

/// What is to be settled, the gravest first; of the findings those that are not closed.
fn rows(picture: &Picture<'_>, theme: Theme) -> Vec<Row> {
    let mut rows = current_problems(picture, theme, away_roles(picture.run));
    let unclosed = by_weight(picture.run).into_iter().filter(|finding| finding.closed_at.is_none());
    // One row per loss: that of the moment has the time of the next attempt.
    let unclosed = unclosed.filter(|finding| !is_row_of_the_moment(picture.run, finding));
    let present = unclosed.filter(|finding| !is_past_news(picture.run, finding));
    rows.extend(present.map(|finding| finding_row(picture, finding, theme)));
    rows.sort_by_key(|row| row.level);
    rows
}

fn finding_row(picture: &Picture<'_>, finding: &Finding, theme: Theme) -> Row {
    let (symbol, tone) = finding_mark(finding.severity, theme);
    // Of one that is over the moments are named: its age would be that of neither.
    let age = match finding.closed_at {
        None => freshness(picture.now.since(finding.opened_at)),
        Some(_) => String::new(),
    };
    let done = theme.symbols().done;
    let (symbol, tone, text, to_do) = match (&finding.acknowledged, finding.closed_at) {
        (_, Some(at)) => {
            let text = format!("closed at {}; it said: {}", time_of_day(at), finding.what());
            (done, Tone::Quiet, text, None)
        }
        (Some(reason), None) => {
            let by = finding.acknowledged_in_name();
            let at = finding
                .acknowledged_at
                .map_or_else(String::new, |at| format!(" {}", minute(at, picture.now)));
            // Who has taken it on, and why, is what there is to know now.
            // What was to be done in the test is over with it; what is forbidden until it is settled is not.
            let what = match finding.until_settled.as_ref().filter(|_| picture.run.phase() == Phase::Ended) {
                Some(until) => format!("{} Until it is settled: {until}.", finding.what()),
                None => finding.text.clone(),
            };
            let text = format!("acknowledged by {by}{at} (\"{reason}\"): {what}");
            // What endangers the test goes on to do so: it keeps its mark.
            let symbol = if finding.is_accepted_danger() { symbol } else { done };
            (symbol, Tone::Quiet, text, None)
        }
        (None, None) => (symbol, tone, finding.what().to_owned(), to_do(picture, finding)),
    };
    let text = if picture.is_under_cursor(finding.opened_at) {
        format!("{} {text}", theme.symbols().cursor)
    } else {
        text
    };
    let level = if finding.is_accepted_danger() { level(Tone::Attention) } else { level(tone) };
    let is_settled = finding.acknowledged.is_some() || finding.closed_at.is_some();
    let has_line = finding.is_open() && finding.place_in_log().is_some();
    Row { symbol, tone, level, age, text, to_do, is_settled, has_line }
}

/// What to do about a finding, with the key that does it where keys do something.
fn to_do(picture: &Picture<'_>, finding: &Finding) -> Option<String> {
    let key = finding.remedy.and_then(|remedy| Some((remedy, picture.key_of(remedy)?)));
    match (&finding.to_do, key) {
        (Some(to_do), Some((_, key))) => Some(format!("{} ({key}).", to_do.trim_end_matches('.'))),
        (Some(to_do), None) => Some(to_do.clone()),
        (None, Some((remedy, key))) => Some(format!("{} ({key}).", remedy_words(remedy))),
        (None, None) => None,
    }
}

/// What is wrong with the connections of `roles` and with the record right now.
fn current_problems(picture: &Picture<'_>, theme: Theme, roles: Vec<Role>) -> Vec<Row> {
    let mut rows = Vec::new();
    let symbol = theme.symbols().failed;
    if let RecordingState::Failing(unwritten) = picture.scene.journal {
        let text = unwritten_text(unwritten);
        rows.push(Row::problem(symbol, String::new(), text));
    }
    for role in roles {
        let appliance = picture.run.appliance(role);
        let name = picture.run.known_name(role).unwrap_or("not named");
        let Some(down) = appliance.down_for(picture.now) else { continue };
        let text = match &appliance.link {
            Link::Waiting { reason, retry_at } => {
                let retry = countdown(retry_at.since(picture.now));
                // What to check is said once the loss has lasted: until then there is nothing to do.
                let short = reason.split_once("; ").map_or(reason.as_str(), |(what, _)| what);
                let reason = if appliance.needs_hand(picture.now) { reason } else { short };
                format!("Not connected to {name} ({role}); drwatch tries again {retry}: {reason}")
            }
            Link::Stopped { reason } if picture.names_keys() => {
                let key = picture.key(Command::Reconnect);
                format!("{role} {name} needs you, then {key}: {reason}")
            }
            Link::Stopped { reason } => format!("Not connected to {name} ({role}): {reason}"),
            Link::Absent | Link::Connecting | Link::Connected => {
                format!("Not connected to {name} ({role}); drwatch tries again now")
            }
        };
        rows.push(if appliance.needs_hand(picture.now) {
            Row::problem(symbol, age(down), text)
        } else {
            let (symbol, tone) = (theme.symbols().attention, Tone::Attention);
            Row { symbol, tone, level: level(tone), ..Row::problem(symbol, age(down), text) }
        });
    }
    rows
}

fn unwritten_text(unwritten: &Unwritten) -> String {
    let held = [(unwritten.lines.0, "line"), (unwritten.records, "record")];
    let held: Vec<String> =
        held.into_iter().filter(|(count, _)| *count > 0).map(|(count, of)| plural(count, of)).collect();
    let held = if held.is_empty() { String::new() } else { format!(" In memory: {}.", held.join(", ")) };
    format!("the record does not reach the disk: {}.{held} Make room or make it writable.", unwritten.reason)
}

/// The title, and what is open beside it; `hidden` of the rows found no room, and where `is_cut` one is not whole.
fn titles(
    picture: &Picture<'_>,
    hidden: usize,
    is_cut: bool,
    width: u16,
    canvas: &Canvas<'_>,
) -> [Line<'static>; 2] {
    let OpenCounts { blocking, attention, info, accepted } =
        open_counts(picture.run, picture.now, picture.scene.journal);
    let title = canvas.line("findings", Tone::Strong);
    let open = match blocking + attention {
        0 => "none open".to_owned(),
        open => format!("{open} open"),
    };
    let view = picture.key(Command::Show(Some(Panel::Findings)));
    let more = match hidden {
        0 => String::new(),
        // None of what is counted has a row.
        hidden if hidden == blocking + attention + info + accepted => format!(" (key {view})"),
        hidden => format!("; {hidden} hidden (key {view})"),
    };
    // In more columns the row itself has room for it.
    let whole = match hidden {
        0 if is_cut => format!("; whole text: key {view}"),
        hidden if is_cut => format!("; {hidden} hidden; whole text: key {view}"),
        _ => more.clone(),
    };
    let accepted = if accepted == 0 { String::new() } else { format!(", {accepted} acknowledged") };
    let info = if info == 0 { String::new() } else { format!(", {info} info") };
    let is_to_acknowledge =
        picture.run.open_findings().any(|finding| finding.severity > FindingSeverity::Info);
    let key = if is_to_acknowledge && picture.names_keys() {
        format!(", key {} acknowledges", picture.key(Command::Acknowledge))
    } else {
        String::new()
    };
    // The edge of the frame and the blanks around both titles.
    let room = usize::from(width).saturating_sub(title.width() + 7 + open.len() + accepted.len());
    // Beside what is hidden, the key line names the key alone.
    let key = if hidden == 0 && !is_cut { key } else { String::new() };
    let variants =
        [format!("{info}{whole}{key}"), format!("{whole}{key}"), whole, format!("{info}{more}"), more, info];
    let rest = variants.into_iter().find(|text| text.len() <= room).unwrap_or_default();
    [title, canvas.words(&[(&open, Tone::Quiet), (&accepted, Tone::Danger), (&rest, Tone::Quiet)])]
}

/// Rows that the panel needs so that of what asks for attention or more nothing is cut, or less.
pub(crate) struct RowsWanted {
    pub(crate) whole: u16,
    /// The first sentence, and the verb of what to do.
    pub(crate) gist: u16,
    pub(crate) first_sentence: u16,
}

pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> RowsWanted {
    let texts = texts(picture, width, canvas);
    let sum = |rows: fn(&Text) -> usize| {
        let rows = texts.iter().filter(|text| text.level < 2).map(rows).sum::<usize>();
        u16::try_from(rows).unwrap_or(u16::MAX)
    };
    RowsWanted {
        whole: sum(|text| text.lines.len()),
        gist: sum(Text::gist),
        first_sentence: sum(|text| text.first.min(text.lines.len())),
    }
}

fn texts(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Rc<[Text]> {
    // The rows are counted before they are drawn, as a rule for the same width.
    if let Some((_, known)) = picture.finding_texts.get().filter(|(own, _)| *own == width) {
        return Rc::clone(known);
    }
    let text = |row: &Row| {
        let lines = whole(row, "", width, canvas);
        // With its full stop, which may need a row more.
        let sentence = row.text.find(". ").and_then(|end| row.text.get(..=end)).unwrap_or(&row.text);
        let lead = columns(&lead(row, "", width, canvas));
        let wrapped = |text: &str| wrap(&clean(text), usize::from(width.saturating_sub(lead))).len();
        let to_do = row.to_do.as_ref().map_or(0, |to_do| wrapped(&format!("{TO_DO}{to_do}")));
        let first = if row.is_settled { 1 } else { wrapped(sentence) };
        Text { level: row.level, lines, first, to_do }
    };
    let texts: Rc<[Text]> = rows(picture, canvas.theme).iter().map(text).collect();
    // Kept for the width that comes first.
    let _ = picture.finding_texts.set((width, Rc::clone(&texts)));
    texts
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Findings);
    let (columns, rows) = canvas.frame_size();
    let height = usize::from(area.height.saturating_sub(rows));
    let width = area.width.saturating_sub(columns);
    let texts = texts(picture, width, canvas);
    let shares = shares::shares(&texts, height);
    let past_news = picture.run.open_findings().filter(|finding| is_past_news(picture.run, finding)).count();
    let is_cut = |(text, share): (&Text, &usize)| text.level < 2 && *share < text.lines.len();
    let is_cut = !canvas.is_boxed && texts.iter().zip(&shares).any(is_cut);
    let hidden = shares::hidden(&shares) + past_news;
    let [title, right] = titles(picture, hidden, is_cut, area.width, canvas);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    if texts.is_empty() {
        draw_none(" no finding is open", inner, canvas);
    } else {
        shares::draw_leading_on(&texts, &shares, &hints(picture, canvas.theme), inner, canvas);
    }
}

/// Where the whole of each row is that is cut, the longest words first.
fn hints(picture: &Picture<'_>, theme: Theme) -> Vec<Vec<String>> {
    if !picture.names_keys() {
        return Vec::new();
    }
    let whole = format!("whole text: key {}", picture.key(Command::Show(Some(Panel::Findings))));
    let line =
        format!("{whole} {} its log line: {}", theme.symbols().separator, picture.key(Command::FindingLine));
    let rows = rows(picture, theme);
    // The key leads to the line of the first that rests on one.
    let first = rows.iter().position(|row| row.has_line);
    let words = |has_line| if has_line { vec![line.clone(), whole.clone()] } else { vec![whole.clone()] };
    (0..rows.len()).map(|place| words(first == Some(place))).collect()
}

/// The findings with the screen to themselves: acknowledged and closed ones too, one of them chosen.
pub(crate) fn draw_view(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Findings);
    let [title, right] = titles(picture, 0, false, area.width, canvas);
    let inner = canvas.frame(area, &title, &right, Tone::Quiet);
    let findings = by_weight(picture.run);
    let keys: Vec<_> = findings.iter().map(|finding| finding_key(finding)).collect();
    let place = &picture.scene.view.finding_place;
    let chosen = place.index(&keys, 0);
    let mut lines: Vec<Line<'static>> = Vec::new();
    // A loss with a finding is listed as that finding, which can be chosen.
    let is_found = |role: &Role| {
        let is_open = |finding: &&Finding| finding.code == Code::ApplianceLost && finding.role == Some(*role);
        picture.run.open_findings().any(|finding| is_open(&finding))
    };
    let unfound = away_roles(picture.run).into_iter().filter(|role| !is_found(role)).collect();
    for row in current_problems(picture, canvas.theme, unfound) {
        lines.extend(whole(&row, "  ", inner.width, canvas));
    }
    let mut shown = 0..0;
    for (index, finding) in findings.iter().enumerate() {
        let is_chosen = chosen == Some(index);
        let mark = if is_chosen { format!("{} ", canvas.theme.symbols().current) } else { "  ".to_owned() };
        let row = finding_row(picture, finding, canvas.theme);
        let first = lines.len();
        lines.extend(whole(&row, &mark, inner.width, canvas));
        if is_chosen {
            shown = first..lines.len();
        }
    }
    if lines.is_empty() {
        draw_none(" nothing was found so far", inner, canvas);
        return;
    }
    // As far down as the chosen one takes, and its beginning rather than its end.
    let height = usize::from(inner.height);
    let most = lines.len().saturating_sub(height);
    let from = shown.end.saturating_sub(height.saturating_sub(1)).min(shown.start).min(most);
    // A finding takes about three rows, two lines and what to do: so many of them are a page.
    place.show(height / 3);
    let key = picture.key(Command::PageDown);
    canvas.paged(inner, u16::try_from(from).unwrap_or(u16::MAX), &lines, &key);
}

fn draw_none(words: &str, area: Rect, canvas: &mut Canvas<'_>) {
    let line = canvas.words(&[(canvas.theme.symbols().done, Tone::Good), (words, Tone::Quiet)]);
    canvas.row(area, 0, &line);
}

/// What stands before the text of a row: `mark`, the symbol, and the age where there is room.
fn lead(row: &Row, mark: &str, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let age = if width >= 50 { format!("{:>10}  ", row.age) } else { String::new() };
    canvas.words(&[(mark, Tone::Key), (&format!("{} ", row.symbol), row.tone), (&age, Tone::Quiet)])
}

/// The whole text of a row, wrapped, and below it what to do.
fn whole(row: &Row, mark: &str, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let tone = if row.tone == Tone::Attention { Tone::Text } else { row.tone };
    let lead = lead(row, mark, width, canvas);
    let blank = Line::raw(" ".repeat(lead.width()));
    let mut lines = hanging(lead, &row.text, canvas.theme.style(tone), width.into());
    if let Some(to_do) = &row.to_do {
        let text = format!("{TO_DO}{to_do}");
        lines.extend(hanging(blank, &text, canvas.theme.style(Tone::Strong), width.into()));
    }
    lines
}

/// The findings without a frame, the gravest first, and the number of those that have no room.
pub(crate) fn draw_lines(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let count = rows(picture, canvas.theme).len();
    if count == 0 {
        draw_none(" no findings", area, canvas);
        return;
    }
    let more = if count > usize::from(area.height) { format!("+{count}") } else { String::new() };
    let room = area.width.saturating_sub(u16::try_from(more.len() + 2).unwrap_or(0));
    let texts = texts(picture, room, canvas);
    let shares = shares::shares(&texts, area.height.into());
    shares::draw(&texts, &shares, Rect { width: room, ..area }, canvas);
    let hidden = shares::hidden(&shares);
    if hidden > 0 {
        let more = canvas.line(format!("+{hidden}"), Tone::Quiet);
        canvas.row(right_end(area, &more), 0, &more);
    }
}
