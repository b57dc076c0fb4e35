//! The panel of the log as the last frame had it. On a quiet screen frames are drawn for clocks alone, of which this panel
//! has none: to draw it anew would take a fifth of such a frame.

use ratatui::layout::Rect;

use crate::screen::{
    log::RowNumber,
    paint::{Part, Theme},
};

/// All that decides how the panel is drawn while nothing but clocks moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogLook {
    pub(crate) area: Rect,
    pub(crate) is_boxed: bool,
    pub(crate) theme: Theme,
    /// Behind the newest row that is shown, and behind the newest that there is.
    pub(crate) end: RowNumber,
    pub(crate) newest: RowNumber,
}

#[derive(Debug)]
pub(crate) struct KeptLog {
    pub(crate) look: LogLook,
    pub(crate) part: Part,
    /// The rows of the log in it, for clicks.
    pub(crate) rows: Vec<(Rect, RowNumber)>,
}

/// What may look otherwise than in the last frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Moved {
    #[default]
    Anything,
    Clocks,
}
