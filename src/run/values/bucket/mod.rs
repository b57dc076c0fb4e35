//! The bucket: its listings, and the comparison that proves it unchanged.

mod frozen;
mod listing;

pub use self::{frozen::*, listing::*};
