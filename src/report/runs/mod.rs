//! The recorded runs, one a row, and the tests that they make up. Finding and reading them is not done here.

mod listed;
mod programme;
mod table;

pub(crate) use self::{
    listed::{ListedRun, Unread, note_resumed},
    programme::{controls, controls_table},
    table::runs_table,
};
