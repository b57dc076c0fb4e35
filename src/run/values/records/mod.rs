//! Records of the journal: events and what they hold.

mod ending;
mod event;
mod event_answers;
mod record;
mod started;
mod statement;
mod timer_event;

pub use self::{ending::*, event::*, record::*, started::*, statement::*, timer_event::*};
