//! Replication on the primary: the state in large letters, its clock, what the policy says of it,
//! and how the last action fares.

mod advice;
mod exposure;

use self::advice::advice;

use super::{Canvas, Line, Picture, Rect, Tone, below, right_end, speed::BEFORE_LOSS, views::draw_scrolled};
use crate::{
    run::{
        ActionKind, ActionRecord, ActionState, Authorization, Bound, Code, Elapsed, Known, Link, Phase, Role,
        Run, Timestamp, authorize, exposure as exposure_of, pause_bound,
    },
    screen::{
        keys::{Command, Panel},
        paint::{Charset, big_text, last_reading, pause_length, replication_words},
    },
    text::{freshness, minute, time_of_day},
};

/// A change this soon after an action was settled is its own doing, read by a later poll.
const OWN_CHANGE_WINDOW: Elapsed = Elapsed::from_secs(30);

/// A state not read for this long shows how old it is.
const STALE_AFTER: Elapsed = Elapsed::from_secs(45);

/// Below so many rows the view of its own is scrolled as a whole.
const WHOLE_FROM: u16 = 14;

/// How long the state has lasted, as far as that is known.
fn clock(picture: &Picture<'_>) -> Option<String> {
    let replication = &picture.run.replication;
    if replication.state == Known::Paused {
        return pause_length(picture.run, picture.now);
    }
    Some(picture.now.since(replication.since?).to_string())
}

fn since(picture: &Picture<'_>) -> String {
    let since = picture.run.replication.since;
    since.map_or_else(String::new, |at| format!("since {}", minute(at, picture.now)))
}

/// How the state is known, and how long ago it was read.
fn verified(picture: &Picture<'_>) -> (String, Tone) {
    let replication = &picture.run.replication;
    // What was requested may have changed it.
    let is_in_doubt = picture.run.change_in_doubt().is_some();
    if replication.attested {
        let words = if is_in_doubt { "stated by hand, not read since" } else { "stated by hand, not read" };
        return (words.to_owned(), Tone::Attention);
    }
    if let Some(last) = last_read(picture) {
        return (last, Tone::Attention);
    }
    if let Some(at) = replication.verified_at.filter(|_| is_in_doubt) {
        return (format!("read {}, not since", minute(at, picture.now)), Tone::Attention);
    }
    match replication.verified_at {
        None => ("never read".to_owned(), Tone::Quiet),
        Some(at) => {
            let age = picture.now.since(at);
            let tone = if age > STALE_AFTER { Tone::Attention } else { Tone::Quiet };
            (format!("verified {} ago", freshness(age)), tone)
        }
    }
}

/// The last reading of a state that cannot be read any more, or not while the connection is lost, and when it was.
fn last_read(picture: &Picture<'_>) -> Option<String> {
    let replication = &picture.run.replication;
    if let Some((word, at)) = last_reading(picture.run) {
        return Some(format!("last read {word} {}", minute(at, picture.now)));
    }
    let at = replication.verified_at.filter(|_| picture.run.primary.away().is_some())?;
    Some(format!("read {}, {BEFORE_LOSS}", minute(at, picture.now)))
}

/// The tone of what goes on only as far as the last reading shows.
fn clock_tone(picture: &Picture<'_>) -> Tone {
    if picture.run.primary.away().is_some() { Tone::Quiet } else { Tone::Strong }
}

/// The hint that the pair has to be confirmed before anything may be sent.
fn unconfirmed(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    let is_settled =
        authorize(run, ActionKind::Pause) != Authorization::NeedsConfirmation || run.phase() == Phase::Ended;
    if is_settled || run.started.read_only || !picture.names_keys() {
        return Line::default();
    }
    canvas.line(format!("first confirm the two appliances ({})", picture.key(Command::Pair)), Tone::Attention)
}

/// How the last action on replication fares.
fn last_action(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let of_primary = |action: &&ActionRecord| action.plan.action.role() == Role::Primary;
    let Some(action) = picture.run.actions.iter().rev().find(of_primary) else { return Line::default() };
    if let Some(line) = changed_since(action, picture, canvas).or_else(|| read_since(action, picture, canvas))
    {
        return line;
    }
    let (symbol, tone, words) = action_words(action, canvas);
    let at = time_of_day(action.settled_at.unwrap_or(action.requested_at));
    canvas.words(&[
        (&format!("{symbol} "), tone),
        (&format!("{} ", action.plan.action.word()), Tone::Text),
        (&words, tone),
        (&format!("  {at}"), Tone::Quiet),
    ])
}

