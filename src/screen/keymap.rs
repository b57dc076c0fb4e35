//! The one table of keys. The key line and the help are made from it; nothing else knows a key
//! of the main screen. What a command does is the view's matter.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Mode, play::Play, play_keys::REPLAY_BINDINGS};

/// Everything a key can ask for on the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Pause replication on the primary.
    Pause,
    /// Resume replication on the primary.
    Resume,
    /// Set the replication threads of the DR appliance.
    Threads,
    /// Compare and confirm the two appliances.
    Pair,
    /// List the bucket again.
    ListBucket,
    /// Make the last counter reading the baseline.
    Baseline,
    /// State by hand what cannot be read.
    Attest,
    /// Say which markers written before the run belong to this test.
    Markers,
    /// Take a finding on.
    Acknowledge,
    /// See the cleanup and sign the run off.
    Checklist,
    /// Write the summary.
    Export,
    /// Write a note into the record.
    Note,
    /// Log in or reconnect.
    Reconnect,
    /// Search the log.
    Search,
    /// Next hit, towards older lines.
    OlderHit,
    /// Next hit, towards newer lines.
    NewerHit,
    /// Warning before this place.
    OlderWarning,
    /// Warning behind this place.
    NewerWarning,
    /// Error before this place.
    OlderError,
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// The oldest line.
    Oldest,
    /// Follow the newest line again.
    Follow,
    /// Columns to the left.
    Left,
    /// Columns to the right.
    Right,
    /// Hold the display, or let it go on.
    Freeze,
    /// Give the screen to one panel after the other.
    Zoom,
    /// Leave the search, the zoom.
    Back,
    /// The help.
    Help,
    /// Draw everything again.
    Redraw,
    /// Stop in the background.
    Suspend,
    /// Quit.
    Quit,
    /// Steer the replay.
    Play(Play),
    /// Ask for a time to go to in the replay.
    Seek,
}

/// Where the help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Steers a replay.
    Replay,
    /// Changes an appliance.
    Replication,
    /// Adds to the record.
    Record,
    /// Moves through the log.
    Log,
    /// The screen itself.
    Screen,
}

impl Group {
    pub(crate) const ALL: [Self; 5] =
        [Self::Replay, Self::Replication, Self::Record, Self::Log, Self::Screen];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Replay => "The replay",
            Self::Replication => "Appliances (each asks before anything is sent)",
            Self::Record => "The record",
            Self::Log => "The log",
            Self::Screen => "The screen",
        }
    }

    /// Whether a session of that kind shows its keys.
    pub(crate) fn belongs_to(self, mode: Mode) -> bool {
        match self {
            Self::Replay => mode == Mode::Replay,
            Self::Replication | Self::Record => mode.is_live(),
            Self::Log | Self::Screen => true,
        }
    }
}

/// A command with its keys and words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub(crate) command: Command,
    keys: &'static [(KeyCode, KeyModifiers)],
    /// The keys as shown.
    pub(crate) shown: &'static str,
    /// The word in the key line, with its place: the lowest give way last. `None`: help alone.
    pub(crate) line: Option<(u8, &'static str)>,
    /// The sentence in the help.
    pub(crate) help: &'static str,
    pub(crate) group: Group,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

pub(super) const fn binding(
    command: Command,
    keys: &'static [(KeyCode, KeyModifiers)],
    shown: &'static str,
    line: Option<(u8, &'static str)>,
    group: Group,
    help: &'static str,
) -> Binding {
    Binding { command, keys, shown, line, help, group }
}

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
    let wanted = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER);
    let holds = |binding: &&Binding| {
        binding.keys.iter().any(|(code, modifiers)| *code == key.code && *modifiers == wanted)
    };
    bindings(mode).find(holds).map(|binding| binding.command)
}

#[cfg(test)]
mod tests {
    use super::*;

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
