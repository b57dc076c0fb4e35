//! Records of the journal: events and what they hold.

mod event;
mod record;
mod statement;
mod timer_event;

pub use self::{
    event::{Cause, Ending, Event},
    record::{FORMAT, FormatVersion, LogOrigin, Record, Started},
    statement::Statement,
    timer_event::TimerEvent,
};
