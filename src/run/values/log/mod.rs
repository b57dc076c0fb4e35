//! The rfsd log: its lines, the markers among them, how many arrive over time, and when none did.

mod activity;
mod gap;
mod line;
mod marker;
mod silence;

pub use self::{activity::*, gap::*, line::*, marker::*, silence::*};
