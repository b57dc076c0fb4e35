//! A command, the keys that ask for it, and what the key line and the help say of it.

use crossterm::event::{KeyCode, KeyModifiers};

use super::play::Play;
use crate::screen::facts::Mode;

/// Everything a key can ask for on the main screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
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
    /// Acknowledge a finding.
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
    /// Next hit, towards newer lines.
    NewerHit,
    /// Warning before this place.
    OlderWarning,
    /// Warning after this place.
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
    /// The key as shown; a single character is the key itself.
    pub(crate) shown: &'static str,
    /// Other keys that ask for it.
    others: &'static [(KeyCode, KeyModifiers)],
    /// The word in the key line, with its place: the lowest give way last. `None`: help alone.
    pub(crate) line: Option<(u8, &'static str)>,
    /// The sentence in the help.
    pub(crate) help: &'static str,
    pub(crate) group: Group,
}

impl Binding {
    /// With a word in the key line.
    pub(super) const fn line(self, place: u8, word: &'static str) -> Self {
        Self { line: Some((place, word)), ..self }
    }

    /// With other keys than the one shown.
    pub(super) const fn or(self, others: &'static [(KeyCode, KeyModifiers)]) -> Self {
        Self { others, ..self }
    }

    /// Every key that asks for it.
    pub(super) fn keys(&self) -> impl Iterator<Item = (KeyCode, KeyModifiers)> + use<> {
        let mut characters = self.shown.chars();
        let only = characters.next().filter(|_| characters.next().is_none());
        let shown = only.map(|character| (KeyCode::Char(character), KeyModifiers::NONE));
        shown.into_iter().chain(self.others.iter().copied())
    }
}

pub(super) const fn binding(
    command: Command,
    shown: &'static str,
    group: Group,
    help: &'static str,
) -> Binding {
    Binding { command, shown, others: &[], line: None, help, group }
}
