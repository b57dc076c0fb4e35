//! Dialogs of the log panel.

mod filter;
mod line;

pub(super) use self::{filter::FilterDialog, line::LineDialog};
