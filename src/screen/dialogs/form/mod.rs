//! What all dialogs are made of: the keys they take and the sheet they show, fields, and how a sheet is drawn.

pub(in crate::screen::dialogs) mod body;
pub(in crate::screen::dialogs) mod content;
pub(in crate::screen::dialogs) mod field;
mod foot;
pub(in crate::screen::dialogs) mod key_answer;
mod key_rows;
pub(in crate::screen::dialogs) mod prompt;
pub(in crate::screen::dialogs) mod sheet;
