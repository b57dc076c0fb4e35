//! Records of the journal: events and what they hold.

mod answer;
mod event;
mod record;
mod started;
mod statement;
mod timer_event;

pub use self::{
    answer::{Answer, NO_ANSWER},
    event::{Cause, Ending, Event},
    record::Record,
    started::{FORMAT, FormatVersion, LogOrigin, Started},
    statement::Statement,
    timer_event::TimerEvent,
};
