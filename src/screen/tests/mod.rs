//! Frames and keys of the whole screen, on states built from real events.

mod export;
mod frames;
mod keys;
mod limits;
mod looks;
mod matrix;
mod moments;
mod promises;
mod story;
mod views;
