//! The bottom line: the keys of this moment, or what has just happened.

use ratatui::{layout::Margin, style::Style};
use unicode_width::UnicodeWidthStr as _;

use super::{Canvas, Line, Picture, Pieces, Rect, Span, Tone, below, indented};
use crate::{
    run::{ActionRecord, ActionState, Elapsed, Known, Role, Timestamp},
    screen::{
        facts::Mode,
        keys::{Command, Panel, Room},
        view::MessageKind,
    },
    text::{clean, fit, moment, wrap},
};

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let inner = indented(area);
    let view = picture.scene.view;
    if let Some(typing) = &view.log.typing {
        let (before, behind) = typing.halves();
        let width = behind.chars().next().map_or(0, char::len_utf8);
        let (under, rest) = behind.split_at(width);
        let is_cut = matches!(typing.room(), Some(Room::LeftOut(_)));
        let line = canvas.words(&[
            ("search ", Tone::Strong),
            ("/", Tone::Key),
            (before, Tone::Field),
            (if under.is_empty() { " " } else { under }, Tone::Chosen),
            (rest, Tone::Field),
            (if is_cut { "   FULL, cut off" } else { "" }, Tone::Danger),
            ("   Enter finds, Esc ends", Tone::Quiet),
        ]);
        canvas.row(inner, 0, &line);
        return;
    }
    let mut pieces = Pieces::default();
    if view.dialog.is_some() {
        pieces.push(0, canvas.span("Esc closes the dialog", Tone::Quiet));
    } else if view.log.searches() {
        let keys = [Command::Note, Command::NewerHit, Command::Back, Command::Help];
        for (command, word) in keys.into_iter().zip(["older hit", "newer hit", "end search", "help"]) {
            pieces.push(0, key_piece(picture.key(command), word, canvas));
        }
    } else {
        let mode = picture.scene.facts.mode;
        let run = picture.run;
        if view.time_cursor.is_some() {
            push_cursor_keys(picture, canvas, &mut pieces);
        } else if mode == Mode::Past {
            pieces.push(0, key_piece(picture.key(Command::Back), "live", canvas));
        }
        let own = view.zoom.map_or(&[][..], |panel| view_keys(panel, mode));
        let leads_to_overview = mode != Mode::Past && view.time_cursor.is_none();
        for (command, word) in
            own.iter().filter(|(command, _)| *command != Command::Back || leads_to_overview)
        {
            pieces.push(0, key_piece(picture.key(*command), word, canvas));
        }
        // A read-only session does not offer the keys that change an appliance.
        let is_pair_asked_for = !run.started.read_only
            && !run.is_pair_confirmed()
            && Role::BOTH.into_iter().all(|role| run.takes_part(role));
        let is_idle = |command| match command {
            Command::Pair => !is_pair_asked_for,
            Command::Acknowledge if !run.open_findings().any(|_| true) => true,
            // What is so already needs no key.
            Command::Pause if run.replication.state == Known::Paused => true,
            Command::Resume if run.replication.state == Known::Running => true,
            // Among the keys of the view, or without a meaning in it.
            Command::Filter => view.zoom.is_some_and(|panel| panel != Panel::Log),
            Command::LookBack => !mode.is_live(),
            // It holds the moment, as another key named here does.
            Command::Freeze => mode == Mode::Past,
            _ => run.started.read_only && command_changes(command),
        };
        let shown = view.keymap.bindings(mode).filter(|bound| bound.binding.group.belongs_to(mode));
        for bound in shown.filter(|bound| !is_idle(bound.binding.command) && !bound.shown.is_empty()) {
            if let Some((place, word)) = bound.binding.line {
                pieces.push(place, key_piece(bound.shown.clone(), word, canvas));
            }
        }
    }
    let line = pieces.fitted(inner.width, 2);
    canvas.row(inner, 0, &line);
}

/// The moment under the cursor, and the keys that move and remove it.
fn push_cursor_keys<'l>(picture: &Picture<'l>, canvas: &Canvas<'_>, pieces: &mut Pieces<'l>) {
    let view = picture.scene.view;
    let at = view.time_cursor.map(|at| format!("cursor {}", moment(at, picture.now)));
    pieces.push(0, canvas.owned(at.unwrap_or_default(), Tone::Chosen));
    if view.moves_cursor() {
        let arrows = format!("{} {}", picture.key(Command::Left), picture.key(Command::Right));
        pieces.push(0, key_piece(arrows, "move", canvas));
        pieces.push(0, key_piece(picture.key(Command::Open), "log line", canvas));
    }
    pieces.push(0, key_piece(picture.key(Command::Back), "remove", canvas));
}

