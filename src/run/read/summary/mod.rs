//! The summary of a run.

mod schema;
mod summarise;

pub use self::{schema::*, summarise::summarise};
