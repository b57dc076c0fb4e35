//! The one table of keys. The key line and the help are made from it; nothing else knows a key
//! of the main screen. What a command does is the view's matter.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    binding::{Binding, Command, Group, binding},
    replay_keys::REPLAY_BINDINGS,
};
use crate::screen::facts::Mode;

/// The modifiers that make another key of a key; Shift shows in the character.
pub(crate) const MODIFIERS: KeyModifiers =
    KeyModifiers::CONTROL.union(KeyModifiers::ALT).union(KeyModifiers::SUPER);

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

use Group::{Log, Record, Replication, Screen};
use KeyCode::Char;

/// Every key of the main screen, in the order of the key line and the help.
pub(crate) static BINDINGS: &[Binding] = &[
    binding(
        Command::Pause,
        &[(Char('p'), NONE)],
        "p",
        Some((2, "pause")),
        Replication,
        "pause replication on the primary",
    ),
    binding(
        Command::Resume,
        &[(Char('r'), NONE)],
        "r",
        Some((3, "resume")),
        Replication,
        "resume replication on the primary",
    ),
    binding(
        Command::Threads,
        &[(Char('t'), NONE)],
        "t",
        Some((13, "threads")),
        Replication,
        "set the replication threads of the DR appliance",
    ),
    binding(
        Command::Pair,
        &[(Char('i'), NONE)],
        "i",
        None,
        Replication,
        "identities: compare the two appliances, and confirm them",
    ),
    binding(
        Command::ListBucket,
        &[(Char('b'), NONE)],
        "b",
        Some((12, "bucket")),
        Replication,
        "list the bucket again (reads only; may take long)",
    ),
    binding(
        Command::Reconnect,
        &[(Char('R'), NONE)],
        "R",
        None,
        Replication,
        "reconnect now, or log in where a person is needed",
    ),
    binding(
        Command::Baseline,
        &[(Char('B'), NONE)],
        "B",
        None,
        Record,
        "make the last counter reading the baseline",
    ),
    binding(
        Command::Attest,
        &[(Char('s'), NONE), (Char('u'), NONE)],
        "s",
        Some((9, "state")),
        Record,
        "state by hand what cannot be read (also u)",
    ),
    binding(
        Command::Markers,
        &[(Char('m'), NONE)],
        "m",
        None,
        Record,
        "say which markers written before the run belong to this test",
    ),
    binding(
        Command::Acknowledge,
        &[(Char('a'), NONE)],
        "a",
        Some((8, "acknowledge")),
        Record,
        "acknowledge a finding, with a reason",
    ),
    binding(
        Command::Note,
        &[(Char('n'), NONE)],
        "n",
        Some((6, "note")),
        Record,
        "write a note (while a search is on: the next hit)",
    ),
    binding(
        Command::Checklist,
        &[(Char('c'), NONE)],
        "c",
        None,
        Record,
        "what is left to do at the end; sign the run off",
    ),
    binding(Command::Export, &[(Char('e'), NONE)], "e", Some((5, "export")), Record, "write the summary now"),
    binding(
        Command::Search,
        &[(Char('/'), NONE)],
        "/",
        Some((7, "search")),
        Log,
        "search; n older, N newer hit, Esc ends it",
    ),
    binding(Command::NewerHit, &[(Char('N'), NONE)], "N", None, Log, "newer hit of the search"),
    binding(
        Command::OlderWarning,
        &[(Char('w'), NONE)],
        "w",
        None,
        Log,
        "previous warning or worse; from the oldest back to the newest",
    ),
    binding(Command::NewerWarning, &[(Char('W'), NONE)], "W", None, Log, "next warning or worse"),
    binding(
        Command::OlderError,
        &[(Char('E'), NONE)],
        "E",
        None,
        Log,
        "previous error; from the oldest back to the newest",
    ),
    binding(
        Command::Up,
        &[(KeyCode::Up, NONE), (Char('k'), NONE)],
        "Up",
        None,
        Log,
        "one line up; the log then stays put",
    ),
    binding(Command::Down, &[(KeyCode::Down, NONE), (Char('j'), NONE)], "Down", None, Log, "one line down"),
    binding(Command::PageUp, &[(KeyCode::PageUp, NONE)], "PgUp", None, Log, "one page up"),
    binding(Command::PageDown, &[(KeyCode::PageDown, NONE)], "PgDn", None, Log, "one page down"),
    binding(
        Command::Oldest,
        &[(KeyCode::Home, NONE), (Char('g'), NONE)],
        "Home",
        None,
        Log,
        "the oldest line of the log",
    ),
    binding(
        Command::Follow,
        &[(KeyCode::End, NONE), (Char('G'), NONE)],
        "End",
        None,
        Log,
        "the newest line, and follow",
    ),
    binding(Command::Left, &[(KeyCode::Left, NONE)], "Left", None, Log, "to the beginning of long lines"),
    binding(Command::Right, &[(KeyCode::Right, NONE)], "Right", None, Log, "to the end of long lines"),
    binding(
        Command::Freeze,
        &[(Char(' '), NONE)],
        "Space",
        Some((10, "freeze")),
        Screen,
        "freeze the display; watching and recording go on",
    ),
    binding(
        Command::Zoom,
        &[(Char('z'), NONE)],
        "z",
        Some((11, "zoom")),
        Screen,
        "give the screen to one panel after the other",
    ),
    binding(Command::Back, &[(KeyCode::Esc, NONE)], "Esc", None, Screen, "end the search, leave the zoom"),
    binding(
        Command::Help,
        &[(Char('?'), NONE), (KeyCode::F(1), NONE)],
        "?",
        Some((1, "help")),
        Screen,
        "this help",
    ),
    binding(Command::Redraw, &[(Char('l'), CONTROL)], "Ctrl-L", None, Screen, "draw the screen again"),
    binding(
        Command::Suspend,
        &[(Char('z'), CONTROL)],
        "Ctrl-Z",
        None,
        Screen,
        "go to the background; fg comes back",
    ),
    binding(
        Command::Quit,
        &[(Char('q'), NONE), (Char('c'), CONTROL)],
        "q",
        Some((4, "quit")),
        Screen,
        "quit; asks while a run is on (also Ctrl-C, twice: at once)",
    ),
];

