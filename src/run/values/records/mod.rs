//! Records of the journal: events and what they hold.

mod answer;
mod event;
mod record;
mod started;
mod statement;

pub use self::{
    answer::{Answer, NO_ANSWER},
    event::{Cause, Ending, Event, TimerEvent},
    record::Record,
    started::{FORMAT, FormatVersion, LogOrigin, Started},
    statement::Statement,
};
