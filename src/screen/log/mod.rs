//! The log as the screen holds it: its rows in memory, those read again from disk, the part looked at, the search.

mod log_search;
mod log_view;
mod reread;
mod row;
mod scrollback;

pub(crate) use self::{
    log_search::{Direction, Target},
    log_view::{Jump, LogView},
    row::{RowNumber, find},
};
pub(crate) use self::{
    reread::Edge,
    row::{LogMark, LogRow},
    scrollback::Scrollback,
};
