//! What the engineer does next, in the rows below the phases that it takes.

use unicode_width::UnicodeWidthStr as _;

use crate::screen::panels::{Canvas, Line, Picture, Rect, Tone};
use crate::{
    run::{Band, Code, FindingSeverity, NextStep, Phase, Remedy, Role, StepLine, Timestamp, Urgency},
    screen::{
        keys::{Command, Panel},
        paint::statement_digit,
    },
    text::{fit, minute, wrap},
};

/// The most rows of what is waited for, and of a step to be taken: that one is cut last, as it may be a command.
const MAX_ROWS_OF_WAIT: u16 = 2;
const MAX_ROWS_OF_STEP: u16 = 5;

/// One row more is taken where words would be cut without it.
const MORE_ROWS_IF_CUT: u16 = 1;

/// Below this width the words are as few as can be.
const WHOLE_WORDS_FROM: u16 = 50;

/// Below this width what is waited for is shortened by whole sentences.
const ALL_SENTENCES_FROM: u16 = 100;

/// How long before the operator of a demo acts that is announced.
pub(super) const ANNOUNCED_SECONDS: u64 = 20;

/// What stands before the step, and before its second row.
const NEXT: &str = "NEXT  ";
const NOW: &str = "NOW   ";
const BLANK: &str = "      ";

/// Rows that the step takes at `width` columns.
pub(crate) fn rows_wanted(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
    let step = picture.next_step();
    let most = match step.urgency {
        Urgency::Wait => MAX_ROWS_OF_WAIT,
        Urgency::Act | Urgency::Urgent => MAX_ROWS_OF_STEP,
    };
    let ellipsis = canvas.theme.symbols().ellipsis;
    let is_cut = |lines: &[Line<'_>]| lines.iter().any(|line| line.to_string().contains(ellipsis));
    let usual = lines(picture, step, width, most, canvas);
    // Where whole sentences are left out, no ellipsis says so.
    let is_cut = is_cut(&usual) || (width >= WHOLE_WORDS_FROM && lacks_sentences(picture, step, &usual));
    let more = || lines(picture, step, width, most + MORE_ROWS_IF_CUT, canvas);
    let shown = if is_cut {
        more()
    } else if step.urgency == Urgency::Wait && lacks_findings(picture, step, &usual) {
        // Who waits has the time to read them.
        Some(more()).filter(|more| !lacks_findings(picture, step, more)).unwrap_or(usual)
    } else {
        usual
    };
    u16::try_from(shown.len()).unwrap_or(1)
}

/// The words of `lines`, without what stands before them.
fn shown_words(lines: &[Line<'_>]) -> String {
    let texts = lines.iter().filter_map(|line| line.spans.last());
    texts.map(|span| &*span.content).collect::<Vec<_>>().join(" ")
}

/// Whether `lines` do not say that findings are open besides.
fn lacks_findings(picture: &Picture<'_>, step: &NextStep, lines: &[Line<'_>]) -> bool {
    !shown_words(lines).contains(findings_words(picture, step).trim())
}

/// Whether `lines` hold less than all words of the step.
fn lacks_sentences(picture: &Picture<'_>, step: &NextStep, lines: &[Line<'_>]) -> bool {
    let shown = shown_words(lines);
    let words = words(picture, step, false, "");
    let findings = findings_words(picture, step);
    // The panels say as well what becomes of replication: beside the forecast that may give way to open findings.
    let may_lack = step.until.is_some() && !findings.is_empty() && shown.contains(findings.trim());
    let needed = words.rsplit_once(". ").filter(|_| may_lack).map_or(&*words, |(needed, _)| needed);
    !shown.contains(needed.trim_end_matches('.'))
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let lines = lines(picture, picture.next_step(), area.width, area.height, canvas);
    for (row, line) in (0..area.height).zip(&lines) {
        canvas.row(area, row, line);
    }
}

/// The step as a sentence.
pub(crate) fn sentence(picture: &Picture<'_>) -> String {
    let step = picture.next_step();
    let (before, behind) = line_words(picture, step);
    words(picture, step, false, &before) + &tail(picture, step) + &behind + &findings_words(picture, step)
}

