//! How a run came out, and what is left to do.

mod cleanup;
mod exit;

pub use self::{
    cleanup::{CleanupCode, CleanupItem, cleanup},
    exit::{Exit, Outcome},
};
