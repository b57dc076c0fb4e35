//! The screen: run state and view state in, frame out; keys in, intents out. No input or output
//! but the terminal guard's, no clock, nothing carried out.

mod dialogs;
mod export;
mod keys;
mod layout;
mod log;
mod paint;
mod panels;
mod scene;
mod terminal;
mod view;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::{
    keys::Seek,
    layout::draw_cells,
    paint::{Depth, Palette},
};

pub(crate) use self::terminal::install_panic_hook;
pub(crate) use self::{
    export::{copied, frame_file},
    keys::{
        Copied, FrameFormat, Intent, Keymap, Landmark, Moment, Motion, Play, Playback, Position, Recorder,
    },
    layout::{draw, still},
    log::{Edge, Explanation, LineDetails, LogMark, LogRow, RowNumber, Scrollback},
    paint::{Charset, Clipboard, Rgb, Scheme, Theme, ThemeChoice, statement_words},
    scene::{
        RecordingState, Scene, Unwritten,
        facts::{AvailableActions, Facts, Mode, is_fresh, lacks_sign_off},
        local_time::LocalZone,
    },
    terminal::{Surface, Tui, drawn_area, is_in_foreground, leave_terminal},
    view::{DEMO_OPERATOR, DemoDeed, DemoStep, LiveMark, MessageKind, Moved, View},
};