/// The commands that take the step, or what may be done instead, where keys do.
pub(crate) fn commands(picture: &Picture<'_>) -> Vec<Command> {
    let step = picture.next_step();
    // A note may be written at any time, and has its place among the keys.
    let instead = step.instead.map(|(_, remedy)| remedy).filter(|remedy| *remedy != Remedy::WriteNote);
    // What is to be done only once the wait is over has its usual place among the keys.
    let is_later = step.urgency == Urgency::Wait && step.remedy == Some(Remedy::SignOff);
    let remedies = step.remedy.filter(|_| !is_later).into_iter().chain(instead);
    // The line comes before what is decided on it.
    let line = step.line.filter(|_| picture.names_keys()).map(|_| Command::FindingLine);
    let acknowledges = step.findings > 0 && picture.names_keys();
    let remedies = remedies.chain(acknowledges.then_some(Remedy::Acknowledge));
    line.into_iter().chain(remedies.filter_map(|remedy| picture.command_of(remedy))).collect()
}

/// The step in at most `rows` rows of `width` columns. The cut comes before the key, which is what to press.
fn lines(
    picture: &Picture<'_>,
    step: &NextStep,
    width: u16,
    rows: u16,
    canvas: &Canvas<'_>,
) -> Vec<Line<'static>> {
    let (lead, lead_tone, tone) = match step.urgency {
        Urgency::Wait => (NEXT, Tone::Key, Tone::Text),
        Urgency::Act => (NEXT, Tone::Key, Tone::Strong),
        Urgency::Urgent => (NOW, Tone::Danger, Tone::Danger),
    };
    let room = usize::from(width).saturating_sub(lead.len()).max(1);
    let is_narrow = width < WHOLE_WORDS_FROM;
    let (before, behind) = line_words(picture, step);
    let read_first = words(picture, step, is_narrow, &before);
    let (words, key) = (words(picture, step, is_narrow, ""), tail(picture, step));
    // Where the findings have no row, nothing else says what it is about.
    let is_alone = is_narrow || picture.scene.view.zoom.is_some();
    let about = step.about.as_ref().filter(|_| is_alone).map(|about| format!("{about}. ")).filter(|about| {
        // A danger is named before all of its remedy has room; another finding is named in the header.
        step.urgency == Urgency::Urgent
            || wrap(&format!("{about}{words}{key}"), room).len() <= usize::from(rows)
    });
    let about = about.unwrap_or_default();
    let [words, read_first] = [words, read_first].map(|words| format!("{about}{words}"));
    // What to do has the rows first, and what it rests on where there are more.
    let findings = if is_narrow { String::new() } else { findings_words(picture, step) };
    let more = behind + &clock_words(picture);
    let wholes = [format!("{more}{findings}"), more];
    let wholes = wholes.iter().map(|more| wrap(&format!("{read_first}{key}{more}"), room));
    let mut fitting = wholes.into_iter().find(|whole| whole.len() <= usize::from(rows));
    if step.urgency == Urgency::Wait && !findings.is_empty() {
        // That findings are open comes before the last of many sentences, which is how one may wait; where the first says
        // how long, two are enough.
        let end = if key.is_empty() { "." } else { &key };
        let fewer = words
            .rsplit_once(". ")
            .filter(|(fewer, _)| step.until.is_some() || fewer.matches(". ").count() > 1);
        let fewer = fewer.map(|(fewer, _)| wrap(&format!("{fewer}{end}{findings}"), room));
        let is_said = |lines: &Vec<String>| lines.join(" ").contains(findings.trim());
        let fewer = fewer.filter(|fewer| fewer.len() <= usize::from(rows));
        fitting = fitting.filter(|whole| is_said(whole) || fewer.is_none()).or(fewer);
    }
    let mut texts = fitting.unwrap_or_else(|| wrap(&format!("{words}{key}"), room));
    if texts.len() > usize::from(rows)
        && (step.urgency == Urgency::Wait && width < ALL_SENTENCES_FROM)
        && let Some(whole) = whole_sentences(&words, &key, room, rows.into())
    {
        texts = whole;
    }
    // What may be done instead is left out before the step is cut.
    if texts.len() > usize::from(rows)
        && step.instead.is_some()
        && let Some(key) = key_alone(picture, step)
    {
        let alone = wrap(&format!("{words} ({key})."), room);
        if alone.len() <= usize::from(rows) {
            return rows_of(alone, lead, (lead_tone, tone), canvas);
        }
    }
    if texts.len() > usize::from(rows) {
        texts = wrap(&words, room);
        let rest = texts.split_off(texts.len().min(usize::from(rows.saturating_sub(1)))).join(" ");
        let key = key_alone(picture, step).map_or_else(String::new, |key| format!(" ({key})."));
        // A key alone in its row says nothing: it takes the last word with it.
        let last = texts.last_mut().filter(|_| rest.is_empty() && !key.is_empty());
        let moved = last.and_then(|line| {
            let (before, word) = line.rsplit_once(' ')?;
            let word = word.to_owned();
            *line = before.to_owned();
            Some(word)
        });
        let rest = moved.unwrap_or(rest);
        let rest = fit(&rest, room.saturating_sub(key.width()), canvas.theme.symbols().ellipsis);
        texts.push(format!("{rest}{key}"));
    }
    rows_of(texts, lead, (lead_tone, tone), canvas)
}