/// The keys of a session of that kind, in the order of the key line and the help.
pub(crate) fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    let own: &[Binding] = if mode == Mode::Replay { REPLAY_BINDINGS } else { &[] };
    own.iter().chain(BINDINGS)
}

/// The command that `key` asks for on the main screen of a session of that kind.
pub(crate) fn command(key: KeyEvent, mode: Mode) -> Option<Command> {
    let wanted = key.modifiers & MODIFIERS;
    let holds = |binding: &&Binding| {
        binding.keys.iter().any(|(code, modifiers)| *code == key.code && *modifiers == wanted)
    };
    bindings(mode).find(holds).map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use super::{super::Play, *};

    #[test]
    fn no_key_has_two_meanings() {
        let keys: Vec<_> = bindings(Mode::Replay).flat_map(|binding| binding.keys).collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys.iter().skip(index + 1).any(|other| other == key), "{key:?}");
        }
    }

    #[test]
    fn the_keys_of_a_replay_mean_nothing_elsewhere() {
        let hold = KeyEvent::new(Char('h'), NONE);
        assert_eq!(command(hold, Mode::Replay), Some(Command::Play(Play::Hold)));
        for mode in [Mode::Watch, Mode::Demo, Mode::View] {
            assert_eq!(command(hold, mode), None);
        }
    }

    #[test]
    fn a_control_key_is_not_the_plain_key() {
        let key = |modifiers| KeyEvent::new(Char('z'), modifiers);
        assert_eq!(command(key(NONE), Mode::Watch), Some(Command::Zoom));
        assert_eq!(command(key(CONTROL), Mode::Watch), Some(Command::Suspend));
        assert_eq!(command(key(KeyModifiers::ALT), Mode::Watch), None);
        assert_eq!(
            command(KeyEvent::new(Char('B'), KeyModifiers::SHIFT), Mode::Watch),
            Some(Command::Baseline)
        );
    }

    #[test]
    fn every_command_in_the_key_line_has_a_place_of_its_own() {
        let shown = |mode| bindings(mode).filter(move |binding| binding.group.belongs_to(mode));
        for mode in [Mode::Watch, Mode::Replay, Mode::View] {
            let mut places: Vec<u8> = shown(mode).filter_map(|b| b.line.map(|(place, _)| place)).collect();
            places.sort_unstable();
            let count = places.len();
            places.dedup();
            assert_eq!(places.len(), count);
        }
    }
}
