//! The log as the screen holds it: its rows in memory, those read again from disk, the part looked at and what of it is
//! shown, the search.

mod line_details;
mod log_search;
mod log_view;
mod reread;
mod row;
mod scrollback;
mod shown;

pub(crate) use self::{
    line_details::{Explanation, LineDetails},
    log_search::{Direction, Target},
    log_view::{Jump, LogView},
    row::{RowNumber, find, parts},
    shown::{LogFilter, ShownRow},
};
pub(crate) use self::{
    reread::Edge,
    row::{LogMark, LogRow},
    scrollback::Scrollback,
};
