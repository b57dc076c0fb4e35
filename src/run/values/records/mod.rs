//! Records of the journal: events and what they hold.

mod event;
mod record;
mod statement;
mod timer_event;

pub use self::{event::*, record::*, statement::*, timer_event::*};
