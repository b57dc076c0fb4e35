//! A command, the keys that ask for it, and what the key line and the help say of it.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{
    key_name::Key,
    output::{Copied, FrameFormat},
    panel::Panel,
    play::Play,
};
use crate::screen::scene::facts::Mode;

/// Everything a key can ask for on the main screen; the keymap says what each command does. The settings name a command
/// as its variant is named here ([`Command::name`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Pause,
    Resume,
    Threads,
    Pair,
    ListBucket,
    Baseline,
    Attest,
    Markers,
    Acknowledge,
    /// State who takes care of a finding, until when and how.
    Owner,
    Checklist,
    TestSheet,
    Export,
    Note,
    Reconnect,
    Search,
    /// The next hit of a search; without settings the key of a note has this meaning while there is a search.
    OlderHit,
    NewerHit,
    OlderWarning,
    NewerWarning,
    OlderError,
    /// Show the log line that the gravest open finding rests on.
    FindingLine,
    /// Show other lines of the log, or other kinds of events.
    Filter,
    ClearFilter,
    Fold,
    Wrap,
    Histogram,
    LineAbove,
    LineBelow,
    Bookmark,
    OlderBookmark,
    NewerBookmark,
    Up,
    Down,
    PageUp,
    PageDown,
    Oldest,
    Follow,
    Left,
    Right,
    Freeze,
    /// Set or remove the cursor on the time axis.
    TimeCursor,
    /// Show a moment of the record while the run goes on, or the present again.
    LookBack,
    /// Show that view; `None` is the overview.
    Show(Option<Panel>),
    Zoom,
    ZoomBack,
    /// Open what is chosen: the details of a line of the log, an event's place, a finding.
    Open,
    LocalTime,
    Back,
    Help,
    Redraw,
    Suspend,
    Quit,
    Play(Play),
    Seek,
    Palette,
    Mouse,
    Copy(Copied),
    WriteFrame(FrameFormat),
}

impl Command {
    /// Whether it leads to a line of the log, which is then shown in place of another view.
    pub(crate) const fn finds_in_log(self) -> bool {
        matches!(
            self,
            Self::Search
                | Self::OlderHit
                | Self::NewerHit
                | Self::OlderWarning
                | Self::NewerWarning
                | Self::OlderError
                | Self::FindingLine
                | Self::OlderBookmark
                | Self::NewerBookmark
        )
    }

    /// Its name in the settings and in the palette: `older-warning`, `show-events`, `replay-next-phase`, `write-frame-svg`.
    pub(crate) fn name(self) -> String {
        let mut name = String::new();
        let mut begins = false;
        let variant = match self {
            Self::Show(None) => "ShowOverview".to_owned(),
            Self::Show(Some(panel)) => format!("Show{panel:?}"),
            _ => format!("{self:?}"),
        };
        for character in variant.chars().filter(char::is_ascii) {
            if !character.is_alphanumeric() {
                begins = true;
                continue;
            }
            if (begins || character.is_uppercase()) && !name.is_empty() {
                name.push('-');
            }
            name.push(character.to_ascii_lowercase());
            begins = false;
        }
        match name.strip_prefix("play-") {
            Some(rest) => format!("replay-{rest}"),
            None => name,
        }
    }
}

/// Where the help lists a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Replay,
    /// What changes an appliance.
    Replication,
    Record,
    Log,
    Views,
    Screen,
}

impl Group {
    pub(crate) const ALL: [Self; 6] =
        [Self::Replay, Self::Replication, Self::Record, Self::Log, Self::Views, Self::Screen];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Replay => "The replay",
            Self::Replication => "Appliances (each asks before anything is sent)",
            Self::Record => "The record",
            Self::Log => "The log",
            Self::Views => "The views",
            Self::Screen => "The screen",
        }
    }

    pub(crate) fn belongs_to(self, mode: Mode) -> bool {
        match self {
            Self::Replay => mode.plays(),
            Self::Replication | Self::Record => mode.is_live(),
            Self::Log | Self::Views | Self::Screen => true,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    pub(crate) command: Command,
    /// The key as shown; a single character is the key itself. Empty: without a key until the settings give it one.
    pub(super) shown: &'static str,
    others: &'static [Key],
    /// The word in the key line, with its place: the lowest give way last. `None`: help alone.
    pub(crate) line: Option<(u8, &'static str)>,
    pub(crate) help: &'static str,
    pub(crate) group: Group,
}

impl Binding {
    pub(super) const fn line(self, place: u8, word: &'static str) -> Self {
        Self { line: Some((place, word)), ..self }
    }

    pub(super) const fn or(self, others: &'static [Key]) -> Self {
        Self { others, ..self }
    }

    /// The keys that it has without settings.
    pub(super) fn keys(&self) -> impl Iterator<Item = Key> + use<> {
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