/// A change by somebody else after that action, which no longer describes the present state.
fn changed_since(action: &ActionRecord, picture: &Picture<'_>, canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let replication = &picture.run.replication;
    let done = match replication.state {
        Known::Running => "resumed",
        Known::Paused => "paused",
        Known::Unreadable | Known::Unknown => return None,
    };
    let is_later =
        |since: &Timestamp| action.settled_at.is_some_and(|settled| since.since(settled) > OWN_CHANGE_WINDOW);
    let since = replication.since.filter(is_later)?;
    let is_contradicted = picture.run.findings.iter().any(|finding| {
        finding.code == Code::StatementContradicted && Some(finding.record) == replication.record
    });
    let how = match (replication.attested, is_contradicted) {
        (true, _) => format!("{done}, as stated by hand"),
        (false, true) => format!("read as {}, against the statement", replication_words(picture.run).1),
        (false, false) => format!("{done}, and not by drwatch"),
    };
    Some(canvas.words(&[(&how, Tone::Attention), (&format!("  {}", time_of_day(since)), Tone::Quiet)]))
}

/// The state read after an action whose outcome was not seen; the record keeps the outcome as unknown.
fn read_since(action: &ActionRecord, picture: &Picture<'_>, canvas: &Canvas<'_>) -> Option<Line<'static>> {
    let replication = &picture.run.replication;
    let state = match replication.state {
        Known::Paused => "paused",
        Known::Running => "running",
        Known::Unreadable | Known::Unknown => return None,
    };
    let is_read_since = matches!(action.state, ActionState::Unknown { .. })
        && !replication.attested
        && replication.verified_at > action.settled_at;
    let asked = format!("{} not answered; since read: ", action.plan.action.word());
    is_read_since.then(|| canvas.words(&[(&asked, Tone::Text), (state, Tone::Strong)]))
}

pub(super) fn action_words(action: &ActionRecord, canvas: &Canvas<'_>) -> (&'static str, Tone, String) {
    let symbols = canvas.theme.symbols();
    match &action.state {
        ActionState::Requested => (symbols.waiting, Tone::Attention, "requested".to_owned()),
        ActionState::Sent => (symbols.waiting, Tone::Attention, "sent, reading back".to_owned()),
        ActionState::Confirmed => (symbols.done, Tone::Good, "confirmed".to_owned()),
        ActionState::AwaitingService => {
            (symbols.waiting, Tone::Text, "accepted, read back once the service runs".to_owned())
        }
        ActionState::Rejected { reason } => (symbols.look, Tone::Danger, format!("rejected: {reason}")),
        ActionState::Unknown { reason } => (symbols.look, Tone::Danger, format!("outcome unknown: {reason}")),
    }
}

fn budget(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> Line<'static> {
    let run = picture.run;
    if exposure_of(run, picture.now).total.is_none() {
        return canvas.line("total pause: not known", Tone::Quiet);
    }
    // As it is shown beside the other lengths.
    let shown = run.replication.paused_length(picture.now);
    let used = shown.exact();
    let bound = pause_bound(run, picture.now).words();
    let Some(budget) = run.started.settings.pause_budget else {
        // The bound has a reason of its own while a change is in doubt.
        let unseen = run.replication.unseen_total(picture.now).filter(|_| run.change_in_doubt().is_none());
        let (label, figures) = match unseen {
            // What may be missing of it is said in its own words.
            Some(unseen) if bound == Bound::AtMost.words() => {
                ("paused: ", format!("{shown}, {unseen} not read"))
            }
            Some(unseen) => ("paused: ", format!("{bound}{shown}, {unseen} not read")),
            None => ("total pause: ", format!("{bound}{shown}")),
        };
        return canvas.words(&[(label, Tone::Quiet), (&figures, Tone::Text)]);
    };
    let over = used > budget;
    // From the same four fifths on as the finding about the budget.
    let near = used.millis() >= budget.millis() / 5 * 4;
    let tone = match (over, near) {
        (true, _) => Tone::Danger,
        (false, true) => Tone::Paused,
        (false, false) => Tone::Text,
    };
    let over_words = if over { " OVER" } else { "" };
    let figures = format!(" {bound}{shown} of {budget}{over_words}");
    // 7 for the word `budget ` before the bar.
    let room = width.saturating_sub(u16::try_from(figures.len() + 7).unwrap_or(width));
    let mut spans = vec![canvas.owned("budget ", Tone::Quiet)];
    if room >= 6 {
        let tone = if over { Tone::Danger } else { Tone::Paused };
        spans.extend(canvas.bar(used.millis(), budget.millis(), room.min(30), tone).spans);
    }
    spans.push(canvas.owned(figures, tone));
    Line::from(spans)
}

