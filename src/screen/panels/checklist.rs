//! What is to be done before the start and after the end: the pre-flight while the test is prepared,
//! the cleanup once it is over. Both are judged anew for every frame. In between the pre-flight is shown as recorded.

use super::{Canvas, Line, Picture, Rect, Tone, hanging, views::draw_scrolled};
use crate::{
    run::{
        CleanupCode, CleanupItem, Phase, PreflightCode, PreflightItem, PreflightState, PreflightVerdict,
        Role, Run, cleanup,
    },
    screen::{
        keys::{Command, Panel},
        paint::{
            Theme, cleanup_mark, cleanup_remedy,
            shares::{self, Text, level},
        },
    },
    text::{plural, time_of_day, wrap},
};

/// One row of a list, with what may be said below it.
struct Item {
    symbol: &'static str,
    word: &'static str,
    tone: Tone,
    text: String,
    remedy: Option<String>,
}

/// Whether there is a list to show in the present phase.
pub(crate) fn applies(run: &Run) -> bool {
    match run.phase() {
        Phase::Prepare => run.takes_part(Role::Primary) && run.takes_part(Role::Dr),
        Phase::Ended => true,
        Phase::Stage1 | Phase::Stage2 | Phase::InUse => false,
    }
}

/// What the status strip says of the list: whether the start is forbidden, or how much of the cleanup is open. Of the run
/// as it is now, as all of the strip.
pub(super) fn badge(picture: &Picture<'_>) -> Option<(String, Tone)> {
    let (run, now) = (picture.scene.facts.run, picture.scene.facts.now);
    match run.phase() {
        Phase::Ended => match open_items(&cleanup(run, now)) {
            0 => None,
            open => Some((format!("cleanup {open} open"), Tone::Danger)),
        },
        _ if !applies(run) => None,
        _ => match live_verdict(picture) {
            PreflightVerdict::NoGo => Some(("NO-GO".to_owned(), Tone::Danger)),
            // Then the start is behind, or not yet to be made.
            PreflightVerdict::Go if run.dr.service_runs() || run.listing_since.is_some() => None,
            PreflightVerdict::Go => Some(("GO".to_owned(), Tone::Good)),
        },
    }
}

fn live_verdict(picture: &Picture<'_>) -> PreflightVerdict {
    match &picture.scene.view.frozen {
        None => picture.preflight().verdict,
        Some(_) => picture.scene.facts.preflight().verdict,
    }
}

/// How many items are open, while one is that the exit code waits for: dangers that are not settled count with it.
fn open_items(items: &[CleanupItem]) -> usize {
    let is_danger =
        |item: &&CleanupItem| matches!(item.code, CleanupCode::DangersSettled | CleanupCode::AllSent);
    match items.iter().filter(|item| item.required && !item.done).count() {
        0 => 0,
        required => required + items.iter().filter(is_danger).count(),
    }
}

/// The list of the present phase: title, verdict, items, the gravest first.
fn list(picture: &Picture<'_>, theme: Theme) -> (&'static str, Tone, String, Vec<Item>) {
    if picture.run.phase() == Phase::Ended {
        let items = cleanup(picture.run, picture.now);
        let open = open_items(&items);
        // Nothing waits for these; they are open all the same.
        let left = items.iter().filter(|item| !item.required && !item.done).count();
        let signed = picture.run.signed_off.is_some();
        let dangers = picture.run.accepted_dangers().count();
        let (tone, verdict) = match (open, signed) {
            (0, signed) if picture.run.replication.recovery_under_way().is_some() => {
                let words = if signed { "signed off, not all sent" } else { "wait until all is sent" };
                (Tone::Danger, words.to_owned())
            }
            (0, true) if dangers > 0 => (Tone::Danger, format!("signed off, {dangers} not settled")),
            (0, true) if left == 0 => (Tone::Good, "all done".to_owned()),
            (0, true) => (Tone::Good, format!("signed off, {left} optional")),
            (0, false) if picture.names_keys() => {
                (Tone::Attention, format!("{} signs off", picture.key(Command::Checklist)))
            }
            (0, false) => (Tone::Attention, "not signed off".to_owned()),
            (open, true) => (Tone::Danger, format!("signed off, {open} open")),
            (open, false) => (Tone::Danger, format!("{open} open, then sign off")),
        };
        return (
            "cleanup",
            tone,
            verdict,
            items.iter().map(|item| cleanup_item(picture, item, theme)).collect(),
        );
    }
    let judged = picture.preflight();
    let (tone, verdict) = match judged.verdict {
        // Then there is nothing left to start.
        PreflightVerdict::Go if picture.run.saw_service_start() => (Tone::Good, "started".to_owned()),
        PreflightVerdict::Go if picture.run.dr.service_runs() => {
            (Tone::Attention, "the service is already started".to_owned())
        }
        PreflightVerdict::Go if picture.run.listing_since.is_some() => {
            (Tone::Attention, "wait: the bucket is being listed".to_owned())
        }
        PreflightVerdict::Go => {
            let is_open = |item: &&PreflightItem| item.state == PreflightState::Attention;
            match judged.items.iter().filter(is_open).count() {
                0 => (Tone::Good, "GO".to_owned()),
                count => (Tone::Attention, format!("GO, {count} to look at")),
            }
        }
        PreflightVerdict::NoGo => {
            let count = judged.items.iter().filter(|item| item.forbids()).count();
            (Tone::Danger, format!("NO-GO, {count} in the way"))
        }
    };
    let to_do =
        judged.items.iter().map(|item| PreflightItem { text: to_do(item, picture.run), ..item.clone() });
    ("pre-flight", tone, verdict, preflight_items(&to_do.collect::<Vec<_>>(), theme))
}

