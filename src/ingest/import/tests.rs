//! Whole readings.
