//! By when the lines of a log were written, from which follows their year.

use crate::run::Timestamp;

/// When a log was written: no line is newer by more than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Its first line; as its end, unless it goes over more than a year.
    pub(crate) begins_by: Timestamp,
    pub(crate) ends_by: Timestamp,
}

impl Written {
    pub(crate) const fn at(at: Timestamp) -> Self {
        Self { begins_by: at, ends_by: at }
    }
}

/// A log that was written earlier than its file shows, wholly or at its beginning.
#[derive(Clone, Debug)]
pub(crate) struct Misdated {
    pub(crate) name: String,
    pub(crate) written: Written,
}
