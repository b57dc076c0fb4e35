//! The one table of the keys of the main screen as they are without settings. What a command does is decided by the view.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{
    binding::{Binding, Command, Group, binding},
    output::{Copied, FrameFormat},
    panel::Panel,
    replay_keys::REPLAY_BINDINGS,
};

const NONE: KeyModifiers = KeyModifiers::NONE;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

use Group::{Log, Record, Replication, Screen, Views};
use KeyCode::Char;

/// Every key of the main screen, in the order of the key line and the help.
pub(crate) static BINDINGS: &[Binding] = &[
    binding(Command::Pair, "i", Replication, "confirm the two appliances: compare who they are")
        .line(12, "confirm"),
    binding(Command::Pause, "p", Replication, "pause replication on the primary").line(3, "pause"),
    binding(Command::Resume, "r", Replication, "resume replication on the primary").line(16, "resume"),
    binding(Command::Threads, "t", Replication, "set the replication threads of the DR appliance")
        .line(14, "threads"),
    binding(Command::ListBucket, "b", Replication, "list the bucket again (reads only; may take long)")
        .line(13, "bucket"),
    binding(Command::Reconnect, "R", Replication, "reconnect now, or log in where a person is needed"),
    binding(Command::Baseline, "B", Record, "count downloads from the last counter reading on"),
    binding(Command::Attest, "s", Record, "state by hand what cannot be read")
        .line(10, "statement")
        .or(&[(Char('u'), NONE)]),
    binding(Command::Markers, "m", Record, "say which older stage lines of the log belong to this test"),
    binding(Command::Acknowledge, "a", Record, "acknowledge a finding, with a reason").line(9, "acknowledge"),
    binding(Command::Owner, "o", Record, "owner of a finding: who takes care of it, until when"),
    binding(Command::Note, "n", Record, "write, read, edit notes (in a search: the next hit)")
        .line(7, "note"),
    binding(Command::Checklist, "c", Record, "what is left to do at the end; sign the run off"),
    binding(Command::TestSheet, "S", Record, "test sheet: what the test is to show and to reach"),
    binding(Command::Export, "e", Record, "write the summary now").line(6, "export"),
    binding(Command::Search, "/", Log, "search; Esc ends it").line(8, "search"),
    binding(Command::OlderHit, "", Log, "next hit of the search: an older one"),
    binding(Command::NewerHit, "N", Log, "newer hit of the search"),
    binding(Command::OlderWarning, "w", Log, "previous warning or worse (after the oldest: the newest)"),
    binding(Command::NewerWarning, "W", Log, "next warning or worse"),
    binding(Command::OlderError, "E", Log, "previous error (after the oldest: the newest)"),
    binding(Command::FindingLine, "l", Log, "the line that the gravest open finding rests on"),
    binding(Command::Filter, "f", Log, "filter by level, module, words or pattern; events by kind")
        .line(20, "filter"),
    binding(Command::ClearFilter, "F", Log, "end the filter: show all lines, or events of all kinds"),
    binding(Command::LineAbove, "K", Log, "choose the line above; the log then stays put"),
    binding(Command::LineBelow, "J", Log, "choose the line below"),
    binding(Command::Open, "Enter", Log, "line: details, or unfold; event: go to it; finding: whole")
        .or(&[(KeyCode::Enter, NONE)]),
    binding(Command::Bookmark, "x", Log, "set or remove a bookmark on the chosen line"),
    binding(Command::OlderBookmark, "'", Log, "previous bookmark (after the oldest: the newest)"),
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
    binding(Command::Right, "Right", Log, "towards the end of long lines; event: whole")
        .or(&[(KeyCode::Right, NONE)]),
    binding(Command::Copy(Copied::LogLine), "y", Log, "copy the marked line of the log, or the newest"),
    binding(Command::Show(None), "1", Views, "main view: every panel"),
    binding(Command::Show(Some(Panel::Log)), "2", Views, "the log alone"),
    binding(Command::Show(Some(Panel::Events)), "3", Views, "events: what happened, by time")
        .line(15, "events"),
    binding(
        Command::Show(Some(Panel::Timeline)),
        "4",
        Views,
        "timeline: phases, pauses, findings, gaps on one axis",
    ),
    binding(
        Command::Show(Some(Panel::Appliances)),
        "5",
        Views,
        "appliances: every answer, its age, the raw reply",
    ),
    binding(Command::Show(Some(Panel::Checklist)), "6", Views, "checklist: pre-flight and cleanup"),
    binding(Command::Show(Some(Panel::Findings)), "7", Views, "findings, acknowledged and closed ones too"),
    binding(Command::Show(Some(Panel::Objects)), "8", Views, "metadata objects"),
    binding(Command::Show(Some(Panel::Replication)), "9", Views, "replication and exposure"),
    binding(Command::TimeCursor, "C", Views, "cursor over time: on chart, phase bar, findings, log"),
    binding(Command::Zoom, "z", Views, "the next view"),
    binding(Command::ZoomBack, "Z", Views, "the view before"),
    binding(Command::Back, "Esc", Views, "end the search, back to the main view, follow the log")
        .or(&[(KeyCode::Esc, NONE)]),
    binding(Command::Freeze, "Space", Screen, "freeze the display; watching and recording go on")
        .line(11, "freeze")
        .or(&[(Char(' '), NONE)]),
    binding(Command::LookBack, "P", Screen, "look back at a moment of this run; again: to live")
        .line(17, "past"),
    binding(Command::LocalTime, "T", Screen, "local time beside UTC, on and off"),
    binding(Command::Help, "?", Screen, "this help").line(1, "help").or(&[(KeyCode::F(1), NONE)]),
    binding(Command::Palette, ":", Screen, "find any action by its name")
        .line(4, "actions")
        .or(&[(Char('p'), CONTROL)]),
    binding(Command::Mouse, "M", Screen, "mouse: wheel and clicks, also on times; off: text is selected"),
    binding(
        Command::Copy(Copied::Figures),
        "",
        Screen,
        "copy the phase, the objects and replication as text",
    ),
    binding(Command::Copy(Copied::NextStep), "", Screen, "copy what is to be done next"),
    binding(Command::Copy(Copied::Findings), "", Screen, "copy the open findings"),
    binding(Command::Copy(Copied::RunPath), "", Screen, "copy the path of the run's folder"),
    binding(Command::Copy(Copied::ReportCommand), "", Screen, "copy the command that renders the report"),
    binding(Command::WriteFrame(FrameFormat::Text), "Ctrl-S", Screen, "write the screen to a file as text")
        .or(&[(Char('s'), CONTROL)]),
    binding(
        Command::WriteFrame(FrameFormat::Ansi),
        "",
        Screen,
        "write the screen to a file with its colours",
    ),
    binding(
        Command::WriteFrame(FrameFormat::Svg),
        "",
        Screen,
        "write the screen to a file as an SVG picture",
    ),
    binding(Command::Redraw, "Ctrl-L", Screen, "draw the screen again").or(&[(Char('l'), CONTROL)]),
    binding(Command::Suspend, "Ctrl-Z", Screen, "go to the background; fg comes back")
        .or(&[(Char('z'), CONTROL)]),
    binding(Command::Quit, "q", Screen, "quit; asks while a run is on (Ctrl-C twice: at once)")
        .line(5, "quit")
        .or(&[(Char('c'), CONTROL)]),
];

/// Every binding there is, those of a replay first.
pub(super) fn all() -> impl Iterator<Item = &'static Binding> {
    REPLAY_BINDINGS.iter().chain(BINDINGS)
}
