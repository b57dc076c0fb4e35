//! The keys that only a replay has. None of them is a key of the main screen as well.

use crossterm::event::{
    KeyCode::{self, Char},
    KeyModifiers,
};

use super::{
    binding::{Binding, Command, Group, binding},
    play::{Landmark, Play},
};

type Keys = &'static [(KeyCode, KeyModifiers)];

const NONE: KeyModifiers = KeyModifiers::NONE;

const fn play(
    play: Play,
    keys: Keys,
    shown: &'static str,
    line: Option<(u8, &'static str)>,
    help: &'static str,
) -> Binding {
    binding(Command::Play(play), keys, shown, line, Group::Replay, help)
}

use Landmark::{Action, Any, Finding, Phase};

/// The keys of a replay, in the order of the key line and the help.
pub(crate) static REPLAY_BINDINGS: &[Binding] = &[
    play(Play::Hold, &[(Char('h'), NONE)], "h", Some((2, "hold")), "hold the replay, or let it go on"),
    play(Play::Faster, &[(Char('+'), NONE), (Char('='), NONE)], "+", Some((5, "faster")), "play faster"),
    play(Play::Slower, &[(Char('-'), NONE)], "-", Some((6, "slower")), "play slower"),
    binding(
        Command::Seek,
        &[(Char(':'), NONE)],
        ":",
        Some((3, "go to")),
        Group::Replay,
        "go to a time: 16:42, 16:42:10, +5m, -1h",
    ),
    play(Play::Next(Phase), &[(Char(']'), NONE)], "]", Some((8, "next phase")), "go to the next phase"),
    play(Play::Previous(Phase), &[(Char('['), NONE)], "[", None, "go back to the phase before"),
    play(Play::Next(Action), &[(Char(')'), NONE)], ")", None, "go to the next action or statement"),
    play(
        Play::Previous(Action),
        &[(Char('('), NONE)],
        "(",
        None,
        "go back to the action or statement before",
    ),
    play(Play::Next(Finding), &[(Char('}'), NONE)], "}", None, "go to the next finding"),
    play(Play::Previous(Finding), &[(Char('{'), NONE)], "{", None, "go back to the finding before"),
    play(
        Play::Next(Any),
        &[(Char('.'), NONE)],
        ".",
        Some((9, "next event")),
        "go to the next phase, action or finding, whichever comes first",
    ),
    play(Play::Previous(Any), &[(Char(','), NONE)], ",", None, "go back to the one before"),
    play(Play::Beginning, &[(Char('<'), NONE)], "<", None, "go to the beginning of the recording"),
    play(Play::End, &[(Char('>'), NONE)], ">", None, "go to the end; of a run still being recorded: to now"),
];
