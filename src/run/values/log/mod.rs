//! The rfsd log: its lines, the markers among them, and how many arrive over time.

mod activity;
mod line;
mod marker;

pub use self::{activity::*, line::*, marker::*};
