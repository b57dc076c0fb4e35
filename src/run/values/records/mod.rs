//! Records of the journal: events and what they hold.

mod ending;
mod event;
mod record;
mod started;
mod statement;
mod timer_event;

pub use self::{ending::*, event::*, record::*, started::*, statement::*, timer_event::*};