/// `texts` in a row each, `lead` before the first.
fn rows_of(
    texts: Vec<String>,
    lead: &'static str,
    (lead_tone, tone): (Tone, Tone),
    canvas: &Canvas<'_>,
) -> Vec<Line<'static>> {
    let leads = std::iter::once((lead, lead_tone)).chain(std::iter::repeat((BLANK, tone)));
    let line = |((lead, lead_tone), text): ((&'static str, Tone), String)| {
        Line::from(vec![canvas.span(lead, lead_tone), canvas.owned(text, tone)])
    };
    leads.zip(texts).map(line).collect()
}

/// As many whole sentences as have room, where that is more than the first words: what is left out is not half said.
fn whole_sentences(words: &str, key: &str, room: usize, rows: usize) -> Option<Vec<String>> {
    let ends = words.rmatch_indices(". ").map(|(end, _)| end);
    // `Wait.` alone says too little.
    let kept = ends.take_while(|end| *end > 8).filter_map(|end| words.get(..end));
    let lines = kept.map(|kept| wrap(&format!("{kept}{}", if key.is_empty() { "." } else { key }), room));
    lines.into_iter().find(|lines| lines.len() <= rows)
}

/// The step in words, with that of its `line` before its last sentence.
fn words(picture: &Picture<'_>, step: &NextStep, is_narrow: bool, line: &str) -> String {
    let lead = match (step.urgency, step.until) {
        (Urgency::Wait, Some(until)) => until_words(until, picture.run.phase(), picture.now, is_narrow),
        (Urgency::Wait, None) if picture.run.ending.is_none() => wait_words(picture, step, is_narrow),
        _ => String::new(),
    };
    let then = step.then.map_or_else(String::new, |then| format!("{line} {then}"));
    let text = format!("{lead}{}{then}", step.text);
    let is_keyed = !tail(picture, step).is_empty();
    if is_keyed { text.trim_end_matches('.').to_owned() } else { text }
}

/// That findings are open besides, where the step begins with something else.
fn findings_words(picture: &Picture<'_>, step: &NextStep) -> String {
    let is_said = step.urgency == Urgency::Wait && step.until.is_none() && asks_for_more(picture);
    if step.findings == 0 || is_said || !picture.names_keys() {
        return String::new();
    }
    let [read, acknowledge] =
        [Command::Show(Some(Panel::Findings)), Command::Acknowledge].map(|key| picture.key(key));
    match step.findings {
        1 => format!(" 1 finding is open: read it ({read}), then acknowledge ({acknowledge})."),
        open => format!(" {open} findings are open: read them ({read}), then acknowledge ({acknowledge})."),
    }
}

/// Whether an open finding says what to do, beyond that it be read.
fn asks_for_more(picture: &Picture<'_>) -> bool {
    let mut open = picture.run.open_findings().filter(|finding| finding.severity > FindingSeverity::Info);
    open.any(|finding| finding.to_do.is_some() || finding.remedy.is_some())
}

