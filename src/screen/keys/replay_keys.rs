//! The keys of a replay alone; none of them is in the table of the main screen.

use crossterm::event::{KeyCode::Char, KeyModifiers};

use super::{
    binding::{Binding, Command, Group, binding},
    play::{Landmark, Play},
};

const fn play(play: Play, shown: &'static str, help: &'static str) -> Binding {
    binding(Command::Play(play), shown, Group::Replay, help)
}

use Landmark::{Action, Any, Finding, Phase};

/// The keys of a replay, in the order of the key line and the help.
pub(crate) static REPLAY_BINDINGS: &[Binding] = &[
    play(Play::Hold, "h", "hold the replay, or let it go on").line(2, "hold"),
    play(Play::Faster, "+", "play faster").line(6, "faster").or(&[(Char('='), KeyModifiers::NONE)]),
    play(Play::Slower, "-", "play slower").line(7, "slower"),
    binding(Command::Seek, "@", Group::Replay, "go to a time: 16:42, 16:42:10, +5m, -1h").line(3, "go to"),
    play(Play::Next(Phase), "]", "go to the next phase").line(9, "next phase"),
    play(Play::Previous(Phase), "[", "go back to the phase before"),
    play(Play::Next(Action), ")", "go to the next action or statement"),
    play(Play::Previous(Action), "(", "go back to the action or statement before"),
    play(Play::Next(Finding), "}", "go to the next finding"),
    play(Play::Previous(Finding), "{", "go back to the finding before"),
    play(Play::Next(Any), ".", "go to the next phase, action or finding, whichever comes first")
        .line(10, "next event"),
    play(Play::Previous(Any), ",", "go back to the one before"),
    play(Play::Beginning, "<", "go to the beginning of the recording"),
    play(Play::End, ">", "go to the end; of a run still being recorded: to now"),
];