/// The keys of a view, named before those of the main screen.
const fn view_keys(panel: Panel, mode: Mode) -> &'static [(Command, &'static str)] {
    match panel {
        Panel::Events if mode.plays() => {
            &[(Command::Back, "overview"), (Command::Open, "go there"), (Command::Filter, "filter")]
        }
        Panel::Events => {
            &[(Command::Back, "overview"), (Command::Open, "log line"), (Command::Filter, "filter")]
        }
        Panel::Findings => &[(Command::Back, "overview"), (Command::Open, "whole finding")],
        _ => &[(Command::Back, "overview")],
    }
}

const fn command_changes(command: Command) -> bool {
    matches!(command, Command::Pause | Command::Resume | Command::Threads)
}

fn key_piece<'l>(key: String, word: &'l str, canvas: &Canvas<'_>) -> Line<'l> {
    Line::from(vec![canvas.owned(key, Tone::Key), Span::raw(" "), canvas.span(word, Tone::Text)])
}

/// How long the outcome of an action is shown.
const NEWS_DURATION: Elapsed = Elapsed::from_secs(12);

/// Most rows of a message; the longest hold the path of a file or why an action failed.
const MAX_MESSAGE_ROWS: usize = 4;

/// What has just happened, over the rows above the keys in `area`, the last one first; nothing moves for it.
pub(crate) fn draw_message(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let now = picture.scene.facts.now;
    let Some((text, tone)) = message(picture, now) else { return };
    let inner = area.inner(Margin::new(2, 0));
    let room = usize::from(inner.width).saturating_sub(2);
    let mut lines = wrap(&clean(&text), room);
    let most = MAX_MESSAGE_ROWS.min(area.height.into());
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(fit(&rest, room, canvas.theme.symbols().ellipsis).into_owned());
    }
    let first = area.height.saturating_sub(u16::try_from(lines.len()).unwrap_or(u16::MAX));
    // A message of several rows is a block: what is left of the panel beside its shorter rows would read as its end.
    let width = if lines.len() > 1 { room } else { 0 };
    if lines.len() > 1 && !canvas.is_boxed {
        canvas.fill(below(area, first), Style::new());
    }
    for (row, line) in (first..area.height).zip(lines) {
        let padding = " ".repeat(width.saturating_sub(line.width()));
        canvas.over(inner, row, &Line::styled(format!(" {line}{padding} "), canvas.theme.style(tone)));
    }
}

fn message(picture: &Picture<'_>, now: Timestamp) -> Option<(String, Tone)> {
    let passing = picture.scene.view.message.as_ref().filter(|message| message.is_due(now));
    let passing = passing.map(|message| {
        let tone = match message.kind {
            MessageKind::Plain | MessageKind::Good => Tone::Chosen,
            MessageKind::Bad => Tone::DangerBar,
        };
        (message.at, message.text.clone(), tone)
    });
    let is_fresh = |action: &ActionRecord| {
        let kept = picture.scene.view.fresh_outcome;
        action.settled_at.is_none_or(|at| now.since(at) <= NEWS_DURATION || kept == Some(at))
    };
    let last = picture.scene.facts.run.actions.last().filter(|action| is_fresh(action));
    let action = last.map(action_message);
    // The later of the two; of the same moment, that of the action.
    let latest = passing.into_iter().chain(action).max_by_key(|(at, ..)| *at)?;
    Some((latest.1, latest.2))
}

/// The state of an action.
fn action_message(action: &ActionRecord) -> (Timestamp, String, Tone) {
    let at = action.settled_at.unwrap_or(action.requested_at);
    let what = action.plan.action;
    let (text, tone) = match &action.state {
        ActionState::Requested => (format!("{what}: requested, not yet sent"), Tone::Chosen),
        ActionState::Sent => (format!("{what}: sent, reading back"), Tone::Chosen),
        ActionState::Confirmed => (format!("{what}: confirmed by the appliance"), Tone::Chosen),
        ActionState::AwaitingService => {
            (format!("{what}: accepted, can be read back once the service runs"), Tone::Chosen)
        }
        ActionState::Rejected { reason } => (format!("{what}: NOT DONE: {reason}"), Tone::DangerBar),
        ActionState::Unknown { reason } => (format!("{what}: OUTCOME UNKNOWN: {reason}"), Tone::DangerBar),
    };
    (at, text, tone)
}
