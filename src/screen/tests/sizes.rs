//! No size and no state panics.