fn away(run: &Run, canvas: &Canvas<'_>) -> Line<'static> {
    match &run.primary.link {
        Link::Connected | Link::Absent => Line::default(),
        Link::Connecting if run.primary.away().is_some() => {
            canvas.line("not connected: as last known", Tone::Danger)
        }
        Link::Connecting => canvas.line("connecting to the primary", Tone::Attention),
        Link::Waiting { reason, .. } | Link::Stopped { reason } => {
            canvas.line(format!("not connected: {reason}"), Tone::Danger)
        }
    }
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Replication);
    let run = picture.run;
    let (tone, _) = replication_words(run);
    let frame = if tone == Tone::Danger { Tone::Danger } else { Tone::Quiet };
    let mut title = canvas.line("replication", Tone::Strong);
    if let Some(name) = run.known_name(Role::Primary) {
        title.push_span(canvas.owned(format!(" {name}"), Tone::Text));
    }
    let is_decided = run.phase() == Phase::Ended && run.replication.state == Known::Running;
    // In use a row says so in full, and after the resume there is nothing to decide.
    let is_said = run.phase() == Phase::InUse && run.replication.state == Known::Paused;
    let words = if is_decided || is_said { "" } else { run.started.settings.resume_policy.words() };
    let policy = canvas.line(words, Tone::Quiet);
    let inner = canvas.frame(area, &title, &policy, frame);
    if !run.takes_part(Role::Primary) {
        canvas.row(inner, 0, &canvas.line("not watched: no primary was given", Tone::Quiet));
        return;
    }
    let is_alone = picture.scene.view.zoom == Some(Panel::Replication);
    if is_alone && inner.height < WHOLE_FROM {
        // Too low for a state that stays in place above what is scrolled.
        let (verified, tone) = verified(picture);
        let mut lines =
            vec![state_line(picture, canvas), canvas.line(verified, tone), advice_line(picture, canvas)];
        let others =
            [exposure::unsafe_resume(picture, canvas), away(run, canvas), last_action(picture, canvas)];
        lines.extend(others.into_iter().filter(|line| line.width() > 0));
        lines.extend(exposure::whole(picture, inner.width, canvas));
        draw_scrolled(picture, inner, &lines, canvas);
        return;
    }
    let used = draw_state(picture, inner, canvas);
    let mut rows = vec![
        // The first, as where rows are few the last ones are left out.
        exposure::unsafe_resume(picture, canvas),
        advice_line(picture, canvas),
        budget(picture, inner.width, canvas),
        away(run, canvas),
        last_action(picture, canvas),
        unconfirmed(picture, canvas),
    ];
    rows.retain(|line| line.width() > 0);
    let free = inner.height.saturating_sub(used);
    // Where the panel is alone the exposure below says it.
    let saved = if is_alone { Line::default() } else { exposure::saved(picture, inner.width, canvas) };
    let cost = [exposure::safe_resume(picture, canvas), saved];
    // What needs a hand goes before what is good to know.
    for line in cost.into_iter().filter(|line| line.width() > 0) {
        if rows.len() < usize::from(free) {
            rows.insert(rows.len().min(2), line);
        }
    }
    let count = u16::try_from(rows.len()).unwrap_or(free);
    let from = used + u16::from(free > count);
    if is_alone {
        let rest = below(inner, from.saturating_add(count).saturating_add(1));
        draw_scrolled(picture, rest, &exposure::whole(picture, rest.width, canvas), canvas);
    }
    canvas.scrolled(below(inner, from), 0, &rows);
}

fn advice_line(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let (words, tone) = advice(picture);
    canvas.line(words, tone)
}