/// That there is nothing to do but wait, unless an open finding says what to do.
fn wait_words(picture: &Picture<'_>, step: &NextStep, is_narrow: bool) -> String {
    let run = picture.run;
    // It says itself what to do meanwhile.
    if Role::BOTH.iter().any(|role| run.appliance(*role).away().is_some()) {
        return String::new();
    }
    // What passes in a moment sends nobody to read.
    let passes = run.unsettled_action().is_some();
    match (!passes && step.findings > 0 && asks_for_more(picture), is_narrow) {
        (false, false) => "Nothing to do but wait. ".to_owned(),
        (false, true) => "Wait. ".to_owned(),
        (true, _) if picture.names_keys() => {
            let key = picture.key(Command::Show(Some(Panel::Findings)));
            format!("Read the findings ({key}), then wait. ")
        }
        (true, _) => "Read the findings, then wait. ".to_owned(),
    }
}

/// From when on to look again, and when the present stage may be over.
fn until_words(until: Band, phase: Phase, now: Timestamp, is_narrow: bool) -> String {
    let [earliest, latest] = [until.earliest, until.latest].map(|at| minute(at, now));
    let stage = phase.noun();
    // A time is shown to the minute: one within this minute would seem to be over.
    let is_near = until.earliest.since(now).secs() < 60;
    match (is_narrow, is_near || earliest == latest) {
        (true, _) => format!("Wait: {stage} ends by {latest}. "),
        (false, true) => format!("Nothing to do but wait: {stage} should end by {latest}. "),
        (false, false) => {
            format!("Nothing to do but wait: {stage} should end between {earliest} and {latest}. ")
        }
    }
}

/// The end of the sentence: the key that takes the step, what may be done instead, and that the operator of the demo does
/// it; empty where there is none of these.
fn tail(picture: &Picture<'_>, step: &NextStep) -> String {
    let demo = picture.scene.view.demo.filter(|demo| demo.takes(step));
    if step.is_typed_by_demo {
        let when = demo.filter(|demo| demo.seconds <= ANNOUNCED_SECONDS);
        let when = when.map_or_else(String::new, |demo| format!(" in {} s", demo.seconds));
        return format!(" (the demo does it for you{when}).");
    }
    let Some(key) = key_alone(picture, step) else { return String::new() };
    let instead = step.instead.and_then(|(text, remedy)| Some((text, picture.key_of(remedy)?)));
    let instead = instead.map_or_else(String::new, |(text, key)| format!("{text} ({key})"));
    let announced = demo.filter(|demo| demo.seconds <= ANNOUNCED_SECONDS && step.urgency == Urgency::Act);
    let demo = announced
        .map_or_else(String::new, |demo| format!("; the demo does it for you in {} s", demo.seconds));
    format!(" ({key}){instead}{demo}.")
}

/// The key that takes the step, and the number in the list that it opens, where the step asks for one of them.
fn key_alone(picture: &Picture<'_>, step: &NextStep) -> Option<String> {
    let key = picture.key_of(step.remedy?)?;
    let digit = step.statement.filter(|_| step.remedy == Some(Remedy::StateByHand)).and_then(statement_digit);
    Some(digit.map_or_else(|| key.clone(), |digit| format!("{key}, statement {digit}")))
}

/// That the clock of a demo is not that of the machine, until the engineer has taken his first step.
fn clock_words(picture: &Picture<'_>) -> String {
    let speed = picture.scene.view.clock_speed.filter(|speed| *speed > 1.0);
    let speed = speed.filter(|_| !picture.run.is_pair_confirmed());
    speed.map_or_else(String::new, |speed| format!(" This demo's clock runs {speed} times as fast as yours."))
}

/// Where the line of the log is that the step rests on: its time, and the key that shows it. Before the last sentence of
/// the step, where that is for after it is read, or else behind the step.
fn line_words(picture: &Picture<'_>, step: &NextStep) -> (String, String) {
    let key = picture.key(Command::FindingLine);
    let words = |line: StepLine| {
        let which = if line.code == Code::Alarm { "alarm" } else { "log" };
        format!(" Read the {which} line of {} ({key}).", minute(line.at, picture.now))
    };
    let words = step.line.map_or_else(String::new, words);
    if step.then.is_some() { (words, String::new()) } else { (String::new(), words) }
}
