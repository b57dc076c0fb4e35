//! The screen: run state and view state in, frame out; keys in, intents out. No input or output
//! but the terminal guard's, no clock, nothing carried out.

mod backend;
mod big_text;
mod canvas;
mod chart;
mod dialogs;
mod input;
mod intent;
mod keymap;
mod layout;
mod log_search;
mod log_view;
mod older_rows;
mod panels;
mod play;
mod play_keys;
mod scene;
mod scrollback;
mod stretch;
mod terminal;
mod theme;
mod view;

#[cfg(test)]
mod tests;

pub use self::{
    intent::Intent,
    keymap::Command,
    layout::draw,
    play::{Landmark, Motion, Play, Playback, Position, Recorder, Seek},
    scene::{AvailableActions, Facts, Mode, RecordingState, Scene, Unwritten},
    scrollback::{LogMark, LogRow, Scrollback},
    stretch::Edge,
    terminal::{Tui, install_panic_hook, is_in_foreground, leave_terminal},
    theme::{Charset, Palette, Theme},
    view::{MessageKind, View},
};
