//! Predictions on record.

use crate::run::values::{Prediction, Sequence, Timestamp};

/// A prediction with its place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadePrediction {
    /// When it was made.
    pub at: Timestamp,
    /// The record that holds it.
    pub record: Sequence,
    /// What was predicted.
    pub prediction: Prediction,
}
