//! The bottom line: the keys of this moment, or what has just happened.

use ratatui::{layout::Margin, style::Style};
use unicode_width::UnicodeWidthStr as _;

use super::next_step::{self, ANNOUNCED_SECONDS};
use crate::screen::panels::{Canvas, Line, Picture, Pieces, Rect, Span, Tone, below, indented};
use crate::{
    run::{
        ActionKind, ActionRecord, ActionState, Authorization, Elapsed, Finding, FindingSeverity, Known,
        Phase, Remedy, Role, Run, Timestamp, authorize,
    },
    screen::{
        keys::{Command, Landmark, Panel, Play, Room, TextInput},
        scene::facts::Mode,
        view::{DEMO_OPERATOR, DemoDeed, Message, MessageKind},
    },
    text::{clean, fit, moment, wrap},
};

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let inner = indented(area);
    let view = picture.scene.view;
    if let Some(typing) = &view.log.typing {
        let answer = view.unknown_key.as_ref().map(|key| format!("no key here: {key}"));
        let answer = canvas.line(answer.unwrap_or_default(), Tone::Attention);
        canvas.pair_keeping_right(inner, 0, &typed_line(typing, canvas), &answer);
        return;
    }
    let mut pieces = Pieces::default();
    if view.dialog.is_some() {
        if let Some(key) = &view.unknown_key {
            pieces.push(0, canvas.owned(format!("no key here: {key}"), Tone::Attention));
        }
        pieces.push(0, canvas.span("a dialog is open: its keys are in it", Tone::Quiet));
    } else if view.log.searches() {
        let keys = [Command::Note, Command::NewerHit, Command::Back, Command::Help];
        for (command, word) in keys.into_iter().zip(["older hit", "newer hit", "end search", "help"]) {
            pieces.push(0, key_piece(picture.key(command), word, canvas));
        }
    } else {
        let mode = picture.scene.facts.mode;
        let run = picture.run;
        // First what is to be pressed now. The resume is not, while the service is to be stopped before it.
        let mut next = next_step::commands(picture);
        next.retain(|command| *command != Command::Resume || !run.awaits_service_stop());
        // Nor is it the first that a hand finds, while the vendor has to be asked.
        if run.has_unsettled_alarm() && next.contains(&Command::Resume) {
            next.insert(0, Command::Note);
        }
        for command in &next {
            pieces.push(0, key_piece(picture.key(*command), step_word(*command), canvas));
        }
        // What ends the test is not to be looked for while an alarm is dealt with.
        let is_endangered = run.open_findings().any(|finding| finding.severity == FindingSeverity::Blocking);
        let states = is_endangered && mode.is_live() && !next.contains(&Command::Attest);
        if states {
            pieces.push(0, key_piece(picture.key(Command::Attest), step_word(Command::Attest), canvas));
        }
        // What the vendor says is written down while it is said; in a view the keys of the view have the room.
        let notes = is_endangered && mode.is_live() && view.zoom.is_none() && !next.contains(&Command::Note);
        if notes {
            pieces.push(0, key_piece(picture.key(Command::Note), "note", canvas));
        }
        if let Some(step) = view.demo.filter(|step| step.seconds <= ANNOUNCED_SECONDS) {
            let does = match step.deed {
                DemoDeed::Acts => "acts",
                DemoDeed::Types => "types",
            };
            pieces.push(1, canvas.owned(format!("demo {does} in {} s", step.seconds), Tone::Simulated));
        }
        if view.time_cursor.is_some() {
            push_cursor_keys(picture, canvas, &mut pieces);
        } else if mode == Mode::Past {
            pieces.push(0, key_piece(picture.key(Command::Back), "live", canvas));
        }
        let own = view.zoom.map_or(&[][..], |panel| view_keys(panel, mode));
        let leads_to_overview = mode != Mode::Past && view.time_cursor.is_none();
        for (command, word) in own.iter().filter(|(command, _)| {
            (*command != Command::Back || leads_to_overview) && !next.contains(command)
        }) {
            pieces.push(0, key_piece(picture.key(*command), word, canvas));
        }
        // A read-only session does not offer the keys that change an appliance.
        let is_pair_asked_for = !run.started.read_only
            && !run.is_pair_confirmed()
            && Role::BOTH.into_iter().all(|role| run.takes_part(role));
        let is_idle = |command| match command {
            // They are named before the others.
            command if next.contains(&command) => true,
            Command::Attest if states => true,
            Command::Note if notes => true,
            Command::Pair => !is_pair_asked_for,
            // Findings for information need no acknowledgement.
            Command::Acknowledge if !run.open_findings().any(asks) => true,
            // Keys for a state that replication is in already are left out.
            Command::Pause if run.replication.state == Known::Paused => true,
            Command::Resume if run.replication.state == Known::Running => true,
            // The vendor is asked before it is offered.
            Command::Resume if run.has_unsettled_alarm() => true,
            // The service is stopped before it.
            Command::Resume if run.awaits_service_stop() => true,
            // Once the test is over production is to be protected again.
            Command::Pause if run.phase() == Phase::Ended => true,
            Command::Pause => !may_be_asked_for(run, ActionKind::Pause),
            Command::Resume => !may_be_asked_for(run, ActionKind::Resume),
            Command::Threads => !may_be_asked_for(run, picture.scene.facts.threads_action()),
            // Named together with those that go back.
            Command::Play(Play::Next(Landmark::Phase | Landmark::Any)) => true,
            // Among the keys of the view, or without a meaning in it.
            Command::Filter => view.zoom.is_some_and(|panel| panel != Panel::Log),
            Command::LookBack => !mode.is_live(),
            // It holds the moment, as another key named here does.
            Command::Freeze => mode == Mode::Past,
            _ => run.started.read_only && command_changes(command),
        };
        if view.zoom.is_none() {
            let first = picture.key(Command::Show(Panel::NUMBERED[0].0));
            let last = picture.key(Command::Show(Panel::NUMBERED[Panel::NUMBERED.len() - 1].0));
            pieces.push(5, key_piece(format!("{first}-{last}"), "views", canvas));
        }
        if mode.plays() {
            push_step_keys(picture, canvas, &mut pieces);
        }
        let shown = view.keymap.bindings(mode).filter(|bound| bound.binding.group.belongs_to(mode));
        for bound in shown.filter(|bound| !is_idle(bound.binding.command) && !bound.shown.is_empty()) {
            if let Some((place, word)) = bound.binding.line {
                let is_release = bound.binding.command == Command::Freeze && view.is_frozen();
                let word = if is_release { "go on" } else { word };
                pieces.push(place, key_piece(bound.shown.clone(), word, canvas));
            }
        }
    }
    let line = pieces.fitted(inner.width, 2);
    canvas.row(inner, 0, &line);
}