/// The state with its clock; returns the rows used.
fn draw_state(picture: &Picture<'_>, inner: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let (tone, word) = replication_words(picture.run);
    let (verified, verified_tone) = verified(picture);
    let clock = clock(picture).unwrap_or_default();
    let big = big_text::big(&word.to_uppercase())
        .filter(|_| canvas.theme.charset == Charset::Unicode && inner.height > big_text::HEIGHT + 2);
    if let Some(rows) = big {
        // The word is shown in plain text too: large letters can be neither searched for nor copied.
        let plain = word.to_uppercase();
        let known = canvas.words(&[(&format!("{plain}, "), Tone::Text), (&verified, verified_tone)]);
        let beside = [
            canvas.line(clock.clone(), clock_tone(picture)),
            canvas.line(format!("{plain} {}", since(picture)), Tone::Text),
            canvas.line(verified.clone(), verified_tone),
        ];
        let since = canvas.line(since(picture), Tone::Text);
        let alone = [canvas.line(clock, clock_tone(picture)), since, Line::default()];
        let indent = u16::try_from(rows[0].chars().count() + 2).unwrap_or(u16::MAX);
        let room = usize::from(inner.width.saturating_sub(indent));
        let fits = |lines: &[Line<'_>]| lines.iter().all(|line| line.width() <= room);
        let right =
            Rect { x: inner.x.saturating_add(indent), width: inner.width.saturating_sub(indent), ..inner };
        let (aside, below) = if fits(&beside) { (&beside, None) } else { (&alone, Some(known)) };
        if fits(aside) {
            let style = canvas.theme.style(tone);
            for (row, (big, aside)) in (0_u16..).zip(rows.into_iter().zip(aside)) {
                canvas.row(inner, row, &Line::styled(big, style));
                canvas.row(right, row, aside);
            }
            let Some(below) = below else { return big_text::HEIGHT };
            canvas.row(inner, big_text::HEIGHT, &below);
            return big_text::HEIGHT + 1;
        }
    }
    let line = state_line(picture, canvas);
    if inner.height < 4 {
        let room = usize::from(inner.width).saturating_sub(line.width() + 2);
        let ago = verified.strip_suffix(" ago").unwrap_or(&verified);
        let words = [&verified, ago].into_iter().find(|words| words.len() <= room).unwrap_or_default();
        canvas.pair(inner, 0, &line, &canvas.line(words.to_owned(), verified_tone));
        return 1;
    }
    canvas.row(inner, 0, &line);
    let since = format!("{}  ", since(picture));
    canvas.row(inner, 1, &canvas.words(&[(&since, Tone::Text), (&verified, verified_tone)]));
    2
}

/// The state as a bar with its clock.
pub(crate) fn state_line(picture: &Picture<'_>, canvas: &Canvas<'_>) -> Line<'static> {
    let (tone, word) = replication_words(picture.run);
    let bar = match tone {
        Tone::Paused => Tone::PausedBar,
        Tone::Danger => Tone::DangerBar,
        Tone::Attention => Tone::Chosen,
        other => other,
    };
    let attested = if picture.run.replication.attested { " stated" } else { "" };
    canvas.words(&[
        (&format!(" {} ", word.to_uppercase()), bar),
        (&format!(" {}", clock(picture).unwrap_or_default()), clock_tone(picture)),
        (attested, Tone::Attention),
    ])
}

/// The panel in two rows, or one.
pub(crate) fn draw_lines(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if !picture.run.takes_part(Role::Primary) {
        canvas.row(area, 0, &canvas.line("replication not watched: no primary", Tone::Quiet));
        return;
    }
    let label = if area.width >= 34 { "replication " } else { "" };
    let mut line = canvas.line(label, Tone::Text);
    line.spans.extend(state_line(picture, canvas).spans);
    let (verified, tone) = verified(picture);
    let fits = canvas.pair(area, 0, &line, &canvas.line(verified, tone));
    let is_of_primary = |action: &ActionRecord| action.plan.action.role() == Role::Primary;
    let unsettled = picture.run.unsettled_action().is_some_and(is_of_primary);
    let second = if unsettled {
        last_action(picture, canvas)
    } else if let Some(last) = last_read(picture).filter(|_| !fits) {
        canvas.line(last, Tone::Attention)
    } else {
        // Once the test is over the advice says whom to ask first.
        let warning = exposure::unsafe_resume(picture, canvas);
        if warning.width() > 0 && picture.run.phase() != Phase::Ended {
            warning
        } else {
            advice_line(picture, canvas)
        }
    };
    canvas.row(area, 1, &second);
}

/// Phase and state in one row: what is left when nothing else has room.
pub(crate) fn draw_last_row(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let state = state_line(picture, canvas);
    let mut word = state.clone();
    word.spans.truncate(1);
    let phase = super::phases::current_only(picture, area.width.min(33), canvas);
    let name = super::phases::name_only(picture, canvas);
    for (left, right) in [(&phase, &state), (&phase, &word), (&name, &state), (&name, &word)] {
        if left.width() + 1 + right.width() <= usize::from(area.width) {
            canvas.row(area, 0, left);
            canvas.row(right_end(area, right), 0, right);
            return;
        }
    }
    canvas.row(area, 0, &word);
}
