//! What happened in a run, by time: phases, pauses, actions, findings, acknowledgements, notes, stretches not watched.

mod dated;
mod wording;

pub use self::dated::{DatedEvent, EventKind, Happening, dated_events, place_in_log};