/// What is searched for, while it is typed.
fn typed_line(typing: &TextInput, canvas: &Canvas<'_>) -> Line<'static> {
    let (before, behind) = typing.halves();
    let width = behind.chars().next().map_or(0, char::len_utf8);
    let (under, rest) = behind.split_at(width);
    let is_cut = matches!(typing.room(), Some(Room::LeftOut(_)));
    canvas.words(&[
        ("search ", Tone::Strong),
        ("/", Tone::Key),
        (before, Tone::Field),
        (if under.is_empty() { " " } else { under }, Tone::Chosen),
        (rest, Tone::Field),
        (if is_cut { "   FULL, cut off" } else { "" }, Tone::Danger),
        ("   Enter finds, Esc ends", Tone::Quiet),
    ])
}

/// The keys that go through a recording step by step.
fn push_step_keys<'l>(picture: &Picture<'l>, canvas: &Canvas<'_>, pieces: &mut Pieces<'l>) {
    for (landmark, word) in [(Landmark::Any, "event"), (Landmark::Phase, "phase")] {
        let keys = [Play::Previous(landmark), Play::Next(landmark)];
        let keys = keys.map(|play| picture.key(Command::Play(play))).join(" ");
        pieces.push(2, key_piece(keys, word, canvas));
    }
}

