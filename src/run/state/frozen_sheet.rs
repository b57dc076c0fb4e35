//! The test sheet that a test is judged by.

use crate::run::values::{Sequence, TestSheet, Timestamp};

/// A test sheet that cannot be changed without a deviation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenSheet {
    /// When stage 1 began.
    pub at: Timestamp,
    /// The record.
    pub record: Sequence,
    /// What it says.
    pub sheet: TestSheet,
}