/// An item in words that say beside an empty box what is to be done: that replication runs would be taken for the aim.
fn to_do(item: &PreflightItem, run: &Run) -> String {
    match (item.code, item.state) {
        (PreflightCode::ReplicationPaused, PreflightState::Blocking) => {
            format!("Pause replication on {}: it runs, changing the bucket.", run.name(Role::Primary))
        }
        _ => item.text.clone(),
    }
}

/// The gravest first.
fn preflight_items(items: &[PreflightItem], theme: Theme) -> Vec<Item> {
    let mut items: Vec<&PreflightItem> = items.iter().collect();
    items.sort_by_key(|item| (!item.forbids(), std::cmp::Reverse(weight(item.state))));
    items.into_iter().map(|item| preflight_item(item, theme)).collect()
}

/// Whether it is stated what the test is to show.
fn test_sheet_item(picture: &Picture<'_>, theme: Theme) -> Item {
    let key = if picture.names_keys() {
        format!("; {} shows it", picture.key(Command::TestSheet))
    } else {
        String::new()
    };
    let text = match picture.run.stated_sheet() {
        Some(sheet) => {
            let targets = match sheet.criteria.len() as u64 {
                0 => "without a target".to_owned(),
                count => format!("with {}", plural(count, "target")),
            };
            format!("Test sheet recorded, {targets}{key}.")
        }
        None => format!("No test sheet recorded{key}."),
    };
    Item { symbol: theme.symbols().info, word: "info", tone: Tone::Text, text, remedy: None }
}

/// Attention asks for a thought, unknown at most for a look.
const fn weight(state: PreflightState) -> u8 {
    match state {
        PreflightState::Ok => 0,
        PreflightState::Info => 1,
        PreflightState::Unknown => 2,
        PreflightState::Attention => 3,
        PreflightState::Blocking => 4,
    }
}

fn preflight_item(item: &PreflightItem, theme: Theme) -> Item {
    let symbols = theme.symbols();
    // The marks of findings are those that the top line counts.
    let (symbol, word, tone) = match item.state {
        PreflightState::Ok => (symbols.checked, "ok", Tone::Good),
        PreflightState::Info => (symbols.info, "info", Tone::Text),
        PreflightState::Unknown if item.forbids() => ("?", "unknown", Tone::Danger),
        PreflightState::Unknown => ("?", "unknown", Tone::Quiet),
        PreflightState::Attention => (symbols.look, "attention", Tone::Attention),
        PreflightState::Blocking => (symbols.unchecked, "blocking", Tone::Danger),
    };
    let remedy = item.remedy.clone().filter(|_| item.state != PreflightState::Ok);
    Item { symbol, word, tone, text: item.text.clone(), remedy }
}

fn cleanup_item(picture: &Picture<'_>, item: &CleanupItem, theme: Theme) -> Item {
    let (symbol, tone) = cleanup_mark(item, theme);
    let word = match (item.done, item.required) {
        _ if item.code == CleanupCode::DangersSettled => "not settled",
        _ if item.code == CleanupCode::AllSent => "not sent",
        (false, _) if item.code == CleanupCode::DrServiceStopped => "still on",
        (false, false) if item.code == CleanupCode::FindingsAcknowledged => "open",
        (true, _) => "done",
        (false, _) if item.code == CleanupCode::SignOff => "last",
        (false, true) => "to do",
        (false, false) => "if wanted",
    };
    let key = cleanup_remedy(item, picture.run).and_then(|remedy| picture.key_of(remedy));
    let text = match key {
        Some(key) => format!("{} ({key}).", item.text.trim_end_matches('.')),
        None => item.text.clone(),
    };
    Item { symbol, word, tone, text, remedy: None }
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Checklist);
    if !applies(picture.run) {
        let title = canvas.line("pre-flight and cleanup", Tone::Strong);
        let inner = canvas.frame(area, &title, &Line::default(), Tone::Quiet);
        draw_recorded(picture, inner, canvas);
        return;
    }
    let (title, tone, verdict, mut items) = list(picture, canvas.theme);
    let title = canvas.line(title, Tone::Strong);
    let verdict = canvas.line(verdict, tone);
    let frame = if tone == Tone::Danger { Tone::Danger } else { Tone::Quiet };
    let inner = canvas.frame(area, &title, &verdict, frame);
    if picture.scene.view.zoom == Some(Panel::Checklist) {
        // The last, as nothing waits for it; beside other panels it has no room.
        items.push(test_sheet_item(picture, canvas.theme));
        draw_scrolled(picture, inner, &whole(&items, inner.width, canvas), canvas);
    } else {
        draw_short(&items, inner, canvas);
    }
}