/// What the key of the next step does, in a word.
const fn step_word(command: Command) -> &'static str {
    match command {
        Command::Pair => "confirm",
        Command::Pause => "pause",
        Command::Resume => "resume",
        Command::Threads => "threads",
        Command::ListBucket => "bucket",
        Command::Reconnect => "reconnect",
        Command::Attest => "statement",
        Command::TestSheet => "test sheet",
        Command::Markers => "markers",
        Command::Acknowledge => "acknowledge",
        Command::Checklist => "sign off",
        Command::FindingLine => "log line",
        Command::Note => "note",
        Command::Quit => "quit",
        _ => "do it",
    }
}

/// Whether the key that acknowledges is named for it: what a resume ends is not to be taken on instead.
fn asks(finding: &Finding) -> bool {
    finding.severity > FindingSeverity::Info && finding.remedy != Some(Remedy::Resume)
}

/// Whether the action can be asked for without overriding anything. The others are in the help.
fn may_be_asked_for(run: &Run, action: ActionKind) -> bool {
    matches!(authorize(run, action), Authorization::Allowed { .. } | Authorization::NeedsStatement { .. })
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
        Panel::Events if mode.plays() => &[
            (Command::Back, "main"),
            (Command::Open, "go"),
            (Command::Right, "whole"),
            (Command::Filter, "filter"),
        ],
        Panel::Events => &[
            (Command::Back, "main"),
            (Command::Open, "log"),
            (Command::Right, "whole"),
            (Command::Filter, "filter"),
        ],
        Panel::Findings => {
            if mode.is_live() {
                &[
                    (Command::Back, "main"),
                    (Command::Open, "whole"),
                    (Command::FindingLine, "log line"),
                    (Command::Owner, "owner"),
                ]
            } else {
                &[
                    (Command::Back, "main"),
                    (Command::Open, "whole finding"),
                    (Command::FindingLine, "log line"),
                ]
            }
        }
        _ => &[(Command::Back, "main")],
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

/// The rows that a message takes in a frame of `width`.
pub(crate) fn message_rows(picture: &Picture<'_>, width: u16) -> u16 {
    let message = message(picture, picture.scene.facts.now);
    let rows = message.map_or(0, |(text, _)| wrap(&clean(&text), message_room(width)).len());
    u16::try_from(rows.min(MAX_MESSAGE_ROWS)).unwrap_or(0)
}

/// The columns of a message, without those around it.
fn message_room(width: u16) -> usize {
    usize::from(width).saturating_sub(6)
}

/// What has just happened, over the rows above the keys in `area`, the last one first; nothing moves for it.
pub(crate) fn draw_message(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let now = picture.scene.facts.now;
    let Some((text, tone)) = message(picture, now) else { return };
    let inner = area.inner(Margin::new(2, 0));
    let room = message_room(area.width);
    let mut lines = wrap(&clean(&text), room);
    let most = MAX_MESSAGE_ROWS.min(area.height.into());
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(fit(&rest, room, canvas.theme.symbols().ellipsis).into_owned());
    }
    let first = area.height.saturating_sub(u16::try_from(lines.len()).unwrap_or(u16::MAX));
    picture.note_place(|places| places.covered_rows = area.height - first);
    // What is left of a panel beside the message would read as its end, and its marks as those of the message.
    let sides = u16::from(canvas.is_boxed);
    canvas.fill(below(area, first).inner(Margin::new(sides, 0)), Style::new());
    // A message of several rows is a block.
    let width = if lines.len() > 1 { room } else { 0 };
    for (row, line) in (first..area.height).zip(lines) {
        let padding = " ".repeat(width.saturating_sub(line.width()));
        canvas.over(inner, row, &Line::styled(format!(" {line}{padding} "), canvas.theme.style(tone)));
    }
}

