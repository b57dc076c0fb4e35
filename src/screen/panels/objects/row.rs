//! A row of the panel.

use crate::screen::panels::Line;

/// Its right part may get a row of its own where the two do not fit side by side.
#[derive(Default)]
pub(super) struct Row {
    pub(super) left: Line<'static>,
    pub(super) right: Line<'static>,
}
