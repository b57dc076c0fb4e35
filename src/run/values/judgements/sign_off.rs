//! The engineer's signature under a run.

use serde::Serialize;

use crate::run::values::{Sequence, Timestamp};

/// The engineer's signature under the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignOff {
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: String,
    /// Local user.
    pub user: String,
    /// The record.
    pub record: Sequence,
}
