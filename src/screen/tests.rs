//! Frames and keys of the whole screen.
