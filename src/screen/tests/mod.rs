//! Frames and keys of the whole screen, on states built from real events.

mod cost;
mod frames;
mod keys;
mod sizes;
mod story;
