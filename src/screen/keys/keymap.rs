//! The one table of the keys of the main screen, from which the key line and the help are made. What a command does is
//! decided by the view.

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
    binding(Command::Pair, "i", Replication, "identities: compare the two appliances, and confirm them")
        .line(2, "confirm"),
    binding(Command::Pause, "p", Replication, "pause replication on the primary").line(3, "pause"),
    binding(Command::Resume, "r", Replication, "resume replication on the primary").line(4, "resume"),
    binding(Command::Threads, "t", Replication, "set the replication threads of the DR appliance")
        .line(14, "threads"),
    binding(Command::ListBucket, "b", Replication, "list the bucket again (reads only; may take long)")
        .line(13, "bucket"),
    binding(Command::Reconnect, "R", Replication, "reconnect now, or log in where a person is needed"),
    binding(Command::Baseline, "B", Record, "make the last counter reading the baseline"),
    binding(Command::Attest, "s", Record, "state by hand what cannot be read (also u)")
        .line(10, "state")
        .or(&[(Char('u'), NONE)]),
    binding(Command::Markers, "m", Record, "say which markers written before the run belong to this test"),
    binding(Command::Acknowledge, "a", Record, "acknowledge a finding, with a reason").line(9, "acknowledge"),
    binding(Command::Note, "n", Record, "write a note (while a search is on: the next hit)").line(7, "note"),
    binding(Command::Checklist, "c", Record, "what is left to do at the end; sign the run off"),
    binding(Command::Export, "e", Record, "write the summary now").line(6, "export"),
    binding(Command::Search, "/", Log, "search; n older, N newer hit, Esc ends it").line(8, "search"),
    binding(Command::NewerHit, "N", Log, "newer hit of the search"),
    binding(Command::OlderWarning, "w", Log, "previous warning or worse; from the oldest back to the newest"),
    binding(Command::NewerWarning, "W", Log, "next warning or worse"),
    binding(Command::OlderError, "E", Log, "previous error; from the oldest back to the newest"),
    binding(Command::Filter, "f", Log, "filter: only lines of a level, a module, with words or a pattern")
        .line(20, "filter"),
    binding(Command::ClearFilter, "F", Log, "end the filter: show all lines"),
    binding(Command::LineAbove, "K", Log, "choose the line above; the log then stays put"),
    binding(Command::LineBelow, "J", Log, "choose the line below"),
    binding(
        Command::LineDetails,
        "Enter",
        Log,
        "details and meaning of the chosen line; unfolds a folded one",
    )
    .or(&[(KeyCode::Enter, NONE)]),
    binding(Command::Bookmark, "M", Log, "set or remove a bookmark on the chosen line"),
    binding(Command::OlderBookmark, "'", Log, "previous bookmark; from the oldest back to the newest"),
    binding(Command::NewerBookmark, "\"", Log, "next bookmark"),
    binding(Command::Fold, "D", Log, "fold equal lines below warning into one, or show each"),
    binding(Command::Histogram, "H", Log, "lines of each level over time, beside the log"),
    binding(Command::Wrap, "L", Log, "wrap long lines, or cut them"),
    binding(Command::Up, "Up", Log, "one line up; the log then stays put")
        .or(&[(KeyCode::Up, NONE), (Char('k'), NONE)]),
    binding(Command::Down, "Down", Log, "one line down").or(&[(KeyCode::Down, NONE), (Char('j'), NONE)]),
    binding(Command::PageUp, "PgUp", Log, "one page up").or(&[(KeyCode::PageUp, NONE)]),
    binding(Command::PageDown, "PgDn", Log, "one page down").or(&[(KeyCode::PageDown, NONE)]),
    binding(Command::Oldest, "Home", Log, "the oldest line of the log")
        .or(&[(KeyCode::Home, NONE), (Char('g'), NONE)]),
    binding(Command::Follow, "End", Log, "the newest line, and follow")
        .or(&[(KeyCode::End, NONE), (Char('G'), NONE)]),
    binding(Command::Left, "Left", Log, "some columns towards the beginning of long lines")
        .or(&[(KeyCode::Left, NONE)]),
    binding(Command::Right, "Right", Log, "some columns towards the end of long lines")
        .or(&[(KeyCode::Right, NONE)]),
    binding(Command::Freeze, "Space", Screen, "freeze the display; watching and recording go on")
        .line(11, "freeze")
        .or(&[(Char(' '), NONE)]),
    binding(Command::Zoom, "z", Screen, "give the screen to one panel after the other").line(12, "zoom"),
    binding(Command::Back, "Esc", Screen, "end the search, leave the zoom").or(&[(KeyCode::Esc, NONE)]),
    binding(Command::Help, "?", Screen, "this help").line(1, "help").or(&[(KeyCode::F(1), NONE)]),
    binding(Command::Redraw, "Ctrl-L", Screen, "draw the screen again").or(&[(Char('l'), CONTROL)]),
    binding(Command::Suspend, "Ctrl-Z", Screen, "go to the background; fg comes back")
        .or(&[(Char('z'), CONTROL)]),
    binding(Command::Quit, "q", Screen, "quit; asks while a run is on (also Ctrl-C, twice: at once)")
        .line(5, "quit")
        .or(&[(Char('c'), CONTROL)]),
];

/// The keys of a session of that kind, in the order of the key line and the help.
pub(crate) fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    let own: &[Binding] = if mode == Mode::Replay { REPLAY_BINDINGS } else { &[] };
    own.iter().chain(BINDINGS)
}

/// The command that `key` asks for on the main screen of a session of that kind.
pub(crate) fn command(key: KeyEvent, mode: Mode) -> Option<Command> {
    let wanted = key.modifiers & MODIFIERS;
    bindings(mode)
        .find(|binding| binding.keys().any(|own| own == (key.code, wanted)))
        .map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use super::{super::Play, *};

    #[test]
    fn no_key_has_two_meanings() {
        let keys: Vec<_> = bindings(Mode::Replay).flat_map(Binding::keys).collect();
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
