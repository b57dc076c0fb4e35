//! The rfsd log: its lines and the markers among them.

mod line;
mod marker;

pub use self::{line::*, marker::*};