fn message(picture: &Picture<'_>, now: Timestamp) -> Option<(String, Tone)> {
    // In a replay the outcome of an action is no news.
    let last = picture.scene.facts.run.actions.last().filter(|_| !picture.scene.facts.mode.plays());
    // What an action has come to since takes the place of what was said before, for good.
    // A view may be told an answer before it has read up to the present.
    let is_live = picture.scene.facts.mode.is_live();
    let is_outdated = |at: Timestamp| is_live && last.is_some_and(|action| changed_at(action) >= at);
    // Beside a danger that has come since, good news would be read first.
    let grave = |finding: &&Finding| finding.severity == FindingSeverity::Blocking;
    let danger = picture.scene.facts.run.open_findings().filter(grave).map(|finding| finding.opened_at).max();
    let is_false_comfort = |message: &Message| {
        is_live && message.kind != MessageKind::Bad && danger.is_some_and(|at| at > message.made_at)
    };
    let passing = picture.scene.view.message.as_ref();
    let passing = passing
        .filter(|message| message.is_due(now) && !is_outdated(message.made_at) && !is_false_comfort(message));
    let passing = passing.map(|message| {
        let tone = match message.kind {
            MessageKind::Plain | MessageKind::Good => Tone::Chosen,
            MessageKind::Bad => Tone::DangerBar,
        };
        (message.text.clone(), tone)
    });
    let is_fresh = |action: &ActionRecord| {
        let kept = picture.scene.view.fresh_outcome;
        action.settled_at.is_none_or(|at| now.since(at) <= NEWS_DURATION || kept == Some(at))
    };
    // What was said after it has taken its place for good.
    let is_latest =
        |action: &ActionRecord| picture.scene.view.last_message_at.is_none_or(|at| at <= changed_at(action));
    passing.or_else(|| last.filter(|action| is_fresh(action) && is_latest(action)).map(action_message))
}

/// Whether the appliance answered the number of threads with nothing but the error that the procedure expects while the
/// service is down: anything else it says is a remark.
fn was_refused_as_expected(action: &ActionRecord) -> bool {
    let has_answered = action.answer.as_ref().is_some_and(|answer| !answer.trim().is_empty());
    matches!(action.plan.action, ActionKind::SetThreads(_)) && has_answered && action.remark.is_none()
}

/// When the action was settled, or else asked for.
fn changed_at(action: &ActionRecord) -> Timestamp {
    action.settled_at.unwrap_or(action.requested_at)
}

/// The state of an action.
fn action_message(action: &ActionRecord) -> (String, Tone) {
    let what = if action.user == DEMO_OPERATOR {
        format!("{DEMO_OPERATOR}: {}", action.plan.action)
    } else {
        action.plan.action.to_string()
    };
    let (text, tone) = match &action.state {
        ActionState::Requested => (format!("{what}: requested, no answer yet"), Tone::Chosen),
        ActionState::Sent => (format!("{what}: sent, reading back"), Tone::Chosen),
        ActionState::Confirmed if was_refused_as_expected(action) => {
            (format!("{what}: stored; \"failed to connect\" was expected"), Tone::Chosen)
        }
        ActionState::Confirmed => (format!("{what}: confirmed by the appliance"), Tone::Chosen),
        ActionState::AwaitingService => {
            (format!("{what}: accepted, can be read back once the service runs"), Tone::Chosen)
        }
        ActionState::Rejected { reason } => (format!("{what}: NOT DONE: {reason}"), Tone::DangerBar),
        ActionState::Unknown { reason } => (format!("{what}: OUTCOME UNKNOWN: {reason}"), Tone::DangerBar),
    };
    (text, tone)
}
