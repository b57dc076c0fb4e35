//! How a run came out, and what is left to do.

mod cleanup;
mod exit;

pub use self::{cleanup::*, exit::*};