/// Rows that the list needs so that nothing in the way of the start or the end is cut, one for what asks for
/// attention, and one for the number of the others.
pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
    let (.., items) = list(picture, canvas.theme);
    let danger = rows_of_danger(&texts(&items, width, canvas));
    let others = if danger > 0 { 2 } else { 0 };
    u16::try_from(danger + others).unwrap_or(u16::MAX)
}

fn rows_of_danger(texts: &[Text]) -> usize {
    texts.iter().filter(|text| text.level == 0).map(|text| text.lines.len()).sum()
}

fn texts(items: &[Item], width: u16, canvas: &Canvas<'_>) -> Vec<Text> {
    let text = |item: &Item| {
        let tone = if item.tone == Tone::Danger { Tone::Danger } else { Tone::Text };
        let lead = canvas.line(format!("{} ", item.symbol), item.tone);
        let lines = hanging(lead, &item.text, canvas.theme.style(tone), width.into());
        Text { level: level(item.tone), first: lines.len(), lines, to_do: 0 }
    };
    items.iter().map(text).collect()
}

/// Every item in as many rows as there are for it; where not all have room, the number of the others.
fn draw_short(items: &[Item], inner: Rect, canvas: &mut Canvas<'_>) {
    let texts = texts(items, inner.width, canvas);
    let rows = usize::from(inner.height);
    let grave = rows_of_danger(&texts);
    // The number of the others gives way to what is in the way.
    let for_number = usize::from(items.len() > rows && grave < rows);
    let shares = shares::shares(&texts, rows - for_number);
    let used = shares::draw(&texts, &shares, inner, canvas);
    let rest: Vec<_> = items.iter().zip(&shares).filter(|(_, share)| **share == 0).collect();
    if !rest.is_empty() {
        let ok = rest.iter().filter(|(item, _)| item.tone == Tone::Good).count();
        let text = if ok == rest.len() {
            format!("{ok} more passed (key 6)")
        } else {
            format!("{} more checks (key 6)", rest.len())
        };
        canvas.row(inner, used, &canvas.line(text, Tone::Quiet));
    }
}

/// The pre-flight as it was put on record before the start.
fn draw_recorded(picture: &Picture<'_>, inner: Rect, canvas: &mut Canvas<'_>) {
    let (words, items) = if let Some(judged) = &picture.run.preflight {
        let changed = if judged.stale_since.is_some() { " What it rests on changed after that." } else { "" };
        let words = format!(
            "Pre-flight before the start, at {}: {}, as listed here.{changed} The cleanup comes once the test is over.",
            time_of_day(judged.at),
            judged.verdict.word()
        );
        (words, preflight_items(&judged.items, canvas.theme))
    } else {
        let words = "The cleanup comes once the test is over; no pre-flight is on record.".to_owned();
        (words, Vec::new())
    };
    let mut lines: Vec<Line<'_>> =
        wrap(&words, inner.width.into()).into_iter().map(|line| canvas.line(line, Tone::Text)).collect();
    if !items.is_empty() {
        lines.push(Line::default());
        lines.extend(whole(&items, inner.width, canvas));
    }
    draw_scrolled(picture, inner, &lines, canvas);
}

/// Every item whole, with its remedy.
fn whole(items: &[Item], width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    const LEAD: usize = 14;
    let mut lines = Vec::new();
    for item in items {
        let lead = format!("{:<LEAD$}", format!("{} {}", item.symbol, item.word));
        let beside = |lead, text: &str, tone| hanging(lead, text, canvas.theme.style(tone), width.into());
        lines.extend(beside(canvas.owned(lead, item.tone).into(), &item.text, Tone::Text));
        let blank = Line::raw(" ".repeat(LEAD));
        lines.extend(item.remedy.iter().flat_map(|remedy| beside(blank.clone(), remedy, Tone::Quiet)));
    }
    lines
}

/// The verdict in a few words, for where a list has no room.
pub(crate) fn verdict_line(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    if !applies(picture.run) {
        return Line::default();
    }
    let (title, tone, verdict, _) = list(picture, canvas.theme);
    canvas.words(&[(&format!("{title} "), Tone::Quiet), (&verdict, tone)])
}
